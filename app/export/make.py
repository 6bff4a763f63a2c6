"""Make: from a job to the finished file, by the way its format needs."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PySide6.QtGui import QImage

from app.export import offscreen, pdf, pictures, pipeline, tags, timing
from app.export.encoders import Animation, Film, rate
from app.export.formats import numbered
from app.export.gif import SAMPLES, Gif, palette
from app.export.job import SLOW, Job
from app.failure import UsageError, WorkError, reason
from app.files import replacing, write_bytes
from core.recording import U8, Recording
from scenes import discovery
from scenes.layout import shape_for
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import THEMES

Progress = Callable[[float, float, str], None]


@dataclass(frozen=True)
class Made:
    """What was made: where, how many frames, how long the film is and how long it took, in seconds, and its bytes."""

    target: Path
    frames: int
    seconds: float
    took: float
    size: int


def silent(done: float, total: float, note: str = "") -> None:
    """A progress that nobody sees."""


def make(job: Job, progress: Progress = silent) -> Made:
    """Simulate, draw and write. `progress(done, total, note)` is called often; an exception in it stops the work cleanly."""
    started = time.monotonic()
    offscreen.start()
    recording = job.subject.record()
    with pipeline.shown(_show(job)) as show:
        show.load(recording)
        kind = job.format.kind
        if kind == "film":
            frames = film_frames(job, recording, show.scene)
            _film(job, show, frames, progress)
        elif kind == "sequence":
            frames = film_frames(job, recording, show.scene)
            pipeline.run(show, timing.runs(frames), job.drawing.size, _Numbered(job), progress)
        else:
            frames = [still_frame(job, recording)]
            show.seek(frames[0])
            write_bytes(job.target, _still(job, show))
            progress(1, 1, "")
    files = [numbered(job.target, n) for n in range(len(frames))] if kind == "sequence" else [job.target]
    size = sum(file.stat().st_size for file in files)
    film = len(frames) / job.fps if kind == "film" else 0.0
    return Made(job.target, len(frames), film, time.monotonic() - started, size)


def film_frames(job: Job, recording: Recording, scene: Scene[object, object]) -> list[int]:  # type: ignore[type-var]
    """Which frame of the recording stands at each frame of the film."""
    drawing, last = job.drawing, recording.last
    first, final = drawing.span or (0, last)
    if not 0 <= first <= final <= last:
        raise UsageError(f"frames {first}:{final} are not within this run, which has frames 0 to {last}")
    seconds: float | None = drawing.seconds
    if drawing.all_steps:
        seconds = None
    elif seconds is None and drawing.span is None:
        seconds = scene.seconds
    elif seconds is None:
        share = (final - first) / last if last else 1.0  # a part of the film keeps its pace
        seconds = sum(drawing.hold) + max(scene.seconds - sum(drawing.hold), 0.0) * share
    marks = [event.k for event in scene.events(recording)] if drawing.slow else []
    slow = SLOW if drawing.slow else 1.0
    return timing.film(first, final, fps=job.fps, seconds=seconds, hold=drawing.hold, marks=marks, slow=slow)


def still_frame(job: Job, recording: Recording) -> int:
    """The frame a still picture shows."""
    k = recording.last if job.drawing.frame is None else job.drawing.frame
    if not 0 <= k <= recording.last:
        raise UsageError(f"frame: {k} is outside its range (0 to {recording.last} in this run)")
    return k


def _show(job: Job) -> Show:
    drawing = job.drawing
    try:
        scene = discovery.find(job.subject.slug)
    except discovery.UnknownSceneError as error:
        raise UsageError(str(error)) from error
    return Show(
        scene,
        THEMES[drawing.theme],
        shape_for(*drawing.size),
        title=drawing.title,
        caption=drawing.caption,
        transparent=drawing.transparent,
    )


def _title(job: Job) -> str:
    return discovery.find(job.subject.slug).title


def _still(job: Job, show: Show) -> bytes:
    about, size = job.provenance(), job.drawing.size
    if job.format.kind == "vector":
        return (pictures.svg if job.format.name == "svg" else pdf.pdf)(show, size, _title(job), about)
    return pictures.png(show.frame(*size), about)


def _film(job: Job, show: Show, frames: list[int], progress: Progress) -> None:
    runs = timing.runs(frames)
    size, fps, form, about = job.drawing.size, job.fps, job.format.name, job.provenance()
    transparent = job.drawing.transparent
    with replacing(job.target) as part:
        sink: Film | Animation | Gif
        try:
            if form == "gif":
                colors = palette(_samples(show, runs, size), size, transparent)
                sink = Gif(part, size, fps, runs[-1][1], colors, transparent)
            elif form in ("apng", "webp"):
                sink = Animation(part, form, size, fps, runs[-1][1])
            else:
                sink = Film(part, form, size, fps, about, transparent)
            with sink.file:
                pipeline.run(show, runs, size, sink, progress)
        except av.codec.codec.UnknownCodecError as error:
            why = f"this machine has no encoder for .{form}; `ravine doctor` lists those there are"
            raise WorkError(why) from error
        except av.FFmpegError as error:
            raise _plain(error, job) from error
        tags.tag(part, form, _title(job), about, round(1000 * runs[-1][1] / rate(fps)))


def _plain(error: av.FFmpegError, job: Job) -> Exception:
    """The system's own errors, like a full disk, as they are; those of the encoder as one sentence."""
    if isinstance(error, OSError) and 0 < (error.errno or 0) < 200:
        return OSError(error.errno, error.strerror)
    return WorkError(f"{job.target} could not be encoded: {reason(error)}")


def _samples(show: Show, runs: list[tuple[int, int]], size: tuple[int, int]) -> Iterator[U8]:
    """Some pictures spread over the film; each is painted over when the next is asked for."""
    spread = sorted({round(place) for place in np.linspace(0, len(runs) - 1, min(SAMPLES, len(runs)))})
    buffer = pipeline.Buffer(size, show.stage.transparent)
    for place in spread:
        show.seek(runs[place][0])
        yield buffer.paint(show)


class _Numbered:
    """Writes each frame as a picture of its own. Number 0 comes last: where it stands, the row is complete."""

    def __init__(self, job: Job) -> None:
        self.job, self.about, self._next, self._first = job, job.provenance(), 0, b""

    def add(self, pixels: U8, count: int) -> None:
        """Write a picture under `count` numbers."""
        height, width, _ = pixels.shape
        kind = QImage.Format.Format_ARGB32 if self.job.drawing.transparent else QImage.Format.Format_RGB32
        content = pictures.png(QImage(pixels.data, width, height, 4 * width, kind), self.about)
        for _ in range(count):
            if self._next == 0:
                self._first = content
            else:
                write_bytes(numbered(self.job.target, self._next), content)
            self._next += 1

    def close(self) -> None:
        """Write the picture that was held back."""
        write_bytes(numbered(self.job.target, 0), self._first)
