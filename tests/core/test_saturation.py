"""Which units count as saturated, by every activation."""

import numpy as np
import pytest

from core import activations
from core.saturation import BINS, SATURATED, STEEPEST, histogram


@pytest.mark.parametrize("name", [name for name in activations.NAMES if name != "step"])
def test_saturated_is_below_a_twentieth_of_the_steepest_slope(name: str) -> None:
    code = activations.code(name)
    u = np.linspace(-8.0, 8.0, 16_001)[None, :]
    slopes = np.abs(activations.derivatives(code, u))
    assert STEEPEST.get(code, 1.0) == pytest.approx(slopes.max(), rel=1e-3 if name == "softplus" else 1e-6)
    edges, shares, share = histogram(code, u, activations.activations(code, u))
    assert edges.shape == (BINS + 1,)
    assert share == pytest.approx((slopes < SATURATED * slopes.max()).mean(), abs=1e-3)
    assert shares.sum() == pytest.approx(1.0)
    assert shares[1].sum() == pytest.approx(share)


def test_values_beyond_float64_are_left_out_and_the_share_is_unknown() -> None:
    u = np.array([[0.5, np.inf, np.nan, 2.0]])
    _, shares, share = histogram(activations.RELU, u, u)
    assert np.isnan(share)
    assert shares.sum() == pytest.approx(0.5)
