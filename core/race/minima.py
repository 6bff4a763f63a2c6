"""Minima: the isolated low points of a ground within its domain, found without being told, and which of them a run reached.

A point of a grid that lies below its eight neighbours begins a search: Newton's method with differences of the exact gradient,
as long as it goes down, then a compass search (Hooke & Jeeves, J. ACM 8, 1961) that halves its stride until nothing is gained,
which also ends at the tip of a cone. A point counts as a minimum if a small circle around it lies higher everywhere; so a
point that only stopped in a narrow valley, or one of a whole line of lowest points, does not.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.race.ground import Domain, Ground
from core.recording import F64, I64

GRID = 241  # points of the grid along each side
MARGIN = 0.03  # of a side: so far beyond the domain's edge minima are looked for too
NEWTON, COMPASS = 12, 90  # steps of each search, at most
CIRCLE = 72  # points on the small circle
FLAT = 1e-6  # of the usual rise: a circle that is lower than this somewhere is crossed by a line of lowest points
RADIUS = 2e-3  # of the diagonal: of that circle, and how far apart two minima stand at least
REACH = 0.02  # of the diagonal: a run that ends so near to a minimum has reached it
NOWHERE = -1
_AROUND = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j], dtype=np.float64)


class Minimum(NamedTuple):
    """A low point and the loss there."""

    x: float
    y: float
    loss: float


@dataclass(frozen=True)
class LowPoints:
    """What is known of a ground before anybody runs on it.

    minima: the isolated minima in its domain, the deepest first; equally deep ones from left to right.
    lowest: the lowest value there is, as far as can be known: a catalogue's, or the deepest minimum's where nothing in the
            domain lies below it; −inf where the ground goes on falling.
    floor:  the lowest value in sight: `lowest` where that is finite, else the lowest on the domain's grid.
    """

    minima: tuple[Minimum, ...]
    lowest: float
    floor: float


@lru_cache(maxsize=64)
@np.errstate(all="ignore")
def low_points(ground: Ground) -> LowPoints:
    """The minima of a ground and the lowest value in sight, worked out once for each."""
    x_low, x_high, y_low, y_high = _widened(ground.domain)
    xs, ys = np.linspace(x_low, x_high, GRID), np.linspace(y_low, y_high, GRID)
    z = ground.sample(xs, ys)
    z[~np.isfinite(z)] = np.inf
    begin = _dents(z)
    begin[np.unravel_index(np.argmin(z), z.shape)] = True
    rows, columns = np.nonzero(begin)
    points = np.concatenate((np.stack((xs[columns], ys[rows]), axis=1), np.array(ground.lowest_points).reshape(-1, 2)))
    stride = max(xs[1] - xs[0], ys[1] - ys[0])
    points = _compass(ground, _newton(ground, points, stride), stride)
    points = points[(points[:, 0] >= x_low) & (points[:, 0] <= x_high) & (points[:, 1] >= y_low) & (points[:, 1] <= y_high)]
    minima = _isolated(ground, points)
    finite = z[np.isfinite(z)]
    in_sight = float(finite.min()) if finite.size else np.nan
    if ground.lowest_points:
        known = float(ground.at(*np.array(ground.lowest_points[:1]).T)[0][0])
        return LowPoints(minima, known, known)
    deepest = float(ground.at(*points.T)[0].min(initial=np.inf))
    pole = deepest < in_sight - float(np.ptp(finite)) if finite.size else True
    slack = 1e-9 * max(1.0, abs(in_sight))
    lowest = deepest if deepest <= in_sight + slack and not pole else -np.inf
    return LowPoints(minima, lowest, in_sight if np.isinf(lowest) else lowest)


def _widened(domain: Domain) -> Domain:
    x_low, x_high, y_low, y_high = domain
    beyond_x, beyond_y = MARGIN * (x_high - x_low), MARGIN * (y_high - y_low)
    return x_low - beyond_x, x_high + beyond_x, y_low - beyond_y, y_high + beyond_y


def _dents(z: F64) -> npt.NDArray[np.bool_]:
    """Which points (ny, nx) lie below their eight neighbours; of equal neighbours the last one does."""
    inner = z[1:-1, 1:-1]
    low = np.isfinite(inner)
    for j, i in _AROUND.astype(int).tolist():
        other = z[1 + j : z.shape[0] - 1 + j, 1 + i : z.shape[1] - 1 + i]
        low &= (inner < other) if (j, i) > (0, 0) else (inner <= other)
    return np.pad(low, 1)


def _newton(ground: Ground, points: F64, stride: float) -> F64:
    """Points (n, 2) after Newton's steps, each at most a stride long and taken only where the loss falls by it."""
    h = 1e-4 * stride
    at = points.copy()
    for _ in range(NEWTON):
        x, y = at.T
        f, g_x, g_y = ground.at(x, y)
        _, xx, xy = (b - a for a, b in zip(ground.at(x - h, y), ground.at(x + h, y), strict=True))
        _, _, yy = (b - a for a, b in zip(ground.at(x, y - h), ground.at(x, y + h), strict=True))
        xx, xy, yy = xx / (2 * h), xy / (2 * h), yy / (2 * h)
        determinant = xx * yy - xy * xy
        step = np.stack((xy * g_y - yy * g_x, xy * g_x - xx * g_y), axis=1) / determinant[:, None]
        step *= np.minimum(1.0, stride / np.maximum(np.hypot(*step.T), 1e-300))[:, None]
        tried = at + step
        better = (determinant > 0) & (xx > 0) & (ground.at(*tried.T)[0] < f)
        if not better.any():
            break
        at[better] = tried[better]
    return at


