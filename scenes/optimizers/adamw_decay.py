"""The first half of the scene on AdamW: the decay alone, in weights whose gradient is noise, and in the weights of a net."""

import numpy as np

from core.decay_alone import PAIRS
from core.recording import F64
from core.simulations.adamw import AdamwParams, AdamwRecording
from scenes.kit.curves import Band, Curve
from scenes.kit.dots import Dots
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.pane import Grab, Handle, Pane
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.stage import Stage
from scenes.theme import DASH, DOT

NAMES = ("Adam + L2", "AdamW")
ROLES = ("optimizer.adam", "optimizer.adamw")
HEADS = ("diamond", "disc")
SOME = 81
NARROW = 300.0  # logical pixels, below which a title is cut short
LOST = 3.0  # a mean weight this far from 0 is not followed any more
GROUPS = ("none", "quiet", "loud")
THEORY = Entry("theory", "theory", DASH)
FORMULAS = (
    r"\text{Adam + L2}",
    r"\theta \leftarrow \theta - \eta\,\frac{\hat m_{\nabla L} + \textcolor{optimizer.adam}{\hat m_{\lambda\theta}}}"
    r"{\sqrt{\hat v} + \epsilon}",
    r"\text{AdamW}",
    r"\theta \leftarrow \theta - \eta\,\frac{\hat m_{\nabla L}}{\sqrt{\hat v} + \epsilon} - "
    r"\textcolor{optimizer.adamw}{\eta\lambda\theta}",
)

LAYOUT = Column(
    (0.09, Row((1.0, "legend"), (1.75, "note"))),
    (1.15, Row((1.0, "none"), (1.0, "quiet"), (1.0, "loud"))),
    (1.0, Row((1.0, "formula"), (1.0, "felt"), (1.0, "sweep"))),
)
LARGE = Column(
    (0.1, "legend"),
    (1.0, Row((1.0, "none"), (1.0, "quiet"), (1.0, "loud"))),
    (0.95, Row((1.0, "formula"), (1.3, "felt"))),
)
LAYOUTS: dict[Shape, Split] = {
    "square": Column(
        (0.09, "legend"),
        (1.0, Row((1.0, "none"), (1.0, "quiet"), (1.0, "loud"), keep=True)),
        (1.0, Row((1.0, "felt"), (1.0, "sweep"), keep=True)),
    ),
    "tall": Column(
        (0.07, "legend"),
        (1.0, Row((1.0, "none"), (1.0, "quiet"), (1.0, "loud"), keep=True)),
        (0.85, "formula"),
        (1.0, "felt"),
        (1.0, "sweep"),
    ),
}


