"""Experiments with LayerNorm and RMSNorm: what each of them does not notice."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.normalization.layers import normalize
from core.recording import F64

SCENES = ("rmsnorm",)  # whose claims `proofs` makes

_ZHANG = "Zhang & Sennrich 2019, table 1"


def proofs() -> Iterator[Claim]:
    """Every claim about the invariances of LayerNorm and RMSNorm."""
    x = np.array([[0.4, -1.5, 2.2, 0.7, -0.3], [3.0, 1.0, -2.0, 0.5, 0.25]])
    weights = np.array([[0.2, -0.7, 1.1, 0.4, 0.9], [1.3, 0.1, -0.4, 0.6, -0.8], [-0.5, 0.3, 0.8, -1.2, 0.35]])
    for kind, name in (("layer", "LayerNorm"), ("rms", "RMSNorm")):
        yield from _unmoved(kind, name, x, weights)
    for kind, name, radius in (("layer", "LayerNorm", 5.0), ("rms", "RMSNorm", 5.0)):
        y = normalize(kind, x, epsilon=0.0).y
        yield _zero(f"{name} puts every row on a sphere: Σy² = D", (y**2).sum(axis=1) - radius, "the root mean square is 1")
    yield _zero("LayerNorm projects off (1, …, 1): Σy = 0", normalize("layer", x).y.sum(axis=1), "the mean is subtracted")
    centred = x - x.mean(axis=1, keepdims=True)
    yield _zero(
        "RMSNorm of centred rows is LayerNorm", normalize("rms", centred).y - normalize("layer", x).y, "the mean is already 0"
    )
    yield from _shift(x)


def _unmoved(kind: str, name: str, x: F64, weights: F64) -> Iterator[Claim]:
    same = normalize(kind, x, epsilon=0.0).y
    mapped = normalize(kind, x @ weights.T, epsilon=0.0).y
    yield _zero(f"{name}: its input times 7 changes nothing", normalize(kind, 7.0 * x, epsilon=0.0).y - same, _ZHANG)
    scaled = normalize(kind, x @ (7.0 * weights).T, epsilon=0.0).y
    yield _zero(f"{name}: the weights before it times 7 change nothing", scaled - mapped, _ZHANG)
    if kind == "layer":
        shifted = normalize(kind, x + 3.0, epsilon=0.0).y
        yield _zero(f"{name}: 3 added to its input changes nothing", shifted - same, _ZHANG)


def _shift(x: F64) -> Iterator[Claim]:
    """What RMSNorm makes of a shift c: (x + c)/√(‖x‖²/D + 2c·mean + c²)."""
    square, mean = (x**2).mean(axis=1, keepdims=True), x.mean(axis=1, keepdims=True)
    wanted = (x + 3.0) / np.sqrt(square + 6.0 * mean + 9.0) - x / np.sqrt(square)
    moved = normalize("rms", x + 3.0, epsilon=0.0).y - normalize("rms", x, epsilon=0.0).y
    yield Claim(
        name="RMSNorm does notice 3 added to its input: largest move",
        scene="rmsnorm",
        source=f"{_ZHANG}; (x + c)/√(‖x‖²/D + 2c·mean + c²)",
        predicted=float(np.abs(wanted).max()),
        measured=float(np.abs(moved).max()),
        tolerance=1e-14,
        because="rounding",
    )


def _zero(name: str, difference: F64, source: str) -> Claim:
    return Claim(
        name=f"{name} (largest difference)",
        scene="rmsnorm",
        source=source,
        predicted=0.0,
        measured=float(np.abs(difference).max()),
        tolerance=1e-13,
        because="rounding of numbers of size 10",
        applies="ε = 0" if "7" in name or "sphere" in name else "always",
        comparison="absolute",
    )
