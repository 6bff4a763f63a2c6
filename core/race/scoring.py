"""Scoring: when a run has arrived, and how good a learning rate is.

A run has arrived at the step from which on it keeps at most a share τ of what it had to lose,

    f(θ_k) ≤ f_low + τ (f(θ_0) − f_low)      for this k and all later ones, τ = `KEPT` = 10⁻³,

the convergence test of Moré & Wild ("Benchmarking derivative-free optimization algorithms", SIAM J. Optimization 20, 2009,
eq. 2.2), asked of the end of the run as well, so that a run which shoots past does not count. f_low is the lowest value in
sight (`LowPoints.floor`); so a run that rests in a higher basin has not arrived.
"""

import numpy as np

from core.recording import F64, I64

KEPT = 1e-3
NEVER = -1


def levels(loss: F64, floor: float) -> F64:
    """The loss at which each start has arrived: (n,) from its losses (T+1, n)."""
    out: F64 = floor + KEPT * (loss[0] - floor)
    return out


def arrivals(loss: F64, floor: float) -> I64:
    """The step from which on each start has arrived, (n,) int64, or `NEVER`; from its losses (T+1, n), NaN once it failed."""
    with np.errstate(invalid="ignore"):
        away = ~(loss <= levels(loss, floor))
    steps = len(loss) - np.argmax(away[::-1], axis=0)  # one after the last step at which it was away
    steps[~away.any(axis=0)] = 0
    return np.where(away[-1], NEVER, steps).astype(np.int64)


def score(loss: F64, floor: float) -> tuple[float, float]:
    """How good a trial was, (mean steps to arrive, median final loss), the smaller the better, compared in this order.

    A start that never arrives counts as all T steps, so that a rate which brings more starts home wins; where none comes
    home the final loss decides, a failed run's being inf. loss: (T+1, n).
    """
    found = arrivals(loss, floor)
    steps = np.where(found == NEVER, len(loss) - 1, found)
    final = np.where(np.isnan(loss[-1]), np.inf, loss[-1])
    middle = np.sort(final)[(len(final) - 1) // 2]
    return float(steps.mean()), float(middle)
