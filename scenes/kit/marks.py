"""Marks: points, arrows, rules and labels that stand in a pane.

Each is made once and then `set` to a place; a mark that has been set to nothing, or to NaN, draws nothing. They paint in
logical coordinates, so they are the same on screen, in a film and in a vector file.
"""

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPolygonF

from scenes.kit.curves import FAR, polygon
from scenes.kit.pane import Pane
from scenes.theme import SOLID, Theme


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


class Marker:
    """A point: "disc", "ring", "cross" (a plus in a disc), "diamond", "square" or "x"."""

    def __init__(self, pane: Pane, role: str, shape: str = "disc", radius: float = 9.0) -> None:
        self.pane, self.role, self.shape, self.radius = pane, role, shape, radius
        self.x = self.y = math.nan

    def set(self, x: float, y: float) -> None:
        """Stand at (x, y); NaN hides it."""
        if not (_same(x, self.x) and _same(y, self.y)):
            self.x, self.y = x, y
            self.pane.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw the point with a rim, so that it stands out on any ground."""
        at = self.pane.point(self.x, self.y)
        if math.isnan(at.x()) or math.isnan(at.y()) or abs(at.x()) > FAR or abs(at.y()) > FAR:
            return
        theme, r = self.pane.theme, self.radius * theme_scale(self.pane.theme)
        fill = theme.color(self.role)
        rim = theme.color("text")
        painter.setPen(theme.pen("text", 0.8))
        painter.setBrush(fill)
        if self.shape == "ring":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.pen(self.role, 1.1))
            painter.drawEllipse(at, r, r)
        elif self.shape == "x":
            painter.setPen(theme.pen(self.role, 1.6))
            _strokes(painter, at, ((-r, -r, r, r), (-r, r, r, -r)))
        elif self.shape == "diamond":
            painter.drawPolygon(polygon(np.array([[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]]) * r + [at.x(), at.y()]))
        elif self.shape == "square":
            painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r))
        else:
            painter.drawEllipse(at, r, r)
            if self.shape == "cross":
                _plus(painter, at, 0.55 * r, rim if fill.lightnessF() < 0.5 else theme.color("background"))


def theme_scale(theme: Theme) -> float:
    """How much larger than Studio's a theme draws its marks."""
    return theme.line / 3.0


def _strokes(painter: QPainter, at: QPointF, lines: tuple[tuple[float, float, float, float], ...]) -> None:
    painter.drawLines([QLineF(at.x() + x0, at.y() + y0, at.x() + x1, at.y() + y1) for x0, y0, x1, y1 in lines])


def _plus(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    pen = painter.pen()
    pen.setColor(color)
    painter.setPen(pen)
    _strokes(painter, at, ((-r, 0, r, 0), (0, -r, 0, r)))


class Arrow:
    """An arrow from one data point to another; shorter than a pixel, it is not drawn."""

    def __init__(self, pane: Pane, role: str, width: float = 1.2) -> None:
        self.pane, self.role, self.width = pane, role, width
        self.ends = (math.nan, math.nan, math.nan, math.nan)

    def set(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Point from (x0, y0) to (x1, y1); NaN hides it."""
        self.ends = (x0, y0, x1, y1)
        self.pane.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw shaft and head, over a casing in the ground's colour."""
        tail, tip = self.pane.point(*self.ends[:2]), self.pane.point(*self.ends[2:])
        dx, dy = tip.x() - tail.x(), tip.y() - tail.y()
        length = math.hypot(dx, dy)
        if not 1.0 < length < FAR:
            return
        theme = self.pane.theme
        head = min(7.0 * theme_scale(theme) * self.width * 1.6, length)
        ux, uy = dx / length, dy / length
        base = QPointF(tip.x() - head * ux, tip.y() - head * uy)
        wing = 0.5 * head
        triangle = QPolygonF(
            [tip, QPointF(base.x() - wing * uy, base.y() + wing * ux), QPointF(base.x() + wing * uy, base.y() - wing * ux)]
        )
        for role, extra in (("background", 1.2), (self.role, 0.0)):
            painter.setPen(theme.pen(role, self.width + extra))
            painter.drawLine(tail, base)
            painter.setBrush(theme.color(role))
            painter.setPen(theme.pen(role, 0.3 + extra))
            painter.drawPolygon(triangle)


class Rule:
    """A straight line across the pane at one x or one y."""

    def __init__(self, pane: Pane, role: str, width: float = 0.8, dash: tuple[float, ...] = SOLID) -> None:
        self.pane, self.style = pane, (role, width, dash)
        self.x = self.y = math.nan

    def set(self, *, x: float = math.nan, y: float = math.nan) -> None:
        """Stand at `x` (upright) or at `y` (level); NaN hides it."""
        if not (_same(x, self.x) and _same(y, self.y)):
            self.x, self.y = x, y
            self.pane.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw from edge to edge of the pane."""
        rect = self.pane.room
        painter.setPen(self.pane.theme.pen(*self.style))
        middle = self.pane.unmap(rect.center())
        for x, y, level in ((self.x, middle[1], False), (middle[0], self.y, True)):
            at = self.pane.point(x, y)
            if math.isnan(at.x()) or math.isnan(at.y()) or abs(at.x()) > FAR or abs(at.y()) > FAR:
                continue
            if level:
                painter.drawLine(QPointF(rect.left(), at.y()), QPointF(rect.right(), at.y()))
            else:
                painter.drawLine(QPointF(at.x(), rect.top()), QPointF(at.x(), rect.bottom()))


class Label:
    """A word at a data point, on a ground of its own so that no line crosses it."""

    def __init__(self, pane: Pane, role: str = "text", size: str = "small", *, bold: bool = False, side: str = "right") -> None:
        self.pane, self.role, self.size, self.bold, self.side = pane, role, size, bold, side
        self.x = self.y = math.nan
        self.text = ""

    def set(self, x: float, y: float, text: str) -> None:
        """Say `text` beside (x, y): to its right, left, above or below, as `side` says; kept inside the pane."""
        if not (_same(x, self.x) and _same(y, self.y) and text == self.text):
            self.x, self.y, self.text = x, y, text
            self.pane.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw ground and text."""
        at = self.pane.point(self.x, self.y)
        if not self.text or math.isnan(at.x()) or math.isnan(at.y()) or abs(at.x()) > FAR or abs(at.y()) > FAR:
            return
        theme = self.pane.theme
        font = theme.font(self.size, self.bold)
        metrics = QFontMetricsF(font)
        width, height, gap = metrics.horizontalAdvance(self.text) + 14, metrics.height() + 4, 16.0
        x = {"right": at.x() + gap, "left": at.x() - gap - width}.get(self.side, at.x() - width / 2)
        y = {"above": at.y() - gap - height, "below": at.y() + gap}.get(self.side, at.y() - height / 2)
        room = self.pane.room
        x = min(max(x, room.left() + 4), room.right() - width - 4)
        y = min(max(y, room.top() + 4), room.bottom() - height - 4)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(x, y, width, height), 5, 5)
        painter.fillPath(ground, theme.color("background", 0.92))
        painter.setFont(font)
        painter.setPen(theme.color(self.role))
        painter.drawText(QRectF(x, y, width, height), Qt.AlignmentFlag.AlignCenter, self.text)
