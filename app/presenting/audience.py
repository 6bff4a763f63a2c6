"""Audience: the window on the projector: the stage and nothing else."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.session import Session
from app.stage_view import StageView


class Audience(QWidget):
    """Full screen and without a frame. `given_up`: somebody closed it."""

    given_up = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setWindowTitle("Ravine – for the audience")
        self.setAccessibleName("What the audience sees")
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.view = StageView(session, chrome=True, parent=self)
        self.view.set_theme("projector")
        self.view.setCursor(Qt.CursorShape.BlankCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._open = True

    def show_on(self, screen: QScreen) -> None:
        """Fill a screen."""
        self.hide()  # a window system that ignores positions still heeds the screen of a window that is about to be shown
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of the stage."""
        super().closeEvent(event)
        if self._open:
            self._open = False
            self.given_up.emit()

    def dispose(self) -> None:
        """Close for good."""
        self._open = False
        self.view.close_show()
        self.close()
        self.deleteLater()
