"""Giving a lesson: its stops, what is kept back until the answer, predictions, improvising and coming back to the script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.lessons.lesson import Lesson
from app.lessons.read import read
from app.main_window import Window
from app.presenting.lesson_bar import LessonBar
from app.presenting.talk import Phase, Stop, Talk, stops_of
from app.session import Session
from app.settings import Settings
from scenes.discovery import find
from scenes.kit.plot import Plot
from tests.app.toy_scene import wait

KEY = Qt.Key
LESSON = """
title = "Three ways down"
cards = [6]
about = "A lesson of a test."

[[slide]]
scene = "momentum-ravine"
set = { steps = 20 }
play = [0, 4]
caption = "After four steps SGD is at {loss[sgd, 4]:.3g}."
takeaway = "It swings."
notes = "Say that it swings."

[[slide]]
scene = "momentum-ravine"
set = { steps = 20 }
frame = 0

[slide.question]
ask = "Who is lowest in the end?"
choices = ["SGD", "Momentum"]
answer = "Momentum"
cover = ["loss", "table"]
reveal = [0, "last"]
after = "Momentum, with {loss[momentum, last]:.2g}."

[[slide]]
scene = "momentum-ravine"
set = { steps = 20, momentum = 0.9 }
frame = 1

[slide.question]
ask = "Where does Momentum land?"
point = { area = "map", x = "path[momentum, 2, 0]", y = "path[momentum, 2, 1]", within = 0.1 }
reveal = [1, 2]
after = "There."

[[slide]]
scene = "momentum-ravine"
set = { steps = 20, momentum = 0.9 }
frame = 0

