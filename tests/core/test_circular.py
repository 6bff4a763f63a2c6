"""sin, cos, tan, atan, sinh and cosh against decimal arithmetic at 60 digits, and at the edges of float64."""

import decimal
import math
from collections.abc import Callable
from decimal import Decimal

import numba
import numpy as np
import pytest

from core import circular
from core.recording import F64

NAMES = ("sin", "cos", "tan", "atan", "sinh", "cosh")
MOST_ULP = {name: 3.0 if name == "tan" else 2.0 for name in NAMES}
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798")


@numba.njit(error_model="numpy")
def _apply(code: int, x: F64) -> F64:
    out = np.empty_like(x)
    for i in range(x.shape[0]):
        if code == 0:
            out[i] = circular.sin(x[i])
        elif code == 1:
            out[i] = circular.cos(x[i])
        elif code == 2:
            out[i] = circular.tan(x[i])
        elif code == 3:
            out[i] = circular.atan(x[i])
        elif code == 4:
            out[i] = circular.sinh(x[i])
        else:
            out[i] = circular.cosh(x[i])
    return out


def apply(name: str, x: F64) -> F64:
    values: F64 = _apply(NAMES.index(name), np.ascontiguousarray(x, dtype=float))
    return values


def _circle(x: Decimal) -> tuple[Decimal, Decimal]:
    """(sin x, cos x) by their series, after whole quarter turns were taken off."""
    quarter = int((2 * x / PI).to_integral_value())
    a = x - quarter * PI / 2
    even, odd, term = Decimal(0), Decimal(0), Decimal(1)
    for n in range(0, 60, 2):
        even += term
        term = term * a / (n + 1)
        odd += term
        term = -term * a / (n + 2)
    sine, cosine = ((odd, even), (even, -odd), (-odd, -even), (-even, odd))[quarter % 4]
    return sine, cosine


def _atan(x: Decimal) -> Decimal:
    # atan x = 2 atan(x/(1 + √(1 + x²))): halved until the series is quick
    halvings = 0
    while abs(x) > Decimal("0.05"):
        x, halvings = x / (1 + (1 + x * x).sqrt()), halvings + 1
    term = total = x
    n = 1
    while abs(term) > abs(total) * Decimal("1e-55"):
        term, n = -term * x * x, n + 2
        total += term / n
    return total * Decimal(2**halvings)


def _sinh(x: Decimal) -> Decimal:
    return x + x**3 / 6 + x**5 / 120 if abs(x) < Decimal("1e-9") else (x.exp() - (-x).exp()) / 2


TRUTH: dict[str, Callable[[Decimal], Decimal]] = {
    "sin": lambda x: _circle(x)[0],
    "cos": lambda x: _circle(x)[1],
    "tan": lambda x: _circle(x)[0] / _circle(x)[1],
    "atan": _atan,
    "sinh": _sinh,
    "cosh": lambda x: (x.exp() + (-x).exp()) / 2,
}


def inputs(name: str) -> F64:
    rng = np.random.default_rng(NAMES.index(name))
    usual = np.concatenate([rng.normal(size=300) * 2, rng.uniform(-1.0, 1.0, 300), 10.0 ** rng.uniform(-300, 0, 100)])
    if name in ("sinh", "cosh"):
        return np.concatenate([usual, rng.uniform(-709, 709, 300), [1.0, np.nextafter(1.0, 2.0), 710.4, -710.4]])
    if name == "atan":
        return np.concatenate([usual, 10.0 ** rng.uniform(-3, 20, 200), [0.41421356237309503, 2.414213562373095, 1.0]])
    quarters = np.arange(-40, 41) * (math.pi / 2)  # the hardest arguments: next to zeros and poles
    return np.concatenate([usual, quarters, rng.uniform(-1e6, 1e6, 300)])


@pytest.mark.parametrize("name", NAMES)
def test_error_in_ulp(name: str) -> None:
    x = inputs(name)
    with decimal.localcontext(decimal.Context(prec=60, Emax=10**6, Emin=-(10**6))):
        truth = [TRUTH[name](Decimal(v)) for v in x.tolist()]
        values = apply(name, x).tolist()
        errors = [float(abs(Decimal(v) - t) / Decimal(math.ulp(float(t)))) for v, t in zip(values, truth, strict=True)]
    worst = int(np.argmax(errors))
    assert errors[worst] <= MOST_ULP[name], f"{name}({x[worst]!r}) is off by {errors[worst]:.2f} ulp"


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        *[(name, x, math.nan) for name in ("sin", "cos", "tan") for x in (math.inf, -math.inf, math.nan, 1e15, 1e300)],
        *[("sin", 0.0, 0.0), ("cos", 0.0, 1.0), ("tan", 0.0, 0.0), ("sin", 5e-324, 5e-324)],
        *[
            ("atan", math.inf, math.pi / 2),
            ("atan", -math.inf, -math.pi / 2),
            ("atan", -0.0, -0.0),
            ("atan", math.nan, math.nan),
        ],
        *[("sinh", math.inf, math.inf), ("sinh", -math.inf, -math.inf), ("sinh", -0.0, -0.0), ("sinh", 711.0, math.inf)],
        *[("cosh", math.inf, math.inf), ("cosh", -math.inf, math.inf), ("cosh", 0.0, 1.0), ("cosh", math.nan, math.nan)],
        *[("sinh", math.nan, math.nan), ("sinh", -711.0, -math.inf), ("sinh", 5e-324, 5e-324), ("atan", 1e308, math.pi / 2)],
    ],
)
def test_edges_of_float64(name: str, x: float, expected: float) -> None:
    value = float(apply(name, np.array([x]))[0])
    assert value == expected or (math.isnan(value) and math.isnan(expected))
    assert math.isnan(expected) or math.copysign(1.0, value) == math.copysign(1.0, expected)


@pytest.mark.parametrize("name", ["sin", "tan", "atan", "sinh"])
def test_odd_functions_are_odd_to_the_bit(name: str) -> None:
    x = inputs(name)
    assert np.array_equal(apply(name, -x), -apply(name, x))


def test_a_loop_over_one_number_and_over_many_gives_the_same_bits() -> None:
    x = np.random.default_rng(5).normal(size=37) * 3
    for name in NAMES:
        alone = np.concatenate([apply(name, x[i : i + 1]) for i in range(x.size)])
        assert apply(name, x).tobytes() == alone.tobytes()
