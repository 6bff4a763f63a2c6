"""Adam taken apart: gradient, running means, bias correction and step, for streams of gradients and in a ravine."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.driven import drive
from core.gradient_streams import gaussian, stream
from core.optimizers import Hyper, method_code
from core.params import Params, Value, choice, real, whole
from core.proofs.adam_run import about
from core.proofs.adam_steps import prove
from core.recording import F64, Ending, Outcome, Recording, array
from core.simulation import Simulation
from core.surfaces import ravine_hessian

SLUG = "adam"
SIGNALS = ("constant", "spike", "noise", "surface", "reddi")
METHODS = {
    "constant": ("adam", "adam_uncorrected"),
    "spike": ("adam", "adam_uncorrected"),
    "noise": ("adam", "adam_uncorrected"),
    "surface": ("adam", "adam_uncorrected", "sgd"),
    "reddi": ("adam", "amsgrad"),
}
_USUAL: dict[str, Value] = {"beta1": 0.9, "beta2": 0.999, "learning_rate": 0.1, "steps": 100}


@dataclass(frozen=True, kw_only=True)
class AdamParams(Params):
    """The knobs."""

    signal: str = choice(
        "constant",
        SIGNALS,
        label="Gradients",
        help="The same each time; one alone; ± by coin toss; those of an ill-scaled ravine; Reddi's 3, −1, −1 again and again.",
        group="Gradients",
    )
    scale: float = real(
        1.0,
        1e-10,
        1e6,
        scale="log",
        label="Scale",
        symbol="G",
        help="All gradients are multiplied by it. Adam does not notice, until they are as small as ε.",
        group="Gradients",
    )
    noise: float = real(
        0.0,
        0.0,
        10.0,
        label="Noise",
        symbol="σ",
        help="Standard deviation of the noise on each gradient, in units of G; all methods meet the same noise.",
        group="Gradients",
    )
    condition: float = real(
        100.0,
        1.0,
        10000.0,
        scale="log",
        label="Condition number",
        symbol="κ",
        help="Steepest curvature (25) of the ravine over its flattest: how ill-scaled it is.",
        group="Gradients",
    )
    rotation: float = real(
        0.0,
        0.0,
        180.0,
        label="Rotation",
        unit="°",
        help="Turns the ravine. Adam scales x and y, and no other directions.",
        group="Gradients",
        folded=True,
    )
    spike_at: int = whole(
        5000,
        1,
        10000,
        label="Lone gradient at",
        help="The update at which the lone gradient comes, after so many without one. The run is shown from shortly before.",
        group="Gradients",
        folded=True,
    )
    learning_rate: float = real(
        0.1,
        1e-5,
        1.0,
        scale="log",
        label="Learning rate",
        symbol="η",
        help="The unit in which steps are measured; in Reddi's example it is η/√t, as in the paper.",
        group="Optimizer",
    )
    beta1: float = real(
        0.9,
        0.0,
        0.999,
        label="Memory of the mean",
        symbol="β₁",
        help="Share of the mean gradient m kept from step to step: it remembers about 1/(1 − β₁) gradients.",
        group="Optimizer",
    )
    beta2: float = real(
        0.999,
        0.0,
        0.9999,
        label="Memory of the square",
        symbol="β₂",
        help="Share of the mean squared gradient v kept from step to step: it remembers about 1/(1 − β₂) of them.",
        group="Optimizer",
    )
    epsilon: float = real(
        1e-8,
        1e-12,
        1.0,
        scale="log",
        label="Floor under the root",
        symbol="ε",
        help="Added to √v̂, so that nothing is divided by zero; gradients smaller than it make short steps.",
        group="Optimizer",
    )
    sgd_rate: float = real(
        0.04,
        1e-6,
        1.0,
        scale="log",
        label="SGD’s learning rate",
        help="Of plain descent beside Adam in the ravine; with G = 1 more than 0.08 is too much for the steep walls.",
        group="Run",
        folded=True,
    )
    start_x: float = real(-8.0, -10.0, 10.0, label="Start x", help="First parameter at step 0.", group="Run", folded=True)
    start_y: float = real(3.0, -10.0, 10.0, label="Start y", help="Second parameter at step 0.", group="Run", folded=True)
    steps: int = whole(100, 1, 2000, label="Steps", symbol="T", help="How many updates to simulate.", group="Run", folded=True)


def suggested(signal: str) -> dict[str, Value]:
    """Knob values with which a signal tells its story, for `replace`."""
    if signal == "reddi":  # the setting of theorem 1 for C = 3: β₂ = 1/(1 + C²)
        return {**_USUAL, "beta1": 0.0, "beta2": 0.1, "learning_rate": 0.5, "steps": 90}
    return {**_USUAL, "steps": 200} if signal in ("noise", "surface") else _USUAL


@dataclass(frozen=True, eq=False, kw_only=True)
class AdamRecording(Recording):
    """T updates by two or three methods that meet the same gradients, on the surface each those of its own place.

    Axis "method" as `methods` lists it, "coordinate" as `coordinates` does: one number, or x and y on the surface. Arrays are
    float64, row k after t = `first` + k updates; after a divergence (and at its step) they hold NaN.

    first:                               updates made before row 0: none, but for the spike nearly all of the silence.
    path (method, step, coordinate):     θ_t.
    gradient (method, step, coordinate): g_t, which took θ_{t−1} to θ_t, noise included. NaN at t = 0, as the next three.
    update (method, step, coordinate):   (θ_{t−1} − θ_t)/η_t: the step in units of the learning rate (for reddi η/√t, and
                                         before x is put back into [−1, 1]).
    mean (method, step, coordinate):     what stands above the fraction: m̂ = m/(1 − β₁ᵗ), m for adam_uncorrected.
    root (method, step, coordinate):     what stands below it, without ε: √v̂ with v̂ = v/(1 − β₂ᵗ), √v for adam_uncorrected,
                                         for amsgrad that of the largest v. NaN for sgd, as the mean.
    loss (method, step):                 ½ G θᵀHθ on the surface, without noise; NaN elsewhere.
    endings:                             per method; DIVERGED when a coordinate leaves ±1e150.
    """

    params: AdamParams
    path: F64 = array("method", "step", "coordinate")
    gradient: F64 = array("method", "step", "coordinate")
    update: F64 = array("method", "step", "coordinate")
    mean: F64 = array("method", "step", "coordinate")
    root: F64 = array("method", "step", "coordinate")
    loss: F64 = array("method", "step")
    first: int
    methods: tuple[str, ...]
    coordinates: tuple[str, ...]

    @classmethod
    def lengths(cls, params: AdamParams) -> dict[str, int]:
        """How long each axis is."""
        coordinates = 2 if params.signal == "surface" else 1
        return {"method": len(METHODS[params.signal]), "step": params.steps + 1, "coordinate": coordinates}

    @property
    def last(self) -> int:
        """T: frame k shows the state after `first` + k updates."""
        return int(self.loss.shape[1]) - 1


def given_gradients(params: AdamParams, steps: int, seed: int) -> F64:
    """What does not depend on where a method stands: G(s_t + σξ_t), s a stream or on the surface 0; (steps, d) float64."""
    size = 2 if params.signal == "surface" else 1
    given = np.zeros((steps, size))
    given[:, 0] = stream(params.signal, steps, params.spike_at, seed)
    if params.noise > 0.0:
        for lane in range(size):
            given[:, lane] += params.noise * gaussian(steps, lane, seed)
    return params.scale * given


def silence(params: AdamParams) -> int:
    """How many updates are made before the recording begins: for the spike all but at most 20 of those without a gradient."""
    return max(0, params.spike_at - 1 - min(20, params.steps // 4)) if params.signal == "spike" else 0


def simulate(params: AdamParams, seed: int) -> AdamRecording:
    """The run of every method. On the surface they start at the same point, elsewhere at 0; Reddi's x stays in [−1, 1]."""
    methods, online = METHODS[params.signal], params.signal == "reddi"
    first = silence(params)
    given = given_gradients(params, first + params.steps, seed)
    count, size = given.shape[0] + 1, given.shape[1]
    xx, xy, yy = ravine_hessian(params.condition, params.rotation)
    hessian = params.scale * np.array([[xx, xy], [xy, yy]]) if size == 2 else np.zeros((1, 1))
    start = np.array([params.start_x, params.start_y]) if size == 2 else np.zeros(1)
    shape = (len(methods), count, size)
    path, gradient, update = (np.empty(shape) for _ in range(3))
    slots = np.empty((*shape, 3))
    endings = []
    for run, method in enumerate(methods):
        hyper = Hyper(
            learning_rate=params.sgd_rate if method == "sgd" else params.learning_rate,
            beta1=params.beta1,
            beta2=params.beta2,
            epsilon=params.epsilon,
        )
        bound = 1.0 if online else math.inf
        arrays = (path[run], gradient[run], update[run], slots[run])
        broke = drive(method_code(method), hyper, given, hessian, start, bound, online, *arrays)
        endings.append(Ending(Outcome.DIVERGED, broke) if broke >= 0 else Ending(Outcome.COMPLETED, params.steps))
    mean, root = _fraction(params, methods, slots)
    path, gradient, update, mean, root = (np.ascontiguousarray(a[:, first:]) for a in (path, gradient, update, mean, root))
    with np.errstate(over="ignore", invalid="ignore"):
        loss = 0.5 * np.einsum("rti,ij,rtj->rt", path, hessian, path) if size == 2 else np.full(path.shape[:2], math.nan)
    return AdamRecording(
        params=params,
        seed=seed,
        endings=tuple(endings),
        path=path,
        gradient=gradient,
        update=update,
        mean=mean,
        root=root,
        loss=loss,
        first=first,
        methods=methods,
        coordinates=("x", "y") if size == 2 else ("x",),
    )


