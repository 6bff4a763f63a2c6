"""Lion: only the sign of a blend of momentum and gradient."""

from core.jit import inline
from core.optimizers.hyper import Hyper


@inline
def lion(p: float, g: float, m: float, hyper: Hyper) -> tuple[float, float]:
    """p ← p − η(sign(β₁m + (1 − β₁)g) + λp), then m ← β₂m + (1 − β₂)g; returns (p, m). sign(0) = 0.

    Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, Program 1. Its β₂ is 0.99, not 0.999.
    """
    blend = hyper.beta1 * m + (1.0 - hyper.beta1) * g
    sign = 1.0 if blend > 0.0 else (-1.0 if blend < 0.0 else blend)
    return p - hyper.learning_rate * (sign + hyper.weight_decay * p), hyper.beta2 * m + (1.0 - hyper.beta2) * g
