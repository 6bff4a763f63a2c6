"""Bowl: a quadratic function of two variables, shaded and ringed, exact at any zoom and in a vector file."""

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPolygonF, QRadialGradient, QTransform

from core.recording import F64
from scenes.kit.curves import FAR, polygon, runs
from scenes.kit.plot import Plot

POINTS = np.linspace(0.0, 2.0 * np.pi, 97)
FEW_POINTS = np.linspace(0.0, 2.0 * np.pi, 65)  # half a pixel off at most, on a ring as large as a map
MANY_POINTS = np.linspace(0.0, 2.0 * np.pi, 1441)  # where a line is broken at the edge of the plot
MOST = 60  # rings, however far the plot reaches


def ellipse(hessian: F64, center: F64, radius: float, angles: F64 = POINTS) -> F64:
    """The contour √((w − a)ᵀH(w − a)) = `radius` around a = `center` (2,): points (n, 2); H positive definite."""
    circle = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    return np.asarray(center + radius * circle @ _from_circle(hessian).T)


def _from_circle(hessian: F64) -> F64:
    """The matrix (2, 2) that makes the unit circle the ellipse wᵀHw = 1."""
    curvatures, axes = np.linalg.eigh(hessian)
    return np.asarray(axes / np.sqrt(curvatures))


class Bowl:
    """Contour lines at even steps of the square root of the height, over the theme's colours from low to high."""

    def __init__(self, plot: Plot, step: float = 0.5, fades: float = 6.0) -> None:
        """`step` from ring to ring; where the root of the height is `fades`, the colour has become that of the panel."""
        self.plot, self.step, self.fades = plot, step, fades
        self.hessian: F64 = np.eye(2)
        self.center: F64 = np.zeros(2)
        plot.still.insert(0, self)

    def set(self, hessian: F64, center: F64) -> None:
        """Show ½(w − a)ᵀH(w − a), H = `hessian` (2, 2) positive definite, a = `center` (2,)."""
        if not (np.array_equal(hessian, self.hessian) and np.array_equal(center, self.center)):
            self.hessian, self.center = hessian, center
            self.plot.touch()

    def paint(self, painter: QPainter) -> None:
        """Fill the plot, then draw the rings."""
        raster = painter.paintEngine().type() == QPaintEngine.Type.Raster
        self._shade(painter)
        pen = self.plot.theme.pen("contour", 0.5)
        if raster:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        room = self.plot.inner
        low, high = np.array([room.left(), room.top()]), np.array([room.right(), room.bottom()])
        first = ellipse(self.hessian, np.zeros(2), self.step, FEW_POINTS if raster else MANY_POINTS)
        for ring in range(1, self._rings() + 1):
            points = np.clip(self.plot.mapped(*(self.center + ring * first).T), -FAR, FAR)
            if raster:  # loose segments, those in sight: a tenth of the cost of a stroked path
                start, stop = points[:-1], points[1:]
                seen = ((np.maximum(start, stop) >= low) & (np.minimum(start, stop) <= high)).all(axis=1)
                painter.drawLines([QLineF(*ends) for ends in np.hstack((start[seen], stop[seen])).tolist()])
            else:  # not every reader of vector files keeps to a clip
                inside = ((points >= low) & (points <= high)).all(axis=1, keepdims=True)
                for run in runs(np.where(inside, points, np.nan)):
                    painter.drawPolyline(polygon(run))

    def _rings(self) -> int:
        """How many rings reach into the plot."""
        (x_low, x_high), (y_low, y_high) = self.plot.shown
        off = np.array([(x, y) for x in (x_low, x_high) for y in (y_low, y_high)]) - self.center
        farthest = float(np.sqrt((off * (off @ self.hessian)).sum(axis=1)).max())
        return min(int(farthest / self.step), MOST)

    def _shade(self, painter: QPainter) -> None:
        """The theme's colours from the centre outwards: a round gradient under a transform that makes circles ellipses."""
        gradient = QRadialGradient(QPointF(0.0, 0.0), 1.0)
        stops = self.plot.theme.field
        for number, color in enumerate(stops):
            gradient.setColorAt(number / (len(stops) - 1), color)
        ends = np.vstack((np.zeros(2), self.fades * _from_circle(self.hessian).T)) + self.center
        middle, first, second = self.plot.mapped(*ends.T)
        along, across = first - middle, second - middle
        stretch = QTransform(*along.tolist(), *across.tolist(), *middle.tolist())
        painter.save()
        painter.setTransform(stretch, combine=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawConvexPolygon(stretch.inverted()[0].map(QPolygonF(self.plot.inner)))
        painter.restore()
