"""What normalization does in numbers: the noise of batch statistics, running means, and the size of residual streams.

B is the number of values a statistic is taken over (for BatchNorm on (N, D) the batch), σ their standard deviation; values
are independent, and normal where the variance's own spread is concerned.
"""

import numpy as np
import numpy.typing as npt

from core.recording import F64


def mean_noise(deviation: float, batch: npt.ArrayLike) -> F64:
    """Standard deviation of the batch mean: σ/√B."""
    return deviation / np.sqrt(_batch(batch, 1))


def variance_noise(batch: npt.ArrayLike) -> F64:
    """Standard deviation of the batch variance divided by its mean, for normal data: √(2/(B − 1)).

    (B − 1) times the unbiased variance over σ² is χ² with B − 1 degrees of freedom, whose mean is B − 1 and variance
    2(B − 1). The ratio is the same for the biased variance (Casella & Berger, "Statistical Inference", 2002, theorem 5.3.1).
    """
    return np.sqrt(2.0 / (_batch(batch, 2) - 1.0))


def biased_variance_factor(batch: npt.ArrayLike) -> F64:
    """E[biased variance]/σ² = 1 − 1/B: what BatchNorm divides by in training is too small on average by that."""
    return 1.0 - 1.0 / _batch(batch, 1)


def batch_of_two(first: float, second: float, epsilon: float = 0.0) -> tuple[float, float]:
    """BatchNorm of two values: ±d/√(d² + ε) with d half their distance, so ±1 whatever they are (0 if they are equal)."""
    half = 0.5 * (first - second)
    if half == 0.0:
        return 0.0, 0.0
    size = float(half / np.sqrt(half * half + epsilon))
    return size, -size


def running_mean(start: float, batch_means: npt.ArrayLike, momentum: float) -> F64:
    """BatchNorm's running mean after 0, 1, … K batches, (K + 1,), in closed form; `batch_means` (K,), PyTorch's momentum m.

    r_k = (1 − m)^k r₀ + m Σ_{i ≤ k} (1 − m)^(k − i) μᵢ, the solution of r_k = (1 − m) r_{k−1} + m μ_k.
    """
    means = np.asarray(batch_means, dtype=np.float64)
    k = np.arange(means.size + 1)
    lag = k[:, None] - k[None, 1:]
    weights = np.where(lag >= 0, momentum * (1.0 - momentum) ** np.maximum(lag, 0), 0.0)
    return np.asarray((1.0 - momentum) ** k * start + weights @ means)


def running_mean_expected(start: float, mean: float, momentum: float, batches: npt.ArrayLike) -> F64:
    """E[r_k] = μ + (1 − m)^k (r₀ − μ) when every batch has mean μ in expectation; k = `batches`."""
    return np.asarray(mean + (1.0 - momentum) ** np.asarray(batches, dtype=np.float64) * (start - mean))


def running_mean_noise(deviation: float, batch: int, momentum: float) -> float:
    """Standard deviation of a running mean in the long run: σ/√B·√(m/(2 − m)); for m = 0.1 a quarter of one batch's."""
    return float(mean_noise(deviation, batch)) * float(np.sqrt(momentum / (2.0 - momentum)))


def scale_invariant_step(weight_norm: float, gradient_norm: float, learning_rate: float) -> float:
    """‖w′‖ after a gradient step on weights that normalization makes scale-free: √(‖w‖² + η²‖∇‖²), always longer.

    L(cw) = L(w) for all c > 0 gives w·∇L = 0 (differentiate at c = 1: Pythagoras) and ∇L(cw) = ∇L(w)/c: weights ten times as
    long have a gradient a tenth as large. Van Laarhoven, "L2 regularization versus batch and weight normalization" (2017).
    """
    return float(np.hypot(weight_norm, learning_rate * gradient_norm))


def pre_norm_scale(depth: npt.ArrayLike) -> F64:
    """E‖x_l‖²/d of the residual stream after l Pre-LN blocks x ← x + W₂ relu(W₁ LN(x)): 1 + l/2.

    W entries are N(0, 1/d) (Xavier with equal widths) and ‖x₀‖² = d. LN hands the block a vector with ‖·‖² = d; W₁ keeps that,
    ReLU halves it, W₂ keeps it: each block adds d/2, uncorrelated with x. The branch without attention of lemma 2 in Xiong
    et al., "On layer normalization in the transformer architecture" (ICML 2020).
    """
    return np.asarray(1.0 + 0.5 * np.asarray(depth, dtype=np.float64))


def post_norm_scale() -> float:
    """E‖·‖²/d before the norm of a Post-LN block LN(x + W₂ relu(W₁ x)), at any depth: 1 + ½ (the same lemma)."""
    return 1.5


def _batch(batch: npt.ArrayLike, least: int) -> F64:
    sizes = np.asarray(batch, dtype=np.float64)
    if not np.all(sizes >= least):
        raise ValueError(f"this needs batches of at least {least}, not {sizes}")
    return sizes
