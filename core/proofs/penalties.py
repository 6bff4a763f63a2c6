"""What theory says about a run of the penalties: where the minimum lies, and what the descents towards it reach."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.claims import Claim
from core.penalized import kkt_violation
from core.penalty_walks import RULES, walk_pair
from core.recording import F64
from core.regularizers import penalty
from core.theory import penalties as theory

NAMES = ("L1", "L2", "the elastic net")
_KKT = "Karush 1939, Kuhn & Tucker 1951; core/penalized.py"
_EDGE = np.linspace(0.0, 2.0 * np.pi, 1441)  # every quarter of a degree, the corners among them
Setting = tuple[float, float]  # λ and α


def about_pair(slug: str, gram: F64, minimum: F64, solutions: F64, settings: Sequence[Setting]) -> Iterator[Claim]:
    """Two weights: `solutions` (penalty, 2) are minima, nowhere on the set's edge is lower, corners are met from wedges."""
    pull = gram @ minimum
    for name, solution, (strength, share) in zip(NAMES, solutions, settings, strict=True):
        scale = strength + float(np.abs(pull).max())
        yield Claim(
            name=f"{name}, two weights: the closed form meets the conditions of a minimum",
            scene=slug,
            source=_KKT,
            predicted=0.0,
            measured=kkt_violation(gram, pull, solution, strength, share),
            tolerance=1e-12 * scale,
            because="rounding in a system of two equations whose condition number is below 100",
            comparison="absolute",
        )
        if strength > 0.0:
            yield from _touching(slug, name, gram, minimum, solution, strength, share)


def _touching(slug: str, name: str, gram: F64, minimum: F64, w: F64, strength: float, share: float) -> Iterator[Claim]:
    budget = penalty(w, 1.0, share)
    edge = theory.set_edge(_EDGE, budget, share)
    loss = _loss(gram, minimum, w[None, :])[0]
    yield Claim(
        name=f"{name}, two weights: the contour touches its set: nowhere on the edge is the loss lower",
        scene=slug,
        source="Lagrange; core/theory/penalties.py",
        predicted=float(loss),
        measured=float(_loss(gram, minimum, edge).min()),
        tolerance=1e-11 * (1.0 + float(loss)),
        because="rounding; a bound that only the touching point itself can reach",
        comparison="at least",
    )
    force = gram @ (minimum - w) - strength * (1.0 - share) * w
    if share > 0.0 and budget > 0.0 and (np.abs(np.abs(force) - strength * share)[w == 0.0] > 1e-9 * strength).all():
        met = theory.corner_met(gram, minimum, budget, share)
        yield Claim(
            name=f"{name}, two weights: a weight is exactly 0 where the minimum lies in the wedge of a corner, and only there",
            scene=slug,
            source="core/theory/penalties.py: the subgradients at a corner",
            predicted=float(met >= 0),
            measured=float(np.count_nonzero(w == 0.0)),
            tolerance=0.0,
            because="a count",
            applies="the minimum does not lie on a ray itself",
            comparison="absolute",
        )


def about_walks(
    slug: str,
    gram: F64,
    minimum: F64,
    solution: F64,
    walks: dict[str, F64],
    rate: float,
    setting: Setting,
) -> Iterator[Claim]:
    """Descents (step, 2) by the names of their rules in `core.penalty_walks`, under one penalty, towards `solution` (2,)."""
    sound = {name: path for name, path in walks.items() if np.isfinite(path).all()}
    if "proximal" in sound:
        yield from _proximal(slug, gram, minimum, solution, sound["proximal"], rate, setting)
    for rule in ("subgradient", "decreasing"):
        if rule in sound:
            rates = (
                rate / np.sqrt(np.arange(1.0, len(sound[rule])))
                if rule == "decreasing"
                else np.full(len(sound[rule]) - 1, rate)
            )
            yield _best(slug, rule, gram, minimum, solution, sound[rule], rates, setting)
    if "sgd_l2" in sound and "sgd_decay" in sound:
        farthest = float(np.abs(sound["sgd_l2"]).max())
        yield Claim(
            name="SGD with an L2 penalty takes the path of SGD with weight decay, a factor 1 − ηλ a step",
            scene=slug,
            source="w − η(g + λw) = (1 − ηλ)w − ηg; Loshchilov & Hutter 2019, proposition 1",
            predicted=0.0,
            measured=float(np.abs(sound["sgd_l2"] - sound["sgd_decay"]).max()) / max(farthest, 1e-300),
            tolerance=1e-12,
            because="as a share of the farthest weight: both round some five times a step, in 200 steps at most",
            comparison="absolute",
        )


