"""What depth does, layer by layer: mean-field theory of a stack from its input on, with skips and layer normalization.

`core.theory.mean_field` says where a plain stack settles. This follows it there. Over units let mˡ be the mean and pˡ the mean
square of hˡ. In the limit of infinite width, with entries of W of variance σw²/fan_in and of b of variance σb²:

    qˡ = σw² pˡ⁻¹ + σb²                      variance of z = W h + b
    u = z, of variance qˡ;                   with layer normalization u = z/√(qˡ + ε), of variance qˡ/(qˡ + ε)
    E₁ = E φ(u), E₂ = E φ(u)²                mˡ = E₁, pˡ = E₂
    residual, hˡ = hˡ⁻¹ + φ(u):              mˡ = mˡ⁻¹ + E₁,  pˡ = pˡ⁻¹ + 2 mˡ⁻¹ E₁ + E₂
    gradient, E|∂L/∂hˡ⁻¹|² / E|∂L/∂hˡ|²:     χˡ = σw² E φ′(u)²  (÷ (qˡ + ε) under layer normalization, + 1 with a skip)

Plain: Schoenholz, Gilmer, Ganguli & Sohl-Dickstein (ICLR 2017), χˡ → their χ₁ as qˡ → q*. Residual: Yang & Schoenholz, "Mean
field residual networks: on the edge of chaos" (NIPS 2017), whose skip adds 1 to χ. Layer normalization divides by the standard
deviation of z; the two directions that it projects out are 2 of n and vanish with the width.

All of it assumes that the gradient g knows nothing of W. It does, a little: z = W h ties W to h, and a part of g lies along h.
Split W_i into its part along h, which is z_i h/|h|², and the rest: then h·gˡ⁻¹ = h·gˡ + Σ zφ′(z) gˡ, and with zφ′(z) ≈ ρ φ(z),
ρ = E[zφ′φ]/E₂, the overlap T = h·g changes per layer by

    τˡ = (pˡ⁻¹ + mˡ⁻¹E₁ + ρ (mˡ⁻¹E₁ + E₂))/pˡ  with a skip,  ρ without;   ρ = 0 under layer normalization, 1 for ReLU

and the share of |g|² that lies along h, 1/n where it starts, by τ² (pˡ/pˡ⁻¹)/χˡ. In plain stacks it stays as small as that. In
an unnormalized residual stack of units with a mean it grows by a constant factor per layer (1.45 for ReLU with He's weights),
and after some dozen layers the formula above says too little. There its line ends: our own derivation, borne out by the tests.

Batch normalization couples the examples, so no single q describes it and there is no profile here (Yang et al., ICLR 2019, have
the theory for the whole Gram matrix of a batch).
"""

import math
from dataclasses import dataclass

import numpy as np

from core import activations as act
from core.activation_functions import LEAK
from core.normalization.layers import EPSILON
from core.recording import F64
from core.theory.gaussian import mean, nodes_and_weights
from core.theory.mean_field import second_moment, slope_moment

TINY = 1e-290  # gradients below are about to leave float64: no factor is read off them
ALIGNED = 0.1  # share of |g|² along h from which on mean field no longer holds: it shifts |g| by 5 %


@dataclass(frozen=True, eq=False)
class Profile:
    """A stack of L layers in the limit of infinite width, each (L,) float64, entry l − 1 for layer l; NaN beyond float64.

    q:        qˡ, the variance of the pre-activations z.
    mean:     mˡ, the mean of the outputs hˡ over units.
    variance: pˡ − (mˡ)², their variance over units.
    chi:      χˡ, the factor of the mean squared gradient from the output of layer l to its input.
    turn:     the factor of the share of the squared gradient that lies along h, on the same way.
    """

    q: F64
    mean: F64
    variance: F64
    chi: F64
    turn: F64


def first_moment(code: int, q: float) -> float:
    """E φ(√q z). ReLU: √(q/2π); leaky ReLU with leak a: (1 − a) of that; step: ½; tanh and identity: 0 by symmetry."""
    if code in (act.IDENTITY, act.TANH):
        return 0.0
    if code == act.STEP:
        return 0.5 if q > 0.0 else 0.0
    if code in (act.RELU, act.LEAKY_RELU):
        return (1.0 if code == act.RELU else 1.0 - LEAK) * math.sqrt(q / (2.0 * math.pi))
    z, _ = nodes_and_weights()
    return mean(act.activations(code, math.sqrt(q) * z))


