"""Experiments with the perceptron: mistakes against Novikoff's bound, and XOR, where they never end."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.noise import STREAM_DATA, normals
from core.perceptron import correct, learn, mistake_bound

SCENES = ("perceptron",)  # whose claims `proofs` makes

_NOVIKOFF = "Novikoff 1962; core/perceptron.py"


def proofs() -> Iterator[Claim]:
    """Every claim about the perceptron's mistakes."""
    for count in (5, 40):
        yield Claim(
            name=f"{count} perpendicular examples cost exactly (R/γ)² = {count} mistakes: the bound is met",
            scene="perceptron",
            source=_NOVIKOFF,
            predicted=mistake_bound(np.eye(count), np.ones(count), np.ones(count)),
            measured=float(learn(np.eye(count), np.ones(count), 10)[1]),
            tolerance=1e-12,
            because="a count; the bound is rounded",
            applies="unit vectors with one label: R = 1, γ = 1/√n",
        )
    for seed, gap in ((1, 0.5), (2, 0.1), (3, 0.02)):
        raw = normals(400, seed, 0, 0, STREAM_DATA).reshape(200, 2)
        direction = np.array([0.6, -0.8, 0.0])
        side = np.sign(raw @ direction[:2])
        inputs = np.column_stack([raw + gap * side[:, None] * direction[:2], np.ones(200)])  # the last column is the bias
        bound = mistake_bound(inputs, side, direction)
        _, mistakes, passes = learn(inputs, side, 10_000)
        yield Claim(
            name=f"200 separable points, margin {gap:g}: mistakes, at most (R/γ)²",
            scene="perceptron",
            source=_NOVIKOFF,
            predicted=bound,
            measured=float(mistakes),
            tolerance=0.0,
            because="a bound, whatever the order",
            applies=f"a line with margin γ exists; the last mistake is in pass {passes}",
            comparison="at most",
        )
        yield Claim(
            name=f"… and then it makes none, margin {gap:g}",
            scene="perceptron",
            source=_NOVIKOFF,
            predicted=0.0,
            measured=float(correct(learn(inputs, side, 10_000)[0], inputs, side, 0, 200)),
            tolerance=0.0,
            because="a count",
            comparison="absolute",
        )
    yield from _xor()


def _xor() -> Iterator[Claim]:
    """With whole numbers as inputs the weights are whole numbers, so a state that comes back comes back exactly."""
    inputs = np.array([[-1.0, -1.0, 1.0], [-1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, 1.0]])
    labels = np.array([-1.0, 1.0, 1.0, -1.0])
    weights, seen, period = np.zeros(3), [np.zeros(3)], 0
    while not period and len(seen) < 100:
        correct(weights, inputs, labels, 0, 4)
        matches = [k for k, old in enumerate(seen) if np.array_equal(old, weights)]
        period = len(seen) - matches[0] if matches else 0
        seen.append(weights.copy())
    mistakes = correct(weights, inputs, labels, 0, 4 * max(period, 1))
    yield Claim(
        name=f"XOR: after {len(seen) - 1} passes a weight vector comes back, so the perceptron cycles for ever",
        scene="perceptron",
        source="Minsky & Papert 1969, chapter 11: the weights stay bounded, whole numbers repeat",
        predicted=0.0,
        measured=float(np.abs(seen[-1] - seen[-1 - period]).max()) if period else math.nan,
        tolerance=0.0,
        because="whole numbers are exact",
        applies="inputs ±1 and a bias",
        comparison="absolute",
    )
    yield Claim(
        name="XOR: no cycle without a mistake",
        scene="perceptron",
        source="Minsky & Papert 1969: no line separates XOR",
        predicted=1.0,
        measured=float(mistakes),
        tolerance=0.0,
        because="a bound, not a number that is met",
        applies="mistakes in one cycle",
        comparison="at least",
    )
