"""Two reasons that are given for warmup, beside what the runs show: outputs that grow alike, and a v̂ that is not known yet."""

import numpy as np

from core.recording import F64
from core.simulations.warmup import MEASURED, SEEDS, WarmupRecording
from core.theory.adam import first_adaptive_step, sample_length
from core.theory.warmup import mean_square_spread
from scenes.kit.bundle import Bundle
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed
from scenes.kit.plot import Plot
from scenes.optimizers.warmup_groups import GROUPS, lines
from scenes.theme import DASH, SOLID

TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 400)
ALIKE = (-0.1, 1.06)
OFF = (0.07, 4.5)


def settled(values: F64) -> F64:
    """The mean over the last sixth of the steps so far, (…, T + 1): on a log axis that is about the same width everywhere.

    The first five steps stand as they are, since a sixth of them is less than one.
    """
    total = np.concatenate((np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)), axis=-1)
    step = np.arange(values.shape[-1])
    first = step - step // 6
    return np.asarray((total[..., step + 1] - total[..., first]) / (step + 1 - first))


class Likeness:
    """How alike the outputs of two digits are, by batch, with theory at the start."""

    def __init__(self, plot: Plot) -> None:
        self.plot, self.curves = plot, Bundle(plot)
        self.theory = Curve(plot, "theory", 1.2, DASH)
        self.label = Label(plot, "theory", side="right")
        plot.live += [self.curves, self.theory, self.label]

    def prepare(self, recording: WarmupRecording) -> None:
        """All curves, and what theory says of the nets before training."""
        _by_batch(self.plot, recording.last)
        self.plot.set_range((1.0, recording.last + 1.0), ALIKE)
        shown = lines(recording, settled(recording.alike), large=self.plot.theme.large, medians=True)
        self.curves.set_lines(np.arange(1.0, recording.last + 2.0), shown)
        self.theory.set(np.array([1.0, 1.6]), np.full(2, recording.predicted_alike))
        self.label.set(1.0, 0.05, f"dashed: theory at the start, {fixed(recording.predicted_alike, 2)}")

    def draw(self, k: int) -> None:
        """Curves up to the batch of update k + 1."""
        self.curves.set(k)


class Noise:
    """How far Adam's v̂ is off its mean after the first batches, in sixteen nets that stand still, beside theory."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.runs = [Curve(plot, "optimizer.adam", 0.35, SOLID, 0.4) for _ in range(SEEDS)]
        self.median = Curve(plot, "optimizer.adam", 1.3)
        self.theory = Curve(plot, "theory", 1.0, DASH)
        self.measured = Curve(plot, GROUPS["measured_v"][1], 1.2, DASH)
        self.adaptive = Rule(plot, "faint", 0.7)
        self.label = Label(plot, "muted", side="right")
        self.now = Marker(plot, "optimizer.adam", "diamond", 8.0)
        self.worth = Label(plot, "text", side="below")
        plot.still += [*self.runs, self.median, self.measured, self.theory, self.adaptive, self.label]
        plot.live += [self.now, self.worth]
        plot.set_ticks("left", [(-1.0, "10 %"), (0.0, "100 %")])

    def prepare(self, recording: WarmupRecording) -> None:
        """Measured and predicted curves, and the batch from which on RAdam's ρ suffices."""
        self.beta2 = beta2 = recording.params.beta2
        _by_batch(self.plot, recording.last)
        self.plot.set_range((1.0, recording.last + 1.0), OFF)
        batches, seen = np.arange(1.0, MEASURED + 1.0), np.geomspace(1.0, recording.last + 1.0, 80)
        known = np.isfinite(recording.spread[:, 0])
        for curve, line in zip(self.runs, recording.spread, strict=True):
            curve.set(batches, line if not self.plot.theme.large else np.full(MEASURED, np.nan))
        self.spread = np.median(recording.spread[known], axis=0) if known.any() else np.full(MEASURED, np.nan)
        self.median.set(batches, self.spread)
        self.theory.set(seen, mean_square_spread(beta2, seen))
        shown = "measured_v" in recording.groups
        self.measured.set(seen, mean_square_spread(beta2, MEASURED + seen) if shown else np.full(seen.size, np.nan))
        first = first_adaptive_step(beta2, 4.0) or np.nan
        self.adaptive.set(x=float(first))
        self.label.set(float(first), 2.9, f"RAdam’s ρ > 4 from batch {first} on")

    def draw(self, k: int) -> None:
        """Where v̂ stands after k batches, as far as that was followed."""
        seen = min(max(k, 1), MEASURED)
        at, off = (float(seen), float(self.spread[seen - 1])) if 0 < k <= MEASURED else (np.nan, np.nan)
        self.now.set(at, off)
        self.worth.set(at, off, f"ρ = {fixed(float(sample_length(self.beta2, seen)), 1)}")


def _by_batch(plot: Plot, last: int) -> None:
    plot.set_ticks("bottom", [(float(np.log10(tick)), str(tick)) for tick in TICKS if tick <= last + 1])
