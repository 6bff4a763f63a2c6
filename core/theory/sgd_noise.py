"""Where noisy descent stops improving: the stationary spread of SGD, heavy ball and Adam on a quadratic.

Along curvature λ, with gradient λx + σξ, ξ independent standard normal: x ← x − ηv, v ← βv + λx + σξ. Once the start is
forgotten the spread of x no longer depends on time. h stands for ηλ.
"""

import numpy as np

from core.recording import F64
from core.theory.momentum import Numbers


def noise_floor(learning_rate: Numbers, momentum: Numbers, curvature: Numbers, noise: Numbers) -> F64:
    """E[x²] = ησ²(1 + β) / (λ(1 − β)(2(1 + β) − ηλ)) of heavy ball, and with β = 0 of SGD: ησ²/(λ(2 − ηλ)).

    η `learning_rate`, β `momentum`, λ `curvature`, σ `noise`, the standard deviation of one gradient. inf from the stability
    limit ηλ = 2 + 2β on. Derivation: x_{k+1} = b x_k − β x_{k−1} − ησξ_k with b = 1 + β − h is an autoregression of order
    two; its Yule–Walker equations give variance (1 + β)(ησ)² / ((1 − β)((1 + β)² − b²)), and (1 + β)² − b² =
    h(2(1 + β) − h). Source: Box & Jenkins, "Time Series Analysis", 1970, section 3.2, for the variance.
    """
    eta, beta, lam, sigma = (np.asarray(v, dtype=np.float64) for v in (learning_rate, momentum, curvature, noise))
    room = 2.0 * (1.0 + beta) - eta * lam
    with np.errstate(divide="ignore", invalid="ignore"):  # beyond the limit nothing rests, with noise or without
        floor = eta * sigma**2 * (1.0 + beta) / (lam * (1.0 - beta) * room)
    return np.where(room > 0.0, floor, np.inf)


def loss_floor(learning_rate: Numbers, momentum: Numbers, curvature: Numbers, noise: Numbers) -> F64:
    """½λE[x²], the loss above the minimum at which training hovers; about ησ²/(4(1 − β)) for small ηλ, whatever λ."""
    return 0.5 * np.asarray(curvature, dtype=np.float64) * noise_floor(learning_rate, momentum, curvature, noise)


def adam_floor(learning_rate: float, beta1: float, curvature: float, noise: float) -> tuple[float, float]:
    """(E[x²], v) of Adam as β₂ → 1, v = E[g²] the mean squared gradient that it divides by.

    A v that no longer moves makes Adam the heavy ball of β₁ at the learning rate η(1 − β₁)/√v (its mean m is (1 − β₁) times
    heavy ball's velocity), so E[x²] = `noise_floor` there. And v = λ²E[x²] + σ², since x does not know the noise it is about
    to meet. Put together, with r = √v: (r² − σ²)(2(1 + β₁)r − η(1 − β₁)λ) = ηλσ²(1 + β₁). Beyond the larger of σ and
    η(1 − β₁)λ/(2(1 + β₁)) the left side rises from 0 without bound: one root, found by bisection. So there always is a place
    to rest: a valley too sharp enlarges v until the step suits it, which no fixed η does.

    With β₂ below 1, v wavers by √((1 − β₂)/(1 + β₂)) of itself and more; with 0.999 the floor is met to 3 %. Derived here.
    """
    if noise <= 0.0:
        return 0.0, 0.0
    steep = learning_rate * curvature

    def excess(root: float) -> float:
        """Left side minus right side, at √v = `root`."""
        room = 2.0 * (1.0 + beta1) * root - steep * (1.0 - beta1)
        return (root * root - noise * noise) * room - steep * noise * noise * (1.0 + beta1)

    low = max(noise, steep * (1.0 - beta1) / (2.0 * (1.0 + beta1)))
    high = 2.0 * low + steep + noise
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) < 0.0 else (low, middle)
    mean_square = (0.5 * (low + high)) ** 2
    return (mean_square - noise * noise) / (curvature * curvature), mean_square
