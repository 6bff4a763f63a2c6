"""Where noise leaves a cloud of runs between two valleys: exactly for SGD, and in the limit of small steps for every method.

SGD forgets everything but where it stands: x ← x − η(L′(x) + sξ), s = σ/√B, is a Markov chain, and the runs’ density obeys

    p_{k+1}(y) = ∫ N(y; x − ηL′(x), (ηs)²) p_k(x) dx                             (Chapman and Kolmogorov)

for every η, below the limit of stability or beyond. `chain` follows the masses of narrow cells. Each one's mass goes, as if it
stood in the middle of its cell, into the cells around its mean in the exact shares of the normal distribution; with cells a
sixth of ηs and an eighth of the sharp valley wide, shares come out right to 0.005.

With small steps the cloud obeys Langevin's equation and comes to rest in the density of Gibbs, p ∝ e^(−L/T), since a step of
−ηL′ has noise of variance 2Tη:

    T = ηs²/2 (SGD)        ηs²/(2(1 − β)) (heavy ball)        ηs²/(2√v) (Adam; v: the mean squared gradient)

So η/B alone sets where SGD rests (Jastrzębski et al., "Three factors influencing minima in SGD", 2017), and η/√B where Adam
does (Malladi et al., "On the SDEs and scaling rules for adaptive gradient algorithms", 2022). Integrated over a valley of
curvature λ and lowest loss L₀ the density is e^(−L₀/T)√(2πT/λ): of two equally deep ones the sharp one holds
√λ♭/(√λ♯ + √λ♭), whatever T is below h. That needs ηλ♯ ≪ 1, and time enough to cross the barrier; `chain` says what happens
otherwise.
"""

from typing import NamedTuple

import numpy as np

from core.elementary import normal_cdf
from core.jit import kernel
from core.recording import F64, I64
from core.sharp_flat.cloud import steps_at
from core.sharp_flat.landscape import Borders, Valleys, slopes, values

REACH = 6.0  # standard deviations: 10⁻⁹ of the mass goes farther
PER_SPREAD, PER_VALLEY = 6.0, 8.0  # cells in one ηs, and from the sharp minimum to the crossing
MOST = 2000  # cells; a cloud that needs more is not followed
AT_REST = 1e-9  # mass that still moves in a step


class Expected(NamedTuple):
    """What the chain says of SGD.

    shares (frames + 1, 3): in the sharp valley, in the flat one, above the barrier; NaN where it was not followed.
    masses (frames + 1, bins): the share between each two of the edges that were asked for.
    """

    shares: F64
    masses: F64


def temperature(learning_rate: float, scale: float, momentum: float = 0.0) -> float:
    """T of SGD, and with β of heavy ball: ηs²/(2(1 − β)), s = `scale`; of Adam, given η/√v for η."""
    return learning_rate * scale**2 / (2.0 * (1.0 - momentum))


def gibbs(valleys: Valleys, edges: Borders, heat: float, points: int = 20_001) -> F64:
    """Shares (3,) sharp, flat, above of the density ∝ e^(−L/T) at T = `heat`, by the midpoint rule; without noise NaN."""
    if heat <= 0.0:
        return np.full(3, np.nan)
    wide = 9.0 * np.sqrt(heat / valleys.flat)
    low, high = valleys.sharp_at - wide, valleys.flat_at + wide
    x = np.linspace(low, high, points)
    height = values(x, valleys)
    weight = np.exp(-(height - height.min()) / heat)
    sharp = weight[(x > edges.left) & (x < edges.top)].sum() / weight.sum()
    flat = weight[(x >= edges.top) & (x < edges.right)].sum() / weight.sum()
    return np.array([sharp, flat, 1.0 - sharp - flat])


@kernel
def _targets(mean: F64, spread: float, low: float, width: float, cells: int, first: I64, weights: F64) -> None:
    """Which cells a mass at each mean goes to: weights[j, i] into cell first[j] + i; the ends take what goes beyond."""
    reach = weights.shape[1]
    for j in range(mean.size):
        start = int(np.floor((mean[j] - REACH * spread - low) / width))
        start = min(max(start, 0), cells - reach)
        first[j] = start
        before = 0.0
        for i in range(reach - 1):
            after = normal_cdf((low + (start + i + 1) * width - mean[j]) / spread)
            weights[j, i] = after - before
            before = after
        weights[j, reach - 1] = 1.0 - before


