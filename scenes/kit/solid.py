"""Solid: small three-dimensional drawings by orthographic projection, in QPainter's paths alone.

No OpenGL: it is missing offscreen and on many a projector's laptop, and a vector file needs paths. Axes in space: x to the
right, y up, z towards you, as seen at azimuth 0 and elevation 0. What is near covers what is far by the painter's algorithm:
back to front. That order is exact for the cells of a grid taken axis by axis (`nearer_last`), and for separate facets whose
middles stand in the order of the facets (`back_to_front`).
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPaintEngine, QPainter, QPen, QPolygonF, QTransform

from core.recording import F64, I64
from scenes.kit.pane import Grab

DEGREES_PER_PIXEL = 0.35
FINE = 6.0  # pixels: cells thinner than this are painted as a texture


@dataclass(frozen=True)
class View:
    """Where we look from: angles in degrees, then stage pixels per unit and the stage point of the origin."""

    azimuth: float
    elevation: float
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def toward(self) -> F64:
        """The unit vector (3,) that points at us: a face with this side of its normal is seen."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        return np.array([math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)])

    @property
    def screen(self) -> F64:
        """(2, 3): what x, y and z of space add to the stage's x (to the right) and y (down), in pixels."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        right = (math.cos(a), 0.0, -math.sin(a))
        down = (math.sin(a) * math.sin(e), -math.cos(e), math.cos(a) * math.sin(e))
        return self.scale * np.array([right, down])

    def project(self, points: F64) -> F64:
        """Stage points (…, 2) of points in space (…, 3)."""
        placed: F64 = np.asarray(points, dtype=np.float64) @ self.screen.T + np.array([self.x, self.y])
        return placed

    def depth(self, points: F64) -> F64:
        """How near points (…, 3) are: larger is nearer."""
        nearness: F64 = np.asarray(points, dtype=np.float64) @ self.toward
        return nearness

    def fitted(self, points: F64, rect: QRectF, largest: float = math.inf) -> "View":
        """This view scaled and moved so that the points (n, 3) fill `rect`, at most `largest` pixels per unit."""
        flat = replace(self, scale=1.0, x=0.0, y=0.0).project(points)
        low, high = flat.min(axis=0), flat.max(axis=0)
        size = np.maximum(high - low, 1e-9)
        scale = min(rect.width() / size[0], rect.height() / size[1], largest)
        middle = scale * (low + high) / 2
        return replace(self, scale=scale, x=rect.center().x() - middle[0], y=rect.center().y() - middle[1])


def orbit(grab: Grab, azimuth: float, elevation: float) -> tuple[float, float]:
    """Azimuth (wrapped to ±180°) and elevation (kept within ±89°) after a drag that began at those angles."""
    turned = azimuth - (grab.x - grab.from_x) * DEGREES_PER_PIXEL
    raised = elevation + (grab.y - grab.from_y) * DEGREES_PER_PIXEL
    return (turned + 180.0) % 360.0 - 180.0, min(max(raised, -89.0), 89.0)


def nearer_last(count: int, toward: float) -> range:
    """The indices along one axis of a grid from far to near; `toward` is our direction's component along it."""
    return range(count) if toward >= 0.0 else range(count - 1, -1, -1)


@dataclass(frozen=True)
class Facet:
    """A flat polygon in space, corners (m, 3), with what it is painted with and what it is called when picked."""

    corners: F64
    fill: QColor
    pen: QPen | None = None
    key: Hashable = None

    def outline(self, view: View) -> QPolygonF:
        """Its picture on the stage."""
        return QPolygonF([QPointF(x, y) for x, y in view.project(self.corners).tolist()])


def back_to_front(view: View, facets: Sequence[Facet]) -> list[Facet]:
    """Facets in the painter's order, by the depth of their middles; equally near ones keep their order."""
    return sorted(facets, key=lambda facet: float(view.depth(facet.corners.mean(axis=0))))


