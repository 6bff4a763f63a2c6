"""Transport: where the timeline stands and how it moves. The half of the session that a video player has too."""

from PySide6.QtCore import QObject, Signal

from app.playback import SPEEDS, Playback
from core.recording import Recording


class Transport(QObject):
    """The frame that is shown of a recording, whether it plays, how fast, and whether it starts over."""

    changed = Signal(object)  # frozenset of names of what changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recording: Recording | None = None
        self.seconds = 12.0  # how long the whole recording plays at normal speed
        self.k = 0
        self.speed = 1.0
        self.loop = False
        self.span: tuple[int, int] | None = None  # the frames that playing goes through; None: all there are
        self.edge: int | None = None  # the last frame that may be seen; None: the recording's
        self._playback = Playback(self)
        self._playback.moved.connect(self._play_to)
        self._playback.ended.connect(self._stand)

    @property
    def playing(self) -> bool:
        """Whether frames follow each other by themselves."""
        return self._playback.running

    @property
    def last(self) -> int:
        """The last frame that may be seen, 0 as long as there is no recording."""
        whole = self.recording.last if self.recording is not None else 0
        return whole if self.edge is None else min(whole, self.edge)

    def confine(self, span: tuple[int, int] | None = None, edge: int | None = None) -> None:
        """Let playing go through the frames of `span`, and nothing after `edge` be seen; without either, as ever."""
        if (span, edge) != (self.span, self.edge):
            self.span, self.edge = span, edge
            self._time()
            self.seek(self.k)
            self._say("span")

    def seek(self, k: int) -> None:
        """Stand at frame k, kept within the recording."""
        k = min(max(k, 0), self.last)
        self._playback.place(k)
        if k != self.k:
            self.k = k
            self._say("k")

    def step(self, count: int) -> None:
        """Stop, and go so many frames on (or back)."""
        self.pause()
        self.seek(self.k + count)

    def play(self) -> None:
        """Play; from the start if the end was reached."""
        if self.recording is None or self.playing:
            return
        if self.k >= self._stop:
            self.seek(self.span[0] if self.span is not None else 0)
        self._time()
        self._playback.start(self.k)
        self._say("playing")

    def pause(self) -> None:
        """Stand still."""
        if self.playing:
            self._playback.stop()
            self._say("playing")

    def toggle(self) -> None:
        """Play or pause."""
        (self.pause if self.playing else self.play)()

    def set_speed(self, speed: float) -> None:
        """One of `SPEEDS`: how many times the film's own pace."""
        if speed in SPEEDS and speed != self.speed:
            self.speed = speed
            self._time()
            self._say("speed")

    def shift_speed(self, by: int) -> None:
        """Faster or slower by so many places of `SPEEDS`."""
        self.set_speed(SPEEDS[min(max(SPEEDS.index(self.speed) + by, 0), len(SPEEDS) - 1)])

    def set_loop(self, loop: bool) -> None:
        """Whether playing starts over at the end."""
        if loop != self.loop:
            self.loop = loop
            self._time()
            self._say("loop")

    def _time(self) -> None:
        self._playback.last, self._playback.loop = self._stop, self.loop
        self._playback.first = min(self.span[0], self._stop) if self.span is not None else 0
        whole = self.recording.last if self.recording is not None else 0
        self._playback.frames_per_second = (whole + 1) / self.seconds * self.speed

    @property
    def _stop(self) -> int:
        """Where playing comes to rest."""
        return self.last if self.span is None else min(self.span[1], self.last)

    def _play_to(self, k: int) -> None:
        self.k = min(k, self.last)
        self._say("k")

    def _stand(self) -> None:
        self._say("playing")

    def _say(self, *what: str) -> None:
        self.changed.emit(frozenset(what))
