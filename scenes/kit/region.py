"""Region: a filled shape with an outline, in a plot."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from core.recording import F64
from scenes.kit.curves import FAR, polygon
from scenes.kit.plot import Plot
from scenes.theme import SOLID


class Region:
    """A polygon through data points: filled with a part of its role's colour, edged with all of it."""

    def __init__(self, plot: Plot, role: str, alpha: float = 0.2, width: float = 1.2, dash: tuple[float, ...] = SOLID) -> None:
        """`width` of the edge in lines of the theme; 0: no edge."""
        self.plot, self.role, self.alpha, self.width, self.dash = plot, role, alpha, width, dash
        self.corners: F64 = np.empty((0, 2))

    def set(self, corners: F64) -> None:
        """Cover the polygon with these corners (n, 2); fewer than three draw nothing."""
        self.corners = corners
        self.plot.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Fill the polygon and draw its edge."""
        if len(self.corners) < 3 or not np.isfinite(self.corners).all():
            return
        theme = self.plot.theme
        painter.setPen(theme.pen(self.role, self.width, self.dash) if self.width else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self.role, self.alpha))
        painter.drawPolygon(polygon(np.clip(self.plot.mapped(*self.corners.T), -FAR, FAR)))
