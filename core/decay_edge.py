"""Where the good settings of a map of trainings end, and along which slope: a map in numbers (see `core.decay_map`)."""

import math
from dataclasses import dataclass

import numpy as np

from core.decay_map import columns, rows
from core.recording import F64

GUESSING = math.log(2.0)  # the loss of a net that gives both classes the same chance
FASTEST = 0.01  # η from which on the decay has made a training of 320 steps forget how long its first weights were
ENOUGH = 6  # columns an edge must have before its slope is spoken of


@dataclass(frozen=True, eq=False)
class Edge:
    """The highest good cell of each column with η ≥ `FASTEST` that has one below the map's upper border.

    x, y (n,): log₁₀ of η and of the decay.
    slope: of the line with the least squared errors through them; NaN for n < `ENOUGH`.
    """

    x: F64
    y: F64
    slope: float


def good_limit(losses: F64) -> float:
    """Up to which loss a cell is good: half way from the best known one to guessing; NaN where none is better than that."""
    known = losses[np.isfinite(losses)]
    best = float(known.min()) if known.size else math.inf
    return 0.5 * (best + GUESSING) if best < GUESSING else math.nan


def edge_of(losses: F64) -> Edge:
    """The upper edge of the good cells of a map (rows, columns)."""
    side = len(losses)
    with np.errstate(invalid="ignore"):
        good = losses <= good_limit(losses)
    etas, decays = columns(side), rows(side)
    column = np.flatnonzero(good.any(axis=0) & (etas >= FASTEST * (1.0 - 1e-9)))
    row = side - 1 - np.argmax(good[::-1, column], axis=0)
    below = row < side - 1
    x, y = np.log10(etas[column[below]]), np.log10(decays[row[below]])
    if len(x) < ENOUGH:
        return Edge(x, y, math.nan)
    off = x - x.mean()
    return Edge(x, y, float((off * (y - y.mean())).sum() / (off * off).sum()))
