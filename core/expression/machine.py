"""The machine: a program carried out on many points at once, with its gradient, by forward-mode dual numbers.

A dual number u + u_x ε_x + u_y ε_y (ε² = 0) carries a value and its two partial derivatives; every operation on it is one on
the value and, by the chain rule, one on each derivative (Wengert, "A simple automatic derivative evaluation program", 1964).
So one pass gives value and gradient, exact up to rounding.

The machine goes through the instructions once per tile of points and does each one to all points of the tile in a plain
loop, which LLVM turns into SIMD code; the cost of reading an instruction is shared by the whole tile. No expression is
compiled: this one kernel serves them all, from the disk cache, at once.

Where a function has no derivative: |u|, sign, step, min and max take 0 or the first argument's at their corner; √u and u**v
take the derivative 0 at u = 0 along directions in which u does not change. sign(0) = 0 and step(0) = ½. log of a negative
number, √ of one and a broken power of one are NaN, as in NumPy.
"""

import math

import numpy as np

from core.circular import atan, cos, cosh, sin, sinh
from core.elementary import exp, log, sigmoid, tanh
from core.expression.words import (
    ABS,
    ADD,
    ATAN,
    COS,
    COSH,
    DIVIDE,
    EXP,
    LARGEST_WHOLE_POWER,
    LOG,
    MAXIMUM,
    MINIMUM,
    MULTIPLY,
    NEGATE,
    NUMBER,
    POWER,
    SIGMOID,
    SIGN,
    SIN,
    SINH,
    SQRT,
    STEP,
    SUBTRACT,
    TAN,
    TANH,
    WHOLE_POWER,
    X,
    Y,
)
from core.jit import inline, kernel, loop
from core.recording import F64, I64

TILE = 256  # points; the stack of a usual expression then fits a core's own cache
VALUE, D_X, D_Y = 0, 1, 2


@inline
def times(slope: float, d: float) -> float:
    """slope·d, but 0 where d is 0: along a direction in which nothing changes, an infinite slope is of no concern."""
    return 0.0 if d == 0.0 else slope * d


@inline
def whole_power(u: float, n: int) -> float:
    """uⁿ for 0 ≤ n ≤ `LARGEST_WHOLE_POWER`, by squaring: at most 12 roundings."""
    result, factor = 1.0, u
    while n > 0:
        if n & 1:
            result *= factor
        factor *= factor
        n >>= 1
    return result


@inline
def signed_power(u: float, exponent: float) -> float:
    """uᵛ for a whole v with |v| ≤ `LARGEST_WHOLE_POWER`; 0⁰ = 1."""
    n = int(abs(exponent))
    return 1.0 / whole_power(u, n) if exponent < 0.0 else whole_power(u, n)


@inline
def power(u: float, v: float) -> float:
    """uᵛ: a product where v is whole and small, else e^(v ln u); for u < 0 only whole v have a value."""
    if abs(v) <= LARGEST_WHOLE_POWER and v == math.floor(v):
        return signed_power(u, v)
    if u > 0.0:
        return exp(v * log(u))
    if u == 0.0:
        return math.inf if v < 0.0 else 0.0
    if v != math.floor(v):
        return math.nan
    size = exp(v * log(-u))
    return size if 0.5 * v == math.floor(0.5 * v) else -size


@loop
def _one(code: int, number: float, u: F64, slope: F64, count: int) -> None:
    """u ← f(u) and slope ← f′(u), for a function of one argument; `number` is the exponent of WHOLE_POWER."""
    if code == NEGATE:
        for i in range(count):
            u[i], slope[i] = -u[i], -1.0
    elif code == WHOLE_POWER and number == 2.0:
        for i in range(count):
            u[i], slope[i] = u[i] * u[i], 2.0 * u[i]
    elif code == WHOLE_POWER:
        for i in range(count):
            slope[i] = number * signed_power(u[i], number - 1.0) if number != 0.0 else 0.0
            u[i] = signed_power(u[i], number)
    elif code <= TAN:
        for i in range(count):
            sine, cosine = sin(u[i]), cos(u[i])
            tangent = sine / cosine
            u[i] = sine if code == SIN else (cosine if code == COS else tangent)
            slope[i] = cosine if code == SIN else (-sine if code == COS else 1.0 + tangent * tangent)
    elif code == ATAN:
        for i in range(count):
            u[i], slope[i] = atan(u[i]), 1.0 / (1.0 + u[i] * u[i])
    elif code == EXP:
        for i in range(count):
            u[i] = slope[i] = exp(u[i])
    elif code == LOG:
        for i in range(count):
            u[i], slope[i] = log(u[i]), 1.0 / u[i]
    elif code == SQRT:
        for i in range(count):
            u[i] = math.sqrt(u[i])
            slope[i] = 0.5 / u[i]
    elif code == ABS:
        for i in range(count):
            u[i], slope[i] = abs(u[i]), (1.0 if u[i] > 0.0 else (-1.0 if u[i] < 0.0 else u[i]))
    elif code == TANH:
        for i in range(count):
            u[i] = tanh(u[i])
            slope[i] = (1.0 - u[i]) * (1.0 + u[i])
    elif code <= COSH:
        for i in range(count):
            odd, even = sinh(u[i]), cosh(u[i])
            u[i], slope[i] = (odd if code == SINH else even), (even if code == SINH else odd)
    elif code == SIGMOID:
        for i in range(count):
            rest = sigmoid(-u[i])
            u[i] = sigmoid(u[i])
            slope[i] = u[i] * rest
    elif code == SIGN:
        for i in range(count):
            u[i], slope[i] = (1.0 if u[i] > 0.0 else (-1.0 if u[i] < 0.0 else u[i])), 0.0
    elif code == STEP:
        for i in range(count):
            u[i], slope[i] = (1.0 if u[i] > 0.0 else (0.0 if u[i] < 0.0 else u[i] + 0.5)), 0.0


