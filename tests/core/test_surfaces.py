"""Every surface against finite differences, its published minimum, and symmetries a reader would expect."""

import math

import numpy as np
import pytest

from core.noise import STREAM_PROBE, uniform
from core.surfaces import NAMES, SURFACES, Surface, eigenvalues, gradient, hessian, named, ravine_hessian, sample, value
from core.surfaces.dispatch import PLATEAU, QUADRATIC, ROSENBROCK

KAPPA, TURN = 40.0, 30.0

LOWEST = {
    "quadratic": 0.0,
    "rosenbrock": 0.0,
    "beale": 0.0,
    "himmelblau": 0.0,
    "rastrigin": 0.0,
    "ackley": 0.0,
    "styblinski_tang": -78.33233140754282,
    "three_hump_camel": 0.0,
    "goldstein_price": 3.0,
    "plateau": 3.9 * math.exp(-16.0),  # what the blend leaves of the plateau at the bowl's centre
}


def points(surface: Surface, count: int = 40) -> list[tuple[float, float]]:
    """Random points of the domain, and the start."""
    x_low, x_high, y_low, y_high = surface.domain
    drawn = [(uniform(7, i, 0, 0, STREAM_PROBE), uniform(7, i, 0, 1, STREAM_PROBE)) for i in range(count)]
    return [(x_low + u * (x_high - x_low), y_low + w * (y_high - y_low)) for u, w in drawn] + [surface.start]


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_gradient_is_the_slope_of_the_value(surface: Surface) -> None:
    step = 6e-6
    for x, y in points(surface):
        got = gradient(surface.code, x, y, KAPPA, TURN)
        slope = (
            (value(surface.code, x + step, y, KAPPA, TURN) - value(surface.code, x - step, y, KAPPA, TURN)) / (2 * step),
            (value(surface.code, x, y + step, KAPPA, TURN) - value(surface.code, x, y - step, KAPPA, TURN)) / (2 * step),
        )
        size = 1.0 + abs(value(surface.code, x, y, KAPPA, TURN)) + math.hypot(*got)
        assert got == pytest.approx(slope, abs=1e-8 * size)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_hessian_is_the_slope_of_the_gradient(surface: Surface) -> None:
    step = 6e-6
    for x, y in points(surface):
        xx, xy, yy = hessian(surface.code, x, y, KAPPA, TURN)
        along_x = np.subtract(
            gradient(surface.code, x + step, y, KAPPA, TURN), gradient(surface.code, x - step, y, KAPPA, TURN)
        ) / (2 * step)
        along_y = np.subtract(
            gradient(surface.code, x, y + step, KAPPA, TURN), gradient(surface.code, x, y - step, KAPPA, TURN)
        ) / (2 * step)
        size = 1.0 + math.hypot(*gradient(surface.code, x, y, KAPPA, TURN)) + abs(xx) + abs(yy)
        assert (xx, xy) == pytest.approx(tuple(along_x), abs=1e-7 * size)
        assert (xy, yy) == pytest.approx(tuple(along_y), abs=1e-7 * size)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_minima_are_lowest_and_flat(surface: Surface) -> None:
    x_low, x_high, y_low, y_high = surface.domain
    grid = sample(surface.name, np.linspace(x_low, x_high, 201), np.linspace(y_low, y_high, 201), KAPPA, TURN)
    if not surface.minima:
        assert "saddle" in surface.name
        assert gradient(surface.code, 0.0, 0.0, KAPPA, TURN) == (0.0, 0.0)
        return
    for x, y in surface.minima:
        assert x_low < x < x_high
        assert y_low < y < y_high
        lowest = value(surface.code, x, y, KAPPA, TURN)
        assert lowest == pytest.approx(LOWEST[surface.name], abs=1e-11)
        assert gradient(surface.code, x, y, KAPPA, TURN) == pytest.approx((0.0, 0.0), abs=1e-12)
        assert grid.min() >= lowest - 1e-12
        if surface.name != "ackley":  # a cone has no Hessian at its tip
            xx, xy, yy = hessian(surface.code, x, y, KAPPA, TURN)
            assert xx > 0
            assert xx * yy - xy * xy > 0