[slide.question]
ask = "How much is best?"
knob = { name = "momentum", value = "(1 - sqrt(learning_rate * eigenvalues[0])) ** 2" }
reveal_set = { momentum = 0.53 }
reveal = [0, "last"]
after = "About a half."
"""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    path = tmp_path_factory.mktemp("lesson") / "06-three-ways.toml"
    path.write_text(LESSON, encoding="utf-8")
    return read(path)


@pytest.fixture
def room(qtbot: QtBot, lesson: Lesson) -> Iterator[Window]:
    """A window with the lesson open at its first slide."""
    session = Session()
    window = Window(session, Settings(width=1400, height=900))
    window.show()
    session.open(find("momentum-ravine"))
    wait(lambda: session.recording is not None and not session.busy)
    window.classroom.open(lesson)
    wait(lambda: window.classroom.talk is not None and window.classroom.talk.slide is not None)
    window.activateWindow()
    wait(window.isActiveWindow)
    yield window
    session.close()
    window.dispose()
    session.deleteLater()


def talk_of(window: Window) -> Talk:
    assert window.classroom.talk is not None
    return window.classroom.talk


def bar_of(window: Window) -> LessonBar:
    assert window.classroom.bar is not None
    return window.classroom.bar


def go(window: Window, slide: int, phase: Phase = Phase.SHOW) -> Talk:
    talk = talk_of(window)
    talk.jump(slide)
    wait(lambda: talk.slide is not None)
    while talk.stop != Stop(slide, phase):
        talk.next()
    window.session.pause()
    window.view.picture()
    return talk


def words(window: Window) -> tuple[str, str, str]:
    window.view.picture()
    assert window.view.show_ is not None
    framing = window.view.show_.stage.framing
    return framing.headline, framing.look, framing.caption


def test_a_slide_stops_for_its_question_its_answer_and_its_takeaway(lesson: Lesson) -> None:
    assert [(stop.slide, stop.phase.name) for stop in stops_of(lesson)] == [
        (0, "SHOW"),
        (0, "TAKEAWAY"),
        *((slide, phase) for slide in (1, 2, 3) for phase in ("SHOW", "REVEAL")),
    ]


def test_a_clicker_goes_through_the_lesson_and_back(room: Window) -> None:
    talk, session = talk_of(room), room.session
    wait(lambda: not session.playing)
    assert session.k == 4, "its frames were played"
    assert "SGD is at" in words(room)[1]
    seen = [talk.stop]
    for _ in range(9):
        QTest.keyClick(room, KEY.Key_PageDown)
        wait(lambda: talk.slide is not None)
        seen.append(talk.stop)
    assert seen[:8] == list(talk.stops)
    assert talk.at == 7, "at the end it stays"
    QTest.keyClick(room, KEY.Key_PageUp)
    assert talk.stop == Stop(3, Phase.SHOW)
    QTest.keyClick(room, KEY.Key_2)
    assert talk.stop == Stop(1, Phase.SHOW)
    QTest.keyClick(room, KEY.Key_9)
    assert talk.stop == Stop(1, Phase.SHOW), "there is no ninth slide"


def test_the_answer_is_kept_back_until_it_is_asked_for(room: Window) -> None:
    talk, session = go(room, 1), room.session
    headline, look, caption = words(room)
    assert headline == "Who is lowest in the end?"
    assert "SGD" in look
    assert "Momentum" in look
    assert caption == ""
    assert session.last == 0
    session.seek(20)
    assert session.k == 0
    assert session.events == ()
    assert session.claims is None
    show = room.view.show_
    assert show is not None
    covered = {pane for pane in show.stage.panes if pane.covered}
    assert len(covered) == 2
    talk.next()
    assert talk.stop.phase is Phase.REVEAL
    assert session.last == 20
    assert session.playing
    session.pause()
    _, look, _ = words(room)
    assert look.startswith("Momentum, with")
    assert not any(pane.covered for pane in show.stage.panes)


def test_hands_are_counted_before_and_shown_beside_the_answer(room: Window) -> None:
    talk = go(room, 1)
    hands = bar_of(room).answers.hands
    assert [hand.accessibleName() for hand in hands] == ["Hands for A", "Hands for B"]
    hands[0].setValue(3)
    hands[1].setValue(11)
    assert talk.prediction.hands == [3, 11]
    assert words(room)[2] == "Predicted: A 3, B 11."
    talk.next()
    assert words(room)[2] == "Predicted: A 3, B 11. Right: B, Momentum."
    assert not hands[0].isEnabled()
    talk.raise_hands(0, 50)
    assert talk.prediction.hands == [3, 11], "what was predicted is locked in"
    talk.previous()
    assert hands[0].isEnabled()
    QTest.keyClick(room, KEY.Key_Backspace)
    assert not talk.prediction.made


def test_a_spot_is_pointed_at_and_marked_beside_the_true_one(room: Window) -> None:
    talk, session = go(room, 2), room.session
    show, params = room.view.show_, session.params
    assert show is not None
    the_map = next(pane for pane in show.stage.panes if isinstance(pane, Plot))
    recording = session.recording
    assert recording is not None
    x, y = recording.arrays()["path"][1, 2].tolist()
    for place in ((x, y), (x + 6.0, y + 1.0)):
        at = room.view.from_stage(the_map.point(*place))
        QTest.mouseClick(room.view, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), round(at.y())))
    assert len(talk.prediction.spots) == 2
    assert session.params == params, "no handle was pulled"
    assert words(room)[2] == "2 places pointed at."
    marks = len(the_map.live)
    talk.next()
    session.pause()
    assert words(room)[2] == "1 of 2 places near the true one (green)."
    assert len(the_map.live) == marks + 1


def test_a_knob_is_set_and_the_run_with_the_right_one_is_shown(room: Window) -> None:
    talk, session = go(room, 3), room.session
    answers = bar_of(room).answers
    assert answers.knob is not None
    answers.knob.turned.emit("momentum", 0.8)
    talk.set(0.8)
    assert session.params.values()["momentum"] == 0.9, "a prediction turns nothing"
    assert words(room)[2] == "Predicted: 0.8."
    talk.next()
    session.pause()
    assert session.params.values()["momentum"] == 0.53
    assert words(room)[2].startswith("Predicted: 0.8. Right: 0.52")


def test_who_improvises_finds_back_to_the_script(room: Window) -> None:
    talk, session = go(room, 0), room.session
    assert talk.scripted
    session.turn(momentum=0.95)
    wait(lambda: not session.busy)
    assert not talk.scripted
    assert "SGD is at" not in words(room)[1], "the lesson's numbers are those of another run"
    assert bar_of(room).script.isVisible()
    QTest.keyClick(room, KEY.Key_R)
    wait(lambda: talk.scripted)
    assert session.params.values()["momentum"] == 0.6
    session.pause()
    assert "SGD is at" in words(room)[1]
    assert not bar_of(room).script.isVisible()


def test_presenting_a_lesson_on_one_screen(room: Window) -> None:
    talk = go(room, 1)
    QTest.keyClick(room, KEY.Key_F5)
    wait(lambda: room.isFullScreen() and not room.timeline.isVisible())
    assert room.classroom.isVisible(), "predictions can be entered"
    QTest.keyClick(room, KEY.Key_PageDown)
    assert talk.stop.phase is Phase.REVEAL
    assert not room.classroom.isVisible()
    QTest.keyClick(room, KEY.Key_Escape)
    wait(room.timeline.isVisible)
    assert room.classroom.isVisible()
    assert room.view.show_ is not None
    assert room.view.show_.stage.framing.headed


def test_another_scene_ends_the_lesson_and_nothing_of_it_stays(room: Window) -> None:
    go(room, 1)
    session = room.session
    session.open(find("norm-axes"))
    assert room.classroom.talk is None
    wait(lambda: session.recording is not None and not session.busy)
    assert session.edge is None
    assert not room.classroom.isVisible()
    assert room.windowTitle().startswith("Norm axes")
    session.pause()
    room.view.picture()
    assert room.view.show_ is not None
    assert not room.view.show_.stage.framing.headed


def test_a_lesson_is_closed_and_the_scene_goes_on(room: Window) -> None:
    go(room, 1)
    bar_of(room).leave.click()
    assert room.classroom.talk is None
    assert room.session.last == 20
    assert room.session.scene is find("momentum-ravine")
    room.view.picture()
    assert room.view.show_ is not None
    assert not any(pane.covered for pane in room.view.show_.stage.panes)


def test_a_lesson_that_cannot_be_read_is_a_sentence(room: Window, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("title = 3\n", encoding="utf-8")
    room.classroom.open_named(str(broken))
    assert str(broken) in room.session.message
    assert "line 1" in room.session.message
    assert talk_of(room).lesson.title == "Three ways down", "the open one stays"
