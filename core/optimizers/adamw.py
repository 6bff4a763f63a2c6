"""AdamW: Adam with the weight decay taken out of the gradient."""

from core.jit import inline
from core.optimizers.adam import corrected_step, moments
from core.optimizers.hyper import Hyper


@inline
def adamw(
    p: float, g: float, m: float, v: float, hyper: Hyper, beta1_power: float, beta2_power: float
) -> tuple[float, float, float]:
    """p ← (1 − ηλ)p − η m̂/(√v̂ + ε), the means taken over g alone; returns (p, m, v).

    Loshchilov & Hutter, ICLR 2019, Algorithm 2, in PyTorch's form: the paper decays by λ times a schedule multiplier,
    PyTorch by λ times the learning rate.
    """
    m, v = moments(g, m, v, hyper)
    direction = corrected_step(m, v, hyper, beta1_power, beta2_power)
    return p - hyper.learning_rate * hyper.weight_decay * p - hyper.learning_rate * direction, m, v
