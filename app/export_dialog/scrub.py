"""Scrub: a plain slider to look through the frames with."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from app.style import ThemeNow, fill

RADIUS = 7.0


class Scrub(QSlider):
    """Painted like the knobs' sliders; a click goes straight to its place."""

    def __init__(self, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme

    def sizeHint(self) -> QSize:
        """Room for the handle and its ring."""
        return QSize(200, 24)

    def _place(self, x: float) -> int:
        room = max(self.width() - 2 * (RADIUS + 2), 1.0)
        share = min(max((x - RADIUS - 2) / room, 0.0), 1.0)
        return self.minimum() + round(share * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """To where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setValue(self._place(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Along with the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.setValue(self._place(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line, filled up to the handle."""
        theme, y = self._theme(), self.height() / 2
        span = max(self.maximum() - self.minimum(), 1)
        x = RADIUS + 2 + (self.value() - self.minimum()) / span * (self.width() - 2 * (RADIUS + 2))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(QRectF(2, y - 2, self.width() - 4, 4), 2, 2)
        painter.setBrush(fill(theme))
        painter.drawRoundedRect(QRectF(2, y - 2, x - 2, 4), 2, 2)
        painter.setBrush(theme.color("text"))
        painter.setPen(QPen(theme.color("accent"), 2.0) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x, y), RADIUS, RADIUS)
        painter.end()
