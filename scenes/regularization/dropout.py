"""Dropout: at every step a mask falls on the net, and what is left is another net; their mean is the net we keep.

First the net learns, each step under a mask of its own. Then its weights rest and masks are counted: what one unit gets
fills the dashed outline that all masks together would give, its mean settles on the full net's value and its variance on
p/(1 − p)·Σ(w a)². Click any unit to watch that one: behind hidden 1's mask this is exact; a logit has a ReLU in between, and
its mean lands near the full net's, not on it.
"""

import math
from typing import ClassVar

import numpy as np

from core.recording import F64
from core.simulations.dropout import SIMULATION, DropoutParams, DropoutRecording
from core.subnet_average import running_moments
from core.subnets import chances, subset_sums
from scenes.kit.curves import Band, Bars, Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed, short
from scenes.kit.pane import Grab, Handle
from scenes.kit.subnet_view import SubnetView
from scenes.kit.trails import Trails
from scenes.kit.words import Cell, Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DASH, DASH_DOT, DOT, SOLID

CURVES = (
    Entry("without dropout", "series.1"),
    Entry("with dropout", "series.2"),
    Entry("mean of its subnets", "series.3", DASH_DOT),
)
ROLES = ("series.1", "series.1", "series.2", "series.2", "series.3")
DASHES = (DOT, SOLID, DOT, SOLID, DASH_DOT)
CHOICES = ("Full net (inverted)", "Classic, × (1 − p)", "Classic, not scaled", "Mean of subnets")
BINS = 37  # odd: where nothing varies, the one value stands in the middle of a bin
DIGITS = {"examples": 200, "p_1": 0.1, "p_2": 0.1, "width": 16}
MOONS = {name: DropoutParams.knob(name).default for name in DIGITS}


