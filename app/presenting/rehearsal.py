"""Rehearsal: makes the runs of a lesson's slides ahead of time, in a thread, so that a slide is there when it is wanted."""

import threading

from PySide6.QtCore import QObject, Signal

from app.failure import WorkError, reason
from app.lessons.lesson import Lesson
from app.lessons.staging import Runs, stage


class Rehearsal(QObject):
    """`staged` brings a slide's number with what the stage shows of it, `failed` with the sentence that says why not."""

    staged = Signal(int, object)
    failed = Signal(int, str)

    def __init__(self, lesson: Lesson, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lesson = lesson
        self._wanted = list(range(len(lesson.slides)))
        self._wake = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="ravine-rehearsal", daemon=True)

    def start(self) -> None:
        """Begin with the first slide."""
        self._thread.start()

    def hurry(self, number: int) -> None:
        """Somebody waits for this slide: it comes next."""
        with self._wake:
            if number in self._wanted:
                self._wanted.remove(number)
                self._wanted.insert(0, number)

    def close(self) -> None:
        """Make no more runs."""
        with self._wake:
            self._ended = True
        if self._thread.ident is not None:
            self._thread.join(timeout=3.0)

    def _work(self) -> None:
        runs = Runs()
        while True:
            with self._wake:
                if self._ended or not self._wanted:
                    return
                number = self._wanted.pop(0)
            try:
                done = stage(self.lesson, self.lesson.slides[number], runs.record)
            except WorkError as error:
                self._say(number, None, reason(error))
            except Exception as error:  # whatever a simulation does, the other slides can still be shown
                self._say(number, None, f"slide {number + 1} could not be simulated: {reason(error)}")
            else:
                self._say(number, done, "")

    def _say(self, number: int, done: object, why: str) -> None:
        with self._wake:
            if self._ended:
                return
            if why:
                self.failed.emit(number, why)
            else:
                self.staged.emit(number, done)
