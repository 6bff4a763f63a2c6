"""Marks: what a lecturer points with and draws over the picture, in the stage's coordinates: two screens show the same."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from scenes.theme import Theme

SPOT = 15.0  # radius of the light pointer, in logical pixels of the stage
BEAM = 190.0  # radius of what the spotlight leaves bright
SHADE = 0.68  # how dark it makes the rest
INK = 7.0  # width of a drawn line


class Marks(QObject):
    """The light pointer, the spotlight and drawn lines; `changed` says that they must be painted anew."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pointer = self.spotlight = False
        self.spot: QPointF | None = None  # where the mouse is
        self.ink: list[list[QPointF]] = []
        self._drawing = False

    def toggle_pointer(self) -> None:
        """A spot of light that follows the mouse, and draws while it is pressed."""
        self.pointer, self._drawing = not self.pointer, False
        self.changed.emit()

    def toggle_spotlight(self) -> None:
        """Darken all but what is around the mouse."""
        self.spotlight = not self.spotlight
        self.changed.emit()

    def move(self, at: QPointF | None) -> None:
        """The mouse is at a point of the stage, or has left it."""
        self.spot = at
        if at is None:
            self._drawing = False
        elif self._drawing:
            self.ink[-1].append(at)
        if self.pointer or self.spotlight:
            self.changed.emit()

    def press(self, at: QPointF) -> bool:
        """Begin a line, if the pointer is on; whether it did."""
        if self.pointer:
            self._drawing = True
            self.ink.append([at])
        return self.pointer

    def release(self) -> None:
        """End the line."""
        self._drawing = False

    def erase(self) -> None:
        """Take every drawn line away."""
        if self.ink:
            self.ink.clear()
            self._drawing = False
            self.changed.emit()

    def put_away(self) -> None:
        """No pointer, no spotlight, no lines."""
        self.pointer = self.spotlight = False
        self.ink.clear()
        self._drawing = False
        self.changed.emit()

    @property
    def shown(self) -> bool:
        """Whether there is anything to paint."""
        return bool(self.ink) or (self.spot is not None and (self.pointer or self.spotlight))

    def paint(self, painter: QPainter, theme: Theme, bounds: QRectF) -> None:
        """Paint onto a painter in the stage's coordinates; the shade of the spotlight covers `bounds`."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.spotlight and self.spot is not None:
            shade = QPainterPath()
            shade.addRect(bounds)
            shade.addEllipse(self.spot, BEAM, BEAM)  # a hole, by the odd-even rule
            painter.fillPath(shade, QColor.fromRgbF(0.0, 0.0, 0.0, SHADE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        casing, line = QPen(theme.color("background"), INK + 4.0), QPen(theme.color("bad"), INK)
        for pen in (casing, line):
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for points in self.ink:
                painter.drawPolyline(QPolygonF(points if len(points) > 1 else points * 2))
        if self.pointer and self.spot is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            for radius, alpha in ((1.7 * SPOT, 0.25), (SPOT, 0.85)):
                painter.setBrush(theme.color("bad", alpha))
                painter.drawEllipse(self.spot, radius, radius)
