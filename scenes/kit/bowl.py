"""Bowl: a quadratic function of two variables as nested ellipses, exact at any zoom and in a vector file."""

import numpy as np
from PySide6.QtGui import QColor, QPainter

from core.recording import F64
from scenes.kit.curves import FAR, polygon
from scenes.kit.plot import Plot

POINTS = np.linspace(0.0, 2.0 * np.pi, 145)
MOST = 60  # rings, however far the plot reaches


def ellipse(hessian: F64, center: F64, radius: float) -> F64:
    """The contour √((w − a)ᵀH(w − a)) = `radius` around a = `center` (2,): points (145, 2); H positive definite."""
    curvatures, axes = np.linalg.eigh(hessian)
    circle = np.stack((np.cos(POINTS), np.sin(POINTS)), axis=1)
    return np.asarray(center + (radius * circle / np.sqrt(curvatures)) @ axes.T)


class Bowl:
    """Contour lines at even steps of the square root of the height, filled with the theme's colours from low to high."""

    def __init__(self, plot: Plot, step: float = 0.5, shades: int = 12) -> None:
        """`step` from ring to ring; after `shades` of them the colour stays that of the panel."""
        self.plot, self.step = plot, step
        self.fills = [QColor(*color) for color in plot.theme.ramp(plot.theme.field, shades).tolist()]
        self.hessian: F64 = np.eye(2)
        self.center: F64 = np.zeros(2)
        plot.still.insert(0, self)

    def set(self, hessian: F64, center: F64) -> None:
        """Show ½(w − a)ᵀH(w − a), H = `hessian` (2, 2) positive definite, a = `center` (2,)."""
        if not (np.array_equal(hessian, self.hessian) and np.array_equal(center, self.center)):
            self.hessian, self.center = hessian, center
            self.plot.touch()

    def paint(self, painter: QPainter) -> None:
        """Draw the rings, the outermost first."""
        (x_low, x_high), (y_low, y_high) = self.plot.shown
        off = np.array([(x, y) for x in (x_low, x_high) for y in (y_low, y_high)]) - self.center
        farthest = float(np.sqrt((off * (off @ self.hessian)).sum(axis=1)).max())
        painter.setPen(self.plot.theme.pen("contour", 0.5))
        for ring in range(min(int(farthest / self.step) + 1, MOST), 0, -1):
            painter.setBrush(self.fills[min(ring, len(self.fills)) - 1])
            points = self.plot.mapped(*ellipse(self.hessian, self.center, ring * self.step).T)
            painter.drawPolygon(polygon(np.clip(points, -FAR, FAR)))
