"""SeedRows: a row for each group of runs, a cell for each seed: filled once its run has succeeded, crossed if it never does."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from scenes.kit.canvas import Canvas
from scenes.kit.marks import theme_scale

GAP = 4.0


@dataclass(frozen=True)
class GroupRow:
    """One group: its name, role and dash; under `heads`, what stands at the right end of its row."""

    name: str
    role: str
    dash: tuple[float, ...]
    texts: tuple[str, ...]
    alarmed: bool = False


class SeedRows:
    """Rows of cells in the live layer of a canvas: name and stroke, cells, and a few words or numbers."""

    def __init__(self, canvas: Canvas, title: str, heads: tuple[str, ...]) -> None:
        self.canvas, self.title, self.heads = canvas, title, heads
        self.rows: tuple[GroupRow, ...] = ()
        self.filled: npt.NDArray[np.bool_] = np.zeros((0, 0), dtype=bool)
        self.known: npt.NDArray[np.bool_] = np.zeros((0, 0), dtype=bool)
        self.over = False
        canvas.draw_live = self.paint

    def set(
        self, rows: tuple[GroupRow, ...], filled: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_], *, over: bool
    ) -> None:
        """`filled` and `known` (group, seed): which have succeeded so far, which are there at all; `over`: at the end."""
        self.rows, self.filled, self.known, self.over = rows, filled, known, over

    def paint(self, painter: QPainter) -> None:
        """Draw title, heads and rows."""
        theme, rect = self.canvas.theme, self.canvas.rect
        label = theme.sizes["label"]
        painter.setPen(theme.color("text"))
        painter.setFont(theme.font("label", bold=True))
        painter.drawText(QRectF(rect.left(), rect.top(), rect.width(), 1.4 * label), Qt.AlignmentFlag.AlignVCenter, self.title)
        if not self.rows:
            return
        metrics = QFontMetricsF(theme.font("label"))
        stroke = 2.2 * label
        names = stroke + 10 + max(metrics.horizontalAdvance(row.name) for row in self.rows)
        columns = [
            max(metrics.horizontalAdvance(text) for text in (head, *(row.texts[number] for row in self.rows))) + 0.7 * label
            for number, head in enumerate(self.heads)
        ]
        top = rect.top() + 1.5 * label
        if any(self.heads):
            self._texts(painter, self.heads, columns, QRectF(rect.left(), top, rect.width(), 1.3 * label), "muted")
            top += 1.3 * label
        height = min((rect.bottom() - top) / len(self.rows), 2.1 * label)
        left = rect.left() + names + 0.8 * label
        right = rect.right() - sum(columns) - 0.3 * label
        for number, row in enumerate(self.rows):
            box = QRectF(rect.left(), top + number * height, rect.width(), height)
            middle = box.center().y()
            painter.setPen(theme.pen(row.role, 1.3, row.dash))
            painter.drawLine(QPointF(box.left(), middle), QPointF(box.left() + stroke, middle))
            painter.setPen(theme.color("text"))
            painter.setFont(theme.font("label"))
            painter.drawText(box.adjusted(stroke + 10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, row.name)
            self._cells(painter, number, QRectF(left, box.top(), right - left, height))
            self._texts(painter, row.texts, columns, box, "bad" if row.alarmed else "text")

    def _cells(self, painter: QPainter, number: int, room: QRectF) -> None:
        theme, count = self.canvas.theme, self.filled.shape[1]
        pitch = room.width() / count
        side = min(pitch - GAP, 0.62 * room.height())
        role = self.rows[number].role
        for seed in range(count):
            x = room.left() + pitch * (seed + 0.5) - side / 2
            cell = QRectF(x, room.center().y() - side / 2, side, side)
            if not self.known[number, seed]:
                continue
            filled = bool(self.filled[number, seed])
            painter.setPen(theme.pen(role, 0.5))
            painter.setBrush(theme.color(role) if filled else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell, 3, 3)
            if self.over and not filled:
                inner = cell.adjusted(0.24 * side, 0.24 * side, -0.24 * side, -0.24 * side)
                painter.setPen(theme.pen("bad", 0.8 / theme_scale(theme)))
                painter.drawLines([QLineF(inner.topLeft(), inner.bottomRight()), QLineF(inner.bottomLeft(), inner.topRight())])

    def _texts(self, painter: QPainter, texts: tuple[str, ...], columns: list[float], box: QRectF, role: str) -> None:
        theme, right = self.canvas.theme, box.right()
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        for number in reversed(range(len(texts))):
            strong = role == "bad" and number == 0
            painter.setFont(theme.font("label" if role != "muted" else "small", bold=strong))
            painter.setPen(theme.color(role if strong or role == "muted" else "text"))
            painter.drawText(QRectF(right - columns[number], box.top(), columns[number], box.height()), flags, texts[number])
            right -= columns[number]
