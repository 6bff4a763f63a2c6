"""Lead: the row above the stage, with the scene's sentence and a hint at what the mouse can do on the stage."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.topbar import Elided

MARGIN, SPACE = 24, 12


class Lead(QWidget):
    """Where there is no room for both, the hint gives way: the sentence says more, and help names what the mouse does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setSpacing(SPACE)
        row.setContentsMargins(MARGIN, 10, MARGIN, 0)
        self.look, self.hint = Elided(self), QLabel(self)
        self.look.setObjectName("look")
        self.hint.setProperty("role", "muted")
        row.addWidget(self.look, 1)
        row.addWidget(self.hint)

    def show_look(self, sentence: str) -> None:
        """What to look at in this scene."""
        self.look.show_text(sentence)
        self._share_room()

    def show_hint(self, hint: str) -> None:
        """What can be grabbed, turned or zoomed; nothing, if nothing can."""
        self.hint.setText(hint)
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room for the hint again, or no longer."""
        super().resizeEvent(event)
        self._share_room()

    def changeEvent(self, event: QEvent) -> None:
        """Other letters need other room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._share_room()

    def _share_room(self) -> None:
        needed = self.look.wanted() + SPACE + self.hint.sizeHint().width()
        self.hint.setVisible(bool(self.hint.text()) and needed <= self.width() - 2 * MARGIN)
