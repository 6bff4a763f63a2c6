"""Descent of one start and of many: the same bits, in any tiling, for every method and surface."""

import math

import numpy as np
import pytest

from core.descent import TILE, descend, descend_to
from core.optimizers import METHODS, Hyper, method_code, step
from core.optimizers.many import gradient_points, step_all
from core.recording import F64, Outcome
from core.surfaces import NAMES, SURFACES, gradient, named
from core.surfaces.many import gradients
from core.walk import walk

HYPER = Hyper(learning_rate=0.004, weight_decay=0.02)


def starts(count: int) -> F64:
    return np.random.default_rng(3).uniform(-2.0, 2.0, (count, 2))


def end_of_path(method: str, surface: str, start: F64, noise: float, run: int, steps: int) -> F64:
    path, loss, g, slots = np.empty((steps + 1, 2)), np.empty(steps + 1), np.empty((steps + 1, 2)), np.empty((steps + 1, 2, 3))
    x, y = float(start[0]), float(start[1])
    broke = descend(method_code(method), named(surface).code, 30.0, 20.0, x, y, HYPER, noise, 9, run, path, loss, g, slots)
    assert broke == -1
    end: F64 = path[-1]
    return end


@pytest.mark.parametrize("method", METHODS)
def test_many_ends_are_the_ends_of_the_paths(method: str) -> None:
    points = starts(5)
    ends = np.empty_like(points)
    for surface in ("quadratic", "rastrigin", "ackley", "three_hump_camel", "plateau"):
        descend_to(method_code(method), named(surface).code, 30.0, 20.0, points, HYPER, 0.3, 9, 4, 60, ends)
        for i, end in enumerate(ends):
            assert end.tolist() == end_of_path(method, surface, points[i], 0.3, 4 + i, 60).tolist()


def test_any_split_of_the_starts_gives_the_same_bytes() -> None:
    points = starts(2 * TILE + 7)
    whole, parts = np.empty_like(points), np.empty_like(points)
    code, surface = method_code("adam"), named("himmelblau").code
    descend_to(code, surface, 1.0, 0.0, points, HYPER, 1.0, 9, 0, 40, whole)
    for first, last in ((0, 1), (1, 300), (300, len(points))):
        descend_to(code, surface, 1.0, 0.0, points[first:last], HYPER, 1.0, 9, first, 40, parts[first:last])
    assert whole.tobytes() == parts.tobytes()


def test_no_starts_no_steps() -> None:
    none = np.empty((0, 2))
    descend_to(0, 0, 1.0, 0.0, none, HYPER, 0.0, 0, 0, 10, none)
    points = starts(3)
    ends = np.empty_like(points)
    descend_to(0, 0, 1.0, 0.0, points, HYPER, 0.0, 0, 0, 0, ends)
    np.testing.assert_array_equal(ends, points)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_gradients_are_the_gradient_point_by_point(surface: object) -> None:
    code = NAMES.index(getattr(surface, "name"))  # noqa: B009
    x, y = np.ascontiguousarray(starts(37).T)
    x[0] = y[0] = 0.0
    g_x, g_y = np.empty(37), np.empty(37)
    gradients(code, x, y, 30.0, 20.0, g_x, g_y)
    assert list(zip(g_x, g_y, strict=True)) == [gradient(code, a, b, 30.0, 20.0) for a, b in zip(x, y, strict=True)]


def test_gradients_of_no_surface_are_nan() -> None:
    g = np.zeros((2, 3))
    gradients(99, np.zeros(3), np.zeros(3), 1.0, 0.0, g[0], g[1])
    assert np.isnan(g).all()


@pytest.mark.parametrize("method", [*range(len(METHODS)), 99])
def test_step_all_is_the_step_entry_by_entry(method: int) -> None:
    rng = np.random.default_rng(1)
    p, g, slots = rng.standard_normal(21), rng.standard_normal(21), np.abs(rng.standard_normal((3, 21)))
    expected = np.array(
        [step(method, p[i], g[i], slots[0, i], slots[1, i], slots[2, i], HYPER, 7, 0.9**7, 0.999**7) for i in range(21)]
    )
    step_all(method, p, g, slots[0], slots[1], slots[2], HYPER, 7, 0.9**7, 0.999**7)
    np.testing.assert_array_equal(np.vstack((p, slots)).T, expected)
    if method == 99:
        assert np.isnan(p).all()


def test_gradient_points_follow_nesterov_only() -> None:
    p, v, points = np.array([1.0, 2.0]), np.array([3.0, -1.0]), np.empty(2)
    hyper = Hyper(learning_rate=0.1, momentum=0.5)
    gradient_points(method_code("nesterov"), p, v, hyper, points)
    np.testing.assert_allclose(points, p - 0.05 * v)
    gradient_points(method_code("momentum"), p, v, hyper, points)
    np.testing.assert_array_equal(points, p)


def test_a_run_that_explodes_says_when_and_holds_nan_from_there() -> None:
    path, loss, g, slots = np.empty((50, 2)), np.empty(50), np.empty((50, 2)), np.empty((50, 2, 3))
    code = named("goldstein_price").code
    broke = descend(0, code, 1.0, 0.0, -1.5, 1.5, Hyper(learning_rate=0.1), 0.0, 0, 0, path, loss, g, slots)
    assert 0 < broke < 10
    assert np.isfinite(loss[:broke]).all()
    for values in (path, loss, g, slots):
        assert np.isnan(values[broke:]).all()
    assert not math.isnan(path[broke - 1, 0])


def test_walk_is_a_recorded_descent() -> None:
    run = walk("adam", "himmelblau", (0, 0), Hyper(learning_rate=1, epsilon=1e-8), 30)
    assert run.path.shape == (31, 2)
    assert run.slots.shape == (31, 2, 3)
    assert run.path[0].tolist() == [0.0, 0.0]
    np.testing.assert_allclose(run.path[1], [1.0, 1.0], rtol=1e-6)  # Adam's first step is η against the gradient's sign
    assert run.ending.outcome is Outcome.COMPLETED


def test_walk_refuses_what_does_not_exist() -> None:
    with pytest.raises(ValueError, match="-1 steps"):
        walk("sgd", "saddle", (1.0, 1.0), HYPER, -1)
    with pytest.raises(ValueError, match="is no optimizer"):
        walk("sdg", "saddle", (1.0, 1.0), HYPER, 1)
    with pytest.raises(ValueError, match="is no surface"):
        walk("sgd", "hill", (1.0, 1.0), HYPER, 1)
