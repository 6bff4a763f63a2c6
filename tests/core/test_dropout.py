"""Dropout: scaling as PyTorch's, masks that depend on their key alone, moments, and the backward pass."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dropout import dropout, dropout_backward, keep, mask

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "layers.npz")


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8, 0.9])
def test_scaling_is_pytorchs(p: float) -> None:
    training, _ = dropout(np.ones((40, 100)), p, seed=1)
    evaluation, _ = dropout(np.ones((4, 1)), p, seed=1, training=False)
    np.testing.assert_allclose(np.unique(training), REFERENCE[f"dropout/{p}/train"], rtol=1e-10)
    np.testing.assert_allclose(np.unique(evaluation), REFERENCE[f"dropout/{p}/eval"], rtol=1e-10)


@pytest.mark.parametrize("inverted", [True, False])
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_the_mean_over_masks_is_the_evaluation_output(p: float, inverted: bool) -> None:
    x = np.array([[1.0, -2.0, 0.5]])
    draws = np.array([dropout(x, p, seed=5, step=step, inverted=inverted)[0] for step in range(4000)])
    expected, _ = dropout(x, p, seed=5, inverted=inverted, training=False)
    deviation = np.abs(x) * math.sqrt(p * (1 - p)) / ((1 - p) if inverted else 1.0)
    assert np.all(np.abs(draws.mean(axis=0) - expected) <= 4 * deviation / math.sqrt(4000) + 1e-15)
    np.testing.assert_allclose(draws.var(axis=0), deviation**2, rtol=0.12, atol=1e-15)


def test_p_zero_is_the_identity_to_the_bit() -> None:
    x = np.random.default_rng(0).normal(size=(5, 7))
    for inverted in (True, False):
        for training in (True, False):
            assert dropout(x, 0.0, seed=3, inverted=inverted, training=training)[0].tobytes() == x.tobytes()


def test_masks_depend_on_seed_layer_and_step_only() -> None:
    first = mask((6, 8), 0.5, seed=1, layer=2, step=3)
    assert first.tobytes() == mask((6, 8), 0.5, seed=1, layer=2, step=3).tobytes()
    for seed, layer, step in ((9, 2, 3), (1, 3, 3), (1, 2, 4)):
        assert not np.array_equal(first, mask((6, 8), 0.5, seed=seed, layer=layer, step=step))
    # a larger batch or a wider layer adds to the mask and changes nothing in it
    assert np.array_equal(mask((9, 11), 0.5, seed=1, layer=2, step=3)[:6, :8], first)
    assert keep(0.5, 1, 2, 3, 5, 7) == (first[5, 7] > 0)


@given(st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_a_unit_kept_at_p_is_kept_at_every_smaller_p(p: float, q: float) -> None:
    low, high = min(p, q), max(p, q)
    kept_low, kept_high = (mask((4, 16), r, seed=2) > 0 for r in (low, high))
    assert np.all(kept_low | ~kept_high)


def test_backward_is_the_slope_for_the_same_mask() -> None:
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(3, 4, 2, 2)), rng.normal(size=(3, 4, 2, 2))
    for inverted in (True, False):
        y, factors = dropout(x, 0.4, seed=6, inverted=inverted)
        moved, _ = dropout(x + 1e-6 * dy, 0.4, seed=6, inverted=inverted)
        np.testing.assert_allclose(dropout_backward(dy, factors), (moved - y) / 1e-6, atol=1e-8)


def test_silenced_units_are_zero_even_if_they_were_broken() -> None:
    y, factors = dropout(np.full((50, 1), math.nan), 0.5, seed=1)
    assert np.all(y[factors == 0.0] == 0.0)
    assert np.all(np.isnan(y[factors > 0.0]))
    assert not np.isnan(dropout_backward(np.full((50, 1), math.inf), factors)).any()


def test_empty_input_and_bad_input() -> None:
    assert dropout(np.empty((0, 4)), 0.5, seed=0)[0].shape == (0, 4)
    assert dropout(np.empty((3, 0)), 0.5, seed=0)[0].shape == (3, 0)
    for p in (-0.1, 1.0, math.nan):
        with pytest.raises(ValueError, match="must be 0 or more and below 1"):
            dropout(np.ones((2, 2)), p, seed=0)
    with pytest.raises(ValueError, match="axis for the examples"):
        mask((), 0.5, seed=0)
    with pytest.raises(ValueError, match=r"output's shape \(2, 2\), not \(2,\)"):
        dropout_backward(np.ones(2), np.ones((2, 2)))
