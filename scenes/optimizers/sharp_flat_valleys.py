"""The first half of the scene on sharp and flat minima: a thousand runs of each method between two valleys.

Above, each method's runs heaped on the loss that all of them share; below, their share in the sharp valley by step, over
learning rate and batch size, and along a line on which η/B stays; and what training and shifted test loss say of each valley.
"""

import math

import numpy as np

from core.recording import F64
from core.sharp_flat.knobs import SharpFlatParams
from core.sharp_flat.landscape import losses, two_valleys
from core.sharp_flat.recording import PARTICLES, SharpFlatRecording
from core.theory.momentum import stability_limit
from scenes.kit.cell_map import CellMap
from scenes.kit.curves import Curve
from scenes.kit.dots import Dots
from scenes.kit.heap import Heap
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import short
from scenes.kit.pane import Grab, Handle, Pane
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.optimizers.sharp_flat_words import NAMES, percent, warmth
from scenes.stage import Stage
from scenes.theme import DASH, DOT

METHODS = ("sgd", "momentum", "adam")
ROLES = tuple(f"optimizer.{method}" for method in METHODS)
HEADS = ("disc", "square", "diamond")
TOGETHER = 2  # bins of the recording in one of a heap: fewer runs in each would flicker
LOWEST, HIGHEST, PEAK = 0.4, 2.8, 1.9  # ends of the view and height of the highest heap, in barriers
COARSE = 4
NARROW = 400.0  # logical pixels of a pane, below which there is no room for words side by side
HALVES = [(0.0, "0"), (0.5, "50 %"), (1.0, "100 %")]

HEAPS = Row((1.0, "sgd"), (1.0, "momentum"), (1.0, "adam"), keep=True)
LAYOUT = Column(
    (0.1, Row((1.0, "legend"), (1.1, "note"))),
    (1.2, HEAPS),
    (1.0, Row((1.0, "share"), (1.0, "map"), (1.0, "line"), (1.0, "losses"))),
)
LARGE = Column((0.11, "legend"), (1.15, HEAPS), (1.0, Row((1.0, "share"), (1.0, "map"), (1.0, "losses"))))
LAYOUTS: dict[Shape, Split] = {
    "square": Column((0.09, "legend"), (1.1, HEAPS), (1.0, Row((1.0, "share"), (1.0, "map"), keep=True))),
    "tall": Column(
        (0.07, "legend"),
        (2.2, Column((1.0, "sgd"), (1.0, "momentum"), (1.0, "adam"))),
        (0.9, Row((1.0, "share"), (1.0, "map"), keep=True)),
        (0.9, Row((1.0, "line"), (1.0, "losses"), keep=True)),
        (0.16, "note"),
    ),
}


