"""Runner: one export in a process of its own: started, followed by its lines, ended at once, and swept up after."""

import contextlib
import json
import re
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

from app import own_process
from app.export.formats import NUMBERED, numbered
from app.files import parts_of

LAST_WORDS = 4000  # characters of stderr that are kept
Mark = tuple[int, int]
END_MS = 150  # how long ending it may hold up the window; a killed process takes a few
LAST_MS = 3000  # and how long a window that closes waits for it, since nobody sweeps up afterwards


@dataclass(frozen=True)
class Done:
    """What the process made: the file (or the pattern of many), seconds it took, bytes, and how many pictures there are."""

    target: Path
    took: float
    size: int
    frames: int = 1


class Runner(QObject):
    """`progressed` carries the share that is done and the seconds that are left (below 0: not known yet); then one of `made`
    and `failed` follows, unless it is cancelled.
    """

    progressed = Signal(float, float)
    made = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self.target = Path()  # what is being made, or was made last
        self._before: dict[Path, Mark] = {}
        self._old: Mark | None = None
        self._begin()

    def _begin(self) -> None:
        self._heard = self._said = ""
        self._news: dict[str, Any] = {}
        self._started = time.monotonic()
        self._first: tuple[float, float] | None = None  # when the first progress came, and how much it was

    @property
    def running(self) -> bool:
        """Whether a process works."""
        return self._process is not None

    def start(self, words: list[str], target: Path) -> None:
        """Run `ravine WORDS…`, which writes `target`."""
        if self.running:
            raise RuntimeError("an export is running already")
        self._begin()
        self.target, self._before, self._old = target, traces(target), mark(target)
        process = self._process = QProcess(self)
        process.setProcessEnvironment(own_process.environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._listen)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._refused)
        told = ["--progress-lines"] if words[0] == "export" else []
        program, *arguments = own_process.command(*words, *told)
        process.start(program, arguments)
        process.closeWriteChannel()

    def cancel(self, patience_ms: int = END_MS) -> None:
        """End the process now; nothing of what it began stays."""
        process = self._process
        if process is None:
            return
        self._process = None
        process.blockSignals(True)
        process.kill()
        if process.waitForFinished(patience_ms):
            process.deleteLater()
            self._sweep()
        else:  # it gives back much memory, or hangs in a write to a slow disk; it is dead when that returns
            process.blockSignals(False)
            process.finished.disconnect(self._finished)
            process.finished.connect(partial(sweep, self.target, self._before))
            process.finished.connect(process.deleteLater)

    def end(self) -> None:
        """End the process for good: whoever asks closes too, and would not sweep up later."""
        self.cancel(LAST_MS)

    # -- what the process says -----------------------------------------------------------------------------------------

    def _read(self) -> None:
        if self._process is None:
            return
        self._heard += bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        *lines, self._heard = self._heard.split("\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                body = json.loads(line)
                if isinstance(body, dict):
                    self._take(body)

    def _take(self, body: dict[str, Any]) -> None:
        if "made" in body:
            self._news = body
        elif "total" in body:
            share = float(body["done"]) / float(body["total"] or 1)
            now = time.monotonic()
            if self._first is None:
                self._first = now, share
            since, already = self._first
            left = (now - since) * (1.0 - share) / (share - already) if share > already else -1.0
            self.progressed.emit(share, left)

    def _listen(self) -> None:
        if self._process is not None:
            self._said += bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._said = self._said[-LAST_WORDS:]

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._listen()
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        something = bool(self._news) or mark(self.target) not in (None, self._old)
        if status == QProcess.ExitStatus.NormalExit and code == 0 and something:
            self._report()
            return
        self._sweep()
        crashed = status == QProcess.ExitStatus.CrashExit
        self.failed.emit(self._sentence("its process broke down" if crashed else f"its process ended with code {code}"))

    def _report(self) -> None:
        took = time.monotonic() - self._started
        if self._news:
            done = Done(self.target, took, int(self._news["bytes"]), int(self._news["frames"]))
        else:
            done = Done(self.target, took, self.target.stat().st_size)
        self.made.emit(done)

    def _refused(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            why = self._process.errorString()
            self._process.deleteLater()
            self._process = None
            self.failed.emit(f"{self.target.name} was not made: the process for it could not be started ({why}).")

    def _sentence(self, otherwise: str) -> str:
        """Why nothing was made, from the last line the process wrote."""
        lines = [line.strip() for line in self._said.splitlines() if line.strip()]
        ours = [line for line in lines if line.startswith("ravine: ")]
        if ours:
            said = ours[-1].removeprefix("ravine: ")
        else:
            said = f"{self.target.name} was not made: {otherwise}"
            said += f" ({lines[-1][:200]})" if lines and "code" in otherwise else ""
        return said.rstrip(".") + "."

    def _sweep(self) -> None:
        sweep(self.target, self._before)


def sweep(target: Path, before: dict[Path, Mark], *_: object) -> None:
    """Remove what a process began and could not finish: files that were not there `before`."""
    for path, there in traces(target).items():
        if before.get(path) != there:
            with contextlib.suppress(OSError):
                path.unlink()


def mark(path: Path) -> Mark | None:
    """What tells a file from another of the same name; None if there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def traces(target: Path) -> dict[Path, Mark]:
    """Files that an unfinished export of `target` may leave, and what tells them from others of the same name.

    Unfinished files; in a row of pictures also the finished ones, since a part of the row is no row.
    """
    before, place, after = NUMBERED.sub("\0", target.name).partition("\0")
    pictures: list[tuple[int, Path]] = []
    if place:
        wanted = re.compile(re.escape(before) + r"(\d{1,9})" + re.escape(after))
        with contextlib.suppress(OSError):
            found = [(wanted.fullmatch(path.name), path) for path in target.parent.iterdir()]
            pictures = [(int(name[1]), path) for name, path in found if name]
    # One is begun when the one before it is finished, and number 0 comes last.
    numbers = {0, 1, *(number + more for number, _ in pictures for more in (0, 1))}
    parts = parts_of([numbered(target, number) for number in numbers] if place else [target])
    return {path: there for path in (*parts, *(path for _, path in pictures)) if (there := mark(path)) is not None}
