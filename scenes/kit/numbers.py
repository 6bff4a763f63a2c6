"""Numbers as people write them: three figures, a real minus sign, powers of ten as powers."""

import math

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(exponent: int) -> str:
    """Ten to a whole power: 10⁻⁵."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def short(value: float, figures: int = 3) -> str:
    """`value` to a few significant figures: 0.928, −12.5, 3.1·10⁻⁷, ∞, or a dash where there is no number."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -3 <= exponent < (6 if figures > 2 else 4):
        decimals = max(figures - 1 - exponent, 0)
        text = f"{value:.{decimals}f}"
        if float(text) and math.floor(math.log10(abs(float(text)))) > exponent:  # 0.9996 became 1.000
            text = f"{value:.{max(decimals - 1, 0)}f}"
    else:
        mantissa = value / 10.0**exponent if abs(exponent) < 300 else float(f"{value:e}".split("e")[0])
        text = f"{mantissa:.{max(figures - 2, 0)}f}"
        if abs(float(text)) >= 10.0:  # 9.96 became 10.0
            text, exponent = f"{mantissa / 10.0:.{max(figures - 2, 0)}f}", exponent + 1
        text = f"{text}·{power(exponent)}"
    return text.replace("-", "−")


def fixed(value: float, decimals: int) -> str:
    """`value` with a fixed number of decimals, so that a changing number does not jump; large ones as powers."""
    if not math.isfinite(value) or abs(value) >= 1e6:
        return short(value)
    text = f"{value:.{decimals}f}".replace("-", "−")
    return text.removeprefix("−") if not any(digit in "123456789" for digit in text) else text


def whole(value: int) -> str:
    """A count with thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")
