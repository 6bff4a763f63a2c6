"""Child: one export in a process of its own, so that it can be stopped at once and takes nobody along when it breaks."""

import contextlib
import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import FrameType
from typing import NoReturn

from app.export.job import Job
from app.export.make import Made, make
from app.failure import WorkError, reason
from app.files import parts_of

PATIENCE_SECONDS = 3.0  # for a process that was asked to stop, until it is made to


@dataclass(frozen=True)
class Report:
    """News of an export: how much is done, from 0 to 1, and at its end either what was made or why not."""

    share: float = 0.0
    made: Made | None = None
    failure: str = ""

    @property
    def over(self) -> bool:
        """Whether this is the last report."""
        return self.made is not None or bool(self.failure)


class Child:
    """A running export. Ask it for `report()` now and then; `connection` becomes readable when there is news."""

    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")
        self.job = job
        self.connection, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(job, theirs), name=f"export {job.target.name}", daemon=True)
        self._process.start()
        theirs.close()  # so that the end of the process is the end of the line
        self._latest = Report()

    def report(self) -> Report:
        """The latest news; does not wait."""
        try:
            while not self._latest.over and self.connection.poll():
                news = self.connection.recv()
                self._latest = news if isinstance(news, Report) else self._latest
        except (EOFError, OSError):
            self._process.join(PATIENCE_SECONDS)
            code = self._process.exitcode
            why = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
            self._latest = Report(failure=f"{self.job.target} was not made: its process ended without a word ({why})")
            self._sweep()
        if self._latest.over:
            self._process.join(PATIENCE_SECONDS)
            self.connection.close()
        return self._latest

    def cancel(self) -> None:
        """Stop it; what it had written so far goes."""
        self._process.terminate()
        self._process.join(PATIENCE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._sweep()
        self.connection.close()
        self._latest = Report(failure="cancelled")

    def _sweep(self) -> None:
        """Remove unfinished files that a process left that could not do so itself."""
        for part in parts_of([self.job.target]):
            with contextlib.suppress(OSError):
                part.unlink()


def _work(job: Job, line: Connection) -> None:
    """The whole life of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the parent too, and it knows what to do
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(os, "nice"):
        os.nice(5)  # the window goes first

    def progress(done: float, total: float, note: str = "") -> None:
        line.send(Report(share=done / total if total else 1.0))

    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        try:
            line.send(Report(share=1.0, made=make(job, progress)))
        except WorkError as error:
            line.send(Report(failure=reason(error)))
        except BrokenPipeError:
            raise
        except Exception as error:  # a fault of ours is told as well, not printed between progress bars
            line.send(Report(failure=f"{job.target} was not made: {type(error).__name__}: {reason(error)}"))


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(1)
