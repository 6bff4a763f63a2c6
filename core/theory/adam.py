"""What Adam's formulas say in closed form: bias of a running mean, size of the first steps, RAdam's sample length.

Symbols: β₁ `beta1`, β₂ `beta2`, t the number of updates made (1 after the first), η the learning rate. Step ratios below
are |Δθ|/η, with ε = 0 unless said. Sources: Kingma & Ba, "Adam", ICLR 2015; Liu et al., "On the variance of the adaptive
learning rate and beyond", ICLR 2020; Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019.
"""

import math

import numpy as np

from core.recording import F64
from core.theory.momentum import Numbers


def ema_share(beta: Numbers, t: Numbers) -> F64:
    """1 − βᵗ: a running mean m ← βm + (1 − β)g that starts at 0 has seen this share of a constant g after t updates.

    It is E[m_t]/E[g] for any stationary g, which is why Adam divides by it (Kingma & Ba 2015, equation 4).
    """
    return 1.0 - np.asarray(beta, dtype=np.float64) ** np.asarray(t, dtype=np.float64)


def constant_gradient_step(beta1: float, beta2: float, t: Numbers, floor: float = 0.0) -> F64:
    """(1 − β₁ᵗ)/(√(1 − β₂ᵗ) + r): step number t over η, under a constant gradient, of Adam without bias correction.

    r = ε/|g| is `floor`. With the correction the ratio is 1/(1 + r) at every t. Without, the first step is
    (1 − β₁)/√(1 − β₂) = 3.162 for 0.9 and 0.999, too large and not, as often said, too small; it grows further while m
    fills sooner than v, to a peak of 6.57. It would be too small where 1 − β₁ < √(1 − β₂), for example at β₁ = 0.99,
    β₂ = 0.9.
    """
    share: F64 = ema_share(beta1, t) / (np.sqrt(ema_share(beta2, t)) + floor)
    return share


def first_step(beta1: float, beta2: float) -> float:
    """(1 − β₁)/√(1 − β₂): the first step of Adam without bias correction, over η, whatever the gradient."""
    return (1.0 - beta1) / math.sqrt(1.0 - beta2)


def peak_step(beta1: float, beta2: float, longest: int = 10_000, floor: float = 0.0) -> tuple[int, float]:
    """(t, ratio) at the largest `constant_gradient_step` among the first `longest` updates."""
    ratios = constant_gradient_step(beta1, beta2, np.arange(1, longest + 1), floor)
    best = int(np.argmax(ratios))
    return best + 1, float(ratios[best])


def spike_step(beta1: float, beta2: float, t: Numbers, floor: float = 0.0) -> F64:
    """Adam's step over η when g was 0 for t − 1 updates and is not at update t, the sparsest gradient there is.

    (1 − β₁)/(1 − β₁ᵗ) / (√((1 − β₂)/(1 − β₂ᵗ)) + r) with r = ε/|g| (`floor`). For r = 0 it tends to (1 − β₁)/√(1 − β₂),
    what Kingma & Ba 2015, section 2.1, give as the largest step; see `longest_step` for what it leaves out. Without bias
    correction it is (1 − β₁)/(√(1 − β₂) + r) at every t.
    """
    mean = (1.0 - beta1) / ema_share(beta1, t)
    root = np.sqrt((1.0 - beta2) / ema_share(beta2, t))
    step: F64 = mean / (root + floor)
    return step


def spike_echo(beta1: float, beta2: float, spike_at: int, t: int, floor: float = 0.0, corrected: bool = True) -> float:
    """Step number t over η when the only gradient there ever is came at update `spike_at`: 0 before, its echo afterwards.

    With j = t − spike_at ≥ 0, m = (1 − β₁)β₁ʲ g and v = (1 − β₂)β₂ʲ g², so without correction the step is
    (1 − β₁)β₁ʲ/(√((1 − β₂)β₂ʲ) + r), r = ε/|g| (`floor`); it dies by the factor β₁/√β₂, and one gradient moves the parameter
    by 1/(1 − β₁/√β₂) of those steps, ten of them for β₁ = 0.9.
    """
    after = t - spike_at
    if after < 0:
        return 0.0
    shares = [float(ema_share(beta, t)) if corrected else 1.0 for beta in (beta1, beta2)]
    mean = (1.0 - beta1) * beta1**after / shares[0]
    root = math.sqrt((1.0 - beta2) * beta2**after / shares[1])
    return mean / (root + floor) if mean > 0.0 else 0.0


def longest_step(beta1: float, beta2: float, t: Numbers, corrected: bool = True) -> F64:
    """The largest |Δθ|/η that any t gradients whatever can make at update t ≥ 1: a bound that is reached.

    m_t = Σ aᵢgᵢ and v_t = Σ bᵢgᵢ² with aᵢ = (1 − β₁)β₁^(t−i), bᵢ = (1 − β₂)β₂^(t−i). By Cauchy and Schwarz
    m_t² ≤ v_t Σ aᵢ²/bᵢ, a geometric series in γ = β₁²/β₂, with equality for gᵢ ∝ aᵢ/bᵢ: gradients that grow by β₂/β₁ at
    every step. So the bound is (1 − β₁)/√(1 − β₂) · √((1 − γᵗ)/(1 − γ)), times √(1 − β₂ᵗ)/(1 − β₁ᵗ) with bias correction.
    With 0.9 and 0.999 it tends to 7.27, more than the 3.162 that Kingma & Ba 2015 give for a lone spike. For γ ≥ 1 it
    grows without end; for β₂ = 0, where a step is m/|g|, it is inf from the second update on, unless β₁ = 0 too.
    """
    count = np.asarray(t, dtype=np.float64)
    if beta2 < 1e-300:
        return np.where((count > 1.0) & (beta1 > 0.0), np.inf, 1.0 if corrected else 1.0 - beta1)
    ratio = beta1 * beta1 / beta2
    with np.errstate(over="ignore"):
        series = count if abs(ratio - 1.0) < 1e-12 else (1.0 - ratio**count) / (1.0 - ratio)
    bound: F64 = first_step(beta1, beta2) * np.sqrt(series)
    return bound * np.sqrt(ema_share(beta2, count)) / ema_share(beta1, count) if corrected else bound


