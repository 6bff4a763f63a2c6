"""The rate of convergence of a recorded run, measured without knowing its learning rate or momentum.

The obvious measure, the slope of log‖θ_k − θ*‖, misleads twice. Under complex roots the error oscillates through zero, and at a
double root it falls like k zᵏ, so on any finite run the slope is too flat (by 0.004 at κ = 100 over a few hundred steps). So
the run is asked for its own law instead: a linear method with one memory obeys, along every eigenvector of the
Hessian, e_{k+1} = b e_k − c e_{k−1} for some b and c. These two numbers are fitted to the recorded points by least squares
(Prony's method, 1795), and the rate is the larger modulus of the roots of z² − bz + c. If the run follows no such law, the
residual says so and there is no rate.
"""

import math

import numpy as np

from core.recording import F64

_NOISE_FLOOR = 1e-9  # a mode this far below the whole error is made of the other mode's rounding
_SMALLEST = 1e-280  # below, squares are no longer normal numbers
_LAW_TOLERANCE = 1e-6


def mode_rate(errors: F64, scale: F64) -> float:
    """The rate along one eigenvector; NaN where fewer than two recurrences can be read off.

    errors: (T+1,) float64, e_k along the eigenvector; NaN after a divergence.
    scale:  (T+1,) float64, ‖θ_k − θ*‖ over all modes, the size against which rounding is judged.

    Every row (e_k, e_{k−1}) → e_{k+1} is divided by its own length, so early and late steps weigh the same. Rows are used
    up to where the mode drops below 1e-9 of the whole error or leaves the normal range of float64. The least-squares
    solution of smallest norm is taken: where only one root is present (plain descent) the other it invents, −z/(1 + z²),
    is smaller in modulus and does no harm. A second root that only the first few of thousands of rows know looks like that,
    too, until the law does not fit: then the smallest singular value that counts is that of one row, not of all together.
    """
    size = np.hypot(errors[1:-1], errors[:-2])
    with np.errstate(invalid="ignore"):
        good = (size > _NOISE_FLOOR * scale[1:-1]) & (size > _SMALLEST) & np.isfinite(errors[2:])
    used = good.size if good.all() else int(np.argmin(good))
    if used < 2:
        return math.nan
    length = size[:used, None]
    rows = np.column_stack((errors[1 : used + 1], errors[:used])) / length
    target = errors[2 : used + 2] / length[:, 0]
    for cut in (1e-7, 1e-7 / math.sqrt(used)):
        (b, minus_c), *_ = np.linalg.lstsq(rows, target, rcond=cut)
        residual = np.max(np.abs(rows @ (b, minus_c) - target))
        if residual <= _LAW_TOLERANCE * max(1.0, float(np.max(np.abs(target)))):
            return float(np.max(np.abs(np.roots([1.0, -b, -minus_c]))))
    return math.nan


def measured_rate(path: F64, centre: tuple[float, float], hessian: F64) -> float:
    """The rate of a run on a quadratic: the largest `mode_rate` over the eigenvectors that the run has any part in.

    path: (T+1, 2) float64, θ_k; centre: θ*; hessian: (2, 2) float64, used for its eigenvectors only. NaN for a run that
    starts at θ* or is too short, and where a mode that is still there at the end follows no law: it may be the slowest.
    """
    errors = path - np.asarray(centre)
    _, vectors = np.linalg.eigh(hessian)
    modes = errors @ vectors
    scale = np.linalg.norm(errors, axis=1)
    rates = [mode_rate(np.ascontiguousarray(modes[:, i]), scale) for i in range(modes.shape[1])]
    end = int(np.flatnonzero(np.isfinite(scale))[-1])
    if any(math.isnan(r) and abs(e) > _NOISE_FLOOR * scale[end] for r, e in zip(rates, modes[end], strict=True)):
        return math.nan
    known = [r for r in rates if not math.isnan(r)]
    return max(known) if known else math.nan
