"""Experiments on the size of Adam's steps: with and without bias correction, alone, in doubt, at worst, and led astray."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.driven import drive, driven
from core.gradient_streams import gaussian, stream
from core.optimizers import Hyper, method_code
from core.recording import F64
from core.surfaces import ravine_hessian
from core.theory import adam as theory
from core.theory.rare_gradient import drift, rare_gradients, turning_point

_KINGMA = "Kingma & Ba 2015"
_REDDI = "Reddi, Kale & Kumar 2018"
_USUAL = Hyper(learning_rate=0.01, epsilon=0.0)
_ROUNDING = "rounding of running products over a few hundred steps"


def prove(scene: str) -> Iterator[Claim]:
    """Every claim of card 7."""
    yield from _first_steps(scene)
    yield from _spike(scene)
    yield from _doubt(scene)
    yield from _noisy(scene)
    yield from _worst(scene)
    yield from _scale(scene)
    yield from _reddi(scene)


def _first_steps(scene: str) -> Iterator[Claim]:
    constant = np.full(400, 0.37)
    corrected, raw = (driven(method, _USUAL, constant)[1][1:] for method in ("adam", "adam_uncorrected"))
    peak_at, peak = theory.peak_step(0.9, 0.999)
    short = _USUAL._replace(beta1=0.99, beta2=0.9)
    small = driven("adam_uncorrected", short, constant)[1][1:]
    usual, other = "β₁ = 0.9, β₂ = 0.999, ε = 0", "β₁ = 0.99, β₂ = 0.9, ε = 0"
    lines = (
        ("Adam's step under a constant gradient is η from the first step on", f"{_KINGMA}, section 2.1", 1.0,
         corrected[np.argmax(np.abs(corrected - 1.0))], usual),
        ("without bias correction Adam's first step is 3.162 η, too large", f"{_KINGMA}, section 3",
         theory.first_step(0.9, 0.999), raw[0], usual),
        (f"without bias correction the step peaks at 6.57 η, at step {peak_at}", "core/theory/adam.py", peak, raw.max(), usual),
        ("where 1 − β₁ < √(1 − β₂) the uncorrected first step is too small, 0.032 η", f"{_KINGMA}, section 3",
         theory.first_step(0.99, 0.9), small[0], other),
        ("… and no later one is longer than η", "core/theory/adam.py", 1.0, 1.0 + max(small.max() - 1.0, 0.0), other),
    )  # fmt: skip
    for name, source, predicted, measured, applies in lines:
        yield Claim(
            name=name,
            scene=scene,
            source=source,
            predicted=predicted,
            measured=float(measured),
            tolerance=1e-9,
            because=_ROUNDING,
            applies=applies,
        )


def _spike(scene: str) -> Iterator[Claim]:
    for at in (60, 5000):
        given = 0.37 * stream("spike", at, at, 0)
        predicted = float(theory.spike_step(0.9, 0.999, at))
        yield Claim(
            name=f"Adam's step when a lone gradient comes at update {at:,} is {predicted:.3f} η",
            scene=scene,
            source=f"{_KINGMA}, section 2.1; core/theory/adam.py",
            predicted=predicted,
            measured=float(driven("adam", _USUAL._replace(epsilon=1e-12), given)[1][at]),
            tolerance=1e-9,
            because="ε = 1e-12, which stands for 0 where v is 0, is 1e-10 of √v̂; rounding",
            applies="β₁ = 0.9, β₂ = 0.999, all other gradients 0",
        )


def _doubt(scene: str) -> Iterator[Claim]:
    """4,000 runs of coin tosses; the mean of their squares has a relative deviation of at most √(2/4000) = 2.2 %."""
    runs = [driven("adam", _USUAL, stream("noise", 60, 0, seed))[1] for seed in range(4000)]
    squares = np.square(np.array(runs)).mean(axis=0)
    for t in (1, 5, 60):
        yield Claim(
            name=f"when gradients are ± by coin toss, Adam's step at update {t} is {theory.coin_step(0.9, t):.3f} η (r.m.s.)",
            scene=scene,
            source=f"{_KINGMA}, section 2.1: signal-to-noise ratio; core/theory/adam.py",
            predicted=float(theory.coin_step(0.9, t)),
            measured=math.sqrt(squares[t]),
            tolerance=0.04,
            because="4,000 runs leave a relative deviation of up to 1.1 % in a root mean square",
            applies="β₁ = 0.9, ε = 0, any β₂",
        )


def _noisy(scene: str) -> Iterator[Claim]:
    steps = [driven("adam", _USUAL, 1.0 + 2.0 * gaussian(60, 0, seed))[1][-1] for seed in range(4000)]
    yield Claim(
        name="when noise is twice as large as the gradient, Adam's step is 0.447 η on average",
        scene=scene,
        source=f"{_KINGMA}, section 2.1: signal-to-noise ratio; core/theory/adam.py",
        predicted=theory.noisy_step(2.0),
        measured=float(np.mean(steps)),
        tolerance=0.02,
        because="the mean of a quotient is taken for the quotient of the means; 4,000 runs leave 0.7 %",
        applies="σ = 2, at update 60, β₁ = 0.9, β₂ = 0.999, ε = 0",
    )


def _worst(scene: str) -> Iterator[Claim]:
    """Gradients that grow by β₂/β₁ a step, for which Cauchy and Schwarz's inequality is an equality."""
    growing = (0.999 / 0.9) ** np.arange(-2999.0, 1.0)
    for method, corrected, name in (("adam", True, "Adam's"), ("adam_uncorrected", False, "the uncorrected")):
        yield Claim(
            name=f"gradients that grow by β₂/β₁ make {name} step as long as any can: "
            f"{float(theory.longest_step(0.9, 0.999, 3000, corrected)):.2f} η at update 3,000",
            scene=scene,
            source="Cauchy and Schwarz; core/theory/adam.py",
            predicted=float(theory.longest_step(0.9, 0.999, 3000, corrected)),
            measured=float(driven(method, _USUAL, growing)[1][-1]),
            tolerance=1e-9,
            because="rounding of 3,000 steps",
            applies="β₁ = 0.9, β₂ = 0.999, ε = 0",
        )


