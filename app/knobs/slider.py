"""Slider: a knob's value as a place between its ends, on a linear or logarithmic scale."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from app.keys import ARROWS, claimed
from app.style import ThemeNow, fill
from core.params import Knob

PLACES = 1000
RADIUS = 8.0  # of the handle


class Scale:
    """The map between the places of a slider, 0 … `places`, and the values of a real or whole knob."""

    def __init__(self, knob: Knob) -> None:
        if knob.low is None or knob.high is None:
            raise ValueError(f"{knob.name}: a slider needs a knob with two ends")
        self.low, self.high = float(knob.low), float(knob.high)
        self.log, self.whole = knob.scale == "log", knob.kind == "whole"
        countable = self.whole and not self.log and self.high - self.low <= PLACES
        self.places = int(self.high - self.low) if countable else PLACES

    def value(self, place: int) -> float | int:
        """The value at a place, rounded to what a person would type; exact at both ends."""
        if place <= 0 or place >= self.places:
            end = self.low if place <= 0 else self.high
            return int(end) if self.whole else end
        share = place / self.places
        if self.log:
            value = math.exp(math.log(self.low) + share * math.log(self.high / self.low))
            value = float(f"{value:.3g}")
        else:
            value = self.low + share * (self.high - self.low)
            value = round(value, max(0, math.ceil(-math.log10((self.high - self.low) / PLACES) - 1e-9)))
        value = min(max(value, self.low), self.high)
        return round(value) if self.whole else value

    def place(self, value: float) -> int:
        """The place nearest to a value."""
        value = min(max(value, self.low), self.high)
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return round(share * self.places)


class Slider(QSlider):
    """A slider that jumps to a click, asks to be reset on a double click, and leaves the wheel to the panel."""

    turned = Signal(object)  # the value a person chose
    reset = Signal()

    def __init__(self, knob: Knob, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.scale = Scale(knob)
        self._theme = theme
        self.setRange(0, self.scale.places)
        self._default = self.scale.place(float(knob.default))
        self.setPageStep(max(1, self.scale.places // 10))
        self.setSingleStep(max(1, self.scale.places // 100))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(lambda place: self.turned.emit(self.scale.value(place)))

    def show_value(self, value: float) -> None:
        """Stand at a value, without a word."""
        self.blockSignals(True)
        self.setValue(self.scale.place(value))
        self.blockSignals(False)
        self.update()

    def sizeHint(self) -> QSize:
        """Wide, and tall enough for the handle."""
        return QSize(120, 22)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the panel."""
        return QSize(60, 22)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the handle under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle."""
        if self.isSliderDown():
            self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)

    def _go(self, x: float) -> None:
        share = (x - RADIUS) / max(self.width() - 2 * RADIUS, 1.0)
        self.setValue(round(min(max(share, 0.0), 1.0) * self.maximum()))

    def _x(self, place: int) -> float:
        return RADIUS + (self.width() - 2 * RADIUS) * place / max(self.maximum(), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The groove, filled up to the value, a notch at the default, and the handle."""
        theme = self._theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, at = self.height() / 2, self._x(self.value())
        painter.setPen(QPen(theme.color("muted"), 1.5))
        notch = self._x(self._default)
        painter.drawLine(QPointF(notch, middle + 4.5), QPointF(notch, middle + 8.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(QRectF(0, middle - 2, self.width(), 4), 2, 2)
        painter.setBrush(QColor(fill(theme)))
        painter.drawRoundedRect(QRectF(0, middle - 2, at, 4), 2, 2)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 3.0))
        painter.setBrush(theme.color("accent" if self.isSliderDown() else "text"))
        painter.drawEllipse(QPointF(at, middle), RADIUS - 1.0, RADIUS - 1.0)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the default."""
        self.reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel."""
        event.ignore()

    def event(self, event: QEvent) -> bool:
        """While it has the focus, the arrows are the slider's and not the timeline's."""
        return claimed(event, ARROWS) or super().event(event)
