"""Adam on the stage: which panes a signal needs, what the lines say, what the handles edit, and words that stay true."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from core.params import Value
from core.simulations.adam import SIGNALS, AdamParams, AdamRecording, simulate, suggested
from core.theory.adam import first_step
from scenes.kit.beta_map import BetaMap, beta, nines
from scenes.kit.pane import Grab
from scenes.kit.plot import Plot
from scenes.kit.stems import Stems
from scenes.optimizers.adam import Adam
from scenes.optimizers.adam_words import table, told
from scenes.show import Show
from scenes.theme import STUDIO

SMALL = (640, 360)


def run(signal: str = "constant", **knobs: Value) -> AdamRecording:
    return simulate(AdamParams(signal=signal).replace(**{**suggested(signal), **knobs}), 1)


@pytest.fixture
def held(qtbot: object) -> Iterator[list[Show]]:
    """A show in a list, so that nothing holds it once it is taken out."""
    made = [Show(Adam, STUDIO)]
    yield made
    made.pop().close()


def scene_of(show: Show) -> Adam:
    assert isinstance(show.scene, Adam)
    return show.scene


def pull(show: Show, at: QPointF) -> AdamParams:
    """The params after a press at a stage point."""
    hit = show.stage.handle_at(at)
    assert hit is not None
    pane, handle = hit
    x, y = pane.unmap(at)
    assert show.recording is not None
    params = show.recording.params
    assert isinstance(params, AdamParams)
    return params.replace(**handle.edit(Grab(x, y, x, y, params)))


@pytest.mark.parametrize("signal", SIGNALS)
def test_panes_in_one_place_are_never_seen_together(held: list[Show], signal: str) -> None:
    (show,) = held
    show.load(run(signal))
    plots = [pane for pane in show.stage.panes if isinstance(pane, Plot) and not pane.hidden]
    assert len(plots) == (3 if signal == "surface" else 4)
    for plot in plots:
        assert plot.item.isVisible()
        assert not any(plot.rect.intersects(other.rect) for other in plots if other is not plot)


@pytest.mark.parametrize(
    ("before", "after"),
    [("constant", "surface"), ("surface", "spike"), ("spike", "reddi"), ("reddi", "noise"), ("reddi", "surface")],
)
def test_nothing_of_another_signal_remains(held: list[Show], before: str, after: str) -> None:
    (show,) = held
    show.load(run(before, steps=40), 20)
    show.frame(*SMALL)
    show.load(run(after, steps=50), 30)
    fresh = Show(Adam, STUDIO)
    fresh.load(run(after, steps=50), 30)
    assert show.frame(*SMALL) == fresh.frame(*SMALL)
    fresh.close()


def test_dashed_lines_stand_where_theory_says(held: list[Show]) -> None:
    (show,) = held
    show.load(run(), 12)
    view = scene_of(show).stream
    assert [rule.y for rule in view.limits] == pytest.approx([1.0, 3.162, 6.569], abs=1e-3)
    assert [name.text for name in view.names] == ["1.000 corrected", "3.162 at step 1", "6.569 at step 12"]
    assert [marker.y for marker in view.heads] == pytest.approx([1.0, 6.569], abs=1e-3)
    show.load(run(noise=1.0))
    assert [name.text for name in view.names] == ["0.707 on average", "", ""]
    show.load(run("noise", scale=1e-8))
    assert view.curves[0].y[[0, -1]] == pytest.approx([0.5, 0.5 * 0.2294], abs=1e-4)
    show.load(run("spike", noise=0.1))
    assert all(np.isnan(rule.y) for rule in view.limits)


def test_the_map_of_betas_takes_and_shows_them(held: list[Show]) -> None:
    (show,) = held
    show.load(run())
    pane = scene_of(show).betas
    turned = pull(show, pane.point(2.0, 1.0))
    assert (turned.beta1, turned.beta2) == (0.99, 0.9)
    corner = pull(show, pane.point(pane.x_range[1] - 0.01, pane.y_range[1] - 0.01))
    assert (corner.beta1, corner.beta2) == (0.999, 0.9999)
    low = pull(show, pane.point(pane.x_range[0] + 0.01, pane.y_range[0] + 0.01))
    assert (low.beta1, low.beta2) == (0.0, 0.0)
    show.load(run(beta1=0.99, beta2=0.9))
    marks = scene_of(show).map
    assert (marks.here.x, marks.here.y) == pytest.approx((2.0, 1.0))
    assert marks.value.text == "0.0316 η"
    for x, y in zip(marks.even.x.tolist(), marks.even.y.tolist(), strict=True):
        assert first_step(1.0 - 10.0**-x, 1.0 - 10.0**-y) == pytest.approx(1.0)
    for value in (0.0, 0.9, 0.99, 0.999):
        assert beta(nines(value)) == value
    assert BetaMap.chosen(9.0, 9.0) == {"beta1": 0.999, "beta2": 0.9999}


def test_the_spike_can_be_put_anywhere(held: list[Show]) -> None:
    (show,) = held
    show.load(run("spike"))
    lone = scene_of(show).lone
    assert pull(show, lone.point(100.0, 1.0)).spike_at == 100
    assert pull(show, lone.point(9_999.0, 1.0)).spike_at in range(9_900, 10_001)
    marks = scene_of(show).spike.here
    assert [mark.x for mark in marks] == [5000.0, 5000.0]
    assert [mark.y for mark in marks] == pytest.approx([3.152, 3.162], abs=5e-4)


def test_other_handles_edit_what_they_say(held: list[Show]) -> None:
    (show,) = held
    show.load(run("surface"))
    ravine = scene_of(show).ravine
    at = ravine.map.point(-8.0, 3.0)
    hit = show.stage.handle_at(at + QPointF(5.0, 5.0))
    assert hit is not None
    assert hit[1].name == "start point"
    params = AdamParams(signal="surface")
    assert hit[1].edit(Grab(99.0, -2.0, -8.0, 3.0, params)) == {"start_x": 10.0, "start_y": -2.0}
    show.load(run("reddi"))
    assert pull(show, scene_of(show).drift.point(0.8, 0.0)).beta2 == pytest.approx(0.8)


def test_equal_steps_are_seen_as_a_diagonal(held: list[Show]) -> None:
    (show,) = held
    show.load(run("surface"), 0)
    ravine = scene_of(show).ravine
    along, across = (ravine.map.point(*ends) - ravine.map.point(0.0, 0.0) for ends in ((1.0, 0.0), (0.0, 1.0)))
    assert along.x() == pytest.approx(-across.y())
    (x0, y0, x1, _), (_, _, _, y2) = (part.ends for part in ravine.parts)
    assert x1 - x0 == pytest.approx(-(y2 - y0), rel=1e-6)
    assert x1 > x0


@pytest.mark.parametrize(
    ("signal", "knobs", "phrase"),
    [
        ("constant", {}, "the first step is 3.16 η, number 12 is 6.57 η"),
        (
            "constant",
            {"beta1": 0.99, "beta2": 0.9},
            "Here 1 − β₁ < √(1 − β₂): uncorrected, the first step is only 0.0316 η, too short",
        ),
        ("constant", {"beta1": 0.995, "beta2": 0.9999, "steps": 500}, "0.500 η, but number"),
        (
            "constant",
            {"beta1": 0.9, "beta2": 0.99},
            "about equal: uncorrected, the first step is about η, but number 13 is 2.13 η",
        ),
        ("constant", {"scale": 1e-8}, "not large beside ε"),
        ("constant", {"scale": 1e-9}, "are small beside ε"),
        ("constant", {"beta1": 0.95, "beta2": 0.9999, "epsilon": 0.05}, "ε counts beside a √v that begins so small"),
        ("constant", {"noise": 1.0}, "m̂ averages noise away"),
        ("spike", {}, "m̂ takes 10.0 % of it, √v̂ 3.17 %, a step of 3.15 η"),
        ("spike", {"beta2": 0.5}, "√v̂ forgets the gradient sooner"),
        ("spike", {"noise": 0.1}, "no silence"),
        ("spike", {"scale": 1e-9}, "√v̂ 3.17 % and ε counts beside it: a step of"),
        ("spike", {"spike_at": 1}, "The very first gradient"),
        ("spike", {"spike_at": 1, "noise": 1.0}, "a step of 1.00 η"),
        ("noise", {}, "about 0.229 η"),
        ("noise", {"scale": 1e-10}, "about 0.00227 η"),
        ("noise", {"noise": 10.0, "beta2": 0.0}, "and noise on top: √v̂ counts all of it"),
        ("noise", {"noise": 1.0, "beta1": 0.0}, "and noise on top: with β₁ = 0 nothing is averaged"),
        ("noise", {"beta1": 0.0}, "nothing is averaged"),
        ("surface", {}, "both set out with steps of η"),
        ("surface", {"rotation": 45.0}, "Turned"),
        ("surface", {"rotation": 90.0}, "both set out"),
        ("surface", {"condition": 1.0}, "No ravine: x and y are alike"),
        ("surface", {"condition": 1.9}, "No ravine: x and y are nearly alike"),
        ("surface", {"epsilon": 1.0}, "first steps fall short of η"),
        ("surface", {"noise": 10.0, "start_x": 0.0, "start_y": 0.1}, "The noise is stronger than the slope"),
        ("surface", {"noise": 10.0, "sgd_rate": 0.1}, "runs away"),
        ("surface", {"sgd_rate": 0.1}, "runs away"),
        ("surface", {"scale": 1e-10}, "small beside ε"),
        ("surface", {"start_x": 0.0}, "Along x the gradient is nothing beside ε"),
        ("surface", {"start_y": 0.0, "start_x": 0.0}, "no gradient"),
        ("reddi", {}, "ends at the worst point, AMSGrad at the best"),
        ("reddi", {"beta2": 0.9}, "finds the best point too"),
        ("reddi", {"beta1": 0.9, "beta2": 0.0}, "Adam does not cut the rare large step too short"),  # it remembers nothing
        ("reddi", {"learning_rate": 0.01}, "depends on how long it remembers"),
    ],
)
def test_the_headline_follows_the_run(signal: str, knobs: dict[str, Value], phrase: str) -> None:
    sentence = Adam().sentence(run(signal, **knobs))
    assert phrase in sentence
    assert len(sentence) < 112, "no room for it over the stage"


def test_words_have_room_and_numbers(held: list[Show]) -> None:
    (show,) = held
    for preset in Adam.presets:
        recording = simulate(AdamParams.from_mapping(preset.values), 1)
        show.load(recording)
        scene = scene_of(show)
        for k in (0, 1, recording.last // 2, recording.last):
            show.seek(k)
            words = [scene.caption(recording, k), *(str(cell) for row in scene.table.rows for cell in row)]
            assert len(words[0]) < 130
            assert not any("nan" in word.lower() for word in words)


@pytest.mark.parametrize(
    ("signal", "knobs"),
    [("constant", {"scale": 1e-8}), ("constant", {"beta1": 0.5}), ("spike", {"beta2": 0.9}), ("spike", {"scale": 1e-9})],
)
def test_the_table_says_what_theory_says_beside_what_was_run(signal: str, knobs: dict[str, Value]) -> None:
    recording = run(signal, **knobs)
    for k in (1, recording.last // 2, recording.last):
        _, _, rows = table(recording, k)
        step, expected = rows[-2], rows[-1]
        assert step[1:] == expected[1:]
        assert expected[0] == "in theory"
        assert [step[1], step[2]] == [told(float(recording.update[method, k, 0])) for method in (1, 0)]


def test_a_choice_of_gradients_brings_its_settings_and_takes_them_away() -> None:
    scene = Adam()
    reddi = scene.settle(AdamParams(signal="reddi", scale=7.0), "signal")
    assert (reddi.beta1, reddi.beta2, reddi.learning_rate, reddi.scale) == (0.0, 0.1, 0.5, 7.0)
    usual = scene.settle(reddi.replace(signal="constant"), "signal")
    assert (usual.beta1, usual.beta2, usual.learning_rate, usual.steps) == (0.9, 0.999, 0.1, 100)
    assert scene.settle(reddi, "beta2") is reddi


def test_events_mark_what_happens() -> None:
    scene = Adam()
    assert [event.k for event in scene.events(run())] == [12]
    lone = run("spike")
    assert [event.k + lone.first for event in scene.events(lone)] == [5000]
    assert [event.kind for event in scene.events(run("reddi"))] == ["bad", "good"]
    assert [event.label for event in scene.events(run("surface", scale=1e6))] == ["SGD diverged"]


def test_bars_too_close_to_part_keep_their_extremes(held: list[Show]) -> None:
    (show,) = held
    plot = scene_of(show).stream.mean
    plot.set_range((0.0, 5000.0), (-5.0, 5.0))
    stems = Stems(plot, "gradient")
    y = np.sin(np.arange(5001.0) * 1.7)
    stems.set_values(np.arange(5001.0), y, 0.99, 0.0)
    few = stems._few(np.arange(5001), 10)
    assert len(few) <= 2 * 501
    for group in range(500):
        kept = few[few // 10 == group]
        assert {y[kept].min(), y[kept].max()} == {y[10 * group : 10 * group + 10].min(), y[10 * group : 10 * group + 10].max()}
    assert stems._few(np.arange(7), 1).tolist() == list(range(7))
