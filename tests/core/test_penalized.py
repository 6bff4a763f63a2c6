"""Minima under a penalty: against every pattern of signs, fine grids, least squares with added rows; and the data they fit."""

import itertools

import numpy as np
import pytest

from core.data.ten_features import FEATURES, TRUTH, ten_features
from core.penalized import (
    coordinate_path,
    descend_coordinates,
    kkt_violation,
    pair_minimum,
    pair_path,
    penalized_path,
    ridge_path,
)
from core.recording import F64
from core.regularizers import penalty


def problem(seed: int, features: int = 5) -> tuple[F64, F64, F64, F64]:
    """Inputs, targets, XᵀX and Xᵀy of a regression with correlated columns."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(20, features)) + 0.8 * rng.normal(size=(20, 1))
    targets = inputs @ rng.normal(size=features) + rng.normal(size=20)
    return inputs, targets, inputs.T @ inputs, inputs.T @ targets


def by_enumeration(gram: F64, pull: F64, strength: float, share: float) -> F64:
    """The lowest of the stationary points of every pattern of signs −, 0, + whose signs come out right."""
    count, best, lowest = len(pull), np.zeros(len(pull)), 0.0
    for signs in itertools.product((-1.0, 0.0, 1.0), repeat=count):
        s = np.array(signs)
        on = s != 0.0
        if not on.any():
            continue
        system = gram[np.ix_(on, on)] + strength * (1.0 - share) * np.eye(int(on.sum()))
        w = np.zeros(count)
        w[on] = np.linalg.solve(system, pull[on] - strength * share * s[on])
        height = float(0.5 * w @ gram @ w - pull @ w) + penalty(w, strength, share)
        if (np.sign(w) == s).all() and height < lowest:
            best, lowest = w, height
    return best


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.1])
@pytest.mark.parametrize("part", [0.02, 0.2, 0.7])
def test_coordinate_descent_finds_the_best_of_all_patterns_of_signs(seed: int, share: float, part: float) -> None:
    _, _, gram, pull = problem(seed)
    strength = part * float(np.abs(pull).max())
    weights = np.zeros(5)
    assert descend_coordinates(gram, pull, strength, share, weights) < 5_000
    wanted = by_enumeration(gram, pull, strength, share)
    assert ((weights == 0.0) == (wanted == 0.0)).all()
    np.testing.assert_allclose(weights, wanted, atol=1e-10)
    assert kkt_violation(gram, pull, weights, strength, share) < 1e-11 * float(np.abs(pull).max())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [1.0, 0.6, 0.0])
def test_two_weights_in_closed_form_are_those_of_enumeration(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(40):
        rho, a = rng.uniform(-0.98, 0.98), rng.uniform(-3.0, 3.0, 2)
        gram = np.array([[1.0, rho], [rho, 1.0]])
        pull = gram @ a
        strength = rng.uniform(0.0, 1.3) * float(np.abs(pull).max())
        found = np.array(pair_minimum(1.0, rho, 1.0, pull[0], pull[1], strength, share))
        wanted = by_enumeration(gram, pull, strength, share)
        np.testing.assert_allclose(found, wanted, atol=1e-12)
        assert ((found == 0.0) == (wanted == 0.0)).all()


def test_two_weights_at_the_borders_between_the_cases() -> None:
    rho = 0.3
    pull = np.array([2.0 + rho * 0.7, 2.0 * rho + 0.7])
    gram = np.array([[1.0, rho], [rho, 1.0]])
    border = 0.7 * (1.0 + rho)  # where L1 sets w₂ to 0: KKT at (w₁, 0)
    for strength, zero in ((border * (1 - 1e-9), False), (border * (1 + 1e-9), True)):
        assert (pair_minimum(1.0, rho, 1.0, pull[0], pull[1], strength, 1.0)[1] == 0.0) is zero
    for strength in (np.nextafter(border, 0.0), border, np.nextafter(border, 9.0)):
        w = pair_minimum(1.0, rho, 1.0, pull[0], pull[1], strength, 1.0)
        assert w[0] == pytest.approx(2.0 + rho * 0.7 - border, abs=1e-12)
        assert w[1] == pytest.approx(0.0, abs=1e-14)
    largest = float(np.abs(pull).max())
    assert pair_minimum(1.0, rho, 1.0, pull[0], pull[1], largest, 1.0) == (0.0, 0.0)
    assert pair_minimum(1.0, rho, 1.0, pull[0], pull[1], largest * (1 - 1e-12), 1.0)[0] > 0.0
    np.testing.assert_allclose(pair_path(gram, pull, np.zeros(1), 1.0), [[2.0, 0.7]], atol=1e-14)
    assert pair_minimum(1.0, rho, 1.0, 0.0, 0.0, 0.0, 1.0) == (0.0, 0.0)


def test_unequal_curvatures_against_a_fine_grid() -> None:
    line = np.linspace(-0.5, 2.5, 1501)
    u, v = np.meshgrid(line, line, indexing="ij")
    height = 0.5 * (3.0 * u**2 + 2.0 * 0.9 * u * v + 0.8 * v**2) - 4.0 * u - 1.5 * v
    for strength, share in ((0.9, 1.0), (0.9, 0.4), (0.9, 0.0)):
        total = height + strength * (share * (abs(u) + abs(v)) + (1 - share) * 0.5 * (u**2 + v**2))
        i, j = np.unravel_index(total.argmin(), total.shape)
        found = pair_minimum(3.0, 0.9, 0.8, 4.0, 1.5, strength, share)
        assert found == pytest.approx((line[i], line[j]), abs=3e-3)


def test_ridge_is_least_squares_with_one_more_row_per_weight() -> None:
    inputs, targets, gram, pull = problem(4)
    strengths = np.array([0.0, 0.3, 20.0])
    path = ridge_path(gram, pull, strengths)
    for weights, strength in zip(path, strengths, strict=True):
        rows = np.vstack([inputs, np.sqrt(strength) * np.eye(5)])
        wanted = np.linalg.lstsq(rows, np.concatenate([targets, np.zeros(5)]))[0]
        np.testing.assert_allclose(weights, wanted, rtol=1e-9)
    np.testing.assert_allclose(path, coordinate_path(gram, pull, strengths, 0.0), rtol=1e-9)
    assert penalized_path(gram, pull, strengths, 0.0).tobytes() == path.tobytes()


def test_a_path_does_not_depend_on_where_it_came_from() -> None:
    _, _, gram, pull = problem(5)
    strengths = np.linspace(0.0, 1.1, 12) * float(np.abs(pull).max())
    path = penalized_path(gram, pull, strengths, 1.0)
    assert (path[-2:] == 0.0).all()
    for row in (0, 4, 9):
        np.testing.assert_allclose(path[row], by_enumeration(gram, pull, strengths[row], 1.0), atol=1e-10)
    assert (np.count_nonzero(path[8:], axis=1) < 5).all()


def test_a_wrong_minimum_violates_the_conditions() -> None:
    _, _, gram, pull = problem(6)
    strength = 0.3 * float(np.abs(pull).max())
    right = by_enumeration(gram, pull, strength, 0.7)
    assert kkt_violation(gram, pull, right, strength, 0.7) < 1e-10
    assert kkt_violation(gram, pull, right * 1.001, strength, 0.7) > 1e-3
    assert kkt_violation(gram, pull, np.zeros(5), strength, 0.7) == pytest.approx(float(np.abs(pull).max()) - strength * 0.7)
    dead = right.copy()
    dead[int(np.argmax(np.abs(right)))] = 0.0
    assert kkt_violation(gram, pull, dead, strength, 0.7) > 0.1
    assert np.isnan(kkt_violation(gram, pull, np.full(5, np.nan), strength, 0.7))


@pytest.mark.parametrize("orthonormal", [False, True])
@pytest.mark.parametrize("correlation", [-0.98, 0.0, 0.6])
def test_ten_features_have_the_correlations_that_were_asked_for(orthonormal: bool, correlation: float) -> None:
    inputs, targets = ten_features(30, correlation, 0.0, orthonormal, 3)
    gram = inputs.T @ inputs
    np.testing.assert_allclose(np.diag(gram), 1.0, atol=1e-14)
    np.testing.assert_allclose(inputs.mean(axis=0), 0.0, atol=1e-15)
    assert gram[0, 1] == pytest.approx(correlation, abs=1e-14)
    np.testing.assert_allclose(targets, inputs @ TRUTH, atol=1e-13)
    others = gram - np.diag(np.diag(gram))
    others[0, 1] = others[1, 0] = 0.0
    assert (float(np.abs(others).max()) < 1e-14) is orthonormal
    assert inputs.shape == (30, FEATURES)


def test_ten_features_noise_and_seed() -> None:
    inputs, plain = ten_features(400, 0.3, 0.0, False, 3)
    same, noisy = ten_features(400, 0.3, 0.5, False, 3)
    assert same.tobytes() == inputs.tobytes()
    assert (noisy - plain).std() == pytest.approx(0.5, rel=0.1)
    assert np.abs(ten_features(400, 0.3, 0.0, False, 4)[0] - inputs).max() > 0.01
    with pytest.raises(ValueError, match="more than 11 examples, not 11"):
        ten_features(11, 0.3, 0.0, False, 3)
