"""Dropout's moments by enumerating every mask, and the linear model it turns into ridge regression."""

import itertools

import numpy as np
import pytest

from core.recording import F64
from core.theory import dropout as theory


def expected_error(inputs: F64, targets: F64, weights: F64, p: float) -> float:
    """E‖y − (M∘X)w/(1 − p)‖² exactly, example by example over all 2^D masks."""
    total = 0.0
    for mask in itertools.product((0.0, 1.0), repeat=weights.size):
        chance = np.prod([1 - p if kept else p for kept in mask])
        total += float(chance * ((targets - (inputs * np.array(mask)) @ weights / (1 - p)) ** 2).sum())
    return total


@pytest.mark.parametrize("inverted", [True, False])
@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9])
def test_moments_are_those_of_the_two_outcomes(p: float, inverted: bool) -> None:
    a = -1.7
    kept = a / (1 - p) if inverted else a
    mean = (1 - p) * kept
    assert theory.mean(a, p, inverted) == pytest.approx(mean, rel=1e-14)
    assert theory.variance(a, p, inverted) == pytest.approx((1 - p) * (kept - mean) ** 2 + p * mean**2, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_linear_dropout_is_ridge_regression(p: float) -> None:
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(20, 4)) * np.array([1.0, 3.0, 0.2, 1.0])
    targets = inputs @ np.array([1.0, -2.0, 0.5, 0.0]) + rng.normal(size=20)
    some = rng.normal(size=4)
    plain = float(((targets - inputs @ some) ** 2).sum())
    assert expected_error(inputs, targets, some, p) == pytest.approx(plain + theory.penalty(some, inputs, p), rel=1e-12)
    best = theory.ridge_solution(inputs, targets, p)
    gram = inputs.T @ inputs
    np.testing.assert_allclose((gram + p / (1 - p) * np.diag(np.diag(gram))) @ best, inputs.T @ targets, rtol=1e-10)
    lowest = expected_error(inputs, targets, best, p)
    for step in np.vstack([np.eye(4), -np.eye(4)]) * 1e-3:
        assert expected_error(inputs, targets, best + step, p) > lowest


def test_without_dropout_it_is_least_squares_and_a_dead_input_gets_no_weight() -> None:
    rng = np.random.default_rng(2)
    inputs, targets = rng.normal(size=(9, 3)), rng.normal(size=9)
    np.testing.assert_allclose(theory.ridge_solution(inputs, targets, 0.0), np.linalg.lstsq(inputs, targets)[0], rtol=1e-10)
    inputs[:, 1] = 0.0
    assert theory.ridge_solution(inputs, targets, 0.3)[1] == pytest.approx(0.0, abs=1e-15)


def test_bad_input_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="below 1"):
        theory.variance(1.0, 1.0)
    with pytest.raises(ValueError, match="do not fit"):
        theory.ridge_solution(np.ones((3, 2)), np.ones(2), 0.5)
