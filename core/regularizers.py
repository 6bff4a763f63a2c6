"""Penalties on weights, as what they add to the gradient and as proximal steps: L1, L2, elastic net.

The loss becomes L(w) + λ R(w) with λ `strength`. R is Σ|w| (L1), ½Σw² (L2), or αΣ|w| + (1 − α)½Σw² (elastic net, α
`share`). The elastic net is Zou & Hastie's (J. Royal Statistical Society B 67, 2005), written as Friedman, Hastie & Tibshirani
do (J. Statistical Software 33, 2010): there α is the share of L1, which is 1 − α in the first paper, and L2 has its ½.

There are two ways to descend. Adding the (sub)gradient of λR to ∇L is simple, but under L1 the weights then only rattle
around zero, at a distance of about ηλ. A proximal step takes the gradient step on L alone and then solves
min_u ½(u − w)² + ηλR(u) exactly: under L1 that lands on zero and stays. Every function is for one float64 weight;
`threshold` and `amount` mean the product ηλ.
"""

from core.jit import inline, kernel
from core.recording import F64


@inline
def sign(w: float) -> float:
    """−1, 0 or 1; 0 at 0, which is the subgradient of |w| with the smallest modulus. NaN stays NaN."""
    if w > 0.0:
        return 1.0
    if w < 0.0:
        return -1.0
    return w


@kernel
def l1_subgradient(w: float, strength: float) -> float:
    """λ sign(w): what L1 adds to the gradient. The pull is the same however small w is."""
    return strength * sign(w)


@kernel
def l2_gradient(w: float, strength: float) -> float:
    """λw: what L2 adds to the gradient. The pull fades with w, so w shrinks by a factor and is never 0."""
    return strength * w


@kernel
def elastic_net_subgradient(w: float, strength: float, share: float) -> float:
    """λ(α sign(w) + (1 − α)w), α = `share`."""
    return strength * (share * sign(w) + (1.0 - share) * w)


@kernel
def soft_threshold(w: float, threshold: float) -> float:
    """sign(w) max(|w| − ηλ, 0), the proximal step of L1 (Daubechies, Defrise & De Mol, CPAM 57, 2004)."""
    if w > threshold:
        return w - threshold
    if w < -threshold:
        return w + threshold
    return 0.0 if w == w else w


@kernel
def l2_shrink(w: float, amount: float) -> float:
    """w/(1 + ηλ), the proximal step of L2."""
    return w / (1.0 + amount)


@kernel
def elastic_net_shrink(w: float, amount: float, share: float) -> float:
    """soft_threshold(w, ηλα)/(1 + ηλ(1 − α)), the proximal step of the elastic net."""
    return soft_threshold(w, amount * share) / (1.0 + amount * (1.0 - share))


@kernel
def penalty(weights: F64, strength: float, share: float) -> float:
    """λ(αΣ|w| + (1 − α)½Σw²) of a flat array; α = 1 is L1, α = 0 is L2."""
    absolute = 0.0
    squares = 0.0
    for i in range(weights.size):
        absolute += abs(weights[i])
        squares += weights[i] * weights[i]
    return strength * (share * absolute + (1.0 - share) * 0.5 * squares)
