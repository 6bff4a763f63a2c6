"""How fast gradient descent with momentum converges on a quadratic, in closed form.

Along an eigenvector of the Hessian with curvature λ the error e_k = θ_k − θ* obeys e_{k+1} = b e_k − c e_{k−1}, with

    sgd        b = 1 − ηλ               c = 0
    momentum   b = 1 + β − ηλ           c = β               (heavy ball: v ← βv + g, θ ← θ − ηv)
    nesterov   b = (1 + β)(1 − ηλ)      c = β(1 − ηλ)       (gradient at θ − ηβv)

η `learning_rate`, β `momentum`, λ `curvature`; h stands for ηλ. The error shrinks by the larger modulus of the two roots of
z² − bz + c = 0 per step, the spectral radius. Where they coincide (critical damping) it shrinks like k zᵏ, not zᵏ.
All functions take floats or arrays that broadcast, and return float64.

Sources: Polyak 1964 (see `core/optimizers/momentum.py`); Goh, "Why momentum really works", Distill 2017, whose printed
under-damped modulus 2√β should read √β; Lessard, Recht & Packard, SIAM J. Optimization 26, 2016, Table 1, for Nesterov. The
derivations are redone here.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.recording import F64

Numbers = float | npt.NDArray[Any]
METHODS = ("sgd", "momentum", "nesterov")


def recurrence(method: str, learning_rate: Numbers, momentum: Numbers, curvature: Numbers) -> tuple[F64, F64]:
    """(b, c) of the error's recurrence e_{k+1} = b e_k − c e_{k−1} along curvature λ (the table above)."""
    eta, beta, lam = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (learning_rate, momentum, curvature)))
    h = eta * lam
    if method == "sgd":
        return 1.0 - h, np.zeros_like(h)
    if method == "momentum":
        return 1.0 + beta - h, beta.copy()
    if method == "nesterov":
        return (1.0 + beta) * (1.0 - h), beta * (1.0 - h)
    raise ValueError(f"{method!r} has no closed form here (known: {', '.join(METHODS)})")


def spectral_radius(method: str, learning_rate: Numbers, momentum: Numbers, curvature: Numbers) -> F64:
    """The factor by which the error along curvature λ shrinks per step, in the long run.

    max |z| over z² − bz + c = 0: √c where b² < 4c (complex roots, the error oscillates), (|b| + √(b² − 4c))/2 elsewhere.
    Under-damped heavy ball thus shrinks by √β, whatever η and λ.
    """
    b, c = recurrence(method, learning_rate, momentum, curvature)
    discriminant = b * b - 4.0 * c
    complex_roots = np.sqrt(np.maximum(c, 0.0))
    real_roots = 0.5 * (np.abs(b) + np.sqrt(np.maximum(discriminant, 0.0)))
    return np.where(discriminant < 0.0, complex_roots, real_roots)


def rate(method: str, learning_rate: Numbers, momentum: Numbers, curvatures: tuple[float, ...]) -> F64:
    """The slowest of the modes: the largest `spectral_radius` over the Hessian's eigenvalues `curvatures`."""
    radii = [spectral_radius(method, learning_rate, momentum, curvature) for curvature in curvatures]
    slowest: F64 = np.max(np.stack(radii), axis=0)
    return slowest


def stability_limit(method: str, momentum: Numbers) -> F64:
    """The largest ηλ at which the error does not grow: 2 (sgd), 2 + 2β (momentum), (2 + 2β)/(1 + 2β) (nesterov).

    The roots of z² − bz + c lie inside the unit circle exactly when |c| < 1 and |b| < 1 + c (Jury, 1964); for β < 1 the side
    −b < 1 + c fails first. Nesterov's limit is the smaller one: looking ahead costs stability on steep walls.
    """
    beta = np.asarray(momentum, dtype=np.float64)
    if method == "sgd":
        return np.full_like(beta, 2.0)
    if method == "momentum":
        return 2.0 + 2.0 * beta
    if method == "nesterov":
        return (2.0 + 2.0 * beta) / (1.0 + 2.0 * beta)
    raise ValueError(f"{method!r} has no closed form here (known: {', '.join(METHODS)})")


