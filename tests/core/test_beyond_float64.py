"""Numbers at and beyond the ends of float64 at the doors of core: an outcome, or one sentence, and never a warning."""

import math

import numpy as np
import pytest

from core import activations, dropout
from core.data import catalogue
from core.directions import filter_normalized, rescaled
from core.networks import Layer, Stack, backward, dense, forward, initial_parameters
from core.networks.feed_forward import FeedForward
from core.networks.feed_forward import backward as blocks_backward
from core.networks.feed_forward import forward as blocks_forward
from core.networks.probes import input_jacobian, singular_values
from core.normalization.layers import normalize, normalize_backward
from core.normalization.running import RunningStatistics, batch_norm_eval, batch_norm_eval_backward
from core.perceptron import mistake_bound
from core.recording import F64

EXTREMES = [
    np.zeros((1, 3)),
    np.full((2, 3), math.inf),
    np.full((2, 3), math.nan),
    np.array([[math.inf, -math.inf, 0.0], [math.nan, 5e-324, 1.0]]),
    np.full((3, 3), 1e308),
    np.array([[1e308, -1e308, 1e308], [-1e308, 1e308, -1e308]]),
]


@pytest.mark.parametrize("x", EXTREMES, ids=range(len(EXTREMES)))
@pytest.mark.parametrize("kind", ["batch", "layer", "rms"])
@pytest.mark.parametrize("gamma", [0.0, 1e308, math.inf])
def test_normalizations(kind: str, x: F64, gamma: float) -> None:
    done = normalize(kind, x, np.full(3, gamma), epsilon=0.0)
    dx, dgamma, _ = normalize_backward(np.full(x.shape, 1e308), done)
    assert done.y.shape == dx.shape == x.shape
    assert dgamma.shape == (3,)
    at_rest = RunningStatistics(np.zeros(3), np.zeros(3))
    fixed = batch_norm_eval(x, at_rest, np.full(3, gamma), epsilon=0.0)
    assert batch_norm_eval_backward(np.ones(x.shape), fixed)[0].shape == x.shape


@pytest.mark.parametrize("epsilon", [-1.0, math.nan])
def test_running_statistics_refuse_a_negative_epsilon(epsilon: float) -> None:
    with pytest.raises(ValueError, match="epsilon must be 0 or more"):
        batch_norm_eval(np.ones((2, 3)), RunningStatistics.fresh(3), epsilon=epsilon)


@pytest.mark.parametrize("x", EXTREMES, ids=range(len(EXTREMES)))
def test_dropout_doubles_what_it_keeps_even_into_infinity(x: F64) -> None:
    y, factors = dropout.dropout(x, 0.5, seed=3)
    assert (y[factors == 0.0] == 0.0).all()
    kept, was = y[factors != 0.0], x[factors != 0.0]
    assert (np.isinf(kept) == (np.abs(was) > 1e307)).all()
    assert dropout.dropout_backward(np.full(x.shape, 1e308), factors).shape == x.shape


@pytest.mark.parametrize("x", EXTREMES, ids=range(len(EXTREMES)))
@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("normalization", ["none", "batch", "layer", "rms"])
def test_networks_and_their_jacobians(normalization: str, place: str, x: F64) -> None:
    for activation in activations.NAMES:
        layer = Layer(3, activation, normalization, place, residual=True, dropout=0.5)
        stack = Stack(3, (layer, layer))
        theta = 1e200 * initial_parameters(stack, seed=2**63 - 1)
        done = forward(stack, theta, x, train=True)
        assert backward(stack, theta, done, np.ones(x.shape)).theta.shape == theta.shape
        values = singular_values(input_jacobian(stack, theta, done))
        assert values.shape == (3,)
        assert np.isfinite(values).all() or np.isnan(values).all()


@pytest.mark.parametrize("x", EXTREMES, ids=range(len(EXTREMES)))
@pytest.mark.parametrize("place", ["pre", "post"])
def test_transformer_blocks(place: str, x: F64) -> None:
    blocks = FeedForward.drawn(place, 3, 2)
    done = blocks_forward(blocks, x)
    assert blocks_backward(blocks, done, np.full(x.shape, 1e308)).inputs.shape == x.shape


@pytest.mark.parametrize("broken", [math.inf, math.nan, 1e308])
def test_directions_of_a_diverged_net(broken: float) -> None:
    stack = dense([2, 3, 1], "relu")
    theta = np.full(stack.size, broken)
    assert filter_normalized(stack, theta, np.ones(stack.size)).shape == theta.shape
    assert rescaled(stack, theta, 0, 10.0).shape == theta.shape
    with pytest.raises(ValueError, match="by a factor above 0"):
        rescaled(stack, theta, 0, math.inf)


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_datasets_stay_inside_float64_or_are_refused(name: str) -> None:
    assert np.isfinite(catalogue.generate(name, 500, 1e300, 2**63 - 1).inputs).all()
    for noise in (1e308, math.inf, math.nan, -1.0):
        with pytest.raises(ValueError, match="noise must be a number from 0 to"):
            catalogue.generate(name, 10, noise, 0)


def test_the_perceptrons_bound_says_which_shapes_do_not_fit() -> None:
    for inputs in (np.empty((0, 3)), np.ones(3), np.ones((2, 2))):
        with pytest.raises(ValueError, match="do not fit"):
            mistake_bound(inputs, np.ones(len(inputs)), np.ones(3))
