"""The kernels under the normalization layers: rows against columns, the three paths of the gradient, and the Jacobian."""

import numpy as np
import pytest

from core.normalization import affine
from core.normalization.standardize import (
    backward_paths,
    jacobian,
    standardize_columns,
    standardize_columns_backward,
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
def test_columns_do_what_rows_do(shape: tuple[int, int], centered: bool) -> None:
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=shape) * 4 + 1, rng.normal(size=shape)
    x_hat, mean, variance = rows(x, centered)
    dx = np.empty_like(x)
    standardize_rows_backward(g, x_hat, variance, EPSILON, centered, dx)
    turned, mean_2, variance_2 = np.ascontiguousarray(x.T), np.empty(len(x)), np.empty(len(x))
    standardize_columns(turned, EPSILON, centered, turned, mean_2, variance_2)
    dx_2 = np.ascontiguousarray(g.T)
    standardize_columns_backward(dx_2, turned, variance_2, EPSILON, centered, dx_2)
    for ours, theirs in ((turned.T, x_hat), (mean_2, mean), (variance_2, variance), (dx_2.T, dx)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-15)


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


def test_affine_rows_and_columns_agree_and_sum_what_they_should() -> None:
    rng = np.random.default_rng(3)
    x_hat, dy = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    gamma, beta = rng.normal(size=4), rng.normal(size=4)
    y, g, dgamma, dbeta = np.empty((4, 6)), np.empty((4, 6)), np.empty(4), np.empty(4)
    affine.affine_rows(x_hat, gamma, beta, y)
    affine.affine_rows_backward(dy, x_hat, gamma, dgamma, dbeta, g)
    np.testing.assert_allclose(y, gamma[:, None] * x_hat + beta[:, None], rtol=1e-15)
    np.testing.assert_allclose(dgamma, (dy * x_hat).sum(axis=1), rtol=1e-13)
    np.testing.assert_allclose(dbeta, dy.sum(axis=1), rtol=1e-13)
    np.testing.assert_allclose(g, dy * gamma[:, None], rtol=1e-15)
    y_2, g_2, dgamma_2, dbeta_2 = np.empty((6, 4)), np.empty((6, 4)), np.empty(4), np.empty(4)
    turned, dy_2 = np.ascontiguousarray(x_hat.T), np.ascontiguousarray(dy.T)
    affine.affine_columns(turned, gamma, beta, y_2)
    affine.affine_columns_backward(dy_2, turned, gamma, dgamma_2, dbeta_2, g_2)
    assert np.array_equal(y_2.T, y)
    assert np.array_equal(g_2.T, g)
    assert np.array_equal(dgamma_2, dgamma)
    assert np.array_equal(dbeta_2, dbeta)


def test_kernels_survive_empty_and_broken_input() -> None:
    for shape in ((0, 3), (3, 0), (0, 0)):
        x = np.empty(shape)
        standardize_rows(x, EPSILON, True, x, np.empty(shape[0]), np.empty(shape[0]))
        standardize_rows_backward(x, x, np.ones(shape[0]), EPSILON, True, x)
        standardize_columns(x, EPSILON, True, x, np.empty(shape[1]), np.empty(shape[1]))
        standardize_columns_backward(x, x, np.ones(shape[1]), EPSILON, True, x)
    broken = np.array([[np.inf, 1.0], [1.0, 2.0]])
    x_hat, _, _ = rows(broken)
    assert np.isnan(x_hat[0, 0])
    assert np.isfinite(x_hat[1]).all()
