"""HistogramGrid: a few small histograms side by side, each on its own scale, with a part of the entries marked."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from core.recording import F64
from scenes.kit.canvas import Canvas
from scenes.kit.numbers import short


class HistogramGrid:
    """Histograms in two columns: bars in each one's colour, the marked part of a bar hatched in the warning's."""

    def __init__(self, canvas: Canvas, roles: tuple[str, ...], columns: int = 2) -> None:
        self.canvas, self.roles, self.columns = canvas, roles, columns
        self.title = ""
        self.names: tuple[str, ...] = ("",) * len(roles)
        self.edges: F64 = np.zeros((len(roles), 2))
        self.shares: F64 = np.zeros((len(roles), 2, 1))
        canvas.draw_live = self.paint

    def set(self, title: str, names: tuple[str, ...], edges: F64, shares: F64) -> None:
        """Names, edges (n, bins+1) and shares (n, 2, bins): plain and marked entries of each bin."""
        self.title, self.names, self.edges, self.shares = title, names, edges, shares

    def paint(self, painter: QPainter) -> None:
        """Draw title and histograms."""
        theme, rect = self.canvas.theme, self.canvas.rect
        head = 1.5 * theme.sizes["label"]
        self._line(painter, rect, head, theme.font("label", bold=True), self.title, "text")
        rows = -(-len(self.roles) // self.columns)
        gap = 22.0
        width = (rect.width() - gap * (self.columns - 1)) / self.columns
        height = (rect.height() - head) / rows
        for number in range(len(self.roles)):
            row, column = divmod(number, self.columns)
            box = QRectF(rect.left() + column * (width + gap), rect.top() + head + row * height, width, height - 6)
            self._one(painter, number, box)

    def _one(self, painter: QPainter, number: int, box: QRectF) -> None:
        theme = self.canvas.theme
        line = min(1.2 * theme.sizes["small"], 0.3 * box.height())
        self._line(painter, box, line, theme.font("small"), self.names[number], self.roles[number])
        area = QRectF(box.left(), box.top() + line + 2, box.width(), max(box.height() - 2 * line - 4, 4.0))
        painter.fillRect(area, theme.color("panel"))
        plain, marked = self.shares[number]
        top = float((plain + marked).max())
        if top > 0.0:
            step = area.width() / len(plain)
            for part, role, base in ((plain, self.roles[number], np.zeros_like(plain)), (marked, "bad", plain)):
                style = Qt.BrushStyle.SolidPattern if role != "bad" else Qt.BrushStyle.Dense3Pattern
                painter.setPen(Qt.PenStyle.NoPen)
                brush = painter.brush()
                brush.setColor(theme.color(role))
                brush.setStyle(style)
                painter.setBrush(brush)
                painter.drawRects(
                    [
                        QRectF(
                            area.left() + i * step + 0.5,
                            area.bottom() - (low + share) / top * (area.height() - 3),
                            step - 1.0,
                            share / top * (area.height() - 3),
                        )
                        for i, (low, share) in enumerate(zip(base.tolist(), part.tolist(), strict=True))
                        if share > 0.0
                    ]
                )
        painter.setPen(theme.pen("border", 0.5))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        foot = QRectF(box.left(), area.bottom() + 1, box.width(), line)
        low, high = float(self.edges[number, 0]), float(self.edges[number, -1])
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("muted"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short(low, 2))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short(high, 2))

    def _line(self, painter: QPainter, box: QRectF, height: float, font: QFont, text: str, role: str) -> None:
        fit = box.width() / max(QFontMetricsF(font).horizontalAdvance(text), 1.0)
        if fit < 1.0:
            font.setPixelSize(max(int(font.pixelSize() * fit), 10))
        painter.setFont(font)
        painter.setPen(self.canvas.theme.color(role))
        painter.drawText(QRectF(box.left(), box.top(), box.width(), height), Qt.AlignmentFlag.AlignVCenter, text)
