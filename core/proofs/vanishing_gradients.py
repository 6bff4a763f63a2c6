"""Experiments that bear out mean-field theory of deep stacks, on the nets that the scene runs."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core import noise
from core.activations import RELU, SIGMOID, TANH
from core.claims import Claim
from core.deep_net import DeepNet, layer_singular_values, look, start, task, train
from core.networks.probes import signal_norms
from core.recording import F64
from core.theory.depth_profile import depth_profile, finite_width_scatter, gradient_line
from core.theory.mean_field import chi_1, critical_weight_variance, gradient_factor

_WIDTH, _DEPTH, _SETTLE, _SEEDS = 400, 32, 8, 4
_SCHOENHOLZ = "Schoenholz et al. 2017, sections 2 to 4; core/theory/mean_field.py"
_BIAS = 0.05  # σb² of the textbook phase diagram of tanh


def gradients(net: DeepNet, examples: int = 8) -> F64:
    """‖∂L/∂hˡ‖ of a net before training, (L,), for random inputs with arbitrary labels."""
    unit = noise.normals(examples * net.width, net.seed, 0, 0, noise.STREAM_PROBE)
    labels = np.arange(examples) % 10
    _, _, found = look(net, start(net), unit.reshape(examples, net.width), labels, task(net.width, net.seed)[2])
    return signal_norms(found)[1:]


def measured_factor(net: DeepNet, skip: int = _SETTLE, examples: int = 8) -> float:
    """The gradient's factor per layer from layer L back to layer 1 + skip: geometric mean over layers and four seeds."""
    logs = []
    for seed in range(_SEEDS):
        norms = gradients(replace(net, seed=seed), examples)
        logs.append(math.log(norms[skip] / norms[-1]) / (net.depth - 1 - skip))
    return math.exp(float(np.mean(logs)))


def _net(activation: str, init: str = "xavier", **more: float | bool | str) -> DeepNet:
    plain = DeepNet(depth=_DEPTH, width=_WIDTH, activation=activation, init=init)
    return replace(plain, **more)  # type: ignore[arg-type]


def prove(scene: str) -> Iterator[Claim]:
    """Every claim of card 16."""
    yield from _phases(scene)
    yield from _activations(scene)
    yield from _cures(scene)
    yield from _jacobian(scene)
    yield from _clipping(scene)
    yield from _training(scene)


def _wide(scene: str, name: str, source: str, predicted: float, measured: float, squared: bool = False) -> Claim:
    tolerance = finite_width_scatter(_DEPTH - _SETTLE, _WIDTH) / math.sqrt(_SEEDS) * (2 if squared else 1)
    return Claim(
        name=name,
        scene=scene,
        source=source,
        predicted=predicted,
        measured=measured,
        tolerance=tolerance,
        because=f"finite width {_WIDTH}: three standard deviations of the mean over {_SEEDS} seeds, see finite_width_scatter",
        applies="at initialization, wide layers with independent weights",
    )


def _phases(scene: str) -> Iterator[Claim]:
    """The tanh stack in order, on the critical line and in chaos, at σb² = 0.05."""
    critical = critical_weight_variance(TANH, _BIAS)
    yield Claim(
        name="tanh at σb² = 0.05 is critical at σw² = 1.761",
        scene=scene,
        source=_SCHOENHOLZ,
        predicted=1.7610,
        measured=critical,
        tolerance=5e-5,
        because="the number is quoted to four decimals",
        comparison="absolute",
    )
    for weight_variance, phase in ((1.0, "ordered"), (critical, "critical"), (2.5, "chaotic")):
        net = _net("tanh", gain=math.sqrt(weight_variance), bias=math.sqrt(_BIAS))
        yield _wide(
            scene,
            f"tanh, σw² = {weight_variance:.3g}, {phase}: the squared gradient changes by χ₁ per layer",
            _SCHOENHOLZ,
            chi_1(TANH, weight_variance, _BIAS),
            measured_factor(net) ** 2,
            squared=True,
        )


def _activations(scene: str) -> Iterator[Claim]:
    sigmoid = gradient_factor(SIGMOID, 1.0)
    yield _wide(
        scene,
        "sigmoid, Xavier: 0.236 of the gradient per layer",
        _SCHOENHOLZ,
        sigmoid,
        measured_factor(_net("sigmoid")),
    )
    yield _wide(
        scene,
        "ReLU, He: the gradient keeps its size",
        "He et al. 2015, §2.2; core/theory/mean_field.py",
        gradient_factor(RELU, 2.0),
        measured_factor(_net("relu", "he")),
    )
    yield _wide(
        scene,
        "ReLU, He with gain 1.2: it grows by 1.2 per layer",
        "He et al. 2015, §2.2",
        1.2,
        measured_factor(_net("relu", "he", gain=1.2)),
    )


def _line(net: DeepNet) -> float:
    profile = depth_profile(
        net.code,
        net.weight_variance,
        net.bias**2,
        net.depth,
        residual=net.residual,
        layer_norm=net.normalization == "layer",
    )
    line = gradient_line(profile, 1.0, net.width)
    return float((line[_SETTLE] / line[-1]) ** (1.0 / (net.depth - 1 - _SETTLE)))


