"""Dots: many points of one kind in a pane, e.g. one for each weight of a net."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from core.recording import F64
from scenes.kit.curves import FAR, polygon
from scenes.kit.marks import theme_scale
from scenes.kit.plot import Plot

DIAMOND = np.array([[0.0, -1.3], [1.3, 0.0], [0.0, 1.3], [-1.3, 0.0]])


class Dots:
    """Points of one role and one shape, "disc" or "diamond"; those at NaN are not drawn."""

    def __init__(self, plot: Plot, role: str, shape: str = "disc", radius: float = 5.0, alpha: float = 0.85) -> None:
        self.plot, self.role, self.shape, self.radius, self.alpha = plot, role, shape, radius, alpha
        self.x: F64 = np.empty(0)
        self.y: F64 = np.empty(0)

    def set(self, x: F64, y: F64) -> None:
        """Stand at (x, y), both (n,)."""
        self.x, self.y = x, y
        self.plot.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw the points, each with a rim in the ground's colour, so that they can be told apart where they crowd."""
        theme, r = self.plot.theme, self.radius * theme_scale(self.plot.theme)
        points = self.plot.mapped(self.x, self.y)
        painter.setPen(theme.pen("panel", 0.4))
        painter.setBrush(theme.color(self.role, self.alpha))
        for x, y in points[np.isfinite(points).all(axis=1) & (np.abs(points) < FAR).all(axis=1)].tolist():
            if self.shape == "diamond":
                painter.drawPolygon(polygon(DIAMOND * r + [x, y]))
            else:
                painter.drawEllipse(QPointF(x, y), r, r)
        painter.setBrush(Qt.BrushStyle.NoBrush)