class DecayStory:
    """Three kinds of weights, the update taken apart, the decay each weight of a net feels, and the sweep over λ."""

    def __init__(self, stage: Stage) -> None:
        """Make the panes and their marks."""
        areas = stage.areas(LAYOUT, LAYOUTS, LARGE)
        entries = [Entry(name, role) for name, role in zip(NAMES, ROLES, strict=True)]
        legend = stage.legend(areas["legend"], *entries, THEORY)
        note = stage.text(areas["note"], size="label")
        note.set(f"Mean by step of {2 * PAIRS} weights whose gradient is noise; shaded: one standard deviation.")
        self.weights = [stage.plot(areas[name], title=" ") for name in GROUPS]
        self.bands = [[Band(plot, role, 0.13) for role in ROLES] for plot in self.weights]
        self.predicted = [[Curve(plot, role, 0.9, DASH, 0.9) for role in ROLES] for plot in self.weights]
        self.lines = [[Curve(plot, role, 1.4) for role in ROLES] for plot in self.weights]
        self.heads = [[Marker(plot, *pair, 8.0) for pair in zip(ROLES, HEADS, strict=True)] for plot in self.weights]
        for plot, bands, lines, predicted, heads in zip(
            self.weights, self.bands, self.lines, self.predicted, self.heads, strict=True
        ):
            plot.still += [*bands, *predicted]
            plot.live += [*lines, *heads]
        self.lost = [Label(plot, "bad", bold=True) for plot in self.weights]
        for plot, label in zip(self.weights, self.lost, strict=True):
            plot.live.append(label)
        formula = stage.formula(areas["formula"], *FORMULAS, title="Where the decay enters")

        self.felt = stage.plot(
            areas["felt"], title="Decay per step, weight by weight", x="size of a weight’s gradients √v̂", log_x=True, log_y=True
        )
        self.laws = [Curve(self.felt, role, 0.9, DASH, 0.9) for role in ROLES]
        self.dots = [Dots(self.felt, role, shape, 4.5) for role, shape in zip(ROLES, HEADS, strict=True)]
        self.felt.still += self.laws
        self.felt.live += self.dots

        self.sweep = stage.plot(areas["sweep"], title="Left without gradient, for every λ", x="weight decay λ", log_x=True)
        self.left = [Curve(self.sweep, role, 1.4) for role in ROLES]
        self.here = Rule(self.sweep, "faint", 0.7, DOT)
        self.sweep.still.append(self.here)
        self.sweep.live += self.left
        self.sweep.handles.append(Handle("weight decay", self._choose))
        self.panes: list[Pane] = [legend, note, *self.weights, formula, self.felt, self.sweep]

    def prepare(self, recording: AdamwRecording) -> None:
        """Ranges, theory and names of this recording."""
        params = recording.params
        some = np.unique(np.linspace(0, recording.last, SOME).astype(np.int64))  # steps enough for a smooth curve
        steps = some.astype(np.float64)
        kinds = ("No gradient", f"Quiet gradient, σ₁ = {params.quiet:.3g}", f"Loud gradient, σ₂ = {params.loud:.3g}")
        self.paths = until_lost(recording.weight)
        shown = self.paths[np.isfinite(self.paths)]
        top = min(max(1.08, 1.1 * float(shown.max(initial=1.0))), LOST)
        low = max(min(-0.08, 1.1 * float(shown.min(initial=0.0))), -LOST)
        for group, plot in enumerate(self.weights):
            narrow = plot.rect.width() < NARROW
            plot.set_title(kinds[group].replace(" gradient,", ":") if narrow else kinds[group])
            plot.set_range((-0.02 * recording.last, 1.03 * recording.last), (low, top))
            for method in range(len(NAMES)):
                mean, scatter = self.paths[method, group, some], recording.scatter[method, group, some]
                self.bands[group][method].set(steps, mean - scatter, mean + scatter)
                self.predicted[group][method].set(steps, until_lost(recording.predicted[method, group])[some])
        self._prepare_felt(recording)
        self.sweep.set_range((float(recording.decays[0]), float(recording.decays[-1])), (-0.08, 1.08))
        self.here.set(x=params.weight_decay)

    def _prepare_felt(self, recording: AdamwRecording) -> None:
        """Axes that hold nearly all weights at all looks, and the two laws: ηλ, and ηλ over the size of the gradients."""
        params = recording.params
        share = params.learning_rate * params.weight_decay
        sizes = recording.root[np.isfinite(recording.root) & (recording.root > 0.0)]
        low, high = np.quantile(sizes, (0.005, 1.0)) if sizes.size else (0.01, 1.0)
        span = (float(low) / 1.5, float(high) * 1.5)
        ends = (share / span[1], share / span[0], share)
        self.felt.set_range(span, (min(ends) / 3.0, max(ends) * 3.0))
        x = np.geomspace(*span, 2)
        self.laws[0].set(x, share / x)
        self.laws[1].set(x, np.full(2, share))

    def draw(self, recording: AdamwRecording, k: int) -> None:
        """Everything after k steps."""
        steps = np.arange(k + 1.0)
        for group in range(len(GROUPS)):
            self.lost[group].set(
                0.0, self.weights[group].y_range[1], "AdamW overshoots" if np.isnan(self.paths[1, group, k]) else ""
            )
            for method in range(len(NAMES)):
                path = self.paths[method, group]
                self.lines[group][method].set(steps, path[: k + 1])
                self.heads[group][method].set(float(k), float(path[k]))
        look = recording.look(k)
        for method, dots in enumerate(self.dots):
            dots.set(recording.root[method, look], positive(recording.felt[method, look]))
            self.left[method].set(recording.decays, recording.left[method, :, k])

    def _choose(self, grab: Grab) -> dict[str, float]:
        knob = AdamwParams.knob("weight_decay")
        return {"weight_decay": float(np.clip(grab.x, knob.low or 0.0, knob.high or np.inf))}


def until_lost(paths: F64) -> F64:
    """Paths (…, step) with NaN after the first step at which they are farther from 0 than `LOST`."""
    with np.errstate(invalid="ignore"):
        gone = ~(np.abs(paths) <= LOST)
    after = np.roll(np.logical_or.accumulate(gone, axis=-1), 1, axis=-1)
    after[..., 0] = False
    return np.where(after, np.nan, paths)


def positive(values: F64) -> F64:
    """Values for a logarithmic axis: NaN where they are not above 0, as just after a weight has changed its sign."""
    with np.errstate(invalid="ignore"):
        return np.where(values > 0.0, values, np.nan)
