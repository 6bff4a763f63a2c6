"""Read: from a TOML file to a Lesson, strictly. `docs/lessons.md` describes every key.

Nothing in a file can run code or touch another file: texts stay texts, expressions are interpreted on a short list, knobs
are checked by their declarations. What can be known without a run is checked here; `app.lessons.staging` checks the rest.
"""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF

from app import toml_text
from app.files import read_bounded
from app.lessons import expect
from app.lessons.expect import Expectation
from app.lessons.expression import Expression, LessonError, shown
from app.lessons.lesson import Choices, Lesson, Question, Setting, Slide, Source, Spot
from app.lessons.lines import lines_of
from app.lessons.table import Table, whole, words
from app.share.view import LARGEST
from app.subject import Subject
from core.params import Params
from scenes import discovery
from scenes.layout import divide

LARGEST_FILE = 128 << 10  # bytes; a lesson is written by hand
MOST_SLIDES = 100
SENTENCE, PARAGRAPH, NOTES = 120, 400, 4000  # characters
WITHIN = 0.08  # how far off a spot or a knob may be set, as a share of what is shown


def read(path: Path) -> Lesson:
    """The lesson in the file at `path`; a `UsageError` says what is wrong, and in which line."""
    return parse(read_bounded(path, LARGEST_FILE), path)


def parse(content: bytes, path: Path) -> Lesson:
    """The lesson in `content`, which stands, or is to stand, at `path`."""
    try:
        text = toml_text.decoded(content)
        values = toml_text.parse(text)
    except toml_text.BrokenTextError as error:
        raise Source(path).fault((), f"this is no TOML: {error.wrong}", error.line) from error
    top = Table(Source(path, lines_of(text.replace("\r\n", "\n"))), (), values, "a lesson")
    title, about = top.words("title", SENTENCE, needed=True), top.words("about", PARAGRAPH)
    top.need("cards")
    cards = top.each("cards", lambda found: whole(found, 1, 999), 0, 40)
    if not top.has("slide"):
        raise top.source.fault((), "there is no [[slide]]")
    slides = top.each("slide", _table, 1, MOST_SLIDES)
    top.close()
    read_slides = tuple(_slide(Table(top.source, ("slide", number), table, "a slide")) for number, table in enumerate(slides))
    return Lesson(path.name.removesuffix(".toml"), title, cards, about, read_slides, top.source)


