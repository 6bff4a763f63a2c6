"""Write: a view as a slide in a lesson's file, new or grown by one, without disturbing a word that a person wrote there."""

import re
from dataclasses import dataclass
from pathlib import Path

from app.failure import UsageError
from app.files import make_folder, read_bounded, write_bytes
from app.lessons.folders import SUFFIX, own_folder
from app.lessons.lesson import Lesson
from app.lessons.read import LARGEST_FILE, parse
from app.subject import Subject
from core.params import Value

LONGEST_NAME = 60  # characters of a file's name that are made from a title


@dataclass(frozen=True)
class Shot:
    """What is on the stage: a run, the frame that is shown, whether it is the last one, and what to say about it."""

    subject: Subject
    frame: int
    at_end: bool
    caption: str
    title: str = ""


def block(shot: Shot) -> str:
    """The view as the text of a slide. Only knobs that are not at their defaults are named."""
    subject = shot.subject
    turned = {k.name: getattr(subject.params, k.name) for k in subject.params.knobs()}
    turned = {name: value for name, value in turned.items() if value != subject.params.knob(name).default}
    lines = ["[[slide]]"]
    if shot.title:
        lines.append(f"title = {quoted(shot.title)}")
    lines.append(f"scene = {quoted(subject.slug)}")
    if turned:
        lines.append(f"set = {{ {', '.join(f'{name} = {valued(value)}' for name, value in turned.items())} }}")
    if subject.seed:
        lines.append(f"seed = {subject.seed}")
    lines.append('frame = "last"' if shot.at_end else f"frame = {shot.frame}")
    lines.append(f"caption = {quoted(_plain(shot.caption))}")
    return "\n".join(lines) + "\n"


def begin(title: str, shot: Shot, folder: Path | None = None) -> Path:
    """A new lesson of one slide in `folder` (the user's own), under a name made from its title; the path of its file."""
    place = own_folder() if folder is None else folder
    path = _free(place, title)
    content = f"title = {quoted(title)}\ncards = []\n\n{block(shot)}".encode()
    parse(content, path)
    make_folder(place)
    write_bytes(path, content)
    return path


def append(path: Path, shot: Shot) -> Lesson:
    """The lesson at `path` with the view as its last slide. What stands in the file stays, byte by byte.

    A `UsageError` if the file is no lesson, or if a slide cannot be added at its end.
    """
    before = read_bounded(path, LARGEST_FILE)
    parse(before, path)
    ending = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if before.endswith(ending * 2) else ending if before.endswith(ending) else ending * 2
    after = before + gap + block(shot).encode().replace(b"\n", ending)
    if len(after) > LARGEST_FILE:
        raise UsageError(f"{path} is too large for another slide")
    try:
        new = parse(after, path)
    except UsageError as error:
        raise UsageError(f"{path}: no slide can be added at its end: {error}") from error
    write_bytes(path, after)
    return new


def quoted(text: str) -> str:
    """`text` as a basic string of TOML."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    letters = (
        escapes.get(letter) or (letter if ord(letter) >= 32 and ord(letter) != 127 else f"\\u{ord(letter):04x}")
        for letter in text
    )
    return f'"{"".join(letters)}"'


def valued(value: Value) -> str:
    """The value of a knob in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else repr(value)


def _plain(text: str) -> str:
    """A sentence in which a brace is a brace."""
    return text.replace("{", "{{").replace("}", "}}")


def _free(folder: Path, title: str) -> Path:
    """A file name that is made from `title` and that nobody uses."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:LONGEST_NAME].strip("-") or "lesson"
    path, number = folder / f"{name}{SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{name}-{number}{SUFFIX}", number + 1
    return path
