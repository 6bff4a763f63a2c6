"""A person without a plan before the window: a few seconds of it here, as long as wished with `make fuzz`."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from PySide6.QtWidgets import QApplication

from scenes.discovery import all_scenes
from tests.app.toy_scene import GATE, SCENES
from tests.app.window_machine import Person

ROUNDS = int(os.environ.get("RAVINE_FUZZ", "0"))  # more than none: that many, of random steps, with every scene
CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


class Anybody(Person):
    """With the toy scenes, one of which fails for a setting, and the opening scene."""

    scenes = SCENES | ({"momentum-ravine": all_scenes()["momentum-ravine"]} if not ROUNDS else all_scenes())


def test_a_person_without_a_plan(qapp: QApplication) -> None:
    GATE.set()  # the slow run of the toy is not slow here
    run_state_machine_as_test(
        Anybody,
        settings=settings(
            max_examples=ROUNDS or 6,
            stateful_step_count=60 if ROUNDS else 30,
            derandomize=not ROUNDS,
            database=None,
            deadline=None,
            suppress_health_check=CHECKS,
            phases=(Phase.generate,),  # each attempt to find a shorter way opens a window: the way found is short enough
        ),
    )
    GATE.clear()
