"""The kernels under the normalization layers: against NumPy's statistics, the three paths of the gradient, the Jacobian."""

import numpy as np
import pytest

from core.normalization.standardize import (
    backward_paths,
    jacobian,
    standardize_rows,
    standardize_rows_backward,
)
from core.recording import F64

EPSILON = 1e-5


def rows(x: F64, centered: bool = True) -> tuple[F64, F64, F64]:
    x_hat, mean, variance = np.empty_like(x), np.empty(len(x)), np.empty(len(x))
    standardize_rows(x, EPSILON, centered, x_hat, mean, variance)
    return x_hat, mean, variance


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (1, 8), (5, 7), (33, 17)])
def test_rows_are_numpys_and_may_be_written_over(shape: tuple[int, int], centered: bool) -> None:
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=shape) * 4 + 1, rng.normal(size=shape)
    x_hat, mean, variance = rows(x, centered)
    wanted = x.mean(axis=1) if centered else np.zeros(len(x))
    np.testing.assert_allclose(mean, wanted, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(variance, ((x - wanted[:, None]) ** 2).mean(axis=1), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(x_hat, (x - wanted[:, None]) / np.sqrt(variance + EPSILON)[:, None], rtol=1e-12, atol=1e-13)
    dx, again = np.empty_like(x), g.copy()
    standardize_rows_backward(g, x_hat, variance, EPSILON, centered, dx)
    standardize_rows_backward(again, x_hat, variance, EPSILON, centered, again)
    assert np.array_equal(dx, again)
    standardize_rows(x, EPSILON, centered, x, mean, variance)
    assert np.array_equal(x, x_hat)


def test_three_paths_and_the_jacobian_make_the_gradient() -> None:
    rng = np.random.default_rng(1)
    x, g = rng.normal(size=(1, 9)) * 3, rng.normal(size=(1, 9))
    x_hat, _, variance = rows(x)
    dx = np.empty_like(x)
    standardize_rows_backward(g, x_hat, variance, EPSILON, True, dx)
    paths = backward_paths(g[0], x_hat[0], float(variance[0]), EPSILON)
    np.testing.assert_allclose(sum(paths), dx[0], atol=1e-15)
    full = jacobian(x_hat[0], float(variance[0]), EPSILON)
    np.testing.assert_allclose(full @ g[0], dx[0], atol=1e-15)
    assert np.abs(np.diag(full) * g[0] - dx[0]).max() > 0.01  # the naive diagonal is another vector
    assert dx.sum() == pytest.approx(0.0, abs=1e-15)
    s = float(np.sqrt(variance[0] + EPSILON))
    assert (dx * x_hat).sum() == pytest.approx(EPSILON / s**3 * (g * x_hat).sum(), abs=1e-14)


def test_the_jacobian_is_that_of_the_forward_kernel() -> None:
    x = np.random.default_rng(2).normal(size=(1, 6))
    x_hat, _, variance = rows(x)
    full = jacobian(x_hat[0], float(variance[0]), EPSILON)
    h = 1e-6
    for j in range(6):
        step = np.zeros((1, 6))
        step[0, j] = h
        np.testing.assert_allclose(full[:, j], (rows(x + step)[0] - rows(x - step)[0])[0] / (2 * h), atol=1e-8)


def test_kernels_survive_empty_and_broken_input() -> None:
    for shape in ((0, 3), (3, 0), (0, 0)):
        x = np.empty(shape)
        standardize_rows(x, EPSILON, True, x, np.empty(shape[0]), np.empty(shape[0]))
        standardize_rows_backward(x, x, np.ones(shape[0]), EPSILON, True, x)
    broken = np.array([[np.inf, 1.0], [1.0, 2.0]])
    x_hat, _, _ = rows(broken)
    assert np.isnan(x_hat[0, 0])
    assert np.isfinite(x_hat[1]).all()
