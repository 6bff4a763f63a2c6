"""Experiments that bear out the theory of momentum, on the kernels that the scene runs."""

import functools
import math
from collections.abc import Callable, Iterator

import numpy as np

from core.claims import Claim
from core.descent import descend_to
from core.optimizers import Hyper, method_code
from core.recording import F64
from core.surfaces import eigenvalues
from core.surfaces.dispatch import QUADRATIC
from core.theory import momentum as theory
from core.theory.measured_rate import mode_rate
from core.theory.sgd_noise import noise_floor
from core.walk import walk

_START = (-8.0, 3.0)
_GOH = "Goh 2017 (corrected); core/theory/momentum.py"


def path_of(method: str, hyper: Hyper, steps: int, condition: float) -> F64:
    """A run without noise on the quadratic: its path (steps+1, 2)."""
    return walk(method, "quadratic", _START, hyper, steps, condition=condition).path


def slope_rate(sizes: F64, first: int, double_root: bool) -> float:
    """exp of the least-squares slope of log sizes[k] over k ≥ first; of log sizes[k] − log k for a double root."""
    k = np.arange(first, sizes.size)
    logs = np.log(sizes[first:]) - (np.log(k) if double_root else 0.0)
    return math.exp(np.polyfit(k, logs, 1)[0])


def growing(method: str, momentum: float, h: float) -> bool:
    """Whether a run at ηλ = h is larger after 6000 steps than after 3000."""
    sizes = []
    steep = eigenvalues(1.0)[1]
    for steps in (3000, 6000):
        ends = np.empty((1, 2))
        hyper = Hyper(learning_rate=h / steep, momentum=momentum)
        descend_to(method_code(method), QUADRATIC, 1.0, 0.0, np.array([[1.0, 1.0]]), hyper, 0.0, 0, 0, steps, ends)
        sizes.append(float(np.hypot(*ends[0])))
    return not sizes[1] <= sizes[0]


def measured_limit(method: str, momentum: float) -> float:
    """The ηλ between 0.5 and 5 from which real runs grow, by bisection."""
    low, high = 0.5, 5.0
    while high - low > 1e-7:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if growing(method, momentum, middle) else (middle, high)
    return 0.5 * (low + high)


