"""Warmup: sixteen seeds of a Post-LN stack, trained with the same budget of learning rate with and without a gentle start."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.claims import Claim
from core.digit_blocks import Setup, first_noise, guessing_loss, has_learned, starting_likeness, train
from core.params import Params, choice, real, whole
from core.proofs.warmup import prove
from core.recording import F64, Ending, Outcome, Recording, array
from core.schedules import Plan, learning_rates
from core.simulation import Simulation, Work, finished
from core.theory.warmup import SPENT, spent
from core.training.threads import in_order

SLUG = "warmup"
SEEDS = 16
MEASURED = 64  # gradients averaged into v̂ before the first update, and followed to see how v̂ settles
DECAYS = SPENT
SCHEDULES = {"constant": "linear_warmup", "linear": "warmup_linear", "cosine": "warmup_cosine", "inverse_sqrt": "inverse_sqrt"}


@dataclass(frozen=True, kw_only=True)
class WarmupParams(Params):
    """The knobs. Schedule and stack hold for every group of runs."""

    compare: str = choice(
        "warmup",
        ("warmup", "decays"),
        label="Compare",
        help="With and without warmup, or four decays after the same warmup; always as many steps and the same sum of rates.",
        group="Runs",
    )
    third: str = choice(
        "measured_v",
        ("none", "measured_v", "radam"),
        label="Third group",
        help="Also without warmup: Adam whose v̂ is measured on 64 batches before the first step, or RAdam.",
        group="Runs",
    )
    schedule: str = choice(
        "cosine",
        DECAYS,
        label="Decay",
        help="How the rate falls after the warmup.",
        group="Schedule",
    )
    learning_rate: float = real(
        0.0165, 0.001, 0.03, scale="log", symbol="η", label="Peak rate", help="The highest learning rate.", group="Schedule"
    )
    warmup: int = whole(
        75, 0, 240, symbol="W", unit="steps", label="Warmup", help="Steps over which the rate rises.", group="Schedule"
    )
    floor: float = real(
        0.0,
        0.0,
        1.0,
        label="Floor",
        help="Share of the peak at which cosine and linear end.",
        group="Schedule",
        folded=True,
    )
    decay_end: float = real(
        1.0,
        0.05,
        1.0,
        label="Decay ends at",
        help="Where cosine and linear reach their floor, as a share of the run.",
        group="Schedule",
        folded=True,
    )
    norm: str = choice(
        "post",
        ("post", "pre"),
        label="Layer norm",
        help="After each block, as in 2017, or before each branch.",
        group="Stack",
    )
    depth: int = whole(16, 1, 24, symbol="L", label="Depth", help="Blocks in the stack.", group="Stack")
    beta2: float = real(
        0.999, 0.9, 0.9999, symbol="β₂", label="Memory of g²", help="Of Adam and RAdam.", group="Stack", folded=True
    )
    steps: int = whole(150, 20, 240, symbol="T", label="Steps", help="Updates in every run.", group="Runs", folded=True)


@dataclass(frozen=True, eq=False, kw_only=True)
class WarmupRecording(Recording):
    """Groups of S = 16 runs of T updates. Run s starts from the same weights and meets the same batches in every group.

    rate (group, update):       η of update k + 1 (of RAdam before its own factor r_t).
    loss (group, seed, step):   mean cross-entropy of the batch that update k + 1 learns from, before it. NaN: not run yet, or
                                the loss left float64.
    alike (group, seed, step):  mean cosine between the outputs (the vectors behind the last norm) of that batch's digits.
    moved (group, seed, step):  root mean square of update k over the weights it moved, in units of its η; NaN at k = 0.
    spread (seed, batch):       standard deviation of Adam's v̂ over its mean, over all weights of the net before training,
                                after t = 1 … 64 batches.
    groups:          no_warmup, warmup and the third group if there is one; or the names of the decays.
    budget:          Σ η over the updates, the same in every group.
    guess:           the lowest loss of a net that does not look at the digit.
    predicted_alike: `alike` before training in theory, for wide layers.
    endings:         of every run, group after group.
    """

    params: WarmupParams
    rate: F64 = array("group", "update")
    loss: F64 = array("group", "seed", "step")
    alike: F64 = array("group", "seed", "step")
    moved: F64 = array("group", "seed", "step")
    spread: F64 = array("seed", "batch")
    groups: tuple[str, ...]
    budget: float
    guess: float
    predicted_alike: float

    @classmethod
    def lengths(cls, params: WarmupParams) -> dict[str, int]:
        """How long each axis is."""
        steps = params.steps
        return {"group": len(groups_of(params)), "seed": SEEDS, "update": steps, "step": steps + 1, "batch": MEASURED}

    @property
    def last(self) -> int:
        """One frame per update, and the start."""
        return self.params.steps

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which runs have been worked out, (group, seed)."""
        return np.isfinite(self.loss[..., 0])

    def learned(self) -> npt.NDArray[np.bool_]:
        """Which runs have learned by each step (`core.digit_blocks.has_learned`), (group, seed, step)."""
        return has_learned(self.loss)

    @property
    def failed(self) -> tuple[int, ...]:
        """How many runs of each group have not learned by the end."""
        return tuple(int(row.sum()) for row in self.known & ~self.learned()[..., -1])


