"""Where noisy descent stops improving: the stationary spread of SGD and heavy ball on a quadratic.

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
    with np.errstate(divide="ignore"):
        floor: F64 = eta * sigma**2 * (1.0 + beta) / (lam * (1.0 - beta) * np.maximum(room, 0.0))
    return floor


def loss_floor(learning_rate: Numbers, momentum: Numbers, curvature: Numbers, noise: Numbers) -> F64:
    """½λE[x²], the loss above the minimum at which training hovers; about ησ²/(4(1 − β)) for small ηλ, whatever λ."""
    return 0.5 * np.asarray(curvature, dtype=np.float64) * noise_floor(learning_rate, momentum, curvature, noise)
