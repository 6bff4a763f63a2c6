"""Mean-field theory of wide random networks: what depth does to the size of activations and of gradients.

Layer l computes hˡ = Wˡ φ(hˡ⁻¹) + bˡ with W entries N(0, σw²/fan_in) and b entries N(0, σb²). In the limit of infinite
width each entry of hˡ is normal with mean 0 and variance qˡ, and with z standard normal

    variance map      qˡ = σw² E[φ(√qˡ⁻¹ z)²] + σb²            fixed point q*
    gradient factor   χ₁ = σw² E[φ′(√q* z)²]                   E|∂L/∂h|² changes by χ₁ per layer backward, its root by √χ₁

χ₁ < 1 is order (gradients vanish), χ₁ > 1 chaos (they explode), χ₁ = 1 the critical line. Schoenholz, Gilmer, Ganguli &
Sohl-Dickstein, "Deep information propagation" (ICLR 2017), sections 2 to 4, after Poole et al. (NIPS 2016).

Names: `code` is the activation (`core.activations`), `weight_variance` σw², `bias_variance` σb², `q` the variance of the
pre-activations. He's initialization of ReLU is σw² = 2, and Xavier's with equal widths σw² = 1. Identity, step, ReLU and
leaky ReLU use exact moments, the others quadrature (about 1e-13). Step has derivative 0 wherever it has one, so its χ₁ is 0.
"""

import math

import numpy as np

from core import activations as act
from core.activation_functions import LEAK
from core.recording import F64
from core.theory.gaussian import mean, nodes_and_weights

PIECEWISE_LINEAR = (act.IDENTITY, act.STEP, act.RELU, act.LEAKY_RELU)
_LARGEST_Q = 1e12
_LARGE_Q, _ROUNDING = 1e6, 1e-12  # from there on, what the quadrature is wrong by may be more than a layer adds


def second_moment(code: int, q: float) -> float:
    """E[φ(√q z)²]. ReLU: q/2. Leaky ReLU with leak a: q(1 + a²)/2. Step: ½ for q > 0."""
    _check(code, q)
    if code == act.IDENTITY:
        return q
    if code == act.STEP:
        return 0.5 if q > 0.0 else 0.0
    if code == act.RELU:
        return 0.5 * q
    if code == act.LEAKY_RELU:
        return 0.5 * q * (1.0 + LEAK**2)
    z, _ = nodes_and_weights()
    return mean(act.activations(code, math.sqrt(q) * z) ** 2)


def slope_moment(code: int, q: float) -> float:
    """E[φ′(√q z)²]. ReLU: ½. Leaky ReLU: (1 + a²)/2. Step: 0. q = inf means the limit of large q, good to 1e-6."""
    _check(code, q)
    if code == act.IDENTITY:
        return 1.0
    if code == act.STEP:
        return 0.0
    if code == act.RELU:
        return 0.5
    if code == act.LEAKY_RELU:
        return 0.5 * (1.0 + LEAK**2)
    z, _ = nodes_and_weights()
    return mean(act.derivatives(code, math.sqrt(min(q, _LARGEST_Q)) * z) ** 2)


def variance_map(code: int, q: float, weight_variance: float, bias_variance: float = 0.0) -> float:
    """The next layer's q: σw² E[φ(√q z)²] + σb²."""
    return weight_variance * second_moment(code, q) + bias_variance


def variance_by_depth(code: int, q: float, weight_variance: float, bias_variance: float, depth: int) -> F64:
    """q⁰ = `q`, q¹, … q^depth, (depth + 1,); inf once it leaves the range of the quadrature."""
    out = np.full(depth + 1, np.inf)
    out[0] = q
    for layer in range(depth):
        if out[layer] > _LARGEST_Q and code not in PIECEWISE_LINEAR:
            break
        out[layer + 1] = variance_map(code, float(out[layer]), weight_variance, bias_variance)
    return out