@kernel
def _send(mass: F64, first: I64, weights: F64, out: F64) -> None:
    out[:] = 0.0
    for j in range(mass.size):
        if mass[j] > 1e-16:
            for i in range(weights.shape[1]):
                out[first[j] + i] += mass[j] * weights[j, i]


@kernel
def _follow(mass: F64, first: I64, weights: F64, marks: I64, rest: float, out: F64) -> None:
    """out[f] ← the masses after marks[f] steps, marks rising from 1; once they rest they are not sent any more."""
    cells = mass.size
    other = np.empty(cells)
    step = 1
    moving = True
    for f in range(marks.size):
        while step < marks[f] and moving:
            _send(mass, first, weights, other)
            change = 0.0
            for i in range(cells):
                change += abs(other[i] - mass[i])
                mass[i] = other[i]
            moving = change > rest
            step += 1
        out[f] = mass


def chain(
    valleys: Valleys,
    edges: Borders,
    begin: F64,
    learning_rate: float,
    scale: float,
    steps: int,
    frames: int,
    bins: F64 | None = None,
    fine: float = PER_SPREAD,
) -> Expected:
    """What to expect of SGD from the starts `begin` (n,), each equally likely, at the frames that `steps_at` sets.

    bins (m + 1,): edges between which masses are wanted as well; fine: cells in one ηs. NaN where the noise is too small for
    `MOST` cells, and where ηλ♭ ≥ 2 leaves no bowl to rest in.
    """
    spread = learning_rate * scale
    masses = np.full((frames + 1, 0 if bins is None else len(bins) - 1), np.nan)
    unknown = Expected(np.full((frames + 1, 3), np.nan), masses)
    if spread <= 0.0 or learning_rate * valleys.flat >= 2.0:
        return unknown
    wide = REACH * np.sqrt(spread**2 / (valleys.flat * learning_rate * (2.0 - learning_rate * valleys.flat))) + spread
    mean = begin - learning_rate * slopes(begin, valleys)
    low = min(2.0 * valleys.sharp_at - valleys.flat_at, valleys.flat_at - wide, float(mean.min()) - REACH * spread)
    high = max(2.0 * valleys.flat_at - valleys.sharp_at, valleys.flat_at + wide, float(mean.max()) + REACH * spread)
    width = min(spread / fine, -valleys.sharp_at / PER_VALLEY)
    cells = int(np.ceil((high - low) / width))
    if cells > MOST:
        return unknown
    width = (high - low) / cells
    reach = min(int(np.ceil(2.0 * REACH * spread / width)) + 2, cells)
    middles = low + width * (np.arange(cells) + 0.5)

    def targets(means: F64) -> tuple[I64, F64]:
        first, weights = np.empty(means.size, dtype=np.int64), np.empty((means.size, reach))
        _targets(means, spread, low, width, cells, first, weights)
        return first, weights

    mass = np.empty(cells)
    _send(np.full(begin.size, 1.0 / begin.size), *targets(mean), mass)
    marks = np.array(steps_at(steps, frames)[1:], dtype=np.int64)
    found = np.empty((frames, cells))
    _follow(mass, *targets(middles - learning_rate * slopes(middles, valleys)), marks, AT_REST, found)
    below = np.concatenate((np.zeros((frames, 1)), np.cumsum(found, axis=1)), axis=1)
    at = low + width * np.arange(cells + 1)

    def parts(places: F64) -> F64:
        """Masses between neighbouring `places`, at the start and at every frame."""
        first = np.mean(begin[:, None] < places, axis=0)
        rows = [np.interp(places, at, row) for row in below]
        return np.diff(np.array([first, *rows]), axis=1)

    inside = parts(np.array([edges.left, edges.top, edges.right]))
    shares = np.column_stack((inside, 1.0 - inside.sum(axis=1)))
    return Expected(shares, masses if bins is None else parts(bins))
