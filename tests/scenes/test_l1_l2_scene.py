"""L1 and L2 on the stage: what presets say, what a pull edits, what stays still, and marks where the numbers are."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.params import Value
from core.simulations.l1_l2 import L1L2Params, L1L2Recording, simulate
from core.theory.penalties import corner_met
from scenes.kit.bowl import ellipse
from scenes.kit.pane import Grab, Pane
from scenes.regularization.l1_l2 import L1L2
from scenes.show import Show
from scenes.theme import STUDIO


def run(seed: int = 0, /, **knobs: Value) -> L1L2Recording:
    return simulate(L1L2Params.from_mapping(knobs), seed)


@pytest.fixture
def held(qtbot: QtBot) -> Iterator[list[Show]]:
    """A show in a list, so that nothing holds it once it is taken out."""
    made = [Show(L1L2, STUDIO)]
    yield made
    made.pop().close()


def scene_of(show: Show) -> L1L2:
    assert isinstance(show.scene, L1L2)
    return show.scene


TOLD = {
    "Diamond": "in a corner, where a weight is exactly 0",
    "Ball": "A ball has no corner",
    "Elastic net": "it reaches 0, but later than L1",
    "Corner missed": "meet an edge of the diamond",
    "Two correlated features": "L1 keeps one and drops the other, the elastic net shares",
    "Subgradient jitters": "Subgradient steps jump across",
    "All zero at λ max": "L1 sets every weight to exactly 0",
    "L2 is weight decay, for SGD": "Adam’s are two: see Adam vs AdamW",
}


@pytest.mark.parametrize("seed", [0, 1])
def test_every_preset_tells_its_part_of_the_story(seed: int) -> None:
    assert {preset.name for preset in L1L2.presets} == set(TOLD)
    for preset in L1L2.presets:
        recording = run(seed, **preset.values)
        sentence = L1L2().sentence(recording)
        assert TOLD[preset.name] in sentence
        assert len(sentence) < 106, "it must stand on one line in the window"


@pytest.mark.parametrize(
    ("knobs", "told"),
    [
        ({"strength": 0.0}, "With λ = 0 there is no penalty"),
        ({"minimum_1": 0.0, "minimum_2": 0.0}, "lowest at 0 itself"),
        ({"strength": 0.2}, "meet an edge of the diamond"),
        ({"walk": "elastic_net"}, "it has not reached 0 where L1 has"),
        ({"walk": "elastic_net", "share": 1.0}, "in a corner"),  # then it is L1
        ({"walk": "weight_decay", "learning_rate": 0.01, "strength": 0.001, "steps": 10}, "have had no time to part"),
        ({"learning_rate": 0.5, "minimum_2": 1.9}, "meet an edge of the diamond"),  # nothing jumps
        ({"learning_rate": 0.5, "walk": "weight_decay", "strength": 1.2, "correlation": 0.9}, "η times the curvature"),
        ({"learning_rate": 1.0, "strength": 0.7, "correlation": -0.98}, "swing far beyond the map"),
    ],
)
def test_the_sentence_follows_what_is_shown(knobs: dict[str, Value], told: str) -> None:
    assert told in L1L2().sentence(run(**knobs))


def test_the_caption_counts_zeros_and_measures_decay(held: list[Show]) -> None:
    (show,) = held
    show.load(run(), 100)
    assert show.stage.framing.caption == (
        "The minimum is in a shaded wedge: L1 has w₂ = 0 exactly, L2 0.41. Zeros of ten: L1 8, L2 0, elastic net 2."
    )
    show.seek(40)
    assert "L1 meets an edge" in show.stage.framing.caption
    show.seek(0)
    assert "No penalty yet" in show.stage.framing.caption
    show.load(run(strength=1.0), 100)
    assert "L1 leaves neither" in show.stage.framing.caption
    show.load(run(walk="weight_decay"), 100)
    assert "10⁻¹⁶ under SGD" in show.stage.framing.caption


def test_events_stand_where_the_first_zeros_are() -> None:
    recording = run(strength=1.2, share=0.9)
    events = L1L2().events(recording)
    assert [event.label for event in events] == ["L1: w₂ = 0", "the elastic net: w₂ = 0", "L1: all ten are 0"]
    first = events[0].k
    assert recording.solution[0, first, 1] == 0.0
    assert recording.solution[0, first - 1, 1] != 0.0
    assert recording.relative[events[2].k] >= 1.0 - 1e-9


def pulled(show: Show, pane: Pane, number: int, x: float, y: float) -> dict[str, Value]:
    assert show.recording is not None
    return dict(pane.handles[number].edit(Grab(x, y, x, y, show.recording.params)))


def test_minimum_and_start_are_dragged_and_stay_on_the_map(held: list[Show]) -> None:
    (show,) = held
    show.load(run(), 100)
    scene = scene_of(show)
    for view in scene.maps:
        found = show.stage.handle_at(view.plot.point(2.0, 0.7))
        assert found is not None
        assert found[1].name == "minimum"
        assert found[0] is view.plot
    start = show.stage.handle_at(scene.maps[0].plot.point(-1.4, 1.6))
    assert start is not None
    assert start[1].name == "start"
    assert show.stage.handle_at(scene.maps[1].plot.point(-1.4, 1.6)) is None  # the descents go on another map
    assert pulled(show, scene.maps[1].plot, 0, 1.5, -9.0) == {"minimum_1": 1.5, "minimum_2": -2.8}
    assert pulled(show, scene.maps[0].plot, 1, 0.5, 9.0) == {"start_1": 0.5, "start_2": 2.8}


@pytest.mark.parametrize("k", [0, 25, 100])
def test_the_rule_follows_the_pointer_at_every_frame(held: list[Show], k: int) -> None:
    (show,) = held
    recording = run()
    show.load(recording, k)
    below = scene_of(show).paths[1]
    turned = recording.params.replace(**pulled(show, below.plot, 0, 0.25, 0.0))
    show.load(simulate(turned, 0), k)
    assert below.rule.x == pytest.approx(0.25 if k else 0.0)
    assert pulled(show, below.plot, 0, 9.0, 0.0) == {"strength": 1.2}


def test_turning_the_strength_repaints_nothing_that_stands_still(held: list[Show]) -> None:
    (show,) = held
    show.load(run(), 60)
    scene = scene_of(show)
    touched: list[Pane] = []
    for pane in show.stage.panes:
        pane.on_change = touched.append
    show.load(run(strength=0.4), 60)
    maps_and_paths = {view.plot for view in scene.maps} | {below.plot for below in scene.paths}
    assert not maps_and_paths & set(touched)
    show.load(run(strength=0.4, correlation=0.5), 60)
    assert maps_and_paths <= set(touched)


def test_set_contour_and_wedge_meet_in_the_marked_point(held: list[Show]) -> None:
    (show,) = held
    recording = run(share=0.8)
    show.load(recording, 100)
    for number, view in enumerate(scene_of(show).maps):
        w = recording.solution[number, -1]
        assert (view.touching.x, view.touching.y) == pytest.approx(tuple(w))
        edge = np.hypot(*(view.set.shapes[0] - w).T).min()
        contour = np.hypot(view.contour.x - w[0], view.contour.y - w[1]).min()
        assert edge < 0.03  # as near as 96 points lie to each other
        assert contour < 0.06
        assert len(view.wedges.shapes) == (0 if number == 1 else 4)
    wedge = scene_of(show).maps[0].wedges.shapes[0]
    assert wedge[0].tolist() == pytest.approx(recording.solution[0, -1].tolist())
    assert corner_met(recording.gram, recording.minimum, float(np.abs(recording.solution[0, -1]).sum()), 1.0) == 0


def test_an_ellipse_is_a_contour() -> None:
    hessian, center = np.array([[1.0, 0.7], [0.7, 1.0]]), np.array([0.5, -1.0])
    off = ellipse(hessian, center, 1.7) - center
    np.testing.assert_allclose(np.sqrt((off * (off @ hessian)).sum(axis=1)), 1.7, rtol=1e-12)


def test_weights_and_closed_form_agree_where_the_features_are_orthonormal(held: list[Show]) -> None:
    (show,) = held
    recording = run(orthonormal=True, correlation=0.0)
    show.load(recording, 100)
    shrink = scene_of(show).shrink
    for form, dots in zip(shrink.forms, shrink.dots, strict=False):
        np.testing.assert_allclose(dots.y, np.interp(dots.x, form.x, form.y), atol=1e-12)
    show.load(run(), 100)
    assert np.abs(shrink.dots[1].y - np.interp(shrink.dots[1].x, shrink.forms[1].x, shrink.forms[1].y)).max() > 0.05


def test_the_weight_that_is_watched_is_the_one_nearest_zero(held: list[Show]) -> None:
    (show,) = held
    show.load(run())
    assert scene_of(show).descents.plot.title == "Weight 2 by step, under L1"
    show.load(run(minimum_1=0.7, minimum_2=2.0, walk="elastic_net"))
    assert scene_of(show).descents.plot.title == "Weight 1 by step, under the net"
    low, high = scene_of(show).descents.plot.y_range
    assert low < 0.0 < high


def test_runaways_leave_the_axis_as_it_was(held: list[Show]) -> None:
    (show,) = held
    knobs: dict[str, Value] = {"walk": "l2", "learning_rate": 1.0, "strength": 1.2, "correlation": 0.98, "steps": 200}
    show.load(run(minimum_1=2.8, minimum_2=2.8, **knobs), 100)
    low, high = scene_of(show).descents.plot.y_range
    assert high - low < 15.0
    assert not show.frame(640, 360).isNull()
    assert "Subgradient steps run away: η times the curvature with the penalty’s is 8.63" in show.stage.framing.look
