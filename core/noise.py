"""Random numbers as a function: Philox-4×32-10, a counter-based generator.

A draw is a pure function of its key and its counter, so the order of calls and the number of threads cannot matter,
any step of a run can be replayed alone, and no library's change of stream can move a picture. The generator is
Philox-4×32 with 10 rounds of Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011);
the tests hold the known answers published with their Random123 library.

Key: the seed (64 bits). Counter: (run, step, lane, stream), each taken modulo 2³². `run` is the trajectory or example,
`step` the training step, `lane` the coordinate or unit, `stream` the purpose (see the STREAM_… constants), so two uses
of randomness in one simulation never share a number.
"""

import math

import numpy as np

from core.elementary import cos_turns, log
from core.jit import kernel, loop
from core.recording import F64, I64, U64

STREAM_GRADIENT = 0
STREAM_INIT = 1
STREAM_MASK = 2
STREAM_DATA = 3
STREAM_ORDER = 4
STREAM_PROBE = 5

_MASK32 = np.uint64(0xFFFFFFFF)
_SHIFT32 = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_SPARE = np.uint64(12)  # 52 bits and a half are exact in float64; with 53 the largest would round to 1
_TO_UNIT = 1.0 / 4503599627370496.0  # 2⁻⁵²


@kernel
def philox(seed: int, run: int, step: int, lane: int, stream: int) -> tuple[np.uint64, np.uint64]:
    """128 random bits for this key and counter, as two 64-bit integers (words 0–1 and words 2–3)."""
    k0 = np.uint64(seed) & _MASK32
    k1 = (np.uint64(seed) >> _SHIFT32) & _MASK32
    c0 = np.uint64(run) & _MASK32
    c1 = np.uint64(step) & _MASK32
    c2 = np.uint64(lane) & _MASK32
    c3 = np.uint64(stream) & _MASK32
    for _ in range(10):
        product0 = _MULTIPLIER_0 * c0
        product1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            (product1 >> _SHIFT32) ^ c1 ^ k0,
            product1 & _MASK32,
            (product0 >> _SHIFT32) ^ c3 ^ k1,
            product0 & _MASK32,
        )
        k0 = (k0 + _WEYL_0) & _MASK32
        k1 = (k1 + _WEYL_1) & _MASK32
    return (c1 << _SHIFT32) | c0, (c3 << _SHIFT32) | c2


@kernel
def uniform(seed: int, run: int, step: int, lane: int, stream: int) -> float:
    """A number uniform on the open interval (0, 1), of 52 random bits: never 0, never 1."""
    bits, _ = philox(seed, run, step, lane, stream)
    return (float(bits >> _SPARE) + 0.5) * _TO_UNIT


@kernel
def normal(seed: int, run: int, step: int, lane: int, stream: int) -> float:
    """A standard normal number, by Box and Muller (1958): √(−2 ln u₁)·cos(2π u₂), both u from one Philox block.

    Made of + − × ÷ √ alone, so the numbers are the same on every system.
    """
    first, second = philox(seed, run, step, lane, stream)
    u1 = (float(first >> _SPARE) + 0.5) * _TO_UNIT
    u2 = (float(second >> _SPARE) + 0.5) * _TO_UNIT
    return math.sqrt(-2.0 * log(u1)) * cos_turns(u2)


@kernel
def bernoulli(probability: float, seed: int, run: int, step: int, lane: int, stream: int) -> bool:
    """True with the given probability: never at 0, always at 1."""
    return uniform(seed, run, step, lane, stream) < probability


@kernel
def permutation(size: int, seed: int, run: int, step: int, stream: int) -> I64:
    """A random order of 0 … size−1, (size,) int64, by Fisher and Yates, every order equally likely up to 2⁻⁵²."""
    order = np.empty(size, dtype=np.int64)
    permute(order, seed, run, step, stream)
    return order


@loop
def permute(order: I64 | U64, seed: int, run: int, step: int, stream: int) -> None:
    """`permutation` of order.size things, written over what `order` held."""
    for i in range(order.size):
        order[i] = i
    for i in range(order.size - 1, 0, -1):
        j = int(uniform(seed, run, step, i, stream) * (i + 1))
        order[i], order[j] = order[j], order[i]


@kernel
def normals(count: int, seed: int, run: int, step: int, stream: int) -> F64:
    """`count` independent standard normal numbers, (count,) float64, lanes 0 … count−1."""
    out = np.empty(count)
    for lane in range(count):
        out[lane] = normal(seed, run, step, lane, stream)
    return out


@kernel
def uniforms(count: int, seed: int, run: int, step: int, stream: int) -> F64:
    """`count` independent numbers uniform on (0, 1), (count,) float64, lanes 0 … count−1."""
    out = np.empty(count)
    for lane in range(count):
        out[lane] = uniform(seed, run, step, lane, stream)
    return out
