"""Activations against PyTorch's numbers, finite differences, and the edges of float64."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import activations as act

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "layers.npz")
SMOOTH = [i for i, name in enumerate(act.NAMES) if name != "step"]
IN_PYTORCH = [name for name in act.NAMES if name != "step"]


@pytest.mark.parametrize("name", IN_PYTORCH)
def test_values_and_derivatives_are_pytorchs(name: str) -> None:
    x = REFERENCE["activations/x"]
    value, slope = REFERENCE[f"activations/{name}/value"], REFERENCE[f"activations/{name}/derivative"]
    # The absolute part is for left tails: PyTorch forms ½(1 + erf) and 1 − tanh², which cancel there; ours do not.
    np.testing.assert_allclose(act.activations(act.code(name), x), value, rtol=1e-10, atol=5e-15)
    np.testing.assert_allclose(act.derivatives(act.code(name), x), slope, rtol=1e-10, atol=5e-15)


@given(st.sampled_from(SMOOTH), st.floats(-12, 12))
def test_derivative_is_the_slope_of_the_value(code: int, x: float) -> None:
    h = 1e-5
    if abs(x) > 2 * h:  # a kink at 0 has no slope
        slope = (act.activate(code, x + h) - act.activate(code, x - h)) / (2 * h)
        assert act.derivative(code, x) == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", act.NAMES)
def test_limits_at_infinity_and_nan(name: str) -> None:
    code = act.code(name)
    right = 1.0 if name in ("step", "sigmoid", "tanh") else math.inf
    left = {"identity": -math.inf, "leaky_relu": -math.inf, "elu": -1.0, "tanh": -1.0}.get(name, 0.0)
    slope_right = 0.0 if right == 1.0 else 1.0
    slope_left = {"identity": 1.0, "leaky_relu": 0.01}.get(name, 0.0)
    for big in (math.inf, 1e308):
        assert act.activate(code, big) == min(right, big)
        assert act.derivative(code, big) == slope_right
        assert act.derivative(code, -big) == slope_left
    assert act.activate(code, -math.inf) == left
    assert math.isnan(act.activate(code, math.nan))
    assert math.isnan(act.derivative(code, math.nan))


def test_conventions_at_the_kink() -> None:
    at_zero = {name: (act.activate(act.code(name), 0.0), act.derivative(act.code(name), 0.0)) for name in act.NAMES}
    assert at_zero["relu"] == (0.0, 0.0)
    assert at_zero["leaky_relu"] == (0.0, 0.01)
    assert at_zero["step"] == (0.0, 0.0)
    assert at_zero["elu"] == (0.0, 1.0)


def test_gelu_has_the_papers_extremes() -> None:
    x = np.linspace(-6, 6, 1_200_001)
    value, slope = act.activations(act.GELU, x), act.derivatives(act.GELU, x)
    assert value.min() == pytest.approx(-0.16997, abs=1e-5)
    assert x[value.argmin()] == pytest.approx(-0.7518, abs=1e-4)
    # φ″ = ϕ(x)(2 − x²): the slope is extreme at ±√2
    assert x[slope.argmax()] == pytest.approx(math.sqrt(2), abs=1e-4)
    assert slope.max() == pytest.approx(1.1289, abs=1e-4)
    assert slope.min() == pytest.approx(-0.1289, abs=1e-4)
    assert np.abs(value - act.activations(act.GELU_TANH, x)).max() == pytest.approx(4.73e-4, abs=1e-5)


@pytest.mark.parametrize("code", range(len(act.NAMES)))
def test_layer_kernels_agree_with_the_scalar_ones_to_the_bit(code: int) -> None:
    x = np.random.default_rng(code).normal(size=101) * 4
    y = np.empty_like(x)
    act.activate_layer(code, x, y)
    delta = np.random.default_rng(1).normal(size=101)
    expected = delta * np.array([act.derivative(code, v) for v in x])
    act.chain_layer(code, x, y, delta)
    assert y.tolist() == [act.activate(code, v) for v in x]
    assert delta.tolist() == expected.tolist()


def test_arrays_of_any_shape() -> None:
    for shape in ((), (0,), (1,), (3, 0, 2), (2, 3, 4)):
        x = np.full(shape, -1.5)
        assert act.activations(act.TANH, x).shape == shape
        assert act.derivatives(act.TANH, x).shape == shape
    turned = np.arange(6.0).reshape(2, 3).T - 2
    np.testing.assert_array_equal(act.activations(act.RELU, turned), np.maximum(turned, 0))


def test_unknown_activations_are_refused_by_name_and_by_code() -> None:
    with pytest.raises(ValueError, match=r"'swish' is not an activation \(known: identity, step, relu"):
        act.code("swish")
    for code in (-1, 11):
        with pytest.raises(ValueError, match="is not one of 0 … 10"):
            act.activations(code, [1.0])
        with pytest.raises(ValueError, match="is not one of 0 … 10"):
            act.derivatives(code, [1.0])
