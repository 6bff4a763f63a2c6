"""Region: filled convex shapes with an outline, in a plot."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from core.recording import F64
from scenes.kit.curves import FAR, polygon
from scenes.kit.plot import Plot
from scenes.theme import SOLID


class Region:
    """Convex polygons through data points: filled with a part of their role's colour, edged with all of it."""

    def __init__(self, plot: Plot, role: str, alpha: float = 0.2, width: float = 1.2, dash: tuple[float, ...] = SOLID) -> None:
        """`width` of the edge in lines of the theme; 0: no edge."""
        self.plot, self.role, self.alpha, self.width, self.dash = plot, role, alpha, width, dash
        self.shapes: tuple[F64, ...] = ()

    def set(self, *shapes: F64) -> None:
        """Cover polygons with these corners, each (n, 2); what has fewer than three, or a NaN, is left out."""
        self.shapes = shapes
        self.plot.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Fill the polygons and draw their edges; what lies outside the plot is cut off first, which is much faster."""
        theme, plain = self.plot.theme, self.width == 0.0
        painter.setPen(Qt.PenStyle.NoPen if plain else theme.pen(self.role, self.width, self.dash))
        painter.setBrush(theme.color(self.role, self.alpha))
        room = self.plot.inner
        for corners in self.shapes:
            if len(corners) >= 3 and np.isfinite(corners).all():
                points = np.clip(self.plot.mapped(*corners.T), -FAR, FAR)
                if plain:
                    for axis, low, high in ((0, room.left(), room.right()), (1, room.top(), room.bottom())):
                        points = _cut(_cut(points, axis, low, 1.0), axis, high, -1.0)
                painter.drawConvexPolygon(polygon(points))


def _cut(points: F64, axis: int, edge: float, side: float) -> F64:
    """The part of a convex polygon (n, 2) where side·(coordinate − edge) ≥ 0. Sutherland & Hodgman, CACM 17, 1974."""
    inside = side * (points[:, axis] - edge) >= 0.0
    if inside.all() or not len(points):
        return points
    kept: list[F64] = []
    for here in range(len(points)):
        before = here - 1
        if inside[here] != inside[before]:
            start, stop = points[before], points[here]
            kept.append(start + (edge - start[axis]) / (stop[axis] - start[axis]) * (stop - start))
        if inside[here]:
            kept.append(points[here])
    return np.array(kept).reshape(-1, 2)
