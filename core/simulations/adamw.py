"""AdamW and Adam + L2: the decay alone, the decay in a small net, and the map of that net's trainings over η and decay."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core import decay_map
from core.claims import Claim
from core.decay_alone import left_of_weight, noisy_weights
from core.decay_map import LOOKS, METHODS, Setting, train_cells
from core.params import Params, choice, real, switch, whole
from core.proofs.decay import about, about_map, about_net, prove
from core.recording import F64, Ending, Outcome, Recording, array
from core.simulation import Simulation, Work, finished
from core.theory.decay import mean_weight
from core.training.decayed import Looks

SLUG = "adamw"
SIDES = ("16", "32", "64")
SWEEP = 61  # decays of the sweep: ηλ from 10⁻⁶ to 1
FRESH = 12  # pieces of the map between two pictures of it


@dataclass(frozen=True, kw_only=True)
class AdamwParams(Params):
    """The knobs."""

    show: str = choice(
        "decay", ("decay", "map"), label="Show", help="The decay itself, or the map of trainings.", group="View", view=True
    )
    learning_rate: float = real(
        0.01,
        1e-4,
        1.0,
        scale="log",
        label="Learning rate",
        symbol="η",
        help="Of both methods.",
        group="Optimizer",
    )
    weight_decay: float = real(
        0.3,
        1e-5,
        1e5,
        scale="log",
        label="Weight decay",
        symbol="λ",
        help="As PyTorch has it: AdamW takes the share ηλ of a weight in each step.",
        group="Optimizer",
    )
    quiet: float = real(
        0.3,
        0.01,
        100.0,
        scale="log",
        label="Quiet gradient",
        symbol="σ₁",
        help="Standard deviation of the gradient of a weight that hears little noise.",
        group="Gradient noise",
    )
    loud: float = real(
        3.0,
        0.01,
        100.0,
        scale="log",
        label="Loud gradient",
        symbol="σ₂",
        help="Standard deviation of the gradient of a weight that hears much.",
        group="Gradient noise",
    )
    resolution: str = choice("16", SIDES, label="Resolution", help="Trainings along each side of a map.", group="Map")
    normalized: bool = switch(
        True,
        label="Normalized net",
        help="Weights count by their direction alone, as before batch or layer normalization.",
        group="Map",
    )
    axis: str = choice(
        "paper",
        ("paper", "pytorch"),
        label="Axis of AdamW",
        help="The paper's decay per step ηλ, or PyTorch's λ.",
        group="Map",
        view=True,
    )
    steps: int = whole(
        320, 64, 1024, scale="log", label="Steps", symbol="T", help="Of each training.", group="Training", folded=True
    )
    examples: int = whole(
        40, 10, 100, label="Training examples", symbol="N", help="How many the net learns from.", group="Training", folded=True
    )
    noise: float = real(
        1.2,
        0.0,
        3.0,
        label="Noise of the points",
        help="How far they stray: the classes overlap.",
        group="Training",
        folded=True,
    )
    width: int = whole(12, 2, 24, label="Hidden width", symbol="H", help="Units of the net.", group="Training", folded=True)

    @property
    def side(self) -> int:
        """Cells along each side of a map."""
        return int(self.resolution)


@dataclass(frozen=True, eq=False, kw_only=True)
class AdamwRecording(Recording):
    """Methods in the order of `methods`: Adam + L2, AdamW. float64; after a divergence, and where nothing is known, NaN.

    weight, scatter (method, group, step): mean and standard deviation of weights that start at 1 and whose gradient is noise of
        mean 0 and standard deviation 0, σ₁ and σ₂ (`core.decay_alone`).
    predicted (method, group, step): the mean by theory (`core.theory.decay.mean_weight`).
    left (method, decay, step): what is left of a weight without gradient, by λ;  decays (decay): these λ.
    test_loss, train_loss (method, look): of the net trained at η and λ, after look·stride steps.
    theta, root, felt (method, look, parameter): its parameters, their √v̂, and the share of each that the decay took in the
        last update; NaN at the start (`core.training.decayed`).
    map_loss (method, row, column): mean test loss in the second half of the training of each cell; NaN where it diverged, and
        where it has not been trained yet.
    map_steps (method, row, column): the step at which it diverged, T where it did not; NaN where it is not trained yet.
    rates (column), map_decays (row): η; λ for Adam + L2 and ηλ for AdamW.
    stride: steps between looks.   endings: of the two trainings at η and λ.
    """

    params: AdamwParams
    weight: F64 = array("method", "group", "step")
    scatter: F64 = array("method", "group", "step")
    predicted: F64 = array("method", "group", "step")
    left: F64 = array("method", "decay", "step")
    decays: F64 = array("decay")
    test_loss: F64 = array("method", "look")
    train_loss: F64 = array("method", "look")
    theta: F64 = array("method", "look", "parameter")
    root: F64 = array("method", "look", "parameter")
    felt: F64 = array("method", "look", "parameter")
    map_loss: F64 = array("method", "row", "column")
    map_steps: F64 = array("method", "row", "column")
    rates: F64 = array("column")
    map_decays: F64 = array("row")
    methods: tuple[str, ...] = METHODS
    stride: int

    @classmethod
    def lengths(cls, params: AdamwParams) -> dict[str, int]:
        """How long each axis is."""
        return {
            "method": len(METHODS),
            "group": 3,
            "step": params.steps + 1,
            "decay": SWEEP,
            "look": params.steps // max(1, params.steps // LOOKS) + 1,
            "parameter": 4 * params.width + 1,
            "row": params.side,
            "column": params.side,
        }

    @property
    def last(self) -> int:
        """T: frame k shows everything after k steps."""
        return int(self.weight.shape[2]) - 1

    @property
    def share_known(self) -> float:
        """How much of the map has been trained, 0 to 1."""
        return float(np.isfinite(self.map_steps).mean())

    def look(self, k: int) -> int:
        """The newest look at the nets at step k."""
        return min(k // self.stride, int(self.test_loss.shape[1]) - 1)


def setting(params: AdamwParams, seed: int) -> Setting:
    """All that the map depends on."""
    return Setting(
        examples=params.examples,
        noise=params.noise,
        width=params.width,
        normalized=params.normalized,
        steps=params.steps,
        seed=seed,
    )


def gradually(params: AdamwParams, seed: int) -> Work[AdamwRecording]:
    """The weights and the two nets at once, then the map from coarse to fine; pieces that are known cost nothing."""
    recording = _without_map(params, seed)
    chosen, side = setting(params, seed), params.side
    losses, steps = recording.map_loss.copy(), recording.map_steps.copy()
    count, known = decay_map.pieces(chosen, side), sorted(decay_map.kept(chosen, side))
    coarsest = -(-((side // decay_map.COARSE) ** 2) // chosen.cells)
    missing = [number for number in range(count) if number not in known]
    for place, number in enumerate((*known, *missing)):
        if place >= len(known):
            if place in (len(known), coarsest) or place % FRESH == 0:  # at once, then the coarsest cells, then now and then
                yield replace(recording, map_loss=losses.copy(), map_steps=steps.copy())
            yield place / count
        found = decay_map.piece(chosen, side, number)
        decay_map.lay(chosen, side, number, found[0], losses)
        decay_map.lay(chosen, side, number, found[1], steps)
    yield replace(recording, map_loss=losses, map_steps=steps)


def _without_map(params: AdamwParams, seed: int) -> AdamwRecording:
    chosen, side = setting(params, seed), params.side
    hyper = chosen.hyper(params.learning_rate, params.weight_decay)
    spreads = (0.0, params.quiet, params.loud)
    weight, scatter = noisy_weights(METHODS, hyper, spreads, params.steps, seed)
    decays = np.geomspace(1e-6, 1.0, SWEEP) / params.learning_rate
    task = decay_map.task(chosen)
    nets = [train_cells(method, task, seed, [hyper], watched=True) for method in METHODS]
    unknown = np.full((len(METHODS), side, side), math.nan)
    return AdamwRecording(
        params=params,
        seed=seed,
        endings=tuple(_ending(net, params.steps) for net in nets),
        weight=weight,
        scatter=scatter,
        predicted=np.stack([[mean_weight(method, hyper, spread, params.steps) for spread in spreads] for method in METHODS]),
        left=np.stack([left_of_weight(method, hyper, decays, params.steps) for method in METHODS]),
        decays=decays,
        test_loss=np.concatenate([net.test for net in nets]),
        train_loss=np.concatenate([net.train for net in nets]),
        theta=np.concatenate([net.theta for net in nets]),
        root=np.concatenate([net.root for net in nets]),
        felt=np.concatenate([net.felt for net in nets]),
        map_loss=unknown,
        map_steps=unknown.copy(),
        rates=decay_map.columns(side),
        map_decays=decay_map.rows(side),
        stride=chosen.stride,
    )


def _ending(net: Looks, steps: int) -> Ending:
    ended = int(net.ended[0])
    return Ending(Outcome.DIVERGED, ended) if ended >= 0 else Ending(Outcome.COMPLETED, steps)


def simulate(params: AdamwParams, seed: int) -> AdamwRecording:
    """The whole run."""
    return finished(gradually(params, seed))


def claims(recording: AdamwRecording) -> Iterable[Claim]:
    """What theory says about exactly this run."""
    params = recording.params
    hyper = setting(params, recording.seed).hyper(params.learning_rate, params.weight_decay)
    spreads = (0.0, params.quiet, params.loud)
    yield from about(SLUG, hyper, spreads, recording.weight, recording.scatter, recording.left, recording.decays)
    yield from about_net(SLUG, hyper, recording.root, recording.felt)
    if recording.share_known == 1.0:
        yield from about_map(SLUG, recording.map_loss, params.normalized)


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's formulas."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=AdamwParams,
    recording=AdamwRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    gradually=gradually,
)
