"""Numbers as people write them, where rounding makes them longer than they were."""

import pytest

from scenes.kit.numbers import fixed, short


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [
        (0.9996, 3, "1.00"),
        (9.63e-5, 2, "1·10⁻⁴"),
        (-9.97e-9, 3, "−1.0·10⁻⁸"),
        (9.94e-9, 3, "9.9·10⁻⁹"),
        (9.6e8, 2, "1·10⁹"),
        (3.14e-7, 3, "3.1·10⁻⁷"),
        (0.0, 3, "0"),
        (float("nan"), 3, "–"),
        (float("-inf"), 3, "−∞"),
    ],
)
def test_a_few_significant_figures(value: float, figures: int, text: str) -> None:
    assert short(value, figures) == text


def test_a_number_that_rounds_to_nothing_has_no_sign() -> None:
    assert fixed(-0.001, 2) == "0.00"
