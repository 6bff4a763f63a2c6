"""Starts: where the runs of a race begin, evenly over the domain or at random."""

import math

import numpy as np

from core.jit import kernel
from core.noise import STREAM_PROBE, uniform
from core.race.ground import Domain
from core.recording import F64


def evenly(count: int, domain: Domain) -> F64:
    """`count` starts in rows over the domain, (count, 2) float64, row after row from the lower left.

    There are about √(count·height/width) rows of as equal lengths as can be, each row spread over the whole width. The places
    are the centre plus an odd multiple of a half gap, so that a grid over a symmetric domain is symmetric to the last bit.
    """
    x_low, x_high, y_low, y_high = domain
    rows = min(count, max(1, round(math.sqrt(count * (y_high - y_low) / (x_high - x_low)))))
    lengths = [count // rows + (1 if row < count % rows else 0) for row in range(rows)]
    x = np.concatenate([_spread(length, x_low, x_high) for length in lengths])
    y = np.repeat(_spread(rows, y_low, y_high), lengths)
    return np.stack((x, y), axis=1)


def _spread(count: int, low: float, high: float) -> F64:
    """The middles of `count` equal parts of an interval."""
    return 0.5 * (low + high) + 0.5 * (high - low) * ((2.0 * np.arange(count) + (1.0 - count)) / count)


@kernel
def _scatter(seed: int, starts: F64) -> None:
    for i in range(starts.shape[0]):
        starts[i, 0] = uniform(seed, i, 0, 0, STREAM_PROBE)
        starts[i, 1] = uniform(seed, i, 0, 1, STREAM_PROBE)


def at_random(count: int, domain: Domain, seed: int) -> F64:
    """`count` starts drawn uniformly from the domain, (count, 2) float64; start i is the same whatever the count."""
    x_low, x_high, y_low, y_high = domain
    starts = np.empty((count, 2))
    _scatter(seed, starts)
    return np.array([x_low, y_low]) + np.array([x_high - x_low, y_high - y_low]) * starts


def cells(domain: Domain, columns: int) -> tuple[F64, F64]:
    """The middles of `columns` cells of the domain from left to right, and of as many nearly square ones as fit from below."""
    x_low, x_high, y_low, y_high = domain
    rows = cell_rows(domain, columns)
    return _spread(columns, x_low, x_high), _spread(rows, y_low, y_high)


def cell_rows(domain: Domain, columns: int) -> int:
    """How many rows of nearly square cells the domain has if it has `columns` of them."""
    return max(1, round(columns * (domain[3] - domain[2]) / (domain[1] - domain[0])))
