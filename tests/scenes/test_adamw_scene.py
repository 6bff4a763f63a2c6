"""The scene on AdamW: two stories in one room, maps that fill, and clicks on their cells."""

from collections.abc import Mapping

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core import decay_map
from core.params import Value
from core.simulations.adamw import AdamwParams, AdamwRecording, gradually, simulate
from scenes.kit.numbers import short
from scenes.kit.pane import Grab, Pane
from scenes.kit.plot import Plot
from scenes.layout import Shape
from scenes.optimizers.adamw import AdamW
from scenes.optimizers.adamw_decay import LOST, DecayStory, until_lost
from scenes.optimizers.adamw_map import MapStory, knobs_of
from scenes.show import Show
from scenes.theme import PAPER, PROJECTOR, STUDIO, Theme
from tests.scenes.test_battery import ends, picture, pixels
from tests.scenes.test_last_row import LINE, LOUD, ROUNDING, SCALE, SIZE, TEXT, painted

MAP: dict[str, Value] = {"show": "map", "learning_rate": 0.03, "weight_decay": 0.1}


def shown(
    values: Mapping[str, Value] | None = None, theme: Theme = STUDIO, shape: Shape = "wide"
) -> tuple[Show, AdamwRecording]:
    recording = simulate(AdamwParams.from_mapping(values or {}), 1)
    show = Show(AdamW, theme, shape)
    show.load(recording, recording.last)
    return show, recording


def map_story(show: Show) -> MapStory:
    story = show.scene.stories["map"]  # type: ignore[attr-defined]
    assert isinstance(story, MapStory)
    return story


def decay_story(show: Show) -> DecayStory:
    story = show.scene.stories["decay"]  # type: ignore[attr-defined]
    assert isinstance(story, DecayStory)
    return story


def visible(show: Show) -> list[Pane]:
    return [pane for pane in show.stage.panes if not pane.hidden]


def test_one_story_at_a_time_and_nothing_of_the_other_remains(qtbot: QtBot) -> None:
    both, recording = shown()
    fresh, there = shown({"show": "map"})
    first = pixels(both.frame(*SIZE))
    both.load(there, there.last)
    assert all(pane in map_story(both).panes for pane in visible(both))
    assert pixels(both.frame(*SIZE)) == pixels(fresh.frame(*SIZE))
    both.load(recording, recording.last)
    assert all(pane in decay_story(both).panes for pane in visible(both))
    assert pixels(both.frame(*SIZE)) == first
    both.close()
    fresh.close()


def test_a_hidden_story_cannot_be_touched(qtbot: QtBot) -> None:
    show, _ = shown()
    for pane in map_story(show).panes:
        hit = show.stage.handle_at(pane.rect.center())
        assert hit is None or hit[0] in decay_story(show).panes
        assert show.stage.pane_at(pane.rect.center()) not in map_story(show).panes
    show.close()


def test_the_map_story_does_what_the_battery_asks(qtbot: QtBot) -> None:
    forward, recording = shown(MAP)
    jumping = Show(AdamW, STUDIO)
    jumping.load(recording, recording.last)
    stops = [0, 1, 5, 160, 319, 320]
    in_order = {k: picture(forward, k) for k in stops}
    for k in [320, 5, 160, 0, 319, 1, 1]:
        assert picture(jumping, k) == in_order[k]
    assert len(set(in_order.values())) > 3
    used, _ = shown({**MAP, "normalized": False, "axis": "pytorch"})
    used.load(recording, recording.last)
    assert pixels(used.frame(640, 360)) == in_order[320]
    for show in (forward, jumping, used):
        show.close()


@pytest.mark.parametrize("name", ["learning_rate", "weight_decay", "normalized", "axis", "examples", "noise", "width"])
def test_both_ends_of_the_maps_knobs(name: str, qtbot: QtBot) -> None:
    for end in ends(AdamwParams.knob(name)):
        recording = simulate(AdamwParams.from_mapping({"show": "map", "steps": 64, name: end}), 1)
        show = Show(AdamW, PAPER)
        show.load(recording)
        for k in (0, recording.last):
            show.seek(k)
            show.frame(640, 360)
            assert "nan" not in show.stage.framing.caption.lower()
            assert show.stage.framing.caption.endswith(".")
            assert len(show.stage.framing.look) < 110, show.stage.framing.look
        show.close()


