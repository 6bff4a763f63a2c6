"""One optimizer step on many numbers at once: one plain loop per method, which LLVM turns into SIMD code."""

from core.jit import loop
from core.optimizers.adam import adam, adam_l2, adam_uncorrected
from core.optimizers.adamw import adamw
from core.optimizers.adaptive import adadelta, adagrad, rmsprop
from core.optimizers.amsgrad import amsgrad
from core.optimizers.hyper import Hyper
from core.optimizers.lion import lion
from core.optimizers.momentum import lookahead, momentum, nesterov, nesterov_shifted, qhm, sgd
from core.optimizers.step import (
    ADADELTA,
    ADAGRAD,
    ADAM,
    ADAM_L2,
    ADAM_UNCORRECTED,
    ADAMW,
    AMSGRAD,
    LION,
    MOMENTUM,
    NESTEROV,
    NESTEROV_SHIFTED,
    QHM,
    RMSPROP,
    SGD,
    step,
)
from core.recording import F64


@loop
def gradient_points(method: int, p: F64, s0: F64, hyper: Hyper, points: F64) -> None:
    """points[i] ← where method wants the gradient of p[i]: θ − ηβv for nesterov, p[i] for all others."""
    if method == NESTEROV:
        for i in range(p.size):
            points[i] = lookahead(p[i], s0[i], hyper)
    else:
        for i in range(p.size):
            points[i] = p[i]


@loop
def step_all(
    method: int,
    p: F64,
    g: F64,
    s0: F64,
    s1: F64,
    s2: F64,
    hyper: Hyper,
    t: int,
    beta1_power: float,
    beta2_power: float,
) -> None:
    """`step` on every entry of p, in place on p and the slots: the same bits as entry by entry. All arrays (n,) float64.

    The rarer methods, and numbers that are no method, go through `step` itself.
    """
    count = p.size
    if method == SGD:
        for i in range(count):
            p[i] = sgd(p[i], g[i], hyper)
    elif method == MOMENTUM:
        for i in range(count):
            p[i], s0[i] = momentum(p[i], g[i], s0[i], hyper)
    elif method == NESTEROV:
        for i in range(count):
            p[i], s0[i] = nesterov(p[i], g[i], s0[i], hyper)
    elif method == NESTEROV_SHIFTED:
        for i in range(count):
            p[i], s0[i] = nesterov_shifted(p[i], g[i], s0[i], hyper)
    elif method == QHM:
        for i in range(count):
            p[i], s0[i] = qhm(p[i], g[i], s0[i], hyper)
    elif method == ADAGRAD:
        for i in range(count):
            p[i], s0[i] = adagrad(p[i], g[i], s0[i], hyper)
    elif method == RMSPROP:
        for i in range(count):
            p[i], s0[i] = rmsprop(p[i], g[i], s0[i], hyper)
    elif method == ADADELTA:
        for i in range(count):
            p[i], s0[i], s1[i] = adadelta(p[i], g[i], s0[i], s1[i], hyper)
    elif method == ADAM:
        for i in range(count):
            p[i], s0[i], s1[i] = adam(p[i], g[i], s0[i], s1[i], hyper, beta1_power, beta2_power)
    elif method == ADAM_UNCORRECTED:
        for i in range(count):
            p[i], s0[i], s1[i] = adam_uncorrected(p[i], g[i], s0[i], s1[i], hyper)
    elif method == ADAM_L2:
        for i in range(count):
            p[i], s0[i], s1[i] = adam_l2(p[i], g[i], s0[i], s1[i], hyper, beta1_power, beta2_power)
    elif method == ADAMW:
        for i in range(count):
            p[i], s0[i], s1[i] = adamw(p[i], g[i], s0[i], s1[i], hyper, beta1_power, beta2_power)
    elif method == AMSGRAD:
        for i in range(count):
            p[i], s0[i], s1[i], s2[i] = amsgrad(p[i], g[i], s0[i], s1[i], s2[i], hyper, beta1_power, beta2_power)
    elif method == LION:
        for i in range(count):
            p[i], s0[i] = lion(p[i], g[i], s0[i], hyper)
    else:
        for i in range(count):
            p[i], s0[i], s1[i], s2[i] = step(method, p[i], g[i], s0[i], s1[i], s2[i], hyper, t, beta1_power, beta2_power)
