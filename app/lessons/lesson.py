"""Lesson: slides in a row, each a view of a recorded run; some ask before they show. Nothing here draws, or knows of Qt.

A lesson is written in TOML (`docs/lessons.md`); `app.lessons.read` makes these objects of it, `app.lessons.staging` puts a
slide together with its run.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.failure import UsageError, one_line
from app.lessons.expect import Expectation
from app.lessons.expression import Expression, LessonError
from app.lessons.live import NOTHING, Text
from app.subject import Subject
from core.params import ParamError

Key = tuple[str | int, ...]  # a place in the file, e.g. ("slide", 0, "question", "ask")


@dataclass(frozen=True)
class Source:
    """The file a lesson was read from, and the line of every key in it."""

    path: Path
    lines: dict[Key, int] = field(default_factory=dict, repr=False)

    def line(self, key: Key) -> int:
        """The line where `key` stands; 1 for the file as a whole."""
        return self.lines.get(key, 1)

    def fault(self, key: Key, reason: str, line: int | None = None) -> UsageError:
        """A mistake in the file, where `key` stands if no `line` is given: "FILE, line N: reason"."""
        return UsageError(one_line(f"{self.path}, line {line or self.line(key)}: {reason}"))

    @contextlib.contextmanager
    def at(self, key: Key) -> Iterator[None]:
        """A mistake that is found inside becomes the file's, at `key`."""
        try:
            yield
        except LessonError as error:
            word = next(part for part in reversed(key) if isinstance(part, str))
            raise self.fault(key, f"{word}: {error}") from error
        except ParamError as error:  # names its knob itself
            raise self.fault(key, str(error)) from error


@dataclass(frozen=True)
class Choices:
    """One of a few answers. `right` is the place of the right one, from 0."""

    options: tuple[Text, ...]
    right: int


@dataclass(frozen=True)
class Spot:
    """A place in a plot. The true one is worked out from the run that is revealed; a coordinate left out does not count.

    area: the plot, by its name in the scene's layout. x, y: in the plot's own units.
    within: how far off still counts, as a share of the plot's shown width and height.
    """

    area: str
    x: Expression | None
    y: Expression | None
    within: float


@dataclass(frozen=True)
class Setting:
    """A knob to set. The true range is worked out from the run that is revealed; a single value is a range of one.

    within: how far beyond the range still counts, as a share of the knob's own scale.
    """

    knob: str
    low: Expression
    high: Expression
    within: float


@dataclass(frozen=True)
class Question:
    """What is asked before a part of the run is shown.

    ask:     the question.
    answer:  what can be answered, and what is right.
    reveal:  first and last frame of the hidden part.
    subject: the run that is revealed: the slide's own, or one with other knobs.
    cover:   areas of the scene's layout that would give the answer away, hidden until then.
    after:   the sentence once it is revealed.
    expect:  what the revealed run must show.
    """

    ask: Text
    answer: Choices | Spot | Setting
    reveal: tuple[Expression, Expression]
    subject: Subject
    cover: tuple[str, ...] = ()
    after: Text = NOTHING
    expect: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Slide:
    """One idea: a run, the frames of it that are shown, and what is said.

    key:     where it stands in the file: ("slide", number from 0).
    frames:  first and last frame that are shown; the same twice: it stands still.
    title:   the headline; empty: the scene's own question.
    caption: the sentence under the headline.
    hide:    areas of the scene's layout that this slide does without.
    """

    key: Key
    subject: Subject
    frames: tuple[Expression, Expression]
    title: Text = NOTHING
    caption: Text = NOTHING
    takeaway: Text = NOTHING
    notes: Text = NOTHING
    hide: tuple[str, ...] = ()
    expect: tuple[Expectation, ...] = ()
    question: Question | None = None


@dataclass(frozen=True)
class Lesson:
    """slug: its file's name without the ending. cards: the concept cards it belongs to. about: one sentence."""

    slug: str
    title: str
    cards: tuple[int, ...]
    about: str
    slides: tuple[Slide, ...]
    source: Source
