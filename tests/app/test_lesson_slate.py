"""A slide on a stage: what is kept back, where a spot is marked, and how far off a pointer is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.export.pictures import svg
from app.failure import UsageError
from app.lessons.lesson import Lesson
from app.lessons.read import parse
from app.lessons.slate import Slate
from app.lessons.staging import Runs, stage
from scenes.theme import PROJECTOR, STUDIO

TEXT = """title = "A spot"
cards = []
[[slide]]
scene = "momentum-ravine"
set = { steps = 30 }
frame = 1
hide = ["formula"]
[slide.question]
ask = "Where?"
point = { area = "loss", x = 20, y = "loss[momentum, 20]" }
cover = ["rates", "table"]
reveal = [1, "last"]
after = "There."
"""
RUNS = Runs()
Make = Callable[..., Slate]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    made: list[Slate] = []

    def new(old: str = "", by: str = "", *, studio: bool = True) -> Slate:
        lesson: Lesson = parse(TEXT.replace(old, by).encode(), Path("spot.toml"))
        slate = Slate(lesson, stage(lesson, lesson.slides[0], RUNS.record), STUDIO if studio else PROJECTOR)
        made.append(slate)
        return slate

    yield new
    while made:
        made.pop().close()


def texts(slate: Slate) -> str:
    return svg(slate.show, (1280, 720), "x", "{}").decode()


def test_what_is_kept_back_is_not_in_the_picture_at_all(make: Make) -> None:
    slate = make()
    slate.ask()
    before = texts(slate)
    for word in ("Error kept per step", "learning rate", "Momentum’s update", "Loss at step", "diverges"):
        assert word not in before, word
    assert "Loss by step" in before
    assert before.count(">?</text>") == 2
    slate.reveal()
    after = texts(slate)
    for word in ("Error kept per step", "learning rate", "There.", "Loss at step 30", "diverges"):
        assert word in after, word
    assert "Momentum’s update" not in after  # the slide does without
    assert ">?</text>" not in after


def test_a_pane_over_several_areas_is_covered_when_all_of_them_are(make: Make) -> None:
    ravine = TEXT[: TEXT.index("point")].replace("momentum-ravine", "adam").replace("steps = 30", 'signal = "surface"')
    asked = 'choices = ["a", "b"]\nanswer = "a"\ncover = [{}]\nreveal = [1, 2]\nafter = "There."\n'
    whole, half = (make(TEXT, ravine + asked.format(names)) for names in ('"mean", "root"', '"root"'))
    for slate, seen in ((whole, False), (half, True)):
        slate.ask()
        (the_map,) = [
            pane
            for pane in slate.show.stage.panes
            if slate.show.stage.places["mean"].top() == pane.rect.top()
            and pane.rect.height() > 1.5 * slate.show.stage.places["mean"].height()
        ]
        assert the_map.seen is seen


def test_what_is_covered_answers_no_pointer(make: Make) -> None:
    slate = make()
    middle = slate.show.stage.places["rates"].center()
    slate.ask()
    assert slate.show.stage.pane_at(middle) is None
    assert slate.show.stage.handle_at(middle) is None
    slate.reveal()
    assert slate.show.stage.pane_at(middle) is not None
    assert slate.show.stage.handle_at(middle) is not None


def test_nothing_later_than_the_question_is_drawn(make: Make) -> None:
    slate = make()
    slate.ask(25)
    assert slate.show.k == 1
    slate.reveal(25)
    assert slate.show.k == 25
    slate.seek(26)
    assert slate.show.k == 26
    slate.seek(99)
    assert slate.show.k == 30
    slate.ask()
    slate.seek(26)
    assert slate.show.k == 1


def test_the_true_spot_is_marked_once_it_is_revealed(make: Make) -> None:
    slate = make()
    slate.ask()
    assert slate.marks == []
    slate.mark(10.0, 1.0)
    assert len(slate.marks) == 1
    slate.reveal()
    (mark,) = slate.marks
    assert slate.staged.truth is not None
    assert (mark.x, mark.y) == slate.staged.truth.spot
    slate.reveal()
    assert len(slate.marks) == 1
    slate.ask()
    assert slate.marks == []


def test_how_far_off_a_pointer_is(make: Make) -> None:
    slate = make()
    slate.reveal()
    plot, (mark,) = slate.plot, slate.marks
    x, y = mark.x, mark.y
    assert plot is not None
    assert slate.off(x, y) == pytest.approx(0.0)
    width = plot.x_range[1] - plot.x_range[0]
    assert slate.off(x + 0.1 * width, y) == pytest.approx(0.1)
    decades = 10.0 ** ((plot._y[1] - plot._y[0]) * 0.2)  # on a log axis as it is seen
    assert slate.off(x + 0.1 * width, y * decades) == pytest.approx(0.2)


def test_with_one_coordinate_the_other_does_not_count(make: Make) -> None:
    slate = make(', y = "loss[momentum, 20]"')
    slate.reveal()
    (mark,) = slate.marks
    assert mark.x == 20.0
    assert slate.off(20.0, 1e-9) == pytest.approx(0.0)
    slate = make("x = 20, ")
    slate.reveal()
    assert slate.marks[0].x != slate.marks[0].x  # a level line has no x
    assert slate.off(3.0, slate.marks[0].y) == pytest.approx(0.0)


def test_one_can_only_point_at_a_plot(make: Make) -> None:
    with pytest.raises(UsageError) as wrong:
        make('area = "loss"', 'area = "legend"')
    assert str(wrong.value) == (
        "spot.toml, line 10: area: there is no plot in 'legend' to point at; plots are in map, loss, rates"
    )


def test_an_area_that_a_theme_leaves_out_may_still_be_named(make: Make) -> None:
    slate = make(studio=False)  # large text has no room for the formula
    slate.ask()
    assert slate.show.stage.places["formula"].isEmpty()
    assert not slate.frame(480, 270).isNull()


def test_a_headline_of_its_own_or_the_scenes_question(make: Make) -> None:
    assert make().show.stage.framing.headline == "Where?"
    plain = make(TEXT[TEXT.index("hide") :], 'caption = "Look."\n')
    assert plain.show.stage.framing.headline == "Why does momentum tame a ravine?"
    plain.reveal()
    assert plain.show.stage.framing.look == "Look."
    assert plain.off(0.0, 0.0) == 0.0
    plain.mark(1.0, 1.0)
    assert plain.marks == [], "nobody asked for a spot"
