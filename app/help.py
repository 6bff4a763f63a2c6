"""Help: an overlay that lists every key."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.keys import KEYS, SHOWN
from app.session import Session
from app.style import heading

GROUPS = (("Time", "Export"), ("Window",), ("Presenting",))  # by column


class Help(QWidget):
    """Covers the window; a click or Esc closes it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setAccessibleName("Every key")
        self.setAccessibleDescription(". ".join(f"{' or '.join(key.keys)}: {key.says}" for key in KEYS if key.says))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        card = QFrame(self)
        card.setObjectName("card")
        columns = QHBoxLayout(card)
        columns.setContentsMargins(34, 28, 34, 30)
        columns.setSpacing(48)
        for groups in GROUPS:
            column = QVBoxLayout()
            column.setSpacing(22)
            for group in groups:
                column.addLayout(self._column(group, card))
            column.addStretch(1)
            columns.addLayout(column)
        outer = QVBoxLayout(self)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def _column(self, group: str, card: QWidget) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        grid.addWidget(heading(group, card), 0, 0, 1, 2)
        keys = [key for key in KEYS if key.group == group and key.says]
        for line, key in enumerate(keys, start=1):
            caps = QHBoxLayout()
            for text in key.keys:
                cap = QLabel("1 – 9" if text == "1" else SHOWN.get(text, text), card)
                cap.setObjectName("key")
                caps.addWidget(cap)
            caps.addStretch(1)
            grid.addLayout(caps, line, 0)
            grid.addWidget(QLabel(key.says, card), line, 1)
        grid.setRowStretch(len(keys) + 1, 1)
        return grid

    def open(self) -> None:
        """Cover the window."""
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()
        self.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Away."""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil over what lies beneath."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.session.theme.color("background", 0.72))
        painter.end()
