"""The own elementary functions against Python's decimal arithmetic at 50 digits, and at the edges of float64."""

import decimal
import math
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numba
import numpy as np
import pytest

from core import elementary
from core.recording import F64

NAMES = ("exp", "expm1", "log", "tanh", "sigmoid", "softplus", "erf", "cos_turns", "normal_cdf")
ROOT = Path(__file__).parents[2]
CONTEXT = decimal.Context(prec=50, Emax=10**6, Emin=-(10**6))
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")


@numba.njit(error_model="numpy")
def _apply(code: int, x: F64) -> F64:
    out = np.empty_like(x)
    for i in range(x.shape[0]):
        if code == 0:
            out[i] = elementary.exp(x[i])
        elif code == 1:
            out[i] = elementary.expm1(x[i])
        elif code == 2:
            out[i] = elementary.log(x[i])
        elif code == 3:
            out[i] = elementary.tanh(x[i])
        elif code == 4:
            out[i] = elementary.sigmoid(x[i])
        elif code == 5:
            out[i] = elementary.softplus(x[i])
        elif code == 6:
            out[i] = elementary.erf(x[i])
        elif code == 7:
            out[i] = elementary.cos_turns(x[i])
        else:
            out[i] = elementary.normal_cdf(x[i])
    return out


def apply(name: str, x: F64) -> F64:
    values: F64 = _apply(NAMES.index(name), np.ascontiguousarray(x, dtype=float))
    return values


def at(name: str, x: float) -> float:
    return float(apply(name, np.array([x]))[0])


def _erf(x: Decimal) -> Decimal:
    # erf x = 2/√π e^−x² Σ 2ⁿ x²ⁿ⁺¹/(1·3·…·(2n+1)): no cancellation
    if abs(x) > 8:
        return Decimal(1).copy_sign(x)
    term = total = x
    n = 0
    while abs(term) > abs(total) * Decimal("1e-45"):
        n += 1
        term = term * 2 * x * x / (2 * n + 1)
        total += term
    return 2 / PI.sqrt() * (-x * x).exp() * total


def _normal_cdf(x: Decimal) -> Decimal:
    return (1 + _erf(x / Decimal(2).sqrt())) / 2


def _cos_turns(u: Decimal) -> Decimal:
    # sin near its zeros, cos elsewhere, both by their series
    quarter = int((4 * u).to_integral_value())
    a = 2 * PI * (u - Decimal(quarter) / 4)
    even, odd, term = Decimal(0), Decimal(0), Decimal(1)
    for n in range(0, 60, 2):
        even += term
        term = term * a / (n + 1)
        odd += term
        term = -term * a / (n + 2)
    return (even, -odd, -even, odd)[quarter % 4]


def _log1p(z: Decimal) -> Decimal:
    return z - z * z / 2 + z**3 / 3 if z < Decimal("1e-20") else (1 + z).ln()


def _expm1(x: Decimal) -> Decimal:
    return x + x * x / 2 + x**3 / 6 if abs(x) < Decimal("1e-20") else x.exp() - 1


TRUTH: dict[str, Callable[[Decimal], Decimal]] = {
    "exp": lambda x: x.exp(),
    "expm1": _expm1,
    "log": lambda x: x.ln(),
    "tanh": lambda x: _expm1(2 * x) / (_expm1(2 * x) + 2),
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: _log1p(x.exp()) if x < 0 else x + _log1p((-x).exp()),
    "erf": _erf,
    "cos_turns": _cos_turns,
    "normal_cdf": _normal_cdf,
}


def errors_in_ulp(name: str, x: F64) -> F64:
    with decimal.localcontext(CONTEXT):
        truth = [TRUTH[name](Decimal(v)) for v in x.tolist()]
        values = apply(name, x).tolist()
        return np.array([float(abs(Decimal(v) - t) / Decimal(math.ulp(float(t)))) for v, t in zip(values, truth, strict=True)])


def inputs(name: str) -> F64:
    rng = np.random.default_rng(NAMES.index(name))
    signs = rng.choice([-1.0, 1.0], 600)
    tiny_to_huge = signs * 10.0 ** rng.uniform(-310, 2.5, 600)
    usual = rng.normal(size=800) * 2
    dense = np.concatenate([rng.uniform(-0.7, 0.7, 400), rng.uniform(0.95, 1.05, 200), rng.uniform(-7, 7, 400)])
    if name == "log":
        return np.concatenate([np.abs(usual), 10.0 ** rng.uniform(-323, 308, 600), 1 + rng.normal(size=600) * 1e-3])
    if name == "cos_turns":
        near_zeros = 0.25 + rng.integers(-8, 8, 300) / 2 + signs[:300] * 10.0 ** rng.uniform(-17, -1, 300)
        return np.concatenate([usual, near_zeros, rng.uniform(0, 1, 600), rng.uniform(-1e9, 1e9, 200)])
    wide = {"exp": 745.0, "expm1": 709.7, "tanh": 25.0, "sigmoid": 745.0, "softplus": 745.0, "erf": 7.0, "normal_cdf": 10.0}[
        name
    ]
    top = 709.7 if name in ("exp", "expm1") else wide
    return np.concatenate([tiny_to_huge, usual, dense, rng.uniform(-wide, top, 800)])


