"""Job: everything that decides what a file looks like, checked, and able to travel to another process."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app import provenance
from app.export.formats import Format, format_of, gif_fps
from app.failure import UsageError
from app.subject import Subject
from core.recording import plain
from scenes.theme import THEMES

SHORTEST_SIDE, LONGEST_SIDE, MOST_PIXELS = 180, 3840, 3840 * 2160
FPS = (10.0, 120.0)
SECONDS = (0.1, 3600.0)
SLOW = 4.0


@dataclass(frozen=True)
class Drawing:
    """How a subject is drawn.

    size:        width and height in pixels (for vectors: in units of 1/96 inch).
    fps:         frames a second; None: what the format is best at.
    seconds:     length of the film; None: the scene's own length.
    all_steps:   show every frame of the recording once instead; then `seconds` does not count.
    hold:        seconds the film stands still at its start and its end.
    slow:        slow down around marked events.
    span:        first and last frame of the recording to show; None: all.
    frame:       the frame a still picture shows; None: the last, where the whole run is drawn.
    title, caption: with the headline above and the sentence below.
    transparent: without a background.
    """

    size: tuple[int, int] = (1920, 1080)
    fps: float | None = None
    seconds: float | None = None
    all_steps: bool = False
    hold: tuple[float, float] = (0.6, 1.6)
    slow: bool = False
    span: tuple[int, int] | None = None
    frame: int | None = None
    theme: str = "studio"
    title: bool = True
    caption: bool = True
    transparent: bool = False


@dataclass(frozen=True)
class Job:
    """One file to make, or for a sequence one row of files. Making a Job checks it: `UsageError` says what is wrong."""

    subject: Subject
    target: Path
    drawing: Drawing = Drawing()

    def __post_init__(self) -> None:
        drawing, form = self.drawing, self.format
        width, height = drawing.size
        if min(width, height) < SHORTEST_SIDE or max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
            raise UsageError(
                f"size {width}x{height} is outside the range: sides of {SHORTEST_SIDE} to {LONGEST_SIDE} pixels, "
                f"and no more pixels than 3840x2160"
            )
        _check("fps", drawing.fps, FPS)
        _check("seconds", drawing.seconds, SECONDS)
        for part in drawing.hold:
            _check("hold", part, (0.0, SECONDS[1]))
        if drawing.theme not in THEMES:
            raise UsageError(f"theme: {drawing.theme!r} is not one of {', '.join(THEMES)}")
        if drawing.transparent and not form.transparent:
            raise UsageError(f".{form.name} cannot be transparent; .webm, .apng, .webp, .gif, .png, .svg and .pdf can")
        if drawing.frame is not None and form.kind in ("film", "sequence"):
            raise UsageError(f"frame chooses the frame of a picture; for part of a film give a range of frames (.{form.name})")
        self._settle(form)

    def _settle(self, form: Format) -> None:
        """Fill in what follows from the format, so that equal jobs are equal objects."""
        drawing = self.drawing
        fps = form.fps if drawing.fps is None else drawing.fps
        width, height = drawing.size
        if form.even:
            width, height = width + width % 2, height + height % 2
        settled = replace(drawing, fps=gif_fps(fps) if form.name == "gif" else fps, size=(width, height))
        object.__setattr__(self, "drawing", settled)

    @property
    def format(self) -> Format:
        """The format that the target's name asks for."""
        return format_of(self.target)

    @property
    def fps(self) -> float:
        """Frames a second, settled."""
        return self.drawing.fps or self.format.fps

    def provenance(self) -> str:
        """The metadata of the file."""
        subject = self.subject
        return provenance.text(subject.slug, subject.params.values(), subject.seed, self.settings())

    def settings(self) -> dict[str, Any]:
        """The settings of the drawing as JSON holds them."""
        drawing = self.drawing
        body = {name: plain(getattr(drawing, name)) for name in drawing.__dataclass_fields__}
        if self.format.kind in ("still", "vector"):
            for name in ("fps", "seconds", "all_steps", "hold", "slow", "span"):
                del body[name]
        return body


def _check(name: str, value: float | None, ends: tuple[float, float]) -> None:
    if value is not None and not ends[0] <= value <= ends[1]:
        raise UsageError(f"{name}: {value:g} is outside its range ({ends[0]:g} to {ends[1]:g})")
