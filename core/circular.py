"""sin, cos, tan, atan, sinh and cosh in radians, written from + − × ÷ and bit operations only, as `core.elementary` is and for
the same two reasons: loops that vectorise, and the same bytes on every system.

The error against the true value is at most 2 units in the last place (ulp; tan 3) for |x| ≤ 10⁶, which the tests measure
against decimal arithmetic at 50 digits. Farther out the circular functions lose what the argument's own last bit leaves
open, and from 10¹⁵ on, where neighbouring float64 numbers are an eighth apart, they are NaN. The sine of −0 is +0.

Method: sine and cosine subtract whole quarter turns, π/2 held in three parts of which two have 33 bits so that their
products with fewer than 2²⁰ quarter turns are exact (Cody & Waite, 1980), and keep what rounding takes from the rest. atan
is reduced to |t| ≤ tan π/8 by atan x = π/2 − atan 1/x and atan x = π/4 + atan (x − 1)/(x + 1) (Moshier, "Methods and
Programs for Mathematical Functions", 1989). The polynomials interpolate at Chebyshev points, made by
`tests/reference/make_elementary.py`.
"""

import numpy as np

from core.elementary import cosine_near, exp, sine_near
from core.jit import inline

_ROUND = 6755399441055744.0  # 1.5·2⁵²: adding it rounds to a whole number, which then stands in the low bits
_QUARTERS = 0.6366197723675814  # 2/π
_QUARTER_HIGH = 1.5707963267341256  # the first 33 bits of π/2
_QUARTER_MIDDLE = 6.077100506303966e-11  # the next 33
_QUARTER_LOW = 2.0222662487959506e-21  # the rest
_FARTHEST = 1e15
_EIGHTH = 0.41421356237309503  # tan π/8
_THREE_EIGHTHS = 2.414213562373095  # tan 3π/8
_HALF_PI, _HALF_PI_LOW = 1.5707963267948966, 6.123233995736766e-17
_ONE, _TWO = np.int64(1), np.int64(2)
_SIGN = np.int64(-(2**63))
_ALL_BUT_SIGN = np.int64(2**63 - 1)
_NAN = np.nan
_LARGE = 700.0  # from here on eˣ is near the end of float64, and is taken in two factors


@inline
def _turned(x: float, ahead: np.int64) -> float:
    """sin(x + ahead·π/2): x less k quarter turns leaves r + s, |r| ≤ π/4 and s what rounding took from r."""
    inside = x if -_FARTHEST < x < _FARTHEST else _NAN
    shifted = inside * _QUARTERS + _ROUND
    k = shifted - _ROUND
    quarter = np.float64(shifted).view(np.int64) + ahead
    high, middle = inside - k * _QUARTER_HIGH, k * _QUARTER_MIDDLE
    r = high - middle
    s = ((high - r) - middle) - k * _QUARTER_LOW
    # Their derivatives carry s along to first order; it is below 10⁻¹⁶ of a quarter turn.
    sine = sine_near(r) + s * (1.0 - 0.5 * r * r)
    cosine = cosine_near(r) - s * r
    value = cosine if (quarter & _ONE) != np.int64(0) else sine
    return -value if (quarter & _TWO) != np.int64(0) else value


@inline
def sin(x: float) -> float:
    """Sine."""
    return _turned(x, np.int64(0))


@inline
def cos(x: float) -> float:
    """Cosine: the sine a quarter turn ahead."""
    return _turned(x, np.int64(1))


@inline
def tan(x: float) -> float:
    """Tangent, as sin x/cos x."""
    return sin(x) / cos(x)


@inline
def atan(x: float) -> float:
    """Arc tangent, from −π/2 to π/2: t + t³ p(t²) on the reduced argument, plus the angle that was taken off."""
    bits = np.float64(x).view(np.int64)
    size: float = np.int64(bits & _ALL_BUT_SIGN).view(np.float64)
    far, near = size > _THREE_EIGHTHS, size <= _EIGHTH
    t = size if near else (-1.0 if far else size - 1.0) / (size if far else size + 1.0)
    z = t * t
    z2 = z * z
    z4 = z2 * z2
    a = (-0.3333333333333333 + z * 0.19999999999999804) + z2 * (-0.1428571428565958 + z * 0.11111111105131119)
    b = (-0.09090908752290591 + z * 0.07692296340047557) + z2 * (-0.06666424257540567 + z * 0.05878921776625797)
    c = (-0.05230401099058019 + z * 0.04551350736874263) + z2 * (-0.03456432733540151 + z * 0.01627884915138577)
    share = 0.0 if near else (1.0 if far else 0.5)
    value = share * _HALF_PI + (t + (t * z * (a + z4 * (b + z4 * c)) + share * _HALF_PI_LOW))
    signed: float = np.int64(np.float64(value).view(np.int64) | (bits & _SIGN)).view(np.float64)
    return signed


@inline
def sinh(x: float) -> float:
    """Hyperbolic sine: x + x³ p(x²) for |x| ≤ 1, beyond (eˣ − e⁻ˣ)/2; near the end of float64 e^|x|/2 in two factors."""
    bits = np.float64(x).view(np.int64)
    size: float = np.int64(bits & _ALL_BUT_SIGN).view(np.float64)
    z = size * size
    z2 = z * z
    low = (0.16666666666666666 + z * 0.008333333333333299) + z2 * (0.00019841269841324198 + z * 2.7557319191381816e-06)
    high = (2.5052117695907823e-08 + z * 1.6057679623801638e-10) + z2 * 7.746178593018827e-13
    near = size + size * z * (low + z2 * z2 * high)
    grown = exp(size if size < _LARGE else 0.5 * size)
    far = 0.5 * (grown - 1.0 / grown) if size < _LARGE else 0.5 * grown * grown
    value = near if size <= 1.0 else far
    signed: float = np.int64(np.float64(value).view(np.int64) | (bits & _SIGN)).view(np.float64)
    return signed


@inline
def cosh(x: float) -> float:
    """Hyperbolic cosine: (eˣ + e⁻ˣ)/2; near the end of float64 e^|x|/2 in two factors."""
    size = -x if x < 0.0 else x
    grown = exp(size if size < _LARGE else 0.5 * size)
    return 0.5 * (grown + 1.0 / grown) if size < _LARGE else 0.5 * grown * grown
