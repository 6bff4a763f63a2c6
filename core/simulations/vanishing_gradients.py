"""Vanishing gradients: the gradient on its way back through a deep stack, beside mean-field theory, then training."""

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.deep_net import DeepNet, DeepRun, layer_singular_values
from core.deep_net import gradually as train_gradually
from core.params import Params, choice, real, switch, whole
from core.proofs.deep_run import about, clipped, one_layers_sway
from core.proofs.vanishing_gradients import prove
from core.recording import F64, Recording, array
from core.saturation import BINS
from core.simulation import Simulation, Work, finished
from core.theory.deep_net import gradient_lines, profile
from core.theory.depth_profile import Profile, factor_per_layer

SLUG = "vanishing-gradients"
VARIANTS = ("sigmoid Xavier", "tanh Xavier", "ReLU He", "yours")
YOURS = 3
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "gelu", "silu", "identity")


@dataclass(frozen=True, kw_only=True)
class VanishingGradientsParams(Params):
    """The knobs. Depth, width, steps and learning rate hold for all four nets, the others for "yours"."""

    depth: int = whole(40, 2, 200, label="Depth", symbol="L", help="Layers in every stack.", group="Every net")
    width: int = whole(128, 16, 512, scale="log", label="Width", symbol="n", help="Units in every layer.", group="Every net")
    activation: str = choice("sigmoid", ACTIVATIONS, label="Activation", symbol="φ", help="Of your net.", group="Your net")
    init: str = choice(
        "xavier",
        ("xavier", "he", "standard"),
        label="Initialization",
        help="Variance of a weight: Xavier 1/n, He 2/n, standard 1/3n.",
        group="Your net",
    )
    gain: float = real(
        1.0, 0.1, 4.0, scale="log", label="Gain", symbol="g", help="Multiplies every initial weight.", group="Your net"
    )
    residual: bool = switch(
        True, label="Residual connections", help="Each layer adds its input to its output.", group="Your net"
    )
    normalization: str = choice(
        "none", ("none", "batch", "layer"), label="Normalization", help="Before each activation.", group="Your net"
    )
    clipping: bool = switch(
        False, label="Gradient clipping", help="Shortens a step's gradient to the clip norm.", group="Your net"
    )
    clip_norm: float = real(
        1.0,
        0.01,
        100.0,
        scale="log",
        label="Clip norm",
        symbol="c",
        help="Largest norm of the whole gradient of a step, when clipping is on.",
        group="Your net",
        folded=True,
    )
    bias: float = real(
        0.0,
        0.0,
        1.0,
        label="Spread of the biases",
        symbol="σb",
        help="Standard deviation of your net's initial biases.",
        group="Your net",
        folded=True,
    )
    learning_rate: float = real(
        0.02,
        0.0001,
        1.0,
        scale="log",
        label="Learning rate",
        symbol="η",
        help="Of plain gradient descent on 16 handwritten digits.",
        group="Every net",
        folded=True,
    )
    steps: int = whole(
        20,
        1,
        100,
        label="Training steps",
        symbol="T",
        help="Steps after the first backward pass; the largest nets train fewer.",
        group="Every net",
        folded=True,
    )
    layer: float = real(
        0.5,
        0.0,
        1.0,
        label="Layer looked at",
        help="Which layer's histograms and singular values are shown: 0 the first, 1 the last.",
        group="View",
        folded=True,
        view=True,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class VanishingGradientsRecording(Recording):
    """Four nets from the same random numbers: V = 4 variants, L layers, T steps, n units. float64.

    gradient_norm (variant, layer):      ‖∂ℓ/∂hˡ‖ at the output of layer l = 1 … L before training: root mean square over 16
                                         examples, ℓ the example's loss.
    predicted (variant, layer):          the same from mean-field theory, starting at the measured gradient of layer L: times
                                         √χ per layer, √χ₁^(L−l) once the signal has settled. NaN where it makes no statement:
                                         under batch normalization, which couples the examples; deep in unnormalized residual
                                         stacks of units with a mean (`core.theory.depth_profile`); beyond float64.
    activation_variance (variant, layer): variance of hˡ over units and examples before training.
    predicted_variance (variant, layer): the same from mean-field theory.
    loss (variant, step):                mean cross-entropy after t = 0 … T steps; NaN after a divergence, and after `trained`.
    gradient_by_step (variant, step, layer): gradient_norm as training goes on; row 0 is `gradient_norm`.
    raw_norm, step_norm (variant, step): norm of the gradient of all weights and biases, before and after clipping.
    saturated (variant, layer):          share of units whose slope is below 5 % of the activation's largest.
    histogram (variant, layer, part, bin): shares of the activations φ(u) by value before training; part 0 working, 1 saturated.
    edges (variant, layer, edge):        the bins' edges.
    before, scale (variant, layer, unit): what the activation sees for the first digit, and the normalization's slope there:
                                         with the weights, which follow from the seed, the layer's Jacobian (`jacobian_values`).
    variants: names in the order of the first axis; trained: steps that were run, fewer than T where weights × steps exceed
    5.5·10⁷ (the rest of `loss` is NaN);
    measured_factor, predicted_factor: gradient per layer going back, as a geometric mean; NaN where there is none.
    endings: DIVERGED at the first step whose loss is not finite; STUCK where the whole gradient is exactly 0; else COMPLETED.
    """

    params: VanishingGradientsParams
    gradient_norm: F64 = array("variant", "layer")
    predicted: F64 = array("variant", "layer")
    activation_variance: F64 = array("variant", "layer")
    predicted_variance: F64 = array("variant", "layer")
    loss: F64 = array("variant", "step")
    gradient_by_step: F64 = array("variant", "step", "layer")
    raw_norm: F64 = array("variant", "step")
    step_norm: F64 = array("variant", "step")
    saturated: F64 = array("variant", "layer")
    histogram: F64 = array("variant", "layer", "part", "bin")
    edges: F64 = array("variant", "layer", "edge")
    before: F64 = array("variant", "layer", "unit")
    scale: F64 = array("variant", "layer", "unit")
    variants: tuple[str, ...] = VARIANTS
    trained: int
    measured_factor: tuple[float, ...]
    predicted_factor: tuple[float, ...]

    @classmethod
    def lengths(cls, params: VanishingGradientsParams) -> dict[str, int]:
        """How long each axis is."""
        return {
            "variant": len(VARIANTS),
            "layer": params.depth,
            "step": params.steps + 1,
            "part": 2,
            "bin": BINS,
            "edge": BINS + 1,
            "unit": params.width,
        }

    @property
    def last(self) -> int:
        """L + trained steps: frame k ≤ L shows the gradient after k layers, frame L + t the nets after t steps."""
        return int(self.gradient_norm.shape[1]) + self.trained

    @property
    def layer(self) -> int:
        """The layer that is looked at, counted from 0."""
        return round(self.params.layer * (self.params.depth - 1))


def nets(params: VanishingGradientsParams, seed: int) -> tuple[DeepNet, ...]:
    """The three nets of reference and yours, in the order of `VARIANTS`."""

    def net(activation: str, init: str) -> DeepNet:
        return DeepNet(
            depth=params.depth,
            width=params.width,
            activation=activation,
            init=init,
            learning_rate=params.learning_rate,
            steps=params.steps,
            seed=seed,
        )

    yours = DeepNet(
        depth=params.depth,
        width=params.width,
        activation=params.activation,
        init=params.init,
        gain=params.gain,
        bias=params.bias,
        residual=params.residual,
        normalization=params.normalization,
        learning_rate=params.learning_rate,
        clip_norm=params.clip_norm if params.clipping else math.inf,
        steps=params.steps,
        seed=seed,
    )
    return net("sigmoid", "xavier"), net("tanh", "xavier"), net("relu", "he"), yours


@functools.lru_cache(maxsize=24)
def _kept(net: DeepNet) -> list[DeepRun]:
    """A run of reference, if there was one: turning a knob of your net runs yours alone."""
    return []


def gradually(params: VanishingGradientsParams, seed: int) -> Work[VanishingGradientsRecording]:
    """All four nets. They share digits, readout and the unit numbers behind the weights: they differ by recipe, not by luck."""
    four = nets(params, seed)
    runs = []
    for place, net in enumerate(four):
        known = _kept(net) if place < YOURS else []
        if not known:
            for piece in train_gradually(net):
                if isinstance(piece, DeepRun):
                    known.append(piece)
                else:
                    yield 0.99 * (place + piece) / len(four)
        runs.append(known[0])
    profiles = []
    for net in four:
        profiles.append(profile(net))
        yield 0.99
    yield _recorded(params, seed, runs, profiles)


def simulate(params: VanishingGradientsParams, seed: int) -> VanishingGradientsRecording:
    """The whole run."""
    return finished(gradually(params, seed))


def _recorded(
    params: VanishingGradientsParams, seed: int, runs: list[DeepRun], profiles: list[Profile | None]
) -> VanishingGradientsRecording:
    unknown = np.full(params.depth, np.nan)
    measured = np.stack([run.gradient[0] for run in runs])
    predicted = gradient_lines(profiles, measured, params.width)
    return VanishingGradientsRecording(
        params=params,
        seed=seed,
        endings=tuple(run.ending for run in runs),
        gradient_norm=measured,
        predicted=predicted,
        activation_variance=np.stack([run.variance for run in runs]),
        predicted_variance=np.stack([unknown if one is None else one.variance for one in profiles]),
        loss=np.stack([run.loss for run in runs]),
        gradient_by_step=np.stack([run.gradient for run in runs]),
        raw_norm=np.stack([run.raw_norm for run in runs]),
        step_norm=np.stack([run.step_norm for run in runs]),
        saturated=np.stack([run.saturated for run in runs]),
        histogram=np.stack([run.histogram for run in runs]),
        edges=np.stack([run.edges for run in runs]),
        before=np.stack([run.before for run in runs]),
        scale=np.stack([run.scale for run in runs]),
        trained=nets(params, seed)[0].trained_steps,
        measured_factor=tuple(factor_per_layer(row, row) for row in measured),
        predicted_factor=tuple(factor_per_layer(line, row) for line, row in zip(predicted, measured, strict=True)),
    )


def jacobian_values(recording: VanishingGradientsRecording, variant: int, layer: int) -> F64:
    """Singular values (n,) of one layer's Jacobian before training, at the first digit; layers counted from 0."""
    net = nets(recording.params, recording.seed)[variant]
    return layer_singular_values(net, layer, recording.before[variant, layer], recording.scale[variant, layer])


def claims(recording: VanishingGradientsRecording) -> Iterable[Claim]:
    """What theory says about exactly this run: each net's factor per layer, and the bound of clipping."""
    params = recording.params
    four, norms = nets(params, recording.seed), recording.gradient_norm
    swayed = [
        gradient_lines([profile(net, math.exp(sway)) for net in four], norms, params.width)
        for sway in one_layers_sway(params.width)
    ]
    yield from about(SLUG, recording.variants, recording.predicted, norms, params.width, swayed)
    if params.clipping:
        yield from clipped(SLUG, params.clip_norm, recording.raw_norm[YOURS], recording.step_norm[YOURS])


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's theory, on wide nets."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=VanishingGradientsParams,
    recording=VanishingGradientsRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    gradually=gradually,
)
