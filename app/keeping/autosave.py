"""Autosave: writes the view of the window beside its mark while it changes, and as the session of the next start at the end."""

import contextlib
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.failure import WorkError
from app.files import make_folder, write_bytes
from app.keeping.sentinel import Sentinel
from app.keeping.start import unkept
from app.session import Session
from app.share import view_file
from app.share.shown import shown

PAUSE_MS = 700  # it waits until nothing has changed for so long: writing to a slow disk would be seen in a drag
PATIENCE_SECONDS = 5.0  # but no longer than that
WORTH = frozenset({"scene", "params", "seed", "k", "theme", "recording", "playing"})
CHOSEN = frozenset({"scene", "params", "seed", "theme"})  # what changes only because somebody changes it, while it plays too


class Autosave(QObject):
    """Follows a session. `failed` says, once, that nothing can be remembered.

    offered: the view that a crash left. It stands for this window's own until somebody has changed something: should this
    window crash as well, nothing else is worth an offer.
    """

    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        sentinel: Sentinel,
        session_path: Path,
        parent: QObject | None = None,
        offered: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self._sentinel, self._session_path = session, sentinel, session_path
        self._written = ""
        self._offered = offered
        self._opening = chosen(session)
        self._since: float | None = None  # when the first change came that is not written yet
        self.told = not sentinel.standing  # it has been said that nothing can be remembered
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.save)
        session.changed.connect(self._follow)

    def _follow(self, what: frozenset[str]) -> None:
        if not what & (CHOSEN if self.session.playing else WORTH):
            return
        now = time.monotonic()
        if self._since is None:
            self._since = now
        left = PATIENCE_SECONDS - (now - self._since)
        self._timer.start(max(min(PAUSE_MS, round(1000 * left)), 0))

    def save(self) -> None:
        """Write what is shown now, if it is not what was written last."""
        self._since = None
        self._timer.stop()
        try:
            self._sentinel.enter()  # the system said it would end everything, and then did not
            if self._offered is None or chosen(self.session) != self._opening:
                self._offered = None
                self._write(self._sentinel.view)
            elif not self._sentinel.view.exists():
                _copy(self._offered, self._sentinel.view)
        except WorkError as error:
            if not self.told:
                self.told = True
                self.failed.emit(unkept(error))

    def finish(self) -> str:
        """The end: keep the view for the next start, and take the mark away. The sentence says why that failed."""
        self._timer.stop()
        try:
            make_folder(self._session_path.parent)
            self._written = ""
            self._write(self._session_path)
        except WorkError as error:
            return str(error)
        finally:
            self._sentinel.leave()
        return ""

    def _write(self, path: Path) -> None:
        view = shown(self.session)
        if view is None:
            return
        text = view_file.text(view)
        if text != self._written:
            write_bytes(path, text.encode("utf-8"))
            self._written = text


def chosen(session: Session) -> object:
    """What a person chose of what is shown."""
    scene = session.scene
    return scene.slug() if scene is not None else "", session.params, session.seed


def _copy(source: Path, target: Path) -> None:
    """Carry a view on, as far as it can be read."""
    with contextlib.suppress(OSError):
        write_bytes(target, source.read_bytes())
