"""Experiments that bear out what the cube of the normalizations shows: which numbers share a mean and a variance."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from core.claims import Claim
from core.normalization.axes import NORMS, batch_shift, set_size, standardize
from core.recording import F64

NAMES = {
    "batch": "BatchNorm",
    "layer": "LayerNorm",
    "instance": "InstanceNorm",
    "group": "GroupNorm",
    "rms": "RMSNorm",
    "token": "LayerNorm of tokens",
    "token_rms": "RMSNorm of tokens",
}
_WU = "Wu & He (ECCV 2018), section 3.1; core/normalization/axes.py"
_ROUNDING = 2.0**-53

# Σ wᵢ ŷᵢ as PyTorch 2.13 gives it for the tensor of `_formula`, G = 2, ε = 1e-5: see tests/reference/make_norm_axes.py.
PYTORCH = {
    "layer": 2.7635210459882558,
    "group": 3.659701233722082,
    "rms": 3.466201178760892,
    "token": 2.826314920586551,
    "token_rms": 4.528987338512156,
    "batch": 0.6973332288140279,
    "instance": 2.820542516017034,
}


def moments(norm: str, x: F64, groups: int) -> tuple[F64, F64]:
    """Mean and variance of every set of `norm`, by NumPy over the axes that the papers name; 0 and mean square for rms."""
    n, c = x.shape[:2]
    by_group, axes = {
        "batch": (x, (0, 2, 3)),
        "instance": (x, (2, 3)),
        "group": (x.reshape(n, groups, c // groups, -1), (2, 3)),
        "token": (x, (1,)),
        "token_rms": (x, (1,)),
    }.get(norm, (x, (1, 2, 3)))
    if norm in ("rms", "token_rms"):
        square = np.asarray((by_group**2).mean(axis=axes))
        return np.zeros_like(square), square
    return np.asarray(by_group.mean(axis=axes)), np.asarray(by_group.var(axis=axes))


def about(
    slug: str,
    x: F64,
    results: Mapping[str, F64],
    groups: int,
    eps: float,
    before: F64,
    after: F64,
    change: F64,
) -> Iterator[Claim]:
    """The claims about one tensor `x` and its `results` by norm, all (N, C, H, W).

    `before` and `after` are the tensor without and with a changed example 1; `change` (norm, N, C, H, W) is what the
    norms' results did, after less before.
    """
    for norm, y in results.items():
        yield from _standard(slug, norm, x, y, groups, eps)
    if x.shape[0] > 1:
        yield from _crossing(slug, eps, before, after, change)
    for limit, norm in ((1, "layer"), (x.shape[1], "instance")):
        if groups == limit:
            yield Claim(
                name=f"GroupNorm with G = {'1' if norm == 'layer' else 'C'} is {NAMES[norm]}, before γ and β",
                scene=slug,
                source=_WU,
                predicted=0.0,
                measured=float(np.abs(results["group"] - results[norm]).max()),
                tolerance=1e-12,
                because="the sets are the same; only the order of summation may differ",
                applies=f"G = {limit}",
                comparison="absolute",
            )


def in_short(claims: Iterable[Claim]) -> Iterator[Claim]:
    """The claims of `about` gathered for a badge each: of those that differ only in the norm, the one furthest off."""
    short = {
        "every set has mean 0": "Every set of every norm has mean 0",
        "which is 1 up to ε": "Every set has variance (RMSNorm: mean square) v/(v + ε)",
        "moves no other example": "Changing example 1 moves no other, but for BatchNorm",
    }
    gathered: dict[str, list[Claim]] = {}
    for claim in claims:
        gathered.setdefault(next((name for end, name in short.items() if claim.name.endswith(end)), claim.name), []).append(
            claim
        )
    for name, alike in gathered.items():
        worst = max(alike, key=lambda claim: (not claim.holds, claim.error / max(claim.tolerance, 1e-300)))
        yield replace(worst, name=name)


def _standard(slug: str, norm: str, x: F64, y: F64, groups: int, eps: float) -> Iterator[Claim]:
    """Mean 0 and variance v/(v + ε) in every set; for the RMS norms mean square v/(v + ε)."""
    _, variance = moments(norm, x, groups)
    mean_after, variance_after = moments(norm, y, groups)
    smallest = math.sqrt(float(variance.min()) + eps)
    size = set_size(norm, x.shape, groups)
    # A sum of m numbers of size max|x| is off by at most m·2⁻⁵³·max|x|; dividing by the smallest s scales that up.
    rounding = 4.0 * size * _ROUNDING * max(float(np.abs(x).max()), 1.0) * max(1.0, 1.0 / smallest)
    because = "rounding in sums of m numbers, 4m·2⁻⁵³·max|x| over the smallest deviation"
    if "rms" not in norm:
        yield Claim(
            name=f"{NAMES[norm]}: every set has mean 0",
            scene=slug,
            source="core/normalization/standardize.py",
            predicted=0.0,
            measured=float(np.abs(mean_after).max()),
            tolerance=rounding,
            because=because,
            comparison="absolute",
        )
    kind = "mean square" if "rms" in norm else "variance"
    yield Claim(
        name=f"{NAMES[norm]}: every set has {kind} v/(v + ε), which is 1 up to ε",
        scene=slug,
        source="core/normalization/standardize.py",
        predicted=0.0,
        measured=float(np.abs(variance_after - variance / (variance + eps)).max()),
        tolerance=4.0 * rounding * max(1.0, float(np.abs(y).max())),
        because=because + ", twice over for a square",
        comparison="absolute",
    )


def _crossing(slug: str, eps: float, before: F64, after: F64, change: F64) -> Iterator[Claim]:
    """What a change of example 1 does to the others: nothing, but for BatchNorm the number that its formula gives."""
    elsewhere = np.abs(change[:, 1:]).max(axis=(1, 2, 3, 4))
    for norm, moved in zip(NORMS, elsewhere.tolist(), strict=True):
        if norm == "batch":
            yield Claim(
                name="BatchNorm: changing example 1 moves the other examples, by this much",
                scene=slug,
                source="Ioffe & Szegedy (ICML 2015), algorithm 1; batch_shift in core/normalization/axes.py",
                predicted=float(np.abs(batch_shift(before, after[0], 0, eps)[1:]).max()),
                measured=moved,
                tolerance=1e-7,
                because="the prediction takes the variance as a difference of two sums, which cancels where it is small",
                applies="two examples or more",
                comparison="absolute",
            )
        else:
            yield Claim(
                name=f"{NAMES[norm]}: changing example 1 moves no other example",
                scene=slug,
                source=_WU,
                predicted=0.0,
                measured=moved,
                tolerance=0.0,
                because="numbers of other examples do not enter, so not even rounding can differ",
                applies="two examples or more",
                comparison="absolute",
            )


def _formula(shape: tuple[int, ...]) -> tuple[F64, F64]:
    """A tensor and weights that anyone can write down: ((37 i) mod 64 − 20)/8 and ((11 i) mod 17 − 8)/4 in C order."""
    i = np.arange(math.prod(shape))
    return ((37 * i % 64 - 20) / 8.0).reshape(shape), ((11 * i % 17 - 8) / 4.0).reshape(shape)


def prove(slug: str) -> Iterator[Claim]:
    """What `ravine verify` prints: PyTorch's numbers, then one larger tensor at G = 3, 1 and C, then sets too small."""
    x, weights = _formula((3, 4, 2, 2))
    for norm in NORMS:
        yield Claim(
            name=f"{NAMES[norm]}: weighted sum of the result is PyTorch's",
            scene=slug,
            source="PyTorch 2.13, float64; tests/reference/make_norm_axes.py",
            predicted=PYTORCH[norm],
            measured=float((weights * standardize(norm, x, 2, 1e-5).y).sum()),
            tolerance=1e-13,
            because="48 numbers of size 1, summed in another order",
        )
    larger, _ = _formula((4, 6, 3, 3))
    touched = larger.copy()
    touched[0, :, :2] += 2.0
    for groups in (3, 1, 6):
        results = {norm: standardize(norm, larger, groups, 1e-5).y for norm in NORMS}
        change = np.stack([standardize(norm, touched, groups, 1e-5).y - results[norm] for norm in NORMS])
        for claim in about(slug, larger, results, groups, 1e-5, larger, touched, change):
            if groups == 3 or "with G =" in claim.name:
                yield claim
    yield from _too_small(slug)


def _too_small(slug: str) -> Iterator[Claim]:
    """Sets of one entry give 0, sets of two ±1: whatever the numbers were, they are gone."""
    for shape, norm, wanted in (((3, 4, 1, 1), "instance", 0.0), ((1, 4, 1, 1), "batch", 0.0), ((2, 4, 1, 1), "batch", 1.0)):
        x, _ = _formula(shape)
        size = set_size(norm, shape, 1)
        yield Claim(
            name=f"{NAMES[norm]} over {'one entry gives 0' if size == 1 else 'two entries gives +1 and −1'}",
            scene=slug,
            source="(x − μ)/√(v + ε) with v = (x₁ − x₂)²/4" if size == 2 else "x − μ = 0",
            predicted=wanted,
            measured=float(np.abs(standardize(norm, x, 1, 0.0 if size == 2 else 1e-5).y).max()),
            tolerance=1e-15 if size == 2 else 0.0,
            because="ε is 0, so only the root is rounded" if size == 2 else "a number less itself is exactly 0",
            applies="any numbers" if size == 1 else "two different numbers, ε = 0",
            comparison="absolute",
        )
