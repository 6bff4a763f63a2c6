"""The scene update-rules: what is lit, what the watch shows, captions for every line, sizes and contrast that can be read."""

import itertools
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF, QPainter
from pytestqt.qtbot import QtBot

from core.simulations.update_rules import UpdateRulesParams, UpdateRulesRecording, simulate
from core.update_rules import METHODS
from scenes.kit.listing import lit_ground
from scenes.kit.pane import Grab
from scenes.kit.watch import figures_for, steady
from scenes.layout import Shape
from scenes.optimizers.update_captions import caption
from scenes.optimizers.update_rules import UpdateRules
from scenes.optimizers.update_words import note, roles
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import PROJECTOR, STUDIO, THEMES, Theme
from tests.scenes.measuring import Ledger
from tests.scenes.test_theme import contrast

FORMS = list(itertools.product(METHODS, (False, True)))
PRESETS = {preset.name: preset.values for preset in UpdateRules.presets}


def recorded(**values: Any) -> UpdateRulesRecording:
    return simulate(UpdateRulesParams(**values), 1)


def shown(recording: UpdateRulesRecording, theme: Theme = STUDIO, shape: Shape = "wide") -> tuple[Show, UpdateRules]:
    show = Show(UpdateRules, theme, shape)
    show.load(recording)
    scene: Scene[Any, Any] = show.scene
    assert isinstance(scene, UpdateRules)
    return show, scene


@pytest.mark.parametrize(("method", "pytorch"), FORMS)
def test_the_line_that_ran_is_lit_and_so_is_what_it_wrote(method: str, pytorch: bool, qtbot: QtBot) -> None:
    recording = recorded(method=method, pytorch=pytorch, drop=2, updates=4)
    show, scene = shown(recording)
    for k in range(recording.last + 1):
        show.seek(k)
        (lit,) = scene.code.lit
        written = {name for name, reading in scene.watch.readings.items() if reading.before is not None}
        if k == 0:
            assert scene.code.rows[lit].text == recording.setup
            assert not written
            continue
        update, number = recording.at(k)
        assert scene.code.rows[lit].text == recording.lines[number - 1]
        assert scene.code.rows[lit].number == number
        assert written == set(recording.program.loop[number - 1].targets)
        for name in written:
            reading = scene.watch.readings[name]
            np.testing.assert_array_equal(reading.now, recording.of(name, k))
            np.testing.assert_array_equal(reading.before, recording.of(name, k - 1))
            assert reading.update == update
            assert not reading.stale
    show.close()


def test_values_of_an_earlier_update_are_told_from_new_ones(qtbot: QtBot) -> None:
    recording = recorded(updates=3)
    show, scene = shown(recording)
    every = len(recording.lines)
    show.seek(every + 3)  # t, g and m of the second update have been written
    stale = {name for name, reading in scene.watch.readings.items() if reading.stale}
    assert stale == {"m_hat", "v_hat", "step"}
    assert scene.watch.readings["v"].update == 1
    show.close()


@pytest.mark.parametrize("correction", [True, False])
@pytest.mark.parametrize(("method", "pytorch"), FORMS)
def test_every_line_has_its_caption(method: str, pytorch: bool, correction: bool) -> None:
    recording = recorded(method=method, pytorch=pytorch, correction=correction, drop=3, updates=5)
    found = [caption(recording, k) for k in range(recording.last + 1)]
    for text in found:
        assert text.endswith(".")
        assert 20 < len(text) < 140
        assert "nan" not in text
    assert len(set(found[1 : len(recording.lines) + 1])) == len(recording.lines)


@pytest.mark.parametrize("name", PRESETS)
def test_captions_and_sentences_of_presets_fit_on_one_line(name: str, qtbot: QtBot) -> None:
    recording = recorded(**PRESETS[name])
    scene = UpdateRules()
    label, lead = (QFontMetricsF(PROJECTOR.font(size)) for size in ("label", "lead"))
    assert lead.horizontalAdvance(scene.sentence(recording)) < 1808.0
    for k in range(recording.last + 1):
        width = label.horizontalAdvance(scene.caption(recording, k)) + label.horizontalAdvance(scene.place(recording, k))
        assert width + 30.0 < 1808.0, scene.caption(recording, k)


def test_presets_show_what_they_promise() -> None:
    first = {name: recorded(**values) for name, values in PRESETS.items()}
    assert first["PyTorch’s form"].apart < 1e-12
    assert first["Momentum"].apart < 1e-12
    assert first["The rate falls"].apart > 1.0
    assert first["Nesterov"].apart > 0.5
    why = first["Why divide by 1 − βᵗ"]
    np.testing.assert_allclose(np.abs(why.of("step", len(why.lines))), np.sqrt(10.0), rtol=1e-6)
    decay = first["Weight decay: Adam against AdamW"]
    kept = 1.0 - 0.5 * 0.5
    moved = decay.beside[1] - decay.path[1]  # same first gradient, same first step but for the decay
    np.testing.assert_allclose(moved, (kept - 1.0) * decay.path[0], rtol=1e-6)


