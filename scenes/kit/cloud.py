"""Cloud: thousands of points in one pane, in a few milliseconds a frame.

A painter needs some two microseconds for each antialiased disc, so ten thousand of them take a whole frame. Here a disc is a
handful of pixels that NumPy writes straight into a picture, its soft rim first for all points, then its core; where points
meet, the later one lies on top. On a vector device they are drawn as shapes.
"""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPainterPath

from core.recording import F64, I64
from scenes.kit.marks import theme_scale
from scenes.kit.place import Place

SOFT = 0.45  # how much of its colour the rim of a disc has
ROUND = 2_000  # points: more than so many are drawn in a quicker way, and a vector file gets squares instead of discs


class Cloud:
    """Points that move, each of one of a few colours."""

    def __init__(self, pane: Place) -> None:
        self.pane = pane
        self.points: F64 = np.empty((0, 2))
        self.index: I64 = np.empty(0, dtype=np.int64)
        self.colors: tuple[QColor, ...] = ()
        self.radius = 3.0

    def dress(self, roles: tuple[str, ...], index: I64) -> None:
        """Point i wears the colour of roles[index[i]]; the more points there are, the smaller they get."""
        self.colors, self.index = tuple(self.pane.theme.color(role) for role in roles), index
        self.radius = theme_scale(self.pane.theme) * float(
            np.interp(math.log10(max(len(index), 1)), (0, 2, 3, 4), (9, 6, 4.2, 2.7))
        )

    def set(self, points: F64) -> None:
        """Stand at these places (n, 2), in the pane's coordinates; NaN hides a point."""
        self.points = points

    def paint(self, painter: QPainter) -> None:
        """Draw every point that lies in the pane."""
        if not len(self.points):
            return
        at = self.pane.mapped(self.points[:, 0], self.points[:, 1])
        with np.errstate(invalid="ignore"):
            room, r = self.pane.inner, self.radius
            seen = (at[:, 0] > room.left() - r) & (at[:, 0] < room.right() + r)
            seen &= (at[:, 1] > room.top() - r) & (at[:, 1] < room.bottom() + r)
        if painter.paintEngine().type() == QPaintEngine.Type.Raster:
            stamp(painter, room, at[seen], self.index[seen], self.colors, self.radius)
        else:
            draw(painter, at[seen], self.index[seen], self.colors, self.radius)


def stamp(painter: QPainter, rect: QRectF, at: F64, index: I64, colors: tuple[QColor, ...], radius: float) -> None:
    """Write discs at stage points `at` (n, 2), within reach of `rect`, into a picture and lay it down there."""
    base = painter.worldTransform()
    scale, origin = base.m11(), base.map(rect.topLeft())
    corner = QPoint(math.floor(origin.x()), math.floor(origin.y()))
    width, height = math.ceil(rect.width() * scale) + 2, math.ceil(rect.height() * scale) + 2
    rim, core = disc(max(radius * scale, 1.0))
    margin = int(np.abs(rim).max(initial=0)) + math.ceil(radius * scale) + 2
    pitch = width + 2 * margin
    pixels = np.zeros((height + 2 * margin) * pitch, dtype=np.uint32)
    x = (at[:, 0] * scale + (base.dx() - corner.x() + margin)).astype(np.int64)
    y = (at[:, 1] * scale + (base.dy() - corner.y() + margin)).astype(np.int64)
    place = y * pitch + x
    for offsets, share in ((rim, SOFT), (core, 1.0)):
        dye = np.array([_premultiplied(color, share) for color in colors], dtype=np.uint32)[index]
        steps = offsets[:, 0] * pitch + offsets[:, 1]
        if len(place) <= ROUND:
            pixels[place[:, None] + steps] = dye[:, None]  # the last one written stays
        else:  # in half the time; where very many small ones meet, nobody sees which lies on top
            for step in steps.tolist():
                pixels[place + step] = dye
    first = margin * pitch + margin
    image = QImage(pixels[first:].data, width, height, 4 * pitch, QImage.Format.Format_ARGB32_Premultiplied)
    painter.save()
    painter.resetTransform()
    painter.drawImage(corner, image)
    painter.restore()


def disc(radius: float) -> tuple[I64, I64]:
    """The pixels of a disc about its middle one, (m, 2) as (dy, dx): those of its rim and those within it."""
    reach = math.ceil(radius)
    dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    away = np.hypot(dy, dx)
    rim, core = (away > radius - 0.5) & (away <= radius + 0.25), away <= radius - 0.5
    return np.stack((dy[rim], dx[rim]), axis=1), np.stack((dy[core], dx[core]), axis=1)


def _premultiplied(color: QColor, share: float) -> int:
    alpha = color.alphaF() * share
    red, green, blue = (round(255 * alpha * part) for part in (color.redF(), color.greenF(), color.blueF()))
    return round(255 * alpha) << 24 | red << 16 | green << 8 | blue


def draw(painter: QPainter, at: F64, index: I64, colors: tuple[QColor, ...], radius: float) -> None:
    """Draw the same points as shapes: one path for each colour, of discs, or of squares where there are very many."""
    painter.setPen(Qt.PenStyle.NoPen)
    half = 0.8 * radius
    for number, color in enumerate(colors):
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        for x, y in at[index == number].tolist():
            if len(at) <= ROUND:
                path.addEllipse(QPointF(x, y), radius, radius)
            else:
                path.addRect(QRectF(x - half, y - half, 2 * half, 2 * half))
        if not path.isEmpty():
            painter.setBrush(color)
            painter.drawPath(path)
