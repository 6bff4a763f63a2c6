"""Pipeline: one thread paints, the other encodes, with a few pictures travelling between them.

The pictures are painted straight into the memory that the encoder reads; nothing is copied on the way, and the same few
pieces of memory are used again and again. A frame that does not change is painted once, however long it stands.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from PySide6.QtGui import QImage

from app.export.encoders import LARGE
from core.recording import U8
from scenes.show import Show

BUFFERS = 3
Progress = Callable[[float, float, str], None]


class Sink(Protocol):
    """What takes pictures: an encoder, or a writer of numbered files."""

    def add(self, pixels: U8, count: int) -> None:
        """Take a picture (height, width, 4), in the order blue, green, red, alpha, that stands for `count` frames of the film.

        The memory is painted over after the call.
        """

    def close(self) -> None:
        """Write what is left. Called once, after the last picture, and not at all when something failed."""


class Buffer:
    """A picture and the array that shares its memory."""

    def __init__(self, size: tuple[int, int], transparent: bool) -> None:
        width, height = size
        self.pixels: U8 = np.empty((height, width, 4), dtype=np.uint8)
        self.transparent = transparent
        kind = QImage.Format.Format_ARGB32_Premultiplied if transparent else QImage.Format.Format_RGB32
        self.image = QImage(self.pixels.data, width, height, 4 * width, kind)

    def paint(self, show: Show) -> U8:
        """Paint the show's present frame. Qt paints with colours multiplied by their opacity; files hold them as they are."""
        show.stage.frame(self.image)
        if self.transparent:
            straight = self.image.convertToFormat(QImage.Format.Format_ARGB32)
            self.pixels[...] = np.frombuffer(straight.constBits(), dtype=np.uint8).reshape(self.pixels.shape)
        return self.pixels


Free = queue.SimpleQueue[Buffer]
Painted = queue.SimpleQueue[tuple[Buffer, int] | None]


def run(show: Show, runs: Sequence[tuple[int, int]], size: tuple[int, int], sink: Sink, progress: Progress) -> None:
    """Paint each (k, count) of `runs` and hand it to `sink`; `progress` may raise to stop."""
    free: Free = queue.SimpleQueue()
    painted: Painted = queue.SimpleQueue()
    for _ in range(min(2 if size[0] * size[1] > LARGE else BUFFERS, len(runs))):
        free.put(Buffer(size, show.stage.transparent))
    worker = _Encoder(sink, painted, free)
    worker.start()
    total, done = sum(count for _, count in runs), 0
    try:
        for k, count in runs:
            buffer = free.get()
            if worker.error is not None:
                break
            show.seek(k)
            buffer.paint(show)
            painted.put((buffer, count))
            done += count
            progress(min(done, total - 1), total, "")
        painted.put(None)
    except BaseException:
        worker.stop.set()
        painted.put(None)
        raise
    finally:
        worker.join()
    if worker.error is not None:
        raise worker.error
    progress(total, total, "")


class _Encoder(threading.Thread):
    """Feeds the sink. After an error it goes on handing back buffers, so that the painter never waits in vain."""

    def __init__(self, sink: Sink, painted: Painted, free: Free) -> None:
        super().__init__(name="encoder")
        self.sink, self.painted, self.free = sink, painted, free
        self.error: BaseException | None = None
        self.stop = threading.Event()

    def run(self) -> None:
        """Take pictures until there are no more."""
        while (item := self.painted.get()) is not None:
            buffer, count = item
            if self.error is None and not self.stop.is_set():
                self._keep(lambda taken=buffer, times=count: self.sink.add(taken.pixels, times))  # type: ignore[misc]
            self.free.put(buffer)
        if self.error is None and not self.stop.is_set():
            self._keep(self.sink.close)

    def _keep(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self.error = error


@contextlib.contextmanager
def shown(show: Show) -> Iterator[Show]:
    """Closes the show at the end of the block."""
    try:
        yield show
    finally:
        show.close()
