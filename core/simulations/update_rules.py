"""Update rules: an optimizer as lines of code that run one at a time, with every value they read and write."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.params import Params, Value, choice, real, switch, whole
from core.proofs.update_rules import Setting, about, prove
from core.recording import F64, Ending, Outcome, Recording, array
from core.simulation import Simulation
from core.surfaces import eigenvalues
from core.update_rules import METHODS, Program

SLUG = "update-rules"
MINIMUM = (2.0, 1.0)  # not where weight decay pulls to, so that the two can be told apart

_SUGGESTED: dict[str, dict[str, Value]] = {
    "momentum": {"learning_rate": 0.03, "beta1": 0.9},
    "nesterov": {"learning_rate": 0.03, "beta1": 0.9},
    "rmsprop": {"learning_rate": 0.1, "beta2": 0.99},
    "adam": {"learning_rate": 0.5, "beta1": 0.9, "beta2": 0.999},
    "adamw": {"learning_rate": 0.5, "beta1": 0.9, "beta2": 0.999},
}


@dataclass(frozen=True, kw_only=True)
class UpdateRulesParams(Params):
    """The knobs."""

    method: str = choice("adamw", METHODS, label="Method", help="Whose lines run.", group="Code")
    pytorch: bool = switch(
        False, label="PyTorch’s form", help="The same method as torch.optim computes it, where that differs.", group="Code"
    )
    correction: bool = switch(
        True,
        label="Bias correction",
        help="Whether Adam and AdamW divide by 1 − βᵗ. PyTorch’s form always does.",
        group="Code",
    )
    learning_rate: float = real(
        0.5, 1e-3, 1.0, scale="log", label="Learning rate", symbol="η", help="lr in the code.", group="Optimizer"
    )
    beta1: float = real(
        0.9,
        0.0,
        0.999,
        label="Memory of the mean",
        symbol="β₁",
        help="b1 in the code, or beta: the share of the velocity or of the mean gradient that an update keeps.",
        group="Optimizer",
    )
    beta2: float = real(
        0.999,
        0.0,
        0.9999,
        label="Memory of the square",
        symbol="β₂",
        help="b2 in the code: the share of the mean squared gradient that an update keeps.",
        group="Optimizer",
    )
    weight_decay: float = real(
        0.1,
        0.0,
        1.0,
        label="Weight decay",
        symbol="λ",
        help="wd in the code: pulls θ to 0. AdamW takes it from θ itself, all others add it to the gradient.",
        group="Optimizer",
    )
    updates: int = whole(12, 1, 60, label="Updates", symbol="T", help="How often the lines run.", group="Run")
    drop: int = whole(
        0,
        0,
        60,
        label="Rate falls after",
        help="After so many updates the learning rate is a tenth; 0: never.",
        group="Run",
        folded=True,
    )
    beside: str = choice(
        "other_form",
        ("other_form", *METHODS),
        label="Beside it",
        help="A second run from the same start, dotted: this method in its other form, or another method.",
        group="Run",
        folded=True,
    )
    epsilon: float = real(
        1e-8,
        1e-12,
        1.0,
        scale="log",
        label="Epsilon",
        symbol="ε",
        help="eps in the code: keeps the division from dividing by 0.",
        group="Optimizer",
        folded=True,
    )
    condition: float = real(
        25.0,
        1.0,
        1000.0,
        scale="log",
        label="Condition number",
        symbol="κ",
        help="Curvature along y (25) over that along x.",
        group="Bowl",
        folded=True,
    )
    start_x: float = real(-6.0, -10.0, 10.0, label="Start x", help="First parameter.", group="Bowl", folded=True)
    start_y: float = real(3.0, -10.0, 10.0, label="Start y", help="Second parameter.", group="Bowl", folded=True)


def suggested(method: str) -> dict[str, Value]:
    """Rates with which a method shows itself, for `replace`."""
    return dict(_SUGGESTED[method])


@dataclass(frozen=True, eq=False, kw_only=True)
class UpdateRulesRecording(Recording):
    """Every value after every line. Arrays are float64.

    values (line, name, 2): row k after k lines, row 0 before the first update; NaN where nothing was written yet; single
                            numbers (t, lr, step_size) stand in both coordinates.
    path (update, 2):       θ before the first update and after each.
    beside (update, 2):     the same of the second run.
    loss (update,):         L(θ) = ½ Σ λᵢ(θᵢ − cᵢ)² along `path`, without the decay's share.
    names, lines, setup:    names along the axis `name`; the texts of one update's lines, and of the line before them.
    other, other_pytorch:   method and form of the second run.
    apart:                  the largest distance between `path` and `beside` at the same update.
    """

    params: UpdateRulesParams
    values: F64 = array("line", "name", "coordinate")
    path: F64 = array("update", "coordinate")
    beside: F64 = array("update", "coordinate")
    loss: F64 = array("update")
    names: tuple[str, ...]
    lines: tuple[str, ...]
    setup: str
    other: str
    other_pytorch: bool
    apart: float

    @classmethod
    def lengths(cls, params: UpdateRulesParams) -> dict[str, int]:
        """How long each axis is."""
        lines = program_of(params)
        count = params.updates
        return {"line": 1 + count * len(lines.loop), "name": len(lines.names), "coordinate": 2, "update": count + 1}

    @property
    def last(self) -> int:
        """One frame per line that runs, and the start."""
        return len(self.values) - 1

    @property
    def program(self) -> Program:
        """The lines that ran, T times over."""
        return program_of(self.params)

    def at(self, k: int) -> tuple[int, int]:
        """(update, line), both from 1, of the line that has just run at frame k; (0, 0) before the first."""
        return (0, 0) if k == 0 else ((k - 1) // len(self.lines) + 1, (k - 1) % len(self.lines) + 1)

    def of(self, name: str, k: int) -> F64:
        """The value (2,) of a name at frame k."""
        found: F64 = self.values[k, self.names.index(name)]
        return found


def program_of(params: UpdateRulesParams) -> Program:
    """The lines that these params choose."""
    return setting(params).program(params.method, params.pytorch)


def curvatures(params: UpdateRulesParams) -> F64:
    """(λ_x, λ_y) of the bowl, (2,): steep along y, flat along x."""
    return np.array(eigenvalues(params.condition))


def setting(params: UpdateRulesParams) -> Setting:
    """The run that these params describe."""
    return Setting(
        method=params.method,
        pytorch=params.pytorch,
        corrected=params.correction,
        drop=params.drop,
        rates={
            "lr": params.learning_rate,
            "beta": params.beta1,
            "b1": params.beta1,
            "b2": params.beta2,
            "eps": params.epsilon,
            "wd": params.weight_decay,
        },
        start=np.array((params.start_x, params.start_y)),
        minimum=np.array(MINIMUM),
        curvatures=curvatures(params),
        updates=params.updates,
    )


def simulate(params: UpdateRulesParams, seed: int) -> UpdateRulesRecording:
    """The lines run `updates` times from the start. Nothing here is random, so the seed changes nothing."""
    run = setting(params)
    lines, values = run.run(params.method, params.pytorch)
    path = values[:: len(lines.loop), 0].copy()
    other = (params.method, not params.pytorch) if params.beside == "other_form" else (params.beside, params.pytorch)
    beside = run.points(*other).copy()
    return UpdateRulesRecording(
        params=params,
        seed=seed,
        endings=(Ending(Outcome.COMPLETED, params.updates),),
        values=values,
        path=path,
        beside=beside,
        loss=0.5 * (run.curvatures * (path - run.minimum) ** 2).sum(axis=1),
        names=lines.names,
        lines=tuple(line.text for line in lines.loop),
        setup=lines.setup.text,
        other=other[0],
        other_pytorch=other[1],
        apart=float(np.hypot(*(path - beside).T).max()),
    )


def claims(recording: UpdateRulesRecording) -> Iterable[Claim]:
    """What is true of exactly this run."""
    return about(SLUG, setting(recording.params))


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene, run by the lines it shows."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=UpdateRulesParams,
    recording=UpdateRulesRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
)
