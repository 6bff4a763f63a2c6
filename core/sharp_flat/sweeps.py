"""End shares in the sharp valley for many settings: a map over learning rate and batch size, and a line on which η/B stays.

`RUNS` runs of each method, from the same starts and with the same noise in every cell, so that neighbouring cells differ by
their setting and not by luck. The line keeps η/B and η·steps: with small steps that is the same Langevin equation run for the
same time (the linear scaling rule of Goyal et al. 2017), so SGD and heavy ball end alike until ηλ♯ tells, and Adam does not.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.optimizers import Hyper
from core.recording import F64
from core.sharp_flat.cloud import METHODS, gradient_noise, starts, walk
from core.sharp_flat.landscape import Valleys, borders, two_valleys, whereabouts
from core.theory.occupation import chain

RUNS = 128
RATES = 0.01 * 2.0 ** (np.arange(11) / 2.0)
BATCHES = 2.0 ** np.arange(9)
FACTORS = 2.0 ** (np.arange(-3, 4) / 2.0)  # of η, along the line
LONGEST = 4000  # steps along the line; ends that need more are left out
COARSE = 4.0  # cells of the chain in one ηs: half a pixel off at the most
RATES.setflags(write=False)
BATCHES.setflags(write=False)
FACTORS.setflags(write=False)


class Setting(NamedTuple):
    """What a cell of the map has in common with every other: all but η and B."""

    sharpness: float
    barrier: float
    depth: float
    momentum: float
    noise: float
    start: float
    reach: float
    steps: int
    seed: int

    @property
    def valleys(self) -> Valleys:
        """The landscape."""
        return two_valleys(self.sharpness, self.barrier, self.depth)


_known: dict[tuple[Setting, str, int], F64] = {}  # columns worked out before: η and B do not enter, so a drag keeps the map
_MOST_KNOWN = 12 * len(RATES) * len(METHODS)


def known_column(setting: Setting, method: str, number: int) -> F64 | None:
    """`column`, where it has been worked out before."""
    return _known.get((setting, method, number))


def column(setting: Setting, method: str, number: int) -> F64:
    """The share of SGD's, heavy ball's or Adam's runs left in the sharp valley at η = RATES[number]: (batches,) float64."""
    key = (setting, method, number)
    if key not in _known:
        valleys = setting.valleys
        edges = borders(valleys)
        begin = starts(setting.start, setting.reach, RUNS)
        noise = gradient_noise(setting.seed, setting.steps, RUNS)
        hyper = Hyper(learning_rate=float(RATES[number]), momentum=setting.momentum)
        ends = [walk(method, valleys, begin, hyper, setting.noise / float(np.sqrt(b)), noise)[-1] for b in BATCHES]
        found = whereabouts(np.array(ends), edges)[:, 0]
        found.setflags(write=False)
        while len(_known) >= _MOST_KNOWN:
            _known.pop(next(iter(_known)), None)
        _known[key] = found
    return _known[key]


@lru_cache(maxsize=64)  # what only moves the test surface leaves the line as it is
def along(setting: Setting, rate: float, batch: float, number: int) -> tuple[float, float, F64, float]:
    """One place of the line: (η, B, share (method,) left in the sharp valley, and what SGD's chain expects).

    η = rate·f and B = batch·f with f = FACTORS[number], and steps/f steps. NaN where those are more than `LONGEST`.
    """
    factor = float(FACTORS[number])
    eta, steps = rate * factor, round(setting.steps / factor)
    scale = setting.noise / float(np.sqrt(batch * factor))
    shares = np.full(len(METHODS), np.nan)
    if steps > LONGEST or steps < 1:
        return eta, batch * factor, shares, float("nan")
    valleys = setting.valleys
    edges = borders(valleys)
    begin = starts(setting.start, setting.reach, RUNS)
    noise = gradient_noise(setting.seed, min(round(setting.steps / float(FACTORS[0])), LONGEST), RUNS)[:steps]
    hyper = Hyper(learning_rate=eta, momentum=setting.momentum)
    ends = np.array([walk(method, valleys, begin, hyper, scale, noise)[-1] for method in METHODS])
    expected = chain(valleys, edges, begin, eta, scale, steps, 1, fine=COARSE)
    shares = whereabouts(ends, edges)[:, 0]
    shares.setflags(write=False)
    return eta, batch * factor, shares, float(expected.shares[-1, 0])
