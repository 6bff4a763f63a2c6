"""The normalizations of one tensor (N, C, H, W) as partitions of the same box of numbers.

With P = H·W positions, every set that shares one mean and one variance is itself a box. A norm is told by the number of equal
parts into which it cuts the three axes (N, C, P):

    batch       (1, C, 1)    m = N·P      Ioffe & Szegedy (ICML 2015)
    layer       (N, 1, 1)    m = C·P      Ba, Kiros & Hinton (2016), over (C, H, W)
    instance    (N, C, 1)    m = P        Ulyanov, Vedaldi & Lempitsky (2016)
    group       (N, G, 1)    m = C·P/G    Wu & He (ECCV 2018)
    rms         (N, 1, 1)    m = C·P      Zhang & Sennrich (NeurIPS 2019): as layer, without the mean
    token       (N, 1, P)    m = C        layer norm as transformers use it: the tensor read as (N, T = P, D = C)
    token_rms   (N, 1, P)    m = C        RMSNorm of the same reading

m is the number of entries of a set. A set crosses examples exactly when the first part count is less than N.
"""

from dataclasses import dataclass

import numpy as np

from core.normalization.layers import normalize
from core.recording import F64

NORMS = ("batch", "layer", "instance", "group", "rms", "token", "token_rms")
Parts = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Standardized:
    """A tensor standardized by one norm, all (N, C, H, W): the result, and for each entry its set's mean and variance.

    The variance is the biased one; for rms and token_rms the mean is 0 and the variance the mean square.
    """

    y: F64
    mean: F64
    variance: F64


def parts(norm: str, shape: tuple[int, ...], groups: int) -> Parts:
    """Into how many equal parts `norm` cuts N, C and P = H·W of a tensor of `shape` (N, C, H, W)."""
    n, c, p = shape[0], shape[1], shape[2] * shape[3]
    known = {
        "batch": (1, c, 1),
        "layer": (n, 1, 1),
        "instance": (n, c, 1),
        "group": (n, groups, 1),
        "rms": (n, 1, 1),
        "token": (n, 1, p),
        "token_rms": (n, 1, p),
    }
    if norm not in known:
        raise ValueError(f"{norm!r} is not a norm of the cube (known: {', '.join(NORMS)})")
    return known[norm]


def set_size(norm: str, shape: tuple[int, ...], groups: int) -> int:
    """m: how many entries share one mean and one variance."""
    cut = parts(norm, shape, groups)
    return shape[0] * shape[1] * shape[2] * shape[3] // (cut[0] * cut[1] * cut[2])


def nearest_divisor(channels: int, groups: int) -> int:
    """The divisor of `channels` nearest to `groups`, the smaller one of two equally near."""
    return min((d for d in range(1, channels + 1) if channels % d == 0), key=lambda d: (abs(d - groups), d))


def standardize(norm: str, x: F64, groups: int, epsilon: float) -> Standardized:
    """x̂ = (x − μ)/√(v + ε) over the sets of `norm`, without affine map; x is (N, C, H, W) float64.

    The token norms see the tensor as N·H·W rows of C features, so they are `layer` and `rms` of that matrix.
    """
    n, c, h, w = x.shape
    cut = parts(norm, x.shape, groups)
    if norm.startswith("token"):
        rows = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).reshape(-1, c)
        forward = normalize("rms" if norm == "token_rms" else "layer", rows, epsilon=epsilon)
        y = np.ascontiguousarray(forward.x_hat.reshape(n, h, w, c).transpose(0, 3, 1, 2))
    else:
        forward = normalize(norm, x, groups=groups, epsilon=epsilon)
        y = forward.x_hat
    return Standardized(y, _spread(forward.mean, cut, x.shape), _spread(forward.variance, cut, x.shape))


def _spread(statistics: F64, cut: Parts, shape: tuple[int, ...]) -> F64:
    """One number per set, in C order over (N, C, P) parts, handed to every entry of its set."""
    box = statistics.reshape(cut)
    for axis, (count, size) in enumerate(zip(cut, (shape[0], shape[1], shape[2] * shape[3]), strict=True)):
        box = np.repeat(box, size // count, axis=axis)
    return box.reshape(shape)


def per_set(values: F64, cut: Parts) -> F64:
    """The inverse of spreading: from (N, C, H, W), equal within each set, one number per set, shaped like `cut`."""
    n, c = values.shape[:2]
    box = values.reshape(n, c, -1)
    steps = [size // count for size, count in zip(box.shape, cut, strict=True)]
    return np.ascontiguousarray(box[:: steps[0], :: steps[1], :: steps[2]])


def batch_shift(x: F64, changed: F64, example: int, epsilon: float) -> F64:
    """What BatchNorm must do to the *other* examples when one changes from x[example] to `changed` (C, H, W).

    From sums alone, per channel, with m = N·P, S = Σx, Q = Σx², the new example's sums put in place of the old one's:

        μ′ = (S − s + s′)/m        v′ = (Q − q + q′)/m − μ′²
        ŷ′ − ŷ = (x − μ′)/√(v′ + ε) − (x − μ)/√(v + ε)

    Returns ŷ′ − ŷ for all entries (N, C, H, W); the row of `example` itself is NaN. This road shares no code with
    `standardize`. Cancellation in Q − m μ² costs about m·1e-16·Q/v of relative accuracy in v.
    """
    size = x[:, 0].size
    total, square = x.sum(axis=(0, 2, 3)), (x * x).sum(axis=(0, 2, 3))
    gone, gone_square = x[example].sum(axis=(1, 2)), (x[example] ** 2).sum(axis=(1, 2))
    come, come_square = changed.sum(axis=(1, 2)), (changed**2).sum(axis=(1, 2))

    def standard(total: F64, square: F64) -> F64:
        mean = (total / size)[:, None, None]
        variance = np.maximum((square / size)[:, None, None] - mean * mean, 0.0)
        result: F64 = (x - mean) / np.sqrt(variance + epsilon)
        return result

    shift = standard(total - gone + come, square - gone_square + come_square) - standard(total, square)
    shift[example] = np.nan
    return shift
