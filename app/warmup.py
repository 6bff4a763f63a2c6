"""Warm-up: compiles the kernels in a process of their own, so that the window never stutters, and says how far it is."""

import contextlib
import re

from PySide6.QtCore import QObject, QProcess, Signal

from app import own_process
from core.jit import cache_folder

MARK = "ready"  # a file in the folder of compiled kernels: all of this version are there


def ready() -> bool:
    """Whether the kernels of this version have been compiled on this machine."""
    return (cache_folder() / MARK).exists()


def mark() -> None:
    """Remember that they have; a folder that cannot be written forgets."""
    with contextlib.suppress(OSError):
        (cache_folder() / MARK).touch()


class Warmup(QObject):
    """One process: `progressed` says how far it is, `first` that the scene that waits can run, `finished` that it ended."""

    progressed = Signal(str)
    first = Signal()
    finished = Signal()

    def __init__(self, parent: QObject | None = None, command: list[str] | None = None) -> None:
        super().__init__(parent)
        self._command = command or own_process.command("warm")
        self._process: QProcess | None = None
        self._slug = ""
        self.running = False

    def start(self, slug: str) -> None:
        """Start compiling, with what the scene `slug` needs."""
        self._slug = slug
        process = self._process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.setProcessEnvironment(own_process.environment())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._failed)
        self.running = True
        process.start(self._command[0], [*self._command[1:], "--first", slug])

    def _read(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
            lines = [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]
            for line in lines:
                done, colon, slug = line.partition(": ")
                if colon and re.fullmatch(r"\d+ of \d+", done):
                    self.progressed.emit(done)
                    if slug == self._slug:
                        self.first.emit()

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        if code == 0 and status == QProcess.ExitStatus.NormalExit:
            mark()
        self._done()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._done()

    def _done(self) -> None:
        if self.running:
            self.running = False
            self.finished.emit()

    def close(self) -> None:
        """End the process; what it has compiled so far is kept."""
        if self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning:
            self.running = False
            self._process.kill()
            self._process.waitForFinished(3000)
