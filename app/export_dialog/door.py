"""Door: how the window exports: it opens the dialog, copies the frame, and ends both with itself.

What it takes to export is loaded when somebody exports: it would hold up every start.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.session import Session

if TYPE_CHECKING:
    from app.export_dialog.dialog import ExportDialog

NOTHING = "There is nothing to export yet: the first run is still going on."


class Exporter:
    """Belongs to a window. `note` says in passing that something was done."""

    def __init__(self, session: Session, window: QWidget, note: Callable[[str], object]) -> None:
        self.session, self.window, self.note = session, window, note
        self.dialog: ExportDialog | None = None  # made when it is first asked for; it remembers what was chosen

    def open(self, kind: str = "") -> None:
        """Open the dialog. `kind`: with this kind of file chosen."""
        if self.session.scene is None or self.session.recording is None:
            self.session.tell(NOTHING)
            return
        if self.dialog is None:
            from app.export_dialog.dialog import ExportDialog

            self.dialog = ExportDialog(self.session, self.window)
        self.dialog.open_for(kind)

    def copy_frame(self) -> None:
        """Put the frame in the window onto the clipboard, as picture and as SVG."""
        session = self.session
        if session.scene is None or session.recording is None:
            session.tell(NOTHING)
            return
        try:
            from app.export_dialog import copying

            mime = copying.frame(session.scene, session.recording, session.k, session.theme_name)
        except Exception as error:
            session.tell(f"The frame could not be copied: {str(error).rstrip('.')}.")
            return
        QGuiApplication.clipboard().setMimeData(mime)
        self.note("The frame is on the clipboard, as picture and SVG.")

    def close(self) -> None:
        """The window closes: so does the dialog, and an export that runs ends."""
        if self.dialog is not None:
            self.dialog.runner.end()
            self.dialog.close()
