"""The affine map after standardizing: y = γ x̂ + β, with one γ and β per feature, and its gradients.

    ∂L/∂γ = Σ ∂L/∂y·x̂        ∂L/∂β = Σ ∂L/∂y        ∂L/∂x̂ = γ·∂L/∂y

The sums run over the entries that share γ and β. Kernels for matrices with features as rows or as columns, contiguous float64;
`y` may be `x_hat`, `g` may be `dy`.
"""

from core.jit import kernel
from core.recording import F64


@kernel
def affine_rows(x_hat: F64, gamma: F64, beta: F64, y: F64) -> None:
    """y = γᵢ x̂ᵢⱼ + βᵢ for x̂ (D, n), γ and β (D,)."""
    for i in range(x_hat.shape[0]):
        for j in range(x_hat.shape[1]):
            y[i, j] = gamma[i] * x_hat[i, j] + beta[i]


@kernel
def affine_rows_backward(dy: F64, x_hat: F64, gamma: F64, dgamma: F64, dbeta: F64, g: F64) -> None:
    """∂L/∂γ and ∂L/∂β (D,) and g = ∂L/∂x̂ (D, n) from dy = ∂L/∂y (D, n)."""
    for i in range(dy.shape[0]):
        sum_gamma = 0.0
        sum_beta = 0.0
        for j in range(dy.shape[1]):
            sum_gamma += dy[i, j] * x_hat[i, j]
            sum_beta += dy[i, j]
        dgamma[i] = sum_gamma
        dbeta[i] = sum_beta
        for j in range(dy.shape[1]):
            g[i, j] = gamma[i] * dy[i, j]


@kernel
def affine_columns(x_hat: F64, gamma: F64, beta: F64, y: F64) -> None:
    """y = γⱼ x̂ᵢⱼ + βⱼ for x̂ (n, D), γ and β (D,)."""
    for i in range(x_hat.shape[0]):
        for j in range(x_hat.shape[1]):
            y[i, j] = gamma[j] * x_hat[i, j] + beta[j]


@kernel
def affine_columns_backward(dy: F64, x_hat: F64, gamma: F64, dgamma: F64, dbeta: F64, g: F64) -> None:
    """∂L/∂γ and ∂L/∂β (D,) and g = ∂L/∂x̂ (n, D) from dy = ∂L/∂y (n, D)."""
    for j in range(dy.shape[1]):
        dgamma[j] = 0.0
        dbeta[j] = 0.0
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dgamma[j] += dy[i, j] * x_hat[i, j]
            dbeta[j] += dy[i, j]
            g[i, j] = gamma[j] * dy[i, j]
