"""Playback: the one clock that plays. It moves by the time that passed, so a slow machine skips frames, not seconds.

The clock only goes forward, whatever happens to the time of day; and a machine that slept has not watched: one tick counts for
half a second at most.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

TICK_MS = 16
LONGEST = 0.5  # seconds
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Playback(QObject):
    """Turns elapsed seconds into a frame: `moved` carries the new frame, `ended` says that the last was reached."""

    moved = Signal(int)
    ended = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._then = 0.0
        self._position = 0.0
        self._k = 0
        self.frames_per_second = 10.0
        self.first = 0  # where a loop starts over
        self.last = 0
        self.loop = False

    @property
    def running(self) -> bool:
        """Whether the clock ticks."""
        return self._timer.isActive()

    def start(self, k: int) -> None:
        """Play from frame k."""
        self.place(k)
        self._then = self._clock()
        self._timer.start()

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()

    def place(self, k: int) -> None:
        """Stand at frame k; playing goes on from there."""
        self._k, self._position = k, float(k)

    def tick(self) -> None:
        """Advance by the time since the last tick."""
        now = self._clock()
        self._position += min(now - self._then, LONGEST) * self.frames_per_second
        self._then = now
        length = self.last + 1
        if self._position >= length and self.loop:
            self._position = self.first + (self._position - self.first) % (length - self.first)
        k = min(int(self._position), self.last)
        ended = self._position >= length
        if ended:
            self.stop()
        if k != self._k:
            self._k = k
            self.moved.emit(k)
        if ended:
            self.ended.emit()
