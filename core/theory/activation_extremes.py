"""Where activations bend: extremes of GELU, of its slope and of its tanh form, and how often a ReLU net is born dead.

Φ is the distribution function and ϕ the density of the standard normal law, here from the C library's erf and exp.
"""

import math

_INV_ROOT_TWO_PI = 1.0 / math.sqrt(2.0 * math.pi)


def gelu_slope(x: float) -> float:
    """d/dx xΦ(x) = Φ(x) + xϕ(x). Hendrycks & Gimpel, "Gaussian error linear units" (2016)."""
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) + x * _INV_ROOT_TWO_PI * math.exp(-0.5 * x * x)


def gelu_slope_extremes() -> tuple[float, float]:
    """(smallest, largest) slope of GELU, −0.1289 at x = −√2 and 1.1289 at √2: its derivative is (2 − x²)ϕ(x)."""
    return gelu_slope(-math.sqrt(2.0)), gelu_slope(math.sqrt(2.0))


def gelu_minimum() -> tuple[float, float]:
    """(x, xΦ(x)) at the lowest point, about (−0.7518, −0.16997): the root of Φ(x) + xϕ(x) on (−√2, 0), by bisection."""
    low, high = -math.sqrt(2.0), 0.0  # the slope rises from −0.13 to ½ in between
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if gelu_slope(middle) > 0.0 else (middle, high)
    return low, 0.5 * low * math.erfc(-low / math.sqrt(2.0))


def gelu_tanh_gap() -> float:
    """The largest |xΦ(x) − ½x(1 + tanh u)|, u = √(2/π)(x + 0.044715x³): 4.73e-4, at |x| = 2.699.

    The gap rises and falls once between 2.2 and 3.2, so halving that stretch by the sign of its slope finds the top.
    """

    def gap(x: float) -> float:
        u = math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)
        return abs(0.5 * x * math.erfc(-x / math.sqrt(2.0)) - 0.5 * x * (1.0 + math.tanh(u)))

    low, high = 2.2, 3.2
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gap(middle + 1e-6) > gap(middle - 1e-6) else (low, middle)
    return gap(low)


def born_dead(width: int, layers: int) -> float:
    """1 − (1 − 2⁻ⁿ)^(L−1): how often a random ReLU net of L layers, the L − 1 hidden ones n wide, gives 0 for one given input.

    Without biases and with symmetric weights each unit is silent with probability ½ as long as anything reaches it, so a
    layer is silent with probability 2⁻ⁿ, whatever came before. That the net is constant on all inputs is rarer: the
    bound of Lu, Shin, Su & Karniadakis, "Dying ReLU and initialization" (2019).
    """
    return 1.0 - (1.0 - 0.5**width) ** (layers - 1)
