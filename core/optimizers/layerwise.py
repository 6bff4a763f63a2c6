"""LARS and LAMB: one step length per layer, set by the ratio of the weights' norm to the update's norm.

Both act on the whole weight array of a layer, flattened, and change it in place. A layer whose norms give no ratio
(weights or update all zero) moves with ratio 1.
"""

import math

from core.jit import inline, kernel
from core.optimizers.adam import corrected_step, moments
from core.optimizers.hyper import Hyper
from core.recording import F64


@inline
def norm(values: F64) -> float:
    """The Euclidean length of a flat array; 0 for an empty one."""
    total = 0.0
    for i in range(values.size):
        total += values[i] * values[i]
    return math.sqrt(total)


@inline
def trust_ratio(weights_norm: float, update_norm: float) -> float:
    """‖w‖/‖update‖, or 1 where either is zero or not a number."""
    if weights_norm > 0.0 and update_norm > 0.0:
        return weights_norm / update_norm
    return 1.0


@kernel
def lars_step(weights: F64, gradients: F64, velocity: F64, hyper: Hyper, trust: float) -> float:
    """v ← βv + ηr(g + λw), w ← w − v with r = T‖w‖/(‖g‖ + λ‖w‖); returns r. In place on `weights` and `velocity`.

    You, Gitman & Ginsburg, "Large batch training of convolutional networks", arXiv:1708.03888, 2017, Algorithm 1: T is
    `trust` (0.001 there), β `momentum`, λ `weight_decay`. The learning rate stands inside the velocity, as in the paper.
    All arrays (n,) float64.
    """
    weights_norm = norm(weights)
    ratio = 1.0
    if weights_norm > 0.0 and norm(gradients) > 0.0:
        ratio = trust * weights_norm / (norm(gradients) + hyper.weight_decay * weights_norm)
    rate = hyper.learning_rate * ratio
    for i in range(weights.size):
        velocity[i] = hyper.momentum * velocity[i] + rate * (gradients[i] + hyper.weight_decay * weights[i])
        weights[i] -= velocity[i]
    return ratio


@kernel
def lamb_step(weights: F64, gradients: F64, m: F64, v: F64, hyper: Hyper, beta1_power: float, beta2_power: float) -> float:
    """u = m̂/(√v̂ + ε) + λw, w ← w − η(‖w‖/‖u‖)u; returns the ratio ‖w‖/‖u‖. In place on `weights`, `m` and `v`.

    You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, Algorithm 2, with
    the scaling function φ the identity and Adam's bias correction kept. All arrays (n,) float64.
    """
    length = 0.0
    for i in range(weights.size):
        m[i], v[i] = moments(gradients[i], m[i], v[i], hyper)
        update = corrected_step(m[i], v[i], hyper, beta1_power, beta2_power) + hyper.weight_decay * weights[i]
        length += update * update
    ratio = trust_ratio(norm(weights), math.sqrt(length))
    for i in range(weights.size):
        update = corrected_step(m[i], v[i], hyper, beta1_power, beta2_power) + hyper.weight_decay * weights[i]
        weights[i] -= hyper.learning_rate * ratio * update
    return ratio
