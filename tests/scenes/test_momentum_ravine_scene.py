"""The ravine's words: a limit is named for those who exceed it, and what is said is true at the ends of every knob."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from core.theory.momentum import stability_limit
from scenes.discovery import find
from scenes.optimizers import momentum_words
from scenes.optimizers.momentum_ravine import MomentumRavine
from scenes.show import Show
from scenes.theme import PROJECTOR, STUDIO
from tests.scenes.recorded import recorded

RAVINE = find("momentum-ravine")
LATE: dict[str, Any] = {"learning_rate": 0.1598, "momentum": 0.999, "steps": 300}  # ηλ = 3.995, the limit is 3.998


@pytest.fixture
def show(qtbot: QtBot) -> Any:
    show = Show(RAVINE, STUDIO)
    yield show
    show.close()


def said(show: Show, **values: Any) -> tuple[str, str]:
    """Sentence and last caption."""
    run = recorded(RAVINE, **values)
    show.load(run, run.last)
    return show.stage.framing.look, show.stage.framing.caption


def written(show: Show) -> str:
    """What stands on the map beside the place where a run left it."""
    assert isinstance(show.scene, MomentumRavine)
    return show.scene.lost.text


def test_a_limit_is_named_only_for_those_who_exceed_it(show: Show) -> None:
    assert float(stability_limit("nesterov", 0.6)) < 1.875 < float(stability_limit("sgd", 0.6))
    headline, caption = said(show, noise=50.0)
    assert "Nesterov ran away: ηλ = 1.88 exceeds the limit 1.45." in caption
    assert "Below their limits of ηλ the noise carried SGD and Momentum off." in caption
    assert "noise" in headline
    assert "too long" not in headline
    headline, caption = said(show, learning_rate=1.0, noise=50.0)
    assert "SGD, Momentum and Nesterov ran away: ηλ = 25.0 exceeds the limits 2.00, 3.20 and 1.45." in caption
    assert "noise" not in caption
    assert written(show) == "SGD, Momentum and Nesterov run away"
    assert headline.startswith("Steps too long even for momentum")


def test_what_is_above_a_limit_is_written_above_it(show: Show) -> None:
    _, caption = said(show, learning_rate=2.001 / 25.0, steps=2000)
    assert "SGD and Nesterov ran away: ηλ = 2.001 exceeds the limits 2.000 and 1.455." in caption


def test_a_run_that_swings_far_out_below_its_limit_has_not_run_away(show: Show) -> None:
    headline, caption = said(show, **LATE, start_y=3.0)
    assert "Momentum, within its limit, swings out and comes back." in caption
    assert written(show) == "SGD, Momentum and Nesterov are off the map"
    assert headline.startswith("Within its limit momentum comes home")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"surface": "monkey_saddle", "learning_rate": 0.01}, "ran down where the surface falls without end"),
        ({"surface": "rosenbrock", "learning_rate": 1.0}, "the steps outgrow the surface’s curvature"),
        ({"surface": "rosenbrock", "learning_rate": 0.002, "noise": 50.0}, "the noise, or steps too long for this surface"),
    ],
)
def test_off_the_quadratic_it_is_the_surface_or_the_noise(values: dict[str, Any], words: str, show: Show) -> None:
    _, caption = said(show, **values)
    assert words in caption
    assert "ηλ" not in caption


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "thrown from wall to wall"),
        ({"steps": 1}, "no velocity yet"),
        ({"steps": 1, "learning_rate": 0.09, "momentum": 0.7}, "no velocity yet"),  # higher than it began, within its limit
        ({"start_x": 0.0, "start_y": 0.0}, "nothing moves"),
        ({"start_y": 0.0}, "Started on the floor"),
        ({"momentum": 0.95}, "where SGD has settled"),
        ({"momentum": 0.95, "steps": 4}, "so far"),
        ({"learning_rate": 1e-7}, "creeps"),
        ({"noise": 0.01}, "no method comes to rest"),
        ({"momentum": 0.0, "noise": 50.0}, "the three paths are one"),
    ],
)
def test_the_sentence_is_true_of_the_run(values: dict[str, Any], words: str, show: Show) -> None:
    headline, _ = said(show, **values)
    assert words.lower() in headline.lower()
    assert QFontMetricsF(PROJECTOR.font("lead")).horizontalAdvance(headline) < 1808.0, "one line for the last row"


def test_where_sgd_has_settled_it_has(show: Show) -> None:
    run: Any = recorded(RAVINE, momentum=0.95)
    assert run.loss[0, -1] < 1e-3 * run.loss[0, 0] < run.loss[1, -1]
    early: Any = recorded(RAVINE, momentum=0.95, steps=4)
    assert early.loss[0, -1] > 1e-3 * early.loss[0, 0]
    assert np.isfinite(early.loss[:2]).all()
    assert "settled" not in momentum_words.sentence(early)
