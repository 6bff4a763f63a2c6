"""Experiments with the losses themselves: p − y, ln K, and why a sigmoid with squared error does not learn when it is wrong."""

from collections.abc import Iterator

import numpy as np

from core import losses
from core.claims import Claim
from core.theory import softmax as theory

SCENES = ("softmax",)  # whose claims `proofs` makes

LOGITS = ((2.0, -1.0, 0.5, 3.0), (0.0, 0.0, 0.0, 0.0), (-4.0, 6.0, 1.0, -2.0))
LABELS = (0, 2, 3)
_BISHOP = "Bishop 2006, section 4.3.4"


def proofs() -> Iterator[Claim]:
    """Every claim about softmax and its losses."""
    z = np.array(LOGITS)
    _, gradient = losses.loss("softmax_cross_entropy", z, LABELS)
    p = theory.probabilities(z)
    chain = np.stack([theory.cross_entropy_gradient(row, label) for row, label in zip(p, LABELS, strict=True)])
    wrong = int(np.argmin(p[np.arange(3), LABELS]))
    yield Claim(
        name="softmax + cross-entropy: Jacobian times ∂L/∂p collapses to p − y (largest difference)",
        scene="softmax",
        source=f"{_BISHOP}; core/theory/softmax.py",
        predicted=0.0,
        measured=float(np.abs(3.0 * gradient - chain).max()),
        tolerance=1e-13,
        because="1/p of the least likely label, 1e4, multiplies rounding of 2e-16 and cancels",
        comparison="absolute",
    )
    yield Claim(
        name="softmax + cross-entropy: the label's slope is p − 1, near −1 for the worst answer",
        scene="softmax",
        source=_BISHOP,
        predicted=float(p[wrong, LABELS[wrong]]) - 1.0,
        measured=3.0 * float(gradient[wrong, LABELS[wrong]]),
        tolerance=1e-15,
        because="rounding",
    )
    yield Claim(
        name="softmax + cross-entropy: the slopes of one example add up to 0",
        scene="softmax",
        source="Σp = 1 and Σy = 1",
        predicted=0.0,
        measured=float(np.abs(gradient.sum(axis=1)).max()),
        tolerance=1e-15,
        because="rounding in a sum of four numbers below 1",
        comparison="absolute",
    )
    yield from _levels()
    yield from _saturation()


def _levels() -> Iterator[Claim]:
    for classes in (2, 10, 1000):
        value, _ = losses.loss("softmax_cross_entropy", np.zeros((1, classes)), [classes - 1])
        yield Claim(
            name=f"loss at equal logits is ln K, K = {classes}",
            scene="softmax",
            source="−ln(1/K)",
            predicted=theory.indifferent_loss(classes),
            measured=value,
            tolerance=1e-15,
            because="rounding of one logarithm",
        )
    value, _ = losses.loss("softmax_cross_entropy", [[1000.0, 0.0]], [1])
    yield Claim(
        name="a logit of 1000 against the label costs 1000, and does not overflow",
        scene="softmax",
        source="m + ln Σ e^(z−m) − z, core/losses.py",
        predicted=1000.0,
        measured=value,
        tolerance=0.0,
        because="e⁻¹⁰⁰⁰ is 0 in float64, so nothing is rounded",
    )


def _saturation() -> Iterator[Claim]:
    for name, number in (("binary_cross_entropy", 0), ("sigmoid_mse", 1)):
        predicted = theory.wrong_slopes(-10.0)[number]
        _, gradient = losses.loss(name, [-10.0], [1.0])
        yield Claim(
            name=f"sure and wrong (z = −10, target 1): slope {predicted:.2g} under {name.replace('_', ' ')}",
            scene="softmax",
            source="Bishop 2006, sections 4.3.4 and 5.2",
            predicted=predicted,
            measured=float(gradient[0]),
            tolerance=1e-14,
            because="rounding of one exponential",
        )
