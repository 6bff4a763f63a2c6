"""Penalties against finite differences and against the minimization that a proximal step solves; clipping."""

import math

import numpy as np
import pytest

from core.clipping import clip_by_norm, clip_by_value, clip_factor
from core.regularizers import (
    elastic_net_shrink,
    elastic_net_subgradient,
    l1_subgradient,
    l2_gradient,
    l2_shrink,
    penalty,
    soft_threshold,
)

WEIGHTS = (-3.0, -0.4, -0.05, 0.05, 0.3, 2.0)


@pytest.mark.parametrize("w", WEIGHTS)
def test_gradients_are_slopes_of_the_penalty(w: float) -> None:
    step = 1e-6

    def slope(share: float) -> float:
        up, down = penalty(np.array([w + step]), 0.7, share), penalty(np.array([w - step]), 0.7, share)
        return (up - down) / (2 * step)

    assert l1_subgradient(w, 0.7) == pytest.approx(slope(1.0), abs=1e-8)
    assert l2_gradient(w, 0.7) == pytest.approx(slope(0.0), abs=1e-8)
    assert elastic_net_subgradient(w, 0.7, 0.3) == pytest.approx(slope(0.3), abs=1e-8)


@pytest.mark.parametrize("w", WEIGHTS)
@pytest.mark.parametrize("amount", [0.0, 0.1, 1.5])
def test_proximal_steps_solve_their_minimization(w: float, amount: float) -> None:
    """u = argmin ½(u − w)² + amount·R(u), by a fine grid."""
    grid = np.linspace(-4.0, 4.0, 800_001)
    fit = 0.5 * (grid - w) ** 2

    def best(share: float) -> float:
        return float(grid[np.argmin(fit + amount * (share * np.abs(grid) + (1 - share) * 0.5 * grid**2))])

    assert soft_threshold(w, amount) == pytest.approx(best(1.0), abs=2e-5)
    assert l2_shrink(w, amount) == pytest.approx(best(0.0), abs=2e-5)
    assert elastic_net_shrink(w, amount, 0.4) == pytest.approx(best(0.4), abs=2e-5)


def test_l1_reaches_zero_by_the_proximal_step_only() -> None:
    learning_rate, strength = 0.1, 0.3
    proximal = rattling = 1.0
    for _ in range(100):
        proximal = soft_threshold(proximal, learning_rate * strength)
        rattling -= learning_rate * l1_subgradient(rattling, strength)
    assert proximal == 0.0
    assert 0.0 < abs(rattling) <= learning_rate * strength
    assert l1_subgradient(0.0, 1.0) == 0.0


def test_nan_is_never_turned_into_a_number() -> None:
    assert math.isnan(soft_threshold(math.nan, 0.1))
    assert math.isnan(l1_subgradient(math.nan, 0.1))
    assert math.isnan(clip_by_value(math.nan, 1.0))
    assert math.isnan(penalty(np.array([math.nan]), 1.0, 0.5))


def test_clip_by_norm_keeps_the_direction() -> None:
    g = np.array([3.0, -4.0, 12.0])
    assert clip_by_norm(g, 6.5) == pytest.approx(13.0)
    np.testing.assert_allclose(g, [1.5, -2.0, 6.0], rtol=1e-15)
    small = np.array([0.3, 0.4])
    assert clip_by_norm(small, 6.5) == pytest.approx(0.5)
    assert small.tolist() == [0.3, 0.4]
    assert clip_by_norm(np.zeros(0), 1.0) == 0.0
    huge = np.array([3e200, -4e200])  # their squares are beyond float64, their norm is not
    assert clip_by_norm(huge, 10.0) == pytest.approx(5e200)
    assert huge == pytest.approx([6.0, -8.0])
    kept = np.array([3e200, -4e200])
    clip_by_norm(kept, 1e201)
    assert kept == pytest.approx([3e200, -4e200])
    assert clip_factor(math.nan, 1.0) == 1.0


def test_clip_by_value_bounds_each_coordinate() -> None:
    assert [clip_by_value(g, 2.0) for g in (-5.0, -1.0, 0.5, 7.0, math.inf)] == [-2.0, -1.0, 0.5, 2.0, 2.0]


def test_an_infinite_gradient_is_not_hidden() -> None:
    g = np.array([1.0, math.inf])
    assert clip_by_norm(g, 1.0) == math.inf
    assert g[0] == 0.0
    assert math.isnan(g[1])
