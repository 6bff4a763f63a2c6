"""Words: text that wraps, tables of numbers, and legends."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from scenes.kit.pane import Pane
from scenes.theme import SOLID, Theme


class Text(Pane):
    """A paragraph in the live layer, wrapped and top-aligned; it shrinks rather than being cut off."""

    def __init__(self, rect: QRectF, theme: Theme, role: str = "muted", size: str = "body", bold: bool = False) -> None:
        super().__init__(rect, theme)
        self.role, self.size, self.bold, self.text = role, size, bold, ""

    def set(self, text: str) -> None:
        """Say `text`."""
        self.text = text

    def paint_live(self, painter: QPainter) -> None:
        """Draw the paragraph."""
        draw_text(painter, self.rect, self.theme, self.text, self.role, self.size, self.bold)


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def draw_text(painter: QPainter, rect: QRectF, theme: Theme, text: str, role: str, size: str, bold: bool = False) -> None:
    """Draw `text` wrapped into `rect`, in a smaller size where it would not fit, down to two thirds."""
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    font = theme.font(size, bold)
    pixels = font.pixelSize()
    least = round(pixels * 0.67)
    while pixels > least and QFontMetricsF(font).boundingRect(rect, flags, text).height() > rect.height() + 1:
        pixels -= 1
        font.setPixelSize(pixels)
    painter.setFont(font)
    painter.setPen(theme.color(role))
    painter.drawText(rect, flags, text)


@dataclass(frozen=True)
class Cell:
    """One entry of a table: its text, the role of its colour, and whether it is bold."""

    text: str
    role: str = "text"
    bold: bool = False


class Table(Pane):
    """A small table in the live layer: a title, column heads, rows; the first column left, the others right."""

    def __init__(
        self, rect: QRectF, theme: Theme, title: str, heads: tuple[str, ...], widths: tuple[float, ...] | None = None
    ) -> None:
        super().__init__(rect, theme)
        self.title, self.heads = title, heads
        self.widths = widths or (1.5,) + (1.0,) * (len(heads) - 1)
        self.rows: list[tuple[Cell | str, ...]] = []

    def set(self, rows: list[tuple[Cell | str, ...]], heads: tuple[str, ...] | None = None) -> None:
        """Show these rows, under new column heads if given."""
        self.rows = rows
        self.heads = heads or self.heads

    def paint_live(self, painter: QPainter) -> None:
        """Draw title, heads, rows and hairlines; rows share the height there is."""
        theme = self.theme
        y = self.rect.top()
        if self.title:
            painter.setFont(theme.font("label", bold=True))
            painter.setPen(theme.color("text"))
            height = 1.5 * theme.sizes["label"]
            painter.drawText(QRectF(self.rect.left(), y, self.rect.width(), height), Qt.AlignmentFlag.AlignVCenter, self.title)
            y += height
        lines = [tuple(Cell(head, "faint") for head in self.heads), *self.rows] if any(self.heads) else list(self.rows)
        step = min((self.rect.bottom() - y) / max(len(lines), 1), 1.75 * theme.sizes["label"])
        for number, line in enumerate(lines):
            self._row(painter, line, y, step, "small" if number == 0 and any(self.heads) else "label")
            y += step
            if number < len(lines) - 1:
                painter.setPen(theme.pen("border", 0.4))
                painter.drawLine(QLineF(self.rect.left(), y, self.rect.right(), y))

    def _row(self, painter: QPainter, cells: tuple[Cell | str, ...], y: float, height: float, size: str) -> None:
        total, x = sum(self.widths), self.rect.left()
        for column, (cell, share) in enumerate(zip(cells, self.widths, strict=True)):
            entry = Cell(cell) if isinstance(cell, str) else cell
            width = self.rect.width() * share / total
            box = QRectF(x, y, width - 4, height)
            font = self.theme.font(size, entry.bold)
            font.setPixelSize(min(font.pixelSize(), max(round(height / 1.25), 8)))
            fit = QFontMetricsF(font).horizontalAdvance(entry.text) / max(box.width(), 1.0)
            if fit > 1:
                font.setPixelSize(max(int(font.pixelSize() / fit), 8))
            painter.setFont(font)
            painter.setPen(self.theme.color(entry.role))
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, entry.text)
            x += width


@dataclass(frozen=True)
class Entry:
    """One line of a legend: a name with the colour and dash of its curve."""

    text: str
    role: str
    dash: tuple[float, ...] = SOLID


class Legend(Pane):
    """Names beside short strokes, in one row that wraps, in the still layer."""

    def __init__(self, rect: QRectF, theme: Theme, entries: tuple[Entry, ...]) -> None:
        super().__init__(rect, theme)
        self.entries = entries

    def set(self, entries: tuple[Entry, ...]) -> None:
        """Show these entries."""
        if entries != self.entries:
            self.entries = entries
            self.touch()

    def paint_still(self, painter: QPainter) -> None:
        """Draw strokes and names."""
        theme = self.theme
        font = theme.font("label")
        metrics, stroke = QFontMetricsF(font), 1.9 * theme.sizes["label"]
        x, y = self.rect.left(), self.rect.top() + 0.75 * theme.sizes["label"]
        painter.setFont(font)
        for entry in self.entries:
            width = stroke + 10 + metrics.horizontalAdvance(entry.text)
            if x > self.rect.left() and x + width > self.rect.right():
                x, y = self.rect.left(), y + 1.5 * theme.sizes["label"]
            painter.setPen(theme.pen(entry.role, 1.3, entry.dash))
            painter.drawLine(QPointF(x, y), QPointF(x + stroke, y))
            painter.setPen(theme.color("text"))
            painter.drawText(QPointF(x + stroke + 10, y + 0.36 * theme.sizes["label"]), entry.text)
            x += width + 34
