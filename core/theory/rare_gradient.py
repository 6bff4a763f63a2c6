"""Where Adam and AMSGrad drift when a rare large gradient is right and the frequent small ones are wrong.

Losses f_t(x) = g_t x on [−1, 1] whose slopes repeat with a period of P steps, as in Reddi, Kale & Kumar, "On the convergence
of Adam and beyond", ICLR 2018: once C > 2, then P − 1 = C − 1 times −1. Their sum over a period is positive, so x = −1 is
best. Adam divides each gradient by a root that the rare one has just made large: it takes the rare step short and the
frequent ones long, and may drift to +1. AMSGrad divides them all by the largest root there has been.

After many periods the running means repeat too. With bias correction gone (βᵗ → 0), after the gradient at place j of P

    m_j = (1 − β₁) Σ_{i<P} β₁ⁱ g_{j−i} / (1 − β₁^P)      v_j = (1 − β₂) Σ_{i<P} β₂ⁱ g²_{j−i} / (1 − β₂^P)

so a period moves x by −η Σ m_j/(√v_j + ε), Adam, or −η Σ m_j/(√max v + ε), AMSGrad, while η hardly changes.
"""

import numpy as np

from core.recording import F64

PERIOD = 3  # C of theorem 1: the smallest whole number above 2


def rare_gradients(large: float, small: float, period: int, steps: int) -> F64:
    """The slopes g_1 … g_T, (steps,) float64: `large` where t mod `period` = 1, else −`small`."""
    t = np.arange(1, steps + 1)
    return np.where(t % period == 1, large, -small)


def settled_means(pattern: F64, beta: float) -> F64:
    """The running mean of a series that repeats `pattern` (P,), after each place of it, in the long run: (P,) float64."""
    period = pattern.size
    weights = beta ** np.arange(period)
    places = (np.arange(period)[:, None] - np.arange(period)[None, :]) % period  # row j: the gradients before j, latest first
    means: F64 = (1.0 - beta) * (pattern[places] * weights).sum(axis=1) / (1.0 - beta**period)
    return means


def settled_steps(pattern: F64, beta1: float, beta2: float, *, largest: bool = False, epsilon: float = 0.0) -> F64:
    """What each gradient of a period moves x by in the long run, in units of η: −m_j/(√v_j + ε), (P,) float64.

    With `largest` −m_j/(√max v + ε), as AMSGrad does. pattern: (P,) the slopes of one period.
    """
    mean, square = settled_means(pattern, beta1), settled_means(pattern**2, beta2)
    if largest:
        square = np.full_like(square, square.max())
    return -mean / (np.sqrt(square) + epsilon)


def drift(pattern: F64, beta1: float, beta2: float, *, largest: bool = False, epsilon: float = 0.0) -> float:
    """How far a period moves x, in units of η: the sum of `settled_steps`.

    For C = 3, β₁ = 0 and β₂ = 1/(1 + C²) = 0.1, the case of theorem 1, Adam drifts by +0.68 and AMSGrad by −0.35.
    """
    return float(settled_steps(pattern, beta1, beta2, largest=largest, epsilon=epsilon).sum())


def predicted_places(steps: F64, rates: F64, start: float, bound: float = 1.0) -> F64:
    """Where x stands after each whole period, (n+1,) float64, from `start` on: the settled steps (P,) at the rates η_t (nP,).

    x is put back into [−bound, bound] after every step.
    """
    places, x = [start], start
    for number, rate in enumerate(rates.tolist(), start=1):
        x = min(bound, max(-bound, x + rate * float(steps[(number - 1) % steps.size])))
        if number % steps.size == 0:
            places.append(x)
    return np.array(places)


def turning_point(pattern: F64, beta1: float) -> float:
    """The β₂ at which Adam's `drift` over `pattern` changes sign, by bisection; above it Adam goes to the better end.

    NaN where it has the same sign for β₂ = 0 and 0.9999.
    """
    low, high = 0.0, 0.9999
    if drift(pattern, beta1, low) * drift(pattern, beta1, high) > 0.0:
        return float("nan")
    while high - low > 1e-10:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if drift(pattern, beta1, middle) * drift(pattern, beta1, high) < 0.0 else (low, middle)
    return 0.5 * (low + high)
