"""Losses against PyTorch's numbers, finite differences and closed forms."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import losses

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "layers.npz")


@pytest.mark.parametrize("name", losses.NAMES)
def test_values_and_gradients_are_pytorchs(name: str) -> None:
    value, gradient = losses.loss(name, REFERENCE["losses/logits"], REFERENCE[f"losses/{name}/targets"])
    assert value == pytest.approx(float(REFERENCE[f"losses/{name}/value"]), rel=1e-10)
    np.testing.assert_allclose(gradient, REFERENCE[f"losses/{name}/gradient"], rtol=1e-10, atol=1e-16)


@settings(max_examples=60)
@given(st.sampled_from(losses.NAMES), st.integers(1, 6), st.integers(1, 5), st.integers(0, 10**6))
def test_gradient_is_the_slope_of_the_mean(name: str, examples: int, classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(examples, classes)) * 3
    targets = rng.integers(0, classes, examples) if name.startswith("softmax") else rng.uniform(size=(examples, classes))
    _, gradient = losses.loss(name, logits, targets)
    h = 1e-5
    for place in np.ndindex(logits.shape):
        up, down = logits.copy(), logits.copy()
        up[place] += h
        down[place] -= h
        slope = (losses.loss(name, up, targets)[0] - losses.loss(name, down, targets)[0]) / (2 * h)
        assert gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_zero_logits_cost_ln_of_the_number_of_classes() -> None:
    value, gradient = losses.loss("softmax_cross_entropy", np.zeros((3, 10)), [4, 0, 9])
    assert value == pytest.approx(math.log(10), rel=1e-15)
    assert gradient.sum() == pytest.approx(0.0, abs=1e-15)
    assert gradient[0, 4] == pytest.approx((0.1 - 1) / 3, rel=1e-15)


def test_two_classes_are_binary_cross_entropy_of_the_difference() -> None:
    z = np.random.default_rng(3).normal(size=(8, 2)) * 5
    labels = np.array([0, 1, 1, 0, 1, 0, 0, 1])
    soft, _ = losses.loss("softmax_cross_entropy", z, labels)
    binary, _ = losses.loss("binary_cross_entropy", z[:, 1] - z[:, 0], labels.astype(float))
    assert soft == pytest.approx(binary, rel=1e-13)


def test_sure_answers_neither_overflow_nor_lose_the_last_digits() -> None:
    wrong, slope = losses.loss("binary_cross_entropy", [800.0], [0.0])
    assert (wrong, slope[0]) == (800.0, 1.0)
    right, _ = losses.loss("binary_cross_entropy", [40.0], [1.0])
    assert right == pytest.approx(math.exp(-40), rel=1e-12)
    shifted, _ = losses.loss("softmax_cross_entropy", [[1e300, 1e300 - 1e285]], [0])
    assert shifted == 0.0
    assert losses.loss("softmax_cross_entropy", [[-1e5, 1e5]], [0])[0] == 2e5
    # saturation: sure and wrong, and yet no gradient to speak of
    assert abs(losses.loss("sigmoid_mse", [30.0], [0.0])[1][0]) < 1e-12


@pytest.mark.parametrize("size", [1, 2, 7, 16])
def test_columns_and_rows_agree(size: int) -> None:
    rng = np.random.default_rng(size)
    logits, labels = rng.normal(size=(size, 4)) * 6, rng.integers(0, 4, size)
    value, gradient = losses.loss("softmax_cross_entropy", logits, labels)
    columns = np.empty((4, size))
    assert losses.softmax_cross_entropy_columns(np.ascontiguousarray(logits.T), labels, columns, np.empty((3, size))) == value
    np.testing.assert_allclose(columns.T, gradient, rtol=1e-14, atol=1e-18)


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("name", losses.NAMES)
def test_broken_logits_give_a_number_or_nan_and_never_an_exception(name: str, bad: float) -> None:
    logits = np.array([[bad, 0.0, 1.0], [0.0, bad, bad]])
    targets = np.array([0, 1]) if name.startswith("softmax") else np.full((2, 3), 0.5)
    value, _ = losses.loss(name, logits, targets)
    assert not math.isfinite(value) or name == "sigmoid_mse"


def test_kernels_survive_a_label_out_of_range_and_an_empty_batch() -> None:
    for labels in (np.array([0, 9]), np.array([-1, 0])):
        assert math.isnan(losses.softmax_cross_entropy(np.zeros((2, 3)), labels, np.empty((2, 3))))
        columns = np.empty((3, 2))
        assert math.isnan(losses.softmax_cross_entropy_columns(np.zeros((3, 2)), labels, columns, np.empty((3, 2))))
    empty = np.empty(0)
    for entries in (losses.binary_cross_entropy, losses.sigmoid_mse, losses.mse):
        assert math.isnan(entries(empty, empty, empty))
    assert math.isnan(losses.softmax_cross_entropy(np.empty((0, 3)), np.empty(0, dtype=np.int64), np.empty((0, 3))))


@pytest.mark.parametrize(
    ("name", "outputs", "targets", "sentence"),
    [
        ("hinge", [1.0], [1.0], "'hinge' is not a loss"),
        ("mse", [], [], "empty batch"),
        ("mse", [1.0, 2.0], [1.0], r"shape \(2,\), not \(1,\)"),
        ("binary_cross_entropy", [1.0], [1.5], "between 0 and 1"),
        ("binary_cross_entropy", [1.0], [math.nan], "between 0 and 1"),
        ("softmax_cross_entropy", [1.0, 2.0], [0], r"\(examples, classes\)"),
        ("softmax_cross_entropy", [[1.0, 2.0]], [0, 1], "needs 1 labels"),
        ("softmax_cross_entropy", [[1.0, 2.0]], [2], "from 0 to 1"),
        ("softmax_cross_entropy", [[1.0, 2.0]], [0.5], "from 0 to 1"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(name: str, outputs: list[float], targets: list[float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        losses.loss(name, outputs, targets)


def test_infinite_logits_give_what_the_formula_comes_to() -> None:
    assert losses.loss("softmax_cross_entropy", [[-math.inf, 0.0]], [0])[0] == math.inf
    assert losses.loss("softmax_cross_entropy", [[-math.inf, 0.0]], [1])[0] == 0.0
    assert math.isnan(losses.loss("softmax_cross_entropy", [[math.inf, 0.0]], [1])[0])
    assert losses.loss("sigmoid_mse", [math.inf, -math.inf], [0.0, 0.0])[0] == 0.5
    assert losses.loss("mse", [math.inf], [0.0])[0] == math.inf
    for name, targets in (("softmax_cross_entropy", [0]), ("sigmoid_mse", [[0.0, 1.0]]), ("mse", [[0.0, 1.0]])):
        assert math.isnan(losses.loss(name, [[0.0, math.nan]], targets)[0])
