"""Momentum in a ravine: gradient descent, heavy ball and Nesterov from the same start on the same surface."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.optimizers import Hyper
from core.params import Params, Value, choice, real, whole
from core.recording import F64, Recording, array
from core.simulation import Simulation
from core.surfaces import NAMES, POLYNOMIALS, eigenvalues, named, ravine_hessian
from core.theory.measured_rate import measured_rate
from core.theory.momentum import METHODS, rate, stability_limit
from core.walk import walk

SLUG = "momentum-ravine"

_SETTINGS: dict[str, tuple[float, float]] = {  # learning rate and momentum
    "quadratic": (0.075, 0.6),
    "rosenbrock": (0.001, 0.9),
    "beale": (0.005, 0.9),
    "himmelblau": (0.005, 0.8),
    "saddle": (0.015, 0.6),
    "monkey_saddle": (0.0025, 0.7),
    "rastrigin": (0.002, 0.97),
    "ackley": (0.03, 0.9),
    "styblinski_tang": (0.01, 0.9),
    "three_hump_camel": (0.02, 0.8),
    "goldstein_price": (5e-6, 0.9),
    "plateau": (0.1, 0.9),
}


@dataclass(frozen=True, kw_only=True)
class MomentumRavineParams(Params):
    """The knobs. A start outside a surface's usual domain is allowed and taken as it is: the run just begins there."""

    surface: str = choice(
        "quadratic", NAMES, label="Surface", symbol="L", help="The loss over two parameters.", group="Surface"
    )
    condition: float = real(
        25.0,
        1.0,
        1000.0,
        scale="log",
        label="Condition number",
        symbol="κ",
        help="Steepest curvature (25) over flattest, on the quadratic: how long the ravine is.",
        group="Surface",
    )
    rotation: float = real(
        0.0, 0.0, 180.0, label="Rotation", unit="°", help="Turns the quadratic; 0 lays its floor along x.", group="Surface"
    )
    learning_rate: float = real(
        0.075,
        1e-7,
        1.0,
        scale="log",
        label="Learning rate",
        symbol="η",
        help="Length of a step per unit of gradient or velocity.",
        group="Optimizer",
    )
    momentum: float = real(
        0.6,
        0.0,
        0.999,
        label="Momentum",
        symbol="β",
        help="Share of the velocity kept from step to step; plain descent ignores it.",
        group="Optimizer",
    )
    noise: float = real(
        0.0,
        0.0,
        50.0,
        label="Gradient noise",
        symbol="σ",
        help="Standard deviation of the noise on each coordinate of the gradient; all methods meet the same noise.",
        group="Run",
    )
    start_x: float = real(-8.0, -10.0, 10.0, label="Start x", help="First parameter at step 0.", group="Run", folded=True)
    start_y: float = real(3.0, -10.0, 10.0, label="Start y", help="Second parameter at step 0.", group="Run", folded=True)
    steps: int = whole(120, 1, 2000, label="Steps", symbol="T", help="How many steps to simulate.", group="Run", folded=True)


def suggested(surface: str) -> dict[str, Value]:
    """Knob values with which a surface tells its story: learning_rate, momentum, start_x and start_y, for `replace`."""
    start_x, start_y = named(surface).start
    learning_rate, momentum = _SETTINGS[surface]
    return {"learning_rate": learning_rate, "momentum": momentum, "start_x": start_x, "start_y": start_y}


@dataclass(frozen=True, eq=False, kw_only=True)
class MomentumRavineRecording(Recording):
    """Three runs of T steps. Arrays are float64; after a divergence (and at its step) they hold NaN.

    path (method, step, 2):     θ_k, k = 0 … T.
    loss (method, step):        L(θ_k), without noise.
    velocity (method, step, 2): v_k after k steps, so θ_k = θ_{k−1} − η v_k; v_0 = 0. For sgd it is the gradient itself.
    gradient (method, step, 2): what took θ_{k−1} to θ_k, noise included, so v_k = β v_{k−1} + gradient_k; taken at
                                θ_{k−1}, for nesterov at θ_{k−1} − ηβ v_{k−1}. Row 0 is NaN.
    methods, surface:           names, in the order of the first axis.
    eigenvalues:                curvatures (λ_flat, λ_steep) of the quadratic; empty elsewhere.
    predicted_rates:            per method, the largest spectral radius over both eigenvalues; NaN off the quadratic.
    measured_rates:             per method, from the path alone (`core.theory.measured_rate`); NaN off the quadratic,
                                under noise, and for runs too short to tell.
    endings:                    per method, as `core.walk.Walk` tells.
    """

    params: MomentumRavineParams
    path: F64 = array("method", "step", "coordinate")
    loss: F64 = array("method", "step")
    velocity: F64 = array("method", "step", "coordinate")
    gradient: F64 = array("method", "step", "coordinate")
    methods: tuple[str, ...] = METHODS
    surface: str
    eigenvalues: tuple[float, ...]
    predicted_rates: tuple[float, ...]
    measured_rates: tuple[float, ...]

    @classmethod
    def lengths(cls, params: MomentumRavineParams) -> dict[str, int]:
        """How long each axis is."""
        return {"method": len(METHODS), "step": params.steps + 1, "coordinate": 2}

    @property
    def last(self) -> int:
        """T: frame k shows the runs after k steps."""
        return int(self.loss.shape[1]) - 1