class Dropout(Scene[DropoutParams, DropoutRecording]):
    """The net under its masks, what one unit gets of them, and what it is worth on examples the net has not seen."""

    title = "Dropout"
    question = "What does a dropped unit leave behind?"
    look = "Units drop out at random. Those that stay speak 1/(1 − p) times louder, so that each sum keeps its mean."
    cards = (15,)
    formulas = (
        r"\textcolor{series.2}{z} = b + \Sigma\, w \frac{m}{1-p} a \qquad \mathrm{Var}[z] = \frac{p}{1-p} \Sigma\, (w a)^2",
    )
    seconds = 20.0
    overlays = False
    simulation = SIMULATION
    layout = Row(
        (1.5, Column((2.0, "net"), (0.1, "legend"), (0.8, "accuracy"))),
        (
            1.0,
            Column(
                (1.1, "histogram"), (0.85, Row((1.0, "mean"), (1.0, "variance"), keep=True)), (0.34, "formula"), (0.9, "table")
            ),
        ),
    )
    large = Row(
        (1.5, Column((1.75, "net"), (0.1, "legend"), (1.0, "accuracy"))),
        (1.0, Column((1.5, "histogram"), (1.05, "table"))),
    )
    layouts: ClassVar[dict[Shape, Split]] = {
        "square": Column((1.55, "net"), (1.0, Row((1.2, "histogram"), (1.0, "mean"), keep=True))),
        "tall": Column(
            (1.5, "net"),
            (0.9, "histogram"),
            (0.75, Row((1.0, "mean"), (1.0, "variance"), keep=True)),
            (0.16, "legend"),
            (0.75, "accuracy"),
            (0.8, "table"),
        ),
    }
    presets = (
        Preset("A few noisy moons"),
        Preset("Half of all units", {"p_1": 0.5, "p_2": 0.5}),
        Preset("Nine of ten", {"p_1": 0.9, "p_2": 0.9}),
        Preset("No dropout", {"p_1": 0.0, "p_2": 0.0}),
        Preset("Linear read-out", {"p_1": 0.0, "p_2": 0.5}),
        Preset("Plenty of data", {"examples": 300}),
        Preset("Digits", {"data": "digits", **DIGITS}),
    )

    def build(self, stage: Stage) -> None:
        """Net and subnet, accuracy over time; histogram, mean and variance of one unit, and the choices at test time."""
        areas = stage.areas(self.layout, self.layouts, self.large)
        pane = stage.canvas(areas["net"])
        self.view = SubnetView(pane)
        pane.draw_still, pane.draw_live = self.view.paint_still, self.view.paint_live
        pane.handles.append(Handle("unit to watch", self._watch))
        pane.describe = self.view.describe

        self.legend = stage.legend(areas["legend"], *CURVES)
        self.accuracy = stage.plot(areas["accuracy"], title="Right answers (dotted: training set, solid: test set)")
        self.accuracy.zoomable = True
        self.shares = Trails(self.accuracy, ROLES, DASHES, dots=False)
        self.accuracy.live.append(self.shares)

        self.histogram = stage.plot(areas["histogram"], title="What a unit gets", grid=False)
        self.bars = Bars(self.histogram, "series.2", 0.85)
        self.expected = Curve(self.histogram, "theory", 0.8, DASH)
        self.full = Rule(self.histogram, "theory", 1.2, DASH)
        self.full_label = Label(self.histogram, "theory")
        self.now = Marker(self.histogram, "series.2", "diamond", 9.0)
        self.histogram.live += [self.bars, self.expected, self.full, self.full_label, self.now]

        self.mean = stage.plot(areas["mean"], title="Mean over masks")
        self.variance = stage.plot(areas["variance"], title="Variance over masks")
        self.band = Band(self.mean, "theory", 0.14)
        self.mean_full = Curve(self.mean, "theory", 0.9, DASH)
        self.mean_exact = Curve(self.mean, "bad", 0.9, DASH_DOT)
        self.means = Curve(self.mean, "series.3", 1.1)
        self.mean.live += [self.band, self.mean_exact, self.mean_full, self.means]
        self.variance_exact = Curve(self.variance, "theory", 0.9, DASH)
        self.variances = Curve(self.variance, "series.3", 1.1)
        self.variance.live += [self.variance_exact, self.variances]
        self.frozen = Rule(self.accuracy, "faint", 0.6)
        self.accuracy.still.append(self.frozen)

        stage.formula(areas["formula"], *self.formulas)
        self.table = stage.table(areas["table"], "At test time", ("", "right", "loss", "as full net"), (2.5, 0.9, 0.75, 1.15))

    def prepare(self, recording: DropoutRecording) -> None:
        """The net's places, the axes, and what theory says about the unit that is watched."""
        self.view.load(recording)
        learning, last = recording.learning, recording.last
        self.shown = recording.params.watched - 1 if recording.params.watched else recording.receiver
        self.shown = min(self.shown, recording.received.shape[1] - 1)
        frames = np.arange(last + 1.0)
        low = math.floor(10 * float(min(recording.accuracy[:4].min(), recording.accuracy[5, learning:].min()))) / 10
        self.accuracy.set_range((0.0, 1.04 * last), (min(low, 0.9), 1.1))
        shares = recording.accuracy[[0, 1, 2, 3, 5]].copy()
        shares[4, :learning] = math.nan
        self.shares.set_paths(np.tile(frames, (5, 1)), shares)
        self.frozen.set(x=float(learning))
        self._prepare_unit(recording)
        self._prepare_ticks(recording)

    def _prepare_ticks(self, recording: DropoutRecording) -> None:
        """Training steps, then masks, which alone count for the moments; shares in quarters; moments at what theory says."""
        learning, count = recording.learning, recording.params.masks
        half = count // 2
        steps = [(float(learning), f"{recording.params.steps} steps")]
        masks = [(learning + half - 1.0, f"{half} masks")]
        self.accuracy.set_ticks("bottom", [*steps, *masks, (learning + count - 1.0, str(count))])
        quarters = (0.0, 0.5, 1.0) if self.accuracy.y_range[0] < 0.3 else (0.5, 0.75, 1.0)
        self.accuracy.set_ticks("left", [(share, f"{100 * share:.0f} %") for share in quarters])
        top = self.histogram.y_range[1]
        step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500) if top / size < 3.2)
        self.histogram.set_ticks("left", [(float(count), str(count)) for count in range(0, int(top) + 1, step)])
        for plot in (self.mean, self.variance):
            plot.set_ticks("bottom", masks)
        full, variance = float(recording.full[-1, self.shown]), float(recording.exact_variance[-1, self.shown])
        self.mean.set_ticks("left", [(full, short(full))])
        self.variance.set_ticks("left", [(0.0, "0"), (variance, short(variance))] if variance > 0.0 else [(0.0, "0")])

    def _prepare_unit(self, recording: DropoutRecording) -> None:
        """Values of the watched unit, its moments at each frame, the axes they need, and the outline at the end."""
        unit, learning = self.shown, recording.learning
        self.values = recording.received[:, unit]
        self.rows = np.minimum(np.arange(len(self.values)), learning)
        mean, variance = recording.exact_mean[:, unit], recording.exact_variance[:, unit]
        counted = self.values[learning:]
        spread = 2.0 * math.sqrt(variance[-1])
        ends = [counted.min(), counted.max(), mean[-1] - spread, mean[-1] + spread, recording.full[-1, unit]]
        low, high = float(np.min(ends)), float(np.max(ends))
        pad = 0.04 * (high - low) if high > low else max(1.0, abs(low))
        self.edges = np.linspace(low - pad, high + pad, BINS + 1)
        self.outline = self._outline(recording, learning)
        counts = np.histogram(counted, self.edges)[0]
        tallest = max(float(counts.max()), float(np.nanmax(self.outline)) if self.outline.size else 0.0)
        self.histogram.set_range((low - pad, high + pad), (0.0, 1.35 * tallest))
        self.histogram.title = f"What {self.view.name(unit)} gets"
        frames = np.arange(len(self.values), dtype=np.float64)
        self.moments = _running(self.values, learning)
        error = np.sqrt(variance[self.rows] / recording.seen)
        centre = recording.full[-1, unit]
        reach = max(3.2 * math.sqrt(variance[-1] / 4.0), 1.2 * abs(mean[-1] - centre), 0.02 * abs(centre), 1e-3)
        counting = (float(learning), float(recording.last))
        self.mean.set_range(counting, (centre - reach, centre + reach))
        self.band.set(frames, mean[self.rows] - 2.0 * error, mean[self.rows] + 2.0 * error)
        self.mean_full.set(frames, recording.full[self.rows, unit])
        differs = unit >= 2 * recording.params.width
        self.mean_exact.set(frames, mean[self.rows] if differs else np.full(len(frames), math.nan))
        top = max(1.9 * float(variance[-1]), 1.1 * float(self.moments[1][-1]), 1e-3)
        self.variance.set_range(counting, (-0.12 * top, top))
        self.variance_exact.set(frames, variance[self.rows])

    def _outline(self, recording: DropoutRecording, row: int) -> F64:
        """How many of all counted masks each bin is to expect, given θ at a checkpoint: from the list of all masks."""
        unit, width, (p_1, p_2) = self.shown, recording.params.width, recording.rates
        _, second, last = recording.stack.views(recording.parameters[row])
        layer, place = min(unit // width, 2), unit - min(unit // width, 2) * width
        full = recording.full[row]
        if layer == 0:
            sums, chance = np.array([0.0, full[unit] / (1.0 - p_1)]), np.array([p_1, 1.0 - p_1])
        elif layer == 1:
            sums, chance = subset_sums(second.weight[place] * full[:width], p_1) + second.bias[place], chances(width, p_1)
        elif p_1 == 0.0:
            hidden = np.maximum(full[width : 2 * width], 0.0)
            sums, chance = subset_sums(last.weight[place] * hidden, p_2) + last.bias[place], chances(width, p_2)
        else:
            return np.empty(0)  # a logit has both layers' masks behind it: too many to list
        return np.histogram(sums, self.edges, weights=chance)[0] * recording.params.masks

    def draw(self, recording: DropoutRecording, k: int) -> None:
        """The mask of step k on the net, what the watched unit has got so far, and how often the mean is right."""
        self.view.draw(k, self.shown)
        self.shares.set(k)
        self._draw_unit(recording, k)
        self._draw_table(recording, k)

    def _draw_unit(self, recording: DropoutRecording, k: int) -> None:
        learning, row = recording.learning, recording.checkpoint(k)
        outline = self.outline if row == learning else self._outline(recording, row)
        x = np.repeat(self.edges, 2)
        self.expected.set(
            x, np.concatenate(([0.0], np.repeat(outline, 2), [0.0])) if outline.size else np.full(len(x), math.nan)
        )
        counts = np.histogram(self.values[learning : k + 1], self.edges)[0].astype(np.float64)
        self.bars.set(self.edges, counts)
        full, top = float(recording.full[row, self.shown]), self.histogram.y_range[1]
        self.full.set(x=full)
        low, high = self.histogram.x_range
        self.full_label.side = "left" if full > 0.35 * low + 0.65 * high else "right"
        self.full_label.set(full, 0.92 * top, f"full net: {short(full)}")
        self.now.set(float(np.clip(self.values[k], self.edges[0], self.edges[-1])), 0.035 * top)
        shown = slice(learning, max(k + 1, learning))
        frames = np.arange(len(self.values), dtype=np.float64)
        self.means.set(frames[shown], self.moments[0][shown])
        self.variances.set(frames[shown], self.moments[1][shown])

    def _draw_table(self, recording: DropoutRecording, k: int) -> None:
        """The choices at test time for the trained net; nothing of it is known before it is trained."""
        rows: list[tuple[Cell | str, ...]] = []
        for choice, name in enumerate(CHOICES):
            numbers = (recording.test_accuracy[choice], recording.test_loss[choice], recording.test_agreement[choice])
            if choice == len(CHOICES) - 1:
                numbers = (recording.accuracy[5, k], recording.average_loss[k], recording.agreement[k])
            role = "series.3" if choice == 3 else "bad" if choice == 2 else "text"
            known = k >= recording.learning
            texts = (percent(numbers[0]), fixed(float(numbers[1]), 2), percent(numbers[2])) if known else ("–", "–", "–")
            rows.append((Cell(name, role, choice in (0, 3)), *(Cell(text, "text") for text in texts)))
        self.table.set(rows)

    def sentence(self, recording: DropoutRecording) -> str:
        """What dropping does, or that nothing drops."""
        return self.look if max(recording.rates) > 0.0 else "With p = 0 no unit drops out: every subnet is the full net."

    def caption(self, recording: DropoutRecording, k: int) -> str:
        """While learning who is right how often; then what the masks so far come to."""
        if k < recording.learning:
            without, dropout = (percent(float(recording.accuracy[row, k])) for row in (1, 3))
            dropped = recording.params.width - recording.mask[k].sum(axis=1, dtype=np.int64)
            who = f"This mask drops {dropped[0]} and {dropped[1]} of {recording.params.width} units."
            return f"{who} Right on the test set: {without} without dropout, {dropout} with it."
        row, unit = recording.checkpoint(k), self.shown
        mean, full = short(float(self.moments[0][k])), short(float(recording.full[row, unit]))
        count = int(recording.seen[k])
        masks = "1 mask" if count == 1 else f"{count} masks"
        return f"Over {masks} {self.view.name(unit)} gets {mean} on average; in the full net it gets {full}."

    def place(self, recording: DropoutRecording, k: int) -> str:
        """The step of training, then the number of masks."""
        if k < recording.learning:
            return f"training step {round(k * recording.steps_per_frame)} / {recording.params.steps}"
        return f"mask {int(recording.seen[k])} / {recording.params.masks}"

    def events(self, recording: DropoutRecording) -> tuple[Event, ...]:
        """Where training ends."""
        return (Event(recording.learning, "trained: the weights rest, masks are counted"),)

    def settle(self, params: DropoutParams, changed: str) -> DropoutParams:
        """Other data want another amount of it, and another net."""
        if changed != "data":
            return params
        return params.replace(watched=0, **(DIGITS if params.data == "digits" else MOONS))

    def _watch(self, grab: Grab) -> dict[str, int]:
        receiver = self.view.receiver_at(grab.x, grab.y)
        return {} if receiver is None else {"watched": receiver + 1}


def percent(share: float) -> str:
    """A share as a person reads it."""
    return f"{100.0 * share:.1f} %" if share < 0.9995 else "100 %"


def _running(values: F64, learning: int) -> tuple[F64, F64]:
    """Mean and variance of the values since training ended; of each alone before."""
    mean, variance = values.copy(), np.zeros_like(values)
    mean[learning:], variance[learning:] = running_moments(values[learning:])
    return mean, variance
