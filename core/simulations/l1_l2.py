"""L1 and L2: a penalty grows, and the minimum moves: two weights with their contours, and ten weights of a regression."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.data.ten_features import FEATURES, TRUTH, ten_features
from core.params import Params, Value, choice, real, switch, whole
from core.penalized import kkt_violations, pair_path, penalized_path
from core.penalty_walks import RULES, walk_all
from core.proofs.l1_l2 import prove
from core.proofs.penalties import about_pair, about_walks, adam
from core.proofs.regularization_path import about_path
from core.recording import F64, I64, Ending, Outcome, Recording, array
from core.simulation import Simulation

SLUG = "l1-l2"
FRAMES = 100  # steps in which λ grows from 0 to its setting
GRID = 120  # steps from 0 to the largest setting
MOST = 1.2  # the largest λ, as a share of λ_max
PENALTIES = ("l1", "l2", "elastic_net")
WALKS = ("l1", "l2", "elastic_net", "weight_decay")
_BY_PENALTY, _DECAYING = RULES[:3], RULES[3:]
CHOSEN: tuple[dict[str, Value], ...] = (
    {},
    {"walk": "weight_decay", "strength": 1.0},
    {"walk": "elastic_net", "strength": 1.2, "share": 0.9},
    {"orthonormal": True, "correlation": 0.0},
    {"correlation": 0.98, "strength": 0.3},
)


@dataclass(frozen=True, kw_only=True)
class L1L2Params(Params):
    """The knobs."""

    strength: float = real(
        0.7,
        0.0,
        MOST,
        label="Penalty strength",
        symbol="λ/λₘₐₓ",
        help="λ grows to this share of λₘₐₓ, where L1 leaves nothing. The loss is ½|y − Xw|², not a mean over examples.",
        group="Penalty",
    )
    share: float = real(
        0.5,
        0.0,
        1.0,
        label="Share of L1",
        symbol="α",
        help="How much of the elastic net is L1; the rest is L2.",
        group="Penalty",
    )
    correlation: float = real(
        0.3,
        -0.98,
        0.98,
        label="Correlation",
        symbol="ρ",
        help="Of the two features in the maps, and of the first two of the ten: tilts and stretches the contours.",
        group="Data",
    )
    noise: float = real(
        0.3,
        0.0,
        2.0,
        label="Noise in the targets",
        symbol="σ",
        help="Its standard deviation, in the ten weights' fit.",
        group="Data",
    )
    orthonormal: bool = switch(
        False, label="Orthonormal features", help="All others of the ten at right angles: then closed forms hold.", group="Data"
    )
    walk: str = choice(
        "l1",
        WALKS,
        label="Descent under",
        help="Which penalty the steps are taken under, or L2 as weight decay.",
        group="Descent",
    )
    learning_rate: float = real(
        0.2, 0.01, 1.0, scale="log", label="Learning rate", symbol="η", help="How far a step goes.", group="Descent"
    )
    minimum_1: float = real(
        2.0,
        -2.8,
        2.8,
        label="Minimum, weight 1",
        symbol="a₁",
        help="Where the loss is lowest; drag it.",
        group="Map",
        folded=True,
    )
    minimum_2: float = real(
        0.7,
        -2.8,
        2.8,
        label="Minimum, weight 2",
        symbol="a₂",
        help="Where the loss is lowest; drag it.",
        group="Map",
        folded=True,
    )
    start_1: float = real(
        -1.4, -2.8, 2.8, label="Start, weight 1", help="Where the descents begin.", group="Descent", folded=True
    )
    start_2: float = real(
        1.6, -2.8, 2.8, label="Start, weight 2", help="Where the descents begin.", group="Descent", folded=True
    )
    steps: int = whole(
        60, 10, 200, label="Steps", symbol="T", help="How many steps each descent takes.", group="Descent", folded=True
    )
    examples: int = whole(
        40, 15, 400, label="Examples", symbol="N", help="Rows of the regression with ten features.", group="Data", folded=True
    )


def rules(params: L1L2Params) -> tuple[str, ...]:
    """The rules of descent that are walked, by their names in `core.penalty_walks`."""
    return _DECAYING if params.walk == "weight_decay" else _BY_PENALTY


def shares(params: L1L2Params) -> dict[str, float]:
    """α of each penalty, and of each walk."""
    return {"l1": 1.0, "l2": 0.0, "elastic_net": params.share, "weight_decay": 0.0}


@dataclass(frozen=True, eq=False, kw_only=True)
class L1L2Recording(Recording):
    """Frame k has the penalty λ = relative[k]·λ_max, with λ_max of each of the two problems. All arrays are float64.

    relative (frame,):                       λ/λ_max, from 0 to the setting.
    solution (penalty, frame, coordinate):   the minimum of two weights, in closed form.
    walk (frame, method, step, coordinate):  descents towards it, from the start; NaN after a divergence.
    weights (penalty, frame, feature):       the minimum of the ten, by coordinate descent; of ridge by its linear system.
    violation (penalty, frame):              how far `weights` are from the conditions of a minimum, as a share of λ_max.
    grid (grid,), path (penalty, grid, feature): the same minima over all λ/λ_max there are to set, for the curves.
    inputs (example, feature), targets (example,), truth (feature,): the regression of the ten, and what made its targets.
    penalties, methods:   names along those axes.
    pair_max, ten_max:    λ_max of both problems: max|Xᵀy|.
    endings:              of each method's descent under the full λ.
    """

    params: L1L2Params
    relative: F64 = array("frame")
    solution: F64 = array("penalty", "frame", "coordinate")
    walk: F64 = array("frame", "method", "step", "coordinate")
    weights: F64 = array("penalty", "frame", "feature")
    violation: F64 = array("penalty", "frame")
    grid: F64 = array("grid")
    path: F64 = array("penalty", "grid", "feature")
    inputs: F64 = array("example", "feature")
    targets: F64 = array("example")
    truth: F64 = array("feature")
    penalties: tuple[str, ...] = PENALTIES
    methods: tuple[str, ...]
    pair_max: float
    ten_max: float

    @classmethod
    def lengths(cls, params: L1L2Params) -> dict[str, int]:
        """How long each axis is."""
        return {
            "frame": FRAMES + 1,
            "penalty": len(PENALTIES),
            "coordinate": 2,
            "method": len(rules(params)),
            "step": params.steps + 1,
            "feature": FEATURES,
            "grid": GRID + 1,
            "example": params.examples,
        }

    @property
    def last(self) -> int:
        """The frame at which λ has grown to its setting."""
        return len(self.relative) - 1

    @property
    def gram(self) -> F64:
        """H of the two weights: features of length 1 with correlation ρ."""
        return gram_of(self.params)

    @property
    def minimum(self) -> F64:
        """a, the minimum of the two weights' loss without a penalty."""
        return np.array([self.params.minimum_1, self.params.minimum_2])

    @property
    def walked(self) -> int:
        """The penalty under which the descents go, as a number."""
        return WALKS.index(self.params.walk) if self.params.walk != "weight_decay" else PENALTIES.index("l2")

    def settings(self, k: int = -1) -> list[tuple[float, float]]:
        """(λ, α) of each penalty on the two weights at frame k; the last one, when left out."""
        alphas = shares(self.params)
        return [(float(self.relative[k]) * self.pair_max, alphas[penalty]) for penalty in self.penalties]

    def zeros(self, k: int) -> I64:
        """How many of the ten weights are exactly 0 at frame k, under each penalty (penalty,)."""
        return np.asarray(np.count_nonzero(self.weights[:, k] == 0.0, axis=1), dtype=np.int64)