def simulate(params: MomentumRavineParams, seed: int) -> MomentumRavineRecording:
    """The three runs. All meet the same noise: step k of each adds the same random numbers to its gradient.

    Common random numbers make it a fair race: what differs between the paths is the method, never the luck.
    """
    hyper = Hyper(learning_rate=params.learning_rate, momentum=params.momentum)
    walks = [
        walk(
            method,
            params.surface,
            (params.start_x, params.start_y),
            hyper,
            params.steps,
            condition=params.condition,
            rotation=params.rotation,
            noise=params.noise,
            seed=seed,
        )
        for method in METHODS
    ]
    path, gradient = np.stack([w.path for w in walks]), np.stack([w.gradients for w in walks])
    velocity = np.stack([w.slots[..., 0] for w in walks])
    velocity[0, 1:] = gradient[0, 1:]
    quadratic = params.surface == "quadratic"
    curvatures = eigenvalues(params.condition) if quadratic else ()
    unknown = (math.nan,) * 3
    return MomentumRavineRecording(
        params=params,
        seed=seed,
        endings=tuple(w.ending for w in walks),
        path=path,
        loss=np.stack([w.loss for w in walks]),
        velocity=velocity,
        gradient=gradient,
        surface=params.surface,
        eigenvalues=curvatures,
        predicted_rates=predicted_rates(params) if quadratic else unknown,
        measured_rates=_measured_rates(params, path) if quadratic and params.noise == 0.0 else unknown,
    )


def interpretable(params: MomentumRavineParams) -> bool:
    """Whether Python itself is quick enough: some 80 µs a step for the three, and no loop over the picture."""
    return params.steps <= 500 and params.surface in POLYNOMIALS


def predicted_rates(params: MomentumRavineParams) -> tuple[float, ...]:
    """Per method, the factor by which theory shrinks the error per step on the quadratic of these parameters."""
    curvatures = eigenvalues(params.condition)
    return tuple(float(rate(method, params.learning_rate, params.momentum, curvatures)) for method in METHODS)


def _measured_rates(params: MomentumRavineParams, path: F64) -> tuple[float, ...]:
    xx, xy, yy = ravine_hessian(params.condition, params.rotation)
    hessian = np.array([[xx, xy], [xy, yy]])
    return tuple(measured_rate(run, (0.0, 0.0), hessian) for run in path)


def rate_map(condition: float, learning_rates: F64, momenta: F64, method: str) -> F64:
    """Predicted rates for the (η, β) map: (len(momenta), len(learning_rates)) float64, row i at momenta[i].

    Above 1 the method diverges. `core.theory.momentum` has the curves to draw over it: `critical_momentum` and
    `stability_limit`.
    """
    return rate(method, np.asarray(learning_rates)[None, :], np.asarray(momenta)[:, None], eigenvalues(condition))


def claims(recording: MomentumRavineRecording) -> Iterable[Claim]:
    """What theory says about exactly this run: rates and stability on the noiseless quadratic, started off both axes."""
    params = recording.params
    if recording.surface != "quadratic" or params.noise > 0.0 or not _excites_both_modes(params):
        return
    for m, method in enumerate(recording.methods):
        predicted, measured = recording.predicted_rates[m], recording.measured_rates[m]
        if not math.isnan(measured) and params.steps >= 16:
            yield Claim(
                name=f"{method}: the error shrinks by the spectral radius per step",
                scene=SLUG,
                source="Polyak 1964; Goh 2017 (corrected); core/theory/momentum.py",
                predicted=predicted,
                measured=measured,
                tolerance=1e-4,
                because="near a double root, rounding of 1e-12 in the fitted recurrence moves the root by its square root",
                applies="noiseless quadratic, both eigenvectors excited, 16 steps or more",
            )
        if abs(math.log(max(predicted, 1e-3))) * params.steps > 20.0:
            start, end = recording.loss[m, 0], recording.loss[m, -1]
            shrank = bool(end < start)  # false for NaN: diverged
            yield Claim(
                name=f"{method}: {'stays below' if shrank else 'grows above'} the stability limit of ηλ",
                scene=SLUG,
                source="Jury 1964; Goh 2017; core/theory/momentum.py",
                predicted=float(stability_limit(method, params.momentum)),
                measured=params.learning_rate * recording.eigenvalues[1],
                tolerance=1e-9,
                because="rounding only: far enough from the limit, growth and decay cannot be confused",
                applies="the predicted change over the whole run is at least e^±20",
                comparison="at most" if shrank else "at least",
            )


def _excites_both_modes(params: MomentumRavineParams) -> bool:
    """Whether the start lies off both eigenvectors: an error without a steep part never shows the steep rate."""
    angle = math.radians(params.rotation)
    along = math.cos(angle) * params.start_x + math.sin(angle) * params.start_y
    across = math.cos(angle) * params.start_y - math.sin(angle) * params.start_x
    return min(abs(along), abs(across)) > 1e-3 * math.hypot(along, across)


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's formulas, run by the kernels the scene uses."""
    from core.proofs.momentum import prove  # only for `ravine verify`: a start need not load it

    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=MomentumRavineParams,
    recording=MomentumRavineRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    interpretable=interpretable,
)
