"""Staging: a slide put together with its recorded run: what the stage shows, before and after the answer, and in which words.

Here everything is checked that takes a run to know: that the frames are there, that what is asked for can be worked out,
that the picture before the answer does not show it, and that the run shows what the lesson says.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.failure import WorkError
from app.lessons import evaluate, expect
from app.lessons.expect import Expectation
from app.lessons.expression import Expression, LessonError
from app.lessons.lesson import Choices, Key, Lesson, Question, Slide, Source, Spot
from app.lessons.live import Text
from app.subject import Subject
from core.claims import Claim
from core.recording import Recording

LETTERS = "ABCDEF"


class Runs:
    """Recordings and their claims, each made once. Knobs that only choose a view ask for no run of their own."""

    def __init__(self) -> None:
        self._recordings: dict[Subject, Recording] = {}
        self._claims: dict[Subject, tuple[Claim, ...]] = {}

    def record(self, subject: Subject) -> Recording:
        """The run of `subject`, under the view that its knobs choose."""
        plain = _plain(subject)
        if plain not in self._recordings:
            self._recordings[plain] = plain.record()
        return self._recordings[plain].with_params(subject.params)

    def claims(self, subject: Subject) -> tuple[Claim, ...]:
        """What theory says about the run of `subject`."""
        plain = _plain(subject)
        if plain not in self._claims:
            self._claims[plain] = tuple(subject.simulation.claims(self.record(plain)))
        return self._claims[plain]


def _plain(subject: Subject) -> Subject:
    views = {knob.name: knob.default for knob in subject.params.knobs() if knob.view}
    return replace(subject, params=subject.params.replace(**views))


@dataclass(frozen=True)
class View:
    """What the stage shows at one time of a slide.

    recording, first, last: the run and the frames that are played; where they are the same, the picture stands still. Nothing
    later than `last` may be shown: no mark on the timeline, no frame.
    headline, line: the words above the picture; an empty headline is the scene's own question. `line` may be two lines.
    covered, hidden: areas of the layout that are kept back until the answer, and those that this slide does without.
    open: whether all there is to know about the run may be known: claims, and the scene's own sentence below the picture.
    """

    subject: Subject
    recording: Recording
    first: int
    last: int
    headline: str
    line: str
    covered: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    open: bool = True


@dataclass(frozen=True)
class Truth:
    """The right answer: the place of a choice, a spot in an area (None: any), or the range of a knob."""

    choice: int | None = None
    spot: tuple[float | None, float | None] | None = None
    range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Staged:
    """A slide with its run. Without a question `reveal` and `truth` are None; with one, `view` is what is shown before."""

    slide: Slide
    view: View
    caption: str
    takeaway: str
    notes: str
    options: tuple[str, ...] = ()
    reveal: View | None = None
    truth: Truth | None = None


def stage(lesson: Lesson, slide: Slide, record: Callable[[Subject], Recording]) -> Staged:
    """The slide with its runs, which `record` gives; a `UsageError` names file and line of what does not fit them."""
    recording, question = record(slide.subject), slide.question
    shown = recording if question is None else record(question.subject)
    write = _Writer(lesson.source, slide.key)
    still = (*slide.key, "frame") in lesson.source.lines
    view = View(
        slide.subject,
        recording,
        *_frames(lesson.source, (*slide.key, "frame" if still else "play"), slide.frames, recording),
        headline=write(slide.title, recording, "title"),
        line=write(slide.caption, recording, "caption"),
        hidden=slide.hide,
    )
    takeaway, notes = write(slide.takeaway, shown, "takeaway"), write(slide.notes, shown, "notes")
    if question is None:
        return Staged(slide, view, view.line, takeaway, notes)
    first, last = _frames(lesson.source, (*slide.key, "question", "reveal"), question.reveal, shown)
    if question.subject == slide.subject and view.last > first:
        raise lesson.source.fault(
            (*slide.key, "question", "reveal"),
            f"reveal: the hidden part begins at frame {first}, but the slide goes on to frame {view.last} before it",
        )
    ask = write(question.ask, recording, "question", "ask")
    options: tuple[str, ...] = ()
    if isinstance(question.answer, Choices):
        options = tuple(write(text, recording, "question", "choices") for text in question.answer.options)
    line = "\n".join(part for part in (view.line, _how(question, options)) if part)
    before = replace(view, headline=ask, line=line, covered=question.cover, open=False)
    after = write(question.after, shown, "question", "after")
    reveal = View(question.subject, shown, first, last, headline=ask, line=after, hidden=slide.hide)
    truth = _truth(lesson.source, slide, question, shown)
    return Staged(slide, before, view.line, takeaway, notes, options, reveal, truth)


def _how(question: Question, options: tuple[str, ...]) -> str:
    """The choices by letter, or what to do."""
    answer = question.answer
    if isinstance(answer, Choices):
        return "    ".join(f"{letter}\u2002{option}" for letter, option in zip(LETTERS, options, strict=False))
    if isinstance(answer, Spot):
        return "Point at the spot."
    knob = question.subject.params.knob(answer.knob)
    return f"Set it: {knob.label.lower()}{f' {knob.symbol}' if knob.symbol else ''}, from {knob.range_text()}."


class _Writer:
    """Fills the numbers of a run into the texts of a slide."""

    def __init__(self, source: Source, key: Key) -> None:
        self.source, self.key = source, key

    def __call__(self, text: Text, recording: Recording, *way: str) -> str:
        with self.source.at((*self.key, *way)):
            return text.written(recording)


def _frames(source: Source, key: Key, ends: tuple[Expression, Expression], recording: Recording) -> tuple[int, int]:
    """First and last frame of what the file says at `key`."""
    with source.at(key):
        first, last = (evaluate.frame(end, recording) for end in ends)
        if first > last:
            raise LessonError(f"frame {last} comes before frame {first}")
    return first, last


def _truth(source: Source, slide: Slide, question: Question, recording: Recording) -> Truth:
    """What is right, worked out from the revealed run."""
    answer = question.answer
    if isinstance(answer, Choices):
        return Truth(choice=answer.right)
    if isinstance(answer, Spot):
        with source.at((*slide.key, "question", "point")):
            x, y = (None if one is None else evaluate.number(one, recording) for one in (answer.x, answer.y))
        return Truth(spot=(x, y))
    with source.at((*slide.key, "question", "knob")):
        low, high = evaluate.number(answer.low, recording), evaluate.number(answer.high, recording)
        knob = question.subject.params.knob(answer.knob)
        for end in (low, high):
            knob.check(round(end) if knob.kind == "whole" else end)
        if low > high:
            raise LessonError(f"{low:g} to {high:g} is no range")
    return Truth(range=(low, high))


def complaints(lesson: Lesson, runs: Runs) -> list[str]:
    """Everything that keeps the lesson from being true of its runs, each with file and line; nothing: all is well."""
    found: list[str] = []
    for slide in lesson.slides:
        try:
            stage(lesson, slide, runs.record)
        except WorkError as error:
            found.append(str(error))
            continue
        found += _untrue(lesson.source, (*slide.key, "expect"), slide.expect, slide.subject, runs)
        if slide.question is not None:
            key = (*slide.key, "question", "expect")
            found += _untrue(lesson.source, key, slide.question.expect, slide.question.subject, runs)
    return found


def _untrue(source: Source, key: Key, expected: Iterable[Expectation], subject: Subject, runs: Runs) -> Iterator[str]:
    for number, expectation in enumerate(expected):
        why = expect.complaint(expectation, runs.record(subject), runs.claims(subject))
        if why:
            yield str(source.fault((*key, number), f"expect: {why}"))


def rehearse(lesson: Lesson, runs: Runs) -> tuple[Staged, ...]:
    """Every slide with its run. A `UsageError` if one does not fit its run, a `WorkError` if what it says is not true."""
    staged = tuple(stage(lesson, slide, runs.record) for slide in lesson.slides)
    wrong = complaints(lesson, runs)
    if wrong:
        raise WorkError(wrong[0] + (f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""))
    return staged
