"""Vanishing gradients: the gradient walks back through four deep stacks, then all four train.

Look at the blue line and the blue cells first: from the loss to layer 1 each sigmoid layer keeps a quarter of the gradient,
and after twenty layers nothing is left. Then at your own net in green: turn its cures on and off, alone or together. Click a
layer to see its activations and the singular values of its Jacobian, whose mean square is what it does to the gradient.
"""

from typing import ClassVar

import numpy as np

from core.recording import F64
from core.simulations.vanishing_gradients import (
    SIMULATION,
    YOURS,
    VanishingGradientsParams,
    VanishingGradientsRecording,
    jacobian_values,
)
from scenes.kit.curves import Curve
from scenes.kit.histogram_grid import HistogramGrid
from scenes.kit.layer_rows import LayerRows
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed, power, short
from scenes.kit.pane import Grab, Handle
from scenes.kit.trails import Trails
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DASH, DOT, SOLID

ROLES = ("series.1", "series.4", "series.2", "series.3")
HEADS = ("disc", "diamond", "square", "disc")
WIDTHS = (1.1, 1.1, 1.1, 2.0)  # yours lies below the others, wide enough to be seen where it is one of them
NAMES = ("Sigmoid, Xavier", "tanh, Xavier", "ReLU, He")
ACTIVATIONS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU", "identity": "linear"}
LOWEST, HIGHEST = -30, 30  # decades that the gradient's axis may show
EXCURSION = 3.0  # decades that training may add to it
DARK, BRIGHT = 12.0, 6.0  # decades below 1 at which a cell is dark, and above 1 at which it is brightest
LOUD = 30.0  # times that the gradient of your net may grow or shrink on its way before the headline speaks of it
FLAT = 1e-3  # singular values below are drawn at the foot of their axis


