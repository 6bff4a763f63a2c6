"""Experiments with noise in two valleys: how far runs spread, what a valley can hold, where the noise leaves them."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.optimizers import Hyper
from core.sharp_flat.cloud import gradient_noise, starts, walk
from core.sharp_flat.landscape import borders, two_valleys, whereabouts
from core.theory.momentum import stability_limit
from core.theory.occupation import chain, gibbs, temperature
from core.theory.sgd_noise import adam_floor, noise_floor

FLOOR = "AR(2) variance, Box & Jenkins 1970; core/theory/sgd_noise.py"
CHAIN = "Chapman–Kolmogorov equation; core/theory/occupation.py"
NAMES = {"sgd": "SGD", "momentum": "momentum", "adam": "Adam"}
RUNS, STEPS = 4000, 400


def prove_noise(scene: str) -> Iterator[Claim]:
    """Every claim about noise in the two valleys."""
    yield from _floors(scene)
    yield from _limits(scene)
    yield from _chain(scene)
    yield from _small_steps(scene)


def _floors(scene: str) -> Iterator[Claim]:
    """Runs that begin at a minimum with walls so high that nobody leaves, and the spread they come to."""
    landscape = two_valleys(20.0, 10.0)
    noise = gradient_noise(3, STEPS, RUNS)
    cases = (
        ("sgd", "sharp", 0.02, 0.0, 0.5),
        ("sgd", "sharp", 0.08, 0.0, 0.5),
        ("momentum", "sharp", 0.05, 0.9, 0.5),
        ("momentum", "flat", 0.05, 0.5, 1.0),
        ("adam", "sharp", 0.05, 0.9, 0.75),
        ("adam", "flat", 0.05, 0.9, 0.75),
    )
    for method, valley, rate, momentum, scale in cases:
        at, curvature = (landscape.sharp_at, 20.0) if valley == "sharp" else (landscape.flat_at, 1.0)
        ends = walk(method, landscape, np.full(RUNS, at), Hyper(rate, momentum), scale, noise)[-1]
        adam = method == "adam"
        floor = adam_floor(rate, 0.9, curvature, scale)[0] if adam else float(noise_floor(rate, momentum, curvature, scale))
        yield Claim(
            name=f"{NAMES[method]}: spread E(x − x*)² in the {valley} valley, ηλ = {rate * curvature:g}, β = {momentum:g}",
            scene=scene,
            source=FLOOR + (" (β₂ → 1)" if adam else ""),
            predicted=floor,
            measured=float(np.mean((ends - at) ** 2)),
            tolerance=4.0 * math.sqrt(2.0 / RUNS) + (0.03 if adam else 0.0),
            because=f"four standard errors √(2/n) from n = {RUNS} runs" + (", and v wavers with β₂ = 0.999" if adam else ""),
            applies="barrier 100 spreads away or more; ηλ below the limit",
        )


def _limits(scene: str) -> Iterator[Claim]:
    """Almost without noise, just below the limit and just above: who is at rest at the sharp minimum after many steps.

    Above the limit a run need not leave the valley: where its walls grow gentler it may swing to and fro between them.
    """
    landscape = two_valleys(20.0, 0.1)
    begin = starts(landscape.sharp_at, 0.01, 50)
    noise = gradient_noise(4, 1500, 50)
    for method, momentum in (("sgd", 0.0), ("momentum", 0.5), ("momentum", 0.9)):
        limit = float(stability_limit(method, momentum))
        for share, held in ((0.97, 1.0), (1.03, 0.0)):
            rate = share * limit / landscape.sharp
            ends = walk(method, landscape, begin, Hyper(rate, momentum), 1e-4, noise)[-1]
            yield Claim(
                name=f"{NAMES[method]}, β = {momentum:g}: share at rest at a minimum of ηλ = {share:g} × {limit:g}",
                scene=scene,
                source="Jury 1964; Goh 2017; core/theory/momentum.py",
                predicted=held,
                measured=float(np.mean(np.abs(ends - landscape.sharp_at) < 0.01)),
                tolerance=0.0,
                because="a count: below the limit all come to rest, above it none",
                applies="1,500 steps, hardly any noise",
                comparison="absolute",
            )


def _chain(scene: str) -> Iterator[Claim]:
    landscape = two_valleys(20.0, 0.1)
    edges = borders(landscape)
    begin = starts(-0.1, 0.03, RUNS)
    noise = gradient_noise(3, STEPS, RUNS)
    for rate, scale in ((0.05, 0.75), (0.02, 2.0), (0.11, 0.75)):
        ends = walk("sgd", landscape, begin, Hyper(rate), scale, noise)[-1]
        expected = float(chain(landscape, edges, begin, rate, scale, STEPS, 1).shares[-1, 0])
        yield Claim(
            name=f"SGD: share left in the sharp valley after {STEPS} steps, ηλ = {20 * rate:g}, noise {scale:g}",
            scene=scene,
            source=CHAIN,
            predicted=expected,
            measured=float(whereabouts(ends, edges)[0]),
            tolerance=0.005 + 4.0 * math.sqrt(expected * (1.0 - expected) / RUNS),
            because=f"0.005 for the width of the cells, and four standard errors of a share among {RUNS} runs",
            comparison="absolute",
        )


def _small_steps(scene: str) -> Iterator[Claim]:
    """At one temperature and one time η × steps: the chain comes to Gibbs's density as ηλ♯ falls, and is far from it at 1."""
    landscape = two_valleys(20.0, 0.1)
    edges = borders(landscape)
    begin = np.full(1, landscape.sharp_at)
    heat, time = 0.05, 24.0
    resting = float(gibbs(landscape, edges, heat)[0])

    def ends(rate: float) -> float:
        scale = math.sqrt(2.0 * heat / rate)
        assert math.isclose(temperature(rate, scale), heat)
        return float(chain(landscape, edges, begin, rate, scale, round(time / rate), 1, fine=4.0).shares[-1, 0])

    tiny, small, large = ends(0.008), ends(0.016), ends(0.05)
    yield Claim(
        name="SGD rests in Gibbs’s density as ηλ♯ → 0: share in the sharp valley, drawn out from 0.16 and 0.32 to 0",
        scene=scene,
        source="Gibbs density of Langevin's equation; Jastrzębski et al. 2017; core/theory/occupation.py",
        predicted=resting,
        measured=2.0 * tiny - small,
        tolerance=0.006,
        because="what is left of order (ηλ♯)²: half the rates bring a quarter of it",
        applies="T = h/2, long after the start",
        comparison="absolute",
    )
    yield Claim(
        name="… of which at ηλ♯ = 1 and the same η/B hardly more than a half is left",
        scene=scene,
        source="core/theory/occupation.py, measured",
        predicted=0.65 * resting,
        measured=large,
        tolerance=0.0,
        because="a bound: here 1/(1 − ηλ♯/2) doubles the sharp valley's spread",
        applies="the same landscape and temperature",
        comparison="at most",
    )
    two, four = (adam_floor(rate, 0.9, 1.0, 0.75 / math.sqrt(more))[0] for rate, more in ((0.01, 1.0), (0.02, 4.0)))
    noise = gradient_noise(3, STEPS, RUNS)
    wide = two_valleys(20.0, 10.0)
    spreads = [
        float(np.mean((walk("adam", wide, np.full(RUNS, wide.flat_at), Hyper(r), 0.75 / b, noise)[-1] - wide.flat_at) ** 2))
        for r, b in ((0.01, 1.0), (0.02, 2.0))
    ]
    yield Claim(
        name="Adam keeps its spread where η/√B stays: η and √B doubled, spread after over before",
        scene=scene,
        source="Malladi et al. 2022; core/theory/sgd_noise.py",
        predicted=four / two,
        measured=spreads[1] / spreads[0],
        tolerance=0.05,
        because="the same noise in both, but with twice the rate the start is forgotten sooner",
        applies="flat valley, noise larger than the gradient",
    )
