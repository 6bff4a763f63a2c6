"""Standardizing sets of numbers, forward and backward: the heart of every normalization layer.

Forward, for a set x₁ … x_m, with ε a small constant:

    μ = Σ xᵢ/m        v = Σ (xᵢ − μ)²/m        s = √(v + ε)        x̂ᵢ = (xᵢ − μ)/s

v is the biased variance. With `centered` false, μ = 0 and v is the mean square (RMSNorm).

Backward, with gᵢ = ∂L/∂x̂ᵢ. xᵢ reaches the loss on three paths: directly, through μ, and through v:

    direct    gᵢ/s
    mean      ∂x̂ⱼ/∂μ = −1/s for every j, ∂μ/∂xᵢ = 1/m:                     −(1/s)·Σ gⱼ/m
    variance  ∂x̂ⱼ/∂v = −x̂ⱼ/(2s²), ∂v/∂xᵢ = 2(xᵢ − μ)/m = 2 s x̂ᵢ/m:         −(1/s)·x̂ᵢ·Σ gⱼ x̂ⱼ/m
    sum       ∂L/∂xᵢ = (1/(m s))·(m gᵢ − Σ gⱼ − x̂ᵢ Σ gⱼ x̂ⱼ)

(v also depends on μ, but ∂v/∂μ = −2 Σ(xᵢ − μ)/m = 0.) The formula is exact for any ε; without centering, the path
through the mean is absent. It follows that Σᵢ ∂L/∂xᵢ = 0 and Σᵢ ∂L/∂xᵢ x̂ᵢ = (ε/s³)·Σ gⱼ x̂ⱼ, almost 0: no gradient points
along a shift of the set, and next to none along a scaling.

A set of one entry has v = 0, so x̂ = 0 and no gradient (without centering x̂ = x/√(x² + ε), nearly a sign). A set with inf
or nan in it becomes nan, as does a constant one when ε = 0; an empty one has nan statistics.

Sets are rows of a matrix (`core.normalization.sets` lays them out so). All arrays are contiguous float64; `x_hat` may be `x`,
and `dx` may be `g`.
"""

import math

import numpy as np

from core.jit import kernel
from core.recording import F64


@kernel
def standardize_rows(x: F64, epsilon: float, centered: bool, x_hat: F64, mean: F64, variance: F64) -> None:
    """Standardize each row of x (S, m) into x_hat (S, m); writes mean (S,) and biased variance (S,)."""
    sets, size = x.shape
    for i in range(sets):
        mu = 0.0
        if centered:
            for j in range(size):
                mu += x[i, j]
            mu /= size
        square = 0.0
        for j in range(size):
            square += (x[i, j] - mu) * (x[i, j] - mu)
        mean[i] = mu
        variance[i] = square / size
        inverse = 1.0 / math.sqrt(variance[i] + epsilon)
        for j in range(size):
            x_hat[i, j] = (x[i, j] - mu) * inverse


@kernel
def standardize_rows_backward(g: F64, x_hat: F64, variance: F64, epsilon: float, centered: bool, dx: F64) -> None:
    """∂L/∂x (S, m) from g = ∂L/∂x̂, for sets as rows."""
    sets, size = g.shape
    for i in range(sets):
        inverse = 1.0 / math.sqrt(variance[i] + epsilon)
        sum_g = 0.0
        sum_gx = 0.0
        for j in range(size):
            sum_g += g[i, j]
            sum_gx += g[i, j] * x_hat[i, j]
        mean_g = sum_g / size if centered else 0.0
        mean_gx = sum_gx / size
        for j in range(size):
            dx[i, j] = inverse * (g[i, j] - mean_g - x_hat[i, j] * mean_gx)


def backward_paths(g: F64, x_hat: F64, variance: float, epsilon: float) -> tuple[F64, F64, F64]:
    """The three paths of one set's gradient apart: direct, through the mean, through the variance, each (m,)."""
    s = math.sqrt(variance + epsilon)
    return g / s, np.full(g.shape, -g.mean() / s), -x_hat * (g * x_hat).mean() / s


def jacobian(x_hat: F64, variance: float, epsilon: float) -> F64:
    """∂x̂/∂x of one set, (m, m) and symmetric: (1/s)(I − 1·1ᵀ/m − x̂ x̂ᵀ/m). Its diagonal alone is the naive answer."""
    m = x_hat.size
    return (np.eye(m) - 1.0 / m - np.outer(x_hat, x_hat) / m) / math.sqrt(variance + epsilon)
