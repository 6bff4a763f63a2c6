"""Minima of a quadratic loss under a penalty: two weights in closed form, many by coordinate descent, ridge by one solve.

The loss is L(w) = ½‖y − Xw‖², not divided by the number of examples (with a mean over N of them the same λ acts N times as
strongly). It is ½(w − a)ᵀH(w − a) plus a constant, with H = XᵀX (`gram`), a its minimum and c = Xᵀy = Ha (`pull`, minus its
gradient at 0). The penalty is that of `core.regularizers`: λ(α|w|₁ + (1 − α)½|w|²), λ `strength`, α `share`.

The sum is convex, so w is its minimum exactly where 0 is a subgradient (Karush 1939, Kuhn & Tucker 1951): with the force
f = c − Hw − λ(1 − α)w,

    fⱼ = λα sign(wⱼ) where wⱼ ≠ 0,   |fⱼ| ≤ λα where wⱼ = 0.

Setting w = 0 gives λ_max = max|cⱼ|: under L1 every weight is 0 from λ_max on, under the elastic net from λ_max/α on.
"""

import numpy as np

from core.jit import kernel
from core.recording import F64
from core.regularizers import soft_threshold

TOLERANCE = 1e-14  # of λ_max: a sweep that moves every weight by less than this ends coordinate descent
MOST_SWEEPS = 20_000


@kernel
def pair_minimum(
    h11: float, h12: float, h22: float, c1: float, c2: float, strength: float, share: float
) -> tuple[float, float]:
    """The minimum (w₁, w₂) of two weights, H = [[h11, h12], [h12, h22]] positive definite, by cases of the signs.

    Both 0, one 0, or none: each case is a linear equation, and KKT says whether it is the one. With signs s₁, s₂ given,
    (H + λ(1 − α)I)w = c − λαs.
    """
    bend, pull = strength * (1.0 - share), strength * share
    m11, m22 = h11 + bend, h22 + bend
    if abs(c1) <= pull and abs(c2) <= pull:
        return 0.0, 0.0
    w1 = soft_threshold(c1, pull) / m11
    if abs(c2 - h12 * w1) <= pull:
        return w1, 0.0
    w2 = soft_threshold(c2, pull) / m22
    if abs(c1 - h12 * w2) <= pull:
        return 0.0, w2
    determinant = m11 * m22 - h12 * h12
    best1, best2, least = 0.0, 0.0, np.inf
    for case in range(4):
        s1 = 1.0 if case < 2 else -1.0
        s2 = 1.0 if case % 2 == 0 else -1.0
        b1, b2 = c1 - pull * s1, c2 - pull * s2
        w1, w2 = (m22 * b1 - h12 * b2) / determinant, (m11 * b2 - h12 * b1) / determinant
        # At the border between two cases rounding may give both a sign that is wrong in the last digit: the nearest one is it.
        wrong = max(0.0, -s1 * w1, -s2 * w2)
        if wrong < least:
            best1, best2, least = w1, w2, wrong
    return best1, best2


@kernel
def pair_path(gram: F64, pull: F64, strengths: F64, share: float) -> F64:
    """`pair_minimum` for each of `strengths` (n,), (n, 2); `gram` (2, 2), `pull` (2,)."""
    path = np.empty((strengths.size, 2))
    for row in range(strengths.size):
        path[row] = pair_minimum(gram[0, 0], gram[0, 1], gram[1, 1], pull[0], pull[1], strengths[row], share)
    return path


@kernel
def descend_coordinates(gram: F64, pull: F64, strength: float, share: float, weights: F64) -> int:
    """Coordinate descent from `weights` (p,), which it overwrites with the minimum; returns how many sweeps it took.

    One weight at a time is set to its own minimum, wⱼ ← S(cⱼ − Σ_{i≠j} Hⱼᵢwᵢ, λα) / (Hⱼⱼ + λ(1 − α)), S the soft threshold,
    until a sweep moves no Hⱼⱼwⱼ by more than `TOLERANCE`·λ_max. Friedman, Hastie, Höfling & Tibshirani, Annals of Applied
    Statistics 1, 2007; Tseng (J. Optimization Theory and Applications 109, 2001) proves that it converges.
    """
    count = pull.size
    left = np.empty(count)  # c − Hw
    scale = 0.0
    for j in range(count):
        left[j] = pull[j]
        scale = max(scale, abs(pull[j]))
        for i in range(count):
            left[j] -= gram[j, i] * weights[i]
    for sweep in range(MOST_SWEEPS):
        farthest = 0.0
        for j in range(count):
            old = weights[j]
            new = soft_threshold(left[j] + gram[j, j] * old, strength * share) / (gram[j, j] + strength * (1.0 - share))
            if new != old:
                weights[j] = new
                for i in range(count):
                    left[i] -= gram[i, j] * (new - old)
                farthest = max(farthest, gram[j, j] * abs(new - old))
        if farthest <= TOLERANCE * scale:
            return sweep + 1
    return MOST_SWEEPS


@kernel
def coordinate_path(gram: F64, pull: F64, strengths: F64, share: float) -> F64:
    """The minima for rising `strengths` (n,), (n, p): from the strongest down, each beginning where the last one ended."""
    count = pull.size
    path = np.empty((strengths.size, count))
    weights = np.zeros(count)
    for row in range(strengths.size - 1, -1, -1):
        descend_coordinates(gram, pull, strengths[row], share, weights)
        path[row] = weights
    return path


@kernel
def kkt_violation(gram: F64, pull: F64, weights: F64, strength: float, share: float) -> float:
    """How far `weights` (p,) are from a minimum: the largest |fⱼ − λα sign(wⱼ)|, or |fⱼ| − λα where wⱼ = 0."""
    worst = 0.0
    for j in range(pull.size):
        force = pull[j] - strength * (1.0 - share) * weights[j]
        for i in range(pull.size):
            force -= gram[j, i] * weights[i]
        if weights[j] > 0.0:
            off = abs(force - strength * share)
        elif weights[j] < 0.0:
            off = abs(force + strength * share)
        else:
            off = abs(force) - strength * share
        if not off <= worst:
            worst = off
    return worst


@kernel
def kkt_violations(gram: F64, pull: F64, path: F64, strengths: F64, share: float) -> F64:
    """`kkt_violation` of each row of a path (n, p) at its strength: (n,)."""
    out = np.empty(strengths.size)
    for row in range(strengths.size):
        out[row] = kkt_violation(gram, pull, path[row], strengths[row], share)
    return out


def ridge_path(gram: F64, pull: F64, strengths: F64) -> F64:
    """(H + λI)⁻¹c for each of `strengths` (n,): (n, p). Hoerl & Kennard, Technometrics 12, 1970."""
    systems = gram[None, :, :] + strengths[:, None, None] * np.eye(pull.size)
    return np.asarray(np.linalg.solve(systems, np.broadcast_to(pull, (strengths.size, pull.size))[..., None])[..., 0])


def penalized_path(gram: F64, pull: F64, strengths: F64, share: float) -> F64:
    """The minima for rising `strengths` (n,), (n, p): ridge by its linear system, all others by coordinate descent."""
    if share == 0.0:
        return ridge_path(gram, pull, strengths)
    path: F64 = coordinate_path(gram, pull, strengths, share)
    return path
