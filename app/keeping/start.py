"""Start: what a window finds when it starts: its settings, the view of the last time, and what a crash left behind.

After a crash the window opens with the first scene, and offers what was shown; after two in a row it also puts settings and
session aside, since one of them may be the reason. `--reset` does that for whoever asks. Where nothing can be written
the window works all the same, and says once that nothing is remembered.
"""

import contextlib
import os
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from app import settings
from app.failure import UsageError, WorkError
from app.keeping.aside import keep_aside
from app.keeping.sentinel import Crash, Sentinel, claim
from app.settings import Settings
from app.share import view_file
from app.share.view import Find, View
from scenes.discovery import UnknownSceneError

CLEAN = 2  # so many crashes in a row, and the next start is clean


@dataclass
class Start:
    """What was found. `told`: sentences for the person. `crash`: the last window, if it did not end properly."""

    settings: Settings
    settings_path: Path
    session_path: Path
    sentinel: Sentinel
    crash: Crash | None = None
    told: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether this start leaves everything of the last ones aside."""
        return self.crash is not None and self.crash.row >= CLEAN

    @property
    def offered(self) -> Path | None:
        """The file with what the window showed that crashed; where it came to show nothing, that of the last proper end."""
        if self.crash is None or self.crash.view is not None:
            return self.crash.view if self.crash is not None else None
        return self.session_path if os.path.isfile(self.session_path) else None

    def view(self, find: Find) -> View | None:
        """The view of the last time; None after a crash, or if there is none. One that cannot be read is kept aside."""
        if self.crash is not None or not os.path.exists(self.session_path):
            return None
        try:
            return view_file.read(self.session_path, find)
        except UsageError as error:
            kept = keep_aside(self.session_path, "broken")
            where = f" It is kept as {kept.name}." if kept else ""
            self.told.append(f"The last session could not be restored: {str(error).rstrip('.')}.{where}")
            return None


def folder() -> Path:
    """Where sessions are kept."""
    return Path(platformdirs.user_state_dir("ravine", appauthor=False))


def reset(why: str = "before-reset") -> list[Path]:
    """Put settings and session aside, and return where they are now."""
    found = [settings.settings_path(), folder() / "session.ravine"]
    return [kept for path in found if (kept := keep_aside(path, why)) is not None]


@contextlib.contextmanager
def begun() -> Iterator[Start]:
    """Find everything, and stand as a running window as long as this lasts; an exception that nobody expects is a crash too."""
    home = folder()
    crashes = claim(home / "running", home / "crashes")
    crash = max(crashes, key=lambda crash: crash.row) if crashes else None
    if crash is not None:
        crash = Crash(crash.row, crashes[-1].view, crashes[-1].trace)
    aside = reset("before-clean-start") if crash is not None and crash.row >= CLEAN else []
    path = settings.settings_path()
    remembered, complaint = settings.load(path)
    start = Start(remembered, path, home / "session.ravine", Sentinel(home / "running", crash.row if crash else 0), crash)
    start.told += [complaint] if complaint else []
    if aside:
        start.told.append(f"Settings and session of before are kept as {' and '.join(str(path) for path in aside)}.")
    try:
        start.sentinel.enter()
    except WorkError as error:
        start.told.append(unkept(error))
    try:
        yield start
    except (WorkError, UnknownSceneError, KeyboardInterrupt, SystemExit):
        start.sentinel.leave()
        raise
    except BaseException:
        with contextlib.suppress(OSError):
            start.sentinel.trace.write_text(traceback.format_exc(), encoding="utf-8")
        raise
    start.sentinel.leave()


def unkept(error: WorkError) -> str:
    """The sentence for a place that takes no files."""
    return f"Nothing can be remembered for the next start: {error}. Everything else works."
