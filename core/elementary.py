"""exp, log, tanh, sigmoid, softplus, erf and cosine written from + − × ÷ and bit operations only.

Two reasons. A call into the system's libm is most of the cost of training a small net, because it keeps LLVM from
vectorising the loop around it; these functions have no branch and no call, so a plain loop over a contiguous array
becomes SIMD code. And libm differs in the last bit between Linux, macOS and Windows, which chaotic dynamics amplify;
the four operations of IEEE 754 do not (Numba without fast-math neither fuses nor reorders them), so a run has the same
bytes everywhere.

All take and return one float64. The error against the true value is at most 2 units in the last place (ulp) over the
whole range, subnormal results included (`normal_cdf` says its own), and inf, nan, overflow and ±0 give what IEEE 754
asks for; the tests measure both against decimal arithmetic at 50 digits.

Method: reduce the argument to a short interval exactly or with a two-part constant, then a polynomial near the best one
(interpolation at Chebyshev points, made by `tests/reference/make_elementary.py`, which says each one's error). The
reductions are classical: Cody & Waite, "Software Manual for the Elementary Functions" (1980) for exp and log, and
Muller, "Elementary Functions" (2016) for the rest. Polynomials are summed pairwise (Estrin), not by Horner's rule, so
that even a batch of ten hides the latency.
"""

import numpy as np

from core.jit import inline

# Adding 1.5·2⁵² to a number below 2⁵¹ rounds it to a whole number, which then stands in the low bits.
_ROUND = 6755399441055744.0
_ROUND_BITS = np.int64(0x4338000000000000)
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.6931471804855391  # the first 33 bits of ln 2, so that k·_LN2_HIGH is exact for |k| < 2²⁰
_LN2_LOW = 7.440617110012397e-11  # the rest
_ONE_BITS = np.int64(1023)
_MANTISSA = np.int64(52)
_HALF = np.int64(1)
_SQRT_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)
_SQRT_HALF = 0.7071067811865476
_SMALLEST_NORMAL = 2.2250738585072014e-308
_TWO_54 = 18014398509481984.0
_TWO_PI = 6.283185307179586
_SIGN = np.int64(-(2**63))
_ALL_BUT_SIGN = np.int64(2**63 - 1)
_INF = np.inf
_NAN = np.nan


@inline
def _exp_tail(r: float) -> float:
    """(eʳ − 1 − r)/r² for |r| ≤ ½ ln 2; error below 2·10⁻¹⁸."""
    r2 = r * r
    r4 = r2 * r2
    low = (0.5 + r * 0.1666666666666667) + r2 * (0.04166666666666667 + r * 0.008333333333326112)
    middle = (0.001388888888888373 + r * 0.0001984126987490126) + r2 * (2.4801587325605324e-05 + r * 2.7557255297969643e-06)
    high = (2.755727357010214e-07 + r * 2.5105259538448494e-08) + r2 * 2.0914717341716378e-09
    return low + r4 * (middle + r4 * high)


@inline
def _atanh_tail(z: float) -> float:
    """(2 artanh(s) − 2s)/s³ as a function of z = s², for s² ≤ 0.0295; error below 10⁻¹⁷ relative to 2 artanh(s)."""
    z2 = z * z
    low = (0.666666666666667 + z * 0.399999999998992) + z2 * (0.2857142862611452 + z * 0.22222211112104948)
    high = (0.1818289077802613 + z * 0.15331666676597175) + z2 * 0.146171283998073
    return low + z2 * z2 * high


@inline
def _two_to(k: np.int64) -> float:
    """2ᵏ for whole −1022 ≤ k ≤ 1023, by writing the exponent."""
    power: float = np.int64((k + _ONE_BITS) << _MANTISSA).view(np.float64)
    return power


@inline
def exp(x: float) -> float:
    """eˣ. With x = k ln 2 + r and |r| ≤ ½ ln 2: eˣ = 2ᵏ(1 + r + r² p(r)). 2ᵏ goes in as two factors, for subnormals.

    What rounding takes from r, and from the sum 1 + r, is carried along: the error is little more than ½ ulp.
    """
    x = -746.0 if x < -746.0 else x
    x = 710.0 if x > 710.0 else x
    shifted = x * _LOG2_E + _ROUND
    whole = shifted - _ROUND
    k = np.float64(shifted).view(np.int64) - _ROUND_BITS
    high, low = x - whole * _LN2_HIGH, whole * _LN2_LOW
    r = high - low
    rest = r * r * _exp_tail(r) + ((high - r) - low)
    one = 1.0 + r
    half = k >> _HALF
    return ((one + (((1.0 - one) + r) + rest)) * _two_to(half)) * _two_to(k - half)