def _cures(scene: str) -> Iterator[Claim]:
    """Residual connections and normalizations: what they make of the factor."""
    residual = "Yang & Schoenholz 2017; core/theory/depth_profile.py"
    linear = _net("identity", residual=True)
    yield _wide(scene, "linear residual stack: χ = 1 + σw², √2 per layer", residual, math.sqrt(2.0), measured_factor(linear))
    for activation in ("tanh", "sigmoid"):
        net = _net(activation, residual=True)
        name = f"{activation} residual stack: a skip adds 1 to χ, so nothing vanishes"
        yield _wide(scene, name, residual, _line(net), measured_factor(net))
    for activation, init in (("relu", "he"), ("sigmoid", "xavier"), ("tanh", "xavier")):
        net = _net(activation, init, normalization="layer", gain=1.7)
        name = f"{activation}, layer normalization: √(E φ′²/E φ²) per layer, whatever the gain"
        yield _wide(scene, name, "core/theory/depth_profile.py", _line(net), measured_factor(net))
    yield Claim(
        name="ReLU, batch normalization without skips: the gradient explodes by √(π/(π−1)) per layer",
        scene=scene,
        source="Yang, Pennington, Rao, Sohl-Dickstein & Schoenholz 2019, ReLU with batch normalization",
        predicted=math.sqrt(math.pi / (math.pi - 1.0)),
        measured=measured_factor(_net("relu", "he", normalization="batch"), examples=128),
        tolerance=0.02,
        because="the limit of large batches: 128 examples leave 1 %, width 400 as much",
        applies="at initialization, large batches",
    )


def _jacobian(scene: str) -> Iterator[Claim]:
    """The mean squared singular value of a layer's Jacobian is χ."""
    for activation, init, chi in (("sigmoid", "xavier", gradient_factor(SIGMOID, 1.0) ** 2), ("relu", "he", 1.0)):
        net = replace(_net(activation, init), depth=6)
        inputs, labels, readout = task(net.width, net.seed)
        done, _, _ = look(net, start(net), inputs, labels, readout)
        squares = [
            np.square(layer_singular_values(net, layer, done.layers[layer].before[0], np.ones(net.width))).mean()
            for layer in range(2, 6)
        ]
        yield Claim(
            name=f"{activation}, {init}: the mean squared singular value of a layer's Jacobian is χ₁",
            scene=scene,
            source="Pennington, Schoenholz & Ganguli 2017, §2",
            predicted=chi,
            measured=float(np.mean(squares)),
            tolerance=3.0 * math.sqrt(2.0 / _WIDTH / 4),
            because="the share of open units of 400 scatters by √(1/400) of itself; three standard deviations of four layers",
            applies="one example at initialization",
        )


def _clipping(scene: str) -> Iterator[Claim]:
    net = DeepNet(depth=40, width=64, activation="relu", init="he", gain=1.2, steps=6, clip_norm=1.0)
    clipped = train(net)
    yield Claim(
        name="exploding ReLU stack, clipped: every step's gradient has exactly the clip norm",
        scene=scene,
        source="Pascanu, Mikolov & Bengio 2013, algorithm 1",
        predicted=1.0,
        measured=float(clipped.step_norm.max()),
        tolerance=1e-12,
        because="rounding of one division and one product",
        applies="the raw gradient is longer than the clip norm",
    )
    yield Claim(
        name="the same stack without clipping diverges",
        scene=scene,
        source="core/deep_net.py",
        predicted=1.0,
        measured=float(train(replace(net, clip_norm=math.inf)).ending.failed),
        tolerance=0.0,
        because="it does or it does not",
        comparison="absolute",
    )


def _training(scene: str) -> Iterator[Claim]:
    """What it means for the first layers: under sigmoid they do not move in 20 steps, with skips they do."""
    plain = DeepNet(depth=40, width=64, activation="sigmoid", init="xavier", steps=20)
    predicted = gradient_factor(SIGMOID, 1.0) ** 39
    yield Claim(
        name="40 sigmoid layers: the first layer's gradient is 10⁻²⁴ of the last one's",
        scene=scene,
        source=_SCHOENHOLZ,
        predicted=math.log10(predicted),
        measured=float(np.log10(train(plain).gradient[0, 0] / train(plain).gradient[0, -1])),
        tolerance=39 * math.log10(1.0 + finite_width_scatter(40, 64)),
        because="39 times the logarithm of the scatter of one layer's factor at width 64",
        comparison="absolute",
    )
    yield Claim(
        name="the same stack with skips learns in 20 steps what the plain one does not",
        scene=scene,
        source="He et al. 2016; core/deep_net.py",
        predicted=0.5,
        measured=float(train(replace(plain, residual=True)).loss[-1] / train(plain).loss[-1]),
        tolerance=0.0,
        because="a bound, met with a wide margin: the plain net stays near ln 10",
        comparison="at most",
    )
