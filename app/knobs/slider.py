"""Slider: a knob's value as a place between its ends, on a linear or logarithmic scale."""

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

from app.keys import ARROWS, claimed
from core.params import Knob

PLACES = 1000


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

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.scale = Scale(knob)
        self.setRange(0, self.scale.places)
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the handle under the pointer, then drag it."""
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            parts, control = QStyle.SubControl, QStyle.ComplexControl.CC_Slider
            handle = self.style().subControlRect(control, option, parts.SC_SliderHandle, self)
            groove = self.style().subControlRect(control, option, parts.SC_SliderGroove, self)
            x = event.position().toPoint().x()
            if not handle.adjusted(-2, -8, 2, 8).contains(event.position().toPoint()):
                start = x - groove.left() - handle.width() // 2
                room = groove.width() - handle.width()
                self.setValue(QStyle.sliderValueFromPosition(0, self.maximum(), start, room))
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the default."""
        self.reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel."""
        event.ignore()

    def event(self, event: QEvent) -> bool:
        """While it has the focus, the arrows are the slider's and not the timeline's."""
        return claimed(event, ARROWS) or super().event(event)
