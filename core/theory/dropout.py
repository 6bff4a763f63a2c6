"""Dropout's moments, and what it does to a linear model: ridge regression with each weight's own strength.

p is the probability of dropping a unit (Srivastava et al., JMLR 15, 2014, use p for keeping it), a the activation.
"""

import math

import numpy as np

from core.dropout import check
from core.recording import F64


def mean(activation: float, p: float, inverted: bool = True) -> float:
    """E[y] over masks: a for inverted dropout, (1 − p) a for classic."""
    check(p)
    return activation if inverted else (1.0 - p) * activation


def variance(activation: float, p: float, inverted: bool = True) -> float:
    """Var[y] over masks: p/(1 − p)·a² for inverted dropout, p(1 − p)·a² for classic (a Bernoulli variable, scaled)."""
    check(p)
    return activation**2 * (p / (1.0 - p) if inverted else p * (1.0 - p))


def penalty(weights: F64, inputs: F64, p: float) -> float:
    """p/(1 − p)·Σⱼ wⱼ²‖xⱼ‖²: by how much input dropout raises the expected squared error of a linear model.

    `weights` (D,), `inputs` X (N, D) with columns xⱼ. With m the mask of inverted dropout, the error of one example is
    y − Σⱼ mⱼ xⱼ wⱼ/(1 − p), of mean y − x·w and variance p/(1 − p) Σⱼ xⱼ²wⱼ²; mean square = mean² + variance. So
    E‖y − (M∘X)w/(1 − p)‖² = ‖y − Xw‖² + penalty (section 9.1 of Srivastava et al.).
    """
    check(p)
    return p / (1.0 - p) * float((weights**2 * (inputs**2).sum(axis=0)).sum())


def ridge_solution(inputs: F64, targets: F64, p: float) -> F64:
    """The weights (D,) that dropout's expected squared error has as its minimum: (XᵀX + p/(1 − p)·diag(XᵀX)) w = Xᵀy.

    `inputs` X (N, D), `targets` y (N,). Solved as least squares with one more row √(p/(1 − p))·‖xⱼ‖ per weight, which is the
    same system without squaring its condition number; where it is singular (p = 0, a column of zeros), the shortest one.
    """
    check(p)
    if inputs.ndim != 2 or targets.shape != inputs.shape[:1]:
        raise ValueError(f"inputs (N, D) and targets (N,) do not fit: {inputs.shape} and {targets.shape}")
    lengths = np.sqrt((inputs**2).sum(axis=0))
    system = np.vstack([inputs, math.sqrt(p / (1.0 - p)) * np.diag(lengths)])
    wanted = np.concatenate([targets, np.zeros(lengths.size)])
    return np.asarray(np.linalg.lstsq(system, wanted)[0], dtype=np.float64)
