"""Schedules against PyTorch's schedulers, and their landmarks."""

import math
from pathlib import Path

import numpy as np
import pytest

from core.schedules import SCHEDULES, Plan, learning_rates, multiplier, schedule_code

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "optimizers.npz")
PLANS = {
    "step": Plan(every=30.0, factor=0.3),
    "exponential": Plan(factor=0.97),
    "linear_warmup": Plan(warmup=20.0),
    "cosine": Plan(total=100.0, floor=0.1),
    "warmup_cosine": Plan(total=100.0, warmup=20.0, floor=0.1),
    "warmup_linear": Plan(total=100.0, warmup=20.0, floor=0.1),
    "inverse_sqrt": Plan(warmup=20.0),
    "one_cycle": Plan(total=100.0, warmup=20.0),
}


@pytest.mark.parametrize("name", PLANS)
def test_equals_pytorch(name: str) -> None:
    expected = REFERENCE[f"schedule_{name}"]
    np.testing.assert_allclose(learning_rates(name, 0.5, expected.size, PLANS[name]), expected, rtol=1e-10)


def test_every_schedule_but_constant_has_a_reference() -> None:
    assert set(PLANS) == set(SCHEDULES) - {"constant"}
    np.testing.assert_array_equal(learning_rates("constant", 0.25, 4, Plan()), 0.25)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_base_rate_is_the_highest(name: str) -> None:
    rates = learning_rates(name, 1.0, 1200, Plan(factor=0.99))
    assert rates.max() <= 1.0 + 1e-12
    assert rates.max() == pytest.approx(1.0, rel=1e-12)
    assert (rates > 0.0).sum() >= 1000


def test_landmarks() -> None:
    warm = learning_rates("linear_warmup", 1.0, 12, Plan(warmup=10.0))
    assert warm[0] == pytest.approx(0.1)
    assert warm[9:].tolist() == [1.0, 1.0, 1.0]
    cosine = learning_rates("cosine", 1.0, 11, Plan(total=10.0, floor=0.2))
    assert cosine[0] == 1.0
    assert cosine[5] == pytest.approx(0.6)
    assert cosine[10] == pytest.approx(0.2)
    cycle = learning_rates("one_cycle", 1.0, 101, Plan(total=100.0, warmup=30.0))
    assert cycle[0] == pytest.approx(1 / 25)
    assert int(np.argmax(cycle)) == 29
    assert cycle[99] == cycle[100] == pytest.approx(1 / 250_000)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("plan", [Plan(total=0.0, warmup=0.0), Plan(total=1.0, warmup=1.0), Plan(total=10.0, warmup=50.0)])
def test_degenerate_plans_stay_between_zero_and_one(name: str, plan: Plan) -> None:
    rates = learning_rates(name, 1.0, 60, plan)
    assert np.isfinite(rates).all()
    assert (rates >= 0.0).all()
    assert (rates <= 1.0).all()


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="'linear' is no schedule"):
        schedule_code("linear")
    with pytest.raises(ValueError, match="-1 updates"):
        learning_rates("cosine", 1.0, -1, Plan())
    with pytest.raises(ValueError, match="every 0 updates"):
        learning_rates("step", 1.0, 5, Plan(every=0.0))
    assert math.isnan(multiplier(99, 0.0, Plan()))
    assert learning_rates("cosine", 1.0, 0, Plan()).size == 0
