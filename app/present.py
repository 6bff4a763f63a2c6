"""Presenting: the stage alone on the whole screen, with what a person with a clicker needs."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from app.stage_view import StageView


class Presenter(QObject):
    """Switches the window of a stage view to presenting and back; `switched` says which."""

    switched = Signal(bool)

    def __init__(self, view: StageView) -> None:
        super().__init__(view)
        self.view = view
        self.on = False
        self.before = Qt.WindowState.WindowNoState  # the state of the window that presenting returns to

    def toggle(self) -> None:
        """Begin, or leave."""
        window = self.view.window()
        self.on = not self.on
        self.view.blank, self.view.pointer = None, False
        self.view.set_chrome(self.on)
        if self.on:
            self.before = window.windowState()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.switched.emit(self.on)
        window.setWindowState(self.before | Qt.WindowState.WindowFullScreen if self.on else self.before)
        self.view.update()

    def blank(self, color: str) -> None:
        """A plain screen, and back."""
        wanted = QColor(color)
        self.view.blank = None if self.view.blank == wanted else wanted
        self.view.update()

    def toggle_pointer(self) -> None:
        """A spot of light that follows the mouse."""
        self.view.pointer = not self.view.pointer
        self.view.update()
