"""The second half of the scene on sharp and flat minima: data on which methods that fit alike answer differently, after Wilson
et al. 2017."""

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from core.recording import F64
from core.sharp_flat.recording import SharpFlatRecording
from core.sharp_flat.wilson import scores
from scenes.kit.curves import Band, Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.pane import Pane
from scenes.kit.words import Cell, Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.optimizers.sharp_flat_words import NAMES, percent
from scenes.stage import Stage
from scenes.theme import DASH

LEARNERS = ("sgd", "adagrad", "rmsprop", "adam")
ROLES = tuple(f"optimizer.{name}" for name in LEARNERS)
HEADS = ("disc", "square", "cross", "diamond")
WIDTHS = (1.5, 2.8, 1.2, 1.0)  # three of the curves are nearly one: the inner ones leave the outer ones seen
SLOTS = np.arange(4.0) + 0.22 * (np.arange(4.0)[:, None] - 1.5)  # (learner, feature): where the stem of a weight stands
MOST = 12  # examples that are shown
MINUS = 1  # the kind of example that is told about
FORMULAS = (
    r"\text{Adaptive methods: } w = u \cdot \mathrm{sign}(X^{\top} y)",
    r"\text{trained: } 4u\,y = y \;\Rightarrow\; u = \tfrac{1}{4}",
    r"\text{new } {-1}: \; -u + 2u = +\tfrac{1}{4}",
)

LAYOUT = Column(
    (0.08, "learners"),
    (1.15, Row((1.15, "data"), (1.0, "trained"), (1.0, "new"))),
    (1.0, Row((1.15, "errors"), (1.1, "weights"), (0.9, "adaptive"))),
)
LARGE = Column((0.11, "learners"), (1.1, Row((1.0, "data"), (1.0, "new"))), (0.8, Row((1.0, "errors"), (1.0, "weights"))))
LAYOUTS: dict[Shape, Split] = {
    "square": Column(
        (0.08, "learners"),
        (1.0, Row((1.0, "trained"), (1.0, "new"), keep=True)),
        (0.9, Row((1.1, "errors"), (1.0, "weights"), keep=True)),
    ),
    "tall": Column(
        (0.06, "learners"),
        (1.1, "data"),
        (0.9, Row((1.0, "trained"), (1.0, "new"), keep=True)),
        (0.7, "errors"),
        (0.8, "weights"),
    ),
}