@inline
def expm1(x: float) -> float:
    """eˣ − 1 without cancellation near 0: 2ᵏ(r + r² p(r)) + (2ᵏ − 1), where 2ᵏ − 1 is 0 for small x; carried as in exp."""
    y = -40.0 if x < -40.0 else x
    y = 710.0 if y > 710.0 else y
    shifted = y * _LOG2_E + _ROUND
    whole = shifted - _ROUND
    k = np.float64(shifted).view(np.int64) - _ROUND_BITS
    high, low = y - whole * _LN2_HIGH, whole * _LN2_LOW
    r = high - low
    rest = r * r * _exp_tail(r) + ((high - r) - low)
    # 2¹⁰²³ is the largest power there is, so 2ᵏ is again two factors: 2ᵏ⁻¹ and 2.
    scale = _two_to(k - np.int64(1))
    offset = scale - 0.5
    main = offset + scale * r
    value = 2.0 * (main + (((offset - main) + scale * r) + scale * rest))
    return x if -1e-17 < x < 1e-17 else value


@inline
def log(x: float) -> float:
    """ln x. With x = 2ᵏ m and √½ ≤ m < √2, f = m − 1, s = f/(2 + f): ln m = 2 artanh(s) = f − s(f − s² p(s²)).

    0 gives −inf, a negative number NaN.
    """
    tiny = x < _SMALLEST_NORMAL
    scaled = x * _TWO_54 if tiny else x
    bits = np.float64(scaled).view(np.int64)
    k = (bits - _SQRT_HALF_BITS) >> _MANTISSA
    f = np.int64(bits - (k << _MANTISSA)).view(np.float64) - 1.0
    exponent = np.int64(k + _ROUND_BITS).view(np.float64) - (_ROUND + 54.0 if tiny else _ROUND)
    s = f / (2.0 + f)
    z = s * s
    half_square = 0.5 * f * f
    # s·f = f²/2 − s·f²/2: written so, the large part f − f²/2 is formed from exact pieces, and s meets only small ones.
    small = s * (half_square + z * _atanh_tail(z)) + exponent * _LN2_LOW
    value: float = exponent * _LN2_HIGH + (f - (half_square - small))
    value = -_INF if x == 0.0 else value
    value = _NAN if x < 0.0 else value
    return value if x < _INF else x


@inline
def tanh(x: float) -> float:
    """Hyperbolic tangent: q = t/(t + 2) with t = e²ˣ − 1, formed for |x| and given the sign of x.

    t is formed as in expm1, without its guards: here 0 ≤ 2|x| ≤ 40, and 2|x| is a whole number of the smallest steps there
    are, so that halves of it are exact. What rounding takes from t + 2 is put back to first order, with 1/(t + 2) = ½(1 − q).
    """
    bits = np.float64(x).view(np.int64)
    size: float = np.int64(bits & _ALL_BUT_SIGN).view(np.float64)
    size = 20.0 if size > 20.0 else size
    y = size + size
    shifted = y * _LOG2_E + _ROUND
    whole = shifted - _ROUND
    high, low = y - whole * _LN2_HIGH, whole * _LN2_LOW
    r = high - low
    rest = r * r * _exp_tail(r) + ((high - r) - low)
    scale = _two_to(np.float64(shifted).view(np.int64) - _ROUND_BITS)
    offset = scale - 1.0
    main = offset + scale * r
    t = main + (((offset - main) + scale * r) + scale * rest)
    below = t + 2.0
    lost = t - (below - 2.0) if t < 2.0 else 0.0  # beyond, it is too small to matter
    q = t / below
    value = q - q * (lost * (0.5 - 0.5 * q))
    signed: float = np.int64(np.float64(value).view(np.int64) | (bits & _SIGN)).view(np.float64)
    return signed


@inline
def sigmoid(x: float) -> float:
    """σ(x) = 1/(1 + e⁻ˣ), from z = e^−|x| so that neither tail overflows or cancels.

    What rounding takes from 1 + z is put back to first order; 1/(1 + z) is σ(|x|).
    """
    z = exp(-x if x > 0.0 else x)
    below = 1.0 + z
    lost = z - (below - 1.0)
    q = (z if x < 0.0 else 1.0) / below
    return q - q * (lost * (1.0 - q if x < 0.0 else q))


@inline
def softplus(x: float) -> float:
    """ln(1 + eˣ) = max(x, 0) + ln(1 + z), z = e^−|x|; ln(1 + z) = 2 artanh(s) = z − s(z − s² p(s²)), s = z/(2 + z) ≤ ⅓."""
    z = exp(-x if x > 0.0 else x)
    s = z / (2.0 + z)
    w = s * s
    w2 = w * w
    w4 = w2 * w2
    low = (0.6666666666666666 + w * 0.40000000000000013) + w2 * (0.2857142857142194 + w * 0.22222222223331986)
    middle = (0.18181818086005655 + w * 0.15384620253804163) + w2 * (0.13333176949138179 + w * 0.11767997767241035)
    high = (0.10480399234365274 + w * 0.09942024896554735) + w2 * (0.06334110851770246 + w * 0.15231262619428984)
    half_square = 0.5 * z * z
    log1p = z - (half_square - s * (half_square + w * (low + w4 * (middle + w4 * high))))
    log1p = z if z < 1e-17 else log1p  # z² and z/2 leave the range of float64 before z does
    return (x if x > 0.0 else 0.0) + log1p


