"""Norm axes: one tensor (N, C, H, W), and the sets of entries that share one mean and one variance in each normalization."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.noise import STREAM_DATA, normals, uniform
from core.normalization.axes import NORMS, nearest_divisor, parts, standardize
from core.params import Params, choice, real, whole
from core.proofs.norm_axes import about, in_short, prove
from core.recording import F64, Recording, array
from core.simulation import Simulation

SLUG = "norm-axes"
HIGHEST = (8, 12, 8, 8)  # the most examples, channels, rows and columns
FIFTH = ("none", "rms_norm", "token_layer_norm", "token_rms_norm")
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
SETTLE = 48  # frames in which every cube turns into its normalized one
REST = 12  # frames in which it then stands still
COMPARE = 36  # frames in which the effect of the changed example is shown, if one was asked for


@dataclass(frozen=True, kw_only=True)
class NormAxesParams(Params):
    """The knobs. Groups that do not divide the channels are rounded to the nearest number that does."""

    batch: int = whole(4, 1, 8, label="Batch size", symbol="N", help="Examples in the batch.", group="Tensor")
    channels: int = whole(6, 1, 12, label="Channels", symbol="C", help="Features of each example.", group="Tensor")
    height: int = whole(2, 1, 8, label="Height", symbol="H", help="Rows of each channel.", group="Tensor")
    width: int = whole(3, 1, 8, label="Width", symbol="W", help="Columns of each channel.", group="Tensor")
    groups: int = whole(
        3,
        1,
        12,
        label="Groups",
        symbol="G",
        help="Groups of channels in GroupNorm: 1 is LayerNorm, C is InstanceNorm.",
        group="Normalization",
    )
    eps: float = real(
        1e-5,
        1e-12,
        1.0,
        scale="log",
        label="Epsilon",
        symbol="ε",
        help="Added to every variance before the root, so that a set of equal numbers does not divide by 0.",
        group="Normalization",
    )
    perturb: float = real(
        0.0,
        0.0,
        5.0,
        label="Change example 1",
        symbol="δ",
        help="Added to the first half of example 1's positions, in all channels; the film then shows who else moved.",
        group="Normalization",
    )
    fifth: str = choice(
        "none",
        FIFTH,
        label="Fifth cube",
        help="A further norm: RMSNorm, or a token's as in transformers.",
        group="View",
        view=True,
    )
    azimuth: float = real(
        32.0,
        -180.0,
        180.0,
        label="Azimuth",
        unit="°",
        help="Turns the cubes about the vertical; drag them to orbit.",
        group="View",
        folded=True,
        view=True,
    )
    elevation: float = real(
        24.0,
        -89.0,
        89.0,
        label="Elevation",
        unit="°",
        help="How far above you look from.",
        group="View",
        folded=True,
        view=True,
    )
    entry: int = whole(
        0,
        0,
        math.prod(HIGHEST),
        label="Followed entry",
        help="Click a cell to follow its set in every cube; 0 follows none and sweeps.",
        group="View",
        folded=True,
        view=True,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class NormAxesRecording(Recording):
    """One tensor and its normalizations, all float64 without affine map.

    x, batchnorm, layernorm, instancenorm, groupnorm, rmsnorm, tokennorm, tokenrms (N, C, H, W): the tensor, with `perturb`
        already in it, and what each norm makes of it. tokennorm is LayerNorm of the tensor read as (N, T = H·W, D = C).
    mean, variance (norm, N, C, H, W): of the set that an entry belongs to; the biased variance. For the two RMS norms the
        mean is 0 and the variance is the mean square.
    change (norm, N, C, H, W): result minus the result for the tensor whose example 1 is not changed, or is changed by 1
        when `perturb` is 0 (then with the sign of making the change).
    moved (norm, N): largest |change| within each example.
    eps, groups_used: as they were applied; groups_used divides C.
    probe: the change δ behind `change` and `moved`.
    norms, sets: names along the axis `norm`, and how many sets each has.
    """

    params: NormAxesParams
    x: F64 = array("example", "channel", "height", "width")
    batchnorm: F64 = array("example", "channel", "height", "width")
    layernorm: F64 = array("example", "channel", "height", "width")
    instancenorm: F64 = array("example", "channel", "height", "width")
    groupnorm: F64 = array("example", "channel", "height", "width")
    rmsnorm: F64 = array("example", "channel", "height", "width")
    tokennorm: F64 = array("example", "channel", "height", "width")
    tokenrms: F64 = array("example", "channel", "height", "width")
    mean: F64 = array("norm", "example", "channel", "height", "width")
    variance: F64 = array("norm", "example", "channel", "height", "width")
    change: F64 = array("norm", "example", "channel", "height", "width")
    moved: F64 = array("norm", "example")
    norms: tuple[str, ...] = NORMS
    sets: tuple[int, ...]
    eps: float
    groups_used: int
    probe: float

    @property
    def sweep(self) -> int:
        """How many frames the sweep over the sets takes: at least two for each of InstanceNorm's."""
        sets = int(self.x.shape[0] * self.x.shape[1])
        return sets * max(2, round(144 / sets))

    @classmethod
    def lengths(cls, params: NormAxesParams) -> dict[str, int]:
        """How long each axis is."""
        sizes = {"example": params.batch, "channel": params.channels, "height": params.height, "width": params.width}
        return {"norm": len(NORMS), **sizes}

    @property
    def last(self) -> int:
        """Sweep, settle and rest; with a changed example, the comparison and a rest after it."""
        return self.sweep + SETTLE + REST + (COMPARE + REST if self.params.perturb > 0.0 else 0)

    def results(self) -> tuple[F64, ...]:
        """The normalized tensors in the order of `norms`."""
        return (
            self.batchnorm,
            self.layernorm,
            self.instancenorm,
            self.groupnorm,
            self.rmsnorm,
            self.tokennorm,
            self.tokenrms,
        )


