"""Warm-up: compiles the kernels in a process of their own, so that the window never stutters, and says how far it is.

Scene after scene, the one that is on the screen first. A scene whose kernels are all there leaves a mark among them, which
names their files: should one be gone or cut, the scene counts as never compiled, and nobody waits for it unwarned.
"""

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from app import own_process
from core.kernel_folder import cache_folder

LINE = re.compile(r"(begins|ready) (\d+) of (\d+): (\S+)")  # what the process says of each scene
UNKEPT = 3  # its exit code where compiled code cannot be kept


def ready(slug: str) -> bool:
    """Whether the kernels of this scene have been compiled on this machine, in this version."""
    folder = cache_folder()
    try:
        lines = (folder / f"{slug}.ready").read_text(encoding="utf-8").splitlines()
        return all((folder / name).stat().st_size == int(size) for name, _, size in map(_parted, lines))
    except (OSError, ValueError):
        return False


def mark(slug: str, files: Iterable[Path]) -> None:
    """Remember that they have, and their files; a folder that cannot be written forgets."""
    folder = cache_folder()
    with contextlib.suppress(OSError):
        lines = [f"{path.name} {path.stat().st_size}\n" for path in sorted(files) if path.parent == folder]
        (folder / f"{slug}.ready").write_text("".join(lines), encoding="utf-8")


def _parted(line: str) -> tuple[str, str, str]:
    return line.rpartition(" ")


class Warmup(QObject):
    """One process at a time.

    `progressed` says which scene it compiles, `compiled` that a scene's kernels are there, `finished` that it has ended
    by itself; then `kept` tells whether the machine takes compiled code at all.
    """

    progressed = Signal(int, int, str)  # number, of how many, slug
    compiled = Signal(str)
    finished = Signal()

    def __init__(self, parent: QObject | None = None, command: list[str] | None = None) -> None:
        super().__init__(parent)
        self._command = command or own_process.command("warm")
        self._process: QProcess | None = None
        self._rest = ""  # of a line that has not come whole yet
        self.kept = True
        self.working_on = ""  # the slug of the scene that is being compiled

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    def want(self, slug: str) -> None:
        """Compile this scene next, then whatever else there is to compile.

        A process that is busy with another scene is ended and started anew: what it has compiled so far is on disk, and
        a new one begins sooner than a scene is compiled.
        """
        if slug == self.working_on:
            return
        self.close()
        self.working_on, self._rest = slug, ""
        process = self._process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.setProcessEnvironment(own_process.environment())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._failed)
        process.start(self._command[0], [*self._command[1:], "--first", slug])

    def _read(self) -> None:
        if self._process is None:
            return
        text = self._rest + bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        *lines, self._rest = re.split(r"[\r\n]", text)
        for line in lines:
            found = LINE.fullmatch(line.strip())
            if found is None:
                continue
            what, number, count, slug = found.groups()
            if what == "ready":
                self.compiled.emit(slug)
            else:
                self.working_on = slug
                self.progressed.emit(int(number), int(count), slug)

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self.kept = code != UNKEPT
        self._done()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._done()

    def _done(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process, self.working_on = None, ""
            self.finished.emit()

    def close(self) -> None:
        """End the process; what it has compiled so far is kept."""
        process, self._process, self.working_on = self._process, None, ""
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(3000)
            process.deleteLater()
