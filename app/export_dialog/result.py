"""Result: a finished file: open it, show where it is, copy it, or drag it out."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDrag, QGuiApplication, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.export_dialog import copying
from app.export_dialog.estimate import bytes_text
from app.export_dialog.runner import Done
from app.progress import clock
from app.topbar import Elided

THUMB = QSize(112, 63)


class Result(QFrame):
    """A card with the finished file. `said` carries a sentence about what a button did, and whether it failed."""

    said = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("The finished file")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag the file to another program")
        self.path = Path()  # of the file, or of the folder of many
        self._first = Path()  # what Open opens
        self._pressed: QPoint | None = None
        self.thumb = QLabel(self)
        self.thumb.setFixedSize(THUMB)
        self.thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name, self.facts = Elided(self), QLabel(self)
        self.facts.setProperty("role", "muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 9, 10, 9)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.thumb, 0, 0, 3, 1)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.facts, 1, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.open, self.reveal, self.copy = (
            self._button(row, "Open", "Open it with the program the system chooses"),
            self._button(row, "Show in folder", "Show where it is"),
            self._button(row, "Copy", "Copy the file, to paste it elsewhere"),
        )
        row.addStretch(1)
        grid.addLayout(row, 2, 1)
        self.open.clicked.connect(self._open)
        self.reveal.clicked.connect(self._reveal)
        self.copy.clicked.connect(self._copy)
        self.hide()

    def _button(self, row: QHBoxLayout, name: str, about: str) -> QPushButton:
        button = QPushButton(name, self)
        button.setProperty("role", "chip")
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        button.setAccessibleDescription(about)
        button.setToolTip(about)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        row.addWidget(button)
        return button

    def show_done(self, done: Done, image: QImage) -> None:
        """Show a finished export with a small picture of it."""
        many = "%" in done.target.name
        self.path = done.target.parent if many else done.target
        self._first = done.target.with_name(done.target.name % 0) if many else done.target
        self.name.show_text(self.path.name)
        pictures = f"{done.frames} pictures, " if many else ""
        self.facts.setText(f"{pictures}{bytes_text(done.size)}, made in {clock(done.took)}")
        self.thumb.setVisible(not image.isNull())
        if not image.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            self.thumb.setPixmap(QPixmap.fromImage(image.scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio, smooth)))
        self.setAccessibleDescription(f"{self.path}: {self.facts.text()}")
        self.show()

    # -- what can be done with it --------------------------------------------------------------------------------------

    def _open(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._first))):
            self.said.emit(f"No program opened {self._first.name}; it is in {self._first.parent}.", True)

    def _reveal(self) -> None:
        path = str(self._first)
        if sys.platform == "win32":
            subprocess.Popen(["explorer", "/select,", path])
        elif sys.platform == "darwin":
            subprocess.Popen(["open", "-R", path])
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._first.parent))):
            self.said.emit(f"No file manager opened; the folder is {self._first.parent}.", True)

    def _copy(self) -> None:
        try:
            QGuiApplication.clipboard().setMimeData(copying.files(self.path))
        except OSError:
            self.said.emit(f"{self.path.name} is not there any more.", True)
        else:
            self.said.emit(f"{self.path.name} is on the clipboard.", False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps the start of a drag."""
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the file out."""
        if self._pressed is None:
            return
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if moved >= QApplication.startDragDistance() and self.path.exists():
            self._pressed = None
            drag = QDrag(self)
            drag.setMimeData(copying.files(self.path))
            drag.setPixmap(self.thumb.pixmap() if not self.thumb.pixmap().isNull() else self.name.grab())
            drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """No drag after all."""
        self._pressed = None
