"""Experiments with penalties: descent with proximal steps lands where the closed forms say, and exactly on zero under L1."""

from collections.abc import Callable, Iterator

from core import regularizers
from core.claims import Claim

# One weight on the loss ½h(w − a)²: descent by gradient steps of length η, each followed by the penalty's own step.
CURVATURE, CENTRE, RATE, STEPS = 2.0, 1.7, 0.1, 300
Pull = Callable[[float], float]


def descend(after: Pull, slope: Pull) -> list[float]:
    """w after 0 … STEPS steps w ← after(w − η(h(w − a) + slope(w))), from w = 3."""
    path = [3.0]
    for _ in range(STEPS):
        w = path[-1]
        path.append(after(w - RATE * (CURVATURE * (w - CENTRE) + slope(w))))
    return path


def _nothing(_: float) -> float:
    return 0.0


def _thresholding(strength: float) -> Pull:
    return lambda w: regularizers.soft_threshold(w, RATE * strength)


def prove(slug: str) -> Iterator[Claim]:
    """Every claim about L1, L2 and the elastic net on one weight."""
    for strength in (1.0, 4.0):
        end = descend(_thresholding(strength), _nothing)[-1]
        wanted = max(CENTRE - strength / CURVATURE, 0.0)
        yield Claim(
            name=f"L1 by proximal steps ends at max(a − λ/h, 0), λ = {strength:g}" + (": exactly zero" if not wanted else ""),
            scene=slug,
            source="Daubechies, Defrise & De Mol 2004 (soft threshold)",
            predicted=wanted,
            measured=end,
            tolerance=1e-14 if wanted else 0.0,
            because="rounding at a fixed point" if wanted else "the threshold returns 0 itself",
            applies="h = 2, a = 1.7",
            comparison="absolute",
        )
    rattle = descend(lambda w: w, lambda w: regularizers.l1_subgradient(w, 4.0))[-50:]
    yield Claim(
        name="L1 by subgradient steps rattles around zero instead: two steps apart by less than 2ηλ",
        scene=slug,
        source="core/regularizers.py: every step jumps by η(λ ± h|a − w|)",
        predicted=2.0 * RATE * 4.0,
        measured=max(rattle) - min(rattle),
        tolerance=0.0,
        because="a bound, not a number that is met",
        applies="the unpenalised slope at 0, ha = 3.4, is below λ = 4",
        comparison="at most",
    )
    yield Claim(
        name="… and never rests: at least η(λ − ha) from side to side",
        scene=slug,
        source="the shortest jump there is, from just above 0",
        predicted=RATE * (4.0 - CURVATURE * CENTRE),
        measured=max(rattle) - min(rattle),
        tolerance=0.0,
        because="a bound, not a number that is met",
        applies="the unpenalised slope at 0, ha = 3.4, is below λ = 4",
        comparison="at least",
    )
    yield from _smooth(slug)


def _smooth(slug: str) -> Iterator[Claim]:
    strength, share = 1.0, 0.25
    ends = {
        "L2 by gradient steps": (0.0, descend(lambda w: w, lambda w: regularizers.l2_gradient(w, strength))),
        "L2 by proximal steps": (0.0, descend(lambda w: regularizers.l2_shrink(w, RATE * strength), _nothing)),
        "elastic net by proximal steps": (
            share,
            descend(lambda w: regularizers.elastic_net_shrink(w, RATE * strength, share), _nothing),
        ),
    }
    for name, (by_l1, path) in ends.items():
        yield Claim(
            name=f"{name} ends at (ha − λα)/(h + λ(1 − α)), α = {by_l1:g}",
            scene=slug,
            source="Zou & Hastie 2005 in the form of Friedman et al. 2010; where h(w − a) + λα + λ(1 − α)w = 0",
            predicted=(CURVATURE * CENTRE - strength * by_l1) / (CURVATURE + strength * (1.0 - by_l1)),
            measured=path[-1],
            tolerance=1e-13,
            because="rounding at a fixed point",
            applies="a positive result; λ = 1",
        )
    silent = 2.0
    for _ in range(10):
        silent = regularizers.l2_shrink(silent, RATE)
    yield Claim(
        name="without data L2 shrinks a weight by the factor 1/(1 + ηλ) a step, ten times here, never to zero",
        scene=slug,
        source="the minimum of ½(u − w)² + ½ηλu²",
        predicted=2.0 / (1.0 + RATE) ** 10,
        measured=silent,
        tolerance=1e-14,
        because="rounding of ten quotients",
    )
