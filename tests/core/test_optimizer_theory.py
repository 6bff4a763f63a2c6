"""Closed forms about momentum, noise and Adam against eigenvalues, simulation and numbers worked out elsewhere."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.proofs import adam as adam_proofs
from core.theory import adam
from core.theory.measured_rate import measured_rate, mode_rate
from core.theory.momentum import (
    METHODS,
    best_setting,
    critical_momentum,
    iteration_matrix,
    rate,
    recurrence,
    spectral_radius,
    stability_limit,
    textbook_nesterov,
)
from core.theory.sgd_noise import loss_floor, noise_floor


@given(
    method=st.sampled_from(METHODS),
    learning_rate=st.floats(1e-3, 3.0),
    momentum=st.floats(0.0, 0.999),
    curvature=st.floats(0.01, 2.0),
)
def test_spectral_radius_is_that_of_the_iteration_matrix(
    method: str, learning_rate: float, momentum: float, curvature: float
) -> None:
    matrix = iteration_matrix(method, learning_rate, momentum, curvature)
    expected = np.abs(np.linalg.eigvals(matrix)).max()
    # a double root moves by the square root of a rounding error
    assert float(spectral_radius(method, learning_rate, momentum, curvature)) == pytest.approx(expected, abs=1e-6)
    b, c = recurrence(method, learning_rate, momentum, curvature)
    assert np.trace(matrix) == pytest.approx(float(b), abs=1e-12)
    assert np.linalg.det(matrix) == pytest.approx(float(c), abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9, 0.999])
def test_stability_limit_is_where_the_radius_passes_one(method: str, momentum: float) -> None:
    limit = float(stability_limit(method, momentum))
    assert float(spectral_radius(method, 0.999 * limit, momentum, 1.0)) < 1.0
    assert float(spectral_radius(method, 1.001 * limit, momentum, 1.0)) > 1.0
    assert float(spectral_radius(method, limit, momentum, 1.0)) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("method", ["momentum", "nesterov"])
@pytest.mark.parametrize("h", [0.01, 0.3, 0.9])
def test_critical_momentum_is_the_fastest(method: str, h: float) -> None:
    betas = np.linspace(0.0, 0.9999, 200_001)
    best = betas[np.argmin(spectral_radius(method, h, betas, 1.0))]
    assert float(critical_momentum(method, h, 1.0)) == pytest.approx(best, abs=1e-5)


def test_critical_momentum_is_nan_where_there_is_none() -> None:
    assert math.isnan(float(critical_momentum("momentum", 4.1, 1.0)))
    assert math.isnan(float(critical_momentum("nesterov", 1.1, 1.0)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("condition", [1.5, 25.0, 900.0])
def test_best_setting_beats_its_neighbours(method: str, condition: float) -> None:
    learning_rate, momentum, best = best_setting(method, 1.0, condition)
    curvatures = (1.0, condition)
    assert float(rate(method, learning_rate, momentum, curvatures)) == pytest.approx(best, abs=1e-6)
    for eta in np.geomspace(0.5, 2.0, 41) * learning_rate:
        betas = np.clip(momentum + np.linspace(-0.3, 0.3, 601), 0.0, 0.9999)
        assert rate(method, float(eta), betas, curvatures).min() >= best - 1e-6


def test_landmark_rates() -> None:
    assert best_setting("sgd", 1.0, 100.0)[2] == pytest.approx(99 / 101)
    assert best_setting("momentum", 1.0, 100.0) == pytest.approx(((2 / 11) ** 2, (9 / 11) ** 2, 9 / 11))
    assert textbook_nesterov(1.0, 100.0) == pytest.approx((0.01, 9 / 11, 0.9))
    assert float(spectral_radius("momentum", 0.1, 0.81, 1.0)) == pytest.approx(0.9)  # the 1.8 of a well-known page is a slip


@pytest.mark.parametrize("method", ["adam", "qhm"])
def test_methods_without_a_closed_form_say_so(method: str) -> None:
    for call in (
        lambda: recurrence(method, 0.1, 0.9, 1.0),
        lambda: stability_limit(method, 0.9),
        lambda: critical_momentum(method, 0.1, 1.0),
        lambda: best_setting(method, 1.0, 2.0),
        lambda: iteration_matrix(method, 0.1, 0.9, 1.0),
    ):
        with pytest.raises(ValueError, match=f"'{method}' has no"):
            call()


@pytest.mark.parametrize(("z1", "z2"), [(0.9, 0.3), (0.9, -0.95), (0.8, 0.8), (1.05, 0.5)])
def test_mode_rate_finds_real_double_and_growing_roots(z1: float, z2: float) -> None:
    errors = [1.0, 0.7]
    for _ in range(120):
        errors.append((z1 + z2) * errors[-1] - z1 * z2 * errors[-2])
    values = np.array(errors)
    assert mode_rate(values, np.abs(values)) == pytest.approx(max(abs(z1), abs(z2)), rel=1e-5)


def test_mode_rate_finds_complex_roots_and_single_ones() -> None:
    k = np.arange(200, dtype=np.float64)
    envelope = np.power(0.97, k)
    swinging = envelope * np.cos(0.6 * k + 0.2)
    assert mode_rate(swinging, envelope) == pytest.approx(0.97, rel=1e-9)
    fading = np.power(0.5, k[:60])
    assert mode_rate(fading, fading) == pytest.approx(0.5, rel=1e-9)


def test_mode_rate_refuses_what_follows_no_law() -> None:
    k = np.arange(1, 100, dtype=np.float64)
    assert math.isnan(mode_rate(1.0 / k, 1.0 / k))
    assert math.isnan(mode_rate(np.array([1.0, 0.5]), np.array([1.0, 0.5])))
    assert math.isnan(mode_rate(np.zeros(10), np.zeros(10)))


def test_measured_rate_sees_the_slowest_mode_through_rotation() -> None:
    k = np.arange(80)
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    path = np.column_stack((3 * 0.95**k, (-0.6) ** k)) @ turn.T + (1.0, -2.0)
    hessian = turn @ np.diag([1.0, 20.0]) @ turn.T
    assert measured_rate(path, (1.0, -2.0), hessian) == pytest.approx(0.95, rel=1e-6)


@pytest.mark.parametrize(("h", "beta"), [(0.1, 0.0), (1.9, 0.0), (0.5, 0.9), (3.5, 0.9)])
def test_noise_floor_solves_the_covariance_equation(h: float, beta: float) -> None:
    """The stationary covariance C of (x, ηv) solves C = M C Mᵀ + N; its corner is the floor."""
    matrix = iteration_matrix("momentum", h, beta, 1.0)
    push = np.array([-h * 0.7, h * 0.7])
    system = np.eye(4) - np.kron(matrix, matrix)
    covariance = np.linalg.solve(system, np.outer(push, push).ravel()).reshape(2, 2)
    assert float(noise_floor(h, beta, 1.0, 0.7)) == pytest.approx(covariance[0, 0], rel=1e-9)


def test_noise_floor_outside_stability_is_infinite_and_loss_floor_is_half_curvature() -> None:
    assert float(noise_floor(2.5, 0.1, 1.0, 1.0)) == math.inf
    assert float(loss_floor(0.01, 0.9, 4.0, 2.0)) == pytest.approx(2.0 * float(noise_floor(0.01, 0.9, 4.0, 2.0)))


def test_adam_landmarks() -> None:
    assert adam.first_step(0.9, 0.999) == pytest.approx(math.sqrt(10.0))
    at, peak = adam.peak_step(0.9, 0.999)
    assert peak == pytest.approx(6.57, abs=0.005)
    assert at == 12
    assert adam.spike_step(0.9, 0.999, 5000) == pytest.approx(3.152, abs=5e-4)
    assert adam.spike_step(0.9, 0.999, 100_000) == pytest.approx(math.sqrt(10.0))
    assert adam.first_step(0.99, 0.9) < 0.05


def test_ema_share_is_what_a_running_mean_has_seen() -> None:
    mean = 0.0
    for t in range(1, 50):
        mean = 0.95 * mean + 0.05 * 3.0
        assert 3.0 * float(adam.ema_share(0.95, t)) == pytest.approx(mean)


def test_radam_lengths() -> None:
    assert adam.final_length(0.999) == pytest.approx(1999.0)
    assert adam.sample_length(0.999, np.array([4, 5])) == pytest.approx([3.9975, 4.996], abs=1e-3)
    assert adam.first_adaptive_step(0.999, 4.0) == 5
    assert adam.first_adaptive_step(0.999, 5.0) == 6
    assert adam.first_adaptive_step(0.5, 4.0) == 0
    assert math.isnan(float(adam.rectification(0.999, 4)))
    assert float(adam.rectification(0.999, 50_000)) == pytest.approx(1.0)
    # the length is that of the simple average with the same centre of mass
    t, beta = 60, 0.9
    weights = (1 - beta) * beta ** np.arange(t) / (1 - beta**t)
    centre = float(np.sum(weights * np.arange(1, t + 1)))
    assert float(adam.sample_length(beta, t)) == pytest.approx(2.0 * centre - 1.0)


def test_adam_proofs_hold() -> None:
    claims = list(adam_proofs.proofs())
    assert len(claims) >= 6
    for claim in claims:
        assert claim.holds, claim
