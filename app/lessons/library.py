"""Library: the lessons that come with the program, and those in a folder of the user's own."""

import difflib
from dataclasses import dataclass, field
from pathlib import Path

from app.failure import UsageError
from app.lessons.folders import BUNDLED, SUFFIX, files, own_folder
from app.lessons.lesson import Lesson
from app.lessons.read import read


@dataclass(frozen=True)
class Library:
    """The lessons that can be read, by slug, those of the program first; and why others cannot, by file."""

    lessons: dict[str, Lesson] = field(default_factory=dict)
    broken: dict[Path, UsageError] = field(default_factory=dict)


def library() -> Library:
    """Everything there is. A lesson of the user's own stands for the program's of the same name."""
    found = Library()
    for folder in (BUNDLED, own_folder()):
        for path in files(folder):
            try:
                found.lessons[path.stem] = read(path)
            except UsageError as error:
                found.broken[path] = error
    return found


def find(name: str) -> Lesson:
    """The lesson that a person named: a file, its name without the ending, that without the number, or a card's number.

    A `UsageError` says why it cannot be read, or which name is near.
    """
    if name.lower().endswith(SUFFIX):
        return read(Path(name))
    by_name = {path.stem: path for folder in (BUNDLED, own_folder()) for path in files(folder)}
    if name in by_name:
        return read(by_name[name])
    numbered = f"{int(name):02d}" if name.isascii() and name.isdecimal() and len(name) <= 3 else None
    for stem, path in reversed(by_name.items()):  # the user's own first
        number, _, rest = stem.partition("-")
        if rest == name or number == numbered:
            return read(path)
    if numbered is not None:
        fitting = [lesson for lesson in library().lessons.values() if int(name) in lesson.cards]
        if fitting:
            return min(fitting, key=lambda lesson: len(lesson.cards))
    near = difflib.get_close_matches(name, [*by_name, *(stem.partition("-")[2] for stem in by_name)], 1, 0.5)
    raise UsageError(
        f"there is no lesson called {name!r}; {f'did you mean {near[0]}?' if near else '`ravine list` shows them'}"
    )
