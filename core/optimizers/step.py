"""One entrance to all optimizers: a scalar update by number.

A method travels into a kernel as an integer, its place in `METHODS`. The same scalar step moves a point on a surface and
every weight of a network. State is three slots, all zero before the first step; what they hold depends on the method:

    method               slot 0            slot 1            slot 2
    sgd                  –                 –                 –
    momentum, nesterov   velocity v        –                 –
    nesterov_shifted     velocity v        –                 –
    qhm                  mean gradient     –                 –
    adagrad              sum of g²         –                 –
    rmsprop              mean of g²        –                 –
    adadelta             mean of g²        mean of step²     –
    adam…, radam         m                 v                 –
    amsgrad              m                 v                 largest v
    nadam                m                 v                 product of μ
    lion                 m                 –                 –

The layer-wise methods need norms of whole arrays and stand in `layerwise.py`.
"""

import math

from core.jit import kernel
from core.optimizers.adam import adam, adam_l2, adam_uncorrected
from core.optimizers.adamw import adamw
from core.optimizers.adaptive import adadelta, adagrad, rmsprop
from core.optimizers.amsgrad import amsgrad
from core.optimizers.hyper import Hyper
from core.optimizers.lion import lion
from core.optimizers.momentum import lookahead, momentum, nesterov, nesterov_shifted, qhm, sgd
from core.optimizers.nadam import nadam
from core.optimizers.radam import radam

METHODS = (
    "sgd",
    "momentum",
    "nesterov",
    "nesterov_shifted",
    "qhm",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "adam_uncorrected",
    "adam_l2",
    "adamw",
    "amsgrad",
    "nadam",
    "radam",
    "lion",
)

(
    SGD,
    MOMENTUM,
    NESTEROV,
    NESTEROV_SHIFTED,
    QHM,
    ADAGRAD,
    RMSPROP,
    ADADELTA,
    ADAM,
    ADAM_UNCORRECTED,
    ADAM_L2,
    ADAMW,
    AMSGRAD,
    NADAM,
    RADAM,
    LION,
) = range(16)


def method_code(name: str) -> int:
    """The number of the method called `name`; `ValueError` lists the known ones."""
    if name not in METHODS:
        raise ValueError(f"{name!r} is no optimizer (known: {', '.join(METHODS)})")
    return METHODS.index(name)


@kernel
def gradient_point(method: int, p: float, s0: float, hyper: Hyper) -> float:
    """Where the next gradient is wanted: θ − ηβv for nesterov, the parameter itself for every other method."""
    if method == NESTEROV:
        return lookahead(p, s0, hyper)
    return p


@kernel
def step(
    method: int,
    p: float,
    g: float,
    s0: float,
    s1: float,
    s2: float,
    hyper: Hyper,
    t: int,
    beta1_power: float,
    beta2_power: float,
) -> tuple[float, float, float, float]:
    """One update of one number: (p, s0, s1, s2) after the gradient g, which was taken at `gradient_point`.

    method: place in `METHODS`; any other number gives NaN. t = 1, 2, … counts the updates. beta1_power and beta2_power
    are β₁ᵗ and β₂ᵗ (already for this t), kept by the caller as running products: a power per step would cost half the
    speed. Only Adam's family reads the last three.
    """
    if method == SGD:
        p = sgd(p, g, hyper)
    elif method == MOMENTUM:
        p, s0 = momentum(p, g, s0, hyper)
    elif method == NESTEROV:
        p, s0 = nesterov(p, g, s0, hyper)
    elif method == NESTEROV_SHIFTED:
        p, s0 = nesterov_shifted(p, g, s0, hyper)
    elif method == QHM:
        p, s0 = qhm(p, g, s0, hyper)
    elif method == ADAGRAD:
        p, s0 = adagrad(p, g, s0, hyper)
    elif method == RMSPROP:
        p, s0 = rmsprop(p, g, s0, hyper)
    elif method == ADADELTA:
        p, s0, s1 = adadelta(p, g, s0, s1, hyper)
    elif method == ADAM:
        p, s0, s1 = adam(p, g, s0, s1, hyper, beta1_power, beta2_power)
    elif method == ADAM_UNCORRECTED:
        p, s0, s1 = adam_uncorrected(p, g, s0, s1, hyper)
    elif method == ADAM_L2:
        p, s0, s1 = adam_l2(p, g, s0, s1, hyper, beta1_power, beta2_power)
    elif method == ADAMW:
        p, s0, s1 = adamw(p, g, s0, s1, hyper, beta1_power, beta2_power)
    elif method == AMSGRAD:
        p, s0, s1, s2 = amsgrad(p, g, s0, s1, s2, hyper, beta1_power, beta2_power)
    elif method == NADAM:
        p, s0, s1, s2 = nadam(p, g, s0, s1, s2, hyper, t, beta2_power)
    elif method == RADAM:
        p, s0, s1 = radam(p, g, s0, s1, hyper, t, beta1_power, beta2_power)
    elif method == LION:
        p, s0 = lion(p, g, s0, hyper)
    else:
        p = math.nan
    return p, s0, s1, s2
