"""Hessian-vector products and sharpness against matrices that are known."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import losses
from core.curvature import hessian_vector, loss_gradient, sharpness
from core.networks import dense, forward, initial_parameters

Array = npt.NDArray[np.float64]


def quadratic(spectrum: list[float], seed: int) -> Array:
    turned, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(spectrum), len(spectrum))))
    return np.asarray(turned @ np.diag(spectrum) @ turned.T)


@given(st.lists(st.floats(-50.0, 50.0), min_size=1, max_size=12), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_sharpness_of_a_quadratic_is_its_largest_eigenvalue(spectrum: list[float], seed: int) -> None:
    matrix = quadratic(spectrum, seed)
    found = sharpness(lambda theta: matrix @ theta, np.ones(len(spectrum)), tolerance=0.0)
    assert found == pytest.approx(max(spectrum), abs=1e-6 * (1.0 + np.abs(spectrum).max()))


def test_products_of_a_quadratic_are_exact_and_linear() -> None:
    matrix = quadratic([3.0, -1.0, 0.5, 20.0], 1)
    v = np.array([1.0, -2.0, 0.5, 30.0])
    theta = np.array([5.0, 1.0, -7.0, 2.0])
    np.testing.assert_allclose(hessian_vector(lambda t: matrix @ t, theta, v), matrix @ v, rtol=1e-7, atol=1e-6)
    assert not hessian_vector(lambda t: matrix @ t, theta, np.zeros(4)).any()


def test_sharpness_of_a_net_is_that_of_its_whole_hessian() -> None:
    stack = dense([2, 5, 4, 1], "tanh")
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(15, 2)), rng.normal(size=(15, 1))
    theta = initial_parameters(stack, "xavier_normal", 2.0, seed=4)

    def loss(at: Array) -> float:
        return losses.loss("mse", forward(stack, at, x).output, y)[0]

    r, size = 1e-4, stack.size
    whole = np.empty((size, size))  # from the loss alone: second differences
    for i in range(size):
        for j in range(size):
            a, b = r * np.eye(size)[i], r * np.eye(size)[j]
            whole[i, j] = (loss(theta + a + b) - loss(theta + a - b) - loss(theta - a + b) + loss(theta - a - b)) / (4 * r * r)
    gradient = loss_gradient(stack, "mse", x, y)
    assert sharpness(gradient, theta, tolerance=1e-9) == pytest.approx(np.linalg.eigvalsh(whole)[-1], rel=1e-5)
    assert sharpness(gradient, theta) == pytest.approx(sharpness(gradient, theta, seed=9), rel=1e-3)
    assert sharpness(gradient, theta) == sharpness(gradient, theta)


def test_divergence_and_bad_input() -> None:
    assert math.isnan(sharpness(lambda theta: theta * np.inf, np.ones(3)))
    with pytest.raises(ValueError, match="at least 1 product"):
        sharpness(lambda theta: theta, np.ones(3), longest=0)