@pytest.mark.parametrize(
    ("theme", "shape", "size"),
    [(STUDIO, "square", (720, 720)), (PAPER, "tall", (540, 960)), (PROJECTOR, "square", (720, 720))],
    ids=lambda value: getattr(value, "name", ""),
)
def test_every_theme_and_shape_of_the_map(theme: Theme, shape: Shape, size: tuple[int, int], qtbot: QtBot) -> None:
    show, _ = shown(MAP, theme, shape)
    colors = np.frombuffer(pixels(show.frame(*size)), dtype=np.uint32) & 0xFFFFFF
    assert 0.1 < float(np.mean(colors != colors[0])) < 0.9
    show.close()


def test_the_map_can_be_read_from_the_last_row(qtbot: QtBot) -> None:
    show, _ = shown(MAP, PROJECTOR)
    found = painted(show)
    assert len(found.texts) > 5
    assert not [text for text in found.texts if text.pixels < TEXT - ROUNDING]
    assert not [s.color.name() for s in found.strokes if s.color.rgb() in LOUD and s.width < LINE - 0.01], SCALE
    show.close()


@pytest.mark.parametrize("axis", ["paper", "pytorch"])
def test_a_click_marks_the_cell_it_falls_on(axis: str, qtbot: QtBot) -> None:
    show, recording = shown({**MAP, "axis": axis})
    story = map_story(show)
    for method, (row, column) in ((0, (10, 9)), (1, (9, 12)), (1, (12, 6))):
        plot = story.maps[method]
        knobs = knobs_of(recording, method, row, column)
        height = knobs["weight_decay"] * (knobs["learning_rate"] if method == 1 and axis == "paper" else 1.0)
        if not plot.y_range[0] < height < plot.y_range[1]:
            continue
        at = plot.point(1.05 * knobs["learning_rate"], 0.9 * height) + QPointF(1.0, -1.0)
        hit = show.stage.handle_at(at)
        assert hit is not None
        assert hit[0] is plot
        asked = dict(hit[1].edit(Grab(*plot.unmap(at), 0.0, 0.0, recording.params)))
        assert asked == knobs
        marked = simulate(recording.params.replace(**asked), 1)
        show.load(marked)
        assert (story.marks[method].x, story.marks[method].y) == pytest.approx((knobs["learning_rate"], height))
        number = float(marked.map_loss[method, row, column])
        assert float(decay_map.tail(marked.test_loss[method])) == number
        assert plot.describe is not None
        text = plot.describe(knobs["learning_rate"], height)
        assert f"test loss {short(number)}" in text
    show.close()


def test_a_click_far_beyond_the_map_stays_within_the_knobs(qtbot: QtBot) -> None:
    show, recording = shown(MAP)
    for plot in map_story(show).maps:
        for x, y in ((1e-9, 1e-9), (1e9, 1e9), (1e-9, 1e9)):
            asked = plot.handles[0].edit(Grab(x, y, x, y, recording.params))
            AdamwParams().replace(**dict(asked))
    show.close()
    show, recording = shown()
    for x in (1e-30, 1e30):
        asked = decay_story(show).sweep.handles[0].edit(Grab(x, 0.0, x, 0.0, recording.params))
        AdamwParams().replace(**dict(asked))
    show.close()


def colors_at(show: Show, plot: Plot, recording: AdamwRecording, method: int, row: int, column: int) -> int:
    """The pixel in the middle of a cell, a little off the marks."""
    image: QImage = show.frame(1920, 1080)
    at = plot.point(float(recording.rates[column]), float(recording.map_decays[row])) + QPointF(3.0, 3.0)
    return image.pixel(round(at.x()), round(at.y())) & 0xFFFFFF


