"""Faults: an exception that nobody caught becomes a log entry and one sentence in a bar, never a crash.

What takes the whole process down is written by faulthandler, into a file that the next start finds (`app.keeping`).
"""

import contextlib
import faulthandler
import logging
import logging.handlers
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QObject, Qt, Signal

from app.failure import one_line
from app.fault_details import shortened
from app.own_process import ROOT

LOG_BYTES = 500_000
QUIET_SECONDS = 10.0  # a fault is told again only after so long without it: a picture that fails, fails sixty times a second
KINDS = 200  # so many different faults are told apart


@dataclass(frozen=True)
class Fault:
    """What went wrong: a sentence that names it, and the traceback without anybody's folders."""

    sentence: str
    trace: str


class Faults(QObject):
    """Takes exceptions from any thread; `happened` brings a `Fault` to the UI thread, the same one once in a while only."""

    happened = Signal(object)
    _arrived = Signal(object)

    def __init__(self, log: logging.Logger, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], float] = {}
        self._arrived.connect(self._hand_on, Qt.ConnectionType.QueuedConnection)  # not amid a paint: a bar moves everything

    def take(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """What `sys.excepthook` calls."""
        if issubclass(kind, KeyboardInterrupt):
            return
        where = place(trace)
        if self._is_news((kind.__name__, where)):
            whole = "".join(traceback.format_exception(kind, error, trace))
            self._log.error("unexpected\n%s", whole)  # as text: a record that holds the exception holds all its frames
            text = one_line(str(error).strip().partition("\n")[0])[:160]
            sentence = f"Something went wrong: {kind.__name__} in {where}{f': {text}' if text else ''}. The window goes on."
            self._arrived.emit(Fault(sentence, shortened(whole)))
        _let_go(error, trace)

    def report(self, error: BaseException) -> None:
        """Take an exception that was caught on behalf of a scene."""
        self.take(type(error), error, error.__traceback__)

    def _hand_on(self, fault: Fault) -> None:
        self.happened.emit(fault)

    def _is_news(self, signature: tuple[str, str]) -> bool:
        now = time.monotonic()
        with self._lock:
            before = self._seen.pop(signature, None)
            self._seen[signature] = now
            if len(self._seen) > KINDS:
                del self._seen[next(iter(self._seen))]
        return before is None or now - before > QUIET_SECONDS


def place(trace: TracebackType | None) -> str:
    """File and line where it went wrong: the innermost of ours, since a library only did as it was told."""
    found = ""
    own = ""
    for frame, line in traceback.walk_tb(trace):
        file = Path(frame.f_code.co_filename)
        found = f"{file.name}:{line}"
        if file.is_relative_to(ROOT) and "site-packages" not in file.relative_to(ROOT).parts:
            own = found
    return own or found or "nowhere"


def _let_go(error: BaseException | None, trace: TracebackType | None) -> None:
    """Free what the frames of an exception hold. A painter that lives on takes the process down at Qt's next frame."""
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):  # Python keeps them for an interactive prompt
        vars(sys).pop(name, None)
    traceback.clear_frames(trace)
    for _ in range(10):
        error = (error.__cause__ or error.__context__) if error is not None else None
        if error is not None:
            traceback.clear_frames(error.__traceback__)


def log_folder() -> Path:
    """Where the log is kept."""
    return Path(platformdirs.user_log_dir("ravine", appauthor=False))


def _logger(folder: Path) -> tuple[logging.Logger, logging.Handler]:
    log = logging.getLogger("ravine")
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "ravine.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # a full disk is no reason for another fault
    log.addHandler(handler)
    return log, handler


@contextlib.contextmanager
def caught(folder: Path | None = None, crash: Path | None = None) -> Iterator[Faults]:
    """While this lasts, nothing that goes wrong in a slot or a thread ends the program.

    crash: the file that takes what Python was doing when the process is taken down.
    """
    log, handler = _logger(log_folder() if folder is None else folder)
    faults = Faults(log)
    before, before_threads = sys.excepthook, threading.excepthook
    sys.excepthook = faults.take
    threading.excepthook = lambda args: faults.take(args.exc_type, args.exc_value, args.exc_traceback)
    file = None
    if crash is not None:
        with contextlib.suppress(OSError):
            file = open(crash, "w", encoding="utf-8")  # noqa: SIM115 - must stay open while the window is
            faulthandler.enable(file, all_threads=True)
    try:
        yield faults
    finally:
        sys.excepthook, threading.excepthook = before, before_threads
        if file is not None:
            faulthandler.disable()
            file.close()
        log.removeHandler(handler)
        handler.close()