def groups_of(params: WarmupParams) -> tuple[str, ...]:
    """The names of the groups, in order."""
    if params.compare == "decays":
        return DECAYS
    return ("no_warmup", "warmup", *(() if params.third == "none" else (params.third,)))


def factors(params: WarmupParams, decay: str, *, warm: bool = True) -> F64:
    """The schedule over its peak, (T,).

    Without warmup linear and cosine decay from the first update on; the inverse square root, whose decay knows no other
    beginning than W, stays at its peak instead of rising to it.
    """
    total = float(max(round(params.decay_end * params.steps), 1))
    plan = Plan(total=total, warmup=float(params.warmup), floor=params.floor)
    if warm or decay == "inverse_sqrt":
        found = learning_rates(SCHEDULES[decay], 1.0, params.steps, plan)
        return found if warm else np.where(np.arange(params.steps) < params.warmup, 1.0, found)
    return learning_rates(SCHEDULES[decay], 1.0, params.steps, plan._replace(warmup=0.0))


def setups(params: WarmupParams) -> tuple[Setup, ...]:
    """How each group trains: every schedule is stretched so that all spend what the chosen one spends with its warmup."""
    budget = float(factors(params, params.schedule).sum())
    found = []
    for name in groups_of(params):
        decay, warm = (name, True) if name in DECAYS else (params.schedule, name == "warmup")
        shape = factors(params, decay, warm=warm)
        rates = params.learning_rate * budget / shape.sum() * shape
        found.append(
            Setup(
                place=params.norm,
                depth=params.depth,
                method="radam" if name == "radam" else "adam",
                beta2=params.beta2,
                rates=tuple(rates.tolist()),
                frozen=MEASURED if name == "measured_v" else 0,
            )
        )
    return tuple(found)


def gradually(params: WarmupParams, seed: int) -> Work[WarmupRecording]:
    """The schedules at once, then group after group, then how v̂ settles."""
    found, names = setups(params), groups_of(params)
    traces = np.full((3, len(names), SEEDS, params.steps + 1), np.nan)
    spread = np.full((SEEDS, MEASURED), np.nan)
    endings = [Ending(Outcome.COMPLETED, 0)] * (len(names) * SEEDS)

    def recording() -> WarmupRecording:
        rates = np.array([setup.rates for setup in found])
        return WarmupRecording(
            params=params,
            seed=seed,
            endings=tuple(endings),
            rate=rates,
            loss=traces[0].copy(),
            alike=traces[1].copy(),
            moved=traces[2].copy(),
            spread=spread.copy(),
            groups=names,
            budget=float(rates[0].sum()),
            guess=guessing_loss(),
            predicted_alike=starting_likeness(params.norm, params.depth),
        )

    yield recording()
    pieces = [functools.partial(train, setup, seed, key) for setup in found for key in range(SEEDS)]
    for number, run in enumerate(in_order(pieces)):
        traces[:, number // SEEDS, number % SEEDS] = run.loss, run.alike, run.moved
        endings[number] = run.ending
        yield (number + 1) / (len(pieces) + SEEDS)
        if number % (SEEDS // 2) == SEEDS // 2 - 1:
            yield recording()
    noise = [functools.partial(first_noise, params.norm, params.depth, params.beta2, MEASURED, seed, k) for k in range(SEEDS)]
    for key, line in enumerate(in_order(noise)):
        spread[key] = line
        yield (len(pieces) + key + 1) / (len(pieces) + SEEDS)
    yield recording()


def simulate(params: WarmupParams, seed: int) -> WarmupRecording:
    """All groups."""
    return finished(gradually(params, seed))


def claims(recording: WarmupRecording) -> Iterable[Claim]:
    """What theory says about exactly this run: the length of Adam's first step, and what the schedules spend."""
    params = recording.params
    for number, name in enumerate(recording.groups):
        if name in ("measured_v", "radam"):
            continue
        first = recording.moved[number, :, 1]
        yield Claim(
            name=f"{name}: Adam's first step moves every weight by its η, whatever the gradient",
            scene=SLUG,
            source="Kingma & Ba 2015, section 2.1: m̂/√v̂ = g/|g| at t = 1",
            predicted=1.0,
            measured=float(first[np.argmax(np.abs(first - 1.0))]),
            tolerance=1e-3,
            because="ε = 1e-8 counts beside the smallest gradients, and is nothing beside most",
            applies="weights with a gradient; root mean square over them, the worst of 16 runs",
        )
    ends_late = params.schedule in ("constant", "inverse_sqrt") or params.decay_end == 1.0
    if params.warmup <= params.steps and ends_late:
        yield Claim(
            name="the chosen schedule spends what the sum of its formula says, in peaks",
            scene=SLUG,
            source="core/theory/warmup.py",
            predicted=spent(params.schedule, params.steps, params.warmup, params.floor),
            measured=recording.budget / params.learning_rate,
            tolerance=1e-10,
            because="rounding of a sum of 240 numbers",
        )
    sums = recording.rate.sum(axis=1)
    yield Claim(
        name="every group spends the same sum of learning rates",
        scene=SLUG,
        source="how the groups are made: equal budget",
        predicted=recording.budget,
        measured=float(sums[np.argmax(np.abs(sums - recording.budget))]),
        tolerance=1e-10,
        because="rounding of sums",
    )


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's theory, and the counts of failed runs over several seeds."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=WarmupParams,
    recording=WarmupRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    gradually=gradually,
)
