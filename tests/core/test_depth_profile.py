"""Mean-field theory layer by layer: against closed forms, against the fixed points, and against real wide stacks."""

import math

import numpy as np
import pytest

from core import activations as act
from core.deep_net import DeepNet, look, start, task
from core.networks.probes import signal_norms
from core.theory.depth_profile import depth_profile, finite_width_scatter, first_moment, gradient_line, homogeneity
from core.theory.mean_field import chi_1, variance_by_depth

SAMPLES = np.random.default_rng(4).normal(size=2_000_000)


@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "gelu", "silu", "identity", "step"]
)
@pytest.mark.parametrize("q", [0.3, 4.0])
def test_moments_equal_an_average_over_random_numbers(name: str, q: float) -> None:
    code, z = act.code(name), math.sqrt(q) * SAMPLES
    values, slopes = act.activations(code, z), act.derivatives(code, z)
    assert first_moment(code, q) == pytest.approx(values.mean(), abs=4e-3)
    assert homogeneity(code, q) == pytest.approx((z * slopes * values).mean() / np.square(values).mean(), abs=6e-3)


def test_homogeneity_where_the_activation_is_zero() -> None:
    assert homogeneity(act.TANH, 0.0) == 0.0


def test_a_plain_stack_follows_the_variance_map_to_the_fixed_point() -> None:
    profile = depth_profile(act.TANH, 2.5, 0.05, 60)
    expected = variance_by_depth(act.TANH, 1.0, 2.5, 0.05, 60)  # its q⁰ is the variance before φ, ours the inputs' square
    own = [2.5 * 1.0 + 0.05]
    for _ in range(59):
        own.append(float(variance_by_depth(act.TANH, own[-1], 2.5, 0.05, 1)[1]))
    np.testing.assert_allclose(profile.q, own, rtol=1e-12)
    assert profile.q[-1] == pytest.approx(expected[-1], rel=1e-9)
    assert profile.chi[-1] == pytest.approx(chi_1(act.TANH, 2.5, 0.05), rel=1e-9)


def test_relu_in_closed_form() -> None:
    profile = depth_profile(act.RELU, 2.0, 0.0, 5, square=3.0)
    np.testing.assert_allclose(profile.q, 6.0)
    np.testing.assert_allclose(profile.chi, 1.0)
    np.testing.assert_allclose(profile.turn, 1.0)
    np.testing.assert_allclose(profile.mean, math.sqrt(6.0 / (2 * math.pi)))
    np.testing.assert_allclose(profile.variance, 3.0 - 3.0 / math.pi)


def test_linear_skips_double() -> None:
    profile = depth_profile(act.IDENTITY, 1.0, 0.0, 8, residual=True)
    np.testing.assert_allclose(profile.q, 2.0 ** np.arange(8))
    np.testing.assert_allclose(profile.chi, 2.0)
    np.testing.assert_allclose(gradient_line(profile, 3.0, 4096), 3.0 * math.sqrt(2.0) ** np.arange(7, -1, -1))


def test_a_skip_adds_one_to_chi_and_the_squares() -> None:
    plain, skip = (depth_profile(act.RELU, 2.0, 0.0, 2, residual=residual) for residual in (False, True))
    assert skip.chi[0] == plain.chi[0] + 1.0
    # p¹ = p⁰ + E φ² = 2 (m⁰ = 0); p² = p¹ + 2 m¹ E φ + E φ²
    first = math.sqrt(2.0 / (2 * math.pi))
    second = math.sqrt(4.0 / (2 * math.pi))
    np.testing.assert_allclose(skip.variance[0], 2.0 - first**2)
    np.testing.assert_allclose(skip.variance[1], 2.0 + 2.0 * first * second + 2.0 - (first + second) ** 2)


def test_layer_normalization_forgets_the_gain() -> None:
    for gain in (0.5, 1.0, 7.0):
        profile = depth_profile(act.RELU, 2.0 * gain**2, 0.0, 10, layer_norm=True)
        np.testing.assert_allclose(profile.chi[1:], 1.0, rtol=1e-4)
        np.testing.assert_allclose(profile.turn[1:], 0.0)


def test_a_profile_beyond_float64_ends_in_nan() -> None:
    profile = depth_profile(act.RELU, 1e60, 0.0, 10)
    assert np.isfinite(profile.q[:3]).all()
    assert np.isnan(profile.q[-1])
    assert np.isnan(gradient_line(profile, 1.0, 100)[0])


def test_a_line_below_float64_fades_to_zero() -> None:
    line = gradient_line(depth_profile(act.SIGMOID, 1e-4, 0.0, 300), 1.0, 100)
    assert line[-1] == 1.0
    assert line[0] == 0.0


def test_bad_arguments_are_refused_in_a_sentence() -> None:
    for depth, weights, biases, square in (
        (0, 1.0, 0.0, 1.0),
        (3, -1.0, 0.0, 1.0),
        (3, 1.0, math.nan, 1.0),
        (3, 1.0, 0.0, -1.0),
    ):
        with pytest.raises(ValueError, match="at least 1"):
            depth_profile(act.TANH, weights, biases, depth, square=square)


@pytest.mark.parametrize("activation", ["relu", "gelu", "elu", "softplus"])
def test_where_the_line_ends_the_gradient_leaves_it(activation: str) -> None:
    """Skips over units with a mean: the line holds as far as it goes, and a continued one would be wrong."""
    net = DeepNet(depth=40, width=256, activation=activation, init="he", residual=True, seed=3)
    inputs, labels, readout = task(net.width, net.seed)
    norms = signal_norms(look(net, start(net), inputs, labels, readout)[2])[1:]
    profile = depth_profile(net.code, net.weight_variance, 0.0, net.depth, residual=True)
    line = gradient_line(profile, float(norms[-1]), net.width)
    known = np.isfinite(line)
    assert 5 < known.sum() < 25
    assert known[-known.sum() :].all()
    np.testing.assert_allclose(norms[known], line[known], rtol=0.12)
    continued = gradient_line(profile, float(norms[-1]), 10**12)
    assert norms[0] > 5.0 * continued[0]


def test_with_relu_and_skips_the_overlap_of_signal_and_gradient_is_kept() -> None:
    """Euler's theorem for the derivation's ρ = 1: a homogeneous stack has the same h·∂L/∂h at every layer."""
    net = DeepNet(depth=12, width=64, activation="relu", init="he", residual=True)
    inputs, labels, readout = task(net.width, net.seed)
    done, _, found = look(net, start(net), inputs, labels, readout)
    overlaps = [float((one.output * g).sum()) for one, g in zip(done.layers, found.signals[1:], strict=True)]
    np.testing.assert_allclose(overlaps, overlaps[-1], rtol=1e-9)


def test_scatter_shrinks_with_width_and_depth() -> None:
    assert finite_width_scatter(40, 512) < finite_width_scatter(40, 128) < finite_width_scatter(10, 128)
