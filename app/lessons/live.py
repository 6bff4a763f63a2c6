"""Live text: a sentence with numbers of the run in it, so that none is typed by hand: "SGD is at {loss[sgd, last]:.2g}".

In braces stands an expression, and after a colon, if wished, how it is written: `.2g` two significant figures, `.2f` two
decimals, `.1%` a percentage with one decimal. Left out: a whole number as it is, any other with up to three figures.
`{{` and `}}` are braces.
"""

import re
from dataclasses import dataclass
from typing import Any

from app.lessons import evaluate
from app.lessons.expression import Expression, LessonError, parse, shown
from core.recording import Recording
from scenes.kit import numbers

PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
STYLE = re.compile(r"(.*):\s*(?:\.(\d))?([gf%])\s*", re.DOTALL)


@dataclass(frozen=True)
class Number:
    """An expression in a text, and how it is written: figures or decimals, and "g", "f" or "%"; "" is as it comes."""

    expression: Expression
    digits: int = 3
    style: str = ""

    def written(self, recording: Recording) -> str:
        """The number, or the word, as a person reads it."""
        found = evaluate.value(self.expression, recording)
        if isinstance(found, str):
            return found
        if isinstance(found, bool) or not isinstance(found, float):
            raise LessonError(f"{shown(self.expression.text)} is {evaluate.described(found)}, not a number")
        if self.style == "%":
            return f"{numbers.fixed(100.0 * found, self.digits)}\u00a0%"
        if self.style == "f":
            return numbers.fixed(found, self.digits)
        if self.style == "" and found == found // 1 and abs(found) < 1e6:
            return numbers.whole(int(found)).replace("-", "−")
        text = numbers.short(found, self.digits)
        return text.rstrip("0") if self.style == "" and "." in text and "·" not in text else text


@dataclass(frozen=True)
class Text:
    """A text of a lesson: plain pieces and numbers in turn."""

    pieces: tuple[str | Number, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Those of its numbers."""
        return tuple(piece.expression for piece in self.pieces if isinstance(piece, Number))

    def written(self, recording: Recording) -> str:
        """The text with the numbers of this run."""
        return "".join(piece if isinstance(piece, str) else piece.written(recording) for piece in self.pieces)


NOTHING = Text()


def read(written: str) -> Text:
    """The text that a person wrote; a `LessonError` says what is wrong with a number in it."""
    pieces: list[Any] = []
    at = 0
    for found in PIECE.finditer(written):
        pieces.append(written[at : found.start()])
        at = found.end()
        if found.group() in ("{", "}"):
            raise LessonError(f"{shown(written[found.start() :])}: a brace without its other half (write {{{{ for a brace)")
        pieces.append(found.group()[0] if found.group(1) is None else _number(found.group(1)))
    pieces.append(written[at:])
    return Text(tuple(piece for piece in pieces if piece))


def _number(inside: str) -> Number:
    styled = STYLE.fullmatch(inside)
    if styled is None:
        return Number(parse(inside))
    digits = {"g": 3, "f": 2, "%": 0}[styled[3]] if styled[2] is None else int(styled[2])
    return Number(parse(styled[1]), digits, styled[3])
