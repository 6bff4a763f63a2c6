"""LayerRows: stacks of layers as rows of cells, one cell a layer, its colour saying how large something is there."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from core.recording import F64
from scenes.kit.canvas import Canvas
from scenes.theme import Theme

SHADES = 128
NARROW = 9.0  # logical pixels below which a cell is too narrow for its histogram
GAP = 3.0


class LayerRows:
    """Rows of cells under one x scale: brightness from 0 (dark) over 1 (the row's full colour) to 2 (beyond it).

    Each row has a name and a remark above its cells, and in each cell, if wide enough, a histogram lying on its side. A cell of
    which nothing is known yet is empty; one whose number was lost is crossed out.
    """

    def __init__(self, canvas: Canvas, roles: tuple[str, ...], left: float, right: float, title: str = "") -> None:
        """`left` and `right` are the ends of the cells in logical pixels, e.g. those of a plot above."""
        self.canvas, self.roles, self.left, self.right, self.title = canvas, roles, left, right, title
        self.tables = [_shades(canvas.theme, role) for role in roles]
        self.names: tuple[str, ...] = ("",) * len(roles)
        self.remarks: tuple[str, ...] = ("",) * len(roles)
        self.bars: F64 = np.zeros((len(roles), 1, 1))
        self.brightness: F64 = np.full((len(roles), 1), np.nan)
        self.known: tuple[int, int] = (0, 0)
        self.chosen = -1
        self._rects: list[list[list[QRectF]]] = []
        canvas.draw_live = self.paint

    def prepare(self, names: tuple[str, ...], remarks: tuple[str, ...], bars: F64, chosen: int) -> None:
        """Names and remarks of the rows, histograms (rows, layers, bins) and which layer is framed."""
        self.names, self.remarks, self.bars, self.chosen = names, remarks, bars, chosen
        self._rects = [self._histograms(row) for row in range(len(self.roles))]

    def set(self, brightness: F64, known: tuple[int, int]) -> None:
        """`brightness` (rows, layers), shown for layers `known[0]` up to, not including, `known[1]`; NaN: lost."""
        self.brightness, self.known = brightness, known

    def layer_at(self, x: float) -> int:
        """The layer, from 0, whose cell is at this x."""
        count = int(self.bars.shape[1])
        return min(max(int((x - self.left) / (self.right - self.left) * count), 0), count - 1)

    def cell(self, row: int, layer: int) -> QRectF:
        """The rectangle of one cell."""
        rect, size, count = self.canvas.rect, self.canvas.theme.sizes["small"], self.bars.shape[1]
        top = rect.top() + (1.5 * self.canvas.theme.sizes["label"] if self.title else 0.0)
        step = (rect.bottom() - top) / len(self.roles)
        width = (self.right - self.left) / count
        gap = GAP if width > NARROW else 0.0
        words = min(1.25 * size, 0.6 * step)
        y = top + row * step + words
        return QRectF(self.left + layer * width + gap / 2, y, width - gap, max(step - words - 7.0, 4.0))

    def paint(self, painter: QPainter) -> None:
        """Draw title, words, cells and histograms."""
        theme, rect = self.canvas.theme, self.canvas.rect
        if self.title:
            painter.setFont(theme.font("label", bold=True))
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(rect.left(), rect.top(), rect.width(), 1.4 * theme.sizes["label"]), self.title)
        empty, lost = theme.color("raised"), theme.color("bad", 0.35)
        inks = (theme.color("text", 0.5), theme.color("background", 0.6))
        first, beyond = self.known
        for row, table in enumerate(self.tables):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            bars: tuple[list[QRectF], list[QRectF]] = ([], [])
            for layer in range(self.bars.shape[1]):
                color, value = empty, 0.0
                if first <= layer < beyond:
                    value = float(self.brightness[row, layer])
                    color = table[int(min(max(value, 0.0), 2.0) * SHADES)] if value == value else lost
                painter.fillRect(self.cell(row, layer), color)
                if self._rects[row]:
                    bars[value > 0.5].extend(self._rects[row][layer])
            painter.setPen(Qt.PenStyle.NoPen)
            for rects, ink in zip(bars, inks, strict=True):
                painter.setBrush(ink)
                painter.drawRects(rects)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            self._words(painter, row)
        if self.chosen >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.pen("text", 0.6))
            for row in range(len(self.roles)):
                painter.drawRect(self.cell(row, self.chosen).adjusted(-2, -2, 2, 2))

    def _words(self, painter: QPainter, row: int) -> None:
        theme, cell = self.canvas.theme, self.cell(row, 0)
        font, plain = theme.font("small", bold=True), theme.font("small")
        height = 1.25 * theme.sizes["small"]
        line = QRectF(self.left, cell.top() - height, self.right - self.left, height)
        need = QFontMetricsF(font).horizontalAdvance(self.names[row]) + QFontMetricsF(plain).horizontalAdvance(
            self.remarks[row]
        )
        shrink = min(1.0, (line.width() - 20.0) / max(need, 1.0))
        for face in (font, plain):
            face.setPixelSize(max(round(face.pixelSize() * shrink), 10))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        painter.setPen(theme.color(self.roles[row]))
        painter.drawText(line, flags | Qt.AlignmentFlag.AlignLeft, self.names[row])
        painter.setFont(plain)
        painter.setPen(theme.color("muted"))
        painter.drawText(line, flags | Qt.AlignmentFlag.AlignRight, self.remarks[row])

    def _histograms(self, row: int) -> list[list[QRectF]]:
        """The bars of every cell of a row, values upwards, shares to the right; none where cells are too narrow."""
        if self.cell(row, 0).width() < NARROW:
            return []
        return [self._histogram(self.cell(row, layer), shares) for layer, shares in enumerate(self.bars[row])]

    @staticmethod
    def _histogram(cell: QRectF, shares: F64) -> list[QRectF]:
        top, height = float(shares.max()), cell.height() / len(shares)
        x, foot, longest = cell.left() + 1, cell.bottom(), 0.75 * cell.width()
        return [
            QRectF(x, foot - (number + 1) * height, longest * share / top, max(height - 0.5, 0.5))
            for number, share in enumerate(shares.tolist())
            if share > 0.01 * top
        ]


def _shades(theme: Theme, role: str) -> list[QColor]:
    """2·SHADES + 1 colours: from the empty cell's over the role's to nearly the text's."""
    full, text = theme.color(role), theme.color("text")
    red, green, blue = (
        round(0.3 * own + 0.7 * other)
        for own, other in ((full.red(), text.red()), (full.green(), text.green()), (full.blue(), text.blue()))
    )
    beyond = QColor(red, green, blue).name()
    table = theme.ramp((theme.colors["raised"], theme.colors[role], beyond), 2 * SHADES + 1)
    return [QColor(r, g, b) for r, g, b, _ in table.tolist()]
