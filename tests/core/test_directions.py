"""Directions for slices of the loss, and the closed form of double descent."""

import math

import numpy as np
import pytest

from core.directions import filter_normalized, random_direction, rescaled
from core.networks import Layer, dense, forward, initial_parameters
from core.theory.double_descent import expected_error


def test_rows_get_the_length_of_the_filters_and_all_else_is_zero() -> None:
    stack = dense([3, 4, 2], Layer(1, "relu", "layer"))
    theta = initial_parameters(stack, seed=1, bias=0.5)
    direction = random_direction(stack, seed=2)
    stack.views(direction)[0].weight[1] = 0.0
    found = filter_normalized(stack, theta, direction)
    for own, given, scaled in zip(stack.views(theta), stack.views(direction), stack.views(found), strict=True):
        for row in range(len(own.weight)):
            length = np.linalg.norm(given.weight[row])
            wanted = given.weight[row] * (np.linalg.norm(own.weight[row]) / length if length else 0.0)
            np.testing.assert_allclose(scaled.weight[row], wanted, rtol=1e-14)
        assert not scaled.bias.any()
        assert not scaled.gain.any()
        assert not scaled.shift.any()


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "identity"])
def test_rescaling_keeps_the_function(activation: str) -> None:
    stack = dense([3, 6, 5, 2], activation)
    theta = initial_parameters(stack, seed=4, bias=-0.2)
    x = np.random.default_rng(0).normal(size=(9, 3))
    for layer in (0, 1):
        other = rescaled(stack, theta, layer, 0.03)
        assert np.abs(other - theta).max() > 0.1
        np.testing.assert_allclose(forward(stack, other, x).output, forward(stack, theta, x).output, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("layer", "factor"), [(-1, 2.0), (1, 2.0), (0, 0.0), (0, math.nan)])
def test_what_cannot_be_rescaled_is_refused(layer: int, factor: float) -> None:
    stack = dense([2, 3, 1], "relu")
    with pytest.raises(ValueError, match="rescaled"):
        rescaled(stack, np.zeros(stack.size), layer, factor)


def test_directions_differ_by_number_and_repeat_by_seed() -> None:
    stack = dense([2, 3, 1])
    np.testing.assert_array_equal(random_direction(stack, 5, 1), random_direction(stack, 5, 1))
    assert not np.array_equal(random_direction(stack, 5, 1), random_direction(stack, 5, 0))


@pytest.mark.parametrize(("features", "examples"), [(3, 12), (25, 8)])
def test_double_descent_is_the_mean_error_of_least_squares(features: int, examples: int) -> None:
    rng = np.random.default_rng(7)
    beta = rng.normal(size=40)
    found = []
    for _ in range(4000):
        x = rng.normal(size=(examples, 40))
        w = np.linalg.lstsq(x[:, :features], x @ beta + 0.5 * rng.normal(size=examples))[0]
        found.append(((w - beta[:features]) ** 2).sum() + (beta[features:] ** 2).sum() + 0.25)
    inside, outside = float((beta[:features] ** 2).sum()), float((beta[features:] ** 2).sum())
    assert np.mean(found) == pytest.approx(expected_error(features, examples, inside, outside, 0.5), rel=0.05)


def test_double_descent_has_its_peak_where_features_are_as_many_as_examples() -> None:
    values = [expected_error(p, 40, p / 400, 1 - p / 400) for p in range(401)]
    assert [p for p in range(401) if math.isinf(values[p])] == [39, 40, 41]
    assert values[38] > values[20] > 1.0 > values[400] > 0.0
    with pytest.raises(ValueError, match="0 or more"):
        expected_error(-1, 3, 0.0, 1.0)
