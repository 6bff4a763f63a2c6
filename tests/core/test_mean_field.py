"""Mean-field theory: published numbers, closed forms, another quadrature, and simulated wide networks."""

import math

import numpy as np
import pytest

from core import activations as act
from core.initializers import initialize
from core.recording import F64
from core.theory import correlation, mean_field
from core.theory.gaussian import mean, nodes_and_weights

EVERY = range(len(act.NAMES))
SMOOTH = (act.SIGMOID, act.TANH, act.SOFTPLUS, act.GELU, act.GELU_TANH, act.SILU)


def test_sigmoid_loses_three_quarters_of_the_gradient_per_layer() -> None:
    assert mean_field.fixed_point(act.SIGMOID, 1.0) == pytest.approx(0.2647, abs=5e-5)
    assert mean_field.gradient_factor(act.SIGMOID, 1.0) == pytest.approx(0.2361, abs=5e-5)


@pytest.mark.parametrize(("bias", "weight"), [(0.0, 1.0), (0.05, 1.7610), (0.1, 1.986), (0.3, 2.505)])
def test_critical_line_of_tanh(bias: float, weight: float) -> None:
    found = mean_field.critical_weight_variance(act.TANH, bias)
    assert found == pytest.approx(weight, abs=5e-4)
    assert mean_field.chi_1(act.TANH, found, bias) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("weight", "chi", "scale"), [(1.0, 0.7590, 3.63), (1.3, None, 7.83), (2.5, 1.1335, 11.80)])
def test_tanh_in_order_and_chaos(weight: float, chi: float | None, scale: float) -> None:
    if chi is not None:
        assert mean_field.chi_1(act.TANH, weight, 0.05) == pytest.approx(chi, abs=5e-5)
    assert correlation.correlation_depth_scale(act.TANH, weight, 0.05) == pytest.approx(scale, abs=6e-3)


def test_relu_with_he_is_critical_and_keeps_every_variance() -> None:
    assert mean_field.chi_1(act.RELU, 2.0) == 1.0
    assert mean_field.critical_weight_variance(act.RELU) == 2.0
    assert mean_field.variance_by_depth(act.RELU, 0.37, 2.0, 0.0, 50) == pytest.approx(np.full(51, 0.37))
    assert mean_field.variance_by_depth(act.RELU, 1.0, 1.0, 0.0, 29)[-1] == pytest.approx(0.5**29)
    assert mean_field.fixed_point(act.RELU, 1.0, 0.1) == pytest.approx(0.2)
    assert mean_field.fixed_point(act.RELU, 2.5, 0.1) == math.inf


@pytest.mark.parametrize("code", SMOOTH)
@pytest.mark.parametrize("q", [0.01, 0.5, 1.0])
def test_moments_agree_with_gauss_hermite(code: int, q: float) -> None:
    z, w = np.polynomial.hermite_e.hermegauss(120)
    w = w / math.sqrt(2 * math.pi)
    value, slope = act.activations(code, math.sqrt(q) * z), act.derivatives(code, math.sqrt(q) * z)
    # Hermite's rule is the less exact of the two: at q = 1 it has 10 digits for tanh′
    assert mean_field.second_moment(code, q) == pytest.approx(float(w @ value**2), rel=1e-9)
    assert mean_field.slope_moment(code, q) == pytest.approx(float(w @ slope**2), rel=1e-9)


def test_the_rule_is_exact_where_a_closed_form_exists() -> None:
    z, _ = nodes_and_weights()
    for power, moment in ((0, 1), (2, 1), (4, 3), (6, 15), (8, 105)):
        assert mean(z**power) == pytest.approx(moment, rel=1e-13)
    assert mean(np.cos(3 * z)) == pytest.approx(math.exp(-4.5), rel=1e-12)
    for q in (1e-6, 1.0, 1e6):  # kinked and exact on both sides
        for code in (act.RELU, act.LEAKY_RELU):
            direct = mean(act.activations(code, math.sqrt(q) * z) ** 2)
            assert mean_field.second_moment(code, q) == pytest.approx(direct, rel=1e-13)
            assert mean_field.slope_moment(code, q) == pytest.approx(mean(act.derivatives(code, z) ** 2), rel=1e-13)
    # ELU: E[(eˣ − 1)²; x < 0] through the normal distribution, x = √q z
    q = 1.7
    tail = [math.exp(k * k * q / 2) * 0.5 * math.erfc(k * math.sqrt(q / 2)) for k in (0, 1, 2)]
    assert mean_field.second_moment(act.ELU, q) == pytest.approx(q / 2 + tail[2] - 2 * tail[1] + tail[0], rel=1e-12)
    assert mean_field.slope_moment(act.ELU, q) == pytest.approx(0.5 + tail[2], rel=1e-12)


