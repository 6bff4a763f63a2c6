"""Sharp and flat minima on the stage: three stories in one room, heaps of runs, what is said of them, and what a pull edits."""

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.params import Value
from core.sharp_flat.knobs import SharpFlatParams, suggested
from core.sharp_flat.landscape import borders, losses, two_valleys
from core.sharp_flat.recording import PARTICLES, SharpFlatRecording
from core.simulations.sharp_flat import floors, gradually, simulate
from scenes.kit.heap import Heap
from scenes.kit.numbers import short, whole
from scenes.kit.pane import Grab, Pane
from scenes.kit.plot import Plot
from scenes.layout import Shape
from scenes.optimizers.sharp_flat import TOLD_BY, SharpFlat
from scenes.optimizers.sharp_flat_rescaling import RescalingStory
from scenes.optimizers.sharp_flat_valleys import METHODS, ValleyStory, steepest, together
from scenes.optimizers.sharp_flat_wilson import SLOTS, WilsonStory
from scenes.optimizers.sharp_flat_words import percent, warmth
from scenes.show import Show
from scenes.theme import PAPER, PROJECTOR, STUDIO, Theme
from tests.scenes.test_battery import picture, pixels
from tests.scenes.test_last_row import LINE, LOUD, ROUNDING, SIZE, TEXT, painted

STORIES: dict[str, dict[str, Value]] = {
    "valleys": {},
    "rescaling": {"story": "rescaling", **suggested("rescaling")},
    "wilson": {"story": "wilson", **suggested("wilson")},
}
TOLD = {
    "Noise as temperature": "the hotter a method runs",
    "Large batch": "far too cold for this barrier",
    "Momentum runs hotter": "Momentum adds up 10 gradients",
    "Adam counts √B": "its temperature goes with η/√B",
    "Too steep for η": "ηλ♯ = 2.4 is above 2",
    "Shifted test surface": "The test surface is moved by δ = 0.1",
    "Sharpness rescaled": "One and the same function",
    "Wilson’s data": "call every −1 a +1",
}


@cache
def made(params: SharpFlatParams, seed: int) -> SharpFlatRecording:
    return simulate(params, seed)


def run(values: Mapping[str, Value] | None = None, seed: int = 1) -> SharpFlatRecording:
    return made(SharpFlatParams.from_mapping(values or {}), seed)


def shown(
    values: Mapping[str, Value] | None = None, theme: Theme = STUDIO, shape: Shape = "wide"
) -> tuple[Show, SharpFlatRecording]:
    recording = run(values)
    show = Show(SharpFlat, theme, shape)
    show.load(recording, recording.last)
    return show, recording


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[list[tuple[Show, SharpFlatRecording]]]:
    """A show with its recording in a list, so that nothing holds it once it is taken out."""
    held = [shown()]
    yield held
    held.pop()[0].close()


def valleys_of(show: Show) -> ValleyStory:
    story = show.scene.stories["valleys"]  # type: ignore[attr-defined]
    assert isinstance(story, ValleyStory)
    return story


def pulled(show: Show, pane: Pane, at: QPointF, to: tuple[float, float]) -> dict[str, Value]:
    """What is asked for when the handle at a stage point is pulled to a place of its pane."""
    hit = show.stage.handle_at(at)
    assert hit is not None
    assert hit[0] is pane
    assert show.recording is not None
    return dict(hit[1].edit(Grab(*to, *pane.unmap(at), show.recording.params)))


# -- words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
def test_every_preset_tells_its_part_of_the_story(seed: int) -> None:
    assert {preset.name for preset in SharpFlat.presets} == set(TOLD)
    for preset in SharpFlat.presets:
        sentence = SharpFlat().sentence(run(preset.values, seed))
        assert TOLD[preset.name] in sentence, preset.name
        assert len(sentence) < 112


