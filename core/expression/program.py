"""Program: an expression as instructions for a stack machine, in two flat arrays that a kernel can read."""

from dataclasses import dataclass

import numpy as np

from core.expression.words import PUSHES, TAKES_TWO
from core.recording import F64, I64


@dataclass(frozen=True, eq=False)
class Program:
    """One expression, ready to be evaluated.

    text:    as it was written.
    codes:   (n,) int64, opcodes of `core.expression.words`, in the order in which they are carried out.
    numbers: (n,) float64, the number that NUMBER pushes and the exponent of WHOLE_POWER; 0 elsewhere.
    depth:   how many numbers stand on the stack at most.
    """

    text: str
    codes: I64
    numbers: F64
    depth: int


def assembled(text: str, instructions: list[tuple[int, float]]) -> Program:
    """The program of these (opcode, number) pairs; its arrays are read-only."""
    height = depth = 0
    for code, _ in instructions:
        height += 1 if code in PUSHES else -1 if code in TAKES_TWO else 0
        depth = max(depth, height)
    codes = np.array([code for code, _ in instructions], dtype=np.int64)
    numbers = np.array([number for _, number in instructions], dtype=np.float64)
    for values in (codes, numbers):
        values.setflags(write=False)
    return Program(text, codes, numbers, depth)
