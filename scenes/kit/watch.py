"""Watch: the values of names, as a debugger shows them: what was just written, from what to what, and the course so far."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from core.recording import F64
from scenes.kit.curves import polygon
from scenes.kit.listing import paint_lit
from scenes.kit.numbers import power
from scenes.kit.pane import Pane
from scenes.theme import Theme

WIDE = 8  # letters of a number
RIM = 14.0  # between a number and the right edge of its column
FULL = 7.5  # a row is at most so many times as high as its letters
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Watched:
    """A name to watch.

    name, role: the name, and the colour of it and its curves.
    note:       what else it is called, in small print under it.
    figures:    decimals that the numbers of each coordinate are shown with; −1: as powers of ten.
    single:     whether it is one number and no vector.
    curved:     whether its curve says anything.
    history:    (2, updates + 1), its values after each update; NaN where it had none.
    reach:      (2, 2), lowest and highest of each coordinate in the whole run.
    """

    name: str
    role: str
    note: str
    figures: tuple[int, int]
    single: bool
    curved: bool
    history: F64
    reach: F64


@dataclass(frozen=True)
class Reading:
    """A name at one frame: its value, the one before if the lit line wrote it, whether it is of an earlier update, and in
    which update it was written last.
    """

    now: F64
    before: F64 | None
    stale: bool
    update: int


def figures_for(reach: F64) -> int:
    """Decimals with which numbers from reach[0] to reach[1] take at most seven figures; −1 where powers of ten serve better."""
    largest = float(np.abs(reach).max())
    if largest == 0.0:
        return 4
    if not 1e-3 <= largest < 1e6:
        return -1
    return min(max(4 - math.floor(math.log10(1.00001 * largest)), 0), 4)  # 9.99999 is shown as 10


def steady(value: float, figures: int) -> str:
    """A number of a column whose numbers never change their width; a dash where there is none."""
    if math.isnan(value):
        return "–"
    if figures >= 0:
        text = f"{value:.{figures}f}"
        return (text if any(digit in "123456789" for digit in text) else text.removeprefix("-")).replace("-", "−")
    if value == 0.0:
        return "0"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}·{power(int(exponent))}".replace("-", "−")


class Watch(Pane):
    """Groups of names under headings; per name two numbers, and where there is room the curve of each under it."""

    def __init__(self, rect: QRectF, theme: Theme, heads: tuple[str, str]) -> None:
        super().__init__(rect, theme)
        self.heads = heads
        self.readings: dict[str, Reading] = {}
        self.fonts = {bold: theme.font("label", bold, code=True) for bold in (False, True)}
        self.small = theme.font("small", code=True)
        self.letter = QFontMetricsF(self.fonts[False]).horizontalAdvance("0")
        self.set(())

    def set(self, groups: tuple[tuple[str, tuple[Watched, ...]], ...]) -> None:
        """Watch these names, each group under its heading."""
        names = [name for _, group in groups for name in group]
        small = QFontMetricsF(self.small).horizontalAdvance("0")
        left = (max((len(name.name) for name in names), default=1) + 2.0) * self.letter
        noted = max([left, *(len(name.note) * small + 26.0 for name in names)])
        # The small print is there where it leaves each column room for two numbers and an arrow.
        self.noted = (self.rect.width() - noted - 12.0) / 2 - RIM > (2 * WIDE + 3) * self.letter
        self.left = noted if self.noted else left
        self._place(groups, names)
        self.touch()

    def show(self, readings: dict[str, Reading]) -> None:
        """Show these values, by name."""
        self.readings = readings

    # -- where things stand --------------------------------------------------------------------------------------------

    def _place(self, groups: tuple[tuple[str, tuple[Watched, ...]], ...], names: list[Watched]) -> None:
        """Find the rectangles of headings and rows."""
        label, rect = self.theme.sizes["label"], self.rect
        heading = min(1.5 * label, rect.height() / max(len(names) + len(groups), 1))
        even = (rect.height() - heading * len(groups)) / max(len(names), 1)
        # A row without a curve needs no more than its letters; the others share what is left.
        flat = {name.name: min(even, (2.5 if name.note and self.noted else 1.6) * label) for name in names if not name.curved}
        left = rect.height() - heading * len(groups) - sum(flat.values())
        step = min(left / max(len(names) - len(flat), 1), FULL * label)
        y = rect.top()
        self.headings: list[tuple[QRectF, str]] = []
        self.rows: list[tuple[QRectF, Watched]] = []
        for title, group in groups:
            self.headings.append((QRectF(rect.left(), y, rect.width(), heading), title))
            y += heading
            for name in group:
                height = flat.get(name.name, step)
                self.rows.append((QRectF(rect.left(), y, rect.width(), height), name))
                y += height

    def _columns(self, rect: QRectF) -> tuple[QRectF, QRectF, QRectF]:
        """Name, x and y of a row."""
        width = (rect.width() - self.left - 12.0) / 2
        first = QRectF(rect.left() + self.left, rect.top(), width, rect.height())
        return QRectF(rect.left(), rect.top(), self.left, rect.height()), first, first.translated(width, 0)

    # -- painting ------------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        """Headings."""
        theme = self.theme
        for number, (rect, title) in enumerate(self.headings):
            painter.setFont(theme.font("label", bold=True))
            painter.setPen(theme.color("text"))
            painter.drawText(rect, LEFT, title)
            if number == 0:
                painter.setFont(theme.font("label"))
                painter.setPen(theme.color("muted"))
                for head, box in zip(self.heads, self._columns(rect)[1:], strict=True):
                    painter.drawText(box.adjusted(0, 0, -RIM, 0), RIGHT, head)
        super().paint_still(painter)

    def paint_live(self, painter: QPainter) -> None:
        """Hairlines, names, numbers and curves; a row that was just written is lit."""
        painter.setPen(self.theme.pen("border", 0.4))
        for rect, _ in self.rows:
            painter.drawLine(QLineF(rect.left(), rect.top(), rect.right(), rect.top()))
        for rect, name in self.rows:
            reading = self.readings.get(name.name)
            if reading is not None:
                self._row(painter, rect, name, reading)
        super().paint_live(painter)

    def _row(self, painter: QPainter, rect: QRectF, name: Watched, reading: Reading) -> None:
        theme = self.theme
        lit = reading.before is not None
        if lit:
            paint_lit(painter, rect.adjusted(0, 1, 0, -1), theme)
        line = 1.3 * theme.sizes["label"]
        below = rect.height() > line + 0.7 * theme.sizes["label"]  # whether there is room under the numbers
        top = QRectF(rect.left(), rect.top() + (2 if below else 0), rect.width(), line if below else rect.height())
        left, *cells = self._columns(top)
        painter.setFont(self.fonts[True])
        painter.setPen(theme.color(name.role))
        painter.drawText(left.adjusted(16, 0, 0, 0), LEFT, name.name)
        if name.note and below and self.noted:
            painter.setFont(self.small)
            painter.setPen(theme.color("muted"))
            painter.drawText(left.adjusted(16, line - 4, 0, line - 4), LEFT, name.note)
        for coordinate, cell in enumerate(cells[: 1 if name.single else 2]):
            self._cell(painter, cell.adjusted(0, 0, -RIM, 0), name, reading, coordinate)
            if below and name.curved:
                room = QRectF(cell.left() + 24, top.bottom() + 1, cell.width() - 38, rect.bottom() - top.bottom() - 6)
                self._curve(painter, room, name, reading, coordinate)

    def _cell(self, painter: QPainter, rect: QRectF, name: Watched, reading: Reading, coordinate: int) -> None:
        theme, lit, figures = self.theme, reading.before is not None, name.figures[coordinate]
        painter.setFont(self.fonts[lit])
        painter.setPen(theme.color("muted" if reading.stale else "text"))
        painter.drawText(rect, RIGHT, steady(float(reading.now[coordinate]), figures))
        if reading.before is not None and self._old_fits(name, reading, rect.width()):
            taken = (WIDE if figures >= 0 else WIDE + 2) + 0.5
            painter.setFont(self.fonts[False])
            painter.setPen(theme.color("muted"))
            old = f"{steady(float(reading.before[coordinate]), figures)} →"
            painter.drawText(rect.adjusted(0, 0, -taken * self.letter, 0), RIGHT, old)

    def _old_fits(self, name: Watched, reading: Reading, width: float) -> bool:
        """Whether the old values have room beside the new ones: all of a row or none."""
        assert reading.before is not None
        olds = [len(steady(float(old), figures)) for old, figures in zip(reading.before, name.figures, strict=True)]
        news = [WIDE if figures >= 0 else WIDE + 2 for figures in name.figures]
        return max(old + new + 2.5 for old, new in zip(olds, news, strict=True)) * self.letter <= width

    def _curve(self, painter: QPainter, rect: QRectF, name: Watched, reading: Reading, coordinate: int) -> None:
        theme = self.theme
        low, high = (float(end) for end in name.reach[coordinate])
        low, high = min(low, 0.0), max(high, 0.0)
        if not high > low:
            high = low + 1.0
        history = name.history[coordinate]
        values = history[: reading.update + 1].copy()
        values[-1] = reading.now[coordinate]
        at = np.arange(values.size)
        xs = rect.left() + rect.width() * at / max(history.size - 1, 1)
        ys = rect.bottom() - rect.height() * (values - low) / (high - low)
        zero = rect.bottom() - rect.height() * (0.0 - low) / (high - low)
        painter.setPen(theme.pen("border", 0.4))
        painter.drawLine(QLineF(rect.left(), zero, rect.right(), zero))
        points = np.stack((xs, ys), axis=1)[~np.isnan(values)]
        if not len(points):
            return
        painter.setPen(theme.pen(name.role, 0.7))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(polygon(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(name.role))
        painter.drawEllipse(QPointF(*points[-1]), 1.5 * theme.line, 1.5 * theme.line)
