"""Learning-rate schedules: by what factor the learning rate is multiplied at each step.

Every schedule is a function of t = 0, 1, 2, …, the number of updates made so far, so t = 0 belongs to the first update.
Its value multiplies the base learning rate, which is the highest of the run (except under `constant`, where it is the
only one). A schedule travels into kernels as its place in `SCHEDULES`, its lengths and factors as one `Plan`.
"""

import math
from typing import NamedTuple

import numpy as np

from core.jit import inline, kernel
from core.recording import F64

SCHEDULES = (
    "constant",
    "step",
    "exponential",
    "linear_warmup",
    "cosine",
    "warmup_cosine",
    "inverse_sqrt",
    "one_cycle",
    "warmup_linear",
)

CONSTANT, STEP, EXPONENTIAL, LINEAR_WARMUP, COSINE, WARMUP_COSINE, INVERSE_SQRT, ONE_CYCLE, WARMUP_LINEAR = range(9)

ONE_CYCLE_START = 1.0 / 25.0  # one-cycle begins at this share of the highest rate,
ONE_CYCLE_END = ONE_CYCLE_START / 1e4  # and ends at this one


class Plan(NamedTuple):
    """The lengths and factors of a schedule; each one reads its own and ignores the rest. All are floats.

    total:  T, the number of updates of the whole run (cosine, warmup_cosine, warmup_linear, one_cycle).
    warmup: W, the updates over which the rate rises (linear_warmup, warmup_cosine, warmup_linear, inverse_sqrt, one_cycle).
    every:  updates between two drops of step.
    factor: γ, by which step drops, and by which exponential falls at every update.
    floor:  share of the base rate that cosine, warmup_cosine and warmup_linear end at.
    """

    total: float = 1000.0
    warmup: float = 100.0
    every: float = 300.0
    factor: float = 0.1
    floor: float = 0.0


@inline
def linear_warmup(t: float, warmup: float) -> float:
    """min(1, (t + 1)/W): the first update gets 1/W, the W-th all of it. Goyal et al., arXiv:1706.02677, 2017."""
    return min(1.0, (t + 1.0) / warmup) if warmup > 1.0 else 1.0


@inline
def cosine(t: float, total: float, floor: float) -> float:
    """f + (1 − f) ½(1 + cos(πt/T)), f from t = T on. Loshchilov & Hutter, "SGDR", ICLR 2017, without restarts."""
    if t >= total:
        return floor
    return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * t / total))


@inline
def linear_decay(t: float, total: float, floor: float) -> float:
    """f + (1 − f)(1 − t/T), f from t = T on. Devlin et al., "BERT", NAACL 2019, who let it follow a linear warmup."""
    if t >= total:
        return floor
    return floor + (1.0 - floor) * (1.0 - t / total)


@inline
def inverse_sqrt(t: float, warmup: float) -> float:
    """min((t + 1)/W, √(W/(t + 1))): up linearly to 1 at the W-th update, then down. Vaswani et al., NeurIPS 2017."""
    if warmup < 1.0:
        warmup = 1.0
    return min((t + 1.0) / warmup, math.sqrt(warmup / (t + 1.0)))


@inline
def between(start: float, end: float, share: float) -> float:
    """Half a cosine from `start` (share 0) to `end` (share 1)."""
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * share))


@inline
def one_cycle(t: float, total: float, warmup: float) -> float:
    """Half a cosine from 1/25 up to 1 at t = W − 1, and another down to 1/250,000 at t = T − 1.

    Smith & Topin, "Super-convergence", 2018, in PyTorch's two-phase form (OneCycleLR with pct_start = W/T); momentum is
    not cycled.
    """
    top = warmup - 1.0
    last = total - 1.0
    if t < top:
        return between(ONE_CYCLE_START, 1.0, t / top)
    if t >= last:
        return ONE_CYCLE_END
    return between(1.0, ONE_CYCLE_END, (t - top) / (last - top))


@kernel
def multiplier(schedule: int, t: float, plan: Plan) -> float:
    """What the base learning rate is multiplied by at update t; NaN for a number that is no schedule."""
    if schedule == CONSTANT:
        return 1.0
    elif schedule == STEP:
        dropped: float = plan.factor ** math.floor(t / plan.every)
        return dropped
    elif schedule == EXPONENTIAL:
        faded: float = plan.factor**t
        return faded
    elif schedule == LINEAR_WARMUP:
        return linear_warmup(t, plan.warmup)
    elif schedule == COSINE:
        return cosine(t, plan.total, plan.floor)
    elif schedule == WARMUP_COSINE:
        if t < plan.warmup:
            return linear_warmup(t, plan.warmup)
        return cosine(t - plan.warmup, plan.total - plan.warmup, plan.floor)
    elif schedule == INVERSE_SQRT:
        return inverse_sqrt(t, plan.warmup)
    elif schedule == ONE_CYCLE:
        return one_cycle(t, plan.total, plan.warmup)
    elif schedule == WARMUP_LINEAR:
        if t < plan.warmup:
            return linear_warmup(t, plan.warmup)
        return linear_decay(t - plan.warmup, plan.total - plan.warmup, plan.floor)
    return math.nan


def schedule_code(name: str) -> int:
    """The number of the schedule called `name`; `ValueError` lists the known ones."""
    if name not in SCHEDULES:
        raise ValueError(f"{name!r} is no schedule (known: {', '.join(SCHEDULES)})")
    return SCHEDULES.index(name)


def learning_rates(name: str, base: float, count: int, plan: Plan) -> F64:
    """The learning rates of the first `count` updates, (count,) float64: base × multiplier."""
    code = schedule_code(name)
    plan = Plan(*(float(value) for value in plan))
    if count < 0:
        raise ValueError(f"a schedule cannot have {count} updates")
    if not plan.every > 0.0:
        raise ValueError(f"a step schedule cannot drop every {plan.every:g} updates")
    return base * np.array([multiplier(code, float(t), plan) for t in range(count)], dtype=np.float64)
