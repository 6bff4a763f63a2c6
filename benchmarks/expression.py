"""A person's own f(x, y) with its gradient: the machine that reads instructions, beside code compiled for the expression.

The compiled code is made here, from the same program, with the same elementary functions and the same dual arithmetic. It must
give the same numbers, or the benchmark stops. It is faster, most of all for polynomials, but takes more than a second to make;
the machine answers at once, and fast enough for a cloud: two million gradients in a tenth of a second are 50 ns for each.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numba
import numpy as np

from benchmarks.rows import Row, best_seconds
from core import circular, elementary
from core.expression import words
from core.expression.machine import evaluate, signed_power
from core.expression.program import Program
from core.expression.reading import read
from core.proofs.race import AS_EXPRESSION

POINTS = 10_000
FAST_ENOUGH = 50.0  # nanoseconds
TEXTS = {name: AS_EXPRESSION[name] for name in ("quadratic", "rosenbrock", "himmelblau", "rastrigin", "ackley")}
_SIGNS = {words.ADD: "+", words.SUBTRACT: "-"}


def source(program: Program) -> str:
    """Straight-line code for one expression: value and both derivatives of every instruction in variables of their own."""
    lines: list[str] = []
    stack: list[tuple[str, str, str]] = []
    for place, (code, number) in enumerate(zip(program.codes.tolist(), program.numbers.tolist(), strict=True)):
        new = f"v{place}", f"a{place}", f"b{place}"
        values: tuple[str, ...]
        if code == words.NUMBER:
            values = (repr(number), "0.0", "0.0")
        elif code in (words.X, words.Y):
            values = ("xs[i]", "1.0", "0.0") if code == words.X else ("ys[i]", "0.0", "1.0")
        elif code in words.TAKES_TWO:
            v, u = stack.pop(), stack.pop()
            if code == words.MULTIPLY:
                values = (f"{u[0]} * {v[0]}", *(f"{u[d]} * {v[0]} + {u[0]} * {v[d]}" for d in (1, 2)))
            elif code == words.DIVIDE:
                values = (f"{u[0]} / {v[0]}", *(f"({u[d]} - {new[0]} * {v[d]}) / {v[0]}" for d in (1, 2)))
            else:
                values = tuple(f"{u[d]} {_SIGNS[code]} {v[d]}" for d in range(3))
        else:
            u = stack.pop()
            value, slope = _function(code, number, u[0], new[0])
            values = (value, *(f"({slope}) * {u[d]}" for d in (1, 2)))
        lines += [f"{name} = {value}" for name, value in zip(new, values, strict=True)]
        stack.append(new)
    body = "\n        ".join([*lines, *(f"{out}[i] = {name}" for out, name in zip(("f", "f_x", "f_y"), stack[0], strict=True))])
    return f"def compiled(xs, ys, f, f_x, f_y):\n    for i in range(xs.size):\n        {body}\n"


def _function(code: int, number: float, u: str, value: str) -> tuple[str, str]:
    if code == words.NEGATE:
        return f"-{u}", "-1.0"
    if code == words.WHOLE_POWER:
        whole = number == 2.0
        return (
            (f"{u} * {u}", f"2.0 * {u}") if whole else (f"power({u}, {number!r})", f"{number!r} * power({u}, {number - 1!r})")
        )
    return {
        words.COS: (f"cos({u})", f"-sin({u})"),
        words.EXP: (f"exp({u})", value),
        words.SQRT: (f"sqrt({u})", f"0.5 / {value}"),
    }[code]


def compiled(program: Program) -> Callable[..., None]:
    """The expression as a compiled loop."""
    names: dict[str, Any] = {
        "sin": circular.sin,
        "cos": circular.cos,
        "exp": elementary.exp,
        "sqrt": np.sqrt,
        "power": signed_power,
    }
    exec(source(program), names)
    function: Callable[..., None] = numba.njit(nogil=True, error_model="numpy")(names["compiled"])
    return function


def run() -> list[Row]:
    """Nanoseconds for one value with its gradient."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-2.0, 2.0, (2, POINTS))
    ours, theirs = np.empty((3, POINTS)), np.empty((3, POINTS))
    rows = []
    waiting = []
    for name, text in TEXTS.items():
        program = read(text)
        function = compiled(program)
        start = time.perf_counter()
        function(x, y, *theirs)
        waiting.append(time.perf_counter() - start)
        machine = partial(evaluate, program.codes, program.numbers, program.depth, x, y, *ours)
        seconds = best_seconds([machine, partial(function, x, y, *theirs)], 60)
        if not np.allclose(ours, theirs, rtol=1e-12, atol=1e-12):
            raise RuntimeError(f"{name}: the machine and the compiled code do not do the same work")
        figure, beside = (1e9 * spent / POINTS for spent in seconds)
        label = f"f(x, y) with gradient, {name}, {len(program.codes)} parts (beside: compiled)"
        rows.append(Row(label, figure, "ns/point", beside, None, FAST_ENOUGH, True))
    rows.append(Row("… what compiling one of them takes", 1e3 * float(np.median(waiting)), "ms"))
    start = time.perf_counter()
    read.cache_clear()
    for text in TEXTS.values():
        read(text)
    rows.append(Row("… what reading one for the machine takes", 1e3 * (time.perf_counter() - start) / len(TEXTS), "ms"))
    return rows