def _table(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise LessonError("write slides as tables, each under [[slide]]")
    return found


def _slide(table: Table) -> Slide:
    with table.at("scene"):
        try:
            scene = discovery.find(words(table.need("scene"), SENTENCE))
        except discovery.UnknownSceneError as error:
            raise LessonError(str(error)) from error
    table.simulation = simulation = scene.simulation
    subject = Subject(simulation.slug, _params(table, "set", simulation.params()), table.whole("seed", 0, LARGEST, 0))
    has_question = table.has("question")
    areas = tuple(area for layout in (scene.layout, *scene.others) for area in divide(layout, QRectF(), "wide"))
    slide = Slide(
        key=table.key,
        subject=subject,
        frames=_frames(table),
        title=table.text("title", SENTENCE),
        caption=table.text("caption", PARAGRAPH, needed=not has_question),
        takeaway=table.text("takeaway", PARAGRAPH),
        notes=table.text("notes", NOTES),
        hide=table.each("hide", lambda found: _area(found, areas), 1, len(areas)),
        expect=_expect(table),
        question=_question(table.table("question", "a question"), subject, areas) if has_question else None,
    )
    table.close()
    if slide.question is not None and slide.title:
        with table.at("title"):
            raise LessonError("a slide with a question has the question for its headline")
    if slide.question is not None and isinstance(slide.question.answer, Spot) and slide.question.answer.area in slide.hide:
        with table.at("hide"):
            raise LessonError(f"{slide.question.answer.area} is where to point, so it has to be seen")
    return slide


def _params(table: Table, name: str, base: Params) -> Params:
    """`base` with the knobs of the table `name` turned."""
    knobs = table.table(name, name)
    for knob, value in knobs.values.items():
        with table.at(name, knob):
            base = base.replace(**{knob: base.knob(knob).check(value)})
    return base


def _frames(table: Table) -> tuple[Expression, Expression]:
    """`frame = K` or `play = [FROM, TO]`."""
    still, played = table.has("frame"), table.has("play")
    if still == played:
        raise table.source.fault(table.key, f"{table.name} needs either frame or play, one of them")
    if still:
        frame = table.expression("frame")
        return frame, frame
    first, last = table.each("play", table.meant, 2, 2)
    return first, last


def _expect(table: Table) -> tuple[Expectation, ...]:
    return table.each("expect", lambda found: _expectation(table, found), 1, 20)


def _expectation(table: Table, found: object) -> Expectation:
    expectation = expect.read(words(found, PARAGRAPH))
    if isinstance(expectation, Expression):
        table.known(expectation)
    return expectation


def _question(table: Table, subject: Subject, areas: tuple[str, ...]) -> Question:
    table.need("reveal")
    params = _params(table, "reveal_set", subject.params)
    first, last = table.each("reveal", table.meant, 2, 2)
    question = Question(
        ask=table.text("ask", 2 * SENTENCE, needed=True),
        answer=_answer(table, params, areas),
        reveal=(first, last),
        subject=Subject(subject.slug, params, subject.seed),
        cover=table.each("cover", lambda found: _area(found, areas), 1, len(areas)),
        after=table.text("after", PARAGRAPH, needed=True),
        expect=_expect(table),
    )
    table.close()
    if isinstance(question.answer, Spot) and question.answer.area in question.cover:
        with table.at("cover"):
            raise LessonError(f"{question.answer.area} is where to point, so it has to be seen")
    return question


def _answer(table: Table, params: Params, areas: tuple[str, ...]) -> Choices | Spot | Setting:
    kinds = [name for name in ("choices", "point", "knob") if table.has(name)]
    if len(kinds) != 1:
        raise table.source.fault(table.key, "a question needs choices, point or knob, one of them")
    return _choices(table) if kinds == ["choices"] else _setting(table, params) if kinds == ["knob"] else _spot(table, areas)


def _choices(table: Table) -> Choices:
    options = table.each("choices", lambda found: table.living(words(found, SENTENCE)), 2, 6)
    written = [words(found, SENTENCE) for found in table.values["choices"]]
    with table.at("choices"):
        if len(set(written)) < len(written):
            raise LessonError("two of them are the same")
    answer = table.words("answer", SENTENCE, needed=True)
    with table.at("answer"):
        if answer not in written:
            raise LessonError(f"{shown(answer)} is not one of the choices")
    return Choices(options, written.index(answer))


def _spot(table: Table, areas: tuple[str, ...]) -> Spot:
    point = table.table("point", "a point")
    area = point.words("area", SENTENCE, needed=True)
    with point.at("area"):
        _area(area, areas)
    if not (point.has("x") or point.has("y")):
        raise point.source.fault(point.key, "a point needs x, y or both")
    x, y = (point.expression(name) if point.has(name) else None for name in ("x", "y"))
    within = point.share("within", WITHIN)
    point.close()
    return Spot(area, x, y, within)


def _setting(table: Table, params: Params) -> Setting:
    setting = table.table("knob", "a knob")
    name = setting.words("name", SENTENCE, needed=True)
    with setting.at("name"):
        if params.knob(name).kind not in ("real", "whole"):
            raise LessonError(f"{name} is no number, so it cannot be set on a scale; ask with choices")
    if isinstance(setting.need("value"), list):
        low, high = setting.each("value", setting.meant, 2, 2)
    else:
        low = high = setting.expression("value")
    within = setting.share("within", WITHIN)
    setting.close()
    return Setting(name, low, high, within)


def _area(found: object, areas: tuple[str, ...]) -> str:
    name = words(found, SENTENCE)
    if name not in areas:
        raise LessonError(f"{shown(name)} is no area of this scene, which has {', '.join(areas)}")
    return name
