"""Simulator: runs simulations off the UI thread. The latest request wins; one that takes too long can be dropped.

The kernels release the GIL, so one worker thread keeps the window at full frame rate. Once a recording stands and
nothing newer waits, the same thread works out what theory says about it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.failure import WorkError
from app.room import refuse_too_large
from core.claims import Claim
from core.jit import interpret
from core.params import ParamError, Params
from core.recording import Recording
from core.simulation import Simulation

PATIENCE_SECONDS = 0.4  # a run that takes longer does not hold up a newer request: it is given up, or left to end on its own
STRAYS = 2  # as many runs left behind at most
QUIET_SECONDS = 0.12  # claims wait until nobody has turned a knob for this long


@dataclass(frozen=True)
class Job:
    """One run that was asked for."""

    ticket: int
    simulation: Simulation[Any, Any]
    params: Params
    seed: int
    interpreted: bool = False  # by Python itself, since its kernels are not compiled yet


@dataclass(frozen=True)
class Answer:
    """What became of a job: a recording, or the sentence that says why there is none.

    Not `whole`: a recording worth showing while the rest of it is worked out.
    """

    ticket: int
    recording: Recording | None
    error: str = ""
    whole: bool = True
    fault: BaseException | None = None  # what nobody expected to go wrong, with its traceback


@dataclass(frozen=True)
class Progress:
    """How much of a job is done, 0 to 1."""

    ticket: int
    share: float


@dataclass(frozen=True)
class Checked:
    """What theory says about the recording of a job, or why that is not known."""

    ticket: int
    claims: tuple[Claim, ...]
    error: str = ""
    fault: BaseException | None = None


class _Worker(threading.Thread):
    """Takes the newest job, runs it, hands the answer on; ends when told to, or when it was left behind."""

    def __init__(self, deliver: Callable[[object], None]) -> None:
        super().__init__(name="ravine-simulations", daemon=True)
        self._deliver = deliver
        self._wake = threading.Condition()
        self._next: Job | None = None
        self._ended = False
        self.busy_since: float | None = None

    def take(self, job: Job) -> None:
        with self._wake:
            self._next = job
            if self.busy_since is None:
                self.busy_since = time.perf_counter()
            self._wake.notify()

    def end(self) -> None:
        with self._wake:
            self._next, self._ended = None, True
            self._wake.notify()

    def run(self) -> None:
        done: tuple[Job, Recording] | None = None
        while True:
            with self._wake:
                news = self._wake.wait_for(lambda: self._next or self._ended, QUIET_SECONDS if done else None)
                if self._ended:
                    return
                job, self._next = self._next, None
                self.busy_since = time.perf_counter()
            if job is not None:
                interpret(job.interpreted)
                recording = self._simulate(job)
                done = (job, recording) if recording is not None else None
            elif not news and done is not None:
                self._hand_on(_check(*done))  # in the same way as the run it is about
                done = None
            with self._wake:
                if self._next is None:
                    self.busy_since = None

    def _simulate(self, job: Job) -> Recording | None:
        """Work on a job and hand on what becomes of it; None if it failed, or was given up for a newer one."""
        recording: Recording | None = None
        held = answered = False  # whether `recording` waits until it is known if more comes, and whether one was handed on
        try:
            refuse_too_large(job.simulation, job.params)
            for piece in job.simulation.work(job.params, job.seed):
                if held and recording is not None:  # it was not the last, then
                    self._hand_on(Answer(job.ticket, recording, whole=False))
                    answered = True
                held = isinstance(piece, Recording)
                if isinstance(piece, Recording):
                    recording = piece
                else:
                    self._hand_on(Progress(job.ticket, piece))
                if self._unwanted(answered):
                    return None
            if recording is None:
                raise RuntimeError("the simulation ended without a recording")
        except (ParamError, WorkError) as error:
            self._hand_on(Answer(job.ticket, None, _sentence(error)))
            return None
        except BaseException as error:  # whatever a simulation does, even to end its thread, the window lives on and says so
            self._hand_on(Answer(job.ticket, None, _sentence(error), fault=error))
            return None
        self._hand_on(Answer(job.ticket, recording))
        return recording

    def _unwanted(self, answered: bool) -> bool:
        """Whether to give up between two pieces: for good, or since a newer job has waited for longer than is fair.

        A job that has `answered` with a first picture gives way at once: nobody drags a knob in vain.
        """
        with self._wake:
            long = self.busy_since is not None and time.perf_counter() - self.busy_since > PATIENCE_SECONDS
            return self._ended or (self._next is not None and (long or answered))

    def _hand_on(self, message: object) -> None:
        with self._wake:
            if not self._ended:
                self._deliver(message)


def _sentence(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__


def _check(job: Job, recording: Recording) -> Checked:
    try:
        return Checked(job.ticket, tuple(job.simulation.claims(recording)))
    except BaseException as error:
        return Checked(job.ticket, (), _sentence(error), error)


class Simulator(QObject):
    """The door to the worker: `request` returns a ticket, which these signals bring back in the UI thread."""

    answered = Signal(object)
    progressed = Signal(object)
    checked = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: _Worker | None = None
        self._strays: list[_Worker] = []
        self._ticket = 0
        self._dropped = 0  # tickets up to this one are of no interest any more
        self._arrived.connect(self._sort)

    def request(self, simulation: Simulation[Any, Any], params: Params, seed: int, interpreted: bool = False) -> int:
        """Ask for a run, compiled or `interpreted`; an older one that has not begun is forgotten."""
        self._strays = [stray for stray in self._strays if stray.is_alive()]
        since = self._worker.busy_since if self._worker is not None else None
        if since is not None and time.perf_counter() - since > PATIENCE_SECONDS and len(self._strays) < STRAYS:
            self._leave_behind()
        if self._worker is None:
            self._worker = _Worker(self._arrived.emit)
            self._worker.start()
        self._ticket += 1
        self._worker.take(Job(self._ticket, simulation, params, seed, interpreted))
        return self._ticket

    def check(self, simulation: Simulation[Any, Any], recording: Recording) -> int:
        """Ask what theory says about a run that is there already."""
        given = replace(simulation, simulate=lambda params, seed: recording, gradually=None)
        return self.request(given, recording.params, recording.seed)

    def drop(self) -> None:
        """Take no answer to anything asked so far."""
        self._dropped = self._ticket
        if self._worker is not None and self._worker.busy_since is not None:
            self._leave_behind()

    def close(self) -> None:
        """End the worker, waiting for a run that is about to finish but not for a long one."""
        self._dropped = self._ticket
        self._leave_behind()
        for stray in self._strays:
            stray.join(timeout=2.0)
        self._strays = []

    def _leave_behind(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._strays.append(self._worker)
            self._worker = None

    def _sort(self, message: Answer | Progress | Checked) -> None:
        if message.ticket <= self._dropped:
            return
        if isinstance(message, Answer):
            self.answered.emit(message)
        elif isinstance(message, Progress):
            self.progressed.emit(message)
        elif message.ticket == self._ticket:
            self.checked.emit(message)