def critical_momentum(method: str, learning_rate: Numbers, curvature: Numbers) -> F64:
    """The β at which the two roots coincide and this mode dies fastest; more momentum makes it oscillate.

    b² = 4c gives β = (1 − √h)² for heavy ball (rate |1 − √h|) and β = (1 − √h)/(1 + √h) for Nesterov (rate 1 − √h). NaN
    where no β in [0, 1) does it: h > 4, for Nesterov h > 1.
    """
    h = np.asarray(learning_rate, dtype=np.float64) * np.asarray(curvature, dtype=np.float64)
    root = np.sqrt(h)
    if method == "momentum":
        return np.where(h <= 4.0, (1.0 - root) ** 2, np.nan)
    if method == "nesterov":
        return np.where(h <= 1.0, (1.0 - root) / (1.0 + root), np.nan)
    raise ValueError(f"{method!r} has no critical momentum (known: momentum, nesterov)")


def best_setting(method: str, flat: float, steep: float) -> tuple[float, float, float]:
    """(η, β, rate) with the smallest rate when every curvature between `flat` = μ and `steep` = L occurs; κ = L/μ.

    sgd:      η = 2/(L + μ), rate (κ − 1)/(κ + 1).
    momentum: η = (2/(√L + √μ))², β = ((√κ − 1)/(√κ + 1))², rate √β; both ends are critically damped.
    nesterov: η = 4/(3L + μ), β = (√(3κ + 1) − 2)/(√(3κ + 1) + 2), rate 1 − 2/√(3κ + 1) (Lessard et al. 2016).
    """
    condition = steep / flat
    if method == "sgd":
        return 2.0 / (steep + flat), 0.0, (condition - 1.0) / (condition + 1.0)
    if method == "momentum":
        shrink = float((np.sqrt(condition) - 1.0) / (np.sqrt(condition) + 1.0))
        return float((2.0 / (np.sqrt(steep) + np.sqrt(flat))) ** 2), shrink**2, shrink
    if method == "nesterov":
        root = float(np.sqrt(3.0 * condition + 1.0))
        return 4.0 / (3.0 * steep + flat), (root - 2.0) / (root + 2.0), 1.0 - 2.0 / root
    raise ValueError(f"{method!r} has no closed form here (known: {', '.join(METHODS)})")


def textbook_nesterov(flat: float, steep: float) -> tuple[float, float, float]:
    """(η, β, rate) of Nesterov's own choice: η = 1/L, β = (√κ − 1)/(√κ + 1), rate 1 − 1/√κ on a quadratic.

    Nesterov, "Introductory Lectures on Convex Optimization", 2004, section 2.2. The flat mode is then critically damped:
    β is `critical_momentum` at h = μ/L, with root 1 − √h; the steep mode dies in one step.
    """
    root = float(np.sqrt(steep / flat))
    return 1.0 / steep, (root - 1.0) / (root + 1.0), 1.0 - 1.0 / root


def iteration_matrix(method: str, learning_rate: float, momentum: float, curvature: float) -> F64:
    """The 2 × 2 matrix M with (e_{k+1}, ηv_{k+1}) = M (e_k, ηv_k); its k-th power is exact, also at a double root.

    heavy ball: ηv′ = β ηv + h e; e′ = e − ηv′. Nesterov: ηv′ = β ηv + h(e − β ηv). sgd: ηv′ = h e.
    """
    h = learning_rate * curvature
    if method == "sgd":
        carried, pushed = 0.0, h
    elif method == "momentum":
        carried, pushed = momentum, h
    elif method == "nesterov":
        carried, pushed = momentum * (1.0 - h), h
    else:
        raise ValueError(f"{method!r} has no closed form here (known: {', '.join(METHODS)})")
    return np.array([[1.0 - pushed, -carried], [pushed, carried]])
