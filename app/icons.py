"""Icons: a handful of shapes drawn as paths in the theme's colour, sharp at any size."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

GRID = 24.0


def icon(name: str, color: QColor, size: int = 20) -> QIcon:
    """The icon called `name`, one of `SHAPES`."""
    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(size * ratio, size * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(size * ratio / GRID, size * ratio / GRID)
        filled, lines = SHAPES[name]()
        painter.fillPath(filled, color)
        painter.setPen(QPen(color, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(lines)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        made.addPixmap(pixmap)
    return made


def _triangle(left: float, right: float) -> QPainterPath:
    """A triangle over the full height whose tip is at x = `right`."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(left, 5), QPointF(right, 12), QPointF(left, 19)]))
    path.closeSubpath()
    return path


def _bar(x: float, width: float = 2.6) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(x, 5, width, 14), 1, 1)
    return path


def _play() -> tuple[QPainterPath, QPainterPath]:
    return _triangle(7.5, 20), QPainterPath()


def _pause() -> tuple[QPainterPath, QPainterPath]:
    return _bar(6.4, 3.8) + _bar(13.8, 3.8), QPainterPath()


def _step() -> tuple[QPainterPath, QPainterPath]:
    return _bar(5) + _triangle(10, 20), QPainterPath()


def _step_back() -> tuple[QPainterPath, QPainterPath]:
    return _bar(16.4) + _triangle(14, 4), QPainterPath()


def _end() -> tuple[QPainterPath, QPainterPath]:
    return _triangle(5, 15) + _bar(16.5), QPainterPath()


def _start() -> tuple[QPainterPath, QPainterPath]:
    return _triangle(19, 9) + _bar(5), QPainterPath()


def _loop() -> tuple[QPainterPath, QPainterPath]:
    lines = QPainterPath(QPointF(5, 11))
    lines.cubicTo(5, 8, 6.5, 7, 9, 7)
    lines.lineTo(18, 7)
    lines.moveTo(15.2, 4.2)
    lines.lineTo(18.2, 7)
    lines.lineTo(15.2, 9.8)
    lines.moveTo(19, 13)
    lines.cubicTo(19, 16, 17.5, 17, 15, 17)
    lines.lineTo(6, 17)
    lines.moveTo(8.8, 14.2)
    lines.lineTo(5.8, 17)
    lines.lineTo(8.8, 19.8)
    return QPainterPath(), lines


def _side(x: float) -> tuple[QPainterPath, QPainterPath]:
    lines = QPainterPath()
    lines.addRoundedRect(QRectF(4, 5, 16, 14), 2.5, 2.5)
    lines.moveTo(x, 5)
    lines.lineTo(x, 19)
    return QPainterPath(), lines


def _left_side() -> tuple[QPainterPath, QPainterPath]:
    return _side(9.5)


def _right_side() -> tuple[QPainterPath, QPainterPath]:
    return _side(14.5)


def _help() -> tuple[QPainterPath, QPainterPath]:
    lines = QPainterPath()
    lines.addEllipse(QRectF(3.5, 3.5, 17, 17))
    lines.moveTo(9.6, 9.6)
    lines.cubicTo(9.8, 6.6, 14.6, 6.8, 14.4, 9.8)
    lines.cubicTo(14.3, 11.6, 12, 11.7, 12, 13.6)
    dot = QPainterPath()
    dot.addEllipse(QPointF(12, 16.6), 1.2, 1.2)
    return dot, lines


def _share() -> tuple[QPainterPath, QPainterPath]:
    """An arrow that leaves a tray."""
    lines = QPainterPath(QPointF(12, 15))
    lines.lineTo(12, 4)
    lines.moveTo(7.8, 8)
    lines.lineTo(12, 3.8)
    lines.lineTo(16.2, 8)
    lines.moveTo(5, 13)
    lines.lineTo(5, 20)
    lines.lineTo(19, 20)
    lines.lineTo(19, 13)
    return QPainterPath(), lines


def _export() -> tuple[QPainterPath, QPainterPath]:
    """A picture, and an arrow that brings it down."""
    lines = QPainterPath(QPointF(12, 11))
    lines.lineTo(12, 20)
    lines.moveTo(8, 16.4)
    lines.lineTo(12, 20.4)
    lines.lineTo(16, 16.4)
    lines.moveTo(8, 13)
    lines.lineTo(4, 13)
    lines.lineTo(4, 4)
    lines.lineTo(20, 4)
    lines.lineTo(20, 13)
    lines.lineTo(16, 13)
    return QPainterPath(), lines


def _preferences() -> tuple[QPainterPath, QPainterPath]:
    """Two sliders, set differently."""
    filled, lines = QPainterPath(), QPainterPath()
    for y, x in ((8.0, 15.5), (16.0, 8.5)):
        lines.moveTo(4.0, y)
        lines.lineTo(20.0, y)
        filled.addEllipse(QPointF(x, y), 3.0, 3.0)
    return filled, lines


SHAPES = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "step back": _step_back,
    "start": _start,
    "end": _end,
    "loop": _loop,
    "gallery": _left_side,
    "panel": _right_side,
    "help": _help,
    "preferences": _preferences,
    "share": _share,
    "export": _export,
}
