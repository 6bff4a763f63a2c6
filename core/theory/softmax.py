"""Softmax in closed form: probabilities, their Jacobian, and what cross-entropy and squared error say to a wrong answer."""

import math

import numpy as np
import numpy.typing as npt

from core.recording import F64


def probabilities(logits: npt.ArrayLike) -> F64:
    """pⱼ = e^(zⱼ − max z)/Σ e^(zₖ − max z) over the last axis; the shift cancels and keeps the exponentials finite."""
    z = np.asarray(logits, dtype=np.float64)
    mass = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(mass / mass.sum(axis=-1, keepdims=True))


def jacobian(p: F64) -> F64:
    """∂p/∂z = diag(p) − p pᵀ, (K, K) and symmetric, from the probabilities p (K,). Bishop 2006, equation 4.106."""
    return np.diag(p) - np.outer(p, p)


def cross_entropy_gradient(p: F64, label: int) -> F64:
    """∂L/∂z (K,) the long way: Jacobian times ∂(−ln p_label)/∂p, which is −1/p_label at the label. It equals p − y."""
    slope = np.zeros_like(p)
    slope[label] = -1.0 / p[label]
    return np.asarray(jacobian(p) @ slope)


def indifferent_loss(classes: int) -> float:
    """ln K: the cross-entropy of a network that gives every class the same logit."""
    return math.log(classes)


def wrong_slopes(logit: float) -> tuple[float, float]:
    """(cross-entropy, squared error): ∂L/∂z of one sigmoid unit whose target is 1, at logit z.

    s − 1 against 2(s − 1) s (1 − s), s = 1/(1 + e⁻ᶻ): for z → −∞ the first tends to −1, the second to −2eᶻ, to nothing.
    Bishop 2006, sections 4.3.4 and 5.2.
    """
    s = 1.0 / (1.0 + math.exp(-logit))
    return s - 1.0, 2.0 * (s - 1.0) * s * (1.0 - s)