def coin_step(beta1: float, t: Numbers, floor: float = 0.0) -> F64:
    """Root mean square of Adam's step over η when every gradient is +g or −g, as a coin falls: it adapts to doubt.

    v̂ is g² exactly, and m̂ a weighted mean of signs with weights aᵢ ∝ β₁^(t−i) that add up to 1, so the mean square is
    Σ aᵢ² = (1 − β₁)/(1 + β₁) · (1 + β₁ᵗ)/(1 − β₁ᵗ): 1 at t = 1, and 0.229² in the long run for β₁ = 0.9. It is the
    signal-to-noise ratio of Kingma & Ba 2015, section 2.1, for a gradient that is noise alone. ε > 0 divides it by 1 + r,
    r = ε/|g| (`floor`).
    """
    power = 1.0 - ema_share(beta1, t)
    return 1.0 / (1.0 + floor) * np.sqrt((1.0 - beta1) / (1.0 + beta1) * (1.0 + power) / (1.0 - power))


def noisy_step(noise: float, floor: float = 0.0) -> float:
    """1/(√(1 + σ²) + r): Adam's step over η on average, when gradients are g plus noise of σ|g|; r = ε/|g| (`floor`).

    E[m̂] = g and E[v̂] = g²(1 + σ²) exactly; that the mean of m̂/√v̂ is their quotient holds once v̂ has seen many gradients,
    within 2 % from some ten on. Kingma & Ba 2015, section 2.1: the signal-to-noise ratio makes the step.
    """
    return 1.0 / (math.sqrt(1.0 + noise * noise) + floor)


def decoupled_decay(learning_rate: float, weight_decay: float, steps: Numbers) -> F64:
    """(1 − ηλ)^T: what AdamW leaves of a weight that has no gradient. Loshchilov & Hutter 2019."""
    kept: F64 = (1.0 - learning_rate * weight_decay) ** np.asarray(steps, dtype=np.float64)
    return kept


def coupled_decay(learning_rate: float, steps: int, beta1: float = 0.9, beta2: float = 0.999) -> float:
    """What Adam + L2 leaves of a weight 1 that has no data gradient: the strength λ of the decay is not in it.

    The gradient is λθ, and λ cancels between the mean gradient and the root of the mean square (ε = 0):
    θ_t = θ_{t−1} − η Σ aᵢθᵢ/√(Σ bᵢθᵢ²), i < t, with aᵢ = β₁^(t−1−i)/Σβ₁ʲ and bᵢ likewise, weights that add up to 1. About
    1 − ηT while θ has hardly changed. Loshchilov & Hutter 2019, section 2.
    """
    path = [1.0]
    for t in range(1, steps + 1):
        past = np.array(path)
        recent, long = (beta ** np.arange(t - 1.0, -1.0, -1.0) for beta in (beta1, beta2))
        mean = float(recent @ past) / float(recent.sum())
        square = float(long @ past**2) / float(long.sum())
        path.append(path[-1] - learning_rate * mean / math.sqrt(square))
    return path[-1]


def final_length(beta2: float) -> float:
    """ρ_∞ = 2/(1 − β₂) − 1, RAdam's sample length in the long run: 1,999 for β₂ = 0.999."""
    return 2.0 / (1.0 - beta2) - 1.0


def sample_length(beta2: float, t: Numbers) -> F64:
    """ρ_t = ρ_∞ − 2tβ₂ᵗ/(1 − β₂ᵗ), how many samples the running mean of g² is worth after t updates.

    The length of the simple average with the same centre of mass. The rectification needs ρ > 4, where the variance of 1/v̂
    begins to exist (`core.theory.warmup`); with β₂ = 0.999 that is from t = 5 on (ρ₄ = 3.997, ρ₅ = 4.996). PyTorch waits for
    ρ_t > 5, t = 6.
    """
    steps = np.asarray(t, dtype=np.float64)
    power = beta2**steps
    return final_length(beta2) - 2.0 * steps * power / (1.0 - power)


def first_adaptive_step(beta2: float, trusted: float) -> int:
    """The first t with ρ_t > `trusted` (4 in the paper, 5 in PyTorch); 0 where β₂ is so small that it never comes."""
    if final_length(beta2) <= trusted:
        return 0
    t = 1
    while not float(sample_length(beta2, t)) > trusted:
        t += 1
    return t


def rectification(beta2: float, t: Numbers) -> F64:
    """r_t = √((ρ_t − 4)(ρ_t − 2)ρ_∞/((ρ_∞ − 4)(ρ_∞ − 2)ρ_t)), RAdam's factor on the step; NaN while ρ_t ≤ 4.

    It is a warmup of the learning rate: from 0 up to 1 over about 2/(1 − β₂) updates.
    """
    final, length = final_length(beta2), sample_length(beta2, t)
    squared = (length - 4.0) * (length - 2.0) * final / ((final - 4.0) * (final - 2.0) * length)
    return np.sqrt(np.where(length > 4.0, squared, np.nan))
