"""Preferences: an overlay with what a person needs to read and bear the window: larger letters, less motion."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.keys import keep_space
from app.knobs.controls import Toggle
from app.session import Session
from app.style import heading
from app.veil import Veil
from scenes.theme import THEMES

SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


class Preferences(Veil):
    """A click beside the card or Esc closes it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, parent, "Preferences")
        column = QVBoxLayout(self.card)
        column.setContentsMargins(34, 28, 34, 30)
        column.setSpacing(12)
        column.addWidget(heading("Size of text", self.card))
        self.scales = self._segments(column)
        for scale in SCALES:
            button = self._segment(self.scales, f"{scale:.0%}", f"Text at {scale:.0%}", round(100 * scale))
            button.clicked.connect(lambda _=False, s=scale: session.set_text_scale(s))
        column.addSpacing(8)
        column.addWidget(heading("Theme", self.card))
        self.themes = self._segments(column)
        for number, name in enumerate(THEMES):
            button = self._segment(self.themes, name.capitalize(), f"{name.capitalize()} theme", number)
            button.clicked.connect(lambda _=False, n=name: session.set_theme(n))
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
        session.changed.connect(self._follow)

    def _segments(self, column: QVBoxLayout) -> QButtonGroup:
        """A row of buttons of which one holds."""
        group = QButtonGroup(self)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._row.addStretch(1)
        column.addLayout(self._row)
        return group

    def _segment(self, group: QButtonGroup, words: str, name: str, number: int) -> QPushButton:
        button = QPushButton(words, self.card)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setAccessibleName(name)
        keep_space(button)
        group.addButton(button, number)
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    def open(self) -> None:
        """Cover the window."""
        self._follow(frozenset({"theme"}))
        super().open()

    def _follow(self, what: frozenset[str]) -> None:
        if what & {"theme", "calm"}:
            chosen = self.scales.button(round(100 * self.session.text_scale))
            if chosen is not None:
                chosen.setChecked(True)
            self.themes.button(list(THEMES).index(self.session.theme_name)).setChecked(True)
            self.calm.setChecked(self.session.calm)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Away, unless the press was on the card."""
        if not self.card.rect().contains(self.card.mapFrom(self, event.position().toPoint())):
            self.hide()