def _compass(ground: Ground, points: F64, stride: float) -> F64:
    """Points (n, 2) after a search around them that halves its stride wherever no neighbour is lower."""
    at = points.copy()
    reach = np.full(len(at), 0.5 * stride)
    f = ground.at(*at.T)[0]
    for _ in range(COMPASS):
        tried = at[:, None, :] + reach[:, None, None] * _AROUND
        values = ground.at(*tried.reshape(-1, 2).T)[0].reshape(len(at), 8)
        values = np.where(np.isnan(values), np.inf, values)
        best = np.argmin(values, axis=1)
        rows = np.arange(len(at))
        better = values[rows, best] < f
        at[better], f[better] = tried[rows, best][better], values[rows, best][better]
        reach[~better] *= 0.5
        if (reach < 1e-12 * stride).all():
            break
    return at


def _isolated(ground: Ground, points: F64) -> tuple[Minimum, ...]:
    """Those of `points` (n, 2) that a higher circle surrounds, each once, the deepest first."""
    if not len(points):
        return ()
    x_low, x_high, y_low, y_high = ground.domain
    diagonal = float(np.hypot(x_high - x_low, y_high - y_low))
    f = ground.at(*points.T)[0]
    lowest, usual = _circle(ground, points, RADIUS * diagonal)
    kept: list[Minimum] = []
    good = np.isfinite(f) & (lowest > f + FLAT * (usual - f)) & (lowest > f)
    span = max(float(np.ptp(f[good])), 1e-12) if good.any() else 1.0
    for x, y, loss in sorted(
        zip(*points[good].T.tolist(), f[good].tolist(), strict=True),
        key=lambda low: (round(low[2] / span, 6), round(low[0] / diagonal, 6), low[1]),
    ):
        if all(np.hypot(x - other.x, y - other.y) > RADIUS * diagonal for other in kept):
            kept.append(Minimum(x, y, loss))
    return tuple(kept)


def _circle(ground: Ground, points: F64, radius: float) -> tuple[F64, F64]:
    """The lowest and the median value on a circle around each of `points` (n, 2), both (n,).

    The lowest is sought again between the neighbours of the lowest, four times, so that no narrow valley slips through.
    """
    middle, width = np.zeros((len(points), 1)), np.pi
    usual = np.empty(0)
    for turn in range(5):
        angles = middle + width * np.linspace(-1.0, 1.0, CIRCLE)
        x, y = points[:, :1] + radius * np.cos(angles), points[:, 1:] + radius * np.sin(angles)
        around = ground.at(x, y)[0].reshape(angles.shape)
        around[np.isnan(around)] = np.inf
        usual = np.median(around, axis=1) if turn == 0 else usual
        middle, width = np.take_along_axis(angles, np.argmin(around, axis=1)[:, None], axis=1), 2.0 * width / (CIRCLE - 1)
    return around.min(axis=1), usual


def reached(ends: F64, minima: tuple[Minimum, ...], domain: Domain) -> I64:
    """Which minimum each of `ends` (n, 2) has reached: its index, or `NOWHERE`; (n,) int64.

    An end has reached the minimum nearest to it if it is within `REACH` of the domain's diagonal, and no farther than half the
    way to the next minimum.
    """
    found = np.full(len(ends), NOWHERE, dtype=np.int64)
    nearest = np.full(len(ends), np.inf)
    with np.errstate(invalid="ignore"):
        for number, (low, allowed) in enumerate(zip(minima, _reaches(minima, domain), strict=True)):
            away = np.hypot(ends[:, 0] - low.x, ends[:, 1] - low.y)
            hit = (away <= allowed) & (away < nearest)
            found[hit], nearest[hit] = number, away[hit]
    return found


def settled(path: F64, basin: I64, minima: tuple[Minimum, ...], domain: Domain) -> I64:
    """The step from which on each run stays as near to the minimum it ends at as `reached` asks, `NOWHERE` for those at none.

    path (T+1, n, 2): every run's points; basin (n,): what `reached` found for the last of them.
    """
    steps = np.full(len(basin), NOWHERE, dtype=np.int64)
    for number, (low, allowed) in enumerate(zip(minima, _reaches(minima, domain), strict=True)):
        runs = np.flatnonzero(basin == number)
        if runs.size:
            away = np.hypot(path[:, runs, 0] - low.x, path[:, runs, 1] - low.y) > allowed
            last = len(path) - np.argmax(away[::-1], axis=0)  # one after the last step at which it was away
            steps[runs] = np.where(away.any(axis=0), last, 0)
    return steps


def _reaches(minima: tuple[Minimum, ...], domain: Domain) -> list[float]:
    """How near to each minimum an end must be."""
    places = np.array([(low.x, low.y) for low in minima]).reshape(-1, 2)
    between = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1)) + np.diag(np.full(len(places), np.inf))
    within = REACH * np.hypot(domain[1] - domain[0], domain[3] - domain[2])
    allowed: list[float] = np.minimum(within, 0.5 * between.min(axis=1, initial=np.inf)).tolist()
    return allowed
