"""What one layer of a wide random network does to the size of a signal, and how far a net of finite width strays from that.

For z = W a with W of variance Var and fan-in n, E Σz² = n·Var·Σa² whatever a is. ReLU keeps half of it: z is symmetric, so
E[relu(z)²] = ½E[z²]. He et al., "Delving deep into rectifiers" (ICCV 2015), section 2.2; Glorot & Bengio (AISTATS 2010).
"""

import math

# n·Var(W) where fan-in and fan-out both are n, from the papers' own formulas
SCALED_VARIANCE = {
    "standard": 1.0 / 3.0,
    "xavier_uniform": 1.0,
    "xavier_normal": 1.0,
    "he_uniform": 2.0,
    "he_normal": 2.0,
    "lecun_normal": 1.0,
    "orthogonal": 1.0,
}
_KEPT = {"identity": 1.0, "relu": 0.5}


def square_factor(scheme: str, activation: str) -> float:
    """E Σa² after a layer over Σa² before it, without biases: n·Var(W), halved by ReLU. He + ReLU 1, Xavier + ReLU ½."""
    if scheme not in SCALED_VARIANCE or activation not in _KEPT:
        raise ValueError(f"no closed form for {scheme!r} with {activation!r}")
    return SCALED_VARIANCE[scheme] * _KEPT[activation]


def scatter_of_factor(activation: str, width: int, layers: int) -> float:
    """How far the geometric mean of `layers` independent layers' factors may lie from `square_factor`, relative.

    With normal weights one layer's factor has relative variance c/n: c = 5 for ReLU (E relu(z)⁴ = (3/2)E[z²]², so
    Var/mean² = 6 − 1), c = 2 without. Its logarithm thus scatters by √(c/n) and lies c/2n low; four standard errors of the
    mean of that many logarithms, and the bias. Hanin, NeurIPS 2018, has the 5/n.
    """
    excess = 5.0 if activation == "relu" else 2.0
    return 4.0 * math.sqrt(excess / (width * layers)) + 0.5 * excess / width
