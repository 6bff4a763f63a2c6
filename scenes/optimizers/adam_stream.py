"""One coordinate of Adam: gradients and their mean, the root of their mean square, and the step the two make."""

import math

import numpy as np
from PySide6.QtCore import QRectF

from core.recording import F64
from core.simulations.adam import AdamRecording
from core.theory import adam as theory
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed, short, whole
from scenes.kit.pane import Pane
from scenes.kit.stems import Stems
from scenes.kit.trails import Trails
from scenes.optimizers.adam_drift import predicted
from scenes.optimizers.adam_spike import lone_steps
from scenes.stage import Stage
from scenes.theme import DASH, DASH_DOT, DOT, SOLID, Theme

MEAN, ROOT, ADAM, AMSGRAD = "velocity", "series.1", "optimizer.adam", "optimizer.other"
DASHES = (SOLID, DOT, DASH_DOT)  # corrected, not corrected, AMSGrad
NOTHING: F64 = np.empty(0)


class StreamView:
    """Three plots over one time axis: g and m, √v, and the step (Reddi's example: where x stands)."""

    def __init__(self, stage: Stage, areas: dict[str, QRectF]) -> None:
        self.gutter = gutter(stage.theme)
        self.mean = stage.plot(areas["mean"], title="Gradients g and their running mean m", x_texts=False)
        self.root = stage.plot(areas["root"], title="Root of their running mean square, √v", log_y=True, x_texts=False)
        self.step = stage.plot(areas["step"], title="Step in units of the learning rate η")
        self.place = stage.plot(areas["step"], title="Where x stands (dashed: predicted)")
        self.plots = (self.mean, self.root, self.step, self.place)
        for plot in self.plots:
            plot.describe = self._describe
            plot.zoomable = True
        self.bars, self.sizes = Stems(self.mean, "gradient"), Stems(self.root, "gradient", bars=False)
        self.means = Trails(self.mean, (MEAN, MEAN), DASHES[:2], width=1.4, dots=False)
        self.roots = Trails(self.root, (ROOT, ROOT, AMSGRAD), DASHES, width=1.4, dots=False)
        self.zero, self.level = Rule(self.mean, "faint", 0.4), Rule(self.step, "faint", 0.4)
        self.mean.still.append(self.zero)
        self.mean.live += [self.bars, self.means]
        self.root.live += [self.sizes, self.roots]
        self.mean_names = [Label(self.mean, MEAN, bold=True) for _ in range(2)]
        self.root_names = [Label(self.root, role, bold=True) for role in (ROOT, ROOT, AMSGRAD)]
        self.mean.live += self.mean_names
        self.root.live += self.root_names

        self.limits = [Rule(self.step, "theory", 0.8, DASH) for _ in range(3)]
        self.curves = [Curve(self.step, "theory", 0.8, DASH, 0.85) for _ in range(2)]
        self.names = [Label(self.step, "theory", side="left") for _ in range(3)]
        self.steps = Trails(self.step, (ADAM, ADAM), DASHES[:2], width=1.4, dots=False)
        self.heads = [Marker(self.step, ADAM, shape, 8.0) for shape in ("disc", "diamond")]
        self.step.still += [self.level, *self.limits, *self.curves, *self.names]
        self.step.live += [self.steps, *self.heads]

        self.ends = [Label(self.place, "theory", side=side) for side in ("below", "above")]
        self.edges = [Rule(self.place, "theory", 0.8, DASH) for _ in range(2)]
        self.expected = [Curve(self.place, "theory", 0.7, DASH, 0.85) for _ in range(2)]
        self.paths = Trails(self.place, (ADAM, AMSGRAD), (SOLID, DASH_DOT), width=1.4, dots=False)
        self.places = [Marker(self.place, role, shape, 8.0) for role, shape in ((ADAM, "disc"), (AMSGRAD, "square"))]
        self.place.still += [*self.edges, *self.expected, *self.ends]
        self.place.live += [self.paths, *self.places]

    def hide(self, signal: str) -> None:
        """Leave out what this signal does not need."""
        for plot in (self.mean, self.root):
            plot.hide(signal == "surface")
        self.step.hide(signal in ("surface", "reddi"))
        self.place.hide(signal != "reddi")

    def prepare(self, recording: AdamRecording) -> None:
        """Ranges, ticks, whole paths and what theory says of them."""
        self.recording = recording
        self.t = recording.first + np.arange(recording.last + 1.0)
        span = (float(self.t[0]), float(self.t[-1]) + self.gutter * recording.last)
        ticks = steps_marked(recording.first, recording.last)
        for plot in self.plots:
            plot.set_ticks("bottom", ticks)
        self._prepare_mean(recording, span)
        self._prepare_root(recording, span)
        if recording.params.signal == "reddi":
            self._prepare_place(recording, span)
        else:
            self._prepare_step(recording, span)

    def _prepare_mean(self, recording: AdamRecording, span: tuple[float, float]) -> None:
        params, gradient = recording.params, recording.gradient[0, :, 0]
        means = recording.mean[:2, :, 0].copy()
        means[1, 0] = 0.0
        if params.signal == "reddi":
            means[1] = math.nan  # AMSGrad's mean is Adam's
        if params.beta1 == 0.0:
            means[:] = math.nan
        self.mean.set_title(
            "Gradients g and their running mean m" if params.beta1 > 0.0 else "Gradients g; with β₁ = 0, m is g"
        )
        self.shown_means = means
        low, high = _ends(gradient, means)
        pad = 0.12 * (high - low)
        self.mean.set_range(span, (low - pad, high + pad))
        ticks = (-1.0, 0.0, 1.0) if params.signal != "reddi" else (-1.0, 0.0, 3.0)
        sized = [(params.scale * tick, plain(params.scale * tick)) for tick in ticks]
        self.mean.set_ticks("left", [tick for tick in sized if low - pad <= tick[0] <= high + pad])
        self.zero.set(y=0.0)
        self.bars.set_values(self.t, gradient, params.beta1, 0.0)
        self.means.set_paths(np.tile(self.t, (2, 1)), means)

    def _prepare_root(self, recording: AdamRecording, span: tuple[float, float]) -> None:
        params, size = recording.params, np.abs(recording.gradient[0, :, 0])
        roots = np.full((3, recording.last + 1), math.nan)
        places = (0, 2) if params.signal == "reddi" else (0, 1)
        for place, root in zip(places, recording.root[:, :, 0], strict=True):
            roots[place] = np.where(root > 0.0, root, math.nan)
        found = roots[np.isfinite(roots)]
        low, high = (float(found.min()), float(found.max())) if found.size else (0.1 * params.scale, params.scale)
        top = max(high, float(np.nanmax(size, initial=0.0)))
        low = max(low, 1e-6 * top)
        room = (top / low) ** 0.1
        span_y = (low / max(room, 1.25), top * max(room, 1.25))
        self.root.set_range(span, span_y)
        self.root.set_ticks("left", decades(*span_y, 3.0 * params.scale if params.signal == "reddi" else params.scale))
        self.sizes.set_values(self.t, np.where(size > 0.0, size, math.nan), params.beta2, span_y[0])
        self.shown_roots = roots
        self.roots.set_paths(np.tile(self.t, (3, 1)), roots)

    def _prepare_step(self, recording: AdamRecording, span: tuple[float, float]) -> None:
        params, steps = recording.params, recording.update[:, :, 0]
        floor, t = params.epsilon / params.scale, np.maximum(self.t, 1.0)
        lines: list[tuple[float, str]] = []
        curves: list[F64] = []
        if params.signal == "constant" and params.noise > 0.0:
            average = theory.noisy_step(params.noise, floor)
            lines = [(average, f"{fixed(average, 3)} on average")]
        elif params.signal == "constant":
            even = 1.0 / (1.0 + floor)
            at, peak = theory.peak_step(params.beta1, params.beta2, recording.last, floor)
            first = float(theory.constant_gradient_step(params.beta1, params.beta2, 1, floor))
            lines = [
                (even, f"{fixed(even, 3)} corrected"),
                (first, f"{fixed(first, 3)} at step 1"),
                (peak, f"{fixed(peak, 3)} at step {at}"),
            ]
        elif params.signal == "spike" and params.noise == 0.0:
            raw, corrected = lone_steps(params, float(params.spike_at))
            alone = float(corrected)
            lines = [(alone, f"{fixed(alone, 3)} corrected"), (raw, f"{fixed(raw, 3)} uncorrected")]
        elif params.signal == "noise" and params.noise == 0.0:
            doubt = theory.coin_step(params.beta1, t, floor)
            curves = [doubt, -doubt]
        for curve, expected in zip(self.curves, [*curves, NOTHING, NOTHING], strict=False):
            x = self.t[1:] if expected.size else NOTHING
            if not (np.array_equal(x, curve.x) and np.array_equal(expected[1:], curve.y)):  # what stays is not painted anew
                curve.set(x, expected[1:])
        found = steps[np.isfinite(steps)]
        values = np.array([0.0, *found[[found.argmin(), found.argmax()]].tolist(), *(line for line, _ in lines)])
        low, high = float(values.min()), float(values.max())
        pad = 0.12 * (high - low)
        self.step.set_range(span, (low - pad if low < 0.0 else 0.0, high + pad))
        usual = 1e-2 <= high - low < 1e4
        self.step.set_ticks("left", [] if usual else [(value, plain(value)) for value in {low, 0.0, high}])
        placed = list[float]()  # heights on the stage: a label that would lie on another is left out
        for rule, name, (value, text) in zip(self.limits, self.names, [*lines, *[(math.nan, "")] * 3], strict=False):
            rule.set(y=value)
            height = self.step.point(span[0], value).y()
            free = all(abs(height - other) > apart(self.step) for other in placed)
            name.set(span[1], value, text if free else "")
            placed += [height] if free and text else []
        self.level.set(y=0.0)
        self.steps.set_paths(np.tile(self.t, (2, 1)), steps)

    def _prepare_place(self, recording: AdamRecording, span: tuple[float, float]) -> None:
        self.place.set_range(span, (-1.3, 1.3))
        self.place.set_ticks("left", [(-1.0, "−1"), (0.0, "0"), (1.0, "1")])
        for rule, name, y, text in zip(self.edges, self.ends, (-1.0, 1.0), ("best: −1", "worst: +1"), strict=True):
            rule.set(y=y)
            name.set(span[1], y, text)
        since, places = predicted(recording)
        for curve, place in zip(self.expected, places, strict=True):
            curve.set(since, place)
        self.paths.set_paths(np.tile(self.t, (2, 1)), recording.path[:, :, 0])

    def _describe(self, x: float, y: float) -> str:
        """What Adam's update under the pointer is made of."""
        recording = self.recording
        k = int(np.clip(round(x) - recording.first, 0, recording.last))
        parts = (part[0, k, 0] for part in (recording.gradient, recording.mean, recording.root, recording.update))
        g, mean, root, step = (short(float(part)) for part in parts)
        return f"update {whole(recording.first + k)}: g = {g}, m̂ = {mean}, √v̂ = {root}, step {step} η"

    def draw(self, recording: AdamRecording, k: int) -> None:
        """Everything up to update k."""
        self.bars.set(k)
        self.sizes.set(k)
        self.means.set(k)
        self.roots.set(k)
        now = float(self.t[k])
        name_ends(self.mean_names, now, self.shown_means[:, k].tolist(), ("m̂", "m"))
        name_ends(self.root_names, now, self.shown_roots[:, k].tolist(), ("√v̂", "√v", "√v̂ max"))
        if recording.params.signal == "reddi":
            self.paths.set(k)
            for marker, place in zip(self.places, recording.path[:, k, 0].tolist(), strict=True):
                marker.set(now, place)
        else:
            self.steps.set(k)
            for marker, step in zip(self.heads, recording.update[:, k, 0].tolist(), strict=True):
                marker.set(now, step)


