"""Vanishing gradients on the stage: choosing a layer, the front of the gradient, and words for what is off the axis."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from core.params import Value
from core.simulations.vanishing_gradients import YOURS, VanishingGradientsParams, VanishingGradientsRecording, simulate
from scenes.depth.vanishing_gradients import VanishingGradients, names_of
from scenes.kit.layer_rows import LayerRows
from scenes.kit.pane import Grab
from scenes.show import Show
from scenes.theme import STUDIO


def run(**knobs: Value) -> VanishingGradientsRecording:
    return simulate(VanishingGradientsParams.from_mapping({"depth": 10, "width": 32, "steps": 3, **knobs}), 1)


@pytest.fixture
def held(qtbot: object) -> Iterator[list[Show]]:
    """A show in a list, so that nothing holds it once it is taken out."""
    made = [Show(VanishingGradients, STUDIO)]
    yield made
    made.pop().close()


def scene_of(show: Show) -> VanishingGradients:
    assert isinstance(show.scene, VanishingGradients)
    return show.scene


@pytest.mark.parametrize("layer", [0, 4, 9])
def test_a_click_on_a_layer_chooses_it(held: list[Show], layer: int) -> None:
    (show,) = held
    recording = run()
    show.load(recording)
    scene = scene_of(show)
    cell = scene.rows.cell(2, layer)
    at = cell.center()
    hit = show.stage.handle_at(at)
    assert hit is not None
    pane, handle = hit
    x, y = pane.unmap(at)
    chosen = recording.params.replace(**handle.edit(Grab(x, y, x, y, recording.params)))
    assert round(chosen.layer * 9) == layer
    point = scene.gradient.point(layer + 1.0, 1.0)
    hit = show.stage.handle_at(point)
    assert hit is not None
    x, y = hit[0].unmap(point)
    assert round(recording.params.replace(**hit[1].edit(Grab(x, y, x, y, recording.params))).layer * 9) == layer
    assert abs(point.x() - at.x()) < 1.0, "the cells stand below their layers"


def test_the_gradient_walks_from_the_last_layer_to_the_first(held: list[Show]) -> None:
    (show,) = held
    show.load(run())
    scene = scene_of(show)
    shown = []
    for k in (0, 1, 4, 10):
        show.seek(k)
        shown.append((scene.lines[0].x.tolist(), scene.rows.known))
    assert shown[0] == ([], (10, 10))
    assert shown[1] == ([10.0], (9, 10))
    assert shown[2] == ([7.0, 8.0, 9.0, 10.0], (6, 10))
    assert shown[3][1] == (0, 10)


def test_cells_are_bright_where_the_gradient_is_large(held: list[Show]) -> None:
    (show,) = held
    recording = run(depth=30, activation="relu", init="he", gain=1.5, residual=False)
    show.load(recording, 30)
    brightness = scene_of(show).rows.brightness
    assert (np.diff(brightness[0]) >= 0).all()
    assert brightness[0, 0] == 0.0
    assert (brightness[YOURS, :20] > 1.0).all()


def test_what_lies_below_the_axis_is_said(held: list[Show]) -> None:
    (show,) = held
    show.load(run(depth=100))
    scene = scene_of(show)
    assert scene.edges[0].text == "below 10⁻³⁰"
    assert scene.gradient.y_range[0] >= 0.9e-30
    show.load(run())
    assert scene.edges[0].text == scene.edges[1].text == ""


def test_a_divergence_is_marked_on_picture_and_timeline(held: list[Show]) -> None:
    (show,) = held
    recording = run(depth=30, activation="relu", init="he", gain=2.0, residual=False)
    show.load(recording, recording.last)
    scene = scene_of(show)
    assert scene.lost.text == "yours diverged"
    assert "yours diverged" in show.stage.framing.caption
    assert [event.kind for event in scene.events(recording)] == ["note", "bad"]
    assert np.isnan(scene.rows.brightness[YOURS]).all()
    show.seek(30)
    assert scene.lost.text == ""


def test_theory_says_how_far_it_goes(held: list[Show]) -> None:
    (show,) = held
    show.load(run(depth=40, activation="relu", init="he"))
    assert "theory ends at layer" in scene_of(show).rows.remarks[YOURS]
    show.load(run(normalization="batch"))
    assert "no theory" in scene_of(show).rows.remarks[YOURS]


def test_the_tooltip_names_layer_and_sizes(held: list[Show]) -> None:
    (show,) = held
    recording = run()
    show.load(recording)
    describe = scene_of(show).gradient.describe
    assert describe is not None
    text = describe(3.2, 1.0)
    assert text.startswith("layer 3: Sigmoid, Xavier ")
    assert "Yours" in text


def test_a_net_is_named_by_all_that_makes_it() -> None:
    params = VanishingGradientsParams(activation="gelu", init="he", gain=1.5, normalization="layer", clipping=True)
    assert names_of(params)[YOURS] == "Yours: GELU, He × 1.5 + layer norm + skips + clipping"


@pytest.mark.parametrize("preset", VanishingGradients.presets, ids=lambda preset: preset.name)
def test_every_preset_draws(held: list[Show], preset: object) -> None:
    (show,) = held
    values = next(p.values for p in VanishingGradients.presets if p is preset)
    show.load(run(**{**values, "depth": 20}))
    show.seek(12)
    assert not show.frame(640, 360).isNull()


def test_rows_narrower_than_a_histogram_draw_none(held: list[Show]) -> None:
    (show,) = held
    canvas = show.stage.canvas(QRectF(0, 0, 400, 300))
    rows = LayerRows(canvas, ("series.1",), 0.0, 400.0)
    rows.prepare(("one",), ("",), np.ones((1, 10, 4)), 0)
    assert rows._rects[0]
    rows.prepare(("one",), ("",), np.ones((1, 200, 4)), 0)
    assert not rows._rects[0]
    assert rows.layer_at(-5.0) == 0
    assert rows.layer_at(1e6) == 199