def test_the_note_names_the_second_run_and_the_distance() -> None:
    assert "PyTorch’s form: the same path" in note(recorded())
    assert "the textbook’s form" in note(recorded(pytorch=True))
    assert "apart by βv" in note(recorded(method="nesterov", learning_rate=0.03))
    assert "which corrects" in note(recorded(correction=False))
    assert note(recorded(beside="adam")).startswith("Dotted: Adam with the same knobs")
    assert "once more" in note(recorded(beside="adamw"))


def test_without_correction_the_shares_that_both_means_start_with_are_told() -> None:
    for betas, told in (
        ({}, "m starts as 0.1 of g, √v as 0.0316 of its size: the first step is 3.16 η"),
        ({"beta2": 0.99}, "m starts as 0.1 of g, √v as 0.1 of its size: the first step is 1.00 η"),  # the same shares
        ({"beta1": 0.0}, "m starts as 1 of g"),
    ):
        assert told in UpdateRules().sentence(recorded(correction=False, **betas))


def test_a_run_that_is_thrown_out_says_why(qtbot: QtBot) -> None:
    recording = recorded(method="momentum", learning_rate=1.0, updates=60)
    assert "above the limit of 3.80" in UpdateRules().sentence(recording)
    show, scene = shown(recording)
    show.seek(recording.last)
    assert np.isnan(scene.trail.x[0, -1])
    assert np.isnan(scene.second.x[0, -1])
    show.close()


def test_numbers_of_a_row_keep_their_decimals() -> None:
    figures = figures_for(np.array([-8.0, 3.0]))
    assert [steady(value, figures) for value in (-8.0, 3.14159, -1e-9, 0.0)] == ["−8.0000", "3.1416", "0.0000", "0.0000"]
    assert steady(2500.0, figures_for(np.array([0.0, 2500.0]))) == "2500.0"
    large = figures_for(np.array([-1e40, 0.0]))
    assert [steady(value, large) for value in (-1e40, 0.25, 0.0)] == ["−1.00·10⁴⁰", "2.50·10⁻¹", "0"]
    assert steady(float("nan"), figures) == "–"
    assert figures_for(np.zeros(2)) == 4


def test_place_and_events_count_updates_and_lines() -> None:
    scene, recording = UpdateRules(), recorded(updates=12)
    assert scene.place(recording, 0) == "before update 1"
    assert scene.place(recording, 2 * 8 + 2) == "update 3 / 12, line 2 / 8"
    events = scene.events(recording)
    assert [recording.at(event.k) for event in events] == [(update, 1) for update in range(1, 13)]
    assert events[2].label == "update 3"


def test_a_method_brings_its_rates_and_forms_exclude_a_missing_correction() -> None:
    scene, params = UpdateRules(), UpdateRulesParams(method="rmsprop")
    assert scene.settle(params, "method").learning_rate == 0.1
    assert scene.settle(params, "updates") == params
    assert scene.settle(UpdateRulesParams(pytorch=True, correction=False), "pytorch").correction
    assert not scene.settle(UpdateRulesParams(pytorch=True, correction=False), "correction").pytorch


def test_the_start_is_dragged_within_its_range(qtbot: QtBot) -> None:
    recording = recorded()
    show, scene = shown(recording)
    (handle,) = scene.map.handles
    assert handle.at is not None
    assert handle.at() == (-6.0, 3.0)
    moved = dict(handle.edit(Grab(-50.0, 1.5, -6.0, 3.0, recording.params)))
    assert moved == {"start_x": -10.0, "start_y": 1.5}
    show.close()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_code_can_be_read_lit_and_unlit(theme: Theme) -> None:
    least = 7.0 if theme is PROJECTOR else 4.5
    named = {role for method in METHODS for role in roles(recorded(method=method, updates=1)).values()}
    for role in named | {"text", "muted", "accent"}:
        for ground in ("panel", "background", lit_ground(theme)):
            ratio = contrast(theme.color(role), theme.color(ground))
            assert ratio >= least, f"{role} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("shape", ["wide", "square", "tall"])
@pytest.mark.parametrize("values", [{"method": "momentum"}, {"pytorch": True, "drop": 6, "learning_rate": 0.0314}], ids=str)
def test_large_letters_fit_in_every_shape(values: dict[str, Any], shape: Shape, qtbot: QtBot) -> None:
    recording = recorded(**values)
    show, scene = shown(recording, PROJECTOR, shape)
    for k in (0, 5, recording.last - 1):
        show.seek(k)
        ledger = Ledger(show.stage.width, show.stage.height)
        with QPainter(ledger) as painter:
            show.paint(painter, show.stage.width, show.stage.height)
        whole = show.stage.room()
        for written in ledger.found.texts:
            assert written.pixels >= 29.5, f"{written.text} at {written.pixels} px"
            assert whole.left() - 1 <= written.box.left(), written.text
            assert written.box.right() <= whole.right() + 1, written.text
        card = scene.code.card
        for written in ledger.found.texts:
            if card.contains(written.box.center()):
                assert written.box.right() < card.right(), written.text
    show.close()


def test_where_only_the_lines_that_run_are_shown_none_is_lit_before_the_first(qtbot: QtBot) -> None:
    show, scene = shown(recorded(), PROJECTOR, "half")
    assert not scene.code.lit
    show.seek(1)
    assert list(scene.code.lit) == [0]
    show.close()
