"""Every optimizer against PyTorch's numbers, or against the paper's formulas written once more in plain NumPy."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.optimizers import METHODS, Hyper, gradient_point, lamb_step, lars_step, method_code, step

Array = npt.NDArray[np.float64]

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "optimizers.npz")
CASES: list[tuple[str, dict[str, float]]] = [(m, h) for m, h in json.loads(str(REFERENCE["cases"]))]
KEPT = REFERENCE["steps"]
START = np.array([1.5, -2.0, 0.3, 4.0, -0.7])


def slope(p: Array, t: int) -> Array:
    """The gradient that make_optimizers.py used."""
    centre, scale = np.array([0.5, 1.0, -1.0, 0.0, 2.0]), np.array([0.02, 0.3, 1.0, 2.0, 5.0])
    drift = 0.3 * np.cos(0.7 * t + np.arange(5.0))
    slope: Array = scale * (p - centre) + 0.4 * np.sin(3.0 * p) + 0.1 * np.roll(p, 1) + drift
    return slope


def ours(method: str, hyper: Hyper, steps: int) -> tuple[Array, Array]:
    """The parameters, and the points at which gradients were taken, after 0 … steps updates."""
    code, size = method_code(method), START.size
    p, slots = START.copy(), np.zeros((size, 3))
    power1 = power2 = 1.0
    points, asked = [p.copy()], []
    for t in range(1, steps + 1):
        power1 *= hyper.beta1
        power2 *= hyper.beta2
        at = p.copy()
        if method == "nesterov":
            at = np.array([gradient_point(code, p[i], slots[i, 0], hyper) for i in range(size)])
        g = slope(at, t)
        for i in range(size):
            s0, s1, s2 = slots[i]
            p[i], *slots[i] = step(code, p[i], g[i], s0, s1, s2, hyper, t, power1, power2)
        points.append(p.copy())
        asked.append(at)
    asked.append(np.array([gradient_point(code, p[i], slots[i, 0], hyper) for i in range(size)]))
    return np.array(points), np.array(asked)


@pytest.mark.parametrize("index", range(len(CASES)), ids=[f"{m}-{i}" for i, (m, _) in enumerate(CASES)])
def test_equals_pytorch_for_220_steps(index: int) -> None:
    method, named = CASES[index]
    expected = REFERENCE["points"][index]
    points, asked = ours(method, Hyper(**named), int(KEPT[-1]))
    # PyTorch's Nesterov follows the look-ahead point; for every other method the two are the same.
    np.testing.assert_allclose(asked[KEPT], expected, rtol=1e-10, atol=1e-10 * np.abs(expected).max())
    if method == "nesterov":
        shifted, _ = ours("nesterov_shifted", Hyper(**named), int(KEPT[-1]))
        np.testing.assert_allclose(shifted[KEPT], expected, rtol=1e-10, atol=1e-10 * np.abs(expected).max())
        assert np.abs(points[KEPT] - expected).max() > 1e-3


def test_the_reference_covers_what_it_claims() -> None:
    methods = {m for m, _ in CASES}
    assert methods == set(METHODS) - {"nesterov_shifted", "qhm", "adam_uncorrected", "lion"}
    for method in methods - {"adam"}:
        assert any(h["weight_decay"] > 0 for m, h in CASES if m == method), method
        assert sum(m == method for m, _ in CASES) >= 4
    assert np.isfinite(REFERENCE["points"]).all()
    assert KEPT[-1] >= 200
    assert str(REFERENCE["torch"]).startswith("2.13")


def by_hand(update: Callable[[Array, Array, Array], tuple[Array, Array]], steps: int) -> Array:
    """Points of a method with one array of state."""
    p, state = START.copy(), np.zeros(START.size)
    points = [p]
    for t in range(1, steps + 1):
        p, state = update(p, slope(p, t), state)
        points.append(p)
    return np.array(points)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_qhm_equals_the_paper(decay: float) -> None:
    eta, beta, nu = 0.1, 0.95, 0.6

    def update(p: Array, g: Array, buffer: Array) -> tuple[Array, Array]:
        g = g + decay * p
        buffer = beta * buffer + (1 - beta) * g
        return p - eta * ((1 - nu) * g + nu * buffer), buffer

    hyper = Hyper(learning_rate=eta, momentum=beta, nu=nu, weight_decay=decay)
    np.testing.assert_allclose(ours("qhm", hyper, 200)[0], by_hand(update, 200), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_lion_equals_the_paper(decay: float) -> None:
    eta, beta1, beta2 = 0.01, 0.9, 0.99

    def update(p: Array, g: Array, m: Array) -> tuple[Array, Array]:
        direction = np.sign(beta1 * m + (1 - beta1) * g)
        return p - eta * (direction + decay * p), beta2 * m + (1 - beta2) * g

    hyper = Hyper(learning_rate=eta, beta1=beta1, beta2=beta2, weight_decay=decay)
    np.testing.assert_allclose(ours("lion", hyper, 200)[0], by_hand(update, 200), rtol=1e-10, atol=1e-10)


def test_lion_rests_where_the_gradient_is_zero() -> None:
    p, *_ = step(method_code("lion"), 2.0, 0.0, 0.0, 0.0, 0.0, Hyper(learning_rate=0.1), 1, 0.9, 0.999)
    assert p == 2.0


def test_adam_without_correction_equals_its_formula_and_starts_with_3_162_rates() -> None:
    hyper = Hyper(learning_rate=0.01)
    p, m, v = START.copy(), np.zeros(5), np.zeros(5)
    expected = [p]
    for t in range(1, 201):
        g = slope(p, t)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        p = p - 0.01 * m / (np.sqrt(v) + 1e-8)
        expected.append(p)
    points, _ = ours("adam_uncorrected", hyper, 200)
    np.testing.assert_allclose(points, np.array(expected), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(np.abs(points[1] - points[0]), 0.01 * math.sqrt(10.0), rtol=1e-5)


def test_weight_decay_of_adamw_is_the_same_for_every_gradient_scale() -> None:
    """Decoupled: shrinking by 1 − ηλ however large the gradient is. Coupled: hardly at all under a large gradient."""

    def pull(method: str, scale: float) -> float:
        def after(decay: float) -> float:
            hyper = Hyper(learning_rate=0.01, weight_decay=decay)
            return step(method_code(method), 3.0, scale, 0.0, 0.0, 0.0, hyper, 1, 0.9, 0.999)[0]

        return after(0.1) - after(0.0)

    assert pull("adamw", 1.0) == pytest.approx(-0.01 * 0.1 * 3.0, rel=1e-9)
    assert pull("adamw", 1000.0) == pytest.approx(-0.01 * 0.1 * 3.0, rel=1e-9)
    assert abs(pull("adam_l2", 1000.0)) < 1e-9


@pytest.mark.parametrize("seed", [0, 1])
def test_lars_equals_the_paper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w = rng.standard_normal(7)
    mine, velocity, v = w.copy(), np.zeros(7), np.zeros(7)
    hyper = Hyper(learning_rate=0.5, momentum=0.9, weight_decay=0.01)
    for _ in range(60):
        g = rng.standard_normal(7) + w
        ratio = lars_step(mine, g, velocity, hyper, 0.02)
        local = 0.02 * np.linalg.norm(w) / (np.linalg.norm(g) + 0.01 * np.linalg.norm(w))
        v = 0.9 * v + 0.5 * local * (g + 0.01 * w)
        w = w - v
        assert ratio == pytest.approx(local, rel=1e-11)
        np.testing.assert_allclose(mine, w, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("seed", [0, 1])
def test_lamb_equals_the_paper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w = rng.standard_normal(7)
    mine, m_state, v_state = w.copy(), np.zeros(7), np.zeros(7)
    m, v = np.zeros(7), np.zeros(7)
    hyper = Hyper(learning_rate=0.02, weight_decay=0.05, epsilon=1e-6)
    for t in range(1, 61):
        g = rng.standard_normal(7) + w
        ratio = lamb_step(mine, g, m_state, v_state, hyper, 0.9**t, 0.999**t)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        update = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-6) + 0.05 * w
        expected = np.linalg.norm(w) / np.linalg.norm(update)
        w = w - 0.02 * expected * update
        assert ratio == pytest.approx(expected, rel=1e-10)
        np.testing.assert_allclose(mine, w, rtol=1e-10, atol=1e-11)


def test_layers_of_zeros_or_nothing_move_with_ratio_one() -> None:
    hyper = Hyper(learning_rate=0.1, momentum=0.0)
    zeros, ones = np.zeros(3), np.ones(3)
    assert lars_step(zeros, ones, np.zeros(3), hyper, 0.001) == 1.0
    np.testing.assert_allclose(zeros, -0.1)
    assert lamb_step(np.zeros(3), np.ones(3), np.zeros(3), np.zeros(3), hyper, 0.9, 0.999) == 1.0
    assert lars_step(np.zeros(0), np.zeros(0), np.zeros(0), hyper, 0.001) == 1.0
    assert lamb_step(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), hyper, 0.9, 0.999) == 1.0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("g", [0.0, math.inf, -math.inf, math.nan, 1e200])
def test_no_gradient_makes_a_step_raise(method: str, g: float) -> None:
    p, *slots = step(method_code(method), 1.0, g, 0.0, 0.0, 0.0, Hyper(epsilon=0.0, beta2=1.0), 1, 0.9, 1.0)
    assert len(slots) == 3
    if math.isnan(g):
        assert math.isnan(p)


@pytest.mark.parametrize("method", METHODS)
def test_only_nesterov_looks_ahead(method: str) -> None:
    ahead = gradient_point(method_code(method), 2.0, 3.0, Hyper(learning_rate=0.1, momentum=0.5))
    assert ahead == (2.0 - 0.1 * 0.5 * 3.0 if method == "nesterov" else 2.0)


def test_unknown_methods() -> None:
    assert math.isnan(step(99, 1.0, 1.0, 0.0, 0.0, 0.0, Hyper(), 1, 0.9, 0.999)[0])
    with pytest.raises(ValueError, match="'sgdm' is no optimizer"):
        method_code("sgdm")
