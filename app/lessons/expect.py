"""Expect: what a run must show for a lesson to be true, and the sentence, with the numbers, when it does not.

Either a comparison on recorded numbers, or "claim: NAME": this run makes the claim of that name, and it holds.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from app.lessons import evaluate
from app.lessons.expression import Expression, LessonError, parse, shown
from core.claims import Claim
from core.recording import Recording

CLAIM = "claim:"


@dataclass(frozen=True)
class Claimed:
    """The run makes this claim, and it holds."""

    name: str


Expectation = Expression | Claimed


def read(text: str) -> Expectation:
    """The expectation that a person wrote, or a `LessonError`."""
    if text.strip().startswith(CLAIM):
        name = text.strip().removeprefix(CLAIM).strip()
        if not name:
            raise LessonError(f"{shown(text)} names no claim")
        return Claimed(name)
    expression = parse(text)
    if not expression.judges:
        raise LessonError(f"{shown(text)} says nothing that could be wrong: write a comparison, all(…) or any(…)")
    return expression


def complaint(expectation: Expectation, recording: Recording, claims: Iterable[Claim]) -> str:
    """Why this run does not bear out the expectation, in one sentence; nothing if it does."""
    if isinstance(expectation, Claimed):
        return _claim(expectation.name, list(claims))
    try:
        holds = evaluate.value(expectation, recording)
        if holds is True:
            return ""
        if holds is not False:
            return f"{shown(expectation.text)} compares many numbers: say all(…) or any(…)"
        return f"{shown(expectation.text)} does not hold: {_numbers(expectation, recording)}"
    except LessonError as error:
        return str(error)


def _claim(name: str, made: list[Claim]) -> str:
    found = [claim for claim in made if claim.name == name]
    if not found:
        others = f"it makes: {'; '.join(claim.name for claim in made)}" if made else "it makes none"
        return f"this run makes no claim called {shown(name)} ({others})"
    for claim in found:
        if not claim.holds:
            return (
                f"the claim {shown(name)} does not hold: predicted {claim.predicted:.6g}, measured {claim.measured:.6g}, "
                f"error {claim.error:.2g}, tolerance {claim.tolerance:.2g}"
            )
    return ""


def _numbers(expression: Expression, recording: Recording) -> str:
    """What stands on the two sides, or how many of many agree."""
    tree = expression.tree
    if isinstance(tree, ast.Compare):
        sides = [evaluate.value(Expression(expression.text, side), recording) for side in (tree.left, *tree.comparators)]
        return " against ".join(evaluate.described(side) for side in sides)
    assert isinstance(tree, ast.Call)  # all(…) or any(…), else it would not judge
    truths = evaluate.truths(Expression(expression.text, tree.args[0]), recording)
    return f"true for {sum(truths)} of {len(truths)}"
