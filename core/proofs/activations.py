"""Experiments with activations: where GELU and its slope turn, the steepest points of sigmoid and tanh, nets born dead."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from core import activations as act
from core.claims import Claim
from core.networks import Stack, dense, forward, initial_parameters
from core.noise import STREAM_PROBE, normals
from core.recording import F64
from core.theory import activation_extremes as theory

SCENES = ("activations",)  # whose claims `proofs` makes

_HENDRYCKS = "Hendrycks & Gimpel 2016; core/theory/activation_extremes.py"
_LU = "Lu, Shin, Su & Karniadakis 2019; core/theory/activation_extremes.py"
_SPACING = 1e-4
_NETS = 1500


def proofs() -> Iterator[Claim]:
    """Every claim about activation functions."""
    grid: F64 = _SPACING * np.arange(-60_000.0, 60_001.0)
    yield from _gelu(grid)
    for name, steepest in (("sigmoid", 0.25), ("tanh", 1.0)):
        yield Claim(
            name=f"{name}'s slope is at most {steepest:g}, reached at 0",
            scene="activations",
            source="y(1 − y) ≤ 1/4" if name == "sigmoid" else "1 − y² ≤ 1",
            predicted=steepest,
            measured=float(act.derivatives(act.code(name), grid).max()),
            tolerance=1e-15,
            because="rounding; 0 is a point of the grid",
        )
    yield from _library()
    for width, layers in ((2, 10), (3, 10)):
        yield from _born_dead(width, layers)


def _library() -> Iterator[Claim]:
    """Our own elementary functions beside the C library's, from −6 to 6."""
    points = np.linspace(-6.0, 6.0, 2401).tolist()
    formulas: dict[str, Callable[[float], float]] = {
        "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)),
        "tanh": math.tanh,
        "softplus": lambda x: math.log1p(math.exp(x)),
        "elu": lambda x: x if x > 0.0 else math.expm1(x),
        "silu": lambda x: x / (1.0 + math.exp(-x)),
        "gelu": lambda x: 0.5 * x * math.erfc(-x / math.sqrt(2.0)),
    }
    for name, formula in formulas.items():
        wanted = np.array([formula(x) for x in points])
        size = np.maximum(np.abs(wanted), 1e-300)
        yield Claim(
            name=f"{name} is its formula in the C library's functions: largest relative difference",
            scene="activations",
            source="core/activation_functions.py",
            predicted=0.0,
            measured=float((np.abs(act.activations(act.code(name), points) - wanted) / size).max()),
            tolerance=1e-14,
            because="a few roundings on each side; erfc squares an argument of up to 4.2, so 36 times its rounding",
            comparison="absolute",
        )


def _gelu(grid: F64) -> Iterator[Claim]:
    values, slopes = act.activations(act.GELU, grid), act.derivatives(act.GELU, grid)
    where, lowest = theory.gelu_minimum()
    flattest, steepest = theory.gelu_slope_extremes()
    tanh_form = act.activations(act.GELU_TANH, grid)
    parabola = "a grid of 1e-4 misses a turning point by at most its curvature times 1e-8"
    lines = (
        (f"GELU's lowest value is {lowest:.5f}", lowest, values.min(), 1e-8, parabola),
        (f"GELU is lowest at x = {where:.4f}", where, grid[values.argmin()], _SPACING, "the spacing of the grid"),
        ("GELU's largest slope, at √2", steepest, slopes.max(), 1e-8, parabola),
        ("GELU's smallest slope, at −√2", flattest, slopes.min(), 1e-8, parabola),
        (
            "GELU's tanh form is off by 4.73e-4 at most",
            theory.gelu_tanh_gap(),
            np.abs(values - tanh_form).max(),
            1e-10,
            parabola,
        ),
    )
    for name, predicted, measured, tolerance, because in lines:
        yield Claim(
            name=name,
            scene="activations",
            source=_HENDRYCKS,
            predicted=predicted,
            measured=float(measured),
            tolerance=tolerance,
            because=because,
            comparison="absolute",
        )
    count, x = 40_000, 0.8
    share = float((normals(count, 0, 0, 0, STREAM_PROBE) < x).mean())
    yield Claim(
        name="GELU is x behind a random gate: open where a normal number is below x, here x = 0.8",
        scene="activations",
        source=_HENDRYCKS,
        predicted=act.activate(act.GELU, x),
        measured=x * share,
        tolerance=4.0 * x * math.sqrt(share * (1.0 - share) / count),
        because=f"four standard errors of a share of {count} draws",
        comparison="absolute",
    )


def _born_dead(width: int, layers: int) -> Iterator[Claim]:
    stack = dense([1, *[width] * (layers - 1), 1], "relu")
    dead = np.array([_silent(stack, seed) for seed in range(_NETS)])
    predicted = theory.born_dead(width, layers)
    one, both = float(dead[:, 0].mean()), float(dead.all(axis=1).mean())
    error = math.sqrt(predicted * (1.0 - predicted) / _NETS)
    applies = "He's initialization (any symmetric one), no biases"
    yield Claim(
        name=f"a ReLU net {width} wide with {layers} layers says 0 to a given input, share of nets",
        scene="activations",
        source=_LU,
        predicted=predicted,
        measured=one,
        tolerance=4.0 * error,
        because=f"four standard errors of a share of {_NETS} nets",
        applies=applies,
        comparison="absolute",
    )
    yield Claim(
        name=f"… and to every input (born dead): at most that share, {width} wide, {layers} layers",
        scene="activations",
        source=_LU,
        predicted=predicted,
        measured=both,
        tolerance=3.0 * error,
        because=f"three standard errors of a share of {_NETS} nets",
        applies=applies + "; one input, where x = 1 and x = −1 stand for all x of their sign",
        comparison="at most",
    )


def _silent(stack: Stack, seed: int) -> F64:
    """(2,) whether the last hidden layer is silent at x = +1 and at x = −1."""
    theta = initial_parameters(stack, "he_normal", seed=seed)
    hidden = forward(stack, theta, np.array([[1.0], [-1.0]])).layers[-2].output
    return np.asarray((hidden == 0.0).all(axis=1))