def fixed_point(code: int, weight_variance: float, bias_variance: float = 0.0, start: float = 1.0) -> float:
    """q*, where the variance map leads from `start`: a number, 0, or inf if q grows without end.

    Identity, ReLU and leaky ReLU map q linearly, a q + σb² with a = σw² E[φ²]/q, so q* = σb²/(1 − a) for a < 1; at a = 1
    without bias every q is fixed and `start` is returned. The others are iterated; as the map rises with q the iterates are
    monotone, and Aitken's extrapolation leads on. Where it steps over the fixed point, which rounding makes it do where the map
    is nearly a line, q* is bracketed and bisected. Softplus at σw² = 2 grows without end by ever smaller amounts, until
    rounding hides them: a large q* counts only if twice as much would shrink. GELU and SiLU can have two regimes (q settles
    from a small start, grows without end from a large one): `start` decides.
    """
    _check(code, start)
    if code == act.STEP:
        return 0.5 * weight_variance + bias_variance
    if code in PIECEWISE_LINEAR:
        rate = weight_variance * second_moment(code, 1.0)
        if rate < 1.0:
            return bias_variance / (1.0 - rate)
        return start if rate == 1.0 and bias_variance == 0.0 else math.inf

    def gap(at: float) -> float:
        return variance_map(code, at, weight_variance, bias_variance) - at

    def settled(at: float) -> float:
        return at if at < _LARGE_Q or gap(2.0 * at) < -_ROUNDING * at else math.inf

    q, step = start, gap(start)
    while True:  # it ends, since q only rises or only falls
        if abs(step) <= 4e-16 * q or q < 1e-15:
            return 0.0 if q < 1e-15 and bias_variance == 0.0 and second_moment(code, 0.0) == 0.0 else settled(q)
        if q > _LARGEST_Q:
            return math.inf
        moved = q + step
        after = gap(moved)
        if after * step <= 0.0:  # rounding, or the fixed point itself
            return settled(moved)
        ratio = after / step
        limit = q + step / (1.0 - ratio) if ratio < 1.0 else math.inf * step
        guess = min(limit, 10.0 * moved) if step > 0.0 else max(limit, 0.1 * moved)
        at_guess = gap(guess)
        if at_guess * step <= 0.0:
            break
        q, step = guess, at_guess
    near, far = moved, guess
    while abs(far - near) > 4e-16 * far:
        middle = 0.5 * (near + far)
        near, far = (middle, far) if gap(middle) * step > 0.0 else (near, middle)
    return settled(far)


def chi_1(code: int, weight_variance: float, bias_variance: float = 0.0, start: float = 1.0) -> float:
    """χ₁ = σw² E[φ′(√q* z)²]: the factor of the mean squared gradient per layer, going back."""
    return weight_variance * slope_moment(code, fixed_point(code, weight_variance, bias_variance, start))


def gradient_factor(code: int, weight_variance: float, bias_variance: float = 0.0, start: float = 1.0) -> float:
    """√χ₁: the factor of the gradient's size per layer. Sigmoid at σw² = 1, σb = 0: 0.2361."""
    return math.sqrt(chi_1(code, weight_variance, bias_variance, start))


def depth_scale(chi: float) -> float:
    """ξ = 1/|ln χ|: layers over which what has factor χ per layer changes e-fold; inf on the critical line, 0 at χ = 0."""
    if chi <= 0.0:
        return 0.0
    return math.inf if chi == 1.0 else 1.0 / abs(math.log(chi))


def critical_weight_variance(code: int, bias_variance: float = 0.0) -> float:
    """The σw² with χ₁ = 1 at this σb². tanh: 1 at σb² = 0, 1.7610 at 0.05, 1.986 at 0.1.

    On the critical line σw² = 1/E[φ′²] and σb² = q − σw² E[φ²], both functions of q = q* alone: the q with the wanted σb² is
    found by bisection, the smallest if there are several. nan where there is none. For the piecewise linear, χ₁ does not
    depend on σb²: 2 for ReLU, whatever the bias.
    """
    if not bias_variance >= 0.0:
        raise ValueError(f"the variance of the biases must be 0 or more, not {bias_variance}")
    if code in PIECEWISE_LINEAR:
        slope = slope_moment(code, 1.0)
        return 1.0 / slope if slope else math.nan

    def excess(q: float) -> float:
        return q - second_moment(code, q) / slope_moment(code, q) - bias_variance

    if bias_variance == 0.0 and second_moment(code, 0.0) == 0.0:
        return 1.0 / slope_moment(code, 0.0)
    grid = np.geomspace(1e-8, 1e6, 141)
    found = [i for i in range(140) if excess(grid[i]) <= 0.0 < excess(grid[i + 1])]
    if not found:
        return math.nan
    low, high = float(grid[found[0]]), float(grid[found[0] + 1])
    while high - low > 1e-15 * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) <= 0.0 else (low, middle)
    return 1.0 / slope_moment(code, high)


def _check(code: int, q: float) -> None:
    if not 0 <= code < len(act.NAMES):
        raise ValueError(f"activation code {code} is not one of 0 … {len(act.NAMES) - 1}")
    if not q >= 0.0:
        raise ValueError(f"a variance must be 0 or more, not {q}")
