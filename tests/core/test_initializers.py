"""Initializers: variances and bounds against the papers' and PyTorch's, orthogonality, and independence of the keys."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.initializers import NAMES, initialize, variance

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "layers.npz")
RANDOM = [name for name in NAMES if name not in ("zeros", "constant")]
IN_PYTORCH = {
    "xavier_uniform": 1.5,
    "xavier_normal": 1.5,
    "he_uniform": 1,
    "he_normal": 1,
    "lecun_normal": 1,
    "orthogonal": 1.5,
}


@pytest.mark.parametrize("name", RANDOM)
def test_mean_and_variance_are_as_documented(name: str) -> None:
    weights = initialize(name, 300, 200, gain=1.3, seed=4, layer=2)
    expected = variance(name, 300, 200, 1.3)
    # 60 000 entries: the mean scatters by sd/245, the variance of a normal by √(2/60000) = 0.6 %
    assert abs(weights.mean()) < 4 * math.sqrt(expected / weights.size)
    assert weights.var() == pytest.approx(expected, rel=0.025)


@pytest.mark.parametrize("name", [*IN_PYTORCH, "standard"])
def test_mean_square_and_largest_weight_are_pytorchs(name: str) -> None:
    weights = initialize(name, 400, 300, gain=IN_PYTORCH.get(name, 1.0), seed=1)
    assert (weights**2).mean() == pytest.approx(float(REFERENCE[f"initializers/{name}/square"]), rel=0.03)
    if name.endswith("uniform") or name == "standard":
        assert np.abs(weights).max() == pytest.approx(float(REFERENCE[f"initializers/{name}/extreme"]), rel=1e-3)


def test_he_uniform_stays_within_its_bound() -> None:
    weights = initialize("he_uniform", 50, 24, seed=3)
    assert np.abs(weights).max() < math.sqrt(6 / 24)


def test_zeros_and_constant() -> None:
    assert not initialize("zeros", 3, 4).any()
    assert np.array_equal(initialize("constant", 2, 3, gain=-0.25), np.full((2, 3), -0.25))


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**40))
def test_orthogonal_is_orthonormal_along_its_shorter_side(fan_out: int, fan_in: int, seed: int) -> None:
    weights = initialize("orthogonal", fan_out, fan_in, gain=2.0, seed=seed)
    assert weights.shape == (fan_out, fan_in)
    gram = weights @ weights.T if fan_out <= fan_in else weights.T @ weights
    np.testing.assert_allclose(gram, 4.0 * np.eye(min(fan_out, fan_in)), atol=1e-13)


def test_orthogonal_is_the_q_of_lapack_with_signs_fixed() -> None:
    normal = initialize("normal", 12, 20, seed=8, layer=3)
    q, r = np.linalg.qr(normal.T)
    np.testing.assert_allclose(initialize("orthogonal", 12, 20, seed=8, layer=3), (q * np.sign(np.diag(r))).T, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_weights_depend_on_seed_and_layer_and_nothing_else(name: str) -> None:
    first = initialize(name, 7, 5, seed=11, layer=4)
    assert first.tobytes() == initialize(name, 7, 5, seed=11, layer=4).tobytes()
    if name in RANDOM:
        assert not np.array_equal(first, initialize(name, 7, 5, seed=12, layer=4))
        assert not np.array_equal(first, initialize(name, 7, 5, seed=11, layer=5))


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_of_one_weight_is_finite(name: str) -> None:
    assert np.isfinite(initialize(name, 1, 1)).all()


@pytest.mark.parametrize(
    ("name", "fan_out", "fan_in", "gain", "sentence"),
    [
        ("glorot", 2, 2, 1.0, "'glorot' is not an initializer"),
        ("normal", 0, 2, 1.0, "at least one input and one output"),
        ("normal", 2, -1, 1.0, "at least one input and one output"),
        ("he_normal", 2, 2, math.nan, "not a finite number"),
        ("he_normal", 2, 2, -1.0, "not a finite number from 0 up"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(name: str, fan_out: int, fan_in: int, gain: float, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        initialize(name, fan_out, fan_in, gain)
