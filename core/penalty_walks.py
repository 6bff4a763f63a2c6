"""Walks of two weights down a quadratic loss with a penalty, each by a rule of its own.

Loss ½(w − a)ᵀH(w − a), its gradient Hw − c with c = Ha; penalty λ(α|w|₁ + (1 − α)½|w|²) as in `core.regularizers`. g is the
gradient of the loss alone, r a subgradient of the penalty.

    proximal      w ← prox(w − ηg): a step on the loss, then the penalty's own step (ISTA: Daubechies, Defrise & De Mol 2004)
    subgradient   w ← w − η(g + r)
    decreasing    w ← w − η/√k · (g + r) at step k = 1, 2, …
    sgd_l2        w ← w − η(g + λw): the L2 term in the gradient
    sgd_decay     w ← (1 − ηλ)w − ηg: weight decay. The same as sgd_l2, multiplied out
    adam_l2       Adam with the gradient g + λw
    adamw         w ← (1 − ηλ)w − η · Adam's direction for g alone

The last four mean α = 0.
"""

import numpy as np

from core.jit import kernel
from core.optimizers import Hyper, step
from core.optimizers.step import ADAM_L2, ADAMW, SGD
from core.recording import F64, I64
from core.regularizers import elastic_net_shrink, elastic_net_subgradient

RULES = ("proximal", "subgradient", "decreasing", "sgd_l2", "sgd_decay", "adam_l2", "adamw")
_PROXIMAL, _SUBGRADIENT, _DECREASING, _SGD_L2, _SGD_DECAY, _ADAM_L2, _ADAMW = range(7)
FAR = 1e150  # beyond it a walk has diverged


@kernel
def walk_pair(rule: int, h: F64, c: F64, strength: float, share: float, rate: float, start: F64, path: F64) -> int:
    """Fill `path` (steps + 1, 2) from `start` (2,) by the rule of this number; NaN from the step on at which it diverged.

    `h` (2, 2), `c` (2,). Returns the step of the divergence, or −1.
    """
    hyper = Hyper(rate, 0.9, 0.7, 0.9, 0.999, 1e-8, 0.0 if rule == _SGD_DECAY else strength)
    method = SGD if rule <= _SGD_DECAY else ADAM_L2 if rule == _ADAM_L2 else ADAMW
    state = np.zeros((2, 3))
    gradient = np.empty(2)
    power1 = power2 = 1.0
    path[:] = np.nan
    path[0] = start
    for k in range(path.shape[0] - 1):
        power1 *= hyper.beta1
        power2 *= hyper.beta2
        for i in range(2):
            gradient[i] = h[i, 0] * path[k, 0] + h[i, 1] * path[k, 1] - c[i]
        for i in range(2):
            w, g = path[k, i], gradient[i]
            if rule == _PROXIMAL:
                w = elastic_net_shrink(w - rate * g, rate * strength, share)
            elif rule == _SUBGRADIENT:
                w -= rate * (g + elastic_net_subgradient(w, strength, share))
            elif rule == _DECREASING:
                w -= rate / np.sqrt(k + 1.0) * (g + elastic_net_subgradient(w, strength, share))
            else:
                if rule == _SGD_DECAY:
                    w *= 1.0 - rate * strength
                w, state[i, 0], state[i, 1], state[i, 2] = step(
                    method, w, g, state[i, 0], state[i, 1], state[i, 2], hyper, k + 1, power1, power2
                )
            path[k + 1, i] = w
        if not (abs(path[k + 1, 0]) <= FAR and abs(path[k + 1, 1]) <= FAR):
            path[k + 1] = np.nan
            return k + 1
    return -1


@kernel
def walk_all(rules: I64, h: F64, c: F64, strengths: F64, share: float, rate: float, start: F64, steps: int) -> tuple[F64, I64]:
    """`walk_pair` for each of `strengths` (n,) and `rules` (m,): paths (n, m, steps + 1, 2), breaks (n, m)."""
    paths = np.empty((strengths.size, rules.size, steps + 1, 2))
    broke = np.empty((strengths.size, rules.size), dtype=np.int64)
    for row in range(strengths.size):
        for m in range(rules.size):
            broke[row, m] = walk_pair(rules[m], h, c, strengths[row], share, rate, start, paths[row, m])
    return paths, broke