class WilsonStory:
    """The data, what is said of a −1 that was trained and of a new one, the errors, and the weights behind them."""

    def __init__(self, stage: Stage) -> None:
        """Make the panes and their marks."""
        areas = stage.areas(LAYOUT, LAYOUTS, LARGE)
        entries = [Entry(NAMES[name], role) for name, role in zip(LEARNERS, ROLES, strict=True)]
        legend = stage.legend(areas["learners"], *entries, Entry("theory", "theory", DASH))
        self.data = stage.canvas(areas["data"])
        self.data.draw_still = self._paint_data
        self.y: F64 = np.empty(0)

        brief = stage.shape != "wide" or stage.theme.large
        titles = ("A −1 it has seen", "A new −1") if brief else ("Score of a −1 that was trained", "Score of a −1 that is new")
        self.plots = [stage.plot(areas[name], title=title) for name, title in zip(("trained", "new"), titles, strict=True)]
        self.wrong = [Band(plot, "bad", 0.12) for plot in self.plots]
        self.zero = [Rule(plot, "muted", 0.8) for plot in self.plots]
        self.sides = [Label(plot, "bad", side="middle") for plot in self.plots]
        self.goals = [[Rule(plot, "theory", 0.8, DASH) for _ in range(2)] for plot in self.plots]
        self.scores = [[Curve(plot, role, width) for role, width in zip(ROLES, WIDTHS, strict=True)] for plot in self.plots]
        self.tips = [[Marker(plot, *pair, 8.0) for pair in zip(ROLES, HEADS, strict=True)] for plot in self.plots]
        for number, plot in enumerate(self.plots):
            plot.still += [self.wrong[number], self.zero[number], self.sides[number], *self.goals[number]]
            order = (1, 2, 3, 0)  # wide curves first
            plot.live += [*(self.scores[number][m] for m in order), *(self.tips[number][m] for m in order)]

        self.errors = stage.table(areas["errors"], "Wrong answers", ("", "training", "new"), (1.6, 1.0, 1.0))
        self.weights = stage.plot(areas["weights"], title="Weights of the features")
        self.stems = [Curve(self.weights, role, 1.6) for role in ROLES]
        self.heads = [[Marker(self.weights, *pair, 6.0) for pair in zip(ROLES, HEADS, strict=True)] for _ in range(4)]
        self.bars = Curve(self.weights, "theory", 0.9, DASH)
        self.base = Rule(self.weights, "muted", 0.8)
        self.weights.set_ticks("bottom", [(0.0, "label"), (1.0, "const."), (2.0, "own +1"), (3.0, "own −1")])
        self.weights.still += [self.base, self.bars]
        self.weights.live += [*self.stems, *(head for heads in self.heads for head in heads)]
        formula = stage.formula(areas["adaptive"], *FORMULAS, title="Why they end there")
        self.panes: list[Pane] = [legend, self.data, *self.plots, self.errors, self.weights, formula]

    def prepare(self, recording: SharpFlatRecording) -> None:
        """Data, ranges and where theory says that scores and weights end."""
        self.y = recording.y[:MOST].copy()
        if self.y.min() > 0.0:
            self.y[-1] = -1.0  # there is one farther on
        self.count = len(recording.y)
        self.data.touch()
        ends = scores(recording.end_weight)
        held = np.stack((recording.trained_score[:, :, MINUS], recording.new_score[:, :, MINUS]))
        low, high = bounded(held, -1.35, 0.7, 3.0)
        last = float(recording.step[-1])
        for number, plot in enumerate(self.plots):
            plot.set_range((-0.02 * last, 1.05 * last), (low, high))
            x = np.array([-0.02, 1.05]) * last
            self.wrong[number].set(x, np.zeros(2), np.full(2, high))
            self.zero[number].set(y=0.0)
            self.sides[number].set(0.75 * last, 0.9 * high, "says +1: wrong")
            for goal, end in zip(self.goals[number], ends[number][[0, -1], MINUS], strict=True):
                goal.set(y=float(end))
        low, high = bounded(recording.weight, -0.5, 1.0, 3.0)
        self.weights.set_range((-0.5, 3.5), (low, high))
        self.base.set(y=0.0)
        x = SLOTS.ravel()
        level = recording.end_weight.ravel()
        self.bars.set(broken(x - 0.1, x + 0.1), broken(level, level))

    def draw(self, recording: SharpFlatRecording, k: int) -> None:
        """Scores, errors and weights at frame k."""
        step = recording.step[: k + 1]
        rows: list[tuple[Cell | str, ...]] = []
        for m, name in enumerate(LEARNERS):
            for number, score in enumerate((recording.trained_score, recording.new_score)):
                self.scores[number][m].set(step, score[m, : k + 1, MINUS])
                self.tips[number][m].set(float(step[-1]), float(score[m, k, MINUS]))
            weight = recording.weight[m, k]
            self.stems[m].set(broken(SLOTS[m], SLOTS[m]), broken(np.zeros(4), weight))
            for feature in range(4):
                self.heads[feature][m].set(float(SLOTS[m, feature]), float(weight[feature]))
            train, test = float(recording.train_error[m, k]), float(recording.test_error[m, k])
            if np.isnan(train):
                rows.append((Cell(NAMES[name], ROLES[m], bold=True), Cell("diverged", "bad"), ""))
            else:
                bad = "bad" if test > 0.0 else "good"
                rows.append((Cell(NAMES[name], ROLES[m], bold=True), percent(train), Cell(percent(test), bad, bold=True)))
        rows.append(
            (
                Cell("share of −1", "muted"),
                Cell(percent(float(np.mean(recording.y < 0.0))), "muted"),
                Cell(percent(recording.minus), "muted"),
            )
        )
        self.errors.set(rows)

    def _paint_data(self, painter: QPainter) -> None:
        """The features of some examples, a row each, and below the line those of a new −1."""
        theme, rect = self.data.theme, self.data.rect
        if not len(self.y):
            return
        painter.setFont(theme.font("label", bold=True))
        painter.setPen(theme.color("text"))
        line = 1.5 * theme.sizes["label"]
        more = f", {len(self.y)} of {self.count}" if self.count > len(self.y) else ""
        head = QRectF(rect.left(), rect.top(), rect.width(), line)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, f"Training examples{more}, and a new one")
        font = theme.font("small")
        metrics, small = QFontMetricsF(font), 1.35 * theme.sizes["small"]
        painter.setFont(font)
        left = rect.left() + metrics.horizontalAdvance("−1  ")
        own = np.cumsum([0, *(1 if label > 0.0 else 5 for label in self.y)])
        columns = 3 + int(own[-1]) + 5
        width = (rect.right() - left - 2.0 * 10.0) / columns
        rows = len(self.y) + 1
        top = rect.top() + line + small
        height = (rect.bottom() - top - 10.0) / rows
        starts = [left, left + width + 10.0, left + 3 * width + 20.0]  # label, constants, own
        painter.setPen(theme.color("muted"))
        for x, word in ((starts[0], "y, 1, 1"), (starts[2] + 2.0 * width, "each one’s own features")):
            painter.drawText(QRectF(x, top - small, rect.right() - x, small), Qt.AlignmentFlag.AlignVCenter, word)
        for row in range(rows):
            new = row == rows - 1
            label = -1.0 if new else float(self.y[row])
            y = top + row * height + (10.0 if new else 0.0)
            role = "series.1" if label > 0.0 else "series.2"
            painter.setPen(theme.color(role))
            if height > 0.95 * theme.sizes["small"]:
                painter.drawText(
                    QRectF(rect.left(), y, left - rect.left(), height),
                    Qt.AlignmentFlag.AlignVCenter,
                    "+1" if label > 0.0 else "−1",
                )
            painter.setPen(Qt.PenStyle.NoPen)
            first = int(own[row])
            many = 5 if label < 0.0 else 1
            cells = [(starts[0], role), (starts[1], "muted"), (starts[1] + width, "muted")]
            cells += [(starts[2] + (first + j) * width, role) for j in range(many)]
            for x, colour in cells:
                painter.setBrush(theme.color(colour))
                painter.drawRect(QRectF(x, y, width, height).adjusted(0.8, 0.8, -0.8, -0.8))
            if label < 0.0:  # a hole in the label of a −1: not told by its colour alone
                painter.setBrush(theme.color("background"))
                hole = 0.3 * min(width, height)
                painter.drawRect(QRectF(starts[0], y, width, height).adjusted(hole, hole, -hole, -hole))
        y = top + (rows - 1) * height + 5.0
        painter.setPen(theme.pen("border", 0.6))
        painter.drawLine(QLineF(rect.left(), y, rect.right(), y))


def broken(start: F64, end: F64) -> F64:
    """One coordinate of strokes from `start` to `end`, both (n,), with NaN between each two of them: (3n,)."""
    return np.column_stack((start, end, np.full(len(start), np.nan))).ravel()


def bounded(values: F64, low: float, high: float, most: float) -> tuple[float, float]:
    """A range from `low` to `high`, or as far as the values go, but not beyond ±`most`: so far only runs that break get."""
    known = values[np.isfinite(values)]
    return max(min(low, 1.1 * float(known.min(initial=low))), -most), min(max(high, 1.1 * float(known.max(initial=high))), most)
