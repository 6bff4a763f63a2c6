"""Two coordinates of Adam: its path in an ill-scaled ravine beside plain descent, and the effective step of each coordinate."""

import math

import numpy as np
from PySide6.QtCore import QRectF

from core.recording import F64
from core.simulations.adam import AdamRecording, effective_steps
from core.surfaces import sample
from scenes.kit.field import Field
from scenes.kit.marks import Arrow, Label, Marker
from scenes.kit.pane import Handle
from scenes.kit.trails import Trails
from scenes.optimizers.adam_stream import gutter, name_ends, steps_marked
from scenes.stage import Stage
from scenes.theme import DASH_DOT, DOT, SOLID

ADAM, SGD = "optimizer.adam", "optimizer.sgd"
AXES = ("series.3", "series.7")  # x and y
ROLES, DASHES = (ADAM, ADAM, SGD), (SOLID, DOT, DASH_DOT)
HEADS = ("disc", "diamond", "square")
WINDOW = (-10.0, 6.0, -4.5, 4.5)
REACH = 70.0  # logical pixels that stand for a step of η


class RavineView:
    """The map of the ravine, the effective step by coordinate, and the loss."""

    def __init__(self, stage: Stage, areas: dict[str, QRectF], start: Handle) -> None:
        self.gutter = gutter(stage.theme)
        self.map = stage.plot(areas["mean"].united(areas["root"]), axes=False, grid=False)
        self.map.zoomable = True
        self.field = Field(self.map)
        self.trails = Trails(self.map, ROLES, DASHES, width=1.15)
        self.lowest, self.start = Marker(self.map, "theory", "x", 8.0), Marker(self.map, "text", "ring", 11.0)
        self.parts = [Arrow(self.map, role, 1.3) for role in AXES]
        self.pull = Arrow(self.map, "gradient", 1.3)
        self.heads = [Marker(self.map, role, shape, 9.0) for role, shape in zip(ROLES, HEADS, strict=True)]
        self.map.still.append(self.lowest)
        self.map.live += [self.trails, self.start, *reversed(self.heads), self.pull, *self.parts]
        self.map.handles.append(start)

        self.effective = stage.plot(areas["step"], title="Effective step η/(√v̂ + ε), one for each coordinate", log_y=True)
        self.sizes = Trails(self.effective, (*AXES, SGD), (SOLID, SOLID, DASH_DOT), width=1.3, dots=False)
        self.ends = [Marker(self.effective, role, shape, 8.0) for role, shape in zip((*AXES, SGD), HEADS, strict=True)]
        self.names = [Label(self.effective, role, bold=True) for role in (*AXES, SGD)]
        self.effective.live += [self.sizes, *self.ends, *self.names]

        self.loss = stage.plot(areas["side"], title="Loss by step", log_y=True)
        self.losses = Trails(self.loss, ROLES, DASHES, dots=False)
        self.loss.live.append(self.losses)
        self.plots = (self.map, self.effective, self.loss)

    def hide(self, signal: str) -> None:
        """Leave all of it out unless the gradients are a ravine's."""
        for plot in self.plots:
            plot.hide(signal != "surface")

    def prepare(self, recording: AdamRecording) -> None:
        """Surface, ranges and whole paths."""
        self.t = np.arange(recording.last + 1.0)
        self._prepare_map(recording)
        self._prepare_effective(recording)
        self._prepare_loss(recording)

    def _prepare_map(self, recording: AdamRecording) -> None:
        params = recording.params
        x_low, x_high = min(WINDOW[0], params.start_x - 0.5), max(WINDOW[1], params.start_x + 0.5)
        y_low, y_high = min(WINDOW[2], params.start_y - 0.5), max(WINDOW[3], params.start_y + 0.5)
        # One unit is as long in x as in y: equal steps along both are seen as a diagonal.
        inner = self.map.inner
        shape = inner.width() / inner.height() if inner.height() > 0 else 1.0
        width, height = max(x_high - x_low, (y_high - y_low) * shape), max(y_high - y_low, (x_high - x_low) / shape)
        x_mid, y_mid = (x_low + x_high) / 2, (y_low + y_high) / 2
        x_span, y_span = (x_mid - width / 2, x_mid + width / 2), (y_mid - height / 2, y_mid + height / 2)
        self.map.set_range(x_span, y_span)
        xs, ys = np.linspace(*x_span, 220), np.linspace(*y_span, 110)
        self.field.set(xs, ys, sample("quadratic", xs, ys, params.condition, params.rotation))
        self.lowest.set(0.0, 0.0)
        self.start.set(params.start_x, params.start_y)
        self.trails.set_paths(recording.path[..., 0], recording.path[..., 1])
        self.unit = REACH * width / max(inner.width(), 1.0)  # data units that stand for a step of η

    def _prepare_effective(self, recording: AdamRecording) -> None:
        steps = effective_steps(recording)
        self.shown: F64 = np.array([steps[0, :, 0], steps[0, :, 1], steps[2, :, 0]])
        self.shown[~(self.shown > 0.0)] = math.nan
        found = self.shown[np.isfinite(self.shown)]
        low, high = (float(found.min()), float(found.max())) if found.size else (0.1, 1.0)
        room = max((high / low) ** 0.15, 1.3)
        self.effective.set_range((0.0, (1.0 + self.gutter) * recording.last), (low / room, high * room))
        self.effective.set_ticks("bottom", steps_marked(0, recording.last))
        self.sizes.set_paths(np.tile(self.t, (3, 1)), self.shown)

    def _prepare_loss(self, recording: AdamRecording) -> None:
        loss = np.where(recording.loss > 0.0, recording.loss, math.nan)
        start = float(loss[0, 0]) if np.isfinite(loss[0, 0]) else 1.0
        found = loss[np.isfinite(loss)]
        low, high = (float(found.min()), float(found.max())) if found.size else (0.1, 1.0)
        low, high = max(low, 1e-10 * start), min(max(high, 2.0 * low), 1e3 * start)
        self.loss.set_range((0.0, 1.05 * recording.last), (low / 2.0, 3.0 * high))
        self.loss.set_ticks("bottom", steps_marked(0, recording.last, 3))
        self.losses.set_paths(np.tile(self.t, (3, 1)), np.maximum(recording.loss, 0.0))

    def draw(self, recording: AdamRecording, k: int) -> None:
        """Trails and heads at step k, Adam's step taken apart, and the effective steps so far."""
        for trails in (self.trails, self.sizes, self.losses):
            trails.set(k)
        for head, at in zip(self.heads, recording.path[:, k].tolist(), strict=True):
            head.set(*at)
        for end, step in zip(self.ends, self.shown[:, k].tolist(), strict=True):
            end.set(float(k), step)
        name_ends(self.names, float(k), self.shown[:, k].tolist(), ("x", "y", "SGD"))
        x, y = recording.path[0, k].tolist()
        after = min(k + 1, recording.last)
        g = recording.gradient[0, after]
        moves = (-self.unit * recording.update[0, after]).tolist()
        length = float(np.hypot(*g))
        if k == recording.last or not length > 0.0:
            x = math.nan
        self.parts[0].set(x, y, x + moves[0], y)
        self.parts[1].set(x, y, x, y + moves[1])
        self.pull.set(x, y, *(np.array([x, y]) - 1.5 * self.unit * g / max(length, 1e-300)).tolist())
