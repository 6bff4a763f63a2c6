"""Experiments with initial weights: what 30 layers make of the size of a signal, per layer and in all."""

import math
from collections.abc import Iterator

import numpy as np

from core import initializers
from core.claims import Claim
from core.networks import Layer, Stack, forward, initial_parameters
from core.noise import STREAM_PROBE, normals
from core.theory.initialization import scatter_of_factor, square_factor

SCENES = ("initialization",)  # whose claims `proofs` makes

_WIDTH, _LAYERS, _SEEDS = 256, 30, 3
_SOURCES = {
    "he_normal": "He et al. 2015, section 2.2",
    "he_uniform": "He et al. 2015, section 2.2",
    "xavier_normal": "Glorot & Bengio 2010; He et al. 2015, section 2.2",
    "standard": "Glorot & Bengio 2010, equation 1: n·Var = 1/3",
    "orthogonal": "Saxe et al. 2014",
}
_LABELS = {
    "he_normal": "He",
    "he_uniform": "He, uniform",
    "xavier_normal": "Xavier",
    "standard": "“standard” U(±1/√n)",
    "orthogonal": "orthogonal",
}
_CASES = (
    ("he_normal", "relu"),
    ("he_uniform", "relu"),
    ("xavier_normal", "relu"),
    ("xavier_normal", "identity"),
    ("standard", "identity"),
    ("standard", "relu"),
    ("orthogonal", "identity"),
)


def growth(scheme: str, activation: str, seed: int) -> float:
    """The factor per layer of Σa² from layer 1 to layer 30: the geometric mean over 29 layers of one random network."""
    stack = Stack(_WIDTH, tuple(Layer(_WIDTH, activation) for _ in range(_LAYERS)))
    x = normals(_WIDTH, seed, 0, 0, STREAM_PROBE)[None, :]
    done = forward(stack, initial_parameters(stack, scheme, seed=seed), x)
    first, last = (float((layer.output**2).sum()) for layer in (done.layers[0], done.layers[-1]))
    return math.exp(math.log(last / first) / (_LAYERS - 1))


def proofs() -> Iterator[Claim]:
    """Every claim about the size of activations at the start of training."""
    for number, (scheme, activation) in enumerate(_CASES):
        factors = [growth(scheme, activation, _SEEDS * number + seed) for seed in range(_SEEDS)]
        weights = initializers.variance(scheme, _WIDTH, _WIDTH)
        predicted = square_factor(scheme, activation)
        scatter = scatter_of_factor(activation, _WIDTH, _SEEDS * (_LAYERS - 1))
        exact = scheme == "orthogonal"
        total = predicted ** (_LAYERS - 1)
        yield Claim(
            name=f"{_LABELS[scheme]} + {activation}: E[a²] changes by {predicted:.4g} a layer ({total:.2g} over 30 layers)",
            scene="initialization",
            source=_SOURCES[scheme],
            predicted=predicted,
            measured=math.exp(float(np.mean(np.log(factors)))),
            tolerance=1e-12 if exact else scatter,
            because="a rotation keeps lengths up to rounding"
            if exact
            else f"width {_WIDTH}, {_SEEDS} nets: four standard errors of the mean logarithm, and its bias",
            applies=f"no biases; n·Var(W) = {weights * _WIDTH:.3g}",
        )
    for scheme in ("he_uniform", "xavier_uniform", "lecun_normal", "standard"):
        shape = (200, 300)
        drawn = initializers.initialize(scheme, *shape, seed=5)
        kurtosis = 9.0 / 5.0 if scheme != "lecun_normal" else 3.0
        yield Claim(
            name=f"variance of the weights drawn by {scheme}, fan-in 300, fan-out 200",
            scene="initialization",
            source="core/initializers.py",
            predicted={
                "he_uniform": 2.0 / 300.0,
                "xavier_uniform": 2.0 / 500.0,
                "lecun_normal": 1.0 / 300.0,
                "standard": 1.0 / 900.0,
            }[scheme],
            measured=float((drawn**2).mean()),
            tolerance=4.0 * math.sqrt((kurtosis - 1.0) / drawn.size),
            because=f"four standard errors √((κ − 1)/n) of a mean square, n = {drawn.size}",
        )