def _proximal(slug: str, gram: F64, minimum: F64, solution: F64, path: F64, rate: float, setting: Setting) -> Iterator[Claim]:
    """How near the proximal steps come, and that a weight that must be 0 by then is 0 exactly."""
    strength, share = setting
    curvatures: F64 = np.asarray(np.linalg.eigvalsh(gram), dtype=np.float64)
    factor = theory.proximal_factor(curvatures, rate, strength, share)
    start, steps = float(np.linalg.norm(path[0] - solution)), len(path) - 1
    yield Claim(
        name="proximal steps: the distance to the minimum shrinks by max|1 − ηh|/(1 + ηλ(1 − α)) a step, or faster",
        scene=slug,
        source="Moreau 1965; core/theory/penalties.py",
        predicted=factor**steps * start,
        measured=float(np.linalg.norm(path[-1] - solution)),
        tolerance=1e-12,
        because="rounding at a fixed point; h are the curvatures, their ratio below 100",
        comparison="at most",
    )
    force = np.abs(gram @ (minimum - solution))
    slack = rate * (strength * share - force)[solution == 0.0]
    near = float(np.abs(1.0 - rate * curvatures).max()) * factor ** (steps - 1) * start
    if slack.size and near < slack.min():
        yield Claim(
            name="proximal steps: a weight whose pull is below λα is set to exactly 0 once the rest is near",
            scene=slug,
            source="Hale, Yin & Zhang, SIAM J. Optimization 19, 2008, theorem 4.5: zeros are found in finitely many steps",
            predicted=0.0,
            measured=float(np.abs(path[-1][solution == 0.0]).max()),
            tolerance=0.0,
            because="the threshold returns 0 itself",
            applies="the bound on the distance, times max|1 − ηh|, is below the slack η(λα − |pull|)",
            comparison="absolute",
        )


def _best(slug: str, rule: str, gram: F64, minimum: F64, solution: F64, path: F64, rates: F64, setting: Setting) -> Claim:
    """The best point that the subgradient steps met, beside the bound for all such methods."""
    strength, share = setting
    heights = _loss(gram, minimum, path) + np.array([penalty(w, strength, share) for w in path])
    lowest = _loss(gram, minimum, solution[None, :])[0] + penalty(solution, strength, share)
    norms = np.linalg.norm(np.diff(path, axis=0), axis=1) / rates
    distance = float(np.linalg.norm(path[0] - solution))
    return Claim(
        name=f"subgradient steps, {'smaller and smaller' if rule == 'decreasing' else 'all of one η'}: the best point met lies "
        "at most (d² + Ση²g²)/(2Ση) above the minimum",
        scene=slug,
        source="Shor 1985; core/theory/penalties.py",
        predicted=theory.subgradient_bound(distance, rates, norms),
        measured=float(heights[:-1].min() - lowest),
        tolerance=1e-12,
        because="rounding",
        comparison="at most",
    )


def adam(slug: str) -> Iterator[Claim]:
    """With L2 in the gradient Adam still looks for the minimum of the penalized loss; with weight decay it does not."""
    gram, minimum = np.array([[1.0, 0.3], [0.3, 1.0]]), np.array([2.0, 0.7])
    strength, steps = 1.5, 20_000
    wanted = np.linalg.solve(gram + strength * np.eye(2), gram @ minimum)
    ends = {}
    for rule in ("adam_l2", "adamw"):
        path = np.empty((steps + 1, 2))
        walk_pair(RULES.index(rule), gram, gram @ minimum, strength, 0.0, 1e-3, np.array([-1.4, 1.6]), path)
        ends[rule] = float(np.linalg.norm(path[-1] - wanted))
    yield Claim(
        name="Adam with an L2 penalty ends at the minimum of the penalized loss",
        scene=slug,
        source="Loshchilov & Hutter 2019, section 2: where g + λw = 0 both running means die out",
        predicted=0.0,
        measured=ends["adam_l2"],
        tolerance=1e-3,
        because="a step is up to η = 0.001 long",
        applies="η = 0.001, 20,000 steps, no noise",
        comparison="absolute",
    )
    yield Claim(
        name="AdamW ends elsewhere: its decay is not divided by √v̂ as the gradient is",
        scene=slug,
        source="Loshchilov & Hutter 2019, proposition 2; core/proofs/decay.py goes further",
        predicted=0.1,
        measured=ends["adamw"],
        tolerance=0.0,
        because="a hundred steps' length: far more than either walk still moves",
        applies="η = 0.001, 20,000 steps, no noise",
        comparison="at least",
    )


def _loss(gram: F64, minimum: F64, points: F64) -> F64:
    """½(w − a)ᵀH(w − a) of points (n, 2)."""
    off = points - minimum
    return np.asarray(0.5 * (off * (off @ gram)).sum(axis=1))