@inline
def sine_near(a: float) -> float:
    """sin a for |a| ≤ π/4: a + a³ p(a²); the polynomial's error is below 10⁻¹⁷."""
    z = a * a
    tail = (-0.16666666666666666 + z * 0.008333333333330948) + (z * z) * (
        (-0.00019841269836756774 + z * 2.7557316101617874e-06) + (z * z) * (-2.505113165023518e-08 + z * 1.5918115263265974e-10)
    )
    return a + a * z * tail


@inline
def cosine_near(a: float) -> float:
    """cos a for |a| ≤ π/4: 1 − (a²/2 − a⁴ p(a²)); the polynomial's error is below 10⁻¹⁷."""
    z = a * a
    z2 = z * z
    tail = (0.041666666666666664 + z * -0.0013888888888887398) + z2 * (
        (2.480158729876456e-05 + z * -2.7557317271145144e-07) + z2 * (2.087614614655861e-09 + z * -1.1382623647474604e-11)
    )
    return 1.0 - (0.5 * z - z2 * tail)


@inline
def cos_turns(u: float) -> float:
    """cos(2πu): the angle in turns, so that the reduction r = u − q/4 is exact. For |u| < 2⁴⁹; others give NaN."""
    u = u if -562949953421312.0 < u < 562949953421312.0 else _NAN
    shifted = 4.0 * u + _ROUND
    quarter = np.float64(shifted).view(np.int64)
    r = u - 0.25 * (shifted - _ROUND)
    a = _TWO_PI * r
    odd = (quarter & np.int64(1)) != np.int64(0)
    negative = ((quarter + np.int64(1)) & np.int64(2)) != np.int64(0)
    value = sine_near(a) if odd else cosine_near(a)
    return -value if negative else value


@inline
def erf(x: float) -> float:
    """erf(x) = 2/√π ∫₀ˣ e^−t² dt: x + x·p(x²) for |x| ≤ 1; beyond, 1 − e^−x² R(t) with t = (3 − |x|)/(3 + |x|), up to |x| = 6.

    There 1 − erf is below 2·10⁻¹⁷, and erf is ±1 in float64.
    """
    size = x if x > 0.0 else -x
    size = 6.0 if size > 6.0 else size
    z = size * size
    near = size + size * _erf_near(z)
    far = 1.0 - exp(-z) * _erfc_scaled((3.0 - size) / (3.0 + size))
    value = far if size > 1.0 else near
    return value if x > 0.0 else -value


@inline
def normal_cdf(x: float) -> float:
    """Φ(x) = ½(1 + erf(x/√2)), with the left tail ½ e^−x²/2 R(t) kept apart, so that it does not cancel.

    Within 4 ulp for x ≥ −1; the relative error grows like x² from there, and is below 10⁻¹⁴ down to x = −8.48.
    """
    size = (x if x > 0.0 else -x) * _SQRT_HALF
    z = 0.5 * x * x
    near = 0.5 * (size + size * _erf_near(z))
    capped = 6.0 if size > 6.0 else size
    tail = 0.5 * (exp(-z) * _erfc_scaled((3.0 - capped) / (3.0 + capped)))
    tail = tail if size > 1.0 else 0.5 - near
    head = 1.0 - tail if size > 1.0 else 0.5 + near
    return head if x > 0.0 else tail


@inline
def _erf_near(z: float) -> float:
    """erf(√z)/√z − 1 for 0 ≤ z ≤ 1; error below 10⁻¹⁷ (z may be larger: the value is then not used)."""
    z2 = z * z
    z4 = z2 * z2
    a = (0.1283791670955126 + z * -0.3761263890318375) + z2 * (0.11283791670954879 + z * -0.026866170645076792)
    b = (0.0052239776248180145 + z * -0.000854832698083379) + z2 * (0.0001205533111164271 + z * -1.4925595266831182e-05)
    c = (1.6461000484121368e-06 + z * -1.6350312701054695e-07) + z2 * (1.4659775274047436e-08 + z * -1.1372848856791674e-09)
    return a + z4 * (b + z4 * (c + z4 * 5.957176147748911e-11))


@inline
def _erfc_scaled(t: float) -> float:
    """e^x² erfc(x) for x = 3(1 − t)/(1 + t), 1 ≤ x ≤ 6; error below 10⁻¹⁷."""
    t2 = t * t
    t4 = t2 * t2
    a = (0.17900115118138996 + t * 0.3262335600430372) + t2 * (0.24560380171233487 + t * 0.15011593650077898)
    b = (0.07166583719747308 + t * 0.024392499318915004) + t2 * (0.004269136356961225 + t * -0.0007077464666941425)
    c = (-0.0005970624964924544 + t * -4.525434558991009e-05) + t2 * (6.406279226046039e-05 + t * 1.2845780030775907e-05)
    d = (-8.00978093907608e-06 + t * -2.0135111426447427e-06) + t2 * (1.2755818949624478e-06 + t * -3.381355142042904e-09)
    return a + t4 * (b + t4 * (c + t4 * d))
