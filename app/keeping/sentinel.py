"""Sentinel: a file that says that a window is running. It goes at a proper end; one whose window is gone tells of a crash.

Beside the mark `PID-TIME.json` lie the view of that window (`.ravine`, written while it changes) and what faulthandler has to
say if the process is taken down (`.txt`). The mark is locked as long as the window lives, and the system lets go of the lock
with the process, however it ends; so several windows at once tell each other apart, and a process number that is given
to somebody else later fools nobody. Where files cannot be locked (some network folders), the process number has to do.
"""

import contextlib
import errno
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.failure import WorkError, reason
from app.version import VERSION

try:
    import fcntl
except ImportError:  # Windows, where a file that somebody holds open cannot be moved: that tells as much
    fcntl = None  # type: ignore[assignment]

LARGEST = 1 << 16  # bytes of a mark
DAY_SECONDS = 86_400.0
KEPT = 5  # crashes whose files are kept


@dataclass(frozen=True)
class Crash:
    """What a window left that did not end properly.

    row:   how many windows in a row ended like that, this one included.
    view:  the file with what it showed; None if it showed nothing yet.
    trace: the file with what Python was doing; None if the window was ended from outside.
    """

    row: int
    view: Path | None = None
    trace: Path | None = None


class Sentinel:
    """The mark of this window. `row`: how many crashes came right before it."""

    def __init__(self, folder: Path, row: int = 0) -> None:
        self.row = row
        self.mark = folder / f"{os.getpid()}-{time.time_ns():x}.json"
        self.view, self.trace = self.mark.with_suffix(".ravine"), self.mark.with_suffix(".txt")
        self._file: IO[str] | None = None

    @property
    def standing(self) -> bool:
        """Whether the mark is there."""
        return self._file is not None

    def enter(self) -> None:
        """Put up the mark; a `WorkError` says why that is impossible."""
        if self.standing:
            return
        file: IO[str] | None = None
        part = self.mark.with_suffix(".part")  # it gets its name when it is locked, so nobody takes it for one left behind
        try:
            self.mark.parent.mkdir(parents=True, exist_ok=True)
            file = part.open("w", encoding="utf-8")
            json.dump({"pid": os.getpid(), "version": VERSION, "row": self.row}, file)
            file.flush()
            _lock(file)
            if fcntl is None:
                file.close()  # what is open cannot get another name
            part.replace(self.mark)
            self._file = self.mark.open("r+", encoding="utf-8") if file.closed else file
        except OSError as error:
            with contextlib.suppress(OSError):
                if file is not None:
                    file.close()
            with contextlib.suppress(OSError):
                part.unlink()
            raise WorkError(f"{self.mark.parent} cannot be written: {reason(error)}") from error

    def leave(self) -> None:
        """A proper end: nothing stays."""
        for path in (self.mark, self.view, self.trace):
            with contextlib.suppress(OSError):
                path.unlink()
        if self._file is not None:
            self._file.close()
            self._file = None
        for path in (self.mark, self.view, self.trace):  # where an open file could not be removed
            with contextlib.suppress(OSError):
                path.unlink()


def claim(folder: Path, crashes: Path) -> list[Crash]:
    """Every window that is gone without a proper end, oldest first; its files go to the folder `crashes`, its mark goes."""
    found = []
    with contextlib.suppress(OSError):
        for mark in sorted(folder.glob("*.json"), key=_age):
            crash = _claim(mark, crashes)
            if crash is not None:
                found.append(crash)
        _sweep(folder)
        _prune(crashes)
    return found


def _claim(mark: Path, crashes: Path) -> Crash | None:
    try:
        with mark.open("r+", encoding="utf-8", errors="replace") as file:
            told = _told(file.read(LARGEST))
            if not _free(file, told.get("pid")):
                return None
            crashes.mkdir(parents=True, exist_ok=True)
            view, trace = mark.with_suffix(".ravine"), mark.with_suffix(".txt")
            last = time.localtime(max(_age(mark), _age(view), _age(trace)))
            stamp = f"{time.strftime('%Y-%m-%d-%H%M%S', last)}-{mark.stem.partition('-')[0]}"
            if fcntl is not None:
                mark.unlink()  # still locked: whoever else found it has lost it now
        if fcntl is None:
            mark.unlink()
        return Crash(
            row=told.get("row", 0) + 1,
            view=_moved(view, crashes / f"{stamp}.ravine"),
            trace=_moved(trace, crashes / f"{stamp}.txt"),
        )
    except OSError:  # another start was quicker, or it lives and holds the file
        return None


def _told(content: str) -> dict[str, int]:
    """The whole numbers in a mark; one that was not written to its end says nothing."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if type(value) is int and 0 <= value < 2**31}


def _lock(file: IO[str]) -> bool | None:
    """Lock a file; False if somebody else holds it, None if nothing can be locked here."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES) else None
    return True


def _free(file: IO[str], pid: int | None) -> bool:
    """Whether the window of this mark is gone."""
    locked = _lock(file)
    if locked is not None:
        return locked
    if fcntl is None or pid is None:
        return True  # if it lives there, its mark cannot be removed
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _moved(path: Path, target: Path) -> Path | None:
    """A file at its new place; None if it is not there or empty."""
    try:
        if path.stat().st_size == 0:
            path.unlink()
            return None
        path.replace(target)
    except OSError:
        return None
    return target


def _age(path: Path) -> float:
    """When a file was written last; 0 if it is gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _sweep(folder: Path) -> None:
    """Remove what lost its mark long ago, and files that were never written to their end."""
    for path in folder.iterdir():
        if path.suffix != ".json" and not path.with_suffix(".json").exists() and time.time() - _age(path) > DAY_SECONDS:
            path.unlink()


def _prune(crashes: Path) -> None:
    """Keep the files of the last few crashes."""
    stems = sorted({path.stem for path in crashes.iterdir()}, reverse=True)
    for path in crashes.iterdir():
        if path.stem in stems[KEPT:]:
            path.unlink()