def lowest_point(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley on [low, high] is lowest, by golden section."""
    golden = 0.5 * (math.sqrt(5.0) - 1.0)
    while high - low > 1e-7:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if of(left) < of(right) else (left, high)
    return 0.5 * (low + high)


def prove(scene: str) -> Iterator[Claim]:
    """Every claim of card 6, in the order of the formulas."""
    yield from _rates(scene)
    yield from _stability(scene)
    yield from _damping(scene)
    yield from _identities(scene)
    yield from _noise(scene)


def _rates(scene: str) -> Iterator[Claim]:
    cases = (
        ("sgd", 100.0, False, 500, "gradient descent at its best step: (κ−1)/(κ+1)", _GOH),
        ("momentum", 100.0, True, 500, "heavy ball at its optimum: (√κ−1)/(√κ+1)", "Polyak 1964; Goh 2017"),
        ("momentum", 1000.0, True, 900, "heavy ball at its optimum: (√κ−1)/(√κ+1)", "Polyak 1964; Goh 2017"),
        (
            "nesterov tuned",
            100.0,
            True,
            500,
            "Nesterov tuned for quadratics: 1−2/√(3κ+1)",
            "Lessard, Recht & Packard 2016, Table 1",
        ),
        ("nesterov", 100.0, True, 500, "Nesterov with η = 1/L: 1−1/√κ", "Nesterov 2004, section 2.2"),
        ("nesterov", 1000.0, True, 900, "Nesterov with η = 1/L: 1−1/√κ", "Nesterov 2004, section 2.2"),
    )
    for tuning, condition, double, first, name, source in cases:
        flat, steep = eigenvalues(condition)
        method = tuning.split()[0]
        setting = theory.textbook_nesterov(flat, steep) if tuning == "nesterov" else theory.best_setting(method, flat, steep)
        learning_rate, beta, predicted = setting
        path = path_of(method, Hyper(learning_rate=learning_rate, momentum=beta), 2000, condition)
        sizes = np.abs(path).sum(axis=1)
        yield Claim(
            name=f"{name} at κ = {condition:g}",
            scene=scene,
            source=source,
            predicted=predicted,
            measured=slope_rate(sizes, first, double),
            tolerance=2e-4 if double else 1e-4,
            because="slope over a finite run" + ("; the prefactor k of the double root settles like 1/k" if double else ""),
            applies="quadratic, no noise, both eigenvectors excited",
        )


def _stability(scene: str) -> Iterator[Claim]:
    cases = (("sgd", 0.0), ("momentum", 0.5), ("momentum", 0.9), ("momentum", 0.99), ("nesterov", 0.9))
    formulas = {"sgd": "2", "momentum": "2+2β", "nesterov": "(2+2β)/(1+2β)"}
    for method, beta in cases:
        yield Claim(
            name=f"{method} is stable up to ηλ = {formulas[method]}, β = {beta:g}",
            scene=scene,
            source=_GOH,
            predicted=float(theory.stability_limit(method, beta)),
            measured=measured_limit(method, beta),
            tolerance=1e-5,
            because="bisection to 1e-7 over runs of 6000 steps, which cannot tell slower growth from none",
        )


def _damping(scene: str) -> Iterator[Claim]:
    for learning_rate, condition in ((0.05, 25.0), (0.01, 5.0)):
        path = path_of("momentum", Hyper(learning_rate=learning_rate, momentum=0.81), 400, condition)
        yield Claim(
            name=f"under-damped heavy ball shrinks by √β, whatever the step (η = {learning_rate:g}, κ = {condition:g})",
            scene=scene,
            source="Goh 2017 prints 2√β, a slip; core/theory/momentum.py",
            predicted=0.9,
            measured=max(mode_rate(path[:, i], np.abs(path[:, i])) for i in range(2)),
            tolerance=1e-9,
            because="rounding: complex roots are well conditioned",
            applies="(1−√(ηλ))² < β for both eigenvalues",
        )

    for method, h, formula in (("momentum", 0.3, "(1−√(ηλ))²"), ("nesterov", 0.3, "(1−√(ηλ))/(1+√(ηλ))")):
        steep = eigenvalues(1.0)[1]

        def measured(beta: float, method: str = method, learning_rate: float = h / steep) -> float:
            path = path_of(method, Hyper(learning_rate=learning_rate, momentum=beta), 60, 1.0)
            return mode_rate(path[:, 0], np.abs(path[:, 0]))

        yield Claim(
            name=f"{method}: critical damping β = {formula} is the fastest, ηλ = {h:g}",
            scene=scene,
            source=_GOH,
            predicted=float(theory.critical_momentum(method, h, 1.0)),
            measured=lowest_point(measured, 0.0, 0.9),
            tolerance=1e-4,
            because="golden section over measured rates, each right to about 1e-6 near the double root",
        )


def _identities(scene: str) -> Iterator[Claim]:
    beta, learning_rate = 0.9, 5e-4
    valley = functools.partial(walk, surface="rosenbrock", start=(-1.2, 1.0), steps=500)
    hyper = Hyper(learning_rate=learning_rate, momentum=beta)
    ahead = valley("nesterov", hyper=hyper)
    shifted = valley("nesterov_shifted", hyper=hyper).path
    quasi = valley("qhm", hyper=Hyper(learning_rate=learning_rate / (1.0 - beta), momentum=beta, nu=beta)).path
    points = ahead.path - learning_rate * beta * ahead.slots[..., 0]
    pairs = (
        ("QHM with ν = β is Nesterov: same points on Rosenbrock", "Ma & Yarats 2019, section 4", quasi, shifted),
        ("Nesterov's look-ahead points are the form PyTorch follows", "core/optimizers/momentum.py", points, shifted),
    )
    for name, source, one, other in pairs:
        yield Claim(
            name=name,
            scene=scene,
            source=source,
            predicted=0.0,
            measured=float(np.max(np.abs(one - other))),
            tolerance=1e-11,
            because="the same numbers in another order of operations, 500 steps of rounding",
            comparison="absolute",
        )

    path = path_of("momentum", Hyper(learning_rate=0.05, momentum=0.81), 100, 25.0)
    determinants = path[1:-1, 0] ** 2 - path[:-2, 0] * path[2:, 0]
    yield Claim(
        name="heavy ball contracts e_k² − e_{k−1}e_{k+1} by β in every step",
        scene=scene,
        source="Casorati determinant of the recurrence; core/theory/momentum.py",
        predicted=0.81,
        measured=float(np.max(determinants[1:] / determinants[:-1])),
        tolerance=1e-9,
        because="rounding of differences of products",
    )

    speed = walk("momentum", "plateau", (-100.0, 0.0), Hyper(learning_rate=0.05, momentum=0.9), 400).path
    yield Claim(
        name="on a constant slope momentum multiplies the step by 1/(1−β)",
        scene=scene,
        source="geometric series of v ← βv + g",
        predicted=10.0,
        measured=float((speed[-1, 0] - speed[-2, 0]) / (speed[1, 0] - speed[0, 0])),
        tolerance=1e-9,
        because="0.9^400 of the series is missing, and rounding",
    )


def _noise(scene: str) -> Iterator[Claim]:
    runs, steps, sigma = 10_000, 300, 2.0
    steep = eigenvalues(1.0)[1]
    for h, beta in ((0.4, 0.0), (1.5, 0.0), (0.4, 0.9), (2.0, 0.5)):
        hyper = Hyper(learning_rate=h / steep, momentum=beta)
        ends = np.empty((runs, 2))
        method = "momentum" if beta else "sgd"
        descend_to(method_code(method), QUADRATIC, 1.0, 0.0, np.zeros((runs, 2)), hyper, sigma, 6, 0, steps, ends)
        yield Claim(
            name=f"{method}: noise floor E[x²] at ηλ = {h:g}, β = {beta:g}",
            scene=scene,
            source="AR(2) variance, Box & Jenkins 1970; core/theory/sgd_noise.py",
            predicted=float(noise_floor(h / steep, beta, steep, sigma)),
            measured=float(np.mean(ends**2)),
            tolerance=0.04,
            because="four standard errors √(2/n) of a variance from n = 20,000 independent ends",
            applies="0 < ηλ < 2+2β, gradient noise independent from step to step",
        )