def tensor(shape: tuple[int, int, int, int], seed: int) -> F64:
    """Activations as a net has them: channels differ in mean and spread, examples in brightness and contrast.

        x_nchw = b_n + a_n (μ_c + σ_c z_nchw)

    μ_c = 0.6 + 1.5 cos(φ c + p) and b_n = 0.6 cos(φ n + q) with the golden angle φ, so that neighbours differ whatever the
    seed, which chooses the phases p and q; a_n on (0.6, 1.4), σ_c on (0.25, 0.85), z standard normal. Every entry is keyed by
    its place, so a larger tensor contains the smaller one. BatchNorm takes the channels' differences away, LayerNorm the
    examples', InstanceNorm both.
    """
    n, c, h, w = shape
    x = np.empty(shape)
    phase, turn = (2.0 * math.pi * uniform(seed, HIGHEST[0], step, 0, STREAM_DATA) for step in (0, 1))
    for i in range(n):
        gain, shift = 0.6 + 0.8 * uniform(seed, i, 0, 0, STREAM_DATA), 0.6 * math.cos(GOLDEN_ANGLE * i + turn)
        for j in range(c):
            middle = 0.6 + 1.5 * math.cos(GOLDEN_ANGLE * j + phase)
            spread = 0.25 + 0.6 * uniform(seed, HIGHEST[0] + 1, 2 + j, 0, STREAM_DATA)
            noise = normals(HIGHEST[2] * HIGHEST[3], seed, i, 2 + j, STREAM_DATA).reshape(HIGHEST[2:])[:h, :w]
            x[i, j] = shift + gain * (middle + spread * noise)
    return x


def changed(x: F64, amount: float) -> F64:
    """`x` with `amount` added to example 1, in all channels, at the first ⌈H·W/2⌉ positions."""
    out = x.copy()
    out[0].reshape(x.shape[1], -1)[:, : (x[0, 0].size + 1) // 2] += amount
    return out


def simulate(params: NormAxesParams, seed: int) -> NormAxesRecording:
    """The tensor, its seven normalizations, and what a change of example 1 does to each of them."""
    groups = nearest_divisor(params.channels, params.groups)
    plain = tensor((params.batch, params.channels, params.height, params.width), seed)
    probe = params.perturb or 1.0
    touched = changed(plain, probe)
    x, other = (touched, plain) if params.perturb > 0.0 else (plain, touched)
    shown = [standardize(norm, x, groups, params.eps) for norm in NORMS]
    others = [standardize(norm, other, groups, params.eps) for norm in NORMS]
    sign = 1.0 if params.perturb > 0.0 else -1.0
    change = np.stack([sign * (a.y - b.y) for a, b in zip(shown, others, strict=True)])
    batch, layer, instance, group, rms, token, token_rms = (result.y for result in shown)
    return NormAxesRecording(
        params=params,
        seed=seed,
        x=x,
        batchnorm=batch,
        layernorm=layer,
        instancenorm=instance,
        groupnorm=group,
        rmsnorm=rms,
        tokennorm=token,
        tokenrms=token_rms,
        mean=np.stack([result.mean for result in shown]),
        variance=np.stack([result.variance for result in shown]),
        change=change,
        moved=np.abs(change).max(axis=(2, 3, 4)),
        sets=tuple(math.prod(parts(norm, x.shape, groups)) for norm in NORMS),
        eps=params.eps,
        groups_used=groups,
        probe=probe,
    )


def interpretable(params: NormAxesParams) -> bool:
    """Whether Python itself is quick enough: it draws 64 random numbers for each channel of each example."""
    return params.batch * params.channels <= 24 and params.batch * params.channels * params.height * params.width <= 240


def claims(recording: NormAxesRecording) -> Iterable[Claim]:
    """What theory says about this very tensor."""
    unchanged = recording.x if recording.params.perturb == 0.0 else changed(recording.x, -recording.probe)
    detailed = about(
        SLUG,
        recording.x,
        dict(zip(NORMS, recording.results(), strict=True)),
        recording.groups_used,
        recording.eps,
        unchanged,
        changed(unchanged, recording.probe),
        recording.change,
    )
    return in_short(detailed)


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's formulas, run by the code the scene uses."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=NormAxesParams,
    recording=NormAxesRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    interpretable=interpretable,
)