def gram_of(params: L1L2Params) -> F64:
    """H = [[1, ρ], [ρ, 1]]."""
    return np.array([[1.0, params.correlation], [params.correlation, 1.0]])


def simulate(params: L1L2Params, seed: int) -> L1L2Recording:
    """The minima for every λ on the way, and a descent to each of those of two weights. The seed makes the ten features."""
    relative = params.strength * np.arange(FRAMES + 1.0) / FRAMES
    grid = MOST * np.arange(GRID + 1.0) / GRID
    alphas = shares(params)
    gram = gram_of(params)
    a1, a2, rho = params.minimum_1, params.minimum_2, params.correlation
    pull = np.array([a1 + rho * a2, rho * a1 + a2])
    pair_max = float(np.abs(pull).max())
    strengths = pair_max * relative
    solution = np.stack([pair_path(gram, pull, strengths, alphas[penalty]) for penalty in PENALTIES])
    walked = np.array([RULES.index(rule) for rule in rules(params)])
    start = np.array([params.start_1, params.start_2])
    walk, broke = walk_all(walked, gram, pull, strengths, alphas[params.walk], params.learning_rate, start, params.steps)
    inputs, targets = ten_features(params.examples, rho, params.noise, params.orthonormal, seed)
    many, pulls = _moments(inputs, targets)
    ten_max = float(np.abs(pulls).max())
    weights = np.stack([penalized_path(many, pulls, ten_max * relative, alphas[penalty]) for penalty in PENALTIES])
    path = np.stack([penalized_path(many, pulls, ten_max * grid, alphas[penalty]) for penalty in PENALTIES])
    off = [
        kkt_violations(many, pulls, weights[number], ten_max * relative, alphas[penalty]) / ten_max
        for number, penalty in enumerate(PENALTIES)
    ]
    return L1L2Recording(
        params=params,
        seed=seed,
        endings=tuple(
            Ending(Outcome.DIVERGED, step) if step >= 0 else Ending(Outcome.COMPLETED, params.steps)
            for step in broke[-1].tolist()
        ),
        relative=relative,
        solution=solution,
        walk=walk,
        weights=weights,
        violation=np.stack(off),
        grid=grid,
        path=path,
        inputs=inputs,
        targets=targets,
        truth=np.array(TRUTH),
        methods=rules(params),
        pair_max=pair_max,
        ten_max=ten_max,
    )


def _moments(inputs: F64, targets: F64) -> tuple[F64, F64]:
    """XᵀX and Xᵀy, summed without BLAS: the same bytes everywhere."""
    return (inputs[:, :, None] * inputs[:, None, :]).sum(axis=0), (inputs * targets[:, None]).sum(axis=0)


def claims(recording: L1L2Recording) -> Iterable[Claim]:
    """What theory says about exactly these minima and descents."""
    settings, gram, minimum = recording.settings(), recording.gram, recording.minimum
    walks = dict(zip(recording.methods, recording.walk[-1], strict=True))
    target, walked = recording.solution[recording.walked, -1], settings[recording.walked]
    strengths, shares = recording.relative * recording.ten_max, [share for _, share in settings]
    yield from about_pair(SLUG, gram, minimum, recording.solution[:, -1], settings)
    yield from about_walks(SLUG, gram, minimum, target, walks, recording.params.learning_rate, walked)
    yield from about_path(SLUG, recording.inputs, recording.targets, strengths, recording.weights, shares, recording.violation)


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's formulas, and what can be claimed of runs chosen so that each part applies."""
    yield from prove(SLUG)
    yield from adam(SLUG)
    told = set()
    for values in CHOSEN:
        for claim in claims(simulate(L1L2Params.from_mapping(values), 1)):
            if claim.name not in told:
                told.add(claim.name)
                yield claim


SIMULATION = Simulation(slug=SLUG, params=L1L2Params, recording=L1L2Recording, simulate=simulate, claims=claims, proofs=proofs)