class VanishingGradients(Scene[VanishingGradientsParams, VanishingGradientsRecording]):
    """Gradient by layer against mean field, the stacks as rows of cells, one layer looked into, and training."""

    title = "Vanishing gradients"
    question = "Why do the first layers stop learning?"
    look = "On its way back each sigmoid layer keeps a quarter of the gradient: the first layers get nothing."
    cards = (16,)
    formulas = (
        r"\frac{\partial L}{\partial h_1} = \frac{\partial L}{\partial h_L} "
        r"\prod_{l=2}^{L} \frac{\partial h_l}{\partial h_{l-1}}",
        r"\chi_1 = \sigma_w^2\, \mathbb{E}\left[\varphi'(\sqrt{q^*}\, z)^2\right]",
    )
    seconds = 14.0
    simulation = SIMULATION
    layout = Row(
        (1.95, Column((0.09, "legend"), (1.55, "gradient"), (1.65, "layers"))),
        (1.0, Column((1.0, "loss"), (1.15, "activations"), (0.95, "values"))),
    )
    large = Row(  # without the legend, see below; few layers' singular values can be told apart from the last row
        (1.95, Column((1.3, "gradient"), (1.65, "layers"))),
        (1.0, Column((1.1, "loss"), (1.35, "activations"))),
    )
    layouts: ClassVar[dict[Shape, Split]] = {  # without the legend: the rows bear the same names in the same colours
        "square": Column((1.2, "gradient"), (1.4, "layers"), (0.9, "loss")),
        "tall": Column((1.2, "gradient"), (1.25, "layers"), (0.75, "loss"), (1.1, "activations"), (0.75, "values")),
    }
    presets = (
        Preset("Residual cures"),
        Preset("Sigmoid vanishes", {"residual": False}),
        Preset("ReLU and He hold", {"activation": "relu", "init": "he", "residual": False, "depth": 100}),
        Preset("Large gain explodes", {"activation": "relu", "init": "he", "residual": False, "gain": 1.15}),
        Preset("Clipping saves", {"activation": "relu", "init": "he", "residual": False, "gain": 1.15, "clipping": True}),
        Preset("Batch norm cures", {"residual": False, "normalization": "batch"}),
        Preset("Skips explode too", {"activation": "relu", "init": "he"}),
        Preset("Skips and layer norm", {"activation": "relu", "init": "he", "normalization": "layer"}),
    )

    def build(self, stage: Stage) -> None:
        """Gradient by layer over the rows of layers; beside them training, activations and singular values."""
        areas = stage.areas(self.layout, self.layouts, self.large)
        self.legend = stage.legend(areas["legend"])
        self.gradient = stage.plot(areas["gradient"], title="Gradient by layer (dashed: mean-field theory)", log_y=True)
        self.gradient.zoomable = True
        self.predicted = [Curve(self.gradient, role, 0.8, DASH, 0.85) for role in ROLES]
        self.edges = [Label(self.gradient, "muted", side="left") for _ in range(2)]
        self.gradient.still += [*self.predicted, *self.edges]
        self.chosen = Rule(self.gradient, "faint", 0.6, DOT)
        self.front = Rule(self.gradient, "text", 0.7)
        self.here = Label(self.gradient, "text")
        self.lines = [Curve(self.gradient, role, width) for role, width in zip(ROLES, WIDTHS, strict=True)]
        self.heads = [Marker(self.gradient, role, shape, 8.0) for role, shape in zip(ROLES, HEADS, strict=True)]
        self.gradient.live += [self.chosen, self.front, *self.lines[::-1], *self.heads, self.here]
        self.gradient.handles.append(Handle("layer looked at", self._choose_in_plot))
        self.gradient.describe = self._describe

        inner = self.gradient.inner
        canvas = stage.canvas(areas["layers"])
        title = "Brightness: the gradient. Bars: the activations"
        self.rows = LayerRows(canvas, ROLES, inner.left(), inner.right(), title)
        canvas.handles.append(Handle("layer looked at", self._choose_in_rows))
        canvas.describe = lambda x, _: self._describe(self.rows.layer_at(x) + 1.0, 0.0)

        self.loss = stage.plot(areas["loss"], title="Then they train: loss by step", log_y=True)
        self.losses = Trails(self.loss, ROLES, (SOLID,) * 4, dots=False)
        self.ends = [Marker(self.loss, role, shape, 7.0) for role, shape in zip(ROLES, HEADS, strict=True)]
        self.lost = Label(self.loss, "bad", bold=True)
        self.wait = Label(self.loss, "muted", side="middle")
        self.loss.live += [self.losses, *self.ends, self.lost, self.wait]
        self.histograms = HistogramGrid(stage.canvas(areas["activations"]), ROLES)
        self.values = stage.plot(areas["values"], title="Singular values", log_y=True)
        self.one = Rule(self.values, "theory", 0.6, DASH)
        self.spectra = [Curve(self.values, role, width) for role, width in zip(ROLES, WIDTHS, strict=True)]
        self.values.live += [*self.spectra[::-1], self.one]

    def prepare(self, recording: VanishingGradientsRecording) -> None:
        """Ranges, theory, names, and everything about the layer that is looked at."""
        self.recording = recording
        depth, names = recording.params.depth, names_of(recording.params)
        entries = [Entry(name.partition(":")[0], role) for name, role in zip(names, ROLES, strict=True)]
        self.legend.set(tuple(entries))
        self._prepare_gradient(recording)
        layer = recording.layer
        bars = recording.histogram.sum(axis=2)
        remarks = tuple(_remark(recording, variant) for variant in range(len(ROLES)))
        self.rows.left, self.rows.right = (self.gradient.point(x, 1.0).x() for x in (0.5, depth + 0.5))
        coarse = bars.reshape(*bars.shape[:2], -1, 2).sum(axis=3)
        self.rows.prepare(names, remarks, coarse, layer)
        self.chosen.set(x=layer + 1.0)
        saturated = [
            f"{name.partition(':')[0]} {100.0 * share:.0f} %" if np.isfinite(share) else f"{name.partition(':')[0]} lost"
            for name, share in zip(names, recording.saturated[:, layer], strict=True)
        ]
        title = f"Layer {layer + 1} activations, saturated: hatched"
        self.histograms.set(title, tuple(saturated), recording.edges[:, layer], recording.histogram[:, layer])
        self._prepare_values(recording, layer)
        self._prepare_loss(recording)
        self.rows.set(np.full((len(ROLES), depth), np.nan), (0, 0))

    def _prepare_gradient(self, recording: VanishingGradientsRecording) -> None:
        """The axis covers the first backward pass, from 10⁻³⁰ to 10³⁰ at most, and some of what training makes of it."""
        depth = recording.params.depth
        before = np.concatenate((recording.gradient_norm, recording.predicted))
        with np.errstate(divide="ignore"):
            logs, later = np.log10(before), np.log10(recording.gradient_by_step)
        known = logs[np.isfinite(before)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
        later = np.clip(later[np.isfinite(recording.gradient_by_step)], low - EXCURSION, high + EXCURSION)
        low = max(float(np.floor(min(low, later.min(initial=0.0)) - 0.2)), LOWEST)
        high = min(float(np.ceil(max(high, later.max(initial=0.0)) + 0.2)), HIGHEST)
        top = max(high, low + 2) + 0.08 * (high - low)
        beside = 0.03 * depth  # room for the first and the last layer's number
        self.gradient.set_range((0.5 - beside, depth + 0.5 + beside), (10.0**low, 10.0**top))
        self.gradient.set_ticks("bottom", [(float(at), str(at)) for at in _ticks(depth)])
        layers = np.arange(1.0, depth + 1)
        for curve, line in zip(self.predicted, recording.predicted, strict=True):
            curve.set(layers, self._within(line))
        for label, beyond, at, word in (
            (self.edges[0], before < 10.0**low, 0, f"below {power(LOWEST)}"),
            (self.edges[1], before > 10.0**high, 1, f"above {power(HIGHEST)}"),
        ):
            where = np.flatnonzero(beyond.any(axis=0))
            label.set(float(where[-1] if where.size else 0), self.gradient.y_range[at], word if where.size else "")

    def _prepare_loss(self, recording: VanishingGradientsRecording) -> None:
        known = np.isfinite(recording.loss)
        low, high = float(recording.loss[known].min(initial=1.0)), float(recording.loss[known].max(initial=1.0))
        floor = 10.0 ** (np.floor(np.log10(max(low, 1e-6))) - 0.15)
        self.loss.set_range((-0.03 * recording.trained, 1.06 * recording.trained), (floor, min(2.0 * high, 1e4)))
        steps = np.arange(recording.loss.shape[1], dtype=np.float64)
        self.losses.set_paths(np.tile(steps, (len(ROLES), 1)), np.where(known, recording.loss, np.nan))

    def _prepare_values(self, recording: VanishingGradientsRecording, layer: int) -> None:
        spectra = [jacobian_values(recording, variant, layer) for variant in range(len(ROLES))]
        known = np.concatenate(spectra)
        top = float(known[np.isfinite(known)].max(initial=1.0))
        self.values.title = f"Singular values by rank (%), layer {layer + 1}"
        self.values.set_range((0.0, 100.0), (FLAT, 10.0 ** np.ceil(np.log10(2.0 * top))))
        self.values.touch()
        for curve, values in zip(self.spectra, spectra, strict=True):
            share = 100.0 * (np.arange(values.size) + 0.5) / values.size
            curve.set(share, np.maximum(values, 1e-12))
        self.one.set(y=1.0)

    def draw(self, recording: VanishingGradientsRecording, k: int) -> None:
        """Frame k ≤ L: the gradient has passed k layers. Afterwards: training, the gradient of each step."""
        depth = recording.params.depth
        reached, step = min(k, depth), max(k - depth, 0)
        first = depth - reached
        now = recording.gradient_by_step[:, step]
        layers = np.arange(1.0, depth + 1)
        for curve, head, row in zip(self.lines, self.heads, now, strict=True):
            seen = self._within(row)
            curve.set(layers[first:], seen[first:])
            head.set(*((layers[first], float(seen[first])) if 0 < k <= depth else (np.nan, np.nan)))
        walking = 0 < k <= depth
        self.front.set(x=layers[first] if walking else np.nan)
        self._draw_words(depth, first, walking)
        with np.errstate(divide="ignore"):
            logs = np.log10(now)
        brightness = np.where(logs <= 0.0, 1.0 + logs / DARK, 1.0 + logs / BRIGHT)
        self.rows.set(np.where(np.isfinite(now), np.maximum(brightness, 0.0), np.nan), (first, depth))
        self.losses.set(step)
        for end, x, y in zip(self.ends, self.losses.x[:, step].tolist(), self.losses.y[:, step].tolist(), strict=True):
            end.set(x, y)
        ending = recording.endings[YOURS]
        gone = ending.failed and step >= ending.step
        self.lost.set(float(ending.step), self.loss.y_range[1], "yours diverged" if gone else "")
        middle = float(np.sqrt(np.prod(self.loss.y_range)))
        self.wait.set(0.5 * recording.trained, middle, "waiting for the gradient" if k <= depth else "")

    def _draw_words(self, depth: int, first: int, walking: bool) -> None:
        """Where the gradient is: below the sinking line ahead of it, or, short of room there, above the line behind it."""
        low, high = np.log10(self.gradient.y_range)
        ahead = first > 0.38 * depth
        self.here.side = "left" if ahead else "right"
        height = low + (0.1 if ahead else 0.62) * (high - low)
        self.here.set(min(first, depth - 1) + 1.0, 10.0**height, "the gradient is here" if walking else "")

    def sentence(self, recording: VanishingGradientsRecording) -> str:
        """The sigmoid's story, or that of your net where its gradient does not arrive as it set out."""
        factor, layers = float(recording.measured_factor[YOURS]), recording.params.depth - 1
        if not np.isfinite(factor) or 1 / LOUD < factor**layers < LOUD:
            return self.look
        ends = "it explodes" if factor > 1.0 else "it vanishes"
        if factor > 1.0 and recording.params.clipping and not recording.endings[YOURS].failed:
            ends += ", and clipping tames the steps"
        return f"In yours each layer multiplies the gradient by {fixed(factor, 2)}: {ends}."

    def caption(self, recording: VanishingGradientsRecording, k: int) -> str:
        """How much of the gradient has come how far; then the losses."""
        depth = recording.params.depth
        if k == 0:
            sizes = f"about {short(float(recording.gradient_norm[0, -1]), 2)}"
            return f"The loss is known, and its gradient at layer {depth} is {sizes} in the sigmoid net: now it travels back."
        if k <= depth:
            row = recording.gradient_norm[:, depth - k]
            now = [short(float(value), 2) if np.isfinite(value) else "lost" for value in row]
            layer = depth - k + 1
            return f"The gradient at layer {layer}: sigmoid {now[0]}, tanh {now[1]}, ReLU {now[2]}, yours {now[3]}."
        step = k - depth
        losses = [short(float(v)) if np.isfinite(v) else "diverged" for v in recording.loss[:, step]]
        after = f"After {step} steps" if step > 1 else "After 1 step"
        if recording.trained < recording.params.steps:
            after += f" (nets so large train only {recording.trained})"
        return f"{after} the loss: sigmoid {losses[0]}, tanh {losses[1]}, ReLU {losses[2]}, yours {losses[3]}."

    def place(self, recording: VanishingGradientsRecording, k: int) -> str:
        """Backward by layers, then training by steps."""
        depth = recording.params.depth
        if k == 0:
            return "forward pass done"
        return (
            f"backward, layer {depth - k + 1} of {depth}"
            if k <= depth
            else f"training, step {k - depth} of {recording.trained}"
        )

    def events(self, recording: VanishingGradientsRecording) -> tuple[Event, ...]:
        """The end of the backward pass, and the end of yours if it diverged."""
        depth, ending = recording.params.depth, recording.endings[YOURS]
        found = [Event(depth, "backward pass done, training starts")]
        if ending.failed:
            found.append(Event(depth + ending.step, "yours diverged", "bad"))
        return tuple(found)

    def _within(self, values: F64) -> F64:
        """Values kept just outside the axis where they are beyond it, so that a line runs off the edge; NaN stays."""
        low, high = self.gradient.y_range
        return np.clip(values, 1e-3 * low, min(1e3 * high, 1e300))

    def _describe(self, x: float, _: float) -> str:
        depth = self.recording.params.depth
        layer = min(max(round(x), 1), depth)
        names = names_of(self.recording.params)
        row = self.recording.gradient_norm[:, layer - 1]
        return f"layer {layer}: " + ", ".join(
            f"{n.partition(':')[0]} {short(float(v), 2)}" for n, v in zip(names, row, strict=True)
        )

    def _choose_in_plot(self, grab: Grab) -> dict[str, float]:
        return self._choose(round(grab.x) - 1)

    def _choose_in_rows(self, grab: Grab) -> dict[str, float]:
        return self._choose(self.rows.layer_at(grab.x))

    def _choose(self, layer: int) -> dict[str, float]:
        return {"layer": float(np.clip(layer / (self.recording.params.depth - 1), 0.0, 1.0))}


def names_of(params: VanishingGradientsParams) -> tuple[str, ...]:
    """What the four nets are called on the stage; yours with everything that makes it."""
    activation = ACTIVATIONS.get(params.activation, params.activation)
    init = {"xavier": "Xavier", "he": "He", "standard": "standard"}[params.init]
    gain = "" if params.gain == 1.0 else f" × {params.gain:.3g}"
    cures = {"batch": " + batch norm", "layer": " + layer norm"}.get(params.normalization, "")
    cures += (" + skips" if params.residual else "") + (" + clipping" if params.clipping else "")
    return (*NAMES, f"Yours: {activation}, {init}{gain}{cures}")


def _ticks(depth: int) -> list[int]:
    """About five layers to name, the first and the last among them."""
    step = max(1, round(depth / 40) * 10 if depth >= 20 else round(depth / 4))
    return [1, *(at for at in range(step, depth, step) if 0.12 * depth < at < 0.9 * depth), depth]


def _remark(recording: VanishingGradientsRecording, variant: int) -> str:
    """The factor per layer as measured, and what theory says of it, or how far theory goes."""
    measured, predicted = recording.measured_factor[variant], recording.predicted_factor[variant]
    if not np.isfinite(measured):
        return "no gradient"
    known = np.flatnonzero(np.isfinite(recording.predicted[variant]))
    theory = f"theory {fixed(predicted, 3)}" if np.isfinite(predicted) else "no theory"
    if not np.isfinite(predicted) and known.size > 1:
        theory = f"theory ends at layer {known[0] + 1}"
    return f"× {fixed(measured, 3)} per layer, {theory}"