def _ends(*series: F64) -> tuple[float, float]:
    """The least and the largest finite number, 0 among them; a unit range where there is none but 0."""
    found = np.concatenate([values[np.isfinite(values)].ravel() for values in series] + [np.zeros(1)])
    low, high = float(found.min()), float(found.max())
    return (low, high) if high > low else (0.0, 1.0)


def gutter(theme: Theme) -> float:
    """How far a time axis goes on beyond the last step, in lengths of the run: room for words."""
    return 0.36 if theme.large else 0.26


def steps_marked(first: int, last: int, count: int = 5) -> list[tuple[float, str]]:
    """Ticks of a time axis from `first` to `last` steps later: some `count` round numbers."""
    rough = max(last / count, 1.0)
    decade = 10 ** math.floor(math.log10(rough))
    every = next(decade * m for m in (1, 2, 5, 10) if decade * m >= rough)
    return [(float(step), whole(step)) for step in range(-(-first // every) * every, first + last + 1, every)]


def apart(pane: Pane) -> float:
    """How far apart, in logical pixels, labels must be."""
    return 1.4 * pane.theme.sizes["small"]


def name_ends(labels: list[Label], at: float, values: list[float], names: tuple[str, ...]) -> None:
    """Say beside the present ends of curves which is which; those that lie together share the label of the first."""
    heights = [label.pane.point(at, value).y() for label, value in zip(labels, values, strict=True)]
    for place, label in enumerate(labels):
        near = [
            other for other, height in enumerate(heights) if abs(height - heights[place]) < apart(label.pane)
        ]  # none for NaN
        first = bool(near) and near[0] == place
        label.set(at, values[place] if first else math.nan, ", ".join(names[other] for other in near) if first else "")


def decades(low: float, high: float, size: float) -> list[tuple[float, str]]:
    """Ticks of a log axis: powers of ten, at most some four, or where there is but one of them `size` too."""
    ends = math.ceil(math.log10(low)), math.floor(math.log10(high))
    every = max(1, (ends[1] - ends[0] + 1) // 4)
    marked = [10.0**exponent for exponent in range(ends[0], ends[1] + 1) if (ends[1] - exponent) % every == 0]
    if len(marked) < 2 and low <= size <= high:
        marked.append(size)
    return [(math.log10(value), plain(value)) for value in marked]


def plain(value: float) -> str:
    """A number beside an axis: 0, 0.1, −1, 3.16; a power where that would be long."""
    text = f"{value:.3g}" if 1e-3 <= abs(value) < 1e4 or value == 0.0 else short(value, 2)
    return text.replace("-", "−")
