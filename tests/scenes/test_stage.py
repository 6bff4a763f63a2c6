"""The stage: layouts, a picture that survives a pane that fails, partial repaints that equal whole ones."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from scenes.discovery import all_scenes
from scenes.kit.listing import Listing
from scenes.kit.listing import Row as ListingRow
from scenes.kit.plot import Plot
from scenes.layout import SIZES, Column, Row, Shape, divide, shape_for
from scenes.show import Show
from scenes.stage import Stage
from scenes.theme import STUDIO


def momentum(k: int = 20) -> Show:
    scene = all_scenes()["momentum-ravine"]
    show = Show(scene, STUDIO)
    show.load(scene.simulation.simulate(scene.simulation.params(), 0), k)
    return show


def blank(width: int = 480, height: int = 270) -> QImage:
    return QImage(width, height, QImage.Format.Format_RGB32)


@pytest.mark.parametrize("shape", SIZES)
def test_areas_never_overlap_and_stay_on_the_stage(shape: Shape) -> None:
    layout = Row((2.0, Column((1.0, "a"), (2.0, "b"))), (1.0, Row((1.0, "c"), (1.0, "d"), keep=True)))
    whole = QRectF(0, 0, *SIZES[shape])
    areas = divide(layout, whole, shape)
    assert set(areas) == {"a", "b", "c", "d"}
    for name, rect in areas.items():
        assert whole.contains(rect)
        assert all(not rect.intersects(other) for key, other in areas.items() if key != name)
    assert areas["c"].top() == areas["d"].top(), "a kept row stays a row"


@pytest.mark.parametrize(("size", "shape"), [((1920, 1080), "wide"), ((1080, 1080), "square"), ((1080, 1920), "tall")])
def test_a_picture_gets_the_stage_that_fits(size: tuple[int, int], shape: Shape) -> None:
    assert shape_for(*size) == shape


def test_a_pane_that_fails_does_not_take_the_process_along(qtbot: QtBot) -> None:
    stage = Stage(STUDIO)
    canvas = stage.canvas(QRectF(100, 100, 400, 300))

    def fail(painter: QPainter) -> None:
        raise ValueError("a scene's mistake")

    canvas.draw_live = fail
    with pytest.raises(ValueError, match="a scene's mistake"):
        stage.frame(blank())
    canvas.draw_live = None
    stage.frame(blank())
    stage.close()


def test_a_part_painted_anew_equals_the_whole(qtbot: QtBot) -> None:
    stages = [Stage(STUDIO), Stage(STUDIO)]
    plots = [stage.plot(QRectF(120, 200, 900, 600), title="Loss", x="step", y="loss", log_y=True) for stage in stages]
    for stage in stages:
        stage.framing.headline, stage.framing.look = "Does it stay?", "Look at the axes."
        stage.text(QRectF(1100, 200, 500, 300)).set("beside it")
    stages[0].frame(blank(617, 353))
    for plot in plots:
        plot.set_range((0.0, 37.0), (1e-7, 1e3))
    first, second = (stage.frame(blank(617, 353)) for stage in stages)
    assert first == second
    for stage in stages:
        stage.close()


@pytest.mark.parametrize("size", [(800, 450), (1280, 720)])
def test_rounded_edges_painted_anew_are_those_of_the_whole(size: tuple[int, int], qtbot: QtBot) -> None:
    stages = [Stage(STUDIO), Stage(STUDIO)]
    listings = [stage.add(Listing(QRectF(55, 60, 920, 580), STUDIO, "as textbooks write it")) for stage in stages]
    stages[0].frame(blank(*size))
    for listing in listings:
        listing.set("as textbooks write it", (ListingRow("t = t + 1", 1), ListingRow("g = grad(theta)", 2)), {"g": "gradient"})
    first, second = (stage.frame(blank(*size)) for stage in stages)
    assert first == second
    for stage in stages:
        stage.close()


def test_panes_without_room_are_left_out(qtbot: QtBot) -> None:
    stage = Stage(STUDIO, "square")
    areas = stage.areas(Row((1.0, "main"), (1.0, "aside")), {"square": Column((1.0, "main"))})
    assert areas["aside"].isEmpty()
    stage.plot(areas["aside"], title="not drawn")
    stage.table(areas["aside"], "nor this", ("", "n"))
    assert stage.panes == []
    stage.frame(blank())
    stage.close()


def test_what_is_kept_back_is_gone_and_comes_back_as_it_was(qtbot: QtBot) -> None:
    stage = Stage(STUDIO)
    areas = stage.areas(Row((1.0, "plot"), (1.0, Column((1.0, "words"), (1.0, "rest")))))
    plot = stage.plot(areas["plot"], title="Loss")
    words, rest = stage.text(areas["words"]), stage.text(areas["rest"])
    words.set("the answer")
    rest.set("the rest")
    open_picture = stage.frame(blank()).copy()
    stage.cover(["words"], ["plot"])
    covered = stage.frame(blank()).copy()
    words.set("another answer")
    plot.set_title("Another loss")
    plot.set_range((0.0, 9.0), (0.0, 9.0))
    assert stage.frame(blank()) == covered, "what is kept back cannot be told from the picture"
    assert (plot.covered, words.covered, rest.covered) == (True, True, False)
    for name in ("plot", "words"):
        assert stage.pane_at(areas[name].center()) is None
    assert stage.pane_at(areas["rest"].center()) is rest
    words.set("the answer")
    plot.set_title("Loss")
    plot.set_range((0.0, 1.0), (0.0, 1.0))
    stage.cover([])
    assert stage.frame(blank()) == open_picture
    stage.cover(["nowhere"])
    assert stage.frame(blank()) == open_picture
    stage.close()


def test_one_pane_can_fill_the_picture(qtbot: QtBot) -> None:
    show = momentum()
    whole = show.frame(960, 540)
    the_map = next(pane for pane in show.stage.panes if isinstance(pane, Plot))
    show.stage.look_at(the_map)
    close = show.frame(960, 540)
    scale, dx, _ = show.stage.scale(960, 540)
    left, right = (the_map.rect.left() * scale + dx, the_map.rect.right() * scale + dx)
    assert 0.0 < left < 40.0
    assert 920.0 < right < 960.0
    show.seek(30)
    again = show.frame(960, 540)
    assert again != close
    fresh = momentum()
    fresh.stage.look_at(next(pane for pane in fresh.stage.panes if isinstance(pane, Plot)))
    fresh.seek(30)
    assert fresh.frame(960, 540) == again, "how it was reached does not show"
    show.seek(20)
    show.stage.look_at(None)
    assert show.frame(960, 540) == whole
    show.close()
    fresh.close()


def test_a_hidden_pane_is_neither_seen_nor_touched(qtbot: QtBot) -> None:
    with_it, without = Stage(STUDIO), Stage(STUDIO)
    rect = QRectF(120, 200, 900, 600)
    for stage in (with_it, without):
        stage.plot(rect, title="Seen", x="step")
    extra = with_it.plot(rect, title="Not seen", log_y=True)
    words = with_it.text(QRectF(1100, 200, 500, 300))
    words.set("nor this")
    first = with_it.frame(blank())
    for pane in (extra, words):
        pane.hide(True)
    extra.set_range((0.0, 5.0), (1e-3, 1e3))
    assert with_it.frame(blank()) == without.frame(blank())
    assert with_it.pane_at(rect.center()) is with_it.panes[0]
    extra.hide(False)
    words.hide(False)
    extra.set_range((0.0, 1.0), (0.1, 1.0))
    assert with_it.frame(blank()) == first
    for stage in (with_it, without):
        stage.close()


def test_an_axis_without_numbers_gives_its_room_to_the_plot(qtbot: QtBot) -> None:
    stage = Stage(STUDIO)
    plain, bare = stage.plot(QRectF(0, 0, 900, 400)), stage.plot(QRectF(0, 500, 900, 400), x_texts=False)
    assert bare.inner.height() > plain.inner.height() + STUDIO.sizes["small"]
    assert bare.inner.left() == plain.inner.left()
    stage.close()
