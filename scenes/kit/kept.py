"""Kept: a part of the live layer that is painted once and laid down again for as long as it stays the same.

What is kept is a function of its key alone, so a frame does not depend on the frames before it. On a vector device the part
is painted itself, every time.
"""

from collections.abc import Callable, Hashable

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter, QTransform


class Kept:
    """One picture, with the key it was painted for."""

    def __init__(self) -> None:
        self._image = QImage()
        self._corner = QPoint()
        self._key: Hashable = None

    def paint(self, painter: QPainter, rect: QRectF, key: Hashable, draw: Callable[[QPainter], None]) -> None:
        """Lay down what `draw` paints inside `rect` (in the painter's coordinates), painting it anew when `key` has changed."""
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            draw(painter)
            return
        base = painter.worldTransform()
        area: QRect = base.mapRect(rect).toAlignedRect()
        place = (area.x(), area.y(), area.width(), area.height(), base.m11(), base.m22(), base.dx(), base.dy())
        if self._key != (key, place):
            self._image = QImage(area.size(), QImage.Format.Format_ARGB32_Premultiplied)
            self._image.fill(Qt.GlobalColor.transparent)
            brush = QPainter(self._image)
            brush.setRenderHints(painter.renderHints())
            # The pixel grid is the picture's own, so nothing is resampled when it is laid down.
            brush.setWorldTransform(base * QTransform.fromTranslate(-area.x(), -area.y()))
            draw(brush)
            brush.end()
            self._corner, self._key = area.topLeft(), (key, place)
        painter.save()
        painter.resetTransform()
        painter.drawImage(self._corner, self._image)
        painter.restore()