@pytest.mark.parametrize("code", EVERY)
def test_fixed_points_are_fixed_and_reached_by_iterating(code: int) -> None:
    for weight, bias in ((0.5, 0.05), (1.5, 0.05), (0.9, 0.0)):
        q = mean_field.fixed_point(code, weight, bias)
        if math.isfinite(q):
            assert mean_field.variance_map(code, q, weight, bias) == pytest.approx(q, rel=1e-9, abs=1e-12)
            layers = mean_field.variance_by_depth(code, 1.0, weight, bias, 600)
            assert layers[-1] == pytest.approx(q, rel=1e-5, abs=1e-12)
        else:
            assert mean_field.variance_by_depth(code, 1.0, weight, bias, 600)[-1] > 10


def test_a_fixed_point_is_found_where_the_map_is_nearly_a_line() -> None:
    def excess(q: float) -> float:  # σw² E[φ²] − q of ELU by its closed form
        tail = [math.exp(k * k * q / 2) * 0.5 * math.erfc(k * math.sqrt(q / 2)) for k in (0, 1, 2)]
        return 1.99 * (q / 2 + tail[2] - 2 * tail[1] + tail[0]) - q

    low, high = 1.0, 300.0
    while high - low > 1e-12 * high:
        low, high = (0.5 * (low + high), high) if excess(0.5 * (low + high)) > 0.0 else (low, 0.5 * (low + high))
    for start in (1e-3, 1.0, 100.0, 1e6):  # plain iterations come nearer by half a percent each
        assert mean_field.fixed_point(act.ELU, 1.99, 0.0, start) == pytest.approx(high, rel=1e-9)


@pytest.mark.parametrize("start", [1e-3, 0.5, 1.0, 37.0, 1e5, 1e9])
def test_softplus_on_the_line_of_relu_grows_without_end(start: float) -> None:
    # E[softplus²] exceeds q/2 by about 1/√q: always more, and from q = 10¹⁰ on less than rounding
    assert mean_field.fixed_point(act.SOFTPLUS, 2.0, 0.0, start) == math.inf
    assert mean_field.fixed_point(act.SOFTPLUS, 2.0 - 1e-8, 0.0, start) == pytest.approx(527_977.41, rel=1e-6)
    assert mean_field.fixed_point(act.ELU, 2.0 - 1e-8, 0.0, start) == pytest.approx(199_983_063.0, rel=1e-6)


@pytest.mark.parametrize("code", [act.SIGMOID, act.TANH, act.ELU, act.SOFTPLUS, act.GELU, act.SILU])
@pytest.mark.parametrize(("weight", "bias"), [(1.5, 0.05), (1.999, 1.0), (1.99999, 1.0)])
def test_where_a_run_settles_does_not_depend_on_where_it_starts(code: int, weight: float, bias: float) -> None:
    found = [mean_field.fixed_point(code, weight, bias, start) for start in (1e-3, 1.0, 100.0, 1e6)]
    assert found == pytest.approx([found[0]] * 4, rel=1e-7)
    assert mean_field.variance_map(code, found[0], weight, bias) == pytest.approx(found[0], rel=1e-14)


def test_chi_1_is_the_slope_of_the_variance_map_at_zero_bias_for_tanh() -> None:
    # at q* = 0 the map's slope is σw² φ′(0)² = χ₁
    assert mean_field.fixed_point(act.TANH, 0.8) == 0.0
    assert mean_field.chi_1(act.TANH, 0.8) == pytest.approx(0.8, rel=1e-12)
    assert mean_field.fixed_point(act.TANH, 1.0) == 0.0


@pytest.mark.parametrize("code", [act.TANH, act.SIGMOID, act.GELU, act.RELU])
def test_a_wide_network_has_the_predicted_variances(code: int) -> None:
    weight, bias, width = 1.5, 0.1, 1000
    predicted = mean_field.variance_by_depth(code, 1.0, weight, bias, 4)
    h: F64 = initialize("normal", width, 1, seed=1, layer=100)[:, 0]
    h *= math.sqrt(1.0 / float((h**2).mean()))
    for layer in range(4):
        weights = initialize("lecun_normal", width, width, gain=math.sqrt(weight), seed=2, layer=layer)
        biases = initialize("normal", width, 1, gain=math.sqrt(bias), seed=3, layer=layer)[:, 0]
        h = weights @ act.activations(code, h) + biases
        # one mean square of 1000 entries scatters by √(2/1000) = 4.5 %, and the layers' scatter adds up
        assert float((h**2).mean()) == pytest.approx(predicted[layer + 1], rel=0.25)


