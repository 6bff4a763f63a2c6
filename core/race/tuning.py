"""Tuning: a learning rate for each racer, found with the same budget of gradients on the same ground from the same starts.

A comparison of optimizers at one learning rate says more about the rate than about them, and one at rates that were tuned
with different care says more about the care (Choi et al., "On empirical comparisons of optimizers for deep learning", 2019;
Sivaprasad et al., "Optimizer benchmarking needs to account for hyperparameter tuning", ICML 2020). So every racer gets the
same search, and nothing else is tuned:

    coarse   ⌈5N/8⌉ of N trials on an even grid of log η from 10⁻⁷ to 10,
    fine     the rest evenly between the two neighbours of the best.

A trial is a whole race of T steps from every start, T·n gradients; the best is that with the smallest `scoring.score`, the
smaller rate if two are equal. The budget of a racer is N·T·n gradients, whatever it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from core.race.scoring import score
from core.recording import F64

LOWEST_RATE, HIGHEST_RATE = 1e-7, 10.0
Trial = Callable[[float], tuple[F64, int]]


@dataclass(frozen=True)
class Tuned:
    """What a search found: rates (N,) in the order they were tried, their two scores (N,) each, the best rate, the price."""

    rates: F64
    steps: F64
    losses: F64
    best: float
    gradients: int


def coarse_rates(trials: int) -> F64:
    """The first rates of a search of `trials` ≥ 4, smallest first."""
    return np.geomspace(LOWEST_RATE, HIGHEST_RATE, -(-5 * trials // 8))


def search(trial: Trial, floor: float, trials: int) -> Iterator[Tuned | None]:
    """Look for the best learning rate; None after each trial, last what was found.

    `trial` gives the losses (T+1, n) of a race at one rate and how many gradients they took; `floor` is f_low of the score.
    """
    tried: list[tuple[float, float, float]] = []
    gradients = 0
    rates = coarse_rates(trials)
    coarse = len(rates)
    for number in range(trials):
        if number == coarse:
            at = int(np.argmin(np.abs(rates - min(tried)[2])))
            left, right = rates[max(at - 1, 0)], rates[min(at + 1, coarse - 1)]
            rates = np.concatenate((rates, np.geomspace(left, right, trials - coarse + 2)[1:-1]))
        rate = float(rates[number])
        loss, price = trial(rate)
        gradients += price
        tried.append((*score(loss, floor), rate))
        yield None
    steps, losses, asked = (np.array(column) for column in zip(*tried, strict=True))
    yield Tuned(asked, steps, losses, min(tried)[2], gradients)
