"""The second half of the scene on AdamW: the maps of all trainings over learning rate and decay, and the one that is marked."""

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter

from core.decay_edge import FASTEST, GUESSING, edge_of, good_limit
from core.decay_map import COARSE, DECAYS, RATES
from core.recording import F64
from core.simulations.adamw import AdamwParams, AdamwRecording
from core.theory.decay import SLOPES
from scenes.kit.cell_map import CellMap
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker
from scenes.kit.numbers import fixed, power, short
from scenes.kit.pane import Grab, Handle, Pane
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.optimizers.adamw_decay import HEADS, NAMES, ROLES
from scenes.stage import Stage
from scenes.theme import DASH, DOT

LAYOUT = Row(
    (2.0, Column((0.09, "map_legend"), (2.2, Row((1.0, "l2"), (1.0, "adamw"))), (0.12, "scale"))),
    (1.0, Column((1.0, "loss"), (1.0, "weights"))),
)
LARGE = Row(
    (2.0, Column((2.2, Row((1.0, "l2"), (1.0, "adamw"))), (0.14, "scale"))),
    (1.0, Column((0.16, "map_legend"), (1.0, "loss"))),
)
LAYOUTS: dict[Shape, Split] = {
    "square": Column((0.08, "map_legend"), (1.5, Row((1.0, "l2"), (1.0, "adamw"), keep=True)), (0.1, "scale"), (0.9, "loss")),
    "tall": Column(
        (0.06, "map_legend"),
        (1.35, Row((1.0, "l2"), (1.0, "adamw"), keep=True)),
        (0.08, "scale"),
        (0.9, "loss"),
        (0.9, "weights"),
    ),
}