def _fraction(params: AdamParams, methods: tuple[str, ...], slots: F64) -> tuple[F64, F64]:
    """`mean` and `root` of the recording, from the state of each method."""
    t = np.arange(slots.shape[1], dtype=np.float64)[:, None]
    shares = [1.0 - beta**t for beta in (params.beta1, params.beta2)]
    mean, root = np.full(slots.shape[:3], math.nan), np.full(slots.shape[:3], math.nan)
    for run, method in enumerate(methods):
        if method == "sgd":
            continue
        square = slots[run, :, :, 2 if method == "amsgrad" else 1]
        bare = method == "adam_uncorrected"
        mean[run, 1:] = slots[run, 1:, :, 0] / (1.0 if bare else shares[0][1:])
        root[run, 1:] = np.sqrt(square[1:] / (1.0 if bare else shares[1][1:]))
    return mean, root


def effective_steps(recording: AdamRecording) -> F64:
    """η/(√v̂ + ε), by what each method multiplies its mean gradient; for sgd its learning rate. Shaped as `root`.

    Row 0 is NaN; for reddi η is η/√t.
    """
    params = recording.params
    rate = np.full(recording.last + 1, params.learning_rate)
    if params.signal == "reddi":
        rate[1:] /= np.sqrt(np.arange(1.0, recording.last + 1.0))
    steps = rate[:, None] / (recording.root + params.epsilon)
    for run, method in enumerate(recording.methods):
        if method == "sgd":
            steps[run, 1:] = np.where(np.isnan(recording.update[run, 1:]), math.nan, params.sgd_rate)
    return steps


def claims(recording: AdamRecording) -> Iterable[Claim]:
    """What theory says about exactly this run: steps of pure streams, the first step in a ravine, a bound for every step."""
    params = recording.params
    hyper = Hyper(beta1=params.beta1, beta2=params.beta2, epsilon=params.epsilon / params.scale)
    updates = dict(zip(recording.methods, recording.update, strict=True))
    gradients = recording.gradient[0] / params.scale
    yield from about(SLUG, params.signal, hyper, updates, gradients, recording.first, params.spike_at, params.noise)


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's numbers, run by the kernels the scene uses."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=AdamParams,
    recording=AdamRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
)
