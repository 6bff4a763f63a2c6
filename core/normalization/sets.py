"""Which entries share one mean and one variance: the only difference between the normalizations.

For x of shape (N, C, …), with … the positions (H, W), or nothing for (N, D) where C = D:

    batch     one set per channel:               C sets of N·H·W entries    Ioffe & Szegedy (ICML 2015)
    layer     one set per example:               N sets of C·H·W            Ba, Kiros & Hinton (2016)
    instance  one set per example and channel:   N·C sets of H·W            Ulyanov, Vedaldi & Lempitsky (2016)
    group     one set per example and group:     N·G sets of (C/G)·H·W      Wu & He (ECCV 2018)
    rms       as layer, without the mean                                    Zhang & Sennrich (NeurIPS 2019)

Group with G = 1 has layer's sets, with G = C instance's. Batch is the only one whose sets cross examples.
"""

import math

import numpy as np

from core.recording import F64, I64

KINDS = ("batch", "layer", "instance", "group", "rms")


def check(kind: str, shape: tuple[int, ...], groups: int = 1) -> None:
    """Raise ValueError, in one sentence, unless `kind` can normalize an input of `shape`."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a normalization (known: {', '.join(KINDS)})")
    if len(shape) < 2:
        raise ValueError(f"a normalization needs an input of shape (N, C, …), not {shape}")
    if math.prod(shape) == 0:
        raise ValueError(f"an input of shape {shape} has no entries to normalize")
    if kind == "group" and (groups < 1 or shape[1] % groups):
        raise ValueError(f"{shape[1]} channels do not split into {groups} equal groups")


def to_sets(kind: str, x: F64, groups: int = 1) -> F64:
    """`x` (N, C, …) as a contiguous matrix (sets, entries of a set); `groups` counts for kind "group" only."""
    check(kind, x.shape, groups)
    if kind == "batch":
        return np.ascontiguousarray(np.moveaxis(x, 1, 0)).reshape(x.shape[1], -1)
    rows = {"layer": x.shape[0], "rms": x.shape[0], "instance": x.shape[0] * x.shape[1], "group": x.shape[0] * groups}[kind]
    return np.ascontiguousarray(x).reshape(rows, -1)


def from_sets(kind: str, sets: F64, shape: tuple[int, ...]) -> F64:
    """The inverse of `to_sets`: an array of the input's `shape` (N, C, …), contiguous."""
    if kind == "batch":
        return np.ascontiguousarray(np.moveaxis(sets.reshape(shape[1], shape[0], *shape[2:]), 0, 1))
    return sets.reshape(shape)


def set_numbers(kind: str, shape: tuple[int, ...], groups: int = 1) -> I64:
    """For each entry of an input of `shape` the number of its set, int64 of that shape: what a picture of the cube colours."""
    check(kind, shape, groups)
    count = to_sets(kind, np.zeros(shape), groups).shape[0]
    numbers = np.repeat(np.arange(count, dtype=np.float64), math.prod(shape) // count).reshape(count, -1)
    return from_sets(kind, numbers, shape).astype(np.int64)
