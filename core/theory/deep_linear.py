"""Deep linear networks: how long each mode of the task takes to be learnt, in closed form.

Two layers, ŷ = W₂W₁x, whitened inputs (Σxxᵀ/N = I), target map Σyxᵀ/N = U S Vᵀ. Gradient flow on E = ½ mean ‖y − ŷ‖² from
balanced weights along U and V keeps the modes apart; the strength a of a mode with singular value s obeys da/dt = 2a(s − a):

    a(t) = s e^(2st)/(e^(2st) − 1 + s/a₀)

Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (ICLR 2014),
with their τ as the unit of time.
"""

import math

import numpy as np
import numpy.typing as npt

from core.recording import F64


def mode_strength(strength: float, start: float, times: npt.ArrayLike) -> F64:
    """a(t) of the mode with singular value s = `strength`, a(0) = `start` > 0."""
    fade = np.exp(-2.0 * strength * np.asarray(times, dtype=np.float64))
    return np.asarray(strength / (1.0 + fade * (strength / start - 1.0)))


def half_time(strength: float, start: float) -> float:
    """(1/2s) ln(s/a₀ − 1): when a = s/2. Strong modes are learnt first, all after a wait that grows with ln(1/a₀)."""
    return math.log(strength / start - 1.0) / (2.0 * strength)
