"""The perceptron against a literal loop, its bound, and data that no line separates."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.perceptron import correct, learn, mistake_bound

Array = npt.NDArray[np.float64]


@given(st.integers(1, 30), st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_learning_is_the_literal_loop_and_keeps_the_bound(count: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs, direction = rng.normal(size=(count, width)), rng.normal(size=width)
    labels = np.where(inputs @ direction > 0.0, 1.0, -1.0)
    weights, mistakes, passes = learn(inputs, labels, 100_000)
    w, made, rounds = np.zeros(width), 0, 0
    while True:
        before = made
        for x, y in zip(inputs, labels, strict=True):
            if y * (w @ x) <= 0.0:
                w, made = w + y * x, made + 1
        if made == before:
            break
        rounds += 1
    assert (mistakes, passes) == (made, rounds)
    np.testing.assert_allclose(weights, w, rtol=1e-12, atol=1e-12)
    assert mistakes <= mistake_bound(inputs, labels, 7.0 * direction)
    assert np.all(labels * (inputs @ weights) > 0.0)


def test_what_cannot_be_separated_never_ends_and_has_no_bound() -> None:
    inputs = np.array([[-1.0, -1.0, 1.0], [-1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, 1.0]])
    labels = np.array([-1.0, 1.0, 1.0, -1.0])
    _, mistakes, passes = learn(inputs, labels, 50)
    assert passes == 50
    assert mistakes >= 50
    assert mistake_bound(inputs, labels, np.array([1.0, 1.0, 0.0])) == math.inf


def test_examples_are_shown_in_turn_from_any_start() -> None:
    inputs, labels = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1.0, -1.0])
    weights = np.zeros(2)
    assert correct(weights, inputs, labels, 1, 1) == 1
    np.testing.assert_array_equal(weights, [0.0, -2.0])
    assert correct(weights, inputs, labels, 1, 3) == 1  # right, wrong, right
    np.testing.assert_array_equal(weights, [1.0, -2.0])


@pytest.mark.parametrize(
    ("inputs", "labels"), [(np.ones((2, 2)), np.ones(3)), (np.ones((0, 2)), np.ones(0)), (np.ones((2, 2)), np.zeros(2))]
)
def test_bad_data_are_refused(inputs: Array, labels: Array) -> None:
    with pytest.raises(ValueError, match=r"labels"):
        learn(inputs, labels, 3)
