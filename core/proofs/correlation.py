"""Experiments with wide random networks: how alike two inputs are on their way up, and for how many layers they differ."""

import math
from collections.abc import Iterator

import numpy as np

from core import activations
from core.claims import Claim
from core.networks import Layer, Stack, forward, initial_parameters
from core.noise import STREAM_INIT, STREAM_PROBE, normals
from core.recording import F64
from core.theory import correlation as theory
from core.theory.mean_field import chi_1, depth_scale, fixed_point

SCENES = ("initialization",)  # whose claims `proofs` makes

_SCHOENHOLZ = "Schoenholz et al. 2017, section 3"
_WIDTH, _NETS, _PROBES = 300, 5, 16
_BIAS_VARIANCE = 0.05
_BIAS_STEP = 1  # biases are drawn at another step of the counter than weights


def random_net(weight_variance: float, depth: int, seed: int) -> tuple[Stack, F64]:
    """A tanh stack of equal layers with W entries N(0, σw²/n) and b entries N(0, σb²)."""
    stack = Stack(_WIDTH, tuple(Layer(_WIDTH, "tanh") for _ in range(depth)))
    theta = initial_parameters(stack, "lecun_normal", gain=math.sqrt(weight_variance), seed=seed)
    for number, layer in enumerate(stack.views(theta)):
        layer.bias[:] = math.sqrt(_BIAS_VARIANCE) * normals(_WIDTH, seed, number, _BIAS_STEP, STREAM_INIT)
    return stack, theta


def sized(x: F64, weight_variance: float) -> F64:
    """Inputs (N, n) scaled so that the first pre-activations already have variance q*: no layer has to settle first."""
    q = fixed_point(activations.TANH, weight_variance, _BIAS_VARIANCE)
    wanted = (q - _BIAS_VARIANCE) / weight_variance * _WIDTH
    return np.asarray(x * np.sqrt(wanted / (x**2).sum(axis=1, keepdims=True)))


def decay(weight_variance: float, seed: int) -> float:
    """ln of the factor per layer of the squared distance between an input and others very near to it."""
    stack, theta = random_net(weight_variance, 24, seed)
    x = sized(normals(_WIDTH, seed, 0, 0, STREAM_PROBE)[None, :], weight_variance)
    others = x + 1e-6 * normals(_PROBES * _WIDTH, seed, 2, 0, STREAM_PROBE).reshape(_PROBES, _WIDTH)
    done = forward(stack, theta, np.concatenate([x, others]))
    apart = [float(((layer.linear[1:] - layer.linear[0]) ** 2).sum()) for layer in done.layers]
    return math.log(apart[-1] / apart[0]) / (len(apart) - 1)


def correlation_after(weight_variance: float, start: float, seed: int) -> float:
    """The correlation of two inputs' pre-activations in the last layer, when `start` was the inputs' own."""
    stack, theta = random_net(weight_variance, 12, seed)
    first, second = normals(2 * _WIDTH, seed, 3, 0, STREAM_PROBE).reshape(2, _WIDTH)
    second -= float(first @ second) / float(first @ first) * first
    second *= float(np.linalg.norm(first) / np.linalg.norm(second))
    pair = np.stack([first, start * first + math.sqrt(1.0 - start**2) * second])
    a, b = forward(stack, theta, sized(pair, weight_variance)).layers[-1].linear
    return float(a @ b) / float(np.sqrt((a @ a) * (b @ b)))


def predicted_path(weight_variance: float, start: float) -> list[float]:
    """The correlation in layers 1 … 12 by the correlation map."""
    q = fixed_point(activations.TANH, weight_variance, _BIAS_VARIANCE)
    path = [((q - _BIAS_VARIANCE) * start + _BIAS_VARIANCE) / q]
    while len(path) < 12:
        path.append(theory.correlation_map(activations.TANH, path[-1], q, weight_variance, _BIAS_VARIANCE))
    return path


def proofs() -> Iterator[Claim]:
    """Every claim about two inputs of one random network."""
    chi = chi_1(activations.TANH, 1.0, _BIAS_VARIANCE)
    # 5/n is the scatter of a ReLU layer's squared gain, more than that of tanh; two standard errors of a mean of logarithms
    scatter = 2.0 * math.sqrt(5.0 / (_WIDTH * 23 * 3))
    yield Claim(
        name="tanh in order, σw² = 1, σb² = 0.05: depth scale −1/ln χ₁, the layers that make two inputs e times more alike",
        scene="initialization",
        source=f"{_SCHOENHOLZ}: ξ_c; core/theory/correlation.py",
        predicted=depth_scale(chi),
        measured=-1.0 / float(np.mean([decay(1.0, seed) for seed in range(3)])),
        tolerance=scatter / abs(math.log(chi)),
        because=f"width {_WIDTH}, 3 nets: twice √(5/(n·layers·nets)), over ln χ₁",
        applies="wide random nets, inputs close together, χ₁ < 1",
    )
    for phase, weight_variance, start in (("order", 1.0, 0.0), ("chaos", 2.5, 0.0), ("chaos", 2.5, 0.9)):
        path = predicted_path(weight_variance, start)
        spread = math.sqrt(sum((1.0 - c * c) ** 2 for c in path) / _WIDTH)
        yield Claim(
            name=f"tanh in {phase}, σw² = {weight_variance:g}, σb² = 0.05: correlation of inputs, {start:g}, 12 layers on",
            scene="initialization",
            source="Poole et al. 2016, the correlation map; core/theory/correlation.py",
            predicted=path[-1],
            measured=float(np.mean([correlation_after(weight_variance, start, 50 + seed) for seed in range(_NETS)])),
            tolerance=3.0 * spread / math.sqrt(_NETS),
            because=f"each layer of {_WIDTH} units adds (1 − c²)/√n of scatter: three standard errors, {_NETS} nets",
            applies=f"wide random nets; in the long run c* = {_settled(weight_variance):.3f}",
            comparison="absolute",
        )


def _settled(weight_variance: float) -> float:
    return theory.correlation_fixed_point(activations.TANH, weight_variance, _BIAS_VARIANCE)