def paint_facets(painter: QPainter, view: View, facets: Sequence[Facet]) -> None:
    """Paint facets, far ones first."""
    for facet in back_to_front(view, facets):
        painter.setPen(facet.pen or QPen(Qt.PenStyle.NoPen))
        painter.setBrush(facet.fill)
        painter.drawPolygon(facet.outline(view))


def pick(view: View, facets: Sequence[Facet], at: QPointF) -> Hashable:
    """The key of the nearest facet under a stage point, or None."""
    for facet in reversed(back_to_front(view, facets)):
        if facet.outline(view).containsPoint(at, Qt.FillRule.OddEvenFill):
            return facet.key
    return None


class Palette:
    """A table of colours to paint cells by number, as Qt's colours and as pixels (n,) uint32."""

    def __init__(self, colors: Sequence[QColor]) -> None:
        self.colors = tuple(colors)
        self.pixels = np.array([color.rgb() for color in self.colors], dtype=np.uint32)


class Sheet:
    """A parallelogram on the stage, ruled into rows × columns of cells: one side of a block of numbers.

    It is painted through a transform under which a cell is the unit square (column, row), so that a vector file gets
    rectangles, and a click finds its cell by the inverse.
    """

    def __init__(self, corner: F64, along: F64, down: F64, rows: int, columns: int) -> None:
        """`corner` (2,), and the stage vectors (2,) of one column and of one row."""
        self.rows, self.columns = rows, columns
        self.widths = (math.hypot(*along.tolist()), math.hypot(*down.tolist()))
        area = abs(float(along[0] * down[1] - along[1] * down[0]))
        self.thin = area / max(*self.widths, 1e-9)  # the smaller height of a cell, in pixels
        self.transform = QTransform(*along.tolist(), *down.tolist(), *corner.tolist())

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """(row, column) under a stage point, or None."""
        inverse, sound = self.transform.inverted()
        if not sound:
            return None
        local = inverse.map(at)
        row, column = math.floor(local.y()), math.floor(local.x())
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None

    def cell(self, row: int, column: int, margin: float = 0.0) -> QRectF:
        """A cell in the sheet's own units, less a margin of so many pixels on each side."""
        dx, dy = (min(margin / max(width, 1e-9), 0.45) for width in self.widths)
        return QRectF(column + dx, row + dy, 1.0 - 2.0 * dx, 1.0 - 2.0 * dy)

    def paint(self, painter: QPainter, table: Palette, levels: I64, ground: QColor, margin: float, rim: float = 0.0) -> None:
        """Fill each cell with the colour of its level (rows, columns) in `table`, on a ground that shows around it.

        The ground is `margin` pixels wide on each side of a cell and `rim` pixels beyond the sheet. Cells of few pixels are
        painted at once as a texture, unless the device draws vectors.
        """
        base = painter.worldTransform()
        painter.setWorldTransform(self.transform * base)
        dx, dy = (rim / max(width, 1e-9) for width in self.widths)
        painter.fillRect(QRectF(-dx, -dy, self.columns + 2.0 * dx, self.rows + 2.0 * dy), ground)
        if self.thin < FINE and painter.paintEngine().type() == QPaintEngine.Type.Raster:
            pixels = np.ascontiguousarray(table.pixels[levels])
            image = QImage(pixels.data, self.columns, self.rows, 4 * self.columns, QImage.Format.Format_RGB32)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.fillRect(QRectF(0.0, 0.0, self.columns, self.rows), QBrush(image))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        else:
            dx, dy = (min(margin / max(width, 1e-9), 0.45) for width in self.widths)
            wide, high = 1.0 - 2.0 * dx, 1.0 - 2.0 * dy
            colors = table.colors
            for row, line in enumerate(levels.tolist()):
                for column, level in enumerate(line):
                    painter.fillRect(QRectF(column + dx, row + dy, wide, high), colors[level])
        painter.setWorldTransform(base)
