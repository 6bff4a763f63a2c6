"""Controls: what a value is typed into, chosen from or switched with; each keeps the keys it needs while it has the focus."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from app.keys import ARROWS, claimed
from app.style import ThemeNow


class Entry(QLineEdit):
    """A number to type. Esc gives it up, leaving the field does too unless it was applied."""

    given_up = Signal()
    nudged = Signal(int)

    def event(self, event: QEvent) -> bool:
        """Esc, Up and Down are the entry's own."""
        return claimed(event, (*ARROWS, Qt.Key.Key_Escape)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc shows the value again that holds; Up and Down turn the knob a little."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            self.clearFocus()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.nudged.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select everything, ready to be typed over."""
        super().focusInEvent(event)
        self.selectAll()


class Choices(QComboBox):
    """A list that leaves the wheel to the panel, and keeps the keys it needs while it has the focus."""

    def __init__(self, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box, with a chevron in the theme's colour."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme().color("muted"), 1.8, c=Qt.PenCapStyle.RoundCap))
        x, y = self.width() - 16.0, self.height() / 2 - 2.0
        painter.drawPolyline([QPointF(x - 4, y), QPointF(x, y + 4), QPointF(x + 4, y)])
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel."""
        event.ignore()

    def event(self, event: QEvent) -> bool:
        """Arrows choose, Space opens."""
        return claimed(event, (*ARROWS, Qt.Key.Key_Space)) or super().event(event)


class Toggle(QCheckBox):
    """A switch drawn as one."""

    def __init__(self, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self) -> QSize:
        """A pill."""
        return QSize(38, 22)

    def hitButton(self, pos: QPoint) -> bool:
        """All of it takes the click."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A pill with a knob at the left or right."""
        theme, on = self._theme(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.35)
        pill = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(theme.color("text" if self.hasFocus() else "muted"), 2.0 if self.hasFocus() else 1.0))
        painter.setBrush(theme.color("accent" if on else "raised"))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if on else "text"))
        x = pill.right() - pill.height() / 2 if on else pill.left() + pill.height() / 2
        painter.drawEllipse(QPointF(x, pill.center().y()), 6, 6)
        painter.end()
