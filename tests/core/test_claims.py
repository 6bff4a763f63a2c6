"""A claim holds exactly when measurement and prediction agree in the sense it names."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.claims import Claim

INF = math.inf
NAN = math.nan
NUMBERS = st.floats(min_value=-1e6, max_value=1e6)


def claim(predicted: float, measured: float, **other: Any) -> Claim:
    facts = {"tolerance": 0.1, "because": "it is an example", **other}
    return Claim(name="example", scene="none", source="here", predicted=predicted, measured=measured, **facts)


@pytest.mark.parametrize(
    ("comparison", "predicted", "measured", "error"),
    [
        ("relative", 2.0, 2.5, 0.25),
        ("relative", -2.0, -2.5, 0.25),
        ("relative", 2.0, -2.0, 2.0),
        ("relative", 0.0, 0.25, 0.25),
        ("relative", 0.0, 0.0, 0.0),
        ("absolute", 2.0, 2.5, 0.5),
        ("absolute", 2.5, 2.0, 0.5),
        ("at most", 2.0, 1.0, 0.0),
        ("at most", 2.0, 2.0, 0.0),
        ("at most", 2.0, 2.5, 0.5),
        ("at least", 2.0, 3.0, 0.0),
        ("at least", 2.0, 2.0, 0.0),
        ("at least", 2.0, 1.5, 0.5),
    ],
)
def test_the_error_of_each_comparison(comparison: str, predicted: float, measured: float, error: float) -> None:
    made = claim(predicted, measured, comparison=comparison)
    assert made.error == error
    assert made.holds == (error <= 0.1)


@pytest.mark.parametrize("comparison", ["relative", "absolute", "at most", "at least"])
@pytest.mark.parametrize(("predicted", "measured"), [(NAN, 1.0), (1.0, NAN), (NAN, NAN), (INF, NAN), (NAN, INF)])
def test_a_missing_number_never_agrees(comparison: str, predicted: float, measured: float) -> None:
    assert not claim(predicted, measured, comparison=comparison, tolerance=INF).holds


@pytest.mark.parametrize("comparison", ["relative", "absolute", "at most", "at least"])
@pytest.mark.parametrize("infinite", [INF, -INF])
def test_a_predicted_divergence_that_happened_agrees(comparison: str, infinite: float) -> None:
    assert claim(infinite, infinite, comparison=comparison, tolerance=0.0).holds


@pytest.mark.parametrize(
    ("comparison", "predicted", "measured", "holds"),
    [
        ("relative", INF, 5.0, False),
        ("relative", INF, -INF, False),
        ("relative", 5.0, INF, False),
        ("absolute", INF, 5.0, False),
        ("absolute", 5.0, -INF, False),
        ("at most", 5.0, INF, False),
        ("at most", 5.0, -INF, True),
        ("at most", INF, 5.0, True),
        ("at least", 5.0, INF, True),
        ("at least", 5.0, -INF, False),
        ("at least", INF, 5.0, False),
    ],
)
def test_one_infinite_number(comparison: str, predicted: float, measured: float, holds: bool) -> None:
    assert claim(predicted, measured, comparison=comparison).holds is holds


@given(NUMBERS, NUMBERS, st.floats(min_value=0, max_value=10))
def test_a_relative_claim_is_an_interval_around_the_prediction(predicted: float, factor: float, tolerance: float) -> None:
    inside = claim(predicted, predicted * (1 + 0.999 * tolerance), tolerance=tolerance)
    assert inside.error <= tolerance * (1 + 1e-9) + 1e-12
    made = claim(predicted, predicted + factor, tolerance=tolerance, comparison="absolute")
    assert made.holds == (made.error <= tolerance)


def test_the_edge_of_the_tolerance_still_agrees() -> None:
    assert claim(1.0, 1.5, tolerance=0.5).holds
    assert not claim(1.0, math.nextafter(1.5, 2.0), tolerance=0.5).holds


def test_a_claim_cannot_be_changed() -> None:
    made = claim(1.0, 1.0)
    with pytest.raises(AttributeError):
        made.measured = 2.0  # type: ignore[misc]
