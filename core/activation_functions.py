"""Activation functions φ and their derivatives φ′, one number at a time; `core.activations` chooses among them by code.

With σ(x) = 1/(1 + e⁻ˣ), Φ the distribution function and ϕ the density of the standard normal law:

    identity    x                                          1
    step        1 if x > 0, else 0                         0 everywhere (also at the jump)
    relu        max(x, 0)                                  step(x): 0 at the kink, as PyTorch has it
    leaky_relu  x if x > 0, else LEAK·x                    1 or LEAK (LEAK at the kink)
    elu         x if x > 0, else eˣ − 1                    1 or eˣ                        (α = 1)
    sigmoid     σ(x)                                       y(1 − y)
    tanh        tanh x                                     (1 − y)(1 + y)
    softplus    ln(1 + eˣ)                                 σ(x)
    gelu        x Φ(x)                                     Φ(x) + x ϕ(x)
    gelu_tanh   x σ(2u), u = √(2/π)(x + 0.044715 x³)       σ(2u) + 2x σ(2u)(1 − σ(2u)) u′
                (the same as ½x(1 + tanh u))
    silu        x σ(x)                                     s(1 + x(1 − s)), s = σ(x)

Sources: ReLU, Nair & Hinton (ICML 2010); leaky ReLU, Maas, Hannun & Ng (ICML 2013); ELU, Clevert, Unterthiner & Hochreiter
(ICLR 2016); softplus, Dugas et al. (NIPS 2000); GELU and SiLU, Hendrycks & Gimpel, "Gaussian error linear units" (2016).

Every φ is finite or correctly infinite at ±inf (no inf·0 and no overflow on the way), and nan stays nan. All use the
own functions of `core.elementary`, so the array kernels vectorise and give the same bytes on every system.
"""

from core import elementary
from core.jit import inline

LEAK = 0.01
_ROOT_TWO_OVER_PI = 0.7978845608028654
_CUBIC = 0.044715
_DENSITY_AT_0 = 0.3989422804014327  # 1/√(2π)


@inline
def _clip(x: float, bound: float) -> float:
    """x limited to ±bound; nan stays. Beyond the bounds used here the factor that meets x is exactly 0 or 1."""
    x = -bound if x < -bound else x
    return bound if x > bound else x


@inline
def step(x: float) -> float:
    """1 above 0, else 0."""
    return 1.0 if x > 0.0 else (0.0 if x <= 0.0 else x)


@inline
def relu(x: float) -> float:
    """max(x, 0)."""
    return 0.0 if x <= 0.0 else x


@inline
def leaky_relu(x: float) -> float:
    """x above 0, LEAK·x below."""
    return x if x > 0.0 else LEAK * x


@inline
def leaky_relu_slope(x: float) -> float:
    """1 above 0, LEAK at 0 and below."""
    return 1.0 if x > 0.0 else (LEAK if x <= 0.0 else x)


@inline
def elu(x: float) -> float:
    """x above 0, eˣ − 1 below."""
    return x if x > 0.0 else elementary.expm1(x)


@inline
def elu_slope(x: float) -> float:
    """1 above 0, eˣ below."""
    return elementary.exp(0.0 if x > 0.0 else x)


@inline
def gelu(x: float) -> float:
    """x Φ(x)."""
    return (-40.0 if x < -40.0 else x) * elementary.normal_cdf(x)


@inline
def gelu_slope(x: float) -> float:
    """Φ(x) + x ϕ(x)."""
    x = _clip(x, 40.0)
    return elementary.normal_cdf(x) + x * (_DENSITY_AT_0 * elementary.exp(-0.5 * x * x))


@inline
def gelu_tanh(x: float) -> float:
    """½x(1 + tanh u), as x σ(2u): the left tail does not cancel."""
    low = -40.0 if x < -40.0 else x
    u = _ROOT_TWO_OVER_PI * (low + _CUBIC * low * low * low)
    return low * elementary.sigmoid(2.0 * u)


@inline
def gelu_tanh_slope(x: float) -> float:
    """σ(2u) + 2x σ(2u)(1 − σ(2u)) u′."""
    x = _clip(x, 40.0)
    s = elementary.sigmoid(2.0 * _ROOT_TWO_OVER_PI * (x + _CUBIC * x * x * x))
    return s + 2.0 * x * s * (1.0 - s) * (_ROOT_TWO_OVER_PI * (1.0 + 3.0 * _CUBIC * x * x))


@inline
def silu(x: float) -> float:
    """x σ(x)."""
    return (-800.0 if x < -800.0 else x) * elementary.sigmoid(x)


@inline
def silu_slope(x: float) -> float:
    """s(1 + x(1 − s)) with s = σ(x)."""
    x = _clip(x, 800.0)
    s = elementary.sigmoid(x)
    return s * (1.0 + x * (1.0 - s))


@inline
def sigmoid_slope(y: float) -> float:
    """σ′ from y = σ(x)."""
    return y * (1.0 - y)


@inline
def tanh_slope(y: float) -> float:
    """tanh′ from y = tanh x, as a product: 1 − y is exact near y = 1."""
    return (1.0 - y) * (1.0 + y)


@inline
def flat_slope(value: float, x: float) -> float:
    """A constant slope that still lets a nan through."""
    return value if x == x else x
