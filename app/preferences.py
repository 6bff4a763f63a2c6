"""Preferences: an overlay with what a person needs to read and bear the window: larger letters, less motion."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.keys import keep_space
from app.knobs.controls import Toggle
from app.session import Session
from app.style import heading

SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


class Preferences(QWidget):
    """Covers the window; a click beside the card or Esc closes it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setAccessibleName("Preferences")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = QFrame(self)
        self.card.setObjectName("card")
        column = QVBoxLayout(self.card)
        column.setContentsMargins(34, 28, 34, 30)
        column.setSpacing(12)
        column.addWidget(heading("Size of text", self.card))
        row = QHBoxLayout()
        row.setSpacing(6)
        self.scales = QButtonGroup(self)
        for scale in SCALES:
            button = QPushButton(f"{scale:.0%}", self.card)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setAccessibleName(f"Text at {scale:.0%}")
            button.clicked.connect(lambda _=False, s=scale: session.set_text_scale(s))
            keep_space(button)
            self.scales.addButton(button, round(100 * scale))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(heading("Motion", self.card))
        calm = QHBoxLayout()
        self.calm = Toggle(lambda: session.theme, self.card)
        self.calm.setAccessibleName("Reduced motion")
        self.calm.clicked.connect(session.set_calm)
        keep_space(self.calm)
        calm.addWidget(self.calm)
        words = QLabel("Reduced motion: a scene opens at its end and plays only when asked to.", self.card)
        words.setWordWrap(True)
        calm.addWidget(words, 1)
        column.addLayout(calm)
        done = QPushButton("Done", self.card)
        done.setObjectName("primary")
        done.setAccessibleName("Close the preferences")
        done.clicked.connect(self.hide)
        keep_space(done)
        column.addSpacing(8)
        column.addWidget(done, 0, Qt.AlignmentFlag.AlignRight)
        outer = QVBoxLayout(self)
        outer.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        session.changed.connect(self._follow)
        self.hide()

    def open(self) -> None:
        """Cover the window."""
        self._follow(frozenset({"theme"}))
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()
        self.setFocus()

    def _follow(self, what: frozenset[str]) -> None:
        if what & {"theme", "calm"}:
            chosen = self.scales.button(round(100 * self.session.text_scale))
            if chosen is not None:
                chosen.setChecked(True)
            self.calm.setChecked(self.session.calm)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Away, unless the press was on the card."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil over what lies beneath."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.session.theme.color("background", 0.72))
        painter.end()
