"""A slide of two runs: what it may say of each, what both keep back until the answer, and where a prediction is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.export.pictures import svg
from app.failure import UsageError
from app.lessons import evaluate
from app.lessons.expression import parse as expression
from app.lessons.read import parse
from app.lessons.slate import Slate
from app.lessons.staging import Runs, complaints, stage
from app.main_window import Window
from app.presenting.talk import Phase
from app.session import Session
from app.settings import Settings
from core.pair import PairRecording
from scenes.kit.plot import Plot
from scenes.pair import Pair
from scenes.theme import PROJECTOR
from tests.app.toy_scene import wait

TEXT = """title = "Two"
cards = []
[[slide]]
scene = "momentum-ravine+momentum"
set = { momentum = 0, b_momentum = 0.9, steps = 30 }
frame = 1
expect = [
  "momentum == a_momentum == 0 < b_momentum",
  "all(a_path[momentum] == a_path[sgd])",
  "a_outcome[sgd] == completed",
  "last == a_last == b_last",
  "claim: B: momentum: the error shrinks by the spectral radius per step",
]
[slide.question]
ask = "Which is lower after {last} steps?"
choices = ["A", "B"]
answer = "A"
cover = ["loss"]
reveal = [1, "last"]
after = "A, at {a_loss[momentum, last]:.2g}; B at {b_loss[momentum, last]:.2g}."
"""
BESIDE = """title = "Two maps"
cards = []
[[slide]]
scene = "l1-l2+correlation"
set = { b_correlation = 0.9 }
frame = 50
[slide.question]
ask = "Where?"
choices = ["here", "there"]
answer = "here"
cover = ["path_0"]
reveal = [50, "last"]
after = "Here."
"""
RUNS = Runs()
Make = Callable[..., Slate]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    made: list[Slate] = []

    def new(text: str = TEXT) -> Slate:
        lesson = parse(text.encode(), Path("two.toml"))
        made.append(Slate(lesson, stage(lesson, lesson.slides[0], RUNS.record), PROJECTOR))
        return made[-1]

    yield new
    while made:
        made.pop().close()


def words(slate: Slate) -> str:
    return svg(slate.show, (1280, 720), "x", "{}").decode()


def test_names_say_whose_they_are() -> None:
    lesson = parse(TEXT.encode(), Path("two.toml"))
    assert complaints(lesson, RUNS) == []
    recording = RUNS.record(lesson.slides[0].subject)
    assert isinstance(recording, PairRecording)
    for name in ("loss[momentum, last]", "measured_rates[sgd]", "momentum", "last"):
        for side, run in zip("ab", (recording.first, recording.second), strict=True):
            found = evaluate.value(expression(f"{side}_{name}"), recording)
            assert found == evaluate.value(expression(name), run)
    assert evaluate.value(expression("a_nowhere"), recording) == "a_nowhere", "a word, as in a single run"
    false = TEXT.replace("a_momentum == 0 < b_momentum", "a_momentum == 0.9")
    assert "'momentum == a_momentum == 0.9' does not hold: 0 against 0" in complaints(parse(false.encode(), Path("x")), RUNS)[0]


@pytest.mark.parametrize("stranger", ["c_loss", "loss", "first", "b_lost"])
def test_a_name_that_neither_run_has_is_refused(stranger: str) -> None:
    with pytest.raises(UsageError, match=f"a run has no {stranger}; it has a_"):
        parse(TEXT.replace("{a_loss[", f"{{{stranger}[").encode(), Path("two.toml"))


def test_nothing_of_either_run_is_told_before_the_answer(make: Make) -> None:
    slate = make()
    slate.ask()
    before = words(slate)
    slate.reveal()
    after = words(slate)
    for name in ("A: Momentum", "B: Momentum"):
        assert before.count(name) == after.count(name) == 1
    assert "Loss at step" not in before
    assert after.count("Loss at step 30") == 2
    assert before.count(">?</text>") == 2
    assert ">?</text>" not in after


def test_an_area_is_covered_in_both_and_no_more_than_the_area(make: Make) -> None:
    slate = make(BESIDE)
    slate.ask()
    plots = [pane for pane in slate.show.stage.panes if isinstance(pane, Plot)]
    half = len(plots) // 2
    for side in (plots[:half], plots[half:]):
        assert {plot.title: plot.seen for plot in side} == {
            "L1: diamond": True,
            "L2: ball": True,
            "Ten weights: L1 (lasso)": False,
            "Ten weights: L2 (ridge)": True,
        }


def test_what_was_predicted_stands_where_both_captions_do(make: Make) -> None:
    slate = make()
    slate.ask()
    slate.show.below = "Predicted: A 3, B 4."
    slate.seek(1)
    assert words(slate).count("Predicted: A 3, B 4.") == 1
    slate.show.below = ""
    slate.reveal()
    assert "Predicted" not in words(slate)


def test_a_pair_is_presented_predicted_and_improvised_on(qtbot: QtBot) -> None:
    session = Session()
    window = Window(session, Settings(width=1200, height=800))
    window.show()
    window.classroom.open(parse(TEXT.encode(), Path("two.toml")))
    talk = window.classroom.talk
    assert talk is not None
    wait(lambda: talk.slide is not None)

    def told() -> tuple[str, list[str]]:
        window.view.picture()
        assert window.view.show_ is not None
        pair = window.view.show_.scene
        assert isinstance(pair, Pair)
        return pair.line.text, [caption.text for caption in pair.captions]

    assert told() == ("", ["", ""])
    talk.raise_hands(1, 9)
    assert told() == ("Predicted: B 9.", ["", ""])
    talk.next()
    session.pause()
    assert talk.stop.phase is Phase.REVEAL
    assert told() == ("Predicted: B 9. Right: A, A.", ["", ""])
    session.turn(b_momentum=0.5)
    wait(lambda: not session.busy)
    assert not talk.scripted
    line, captions = told()
    assert line == ""
    assert all(caption.startswith("Loss at step") for caption in captions)
    talk.back_to_script()
    assert talk.scripted
    assert session.params.values()["b_momentum"] == 0.9
    session.close()
    window.dispose()
    session.deleteLater()
