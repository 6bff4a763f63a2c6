"""A recording cannot be changed, says what its axes are, and puts everything else into JSON."""

import json
import math
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import numpy as np
import pytest

from core.params import Params, choice, real
from core.recording import F64, Ending, Outcome, Recording, array, plain
from core.simulations.momentum_ravine import SIMULATION


@dataclass(frozen=True, kw_only=True)
class Knobs(Params):
    rate: float = real(0.1, 0.0, 1.0, label="Rate", help="How fast.")
    surface: str = choice("bowl", ("bowl", "saddle"), label="Surface", help="Which.")


@dataclass(frozen=True, eq=False, kw_only=True)
class Run(Recording):
    path: F64 = array("method", "step", "coordinate")
    loss: F64 = array("method", "step", unit="nats")
    methods: tuple[str, ...] = ("sgd", "momentum")
    best: float = 0.0
    rates: tuple[Any, ...] = ()

    @property
    def last(self) -> int:
        return int(self.loss.shape[1]) - 1


def make(**other: Any) -> Run:
    facts: dict[str, Any] = {"params": Knobs(), "seed": 3, "path": np.zeros((2, 5, 2)), "loss": np.ones((2, 5)), **other}
    return Run(**facts)


def test_arrays_cannot_be_written() -> None:
    run = make()
    for values in run.arrays().values():
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1.0
    with pytest.raises(FrozenInstanceError):
        run.loss = np.zeros((2, 5))  # type: ignore[misc]


def test_arrays_come_in_order_with_axes_and_units() -> None:
    run = make()
    assert list(run.arrays()) == ["path", "loss"]
    assert Run.axes("path") == ("method", "step", "coordinate")
    assert Run.axes("loss") == ("method", "step")
    assert (Run.unit("path"), Run.unit("loss")) == ("", "nats")
    assert all(values.ndim == len(Run.axes(name)) for name, values in run.arrays().items())


def test_it_knows_its_last_frame() -> None:
    assert make().last == 4
    with pytest.raises(NotImplementedError, match="Recording"):
        _ = Recording(params=Knobs(), seed=0).last


def test_meta_holds_everything_that_is_no_array() -> None:
    endings = (Ending(Outcome.COMPLETED, 5), Ending(Outcome.DIVERGED, 3))
    meta = make(endings=endings, best=math.inf, rates=(math.nan, np.float64(-math.inf), np.int64(4))).meta()
    again = json.loads(json.dumps(meta, allow_nan=False))
    assert again == {
        "params": {"rate": 0.1, "surface": "bowl"},
        "seed": 3,
        "outcomes": [
            {"outcome": "completed", "step": 5, "sentence": "Ran all 5 steps."},
            {"outcome": "diverged", "step": 3, "sentence": "Diverged at step 3: the loss left the range of float64."},
        ],
        "methods": ["sgd", "momentum"],
        "best": "inf",
        "rates": ["nan", "-inf", 4],
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (1.5, 1.5),
        (np.float64(1.5), 1.5),
        (np.float32("inf"), "inf"),
        (np.bool_(True), True),
        (np.int32(7), 7),
        (np.array([1.0, math.nan]), [1.0, "nan"]),
        (np.array([[1, 2]]), [[1, 2]]),
        (np.array(math.inf), "inf"),
        ({1: (math.inf, {"a": np.float64(2)})}, {"1": ["inf", {"a": 2.0}]}),
        (None, None),
        ("nan", "nan"),
        (True, True),
    ],
)
def test_plain_values_fit_into_json(value: Any, expected: Any) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)
    json.dumps(plain(value), allow_nan=False)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_is_a_sentence_that_names_its_step(outcome: Outcome) -> None:
    sentence = str(Ending(outcome, 41))
    assert "41" in sentence
    assert "{" not in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")


def test_only_a_run_that_broke_off_has_failed() -> None:
    failed = {outcome for outcome in Outcome if Ending(outcome, 1).failed}
    assert failed == {Outcome.DIVERGED, Outcome.LEFT_DOMAIN}


def test_names_along_an_axis_are_the_fact_in_the_plural() -> None:
    run = SIMULATION.simulate(SIMULATION.params(steps=1), 0)
    assert run.labels("method") == ("sgd", "momentum", "nesterov")
    assert run.labels("step") == ()
    assert run.labels("coordinate") == ()
