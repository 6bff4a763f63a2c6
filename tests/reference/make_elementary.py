"""Makes the polynomials of core/elementary.py and core/circular.py and prints each one's largest error.

They need mpmath, which Ravine does not.
Run: python tests/reference/make_elementary.py
Each is the interpolant at Chebyshev points at 60 digits, within a few percent of the best polynomial of its degree.
"""

from mpmath import atan, atanh, chebyfit, cos, erf, erfc, exp, log, mp, mpf, pi, sin, sinh, sqrt  # type: ignore[import-not-found]

mp.dps = 60
TINY = mpf(10) ** -25
SLACK = mpf("1.0005")  # the reduced argument may overstep its interval by a rounding


def exp_tail(r):  # type: ignore[no-untyped-def]
    return mpf(1) / 2 if abs(r) < TINY else (exp(r) - 1 - r) / r**2


def atanh_tail(z):  # type: ignore[no-untyped-def]
    return mpf(2) / 3 if z < TINY else (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z


def sine_tail(z):  # type: ignore[no-untyped-def]
    return -mpf(1) / 6 if z < TINY else (sin(sqrt(z)) / sqrt(z) - 1) / z


def cosine_tail(z):  # type: ignore[no-untyped-def]
    return mpf(1) / 24 if z < mpf(10) ** -12 else (cos(sqrt(z)) - 1 + z / 2) / z**2


def atan_tail(z):  # type: ignore[no-untyped-def]
    return -mpf(1) / 3 if z < TINY else (atan(sqrt(z)) / sqrt(z) - 1) / z


def sinh_tail(z):  # type: ignore[no-untyped-def]
    return mpf(1) / 6 if z < mpf(10) ** -12 else (sinh(sqrt(z)) / sqrt(z) - 1) / z


def erf_near(z):  # type: ignore[no-untyped-def]
    return 2 / sqrt(pi) - 1 if z < TINY else erf(sqrt(z)) / sqrt(z) - 1


def erfc_scaled(t):  # type: ignore[no-untyped-def]
    x = 3 * (1 - t) / (1 + t)
    return erfc(x) * exp(x * x)


half_ln2 = log(2) / 2 * SLACK
largest_s = (sqrt(2) - 1) / (sqrt(2) + 1)
eighth_turn = (pi / 4) ** 2 * mpf("1.0001")
for name, function, interval, terms in (
    ("exp and expm1: (e^r - 1 - r)/r^2", exp_tail, [-half_ln2, half_ln2], 11),
    ("log: (2 artanh s - 2s)/s^3 in s^2", atanh_tail, [0, largest_s**2 * SLACK], 7),
    ("softplus: the same, s <= 1/3", atanh_tail, [0, mpf(1) / 9], 12),
    ("cos_turns: (sin a/a - 1)/a^2 in a^2", sine_tail, [0, eighth_turn], 6),
    ("cos_turns: (cos a - 1 + a^2/2)/a^4 in a^2", cosine_tail, [0, eighth_turn], 6),
    ("atan: (atan t/t - 1)/t^2 in t^2", atan_tail, [0, (sqrt(2) - 1) ** 2 * SLACK], 12),
    ("sinh: (sinh x/x - 1)/x^2 in x^2, x <= 1", sinh_tail, [0, 1], 7),
    ("erf: erf(x)/x - 1 in x^2, x <= 1", erf_near, [0, 1], 13),
    ("erf: e^(x^2) erfc(x) in (3 - x)/(3 + x), 1 <= x <= 6", erfc_scaled, [-mpf(1) / 3, mpf(1) / 2], 16),
):
    coefficients, error = chebyfit(function, interval, terms, error=True)
    print(f"{name}\n  largest error {float(error):.1e}")
    for coefficient in reversed(coefficients):
        print(f"  {float(coefficient)!r}")