def homogeneity(code: int, q: float) -> float:
    """ρ = E[z̃φ′(z̃)φ(z̃)]/E[φ(z̃)²], z̃ = √q z: 1 where φ(az) = aφ(z), near 0 where φ saturates; 0 if φ is 0 throughout."""
    if code == act.STEP:
        return 0.0
    if code in (act.IDENTITY, act.RELU, act.LEAKY_RELU):
        return 1.0
    z, _ = nodes_and_weights()
    points = math.sqrt(q) * z
    values = act.activations(code, points)
    square = mean(values**2)
    with np.errstate(invalid="ignore"):  # ∞·0 at infinite q
        return mean(points * act.derivatives(code, points) * values) / square if square > 0.0 else 0.0


def depth_profile(
    code: int,
    weight_variance: float,
    bias_variance: float,
    depth: int,
    *,
    residual: bool = False,
    layer_norm: bool = False,
    square: float = 1.0,
) -> Profile:
    """The profile of `depth` layers with activation `code`, σw² = `weight_variance`, σb² = `bias_variance`.

    square: p⁰, the mean square of the inputs, whose mean is 0.
    """
    if depth < 1 or not weight_variance >= 0.0 or not bias_variance >= 0.0 or not square >= 0.0:
        raise ValueError("a profile needs depth of at least 1, and variances of 0 or more")
    q, means, variances, chi, turn = (np.full(depth, np.nan) for _ in range(5))
    m, p = 0.0, square
    for layer in range(depth):
        z_variance = weight_variance * p + bias_variance
        if not math.isfinite(z_variance):
            break
        divisor = z_variance + EPSILON if layer_norm else 1.0
        u_variance = z_variance / divisor
        slope = weight_variance * slope_moment(code, u_variance) / divisor
        first, second = first_moment(code, u_variance), second_moment(code, u_variance)
        rho = 0.0 if layer_norm else homogeneity(code, u_variance)
        if residual:
            slope += 1.0
            grown = p + 2.0 * m * first + second
            kept = (p + m * first + rho * (m * first + second)) / grown if grown else 0.0
            m, above = m + first, grown
        else:
            kept, m, above = rho, first, second
        with np.errstate(all="ignore"):
            turn[layer] = np.float64(kept * kept) * (np.float64(above) / p) / slope
        p = above
        q[layer], means[layer], variances[layer], chi[layer] = z_variance, m, max(p - m * m, 0.0), slope
    return Profile(q, means, variances, chi, turn)


def gradient_line(profile: Profile, at_last: float, width: int) -> F64:
    """The gradient's size at the output of layers 1 … L, (L,): `at_last` times the product of √χ over the layers above.

    With χ the same in all layers it is the straight line √χ^(L−l) of a log axis. NaN from where a tenth of the squared gradient
    lies along h, at this width, on to layer 1; below 10⁻³⁰⁸ it fades to 0, as float64 does.
    """
    with np.errstate(all="ignore"):
        logs = np.concatenate(([0.0], np.cumsum(0.5 * np.log(profile.chi[:0:-1]))))
        along = np.concatenate(([0.0], np.cumsum(np.log(profile.turn[:0:-1])))) - math.log(width)
        lost = np.maximum.accumulate(along) > math.log(ALIGNED)
        return np.where(lost, np.nan, at_last * np.exp(logs))[::-1].copy()


def layers_within(within: F64) -> int:
    """How many layers, from the last one back, `within` is a number inside float64."""
    sound = np.isfinite(within) & (within > TINY)
    return sound.size if sound.all() else int(np.argmin(sound[::-1]))


def factor_per_layer(norms: F64, within: F64) -> float:
    """The geometric mean of norms[l−1]/norms[l] over the layers, going back, as far as `within` is a number inside float64.

    NaN where that is fewer than two layers, or `norms` has no number there.
    """
    count = layers_within(within)
    if count < 2:
        return math.nan
    with np.errstate(all="ignore"):
        return float((norms[-count] / norms[-1]) ** (1.0 / (count - 1)))


def finite_width_scatter(depth: int, width: int) -> float:
    """How far a stack's factor per layer may lie from √χ at finite width n, relative: 1.5 √(5/(n L)) + 2.5/n.

    One layer of n ReLU units scatters the squared gradient by a variance of 5/n (Hanin, "Which neural net architectures give
    rise to exploding and vanishing gradients?", NeurIPS 2018: the sum of 1/n over the layers sets the fluctuations), others by
    less. The root of a product of L such factors, per layer, has standard deviation ½ √(5/(n L)), of which this allows three,
    and its mean logarithm lies 5/4n low, of which this allows two.
    """
    return 1.5 * math.sqrt(5.0 / (width * depth)) + 2.5 / width