def test_gradients_of_a_wide_tanh_network_change_by_chi_1() -> None:
    weight, bias, width, depth = 1.3, 0.05, 500, 30
    h = initialize("normal", width, 1, seed=1, layer=100)[:, 0]
    stack = []
    for layer in range(depth):
        weights = initialize("lecun_normal", width, width, gain=math.sqrt(weight), seed=5, layer=layer)
        stack.append((weights, act.derivatives(act.TANH, h)))
        h = weights @ act.activations(act.TANH, h) + initialize("normal", width, 1, math.sqrt(bias), 6, layer)[:, 0]
    delta = initialize("normal", width, 1, seed=7)[:, 0]
    squares = []
    for weights, slope in reversed(stack):
        delta = (weights.T @ delta) * slope
        squares.append(float(delta @ delta))
    measured = (squares[-10] / squares[0]) ** (1 / (depth - 10))  # the first layers have not settled at q*
    assert measured == pytest.approx(mean_field.chi_1(act.TANH, weight, bias), rel=0.03)


@pytest.mark.parametrize("code", EVERY)
def test_equal_inputs_have_the_moments_of_one(code: int) -> None:
    near = 1e-3 if code == act.ELU else 1e-12
    assert correlation.product_moment(code, 1.3, 1.0) == pytest.approx(mean_field.second_moment(code, 1.3), abs=near)
    assert correlation.slope_product_moment(code, 1.3, 1.0) == pytest.approx(mean_field.slope_moment(code, 1.3), abs=near)


def test_leaky_relu_pairs_agree_with_a_fine_sum() -> None:
    z = np.arange(-8.0, 8.0, 0.01) + 0.005
    w = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * 0.01
    c = -0.6
    u, v = z[:, None] + 0 * z, c * z[:, None] + math.sqrt(1 - c * c) * z[None, :]
    for code in (act.STEP, act.RELU, act.LEAKY_RELU):
        direct = w @ (act.activations(code, u) * act.activations(code, v)) @ w
        assert correlation.product_moment(code, 1.0, c) == pytest.approx(direct, abs=2e-5)


def test_chaos_keeps_inputs_apart_and_order_does_not() -> None:
    assert correlation.correlation_fixed_point(act.TANH, 1.3, 0.05) == 1.0
    c = correlation.correlation_fixed_point(act.TANH, 2.5, 0.05)
    assert 0.3 < c < 0.6
    q = mean_field.fixed_point(act.TANH, 2.5, 0.05)
    assert correlation.correlation_map(act.TANH, c, q, 2.5, 0.05) == pytest.approx(c, abs=1e-12)
    assert math.isnan(correlation.correlation_fixed_point(act.TANH, 0.5))


def test_depth_scale() -> None:
    assert mean_field.depth_scale(math.exp(-0.25)) == pytest.approx(4.0)
    assert mean_field.depth_scale(math.exp(0.25)) == pytest.approx(4.0)
    assert mean_field.depth_scale(1.0) == math.inf
    assert mean_field.depth_scale(0.0) == 0.0


def test_there_is_no_critical_line_for_step() -> None:
    assert math.isnan(mean_field.critical_weight_variance(act.STEP))
    assert mean_field.chi_1(act.STEP, 3.0) == 0.0


def test_bad_input_is_refused_in_a_sentence() -> None:
    for q in (-1.0, math.nan):
        with pytest.raises(ValueError, match="a variance must be 0 or more"):
            mean_field.second_moment(act.TANH, q)
    with pytest.raises(ValueError, match="a variance must be 0 or more, not nan"):
        mean_field.fixed_point(act.TANH, math.nan)
    with pytest.raises(ValueError, match="activation code 11"):
        mean_field.chi_1(11, 1.0)
    with pytest.raises(ValueError, match="variance of the biases"):
        mean_field.critical_weight_variance(act.TANH, -0.1)
    with pytest.raises(ValueError, match="a correlation lies between"):
        correlation.product_moment(act.RELU, 1.0, 1.5)
