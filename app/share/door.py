"""Door: how the window hands its view on and takes one in: saving, opening, links, the clipboard, files that are dropped."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QStandardPaths
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app import provenance
from app.failure import WorkError
from app.lessons.folders import SUFFIX
from app.session import Session
from app.share import link, view_file
from app.share.shown import finder, remarks, show, shown
from app.share.view import View
from app.subject import view as named

ENDINGS = (view_file.SUFFIX, SUFFIX, *provenance.SUFFIXES)
FILTERS = ";;".join(
    (
        f"Views, lessons, films and pictures ({' '.join(f'*{ending}' for ending in ENDINGS)})",
        f"Views (*{view_file.SUFFIX})",
        f"Lessons (*{SUFFIX})",
        "All files (*)",
    )
)
LONGEST_PATH = 4096
NOTHING_TO_SHARE = "There is nothing to share yet."
NOTHING_THERE = "There is no link and no file of Ravine on the clipboard."


class Sharer(QObject):
    """Belongs to a window.

    note: says in passing that something was done. tell: says what a person should read. folder: where files were last.
    """

    def __init__(
        self, session: Session, window: QWidget, note: Callable[[str], object], tell: Callable[[str], object], folder: str = ""
    ) -> None:
        super().__init__(window)
        self.session, self.window, self.note, self.tell = session, window, note, tell
        self.folder = folder
        self.lesson: Callable[[str], object] = lambda name: None  # opens the lesson in a file of this name
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    # -- handing on ----------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Ask for a name, and write the view there."""
        view = shown(self.session)
        if view is None:
            self.session.tell(NOTHING_TO_SHARE)
            return
        dialog = QFileDialog(self.window, "Save the view", str(self._start()), f"Views (*{view_file.SUFFIX})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(view_file.SUFFIX)  # before it asks whether to replace a file of that name
        dialog.selectFile(f"{view.slug}{view_file.SUFFIX}")
        if dialog.exec():
            self.save_to(Path(dialog.selectedFiles()[0]))
        dialog.deleteLater()

    def save_to(self, path: Path) -> None:
        """Write the view to this file."""
        view = shown(self.session)
        if view is None:
            self.session.tell(NOTHING_TO_SHARE)
            return
        try:
            view_file.write(view, path)
        except WorkError as error:
            self.session.tell(f"{error}.")
            return
        self.folder = str(path.parent)
        self.note(f"Saved as {path.name}.")

    def copy_link(self) -> None:
        """Put the link of the view onto the clipboard."""
        view = shown(self.session)
        if view is None:
            self.session.tell(NOTHING_TO_SHARE)
            return
        QGuiApplication.clipboard().setText(link.text(view))
        self.note("The link is on the clipboard.")

    # -- taking in -----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Ask for a file, and open it."""
        name, _ = QFileDialog.getOpenFileName(self.window, "Open", str(self._start()), FILTERS)
        if name:
            self.open_name(name)

    def open_name(self, name: str) -> bool:
        """Open a file or a link; what is wrong with it is said. Whether it could be opened."""
        if name.lower().endswith(SUFFIX):
            self.lesson(name)
            return True
        try:
            view = named(name, find=finder(self.session))
        except WorkError as error:
            self.session.tell(f"{str(error).rstrip('.')}.")
            return False
        if not link.is_link(name):
            self.folder = str(Path(name).absolute().parent)
        self.show(view)
        return True

    def show(self, view: View) -> None:
        """Put a view onto the stage."""
        show(self.session, view)
        for said in remarks(view):
            self.tell(said)

    def paste(self) -> None:
        """Open the link or the file on the clipboard."""
        name = offered(QGuiApplication.clipboard().mimeData())
        if name is None:
            self.note(NOTHING_THERE)
        else:
            self.open_name(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dropped on the window."""
        if isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.DragEnter:
            if offered(event.mimeData()) is not None:
                event.acceptProposedAction()
                return True
        elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            name = offered(event.mimeData())
            if name is not None:
                event.acceptProposedAction()
                self.open_name(name)
                return True
        return False

    def _start(self) -> Path:
        """The folder that a dialog begins with."""
        usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return next((Path(folder) for folder in (self.folder, usual) if folder and os.path.isdir(folder)), Path.home())


def offered(mime: QMimeData | None) -> str | None:
    """What somebody dropped or copied, as something to open: a file of a kind we know, or a link; None if it is neither."""
    if mime is None:
        return None
    for url in mime.urls():
        if url.isLocalFile() and url.toLocalFile().lower().endswith(ENDINGS):
            return url.toLocalFile()
    words = mime.text()[: 1 << 16] if mime.hasText() else ""
    found = link.within(words)
    if found is not None:
        return found
    name = words.strip().strip("\"'")
    if mime.hasUrls() or not name.isprintable() or len(name) > LONGEST_PATH:
        return None
    return name if name.lower().endswith(ENDINGS) else None