class MapStory:
    """Two maps, one per method, and the losses and two weights of the training at the marked cell."""

    def __init__(self, stage: Stage) -> None:
        """Make the panes and their marks."""
        areas = stage.areas(LAYOUT, LAYOUTS, LARGE)
        self.drawn: object = None
        entries = [Entry(name, role) for name, role in zip(NAMES, ROLES, strict=True)]
        legend = stage.legend(
            areas["map_legend"], *entries, Entry("training loss", "muted", DOT), Entry("theory", "theory", DASH)
        )
        self.maps = [
            stage.plot(areas[name], title=" ", x="learning rate η", log_x=True, log_y=True, grid=False)
            for name in ("l2", "adamw")
        ]
        for plot in self.maps:
            plot.set_ticks("bottom", [(float(at), power(at)) for at in (-3, -2, -1)])
        self.cells = [CellMap(plot, COARSE) for plot in self.maps]
        self.edges = [Curve(plot, "theory", 1.0, DASH) for plot in self.maps]
        self.slopes = [Label(plot, "text") for plot in self.maps]
        self.marks = [Marker(plot, role, shape, 10.0) for plot, role, shape in zip(self.maps, ROLES, HEADS, strict=True)]
        for method, plot in enumerate(self.maps):
            plot.still += [self.cells[method], self.edges[method], self.slopes[method]]
            plot.live.append(self.marks[method])
            plot.handles.append(Handle("learning rate and decay", self._choose_l2 if method == 0 else self._choose_adamw))
            plot.describe = self._describe_l2 if method == 0 else self._describe_adamw
        self.scale = stage.canvas(areas["scale"])
        self.scale.draw_still = self._paint_scale

        self.loss = stage.plot(areas["loss"], title=" ")
        self.tests = [Curve(self.loss, role, 1.5) for role in ROLES]
        self.trains = [Curve(self.loss, role, 0.9, DOT) for role in ROLES]
        self.ends = [Marker(self.loss, role, shape, 7.0) for role, shape in zip(ROLES, HEADS, strict=True)]
        self.lost = Label(self.loss, "bad", bold=True)
        self.loss.live += [*self.trains, *self.tests, *self.ends, self.lost]
        self.weights = stage.plot(areas["weights"], title="Two of their weights (thick: large gradients)")
        self.paths = [[Curve(self.weights, role, width) for role in ROLES] for width in (0.8, 1.8)]
        self.tips = [[Marker(self.weights, *pair, 7.0) for pair in zip(ROLES, HEADS, strict=True)] for _ in range(2)]
        self.weights.live += [*self.paths[0], *self.paths[1], *self.tips[0], *self.tips[1]]
        self.panes: list[Pane] = [legend, *self.maps, self.scale, self.loss, self.weights]

    def prepare(self, recording: AdamwRecording) -> None:
        """Both maps, their edges beside theory, and the ranges of the marked training."""
        self.recording = recording
        known = recording.map_loss[np.isfinite(recording.map_loss)]
        self.best = float(known.min(initial=GUESSING - 0.05))
        self._prepare_maps(recording)
        for method, mark in enumerate(self.marks):
            mark.set(recording.params.learning_rate, self._height(method, recording.params))
        self._prepare_loss(recording)
        self._prepare_weights(recording)

    def agree(self, other: "MapStory") -> None:
        """Give the same colours to the same losses as the maps of another run do."""
        self.best = min(self.best, other.best)
        self._prepare_maps(self.recording)

    def _prepare_maps(self, recording: AdamwRecording) -> None:
        """Both maps; while only the marked cell changes, they stay as they are."""
        params = recording.params
        maps = (recording.map_loss.tobytes(), recording.map_steps.tobytes(), params.axis, params.normalized, self.best)
        if maps != self.drawn:
            self.drawn = maps
            self.scale.touch()
            for method in range(len(NAMES)):
                self._prepare_map(recording, method)

    def _prepare_map(self, recording: AdamwRecording, method: int) -> None:
        plot, params, side = self.maps[method], recording.params, recording.params.side
        axis = "λ, as PyTorch has it" if params.axis == "pytorch" else "per step, ηλ"
        plot.set_title(f"{NAMES[method]}: decay {axis if method else 'λ'}")
        half = [0.5 * math.log10(ends[1] / ends[0]) / (side - 1) for ends in (RATES, DECAYS)]
        x = np.linspace(math.log10(RATES[0]) - half[0], math.log10(RATES[1]) + half[0], side + 1)
        y = np.linspace(math.log10(DECAYS[0]) - half[1], math.log10(DECAYS[1]) + half[1], side + 1)
        plot.set_range((10.0 ** x[0], 10.0 ** x[-1]), (10.0 ** y[0], 10.0 ** y[-1]))
        sheared = method == 1 and params.axis == "pytorch"
        centres = np.log10(recording.rates)
        levels = y[:, None] - (centres[None, :] if sheared else np.zeros(side))
        steps = recording.map_steps[method]
        broken = np.where(np.isnan(steps), np.nan, np.isnan(recording.map_loss[method]))
        losses = recording.map_loss[method]
        self.cells[method].set(x, levels, losses, broken, (self.best, GUESSING), good_limit(losses))
        self._prepare_edge(recording, method, 1.0 if sheared else 0.0)

    def _prepare_edge(self, recording: AdamwRecording, method: int, shear: float) -> None:
        """The line of theory through the middle of the edge, and its slope beside the measured one."""
        edge, line = edge_of(recording.map_loss[method]), self.edges[method]
        if recording.share_known < 1.0 or not math.isfinite(edge.slope):
            line.set(np.full(2, np.nan), np.full(2, np.nan))
            self.slopes[method].set(math.nan, math.nan, "")
            return
        tilt = SLOPES[recording.params.normalized][method] - shear
        half = 0.5 * math.log10(DECAYS[1] / DECAYS[0]) / (recording.params.side - 1)  # to the cells' upper borders
        middle = float((edge.y - shear * edge.x).mean()) + half
        ends = np.array([math.log10(FASTEST) - 0.5, math.log10(RATES[1])])
        line.set(np.power(10.0, ends), np.power(10.0, middle + tilt * (ends - edge.x.mean())))
        text = f"slope {fixed(edge.slope - shear, 1)}, theory {fixed(tilt, 0)}"
        self.slopes[method].set(self.maps[method].x_range[0], self.maps[method].y_range[0], text)

    def _prepare_loss(self, recording: AdamwRecording) -> None:
        params = recording.params
        self.loss.set_title(f"Test loss at η = {short(params.learning_rate, 2)}, λ = {short(params.weight_decay, 2)}")
        losses = np.stack((recording.test_loss, recording.train_loss))
        known = losses[np.isfinite(losses)]
        self.loss.set_range(
            (-0.02 * recording.last, 1.03 * recording.last), (0.0, min(1.05 * float(known.max(initial=1.0)), 2.5))
        )
        self.steps: F64 = recording.stride * np.arange(float(recording.test_loss.shape[1]))

    def _prepare_weights(self, recording: AdamwRecording) -> None:
        """The weights that stand a tenth from either end when AdamW's are ordered by the size of their gradients."""
        sizes = recording.root[1]
        last = np.flatnonzero(np.isfinite(sizes).all(axis=1))
        order = np.argsort(sizes[last[-1]], kind="stable") if last.size else np.arange(sizes.shape[1])
        tenth = len(order) // 10
        self.chosen = (int(order[tenth]), int(order[-1 - tenth]))
        values = recording.theta[:, :, list(self.chosen)]
        known = values[np.isfinite(values)]
        low, high = float(known.min(initial=0.0)), float(known.max(initial=0.0))
        pad = 0.1 * max(high - low, 1e-6)
        self.weights.set_range((-0.02 * recording.last, 1.03 * recording.last), (low - pad, high + pad))

    def draw(self, recording: AdamwRecording, k: int) -> None:
        """The marked training after k steps."""
        look = recording.look(k)
        steps = self.steps[: look + 1]
        for method in range(len(NAMES)):
            test, train = recording.test_loss[method], recording.train_loss[method]
            self.tests[method].set(steps, test[: look + 1])
            self.trains[method].set(steps, train[: look + 1])
            self.ends[method].set(float(steps[-1]), float(test[look]))
            for kind, parameter in enumerate(self.chosen):
                path = recording.theta[method, :, parameter]
                self.paths[kind][method].set(steps, path[: look + 1])
                self.tips[kind][method].set(float(steps[-1]), float(path[look]))
        ending = recording.endings[1]
        gone = ending.failed and k >= ending.step
        self.lost.set(float(ending.step), self.loss.y_range[1], "AdamW diverged" if gone else "")

    def _height(self, method: int, params: AdamwParams) -> float:
        per_step = method == 1 and params.axis == "paper"
        return params.weight_decay * (params.learning_rate if per_step else 1.0)

    def _cell(self, method: int, x: float, y: float) -> tuple[int, int]:
        """(row, column) of the cell nearest to a point of a map."""
        recording = self.recording
        column = int(np.argmin(np.abs(np.log10(recording.rates) - math.log10(max(x, 1e-300)))))
        sheared = method == 1 and recording.params.axis == "pytorch"
        decay = y * (float(recording.rates[column]) if sheared else 1.0)
        return int(np.argmin(np.abs(np.log10(recording.map_decays) - math.log10(max(decay, 1e-300))))), column

    def _choose_l2(self, grab: Grab) -> dict[str, float]:
        return self._choose(0, grab)

    def _choose_adamw(self, grab: Grab) -> dict[str, float]:
        return self._choose(1, grab)

    def _choose(self, method: int, grab: Grab) -> dict[str, float]:
        row, column = self._cell(method, grab.x, grab.y)
        return knobs_of(self.recording, method, row, column)

    def _describe_l2(self, x: float, y: float) -> str:
        return self._describe(0, x, y)

    def _describe_adamw(self, x: float, y: float) -> str:
        return self._describe(1, x, y)

    def _describe(self, method: int, x: float, y: float) -> str:
        row, column = self._cell(method, x, y)
        knobs = knobs_of(self.recording, method, row, column)
        loss = float(self.recording.map_loss[method, row, column])
        steps = float(self.recording.map_steps[method, row, column])
        what = (
            "not trained yet"
            if math.isnan(steps)
            else f"diverged at step {steps:.0f}"
            if math.isnan(loss)
            else f"test loss {short(loss)}"
        )
        return f"{NAMES[method]} at η = {short(knobs['learning_rate'])}, λ = {short(knobs['weight_decay'])}: {what}"

    def _paint_scale(self, painter: QPainter) -> None:
        """What the colours mean: a strip from the best loss to guessing, and the two marks that are no colours of it."""
        theme, rect = self.scale.theme, self.scale.rect
        font = theme.font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        middle, height = rect.top() + 0.65 * theme.sizes["label"], 0.6 * theme.sizes["small"]
        x = rect.left()

        def word(text: str) -> None:
            nonlocal x
            painter.setPen(theme.color("muted"))
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x, middle - 20, width + 2, 40), Qt.AlignmentFlag.AlignVCenter, text)
            x += width + 12

        word(f"test loss {short(self.best, 2)}")
        strip = QRectF(x, middle - height / 2, 0.16 * rect.width(), height)
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        ramp = self.cells[0].ramp
        for stop in range(11):
            red, green, blue, _ = ramp[round(255 * math.sqrt(stop / 10))].tolist()
            color = theme.color("panel")
            color.setRgb(red, green, blue)
            gradient.setColorAt(stop / 10, color)
        painter.setPen(theme.pen("border", 0.4))
        painter.setBrush(gradient)
        painter.drawRoundedRect(strip, 4, 4)
        x = strip.right() + 12
        word("0.69, guessing")
        x += 16
        for kind, text in (("outline", "good"), ("bad", "diverged")):
            box = QRectF(x, middle - 9, 18, 18)
            painter.setPen(theme.pen("text", 0.55) if kind == "outline" else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if kind == "outline" else theme.color("bad", 0.75))
            painter.drawRect(box)
            x = box.right() + 10
            word(text)
            x += 10


def knobs_of(recording: AdamwRecording, method: int, row: int, column: int) -> dict[str, float]:
    """The knobs that train what a cell of a map has trained."""
    rate, decay = float(recording.rates[column]), float(recording.map_decays[row])
    return {"learning_rate": rate, "weight_decay": decay / rate if method == 1 else decay}
