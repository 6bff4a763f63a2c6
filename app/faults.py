"""Faults: an exception that nobody caught becomes a log entry and one sentence in the status line, never a crash."""

import contextlib
import faulthandler
import logging
import logging.handlers
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QObject, Signal

LOG_BYTES = 500_000


class Faults(QObject):
    """Takes exceptions from any thread; `happened` brings the sentence to the UI thread, each kind only once in a row."""

    happened = Signal(str)

    def __init__(self, log: logging.Logger, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._last = ""

    def take(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """What `sys.excepthook` calls."""
        if issubclass(kind, KeyboardInterrupt):
            return
        place = trace
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place is not None else "nowhere"
        signature = f"{kind.__name__} {where} {error}"
        if signature == self._last:  # a picture that fails, fails sixty times a second
            return
        self._last = signature
        self._log.error("unexpected", exc_info=(kind, error or kind(), trace))
        text = str(error).strip().split("\n")[0]
        self.happened.emit(
            f"Something went wrong ({kind.__name__} in {where}{f': {text}' if text else ''}); "
            "the window goes on, and the log has the details."
        )


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
    log.addHandler(handler)
    return log, handler


@contextlib.contextmanager
def caught(folder: Path | None = None) -> Iterator[Faults]:
    """While this lasts, nothing that goes wrong in a slot or a thread ends the program."""
    folder = log_folder() if folder is None else folder
    log, handler = _logger(folder)
    faults = Faults(log)
    before, before_threads = sys.excepthook, threading.excepthook
    sys.excepthook = faults.take
    threading.excepthook = lambda args: faults.take(args.exc_type, args.exc_value, args.exc_traceback)
    crash = None
    with contextlib.suppress(OSError):
        crash = open(folder / "crash.txt", "w", encoding="utf-8")  # noqa: SIM115 - must stay open while the window is
        faulthandler.enable(crash, all_threads=True)
    try:
        yield faults
    finally:
        sys.excepthook, threading.excepthook = before, before_threads
        if crash is not None:
            faulthandler.disable()
            crash.close()
        log.removeHandler(handler)
        handler.close()
