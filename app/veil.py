"""Veil: what an overlay over the window has: a card in its middle, which scrolls where the window is too small for it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.keys import claimed
from app.session import Session

TURNING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
EDGE = 10  # pixels around the card
NOTCH = 60  # pixels that an arrow key goes


class Veil(QWidget):
    """Covers the window. Whoever derives from it fills the `card`."""

    def __init__(self, session: Session, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.session = session
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = QFrame()
        self.card.setObjectName("card")
        ground = QWidget()
        column = QVBoxLayout(ground)
        column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        column.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        self.area = QScrollArea(self)
        self.area.setWidget(ground)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setAccessibleName(name)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)
        self.hide()

    def open(self) -> None:
        """Cover the window."""
        self.setGeometry(self.window().rect())
        self.fit()
        self.area.verticalScrollBar().setValue(0)
        self.raise_()
        self.show()
        self.setFocus()

    def fit(self) -> None:
        """Arrange the card for the width there is."""
        self.keep_height()

    def keep_height(self) -> None:
        """Lines that take two where they must need their height, which a layout asks for in passing only."""
        layout = self.card.layout()
        if layout is None:
            return
        layout.invalidate()
        edges = 2 * EDGE + self.area.verticalScrollBar().sizeHint().width()
        width = max(min(layout.sizeHint().width(), self.width() - edges), layout.minimumSize().width())
        self.card.setFixedWidth(width)
        self.card.setMinimumHeight(layout.totalHeightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The window has another size."""
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that scroll, as long as there is something to scroll."""
        turning = event.type() == QEvent.Type.ShortcutOverride and self.area.verticalScrollBar().maximum() > 0
        return (turning and claimed(event, TURNING)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll."""
        bar, page = self.area.verticalScrollBar(), self.area.viewport().height() - NOTCH
        steps = dict(zip(TURNING, (-NOTCH, NOTCH, -page, page), strict=True))
        if event.key() in steps and bar.maximum() > 0:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil over what lies beneath."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.session.theme.color("background", 0.72))
        painter.end()