def ravine_path(method: str, hyper: Hyper, scale: float, condition: float, rotation: float, steps: int) -> F64:
    """A run without noise from (−8, 3) on the ravine ½ G θᵀHθ, G = `scale`: its path (steps+1, 2)."""
    xx, xy, yy = ravine_hessian(condition, rotation)
    path, gradient, update = (np.empty((steps + 1, 2)) for _ in range(3))
    hessian, start = scale * np.array([[xx, xy], [xy, yy]]), np.array([-8.0, 3.0])
    arrays = (path, gradient, update, np.empty((steps + 1, 2, 3)))
    drive(method_code(method), hyper, np.zeros((steps, 2)), hessian, start, math.inf, False, *arrays)
    return path


def _scale(scene: str) -> Iterator[Claim]:
    hyper = _USUAL._replace(learning_rate=0.1)
    plain, loud, mild = (ravine_path("adam", hyper, *case, 0.0, 60) for case in ((1.0, 100.0), (1000.0, 100.0), (1.0, 1.0)))
    lines = (
        ("Adam's path in a ravine stays the same when all gradients are 1,000 times as large", loud - plain, "ε = 0"),
        ("… and when the floor is 100 times as flat as the walls, or not at all", mild - plain, "ε = 0, no rotation"),
    )
    for name, apart, applies in lines:
        yield Claim(
            name=name,
            scene=scene,
            source=f"{_KINGMA}, section 2.1",
            predicted=0.0,
            measured=float(np.abs(apart).max()),
            tolerance=1e-9,
            because="rounding of 60 steps, which the swings about the walls magnify a little",
            applies=f"{applies}, the largest distance over 60 steps",
            comparison="absolute",
        )
    turned = ravine_path("adam", hyper, 1.0, 100.0, 45.0, 60)
    yield Claim(
        name="… but not when the ravine is turned by 45°: the paths come to lie more than 1 apart",
        scene=scene,
        source=f"{_KINGMA}, Algorithm 1: every coordinate by itself",
        predicted=1.0,
        measured=float(np.hypot(*(turned - plain).T).max()),
        tolerance=0.0,
        because="a bound, far from the measurement",
        applies="η = 0.1, from (−8, 3), κ = 100, 60 steps",
        comparison="at least",
    )


def _reddi(scene: str) -> Iterator[Claim]:
    """f sums to (C − 2)x > 0 or 10x over a period, so x = −1 is best; Adam divides the rare large gradient down."""
    theorem = Hyper(learning_rate=0.5, beta1=0.0, beta2=0.1, epsilon=0.0)  # β₂ = 1/(1 + C²), C = 3
    online = Hyper(learning_rate=0.5, beta1=0.9, beta2=0.99, epsilon=1e-8)
    cases = (
        ("theorem 1, C = 3", theorem, (3.0, 1.0, 3), 60_000),
        ("1010x once in 101 steps, else −10x", online, (1010.0, 10.0, 101), 400_000),
    )
    for label, hyper, losses, steps in cases:
        given = rare_gradients(*losses, steps)
        for method, name, wanted in (
            ("adam", "Adam goes to the worst point +1", 1.0),
            ("amsgrad", "AMSGrad to the best, −1", -1.0),
        ):
            path, update = driven(method, hyper, given, bound=1.0, decaying=True)
            yield Claim(
                name=f"{name} ({label})",
                scene=scene,
                source=f"{_REDDI}, section 3 and theorem 1" if losses[2] == 3 else f"{_REDDI}, section 5",
                predicted=wanted,
                measured=float(path[-10 * losses[2] :].mean()),
                tolerance=0.01,
                because=f"the last steps, a few η/√t long with t = {steps}, move to and fro beside the end of the interval",
                applies="x in [−1, 1] from 0, learning rate 0.5/√t",
            )
            pattern = rare_gradients(*losses, losses[2])
            yield Claim(
                name=f"{'Adam' if method == 'adam' else 'AMSGrad'}'s drift over one period, in η ({label})",
                scene=scene,
                source=f"{_REDDI}, theorem 1; core/theory/rare_gradient.py",
                predicted=drift(pattern, hyper.beta1, hyper.beta2, largest=method == "amsgrad"),
                measured=-float(update[-losses[2] :].sum()),
                tolerance=1e-5,
                because="η times a step, taken off a number near 1, keeps some twelve of its digits; ε is left out",
            )
    yield Claim(
        name="with β₂ above 0.472 Adam remembers the rare gradient long enough (theorem 1, C = 3)",
        scene=scene,
        source="core/theory/rare_gradient.py",
        predicted=turning_point(rare_gradients(3.0, 1.0, 3, 3), 0.0),
        measured=_measured_turn(theorem),
        tolerance=1e-6,
        because="bisection on runs of 3,000 steps stops at 1e-7",
        applies="β₁ = 0, ε = 0",
    )


def _measured_turn(hyper: Hyper) -> float:
    """The β₂ from which real runs drift down instead of up, by bisection."""
    given = rare_gradients(3.0, 1.0, 3, 3000)
    low, high = 0.1, 0.9
    while high - low > 1e-7:
        middle = 0.5 * (low + high)
        rises = -float(driven("adam", hyper._replace(beta2=middle), given)[1][-3:].sum()) > 0.0
        low, high = (middle, high) if rises else (low, middle)
    return 0.5 * (low + high)
