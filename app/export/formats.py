"""Formats: what each kind of file can hold, and how to tell which one a file name asks for."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.failure import UsageError

Kind = Literal["film", "sequence", "still", "vector"]
NUMBERED = re.compile(r"%0?[1-9]?d")


@dataclass(frozen=True)
class Format:
    """A kind of file.

    name: the ending without its dot; kind: film, sequence of pictures, still picture, or vectors;
    fps: frames a second if none are asked for; transparent: whether it can do without a background;
    even: whether width and height must be even; summary: one line for help and dialog.
    """

    name: str
    kind: Kind
    summary: str
    fps: float = 60.0
    transparent: bool = True
    even: bool = False


FORMATS = {
    f.name: f
    for f in (
        Format("mp4", "film", "H.264 film: plays everywhere", transparent=False, even=True),
        Format("webm", "film", "VP9 film: for web pages, may be transparent", even=True),
        Format("gif", "film", "GIF: 256 colours, plays where no film does", fps=25.0),
        Format("apng", "film", "animated PNG: lossless, large", fps=30.0),
        Format("webp", "film", "animated WebP: small, for web pages", fps=30.0),
        Format("png", "still", "PNG picture; a name like frame-%04d.png writes every frame"),
        Format("svg", "vector", "SVG figure: lines and text, to edit or print"),
        Format("pdf", "vector", "PDF figure: lines and text, for LaTeX"),
    )
}
SEQUENCE = Format("png", "sequence", "PNG pictures, one for each frame")


def format_of(target: Path) -> Format:
    """The format that a file name asks for; a `UsageError` lists those there are."""
    name = target.suffix.lower().removeprefix(".")
    if name not in FORMATS:
        raise UsageError(f"{target.name!r} does not end in one of {', '.join('.' + known for known in FORMATS)}")
    if "%" in target.name:
        if name != "png" or len(NUMBERED.findall(target.name)) != 1 or target.name.count("%") != 1:
            raise UsageError(f"{target.name!r}: only pictures are numbered, with one place for the number: frame-%04d.png")
        return SEQUENCE
    return FORMATS[name]


def numbered(target: Path, number: int) -> Path:
    """The file of picture `number` of a sequence."""
    return target.with_name(NUMBERED.sub(lambda place: place.group() % number, target.name))


def gif_fps(fps: float) -> float:
    """The rate nearest to `fps` that a GIF can hold: its delays are whole hundredths of a second, two at least."""
    return 100.0 / max(round(100.0 / fps), 2)