class ValleyStory:
    """Three heaps, and four plots of where their runs end."""

    def __init__(self, stage: Stage) -> None:
        """Make the panes and their marks."""
        areas = stage.areas(LAYOUT, LAYOUTS, LARGE)
        entries = [Entry(NAMES[method], role) for method, role in zip(METHODS, ROLES, strict=True)]
        legend = stage.legend(areas["legend"], *entries, Entry("theory", "theory", DASH), Entry("test", "muted", DOT))
        self.note = stage.text(areas["note"], size="label")
        self.brief = stage.theme.large or stage.shape != "wide"
        self.narrow = areas["sgd"].width() < NARROW

        self.plots = [
            stage.plot(areas[method], title=" ", grid=False, y_width=1.5 * stage.theme.sizes["small"]) for method in METHODS
        ]
        self.ground = [Curve(plot, "text", 1.2) for plot in self.plots]
        self.moved = [Curve(plot, "muted", 1.0, DOT) for plot in self.plots]
        self.heaps = [Heap(plot, role) for plot, role in zip(self.plots, ROLES, strict=True)]
        self.expected = Curve(self.plots[0], "theory", 1.0, DASH)
        self.starts = [Marker(plot, "text", "ring", 9.0) for plot in self.plots]
        self.shares = [[Label(plot, "text", "label", bold=True, side="middle") for _ in range(2)] for plot in self.plots]
        for m, plot in enumerate(self.plots):
            plot.still += [self.moved[m], self.ground[m]]
            plot.live += [self.heaps[m], self.starts[m], *self.shares[m]]
            plot.handles += [
                Handle("start of the runs", self._start, lambda m=m: (self.starts[m].x, self.starts[m].y)),  # type: ignore[misc]
                Handle("test surface", self._shift, self._shift_place),
            ]
        self.plots[0].live.insert(1, self.expected)

        self.share = stage.plot(areas["share"], title="In the sharp valley, by step")
        self.told = Curve(self.share, "theory", 0.9, DASH)
        self.lines = [Curve(self.share, role, 1.4) for role in ROLES]
        self.tips = [Marker(self.share, *pair, 8.0) for pair in zip(ROLES, HEADS, strict=True)]
        self.share.still.append(self.told)
        self.share.live += [*self.lines, *self.tips]

        self.map = stage.plot(areas["map"], title=" ", log_x=True, log_y=True, grid=False, x="learning rate η")
        self.cells = CellMap(self.map, COARSE)
        self.equal = Curve(self.map, "theory", 1.0, DASH)
        self.limit = Rule(self.map, "bad", 0.9)
        self.corners = [Label(self.map, "text", side="middle") for _ in range(2)]
        self.steep = Label(self.map, "bad", side="middle")
        self.here = Marker(self.map, "text", "disc", 9.0)
        self.map.still += [self.cells, self.equal, self.limit, *self.corners, self.steep, self.here]
        self.map.handles.append(Handle("learning rate and batch size", self._choose))
        self.map.describe = self._describe

        self.line = stage.plot(areas["line"], title="Share left, with η/B kept", log_x=True, x="learning rate η")
        self.equals = [Curve(self.line, role, 1.4) for role in ROLES]
        self.points = [
            Dots(self.line, role, "diamond" if head == "diamond" else "disc", 5.0)
            for role, head in zip(ROLES, HEADS, strict=True)
        ]
        self.scaled = Curve(self.line, "theory", 0.9, DASH)
        self.chosen = Rule(self.line, "faint", 0.7, DOT)
        self.line.still += [self.chosen, self.scaled, *self.equals, *self.points]

        self.losses = stage.plot(areas["losses"], title="Loss, training ○ to test")
        self.gaps = [Curve(self.losses, role, 1.2) for role in ROLES]
        self.train = [[Marker(self.losses, role, "ring", 7.0) for _ in range(2)] for role in ROLES]
        self.test = [[Marker(self.losses, role, head, 7.0) for _ in range(2)] for role, head in zip(ROLES, HEADS, strict=True)]
        for m in range(len(METHODS)):
            self.losses.live += [self.gaps[m], *self.train[m], *self.test[m]]
        self.losses.set_ticks("bottom", [(0.0, "sharp valley"), (1.0, "flat valley")])
        self.panes: list[Pane] = [legend, self.note, *self.plots, self.share, self.map, self.line, self.losses]

    # -- what stays for a recording ------------------------------------------------------------------------------------

    def prepare(self, recording: SharpFlatRecording) -> None:
        """Landscape, ranges, map and line of this recording."""
        self.recording = recording
        self._prepare_heaps(recording)
        self.share.set_range((-0.02 * float(recording.step[-1]), 1.04 * float(recording.step[-1])), (-0.04, 1.06))
        self.share.set_ticks("left", HALVES)
        self.told.set(recording.step, recording.expected_share[:, 0])
        self._prepare_map(recording)
        self._prepare_line(recording)
        self._prepare_losses(recording)

    def _prepare_heaps(self, recording: SharpFlatRecording) -> None:
        params = recording.params
        self.valleys = two_valleys(params.sharpness, params.barrier, params.depth)
        self.edges: F64 = recording.edge[::TOGETHER]
        self.middles = 0.5 * (self.edges[1:] + self.edges[:-1])
        # Where the runs begin they stand closer than ever again: the first twentieth does not set the scale.
        later = together(recording.count[:, recording.last // 20 :])
        scale = PEAK * params.barrier / max(float(later.max()), 1.0)
        low, high = -max(self.valleys.depth, 0.0) - LOWEST * params.barrier, HIGHEST * params.barrier
        wide = 4.0 * (self.valleys.flat_at - self.valleys.sharp_at)
        far = np.linspace(self.valleys.sharp_at - wide, self.valleys.flat_at + wide, 2001)
        seen = far[losses(far, self.valleys) < high]  # as far as the loss is in view
        margin = 0.05 * float(seen[-1] - seen[0])
        x = np.linspace(seen[0] - margin, seen[-1] + margin, 481)
        height = losses(x, self.valleys)
        begin = float(losses(np.array([params.start]), self.valleys)[0])
        warm = warmth(recording)
        self.ends = (low, high)
        self.over = (float(x[0]), float(x[-1])) if self.narrow else (self.valleys.sharp_at, self.valleys.flat_at)
        for m, plot in enumerate(self.plots):
            name = NAMES[METHODS[m]]
            heat = (
                f"{'T =' if self.brief else 'temperature'} {short(warm[m], 2)}" if math.isfinite(warm[m]) else "no rest there"
            )
            plot.set_title(name if self.narrow else f"{name}: {heat}")
            plot.set_range((float(x[0]), float(x[-1])), self.ends)
            plot.set_ticks("bottom", [(self.valleys.sharp_at, "sharp"), (self.valleys.flat_at, "flat")])
            plot.set_ticks("left", [(0.0, "0"), (params.barrier, "h")])
            self.ground[m].set(x, height)
            self.moved[m].set(x, losses(x - params.shift, self.valleys) if params.shift > 0.0 else np.full(x.size, np.nan))
            self.heaps[m].prepare(PARTICLES, self.edges, scale)
            self.starts[m].set(params.start, begin)
        self.note.set(
            f"1,000 runs each, heaped by place. Barrier h = {short(params.barrier, 2)}. Temperature: λ♯E(x − x♯)², by theory."
        )

    def _prepare_map(self, recording: SharpFlatRecording) -> None:
        """The map of the method that is chosen, its line of equal temperature, and where its steps are too long for λ♯."""
        params = recording.params
        m = METHODS.index(params.shown)
        self.map.set_title(f"{NAMES[params.shown]}{'' if self.brief else ': share'} left, by η and B")
        x, y = (borders(np.log10(axis)) for axis in (recording.rate, recording.map_batch))
        self.map.set_range((10.0 ** x[0], 10.0 ** x[-1]), (10.0 ** y[0], 10.0 ** y[-1]))
        self.map.set_ticks("bottom", [(math.log10(rate), f"{rate:g}") for rate in (0.01, 0.03, 0.1, 0.3)])
        self.map.set_ticks("left", [(float(np.log10(batch)), f"{batch:.0f}") for batch in (1, 4, 16, 64, 256)])
        shares = recording.map_share[m].T
        broken = np.where(np.isnan(shares), np.nan, 0.0)
        self.cells.set(x, np.repeat(y[:, None], len(recording.rate), axis=1), shares, broken, (0.0, 1.0), 0.5)
        for label, (row, column) in zip(self.corners, ((-1, 0), (0, -1)), strict=True):
            known = math.isfinite(shares[row, column])
            text = percent(float(shares[row, column])) if known else ""
            label.set(float(recording.rate[column]), float(recording.map_batch[row]), text)
        rates = np.array([10.0 ** x[0], 10.0 ** x[-1]])
        power = 2.0 if params.shown == "adam" else 1.0
        self.equal.set(rates, params.batch * (rates / params.learning_rate) ** power)
        limit = steepest(params, params.shown)
        self.limit.set(x=limit)
        word = "" if not math.isfinite(limit) else "ηλ♯ = 2 + 2β" if params.shown == "momentum" else "ηλ♯ = 2"
        self.steep.set(limit, 8.0 if params.batch > 16 else 10.0 ** y[-1], word)
        self.here.role = ROLES[m]
        self.here.shape = HEADS[m]
        self.here.set(params.learning_rate, float(params.batch))

    def _prepare_line(self, recording: SharpFlatRecording) -> None:
        rates = recording.line_rate
        known = np.isfinite(rates)
        eta = recording.params.learning_rate
        self.line.set_range((eta / 3.3, eta * 3.3), (-0.04, 1.06))
        self.line.set_ticks("left", HALVES)
        self.line.set_ticks("bottom", [(math.log10(eta * f), short(eta * f, 2)) for f in (0.5, 1.0, 2.0)])
        self.chosen.set(x=eta)
        self.scaled.set(rates[known], recording.line_expected[known])
        for m in range(len(METHODS)):
            self.equals[m].set(rates[known], recording.line_share[m][known])
            self.points[m].set(rates[known], recording.line_share[m][known])

    def _prepare_losses(self, recording: SharpFlatRecording) -> None:
        """So high that all that is told after the first tenth fits."""
        told = np.stack((recording.train_loss, recording.test_loss))[:, :, recording.last // 10 :]
        told = told[np.isfinite(told)]
        low, high = (float(told.min(initial=0.0)), float(told.max(initial=1e-3))) if told.size else (0.0, 1.0)
        pad = 0.1 * (high - low)
        self.losses.set_range((-0.5, 1.5), (low - pad, high + pad))

    # -- frames --------------------------------------------------------------------------------------------------------

    def draw(self, recording: SharpFlatRecording, k: int) -> None:
        """Everything at frame k."""
        step = recording.step[: k + 1]
        for m in range(len(METHODS)):
            x = recording.position[m, k]
            self.heaps[m].set(x, losses(x, self.valleys), together(recording.count[m, k]))
            share = recording.share[m, : k + 1, 0]
            self.lines[m].set(step, share)
            self.tips[m].set(float(step[-1]), float(share[-1]))
            for label, at, share in zip(self.shares[m], self.over, recording.share[m, k, :2].tolist(), strict=True):
                label.set(at, self.ends[1], percent(share))
            self._draw_losses(m, recording.train_loss[m, k], recording.test_loss[m, k])
        expected = together(recording.expected_count[k])
        top = losses(self.middles, self.valleys) + self.heaps[0].scale * expected
        self.expected.set(self.middles, np.where(top < self.ends[1], top, np.nan))

    def _draw_losses(self, m: int, train: F64, test: F64) -> None:
        """A method's means (2,) in the sharp and in the flat valley, and what lies between training and test."""
        x = np.arange(2.0) + 0.25 * (m - 1)
        for v in range(2):
            self.train[m][v].set(float(x[v]), float(train[v]))
            self.test[m][v].set(float(x[v]), float(test[v]))
        self.gaps[m].set(np.repeat(x, 3), np.column_stack((train, test, np.full(2, np.nan))).ravel())

    # -- handles -------------------------------------------------------------------------------------------------------

    def _start(self, grab: Grab) -> dict[str, float]:
        return {"start": within("start", grab.x)}

    def _shift(self, grab: Grab) -> dict[str, float]:
        return {"shift": within("shift", grab.x - self.valleys.flat_at)}

    def _shift_place(self) -> tuple[float, float]:
        return self.valleys.flat_at + self.recording.params.shift, 0.0

    def _choose(self, grab: Grab) -> dict[str, float | int]:
        return {"learning_rate": within("learning_rate", grab.x), "batch": round(within("batch", grab.y))}

    def _describe(self, x: float, y: float) -> str:
        recording = self.recording
        column = int(np.argmin(np.abs(np.log(recording.rate / max(x, 1e-9)))))
        row = int(np.argmin(np.abs(np.log(recording.map_batch / max(y, 1e-9)))))
        share = float(recording.map_share[METHODS.index(recording.params.shown), column, row])
        what = f"{percent(share)} left in the sharp valley" if math.isfinite(share) else "not run yet"
        name = NAMES[recording.params.shown]
        return f"{name} at η = {short(float(recording.rate[column]), 2)}, B = {recording.map_batch[row]:.0f}: {what}"


def together(counts: F64) -> F64:
    """Counts (…, bins) with `TOGETHER` neighbours added up."""
    added: F64 = counts.reshape(*counts.shape[:-1], -1, TOGETHER).sum(axis=-1)
    return added


def borders(middles: F64) -> F64:
    """The edges (n + 1,) of evenly spaced cells with these middles (n,)."""
    half = 0.5 * (middles[1] - middles[0])
    return np.append(middles - half, middles[-1] + half)


def steepest(params: SharpFlatParams, method: str) -> float:
    """The η from which on no run can rest in the sharp minimum, even without noise; NaN for Adam, which rescales its steps."""
    if method == "adam":
        return math.nan
    return float(stability_limit(method, params.momentum)) / params.sharpness


def within(name: str, value: float) -> float:
    """A value kept within the ends of a knob."""
    knob = SharpFlatParams.knob(name)
    return float(min(max(value, knob.low or 0.0), knob.high or math.inf))
