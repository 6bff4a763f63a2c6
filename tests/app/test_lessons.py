"""Every lesson there is, run and drawn: what it says is what its runs show, and all of it can be read from the last row."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from app.lessons.folders import BUNDLED, files
from app.lessons.lesson import Choices, Lesson
from app.lessons.read import read
from app.lessons.slate import Slate, lines
from app.lessons.staging import Runs, Staged, complaints, stage
from scenes.discovery import find
from scenes.kit.chrome import MARGIN
from scenes.theme import PROJECTOR, THEMES

RUNS = Runs()
PATHS = files(BUNDLED)
every_lesson = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@pytest.fixture
def lesson(path: Path) -> Lesson:
    return read(path)


def staged(lesson: Lesson) -> Iterator[Staged]:
    for slide in lesson.slides:
        yield stage(lesson, slide, RUNS.record)


def test_the_cards_that_have_a_lesson() -> None:
    optimizers = {"06-momentum", "07-adam", "08-adamw", "18-update-rules"}
    others = {"00-tour", "00-unfair-race", "11-norm-axes", "15-dropout", "16-vanishing-gradients", "19-l1-l2"}
    assert optimizers | others <= {path.stem for path in PATHS}


@every_lesson
def test_its_runs_show_what_it_says(lesson: Lesson) -> None:
    assert complaints(lesson, RUNS) == []


@every_lesson
def test_it_is_a_lesson_for_its_card(lesson: Lesson, path: Path) -> None:
    number = int(path.stem[:2])
    assert lesson.cards == ((number,) if number else ())
    assert 4 <= len(lesson.slides) <= 8
    assert lesson.about.endswith(".")
    asked = [slide.question for slide in lesson.slides if slide.question is not None]
    assert asked
    for slide in lesson.slides:
        assert slide.notes
        assert slide.takeaway
        assert slide.expect or (slide.question is not None and slide.question.expect), "nothing here could be found wrong"
    if number:
        scenes = {slide.subject.slug for slide in lesson.slides}
        assert all(number in find(scene).cards for scene in scenes)


@every_lesson
def test_its_right_answers_do_not_all_stand_in_one_place(lesson: Lesson) -> None:
    answers = [slide.question.answer for slide in lesson.slides if slide.question is not None]
    right = [answer.right for answer in answers if isinstance(answer, Choices)]
    assert len(right) < 3 or len(set(right)) > 1


@every_lesson
def test_its_words_fit_and_are_whole_sentences(lesson: Lesson, qtbot: QtBot) -> None:
    title = QFontMetricsF(PROJECTOR.font("title", True))
    for each in staged(lesson):
        for view in (each.view, each.reveal):
            if view is None:
                continue
            assert lines(view.line, PROJECTOR) <= 2, view.line
            room = QRectF(0, 0, 1920 - 2 * MARGIN, 1e4)
            tall = title.boundingRect(room, Qt.TextFlag.TextWordWrap, view.headline).height()
            assert tall < 1.5 * title.height(), f"{view.headline!r} takes more than a line"
        said = [each.caption, each.takeaway, each.notes, *([] if each.reveal is None else [each.reveal.line])]
        for text in (text for text in said if text):
            assert text.endswith((".", "?")), text
            assert "nan" not in text.lower().split(), text
            assert "–" not in text, f"a number is missing in {text!r}"
            assert "∞" not in text


@every_lesson
def test_every_slide_is_drawn_before_and_after_its_answer(lesson: Lesson, qtbot: QtBot) -> None:
    for each in staged(lesson):
        slate = Slate(lesson, each, PROJECTOR)
        try:
            slate.ask()
            before = slate.frame(480, 270).copy()
            framing = slate.show.stage.framing
            assert slate.show.k == each.view.last
            assert (framing.caption == "") == (each.reveal is not None), "the scene's own sentence waits for the answer"
            for name in (*each.view.covered, *each.view.hidden):
                assert name in slate.show.stage.places
            places = {name: QRectF(rect) for name, rect in slate.show.stage.places.items()}
            slate.reveal()
            after = slate.frame(480, 270)
            if each.reveal is None:
                assert after == before
            else:
                assert after != before
                assert slate.show.k == each.reveal.last
                assert framing.caption
            assert slate.show.stage.places == places, "nothing moves when the answer comes"
        finally:
            slate.close()


@every_lesson
def test_whatever_is_said_stands_above_the_picture_and_not_over_it(lesson: Lesson, qtbot: QtBot) -> None:
    for each in staged(lesson):
        said = [each.view.line, *([] if each.reveal is None else [each.reveal.line]), each.takeaway]
        for theme in THEMES.values():
            taken = [lines(text, theme) for text in said]
            assert max(taken) <= 2, f"{theme.name}: {said[taken.index(max(taken))]!r} takes more than two lines"
            if max(taken) == 1:
                continue  # a line has room everywhere
            slate = Slate(lesson, each, theme)
            try:
                rects = slate.show.stage.places.values()
                top = min(rect.top() for rect in rects if not rect.isEmpty())
                for text in said:
                    slate.show.say(text)
                    assert slate.show.stage.room().top() <= top, f"{theme.name}: {text!r} has not the room it needs"
            finally:
                slate.close()


LEFT_OUT = {
    "00-unfair-race": ("one start is an anecdote",),
    "06-momentum": ("Noise", "curvature changes"),
    "07-adam": ("rescales axes, not directions",),
    "08-adamw": ("a fact about normalized nets",),
    "16-vanishing-gradients": ("narrow layers", "alike", "training"),
    "18-update-rules": ("two methods as soon as η changes",),
    "19-l1-l2": ("only from the wedges",),
}


@pytest.mark.parametrize("card", LEFT_OUT)
def test_what_the_simple_theory_leaves_out_is_named(card: str) -> None:
    lesson = read(BUNDLED / f"{card}.toml")
    (told,) = [each.takeaway for each in staged(lesson) if "leaves out" in each.takeaway]
    assert all(word.lower() in told.lower() for word in LEFT_OUT[card])


def test_the_tour_goes_through_the_first_four_scenes() -> None:
    shown = [slide.subject.slug for slide in read(BUNDLED / "00-tour.toml").slides]
    assert list(dict.fromkeys(shown)) == ["momentum-ravine", "vanishing-gradients", "norm-axes", "dropout"]
