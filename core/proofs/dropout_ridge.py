"""Dropout on the inputs of a linear model is ridge regression: by listing every mask, and by plain descent."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.dropout import mask
from core.recording import F64
from core.subnets import all_masks, chances
from core.theory import dropout as theory

_SRIVASTAVA = "Srivastava et al. (JMLR 15, 2014)"


def ridge(slug: str, inputs: F64, targets: F64, p: float) -> Iterator[Claim]:
    """A linear model with input dropout: its exact minimum over all masks, and where SGD ends, beside ridge."""
    predicted = theory.ridge_solution(inputs, targets, p)
    far = float(np.abs(predicted - theory.ridge_solution(inputs, targets, 0.0)).max())
    # Normal equations of the expected loss, its moments summed over every mask instead of taken from the formula.
    masks, chance = all_masks(inputs.shape[1]) / (1.0 - p), chances(inputs.shape[1], p)
    seen = inputs[None, :, :] * masks[:, None, :]
    gram = np.einsum("m,mni,mnj->ij", chance, seen, seen)
    solved = np.linalg.solve(gram, np.einsum("m,mni,n->i", chance, seen, targets))
    text = f"p = {p:g}: linear regression under input dropout is ridge, (XᵀX + p/(1 − p)·diag(XᵀX))w = Xᵀy"
    source = f"{_SRIVASTAVA}, section 9.1, whose p is our 1 − p; core/theory/dropout.py"
    yield Claim(
        name=f"{text}, over all masks",
        scene=slug,
        source=source,
        predicted=0.0,
        measured=float(np.abs(solved - predicted).max()),
        tolerance=1e-10,
        because=f"rounding in two linear systems; plain least squares is {far:.2f} away",
        applies="p is the probability of dropping",
        comparison="absolute",
    )
    yield Claim(
        name=f"{text}, by SGD with one mask per step",
        scene=slug,
        source=source,
        predicted=0.0,
        measured=float(np.abs(descend(inputs, targets, p, 20_000) - predicted).max()),
        tolerance=0.05,
        because=f"the average of 10,000 noisy iterates still trembles; plain least squares is {far:.2f} away",
        applies="p is the probability of dropping",
        comparison="absolute",
    )


def descend(inputs: F64, targets: F64, p: float, steps: int) -> F64:
    """Weights of a linear model after SGD with inverted dropout on its inputs, averaged over the second half of the steps."""
    count, width = inputs.shape
    # below the step at which the noisiest direction would blow up
    rate = 0.05 * (1.0 - p) / float((inputs**2).sum(axis=1).max())
    weights, average = np.zeros(width), np.zeros(width)
    for step in range(steps):
        seen = inputs * mask((count, width), p, seed=9, step=step)
        weights += rate * seen.T @ (targets - seen @ weights) * 2.0 / count
        if step >= steps // 2:
            average += weights
    return np.asarray(average / (steps - steps // 2))