@pytest.mark.parametrize("name", NAMES[:-1])
def test_error_is_at_most_two_ulp(name: str) -> None:
    x = inputs(name)
    errors = errors_in_ulp(name, x)
    worst = int(np.argmax(errors))
    assert errors[worst] <= 2.0, f"{name}({x[worst]!r}) is off by {errors[worst]:.2f} ulp"


def test_normal_cdf_keeps_its_left_tail() -> None:
    x = inputs("normal_cdf")
    assert errors_in_ulp("normal_cdf", x[x >= -1.0]).max() <= 4.0
    tail = x[(x >= -8.0) & (x < -1.0)]
    assert errors_in_ulp("normal_cdf", tail).max() * 2.0**-52 < 1e-14


EDGES = [
    *[
        ("exp", x, y)
        for x, y in ((math.inf, math.inf), (-math.inf, 0.0), (0.0, 1.0), (-0.0, 1.0), (710.0, math.inf), (-746.0, 0.0))
    ],
    *[("exp", x, y) for x, y in ((1e308, math.inf), (-1e308, 0.0), (5e-324, 1.0), (-745.0, 5e-324))],
    *[("expm1", x, y) for x, y in ((math.inf, math.inf), (-math.inf, -1.0), (0.0, 0.0), (-0.0, -0.0), (5e-324, 5e-324))],
    *[("expm1", x, y) for x, y in ((710.0, math.inf), (1e-300, 1e-300), (-50.0, -1.0))],
    *[
        ("log", x, y)
        for x, y in ((0.0, -math.inf), (-0.0, -math.inf), (math.inf, math.inf), (1.0, 0.0), (5e-324, math.log(5e-324)))
    ],
    *[("log", x, math.nan) for x in (-1.0, -math.inf, -5e-324)],
    *[
        ("tanh", x, y)
        for x, y in ((math.inf, 1.0), (-math.inf, -1.0), (0.0, 0.0), (-0.0, -0.0), (5e-324, 5e-324), (1e308, 1.0))
    ],
    *[("sigmoid", x, y) for x, y in ((math.inf, 1.0), (-math.inf, 0.0), (0.0, 0.5), (-745.0, 5e-324), (1e308, 1.0))],
    *[
        ("softplus", x, y)
        for x, y in ((math.inf, math.inf), (-math.inf, 0.0), (0.0, math.log(2)), (1e308, 1e308), (-745.0, 5e-324))
    ],
    *[("erf", x, y) for x, y in ((math.inf, 1.0), (-math.inf, -1.0), (0.0, 0.0), (-0.0, -0.0), (6.5, 1.0), (-1e308, -1.0))],
    *[
        ("cos_turns", x, y)
        for x, y in ((0.0, 1.0), (0.25, 0.0), (0.5, -1.0), (0.75, 0.0), (1.0, 1.0), (-0.5, -1.0), (3.25, 0.0))
    ],
    *[
        ("normal_cdf", x, y)
        for x, y in ((math.inf, 1.0), (-math.inf, 0.0), (0.0, 0.5), (-0.0, 0.5), (1e308, 1.0), (-1e308, 0.0))
    ],
    *[("cos_turns", x, math.nan) for x in (math.inf, -math.inf, 1e300)],
    *[(name, math.nan, math.nan) for name in NAMES],
]


@pytest.mark.parametrize(("name", "x", "expected"), EDGES)
def test_edges_of_float64(name: str, x: float, expected: float) -> None:
    value = at(name, x)
    if math.isnan(expected):
        assert math.isnan(value)
    else:
        assert value == expected
        if name != "cos_turns":
            assert math.copysign(1.0, value) == math.copysign(1.0, expected)


@pytest.mark.parametrize("name", ["tanh", "erf"])
def test_odd_functions_are_odd_to_the_bit(name: str) -> None:
    x = inputs(name)
    assert np.array_equal(apply(name, -x), -apply(name, x))


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "softplus", "erf", "normal_cdf"])
def test_rising_functions_rise_on_a_fine_grid(name: str) -> None:
    values = apply(name, np.linspace(-8.0, 8.0, 20001))
    # neighbours are 8e-4 apart; where the slope is lost below one ulp, a step back of that ulp is allowed
    assert np.all(np.diff(values) >= -2 * np.spacing(np.abs(values[:-1])))


def test_a_loop_over_one_number_and_over_many_gives_the_same_bits() -> None:
    x = np.random.default_rng(5).normal(size=37) * 3
    for name in NAMES:
        whole = apply(name, np.abs(x) + 1e-3)
        one_by_one = np.array([at(name, v) for v in np.abs(x) + 1e-3])
        assert whole.tobytes() == one_by_one.tobytes()


def test_a_cpu_without_vector_extensions_gives_the_same_bits() -> None:
    program = (
        "import hashlib, numpy as np\n"
        "from core import activations as act\n"
        "x = np.arange(-4000, 4000) * 0.003\n"
        "parts = [f(code, x).tobytes() for code in range(11) for f in (act.activations, act.derivatives)]\n"
        "print(hashlib.sha256(b''.join(parts)).hexdigest())\n"
    )
    digests = set()
    for plain in ({}, {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}):
        run = subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, **plain}, cwd=ROOT, capture_output=True, text=True, check=True
        )
        digests.add(run.stdout.strip())
    assert len(digests) == 1