@loop
def _two(code: int, u: F64, u_x: F64, u_y: F64, v: F64, v_x: F64, v_y: F64, count: int) -> None:
    """u ← f(u, v), u′ ← f_u u′ + f_v v′, for an operation on two numbers."""
    if code == ADD:
        for i in range(count):
            u[i], u_x[i], u_y[i] = u[i] + v[i], u_x[i] + v_x[i], u_y[i] + v_y[i]
    elif code == SUBTRACT:
        for i in range(count):
            u[i], u_x[i], u_y[i] = u[i] - v[i], u_x[i] - v_x[i], u_y[i] - v_y[i]
    elif code == MULTIPLY:
        for i in range(count):
            x, y = u_x[i] * v[i] + u[i] * v_x[i], u_y[i] * v[i] + u[i] * v_y[i]
            u[i], u_x[i], u_y[i] = u[i] * v[i], x, y
    elif code == DIVIDE:
        for i in range(count):
            ratio = u[i] / v[i]
            x, y = (u_x[i] - ratio * v_x[i]) / v[i], (u_y[i] - ratio * v_y[i]) / v[i]
            u[i], u_x[i], u_y[i] = ratio, x, y
    elif code == POWER:
        for i in range(count):
            value = power(u[i], v[i])
            by_u = v[i] * power(u[i], v[i] - 1.0) if v[i] != 0.0 else 0.0
            by_v = value * log(abs(u[i])) if value != 0.0 else 0.0
            x, y = times(by_u, u_x[i]) + times(by_v, v_x[i]), times(by_u, u_y[i]) + times(by_v, v_y[i])
            u[i], u_x[i], u_y[i] = value, x, y
    elif code == MINIMUM:
        for i in range(count):
            first = not v[i] < u[i]
            u[i], u_x[i], u_y[i] = u[i] if first else v[i], u_x[i] if first else v_x[i], u_y[i] if first else v_y[i]
    elif code == MAXIMUM:
        for i in range(count):
            first = not v[i] > u[i]
            u[i], u_x[i], u_y[i] = u[i] if first else v[i], u_x[i] if first else v_x[i], u_y[i] if first else v_y[i]


@loop
def run(codes: I64, numbers: F64, xs: F64, ys: F64, first: int, count: int, stack: F64, slope: F64) -> None:
    """Carry a program out on points first … first + count − 1 ≤ `TILE` of them; value and derivatives stand in stack[0].

    codes, numbers: the program's. xs, ys: (n,) float64. stack: (depth or more, 3, `TILE`) float64, for value, ∂/∂x and ∂/∂y.
    slope: (`TILE`,) float64, to work in.
    """
    top = -1
    for place in range(codes.size):
        code, number = codes[place], numbers[place]
        if code == NUMBER:
            top += 1
            for i in range(count):
                stack[top, VALUE, i] = number
                stack[top, D_X, i] = 0.0
                stack[top, D_Y, i] = 0.0
        elif code == X:
            top += 1
            for i in range(count):
                stack[top, VALUE, i] = xs[first + i]
                stack[top, D_X, i] = 1.0
                stack[top, D_Y, i] = 0.0
        elif code == Y:
            top += 1
            for i in range(count):
                stack[top, VALUE, i] = ys[first + i]
                stack[top, D_X, i] = 0.0
                stack[top, D_Y, i] = 1.0
        elif code >= ADD:
            top -= 1
            _two(
                code,
                stack[top, VALUE],
                stack[top, D_X],
                stack[top, D_Y],
                stack[top + 1, VALUE],
                stack[top + 1, D_X],
                stack[top + 1, D_Y],
                count,
            )
        else:
            _one(code, number, stack[top, VALUE], slope, count)
            for i in range(count):
                stack[top, D_X, i] = times(slope[i], stack[top, D_X, i])
                stack[top, D_Y, i] = times(slope[i], stack[top, D_Y, i])


@kernel
def evaluate(codes: I64, numbers: F64, depth: int, xs: F64, ys: F64, values: F64, d_x: F64, d_y: F64) -> None:
    """values[i], d_x[i], d_y[i] ← f, ∂f/∂x, ∂f/∂y at (xs[i], ys[i]); all arrays (n,), contiguous float64."""
    stack, slope = np.empty((depth, 3, TILE)), np.empty(TILE)
    for first in range(0, xs.size, TILE):
        count = min(TILE, xs.size - first)
        run(codes, numbers, xs, ys, first, count, stack, slope)
        for i in range(count):
            values[first + i] = stack[0, VALUE, i]
            d_x[first + i] = stack[0, D_X, i]
            d_y[first + i] = stack[0, D_Y, i]
