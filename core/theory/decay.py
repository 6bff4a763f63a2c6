"""What is left of a weight under Adam + L2 and AdamW, and along which lines a normalized net's trainings are alike.

Symbols: η the learning rate, λ the weight decay, θ a weight, σ the standard deviation of its gradient, which is noise of mean
0; m̂ and v̂ Adam's corrected means. Sources: Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019;
van Laarhoven, "L2 regularization versus batch and weight normalization", 2017, for nets that do not feel the length of their
weights.

**A weight whose gradient is noise.** AdamW's update is linear in m, and m has mean 0, so on average θ_t = (1 − ηλ)^t θ₀
whatever σ is. Adam + L2 divides λθ by √v̂ ≈ √(σ² + λ²θ²): of a weight with a loud gradient it takes the share ηλ/σ a step, of
one with none (σ = 0) the length η, whatever λ is.

**A net whose weights count by direction alone** (`core.networks.directions`). Its gradient at cθ is 1/c of that at θ, so with
ε = 0 these runs are the same net at every step, their weights c times as long:

    Adam + L2    (η, λ, θ₀)  and  (cη, λ/c², cθ₀)        g + λθ becomes 1/c of itself, so does √v̂; a step of η becomes cη
    AdamW        (η, λ, θ₀)  and  (cη, λ/c,  cθ₀)        ηλ, the share that a step takes, stays

Once the decay has made a run forget how long θ₀ was, cells on the lines η²λ = const (Adam + L2) and ηλ = const (AdamW) train
alike: slopes −2 and −1 in a map of log λ over log η, and 0 where AdamW's rows are ηλ. The edge of what trains well has them
the more nearly the longer it trains: for Adam + L2 −1.7, −1.8, −2.0 and −2.0 after 160, 320, 640 and 1,024 steps, the mean of
four maps of 32 × 32 cells. Where weights count by their length as well, both settle where λθ balances the gradient, whatever
η is: slope 0, and +1 where rows are ηλ. That is for an η whose own noise does not matter; it lowers the edge where η is large.
"""

import math

import numpy as np

from core.optimizers.hyper import Hyper
from core.recording import F64
from core.theory.adam import decoupled_decay

SLOPES = {
    True: (-2.0, 0.0),
    False: (0.0, 1.0),
}  # of Adam + L2 in λ and AdamW in ηλ, by whether weights count by direction alone


def mean_weight(method: str, hyper: Hyper, spread: float, steps: int) -> F64:
    """The mean of a weight that starts at 1 and whose gradient is noise of standard deviation `spread`, (steps + 1,).

    "adamw": (1 − ηλ)^t, exact. "adam_l2": Adam's own recursion for the mean weight θ̄, m over λθ̄ and v over σ² + λ²θ̄². Exact
    for σ = 0; else v̂ is taken for its mean, which it is near once some tens of gradients are in it.
    """
    if method == "adamw":
        with np.errstate(over="ignore", under="ignore"):
            return decoupled_decay(hyper.learning_rate, hyper.weight_decay, np.arange(steps + 1))
    path = [1.0]
    m = v = 0.0
    power1 = power2 = 1.0
    for _ in range(steps):
        pull = hyper.weight_decay * path[-1]
        m = hyper.beta1 * m + (1.0 - hyper.beta1) * pull
        v = hyper.beta2 * v + (1.0 - hyper.beta2) * (spread * spread + pull * pull)
        power1, power2 = power1 * hyper.beta1, power2 * hyper.beta2
        root = math.sqrt(v / (1.0 - power2)) + hyper.epsilon
        path.append(path[-1] - hyper.learning_rate * m / (1.0 - power1) / root)
    return np.array(path)


def alike(method: str, learning_rate: float, weight_decay: float, factor: float) -> tuple[float, float]:
    """(η, λ) that train a normalized net from weights `factor` times as long as these do: the same net, step by step."""
    return factor * learning_rate, weight_decay / (factor * factor if method == "adam_l2" else factor)