def test_what_the_default_says_is_so_by_theory_and_by_count() -> None:
    recording = run()
    warm, left = warmth(recording), recording.share[:, -1, 0]
    assert list(np.argsort(warm)) == list(np.argsort(-left)), "the hotter, the fewer are left"
    # Gibbs's density in a valley of curvature λ has the variance T/λ.
    assert warm == pytest.approx([20.0 * spread for spread in recording.floor[:, 0]])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"noise": 0.0}, "Without noise there is no temperature"),
        ({"noise": 0.0, "momentum": 0.99, "start": -2.0}, "where one has come to rest it stays"),  # it rolls over the barrier
        ({"shift": 0.1, "steps": 20}, "the loss changes by 0.083 in the sharp valley, −0.0043 in the flat one"),
        ({"sharpness": 1.0}, "equally wide"),
        ({"learning_rate": 0.11}, "ηλ♯ = 2.2 is above 2"),
        ({"start": 1.0}, "begin outside of the sharp valley"),
        ({**STORIES["wilson"], "learning_rate": 0.3}, "Not all of them have fitted"),
        ({**STORIES["wilson"], "learning_rate": 1.0, "steps": 2000}, "η is too large for SGD"),
    ],
    ids=str,
)
def test_special_settings_have_a_sentence_of_their_own(values: dict[str, Value], told: str) -> None:
    recording = run(values)
    assert told in SharpFlat().sentence(recording)


def test_captions_say_what_is_in_the_recording() -> None:
    scene = SharpFlat()
    recording = run()
    for k in (0, 77, recording.last):
        said = scene.caption(recording, k)
        assert f"After {recording.step[k]:.0f} steps" in said
        for m, name in enumerate(("SGD", "Momentum", "Adam")):
            held = np.mean(np.abs(recording.position[m, k] + 0.095) < 0.103)  # the sharp valley lies from −0.198 to 0.006
            assert f"{percent(float(held))} of {name}’s" in said
    turned = run(STORIES["rescaling"])
    assert f"λmax is {whole(round(float(turned.sharpness[30])))};" in scene.caption(turned, 30)
    assert scene.place(turned, 30) == f"c = {short(float(turned.scale[30]))}"
    learned = run(STORIES["wilson"])
    assert scene.caption(learned, 150).endswith(f"Adam {percent(learned.minus)}. Share of −1: {percent(learned.minus)}.")


def test_events_stand_where_it_happens() -> None:
    scene = SharpFlat()
    recording = run()
    half = {event.label.partition(":")[0]: event.k for event in scene.events(recording)}
    assert set(half) == {"SGD", "Momentum"}
    for m, name in enumerate(("SGD", "Momentum")):
        assert recording.share[m, half[name], 0] <= 0.5 < recording.share[m, half[name] - 1, 0]
    turned = run(STORIES["rescaling"])
    tens = scene.events(turned)
    assert [event.label for event in tens] == ["λmax is 10 times what it was", "λmax is 100 times what it was"]
    for event, times in zip(tens, (10.0, 100.0), strict=True):
        assert turned.sharpness[event.k] >= times * turned.sharpness[0] > turned.sharpness[event.k - 1]
    learned = run({**STORIES["wilson"], "learning_rate": 1.0, "steps": 2000})
    lost = [event for event in scene.events(learned) if event.kind == "bad"]
    assert [event.label for event in lost] == ["SGD diverged"]
    assert learned.step[lost[0].k] >= learned.endings[0].step > learned.step[lost[0].k - 1]


# -- rooms --------------------------------------------------------------------------------------------------------------


