"""Initial weights of a layer W (fan_out, fan_in): h = W x + b with fan_in inputs and fan_out outputs.

With g the gain (g = 1 is the paper's own scale), Var the variance of one entry and U(±a) uniform on (−a, a):

    zeros            0                          Var 0: all units of a layer stay equal for ever
    constant         g                          Var 0: the same symmetry
    uniform          U(±g)                      Var g²/3
    normal           N(0, g²)                   Var g²
    standard         U(±g/√fan_in)              Var g²/(3 fan_in): what Glorot & Bengio call the commonly used heuristic
    xavier_uniform   U(±g√(6/(fan_in+fan_out))) Var 2g²/(fan_in + fan_out)
    xavier_normal    N(0, Var)                  Var 2g²/(fan_in + fan_out)
    he_uniform       U(±g√(6/fan_in))           Var 2g²/fan_in
    he_normal        N(0, Var)                  Var 2g²/fan_in
    lecun_normal     N(0, Var)                  Var g²/fan_in
    orthogonal       g·Q, Q with orthonormal rows or columns, whichever are fewer; Var g²/max(fan_in, fan_out)

Sources: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks" (AISTATS 2010) for
standard and xavier; He et al., "Delving deep into rectifiers" (ICCV 2015), for he, whose factor 2 is ReLU's; LeCun et al.,
"Efficient BackProp" (1998), for lecun; Saxe, McClelland & Ganguli (ICLR 2014) for orthogonal. PyTorch's
`kaiming_*(nonlinearity="relu")` is he with g = 1, its `gain` for xavier is g.

Entry (i, j) of layer `layer` is keyed by (seed, run = layer, lane = i·fan_in + j), so that a layer's weights do not depend
on what other layers there are.
"""

import math

import numpy as np

from core.jit import kernel
from core.noise import STREAM_INIT, normals, uniforms
from core.recording import F64

NAMES = (
    "zeros",
    "constant",
    "uniform",
    "normal",
    "standard",
    "xavier_uniform",
    "xavier_normal",
    "he_uniform",
    "he_normal",
    "lecun_normal",
    "orthogonal",
)


def variance(name: str, fan_out: int, fan_in: int, gain: float = 1.0) -> float:
    """The variance of one entry of W over seeds, from the table above."""
    _check(name, fan_out, fan_in, gain)
    square = gain * gain
    return {
        "zeros": 0.0,
        "constant": 0.0,
        "uniform": square / 3.0,
        "normal": square,
        "standard": square / (3.0 * fan_in),
        "xavier_uniform": 2.0 * square / (fan_in + fan_out),
        "xavier_normal": 2.0 * square / (fan_in + fan_out),
        "he_uniform": 2.0 * square / fan_in,
        "he_normal": 2.0 * square / fan_in,
        "lecun_normal": square / fan_in,
        "orthogonal": square / max(fan_in, fan_out),
    }[name]


def initialize(name: str, fan_out: int, fan_in: int, gain: float = 1.0, seed: int = 0, layer: int = 0) -> F64:
    """Weights (fan_out, fan_in) of layer `layer`; the same arguments give the same bytes."""
    spread = math.sqrt(variance(name, fan_out, fan_in, gain))
    shape = (fan_out, fan_in)
    if name == "zeros":
        return np.zeros(shape)
    if name == "constant":
        return np.full(shape, float(gain))
    if name == "orthogonal":
        return _orthogonal(fan_out, fan_in, gain, seed, layer)
    if name in ("uniform", "standard", "xavier_uniform", "he_uniform"):
        unit = uniforms(fan_out * fan_in, seed, layer, 0, STREAM_INIT)
        return (math.sqrt(3.0) * spread * (2.0 * unit - 1.0)).reshape(shape)
    return (spread * normals(fan_out * fan_in, seed, layer, 0, STREAM_INIT)).reshape(shape)


def _orthogonal(fan_out: int, fan_in: int, gain: float, seed: int, layer: int) -> F64:
    """g·Q from the QR factorization of a normal matrix, with the signs that make R's diagonal positive.

    Only then is Q uniform over all orthogonal matrices (Mezzadri, "How to generate random matrices from the classical
    compact groups", Notices of the AMS 54, 2007). Gram and Schmidt's process gives that Q directly; LAPACK's would change
    in the last bits with the number of its threads.
    """
    many, few = max(fan_out, fan_in), min(fan_out, fan_in)
    rows = normals(few * many, seed, layer, 0, STREAM_INIT).reshape(few, many)
    orthonormalize(rows)
    rows *= gain
    return rows if fan_out <= fan_in else np.ascontiguousarray(rows.T)


@kernel
def orthonormalize(rows: F64) -> None:
    """Make the rows of (few, many), few ≤ many, orthonormal in place: Gram–Schmidt, each row twice.

    The second pass removes what rounding left of the first (Giraud, Langou & Rozložník, 2005: twice is enough).
    """
    few, many = rows.shape
    for i in range(few):
        for _ in range(2):
            for j in range(i):
                overlap = 0.0
                for k in range(many):
                    overlap += rows[j, k] * rows[i, k]
                for k in range(many):
                    rows[i, k] -= overlap * rows[j, k]
        square = 0.0
        for k in range(many):
            square += rows[i, k] * rows[i, k]
        length = np.sqrt(square)
        for k in range(many):
            rows[i, k] /= length


def _check(name: str, fan_out: int, fan_in: int, gain: float) -> None:
    if name not in NAMES:
        raise ValueError(f"{name!r} is not an initializer (known: {', '.join(NAMES)})")
    if fan_out < 1 or fan_in < 1:
        raise ValueError(f"a layer needs at least one input and one output, not {fan_in} and {fan_out}")
    if not math.isfinite(gain) or (gain < 0.0 and name != "constant"):
        raise ValueError(f"the gain {gain} is not a finite number from 0 up")