def test_the_first_picture_is_coarse_and_the_last_has_every_cell(qtbot: QtBot) -> None:
    params = AdamwParams.from_mapping({**MAP, "learning_rate": 1.0, "steps": 64, "width": 3, "resolution": "32"})
    decay_map.kept.cache_clear()
    _, first, *_, last = (piece for piece in gradually(params, 1) if isinstance(piece, AdamwRecording))
    show = Show(AdamW, STUDIO)
    show.load(first)
    assert "% of the map is trained" in show.stage.framing.caption
    plot, known = map_story(show).maps[0], np.isfinite(first.map_steps[0])
    for row, column in (
        (27, 14),
        (30, 25),
        (19, 29),
    ):  # unknown yet: each stands for the corner of the smallest block that has one
        assert not known[row, column], (row, column)
        corners = [(row // step * step, column // step * step) for step in (2, 4, 8)]
        corner = next(one for one in corners if known[one])
        assert colors_at(show, plot, first, 0, row, column) == colors_at(show, plot, first, 0, *corner)
    show.load(last)
    assert "trained" not in show.stage.framing.caption
    fresh = Show(AdamW, STUDIO)
    fresh.load(last)
    assert pixels(show.frame(640, 360)) == pixels(fresh.frame(640, 360))
    show.close()
    fresh.close()


def test_better_cells_are_brighter_and_lost_ones_red(qtbot: QtBot) -> None:
    show, recording = shown(MAP)
    losses = recording.map_loss[0]
    best, worst = (divmod(int(place), losses.shape[1]) for place in (np.nanargmin(losses), np.nanargmax(losses)))
    bright, dark = (
        (c >> 8 & 255) for c in (colors_at(show, map_story(show).maps[0], recording, 0, *at) for at in (best, worst))
    )
    assert bright > dark + 40
    lost = colors_at(show, map_story(show).maps[1], recording, 1, 15, 3)
    assert (lost >> 16 & 255) > 2 * (lost & 255)
    show.close()


def test_only_the_marks_move_while_a_person_clicks_through_the_cells(qtbot: QtBot) -> None:
    show, recording = shown(MAP)
    show.frame(640, 360)
    touched: list[Pane] = []
    for pane in show.stage.panes:
        pane.on_change = touched.append
    other = simulate(recording.params.replace(learning_rate=0.05), 1)
    show.load(other)
    assert not set(touched) & set(map_story(show).maps)
    show.load(simulate(recording.params.replace(normalized=False), 1))
    assert set(map_story(show).maps) <= set(touched)
    show.close()


def test_sentences_follow_what_the_settings_show() -> None:
    def said(values: Mapping[str, Value]) -> str:
        return AdamW().sentence(simulate(AdamwParams.from_mapping(values), 1))

    assert said({}) == AdamW.look
    assert "overshoots" in said({"weight_decay": 500.0})
    assert "about η a step where there is no gradient" in said({"weight_decay": 0.001})
    assert "of every weight" in said({"weight_decay": 80.0})
    assert "320 steps of η = 1.0·10⁻⁴ do not lead far" in said({"learning_rate": 1e-4})
    assert "AdamW’s weights shrink by ηλ a step" in said({"learning_rate": 1e-4, "weight_decay": 1e3})
    assert "chosen apart" in said(MAP)
    assert "PyTorch" in said({**MAP, "axis": "pytorch"})
    assert "Adam + L2’s edge that is level" in said({**MAP, "normalized": False})
    assert "Too few settings" in said({**MAP, "noise": 3.0, "examples": 10})


def test_every_preset_shows_what_its_name_says() -> None:
    found = {
        preset.name: simulate(AdamwParams.from_mapping(preset.values), 1)
        for preset in AdamW.presets
        if preset.name != "64 × 64"
    }
    assert found["A tiny λ"].weight[0, 0, -1] < 0.05 < 0.9 < found["A tiny λ"].weight[1, 0, -1]
    loud = found["Loud gradients"].weight[:, 2, -1]
    assert loud[0] > 0.9
    assert loud[1] < 0.1
    rate = found["Any η will do"]
    assert np.nanmean(rate.test_loss[1, -20:]) < 0.6 < np.nanmean(rate.test_loss[0, -20:])
    marked = found["The map"]
    assert (np.nanmean(marked.test_loss[:, -20:], axis=1) < 0.56).all()


def test_a_knob_of_the_other_story_brings_that_story() -> None:
    scene = AdamW()
    params = AdamwParams()
    assert scene.settle(params, "resolution").show == "map"
    assert scene.settle(params.replace(show="map"), "loud").show == "decay"
    assert scene.settle(params.replace(show="map"), "learning_rate").show == "map"


def test_a_path_is_followed_until_it_is_lost() -> None:
    paths = np.array([[1.0, -2.0, 3.5, -1.0, 9.0], [1.0, 0.5, 0.2, 0.1, 0.0]])
    followed = until_lost(paths)
    np.testing.assert_array_equal(followed, [[1.0, -2.0, 3.5, np.nan, np.nan], paths[1]])
    assert LOST < 3.5
