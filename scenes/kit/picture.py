"""Picture: a small array of numbers as colours in a rectangle, for maps of a net's answers and images that go into one."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from core.recording import F64, U8


def picture(values: F64, table: U8) -> QImage:
    """`values` (ny, nx) from 0 to 1, the lowest row of a map first, in the colours of `table` (m, 4) RGBA."""
    index = np.clip(np.round(values * (len(table) - 1)), 0, len(table) - 1).astype(np.int64)
    pixels = np.ascontiguousarray(table[index[::-1]])
    height, width = values.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def paint_picture(painter: QPainter, rect: QRectF, image: QImage, *, smooth: bool) -> None:
    """Lay an image over `rect`: blended between its pixels, or as squares, which a vector file gets as rectangles."""
    painter.save()
    if smooth:
        painter.drawImage(rect, image)
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        dx, dy = rect.width() / image.width(), rect.height() / image.height()
        for y in range(image.height()):
            for x in range(image.width()):
                cell = QRectF(rect.left() + x * dx, rect.top() + y * dy, dx, dy)
                painter.fillRect(cell, image.pixelColor(x, y))
    painter.restore()
