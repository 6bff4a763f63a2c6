"""AMSGrad: Adam whose step size per coordinate can never grow again."""

import math

from core.jit import inline
from core.optimizers.adam import moments
from core.optimizers.hyper import Hyper


@inline
def amsgrad(
    p: float, g: float, m: float, v: float, v_max: float, hyper: Hyper, beta1_power: float, beta2_power: float
) -> tuple[float, float, float, float]:
    """p ← p − η m̂/(√(v_max/(1 − β₂ᵗ)) + ε) with v_max ← max(v_max, v); returns (p, m, v, v_max).

    Reddi, Kale & Kumar, ICLR 2018, Algorithm 2, in PyTorch's variant: the paper corrects no bias and has no ε; here, as
    in PyTorch, the maximum is taken over the uncorrected v and the corrections are applied afterwards. λp is added to g.
    """
    m, v = moments(g + hyper.weight_decay * p, m, v, hyper)
    if v > v_max:
        v_max = v
    scale = math.sqrt(v_max / (1.0 - beta2_power)) + hyper.epsilon
    return p - hyper.learning_rate * m / (1.0 - beta1_power) / scale, m, v, v_max
