"""Forward and backward passes against PyTorch, finite differences, and each other."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import activations, losses
from core.networks import Layer, Stack, backward, dense, forward, initial_parameters, outputs
from core.networks.probes import (
    input_jacobian,
    layer_jacobian,
    output_moments,
    signal_norms,
    singular_values,
    weight_gradient_norms,
)
from core.networks.small import buffers, loss_and_gradient
from core.networks.stack import NORMALIZATIONS, PLACES
from core.recording import F64
from core.training.run import net_of

REFERENCE = Path(__file__).parents[1] / "reference" / "networks.npz"
SMOOTH = ("identity", "elu", "sigmoid", "tanh", "softplus", "gelu", "gelu_tanh", "silu")
STORED = np.load(REFERENCE, allow_pickle=False)


def loss_of(stack: Stack, theta: F64, inputs: F64, targets: F64, *, train: bool = True) -> float:
    return losses.loss("mse", forward(stack, theta, inputs, train=train, seed=5, step=3).output, targets)[0]


@pytest.mark.parametrize("number", range(len(STORED["names"])), ids=STORED["names"].tolist())
def test_gradients_equal_pytorch(number: int) -> None:
    activation, norm, place, residual = str(STORED["names"][number]).split("/")
    hidden = Layer(1, activation, norm, place, residual == "residual")
    stack = dense([3, 4, 4, 2], hidden)
    theta = STORED["theta"][number][: stack.size]
    assert np.isfinite(theta).all()
    done = forward(stack, theta, STORED["inputs"], train=True)
    _, pull = losses.loss("mse", done.output, STORED["targets"])
    found = backward(stack, theta, done, pull)
    np.testing.assert_allclose(done.output, STORED["output"][number], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.theta, STORED["by_theta"][number][: stack.size], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.signals[0], STORED["by_inputs"][number], rtol=1e-10, atol=1e-12)


@st.composite
def stacks(draw: st.DrawFn) -> Stack:
    fan_in = inputs = draw(st.integers(1, 4))
    layers = []
    for _ in range(draw(st.integers(1, 4))):
        width = draw(st.integers(1, 5))
        layers.append(
            Layer(
                width,
                draw(st.sampled_from(SMOOTH)),
                draw(st.sampled_from(NORMALIZATIONS)),
                draw(st.sampled_from(PLACES)),
                width == fan_in and draw(st.booleans()),
                draw(st.sampled_from([0.0, 0.0, 0.4])),
            )
        )
        fan_in = width
    return Stack(inputs, tuple(layers))


@settings(max_examples=60, deadline=None)
@given(stacks(), st.integers(2, 6), st.integers(0, 10**6), st.booleans())
def test_gradients_equal_finite_differences(stack: Stack, examples: int, seed: int, train: bool) -> None:
    rng = np.random.default_rng(seed)
    theta, inputs = rng.normal(size=stack.size), rng.normal(size=(examples, stack.inputs))
    targets = rng.normal(size=(examples, stack.outputs))
    done = forward(stack, theta, inputs, train=train, seed=5, step=3)
    found = backward(stack, theta, done, losses.loss("mse", done.output, targets)[1])
    # Along a random direction, by Richardson's rule with step h: error of order h⁴. The norms' 1/√(v + ε) bends on the scale
    # √ε = 0.003 where a set's variance is next to nothing, so h stays well below that.
    way, h = rng.normal(size=stack.size), 2e-5

    def ahead(step: float) -> float:
        return loss_of(stack, theta + step * way, inputs, targets, train=train)

    measured = (8.0 * (ahead(h) - ahead(-h)) - (ahead(2 * h) - ahead(-2 * h))) / (12.0 * h)
    slopes = found.theta * way
    assert float(slopes.sum()) == pytest.approx(measured, rel=1e-5, abs=1e-6 * (1.0 + float(np.abs(slopes).sum())))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.sampled_from(activations.NAMES),
    st.sampled_from(losses.NAMES),
    st.integers(1, 13),
    st.sampled_from([0.0, 0.3, 0.8]),
    st.integers(0, 10**6),
)
def test_the_two_engines_agree(widths: list[int], activation: str, loss: str, examples: int, p: float, seed: int) -> None:
    stack = dense(widths, Layer(1, activation, dropout=p))
    rng = np.random.default_rng(seed)
    theta, inputs = rng.normal(size=stack.size), rng.normal(size=(examples, stack.inputs))
    targets = rng.uniform(size=(examples, stack.outputs))
    if loss == "softmax_cross_entropy":
        targets = rng.integers(stack.outputs, size=(examples, 1)).astype(np.float64)
    done = forward(stack, theta, inputs, train=True, seed=seed, step=7)
    value, pull = losses.loss(loss, done.output, targets[:, 0] if loss == "softmax_cross_entropy" else targets)
    expected = backward(stack, theta, done, pull).theta
    net = net_of(stack, loss)
    room = buffers(net, 13)
    for left in (room.value, room.keep):
        left[:] = np.nan  # whatever an earlier batch left behind must not matter
    found = loss_and_gradient(net, theta, inputs, targets, np.arange(examples), 0, examples, room, seed, 7)
    assert found == pytest.approx(value, rel=1e-11, abs=1e-14)
    np.testing.assert_allclose(room.gradient, expected, rtol=1e-9, atol=1e-12 * (1.0 + np.abs(expected).max()))


@pytest.mark.parametrize("examples", [1, 30, 5000])
@pytest.mark.parametrize("nets", [0, 1, 9])
def test_many_nets_at_once_say_what_each_says(nets: int, examples: int) -> None:
    stack = dense([3, 8, 5, 2], Layer(1, "gelu", dropout=0.5))
    rng = np.random.default_rng(examples)
    thetas, inputs = rng.normal(size=(nets, stack.size)), rng.normal(size=(examples, 3))
    found = outputs(stack, thetas, inputs)
    assert found.shape == (nets, examples, 2)
    for theta, said in zip(thetas, found, strict=True):
        np.testing.assert_allclose(said, forward(stack, theta, inputs).output, rtol=1e-11, atol=1e-12)


def test_many_nets_at_once_must_be_plain_and_fit() -> None:
    with pytest.raises(ValueError, match="plain layers"):
        outputs(dense([2, 3, 1], Layer(1, "tanh", "layer")), np.zeros((1, 16)), np.zeros((1, 2)))
    with pytest.raises(ValueError, match="13 parameters each, and the array has shape \\(2, 12\\)"):
        outputs(dense([2, 3, 1]), np.zeros((2, 12)), np.zeros((1, 2)))
    with pytest.raises(ValueError, match="inputs of shape"):
        outputs(dense([2, 3, 1]), np.zeros((1, 13)), np.zeros((1, 3)))


@pytest.mark.parametrize("norm", NORMALIZATIONS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("train", [True, False])
def test_layer_jacobian_equals_finite_differences(norm: str, place: str, train: bool) -> None:
    stack = Stack(4, (Layer(4, "tanh", norm, place, True, 0.3), Layer(3, "silu", norm, place)))
    rng = np.random.default_rng(1)
    theta, inputs = rng.normal(size=stack.size), rng.normal(size=(3, 4))
    done = forward(stack, theta, inputs, train=train, seed=1)
    h = 1e-6
    measured = np.empty((4, 4))
    for i in range(4):
        sides = []
        for sign in (1.0, -1.0):
            moved = inputs.copy()
            moved[1, i] += sign * h
            sides.append(forward(stack, theta, moved, train=train, seed=1).layers[0].output[1])
        measured[:, i] = (sides[0] - sides[1]) / (2 * h)
    jacobian = layer_jacobian(stack, theta, done, 0, example=1)
    np.testing.assert_allclose(jacobian, measured, rtol=1e-7, atol=1e-8)
    whole = input_jacobian(stack, theta, done, example=1)
    np.testing.assert_allclose(whole, layer_jacobian(stack, theta, done, 1, 1) @ jacobian)
    assert singular_values(whole)[0] == pytest.approx(np.linalg.norm(whole, 2))
    assert np.isnan(singular_values(whole * np.inf)).all()


@pytest.mark.parametrize("activation", activations.NAMES)
def test_a_thousand_layers_go_both_ways_without_a_warning(activation: str) -> None:
    stack = dense([8] * 1001, activation)
    theta = initial_parameters(stack, "orthogonal", seed=1)
    done = forward(stack, theta, np.linspace(-1, 1, 24).reshape(3, 8))
    found = backward(stack, theta, done, np.ones((3, 8)))
    assert np.isfinite(done.output).all()
    assert np.isfinite(found.theta).all()
    assert signal_norms(found).shape == (1001,)
    if activation == "identity":  # orthogonal and linear: every layer hands on the whole signal
        np.testing.assert_allclose(signal_norms(found), np.sqrt(24.0), rtol=1e-10)
        np.testing.assert_allclose(singular_values(input_jacobian(stack, theta, done)), 1.0, rtol=1e-10)
    if activation == "sigmoid":
        assert signal_norms(found)[0] < 1e-300  # vanished, down to where float64 ends


def test_exploding_values_are_an_outcome() -> None:
    stack = dense([4] * 400, "identity")
    theta = initial_parameters(stack, "normal", gain=10.0, seed=1)
    done = forward(stack, theta, np.ones((2, 4)))
    found = backward(stack, theta, done, np.ones((2, 4)))
    assert not np.isfinite(done.output).any()
    assert signal_norms(found)[0] == np.inf or np.isnan(signal_norms(found)[0])


def test_dead_relu_and_step_give_zero_gradients() -> None:
    for activation in ("relu", "step"):
        stack = dense([2, 3, 1], activation)
        theta = initial_parameters(stack, seed=1, bias=-100.0)
        done = forward(stack, theta, np.ones((2, 2)))
        norms = weight_gradient_norms(stack, backward(stack, theta, done, np.ones((2, 1))))
        assert norms[0] == 0.0


def test_he_keeps_the_second_moment_of_relu() -> None:
    stack = dense([512] * 11, "relu")
    rng = np.random.default_rng(1)
    moments = []
    for seed in range(4):
        done = forward(stack, initial_parameters(stack, "he_normal", seed=seed), rng.normal(size=(16, 512)))
        means, variances = output_moments(done)
        moments.append((means**2 + variances)[8])  # before the linear output layer, which doubles it
    # E a² stays 1 (inputs N(0, 1); one relu halves, He doubles). Nine layers of 512 scatter by about √(9·5/512)/√4 = 15 %.
    assert np.mean(moments) == pytest.approx(1.0, rel=0.45)


def test_eval_uses_running_statistics_and_drops_nothing() -> None:
    stack = Stack(2, (Layer(3, "tanh", "batch", dropout=0.5), Layer(1, "identity")))
    theta = initial_parameters(stack, seed=1)
    inputs = np.random.default_rng(1).normal(3.0, 2.0, size=(50, 2))
    running = forward(stack, theta, inputs, train=True).running
    for _ in range(200):
        running = forward(stack, theta, inputs, train=True, running=running).running
    assert running[0] is not None
    linear = forward(stack, theta, inputs).layers[0].linear
    np.testing.assert_allclose(running[0].mean, linear.mean(axis=0))
    np.testing.assert_allclose(running[0].variance, linear.var(axis=0, ddof=1))
    one = forward(stack, theta, inputs[:1], running=running)
    many = forward(stack, theta, inputs, running=running)
    np.testing.assert_allclose(one.output[0], many.output[0])
    assert many.layers[0].keep is None


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Stack(0, (Layer(1),)), "at least 1 input"),
        (lambda: Stack(2, ()), "at least 1 layer"),
        (lambda: dense([2, 0, 1]), "at least 1 unit"),
        (lambda: dense([2]), "input width"),
        (lambda: dense([2, 3, 1], "softsign"), "no activation is called"),
        (lambda: Stack(2, (Layer(3, residual=True),)), "as many units as inputs"),
        (lambda: Stack(2, (Layer(3, dropout=1.0),)), "below 1"),
        (lambda: dense([2, 1]).views(np.zeros(4)), "3 parameters"),
        (lambda: forward(dense([2, 1]), np.zeros(3), np.zeros((0, 2))), "at least 1 example"),
        (lambda: forward(dense([2, 1]), np.zeros(3), np.zeros(2)), "inputs of shape"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(build: object, message: str) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match=message):
        build()
