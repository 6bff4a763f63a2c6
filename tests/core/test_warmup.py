"""Warmup: schedules of one budget, runs that are alike but for them, which of them learn, and what theory says of the start."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digit_blocks import LEARNED, Setup, first_noise, guessing_loss, has_learned, trailing_loss, train
from core.schedules import Plan, learning_rates
from core.simulations.warmup import (
    DECAYS,
    MEASURED,
    SCHEDULES,
    SEEDS,
    WarmupParams,
    WarmupRecording,
    claims,
    factors,
    gradually,
    setups,
    simulate,
)
from core.theory.adam import sample_length
from core.theory.warmup import likeness, mean_square_spread, samples_worth, spent, step_spread


@pytest.fixture(scope="module")
def default() -> WarmupRecording:
    return simulate(WarmupParams(), 0)


# -- theory ------------------------------------------------------------------------------------------------------------


def test_the_mean_square_is_worth_as_many_gradients_as_it_has_seen_and_at_last_a_fixed_number() -> None:
    assert float(samples_worth(0.999, 1)) == pytest.approx(1.0)
    assert float(samples_worth(0.999, 5)) == pytest.approx(5.0, abs=2e-4)
    assert float(samples_worth(0.9, 10_000)) == pytest.approx(19.0)
    weights = 0.1 * 0.9 ** np.arange(30) / (1.0 - 0.9**30)
    assert float(samples_worth(0.9, 30)) == pytest.approx(1.0 / (weights**2).sum())


@pytest.mark.parametrize("beta2", [0.9, 0.99, 0.999, 0.9999])
def test_the_length_of_radam_is_smaller_by_little_more_than_a_tenth(beta2: float) -> None:
    t = np.arange(1, 20_000)
    share = sample_length(beta2, t) / samples_worth(beta2, t)
    assert share.min() == pytest.approx(0.8961, abs=1e-3)
    assert share.max() < 1.0 + 1e-6


def test_one_normal_gradient_leaves_the_mean_square_off_by_the_root_of_two() -> None:
    assert float(mean_square_spread(0.999, 1)) == pytest.approx(math.sqrt(2.0))
    assert float(mean_square_spread(0.999, 1, kurtosis=1.0)) == 0.0  # gradients of one size


def test_the_spread_of_a_step_by_integration() -> None:
    for n in (3.0, 6.0, 40.0):
        root = np.linspace(0.0, 20.0, 40_001)[1:] - 2.5e-4  # of n v̂, which is χ² with n degrees of freedom
        density = root ** (n - 1.0) * np.exp(-0.5 * root**2)
        mean, square = (float((density * root**-power).sum() / density.sum()) for power in (1.0, 2.0))
        assert step_spread(n) == pytest.approx(math.sqrt(square / mean**2 - 1.0), rel=1e-6)
    assert step_spread(2.0) == math.inf


@given(st.sampled_from(DECAYS), st.integers(1, 120), st.integers(0, 120), st.floats(0.0, 1.0))
def test_what_a_schedule_spends(decay: str, total: int, warmup: int, floor: float) -> None:
    warmup = min(warmup, total)
    plan = Plan(total=float(total), warmup=float(warmup), floor=floor)
    rates = learning_rates(SCHEDULES[decay], 1.0, total, plan)
    assert spent(decay, total, warmup, floor) == pytest.approx(rates.sum(), rel=1e-9, abs=1e-12)


def test_an_unknown_decay_is_refused() -> None:
    with pytest.raises(ValueError, match="none of constant"):
        spent("cubic", 10, 1)
    with pytest.raises(ValueError, match="pre or post"):
        likeness("between", 2, 0.5)


def relu_product(correlation: float) -> float:
    """2 E[φ(x) φ(y)] of two normal numbers with that correlation, φ the ReLU, by integration."""
    grid = np.arange(-8.0, 8.0, 0.01)
    density = np.exp(-0.5 * grid**2) * 0.01 / math.sqrt(2.0 * math.pi)
    x, z = np.maximum(grid, 0.0)[:, None], math.sqrt(1.0 - correlation**2) * grid[None, :]
    y = np.maximum(correlation * grid[:, None] + z, 0.0)
    return float(2.0 * (density[:, None] * density[None, :] * x * y).sum())


def test_outputs_grow_alike_with_depth_and_faster_with_the_norm_behind() -> None:
    cosines = np.linspace(-1.0, 1.0, 9)
    np.testing.assert_allclose(likeness("post", 0, cosines), cosines)
    np.testing.assert_allclose(likeness("pre", 0, cosines), cosines)
    np.testing.assert_allclose(likeness("post", 1, cosines), likeness("pre", 1, cosines))
    assert float(likeness("post", 1, 0.0)) == pytest.approx(1.0 / (3.0 * math.pi))  # κ(0) = 1/π
    twice = likeness("post", 1, likeness("post", 1, cosines))
    np.testing.assert_allclose(likeness("post", 2, cosines), twice, rtol=1e-12)
    once = 0.3 + 0.5 * relu_product(0.3)
    assert float(likeness("pre", 2, 0.3)) == pytest.approx((once + 0.5 * relu_product(once / 1.5)) / 2.0, abs=1e-5)
    post, pre = (likeness(place, 16, cosines) for place in ("post", "pre"))
    assert (post[:-1] > pre[:-1]).all()
    assert (np.diff(post) > 0.0).all()
    assert float(likeness("post", 40, 1.0)) == pytest.approx(1.0)


# -- when a run has learned --------------------------------------------------------------------------------------------


def test_a_run_has_learned_when_the_mean_of_a_tenth_of_it_is_low() -> None:
    loss = np.random.default_rng(3).uniform(0.0, 3.0, (2, 41))
    expected = [[loss[row, max(k - 3, 0) : k + 1].mean() for k in range(41)] for row in range(2)]
    np.testing.assert_allclose(trailing_loss(loss), expected, rtol=1e-12)
    np.testing.assert_array_equal(has_learned(loss), np.array(expected) < LEARNED * guessing_loss())
    assert 2.30 < guessing_loss() < math.log(10.0)


def test_a_run_that_left_the_numbers_has_not_learned() -> None:
    loss = np.full(41, 0.1)
    loss[20:] = np.nan
    learned = has_learned(loss)
    assert learned[:20].all()
    assert not learned[20:].any()


# -- schedules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule", DECAYS)
@pytest.mark.parametrize("compare", ["warmup", "decays"])
def test_every_group_spends_the_same(schedule: str, compare: str) -> None:
    params = WarmupParams(schedule=schedule, compare=compare, warmup=40, floor=0.1, decay_end=0.8, third="radam")
    rates = np.array([setup.rates for setup in setups(params)])
    np.testing.assert_allclose(rates.sum(axis=1), params.learning_rate * factors(params, schedule).sum(), rtol=1e-12)
    chosen = DECAYS.index(schedule) if compare == "decays" else 1
    assert rates[chosen].max() == pytest.approx(params.learning_rate)
    assert rates[chosen, 39] == pytest.approx(params.learning_rate)  # the last step of its warmup
    if compare == "warmup":
        assert rates[0].argmax() == 0
        np.testing.assert_array_equal(rates[0], rates[2])


def test_a_decay_ends_where_and_at_what_the_knobs_say() -> None:
    shape = factors(WarmupParams(schedule="linear", warmup=10, steps=100, floor=0.25, decay_end=0.6), "linear")
    assert shape[60] == pytest.approx(0.25)  # the update after the end of the decay
    assert shape[59] > 0.25
    np.testing.assert_allclose(shape[60:], 0.25)
    assert shape[9] == shape[10] == 1.0


# -- the experiment ----------------------------------------------------------------------------------------------------


def test_groups_differ_by_their_schedule_alone(default: WarmupRecording) -> None:
    assert default.groups == ("no_warmup", "warmup", "measured_v")
    for values in (default.loss, default.alike):
        np.testing.assert_array_equal(values[0, :, 0], values[1, :, 0])
        np.testing.assert_array_equal(values[0, :, 0], values[2, :, 0])
        assert len(set(values[0, :, 0].tolist())) == SEEDS
    np.testing.assert_array_equal(default.rate[0], default.rate[2])
    assert np.isnan(default.moved[..., 0]).all()
    assert np.isfinite(default.moved[..., 1:]).all()


def test_without_warmup_most_runs_go_blind_and_with_it_all_learn(default: WarmupRecording) -> None:
    without, warm, measured = default.failed
    assert without > 8
    assert warm == 0
    assert measured > 8
    alike = np.median(default.alike, axis=1)
    assert alike[0, 0] < 0.8 < 0.99 < alike[0, 10]
    assert alike[1].max() < 0.98
    failed = ~default.learned()[0, :, -1]
    np.testing.assert_allclose(trailing_loss(default.loss)[0, failed, -1], default.guess, atol=0.3)


def test_how_alike_outputs_are_at_the_start_is_near_theory_for_wide_nets(default: WarmupRecording) -> None:
    # width 12 is far from wide: single nets scatter by a quarter, sixteen of them by a sixteenth
    assert default.alike[0, :, 0].mean() == pytest.approx(default.predicted_alike, abs=0.15)


def test_the_noise_of_the_mean_square_falls_as_theory_says(default: WarmupRecording) -> None:
    t = np.arange(1, MEASURED + 1)
    ratio = np.median(default.spread, axis=0) / mean_square_spread(0.999, t)
    assert ratio.min() > 0.85
    assert ratio.max() < 1.4  # gradients of one batch are not normal: their tails are heavier


def test_noise_by_one_key_does_not_depend_on_the_others(default: WarmupRecording) -> None:
    np.testing.assert_array_equal(default.spread[5], first_noise("post", 16, 0.999, MEASURED, 0, 5))


def test_a_run_does_not_depend_on_its_group(default: WarmupRecording) -> None:
    setup = Setup(place="post", depth=16, method="adam", beta2=0.999, rates=tuple(default.rate[1].tolist()))
    np.testing.assert_array_equal(train(setup, 0, 7).loss, default.loss[1, 7])


def test_what_is_there_so_far_is_said_and_shown() -> None:
    found = [piece for piece in gradually(WarmupParams(steps=20, depth=1), 2) if isinstance(piece, WarmupRecording)]
    assert not found[0].known.any()
    assert found[0].failed == (0, 0, 0)
    assert [int(piece.known.sum()) for piece in found] == [0, 8, 16, 24, 32, 40, 48, 48]
    assert np.isnan(found[-2].spread).all()
    assert np.isfinite(found[-1].spread).all()


def test_claims_hold_and_notice_another_budget(default: WarmupRecording) -> None:
    found = list(claims(default))
    assert len(found) == 4
    for claim in found:
        assert claim.holds, claim
    longer = WarmupRecording(**{**vars(default), "rate": default.rate * np.array([[1.0], [1.0], [1.001]])})
    assert [claim.holds for claim in claims(longer)] == [True, True, True, False]