def test_one_story_at_a_time_and_nothing_of_another_remains(qtbot: QtBot) -> None:
    used = Show(SharpFlat, STUDIO)
    first: dict[str, bytes] = {}
    recordings = {story: run(values) for story, values in STORIES.items()}
    for story in ("valleys", "rescaling", "wilson", "valleys", "wilson", "rescaling", "valleys"):
        recording = recordings[story]
        used.load(recording, recording.last // 2)
        stories = used.scene.stories  # type: ignore[attr-defined]
        assert all(pane in stories[story].panes for pane in used.stage.panes if not pane.hidden)
        drawn = pixels(used.frame(*SIZE))
        assert first.setdefault(story, drawn) == drawn, story
        for other in set(STORIES) - {story}:
            for pane in stories[other].panes:
                hit = used.stage.handle_at(pane.rect.center())
                assert hit is None or hit[0] in stories[story].panes
    assert len(set(first.values())) == 3
    used.close()


@pytest.mark.parametrize("story", ["rescaling", "wilson"])
def test_the_other_stories_do_what_the_battery_asks(story: str, qtbot: QtBot) -> None:
    forward, recording = shown(STORIES[story])
    stops = [0, 1, recording.last // 2, recording.last]
    in_order = {k: picture(forward, k) for k in stops}
    for k in [*reversed(stops), 1, 1, 0]:
        assert picture(forward, k) == in_order[k]
    assert len(set(in_order.values())) == 4
    forward.close()
    for theme, shape, size in ((PAPER, "tall", (540, 960)), (PROJECTOR, "square", (720, 720))):
        show, _ = shown(STORIES[story], theme, shape)  # type: ignore[arg-type]
        colors = np.frombuffer(pixels(show.frame(*size)), dtype=np.uint32) & 0xFFFFFF
        assert 0.05 < float(np.mean(colors != colors[0])) < 0.9
        show.close()


@pytest.mark.parametrize("story", ["rescaling", "wilson"])
def test_the_other_stories_can_be_read_from_the_last_row(story: str, qtbot: QtBot) -> None:
    show, _ = shown(STORIES[story], PROJECTOR)
    found = painted(show)
    assert len(found.texts) > 5
    assert not [text.text for text in found.texts if text.pixels < TEXT - ROUNDING]
    assert not [stroke.color.name() for stroke in found.strokes if stroke.color.rgb() in LOUD and stroke.width < LINE - 0.01]
    show.close()


def test_what_is_not_known_yet_is_not_drawn(qtbot: QtBot) -> None:
    pieces = gradually(SharpFlatParams(barrier=0.3), 1)
    first = next(piece for piece in pieces if not isinstance(piece, float))
    show = Show(SharpFlat, STUDIO)
    show.load(first, first.last)
    story = valleys_of(show)
    before = pixels(show.frame(*SIZE))
    assert not story.points[0].x.size
    assert story.corners[0].text == ""
    assert "not run yet" in story._describe(0.05, 16.0)
    second = next(piece for piece in pieces if not isinstance(piece, float))
    show.load(second, second.last)
    assert np.isfinite(story.told.y).all(), "theory comes second"
    assert pixels(show.frame(*SIZE)) != before
    show.close()


# -- heaps --------------------------------------------------------------------------------------------------------------


def test_a_heap_fills_the_height_of_its_histogram(qtbot: QtBot, opened: list[tuple[Show, SharpFlatRecording]]) -> None:
    show, recording = opened[0]
    story = valleys_of(show)
    landscape = two_valleys(20.0, 0.1)
    for m in range(len(METHODS)):
        heap = story.heaps[m]
        x, y = heap.cloud.points.T
        assert np.array_equal(x, recording.position[m, -1])
        above = (y - losses(x, landscape)) / heap.scale  # in runs
        counts, _ = np.histogram(x, story.edges)
        assert np.array_equal(counts, together(recording.count[m, -1]))
        inside = (x >= story.edges[0]) & (x < story.edges[-1])
        many = counts[np.digitize(x[inside], story.edges) - 1]
        share = above[inside] / many
        assert share.min() >= 0.0
        assert share.max() <= 1.0
        assert np.histogram(share, 10, (0.0, 1.0))[0].min() > 0.07 * inside.sum(), "evenly filled"


def test_a_run_keeps_its_place_in_the_heap(qtbot: QtBot, opened: list[tuple[Show, SharpFlatRecording]]) -> None:
    show, _ = opened[0]
    heap = Heap(valleys_of(show).plots[0], "optimizer.sgd")
    heap.prepare(4, np.array([0.0, 1.0, 2.0]), 0.5)
    x = np.array([0.5, 1.5, 1.5, 9.0])
    heap.set(x, np.zeros(4), np.array([10.0, 20.0]))
    first = heap.cloud.points[:, 1]
    heap.set(x, np.full(4, 3.0), np.array([20.0, 40.0]))
    assert heap.cloud.points[:, 1] - 3.0 == pytest.approx(2.0 * first)
    assert first[3] == 0.0, "beyond the bins there is no heap"
    assert (first[:3] > 0.0).all()


def test_theory_lies_on_the_heap_of_sgd(opened: list[tuple[Show, SharpFlatRecording]]) -> None:
    show, recording = opened[0]
    story = valleys_of(show)
    expected = (story.expected.y - losses(story.expected.x, two_valleys(20.0, 0.1))) / story.heaps[0].scale
    counted = together(recording.count[0, -1])
    known = np.isfinite(expected)
    off = (counted - expected)[known] / np.sqrt(np.maximum(expected[known], 4.0))
    assert np.abs(off).max() < 5.0
    assert abs(float(expected[known].sum()) - PARTICLES) < 5.0


# -- maps, lines and losses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_along_the_dashed_line_of_the_map_temperature_stays(method: str, qtbot: QtBot) -> None:
    show, recording = shown({"shown": method, "batch": 4})
    story = valleys_of(show)
    (left, right), (low, high) = story.equal.x, story.equal.y
    slope = np.log(high / low) / np.log(right / left)
    for factor in (0.5, 2.0):
        batch = max(round(4 * factor**slope), 1)
        there = recording.params.replace(learning_rate=0.05 * (batch / 4) ** (1.0 / slope), batch=batch)
        heats = [floors(params)[1][METHODS.index(method)] for params in (recording.params, there)]
        assert heats[1] == pytest.approx(heats[0], rel=0.1 if method == "adam" else 1e-9)
    assert (story.here.x, story.here.y) == (0.05, 4.0)
    show.close()


def test_beyond_the_red_line_nobody_rests_in_the_sharp_minimum_even_without_noise() -> None:
    for method, m in (("sgd", 0), ("momentum", 1)):
        params = SharpFlatParams(noise=0.0, momentum=0.5)
        limit = steepest(params, method)
        for factor, rests in ((0.97, True), (1.03, False)):
            recording = simulate(params.replace(learning_rate=limit * factor), 1)
            off = np.abs(recording.position[m, -1] - two_valleys(20.0, 0.1).sharp_at)
            assert (off.max() < 1e-6) if rests else (off.min() > 1e-2), (method, factor)
            assert np.isfinite(warmth(recording)[m]) == rests
    assert np.isnan(steepest(SharpFlatParams(), "adam"))


def test_the_map_says_what_lies_under_the_pointer_and_takes_it(opened: list[tuple[Show, SharpFlatRecording]]) -> None:
    show, recording = opened[0]
    story = valleys_of(show)
    column, row = 4, 5
    rate, batch = float(recording.rate[column]), float(recording.map_batch[row])
    assert story.map.describe is not None
    said = story.map.describe(rate * 1.05, batch * 0.95)
    assert said.endswith(f"{percent(float(recording.map_share[0, column, row]))} left in the sharp valley")
    assert pulled(show, story.map, story.map.point(rate, batch), (rate, batch)) == {"learning_rate": rate, "batch": 32}
    assert pulled(show, story.map, story.map.point(rate, batch), (9.0, 1e5)) == {"learning_rate": 1.0, "batch": 256}


def test_start_and_test_surface_are_pulled_along_x(opened: list[tuple[Show, SharpFlatRecording]]) -> None:
    show, recording = opened[0]
    story = valleys_of(show)
    flat = two_valleys(20.0, 0.1).flat_at
    for plot in story.plots:
        assert pulled(show, plot, plot.point(-0.1, 0.0), (0.4, 0.0)) == {"start": 0.4}
        assert pulled(show, plot, plot.point(-0.1, 0.0), (99.0, 0.0)) == {"start": 3.0}
        at = plot.point(flat + recording.params.shift, 0.0)
        assert pulled(show, plot, at, (flat + 0.2, 0.0)) == {"shift": pytest.approx(0.2)}
        assert pulled(show, plot, at, (flat - 0.2, 0.0)) == {"shift": 0.0}


def test_gaps_reach_from_training_to_test_loss(opened: list[tuple[Show, SharpFlatRecording]]) -> None:
    show, recording = opened[0]
    story = valleys_of(show)
    edges = borders(two_valleys(20.0, 0.1))
    for m in range(len(METHODS)):
        x = recording.position[m, -1]
        for v, inside in enumerate(((x > edges.left) & (x < edges.top), (x >= edges.top) & (x < edges.right))):
            train = float(losses(x[inside], two_valleys(20.0, 0.1)).mean())
            test = float(losses(x[inside] - 0.05, two_valleys(20.0, 0.1)).mean())
            assert (story.train[m][v].y, story.test[m][v].y) == pytest.approx((train, test))
            assert story.gaps[m].y[3 * v : 3 * v + 2] == pytest.approx([train, test])


def test_the_largest_factor_is_pulled(qtbot: QtBot) -> None:
    show, recording = shown(STORIES["rescaling"])
    story = show.scene.story  # type: ignore[attr-defined]
    assert isinstance(story, RescalingStory)
    assert isinstance(story.sharpness, Plot)
    at = story.sharpness.point(5.0, 1000.0)
    assert pulled(show, story.sharpness, at, (12.0, 1000.0)) == {"factor": 12.0}
    assert pulled(show, story.sharpness, at, (0.1, 1000.0)) == {"factor": 2.0}
    assert (story.head.x, story.head.y) == (recording.scale[-1], recording.sharpness[-1])
    assert np.abs(story.answer.y - story.before.y).max() < 1e-12, "one function"
    assert np.abs(story.now[0].y - story.first[0].y).max() > 1.0, "two slices"
    show.close()


def test_stems_end_at_the_weights(qtbot: QtBot) -> None:
    show, recording = shown(STORIES["wilson"])
    story = show.scene.story  # type: ignore[attr-defined]
    assert isinstance(story, WilsonStory)
    for m in range(4):
        assert story.stems[m].y[1::3] == pytest.approx(recording.weight[m, -1])
        for feature in range(4):
            head = story.heads[feature][m]
            assert (head.x, head.y) == (SLOTS[m, feature], recording.weight[m, -1, feature])
    new = recording.weight[:, -1, 1] * 2.0 - recording.weight[:, -1, 0]
    assert [tip.y for tip in story.tips[1]] == pytest.approx(new.tolist())
    assert [goal.y for goal in story.goals[1]] == pytest.approx([recording.end_weight[0] @ [-1, 2, 0, 0], 0.25])
    show.close()


def test_among_the_examples_that_are_shown_there_is_one_of_each_kind(qtbot: QtBot) -> None:
    show, recording = shown({**STORIES["wilson"], "examples": 200, "positive": 0.95})
    story = show.scene.story  # type: ignore[attr-defined]
    assert isinstance(story, WilsonStory)
    assert (recording.y < 0.0).sum() == 10
    assert set(story.y.tolist()) == {-1.0, 1.0}
    assert len(story.y) == 12
    show.close()


def test_a_knob_brings_its_story_and_a_story_its_steps() -> None:
    scene, params = SharpFlat(), SharpFlatParams()
    assert set(TOLD_BY.values()) == {"valleys", "rescaling", "wilson"}
    assert scene.settle(params.replace(batch=4), "batch") == params.replace(batch=4)
    brought = scene.settle(params.replace(positive=0.8), "positive")
    assert (brought.story, brought.steps, brought.learning_rate, brought.positive) == ("wilson", 200, 0.02, 0.8)
    assert scene.settle(brought.replace(learning_rate=0.1), "learning_rate") == brought.replace(learning_rate=0.1)
    assert scene.settle(brought.replace(factor=5.0), "factor").story == "rescaling"
    assert scene.settle(brought.replace(story="valleys"), "story").learning_rate == 0.05