def test_values_known_from_the_literature() -> None:
    def at(name: str, x: float, y: float) -> float:
        return value(named(name).code, x, y, 1.0, 0.0)

    assert at("rosenbrock", -1.2, 1.0) == pytest.approx(24.2)
    assert at("beale", 1.0, 1.0) == pytest.approx(14.203125)
    assert at("himmelblau", -0.270845, -0.923039) == pytest.approx(181.617, abs=1e-3)  # its local maximum
    assert at("goldstein_price", -0.6, -0.4) == pytest.approx(30.0)
    assert at("goldstein_price", 1.8, 0.2) == pytest.approx(84.0)
    assert at("goldstein_price", 1.2, 0.8) == pytest.approx(840.0)
    assert at("rastrigin", 4.52299366, 4.52299366) == pytest.approx(80.70658, abs=1e-5)  # highest in the usual domain
    assert at("three_hump_camel", 1.7475523458, -0.8737761729) == pytest.approx(0.298638, abs=1e-6)
    assert at("ackley", 1.0, 1.0) == pytest.approx(20.0 - 20.0 * math.exp(-0.2))


def test_ackley_tip_has_value_zero_subgradient_zero_and_no_hessian() -> None:
    code = named("ackley").code
    assert value(code, 0.0, 0.0, 1.0, 0.0) == 0.0
    assert gradient(code, 0.0, 0.0, 1.0, 0.0) == (0.0, 0.0)
    assert all(math.isnan(entry) for entry in hessian(code, 0.0, 0.0, 1.0, 0.0))


@pytest.mark.parametrize("rotation", [0.0, 17.0, 90.0, 180.0])
@pytest.mark.parametrize("condition", [1.0, 25.0, 1000.0])
def test_ravine_has_the_eigenvalues_it_names(condition: float, rotation: float) -> None:
    xx, xy, yy = ravine_hessian(condition, rotation)
    flat, steep = np.linalg.eigvalsh([[xx, xy], [xy, yy]])
    assert (flat, steep) == pytest.approx(eigenvalues(condition), rel=1e-9)
    assert steep / flat == pytest.approx(condition, rel=1e-9)
    angle = math.radians(rotation)
    along = (math.cos(angle), math.sin(angle))
    floor = value(QUADRATIC, *along, condition, rotation)
    assert floor == pytest.approx(0.5 * eigenvalues(condition)[0], rel=1e-9)


def test_plateau_is_flat_then_steep() -> None:
    slopes = [abs(gradient(PLATEAU, x, 0.0, 1.0, 0.0)[0]) for x in (-4.0, -2.0)]
    assert slopes == pytest.approx([0.05, 0.05], rel=1e-3)
    cliff = max(abs(gradient(PLATEAU, x, 0.0, 1.0, 0.0)[0]) for x in np.linspace(-1, 1, 401))
    assert cliff > 80 * slopes[0]


def test_sample_is_the_value_at_each_grid_point() -> None:
    xs, ys = np.linspace(-2, 2, 5), np.linspace(-1, 3, 7)
    grid = sample("rosenbrock", xs, ys)
    assert grid.shape == (7, 5)
    x, y = np.meshgrid(xs, ys)
    np.testing.assert_allclose(grid, (1 - x) ** 2 + 100 * (y - x * x) ** 2, rtol=1e-14)


def test_sample_refuses_grids_and_unknown_names() -> None:
    with pytest.raises(ValueError, match="two lists of coordinates"):
        sample("rosenbrock", np.zeros((2, 2)), np.zeros(2))
    with pytest.raises(ValueError, match="'hill' is no surface"):
        named("hill")


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_far_out_and_nan_never_raise(surface: Surface) -> None:
    for x in (0.0, 1e200, -1e200, math.inf, -math.inf, math.nan):
        for y in (0.0, -1e200, math.nan):
            value(surface.code, x, y, KAPPA, TURN)
            gradient(surface.code, x, y, KAPPA, TURN)
            hessian(surface.code, x, y, KAPPA, TURN)


def test_codes_are_the_places_in_names_and_strangers_are_nan() -> None:
    assert tuple(s.name for s in SURFACES) == NAMES
    assert [s.code for s in SURFACES] == list(range(12))
    assert value(ROSENBROCK, 1.0, 1.0, 1.0, 0.0) == 0.0
    assert math.isnan(value(99, 1.0, 1.0, 1.0, 0.0))
