"""The warmup scene: rings that edit the schedule, cells of seeds, what presets promise, words that fit, curves uncovered."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from pytestqt.qtbot import QtBot

from core.digit_blocks import LEARNED
from core.simulations.warmup import MEASURED, WarmupParams, WarmupRecording, gradually, simulate
from core.theory.adam import rectification, sample_length
from scenes.kit.bundle import Bundle, Line
from scenes.kit.pane import Grab
from scenes.optimizers.warmup import Warmup
from scenes.optimizers.warmup_reasons import settled
from scenes.optimizers.warmup_words import caption, sentence
from scenes.show import Show
from scenes.stage import Stage
from scenes.theme import PROJECTOR, STUDIO, Theme

PRESETS = {preset.name: preset.values for preset in Warmup.presets}
QUICK: dict[str, Any] = {"steps": 40, "depth": 2, "third": "none"}


def recorded(**values: Any) -> WarmupRecording:
    return simulate(WarmupParams.from_mapping(values), 0)


def shown(recording: WarmupRecording, theme: Theme = STUDIO) -> tuple[Show, Warmup]:
    show = Show(Warmup, theme)
    show.load(recording, recording.last)
    assert isinstance(show.scene, Warmup)
    return show, show.scene


# -- the schedule as a handle ------------------------------------------------------------------------------------------


def pulled(scene: Warmup, number: int, x: float, y: float, params: WarmupParams) -> WarmupParams:
    asked = scene.schedule.handles[number].edit(Grab(x, y, 0.0, 0.0, params))
    return WarmupParams.from_mapping({**params.values(), **asked})


def test_the_rings_land_where_they_are_dropped_and_the_schedule_follows(qtbot: QtBot) -> None:
    show, scene = shown(recorded(**QUICK))
    params = pulled(scene, 0, 11.8, 0.006, WarmupParams(**QUICK))
    assert (params.warmup, params.learning_rate) == (12, 0.006)
    params = pulled(scene, 1, 31.0, 0.0015, params)
    assert params.decay_end == pytest.approx(0.75)
    assert params.floor == pytest.approx(0.25)
    show.load(simulate(params, 0))
    for handle, place in zip(scene.schedule.handles, ((12.0, 0.006), (31.0, 0.0015)), strict=True):
        assert handle.at is not None
        assert handle.at() == pytest.approx(place)
        x, y = handle.at()
        assert np.interp(x, np.arange(1.0, 41.0), scene.applied[1]) == pytest.approx(y)  # on the curve of the warmup
    show.close()


@pytest.mark.parametrize("place", [(-50.0, -1.0), (9e9, 9e9)])
def test_a_ring_pulled_off_the_plot_stays_within_the_knobs(place: tuple[float, float], qtbot: QtBot) -> None:
    params = WarmupParams(**QUICK)
    show, scene = shown(simulate(params, 0))
    for number in (0, 1):
        assert isinstance(pulled(scene, number, *place, params), WarmupParams)
    assert pulled(scene, 0, *place, params).warmup in (0, 40)
    show.close()


def test_a_decay_that_never_ends_has_no_second_ring(qtbot: QtBot) -> None:
    show, scene = shown(recorded(**QUICK, schedule="inverse_sqrt"))
    assert np.isnan(scene.end.x)
    show.close()


def test_the_curve_of_radam_is_what_its_factor_leaves(qtbot: QtBot) -> None:
    recording = recorded(**{**QUICK, "third": "radam"})
    show, scene = shown(recording)
    left = rectification(0.999, np.arange(1, 41)) * recording.rate[2]
    np.testing.assert_array_equal(scene.applied[2], left)
    assert "after RAdam’s r" in scene.schedule.title
    np.testing.assert_array_equal(scene.applied[:2], recording.rate[:2])
    show.close()


# -- seeds and reasons -------------------------------------------------------------------------------------------------


def test_cells_and_counts_are_those_of_the_recording(qtbot: QtBot) -> None:
    recording = recorded()
    show, scene = shown(recording)
    for k in (0, 60, recording.last):
        show.seek(k)
        np.testing.assert_array_equal(scene.seeds.filled, recording.learned()[..., k])
        assert scene.seeds.over == (k == recording.last)
        for row, cells in zip(scene.seeds.rows, scene.seeds.filled, strict=True):
            assert row.texts[0].startswith(f"{(~cells).sum()} ")
    assert [row.texts[0] for row in scene.seeds.rows] == [f"{count} fail" for count in recording.failed]
    assert (scene.guess.y, scene.bar.y) == (recording.guess, LEARNED * recording.guess)
    crossed = [line.crossed for line in scene.losses.lines]
    assert sum(crossed) == sum(recording.failed)
    show.close()


def test_a_diamond_walks_along_the_measured_noise(qtbot: QtBot) -> None:
    recording = recorded()
    show, scene = shown(recording)
    for k in (1, 5, MEASURED):
        show.seek(k)
        assert scene.noise.now.y == float(np.median(recording.spread[:, k - 1]))
        assert scene.noise.worth.text == f"ρ = {float(sample_length(0.999, k)):.1f}"
    show.seek(MEASURED + 1)
    assert np.isnan(scene.noise.now.x)
    show.close()


def test_a_trailing_mean_of_a_sixth_of_the_steps() -> None:
    values = np.random.default_rng(1).normal(size=(2, 30))
    expected = [[values[row, k - k // 6 : k + 1].mean() for k in range(30)] for row in range(2)]
    np.testing.assert_allclose(settled(values), expected, rtol=1e-10, atol=1e-12)


def test_runs_that_are_not_there_yet_are_neither_failed_nor_drawn(qtbot: QtBot) -> None:
    pieces = [piece for piece in gradually(WarmupParams(steps=20, depth=1), 4) if isinstance(piece, WarmupRecording)]
    show, scene = shown(pieces[0])
    assert not scene.losses.lines
    assert all(row.texts[0] == "–" for row in scene.seeds.rows)
    assert caption(pieces[0], 3) == "No run has been worked out yet."
    assert sentence(pieces[1]) == "Sixteen nets are being trained in every group."
    show.load(pieces[1], 20)
    assert len(scene.losses.lines) == 8 + 1  # half of the first group, and its median
    assert not scene.seeds.known[1:].any()
    show.close()


# -- words -------------------------------------------------------------------------------------------------------------


def test_presets_show_what_they_promise() -> None:
    found = {name: recorded(**values) for name, values in PRESETS.items()}
    failed = {name: dict(zip(run.groups, run.failed, strict=True)) for name, run in found.items()}
    assert failed["With and without"]["no_warmup"] > 8 > failed["With and without"]["warmup"] == 0
    assert failed["Too short a warmup"]["warmup"] > 8
    assert failed["Too short a warmup"]["no_warmup"] == failed["With and without"]["no_warmup"]
    for name in ("Pre-LN needs none", "A shallow stack", "Four decays, one budget"):
        assert set(failed[name].values()) == {0}
    assert failed["RAdam instead"]["radam"] == 0 < failed["RAdam instead"]["no_warmup"]
    assert failed["Inverse square root, 2017"]["no_warmup"] > failed["Inverse square root, 2017"]["warmup"] + 4
    said = {name: sentence(run) for name, run in found.items()}
    assert "makes" not in said["Pre-LN needs none"]
    assert "all nets learn" in said["Pre-LN needs none"]
    assert "saves hardly any" in said["With and without"]
    assert "saves few" in said["Too short a warmup"]
    assert "to 0.27" in said["RAdam instead"]
    assert said["Four decays, one budget"].endswith("less than the seed.")


def test_sentences_follow_the_counts() -> None:
    recording = recorded()
    learned = np.broadcast_to(1.0, recording.loss.shape)
    saved = replace(recording, loss=np.concatenate((recording.loss[:2], learned[2:])))
    assert "knowing v̂ saves as many" in sentence(saved)
    worse = replace(recording, loss=recording.loss[[1, 0, 2]])
    assert "this one saves none" in sentence(worse)
    assert sentence(replace(recording, loss=learned.copy())).startswith("Nothing to save here")
    assert "first step is a full one" in sentence(recorded(**{**QUICK, "warmup": 1}))


@pytest.mark.parametrize("name", PRESETS)
def test_words_of_presets_fit_on_one_line(name: str, qtbot: QtBot) -> None:
    recording = recorded(**PRESETS[name])
    label, lead = (QFontMetricsF(PROJECTOR.font(size)) for size in ("label", "lead"))
    assert lead.horizontalAdvance(sentence(recording)) < 1808.0
    for k in range(0, recording.last + 1, 10):
        width = label.horizontalAdvance(caption(recording, k)) + label.horizontalAdvance(f"step {k} / {recording.last}")
        assert width + 30.0 < 1808.0, caption(recording, k)


def test_events_stand_where_things_happen() -> None:
    recording = recorded()
    found = {event.label: event.k for event in Warmup().events(recording)}
    assert found["warmup ends"] == 75
    assert found["No warmup: outputs alike"] <= 5
    most = found["Warmup: most have learned"]
    counts = recording.learned()[1].sum(axis=0)
    assert counts[most] > 8 >= counts[most - 1]


# -- curves uncovered --------------------------------------------------------------------------------------------------


def painted(k: int) -> set[int]:
    """The columns of a plot of 0 … 10, 400 pixels wide, that a level line over 0 … 10 is drawn on."""
    stage = Stage(STUDIO)
    plot = stage.plot(QRectF(0, 0, 400, 200), axes=False)
    plot.set_range((0.0, 10.0), (0.0, 2.0))
    bundle = Bundle(plot)
    bundle.set_lines(np.arange(11.0), [Line(np.ones(11), "bad")])
    bundle.set(k)
    image = QImage(400, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        bundle.paint(painter)
    stage.close()
    rows = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(200, 400)
    return set(np.flatnonzero(rows.any(axis=0)).tolist())


def test_curves_are_uncovered_up_to_their_step(qtbot: QtBot) -> None:
    whole = painted(10)
    assert len(whole) > 380
    for k in (2, 5):
        assert abs(max(painted(k)) - 40 * k) <= 2
        assert painted(k) < whole
