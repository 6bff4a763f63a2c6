"""The perceptron: a threshold unit that is corrected after each mistake, and how many mistakes it can make.

Labels y = ±1, prediction sign(w·x) with a bias as a constant feature. After a mistake, y(w·x) ≤ 0, w ← w + y x (Rosenblatt,
1958; learning rate 1, start at 0: any other rate only scales w). Where a unit vector u has y(u·x) ≥ γ for all examples and
‖x‖ ≤ R, it makes at most (R/γ)² mistakes, in whatever order and however often examples come (Novikoff, 1962): each mistake
lengthens u·w by γ or more, ‖w‖² by R² at most, and u·w ≤ ‖w‖.
"""

import numpy as np

from core.jit import kernel
from core.recording import F64


@kernel
def correct(weights: F64, inputs: F64, labels: F64, start: int, count: int) -> int:
    """Show `count` examples in order, number start, start + 1, … modulo N; w changes in place; returns the mistakes.

    weights (D,), inputs (N, D), labels (N,) of −1 and 1. A product of 0 is a mistake, so that learning from w = 0 begins.
    """
    mistakes = 0
    examples, width = inputs.shape
    for k in range(start, start + count):
        row = k % examples
        total = 0.0
        for i in range(width):
            total += weights[i] * inputs[row, i]
        if not labels[row] * total > 0.0:
            mistakes += 1
            for i in range(width):
                weights[i] += labels[row] * inputs[row, i]
    return mistakes


def learn(inputs: F64, labels: F64, passes: int) -> tuple[F64, int, int]:
    """(w (D,), mistakes, passes with a mistake) after going through all examples up to `passes` times, from w = 0.

    It ends with the first pass without a mistake; where none comes, the data cannot be separated or more passes are needed.
    """
    if inputs.ndim != 2 or labels.shape != inputs.shape[:1] or len(labels) < 1:
        raise ValueError(f"inputs (N ≥ 1, D) and labels (N,) do not fit: {inputs.shape} and {labels.shape}")
    if not np.isin(labels, (-1.0, 1.0)).all():
        raise ValueError("a perceptron's labels are −1 and 1")
    x, y = np.array(inputs, dtype=np.float64, order="C"), np.array(labels, dtype=np.float64)
    weights, mistakes = np.zeros(x.shape[1]), 0
    for taken in range(passes):
        made = int(correct(weights, x, y, 0, len(y)))
        if made == 0:
            return weights, mistakes, taken
        mistakes += made
    return weights, mistakes, passes


def mistake_bound(inputs: F64, labels: F64, direction: F64) -> float:
    """(R/γ)²: the bound that the separating `direction` u (D,), of any length, proves; inf where it does not separate."""
    if inputs.ndim != 2 or labels.shape != inputs.shape[:1] or direction.shape != inputs.shape[1:] or len(labels) < 1:
        raise ValueError(
            f"inputs (N ≥ 1, D), labels (N,) and direction (D,) do not fit: {inputs.shape}, {labels.shape}, {direction.shape}"
        )
    margin = float((labels * (inputs @ direction)).min()) / float(np.linalg.norm(direction))
    radius = float(np.sqrt((inputs**2).sum(axis=1).max()))
    return (radius / margin) ** 2 if margin > 0.0 else float("inf")
