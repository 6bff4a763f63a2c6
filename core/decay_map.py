"""The map of a small net's trainings over learning rate and weight decay, for Adam + L2 and AdamW, in pieces.

Both methods meet the same few noisy examples, the same start and the same order of examples, cell by cell, so what differs is
η, the decay and where the decay enters. A cell's number is the mean test loss over `TAIL` looks at the second half of its
training: at large η a net is thrown about by each batch, and a single look would show the throw.

The rows are spaced evenly in log λ for Adam + L2, and in log ηλ, the share an update takes, for AdamW: the decay as
Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019, write it in Algorithm 2.

A piece is a pure function of its settings and its number, and is kept: a map that was left half way goes on where it
stopped, and one whose cells are looked at one after the other is not trained again.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.data.few_examples import learn_and_test
from core.networks.directions import drawn_directions
from core.networks.small import buffers
from core.networks.stack import Stack, dense
from core.optimizers import Hyper, method_code
from core.recording import F64, I64
from core.training.decayed import Looks, Room, Task, train_decayed
from core.training.run import net_of

METHODS = ("adam_l2", "adamw")
RATES = (1e-4, 1.0)  # η from the first column to the last
DECAYS = (1e-5, 10.0)  # λ, or ηλ for AdamW, from the lowest row to the highest
DATA = "circles"  # a disc in a wide ring: one hidden layer can learn it, and with noise some of it cannot be learned
BATCH = 8
TESTED = 200  # examples to be tested on
GAINS = (2.0, 4.0)  # lengths at which the weights of hidden and output units enter, and with which they start
LOOKS = 64  # at least so many looks at a training
TAIL, APART = 8, 4  # so many of them make the number of a cell, so far apart: the second half of the training
PIECE = 16 * 320 * 12  # cells of each method in a piece, times steps and width of their nets: hundredths of a second
COARSE = 8  # cells between those of the first picture


@dataclass(frozen=True)
class Setting:
    """All that a map depends on; `core.simulations.adamw` says what each means."""

    examples: int
    noise: float
    width: int
    normalized: bool
    steps: int
    seed: int

    @property
    def stride(self) -> int:
        """Steps between looks."""
        return max(1, self.steps // LOOKS)

    @property
    def looks(self) -> int:
        """How many looks there are at a training that is shown, the start included."""
        return self.steps // self.stride + 1

    @property
    def cells(self) -> int:
        """How many cells of each method make a piece."""
        return min(max(PIECE // (self.steps * self.width), 2), 32)

    @property
    def stack(self) -> Stack:
        """The net: two inputs, one hidden layer of tanh, one logit."""
        return dense((2, self.width, 1), "tanh")

    def hyper(self, learning_rate: float, weight_decay: float) -> Hyper:
        """Its hyper-parameters at one cell."""
        return Hyper(learning_rate, weight_decay=weight_decay)


@lru_cache(maxsize=32)
def task(setting: Setting) -> Task:
    """What all trainings of a setting share, looked at from the first step on."""
    learn, test = learn_and_test(DATA, setting.examples, setting.noise, setting.seed)
    gains = np.array(GAINS)
    return Task(
        net=net_of(setting.stack, "binary_cross_entropy"),
        gains=gains if setting.normalized else gains[:0],
        start=drawn_directions(setting.stack, gains, setting.seed),
        inputs=learn.inputs.flatten(),
        targets=learn.targets.copy(),
        tests=test.inputs[:TESTED].flatten(),
        test_targets=test.targets[:TESTED].copy(),
        batch=min(BATCH, len(learn)),
        steps=(setting.looks - 1) * setting.stride,
        first=0,
        every=setting.stride,
    )


def tail(test: F64) -> F64:
    """The number of a cell (…) from all looks at its test loss (…, C)."""
    kept: F64 = test[..., test.shape[-1] - 1 - (TAIL - 1) * APART :: APART].mean(axis=-1)
    return kept


def train_cells(method: str, what: Task, seed: int, hypers: list[Hyper], *, watched: bool) -> Looks:
    """Train one net per row of `hypers`; `watched`: with everything there is to know, else with the test loss alone."""
    runs, looks = len(hypers), (what.steps - what.first) // what.every + 1
    all_looks = looks if watched else 0
    kept = (runs, all_looks, what.start.size)
    found = Looks(
        test=np.full((runs, looks), math.nan),
        train=np.full((runs, all_looks), math.nan),
        theta=np.full(kept, math.nan),
        root=np.full(kept, math.nan),
        felt=np.full(kept, math.nan),
        ended=np.empty(runs, dtype=np.int64),
    )
    table = np.array(hypers, dtype=np.float64)
    threads = min(max((os.cpu_count() or 1) - 1, 1), runs)  # one processor is left for whoever looks at the map
    cuts = [runs * thread // threads for thread in range(threads + 1)]

    def part(start: int, end: int) -> None:
        train_decayed(method_code(method), what, seed, table, start, end, found, _room(what))

    if threads == 1:
        part(0, runs)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, cuts[:-1], cuts[1:]))
    return found


def _room(what: Task) -> Room:
    size, learn, test = what.start.size, what.inputs.size // int(what.net.widths[0]), what.test_targets.size
    return Room(
        theta=np.zeros(size),
        m=np.zeros(size),
        v=np.zeros(size),
        pull=np.zeros(size),
        before=np.zeros(size),
        entered=np.zeros(size),
        lengths=np.zeros(int(what.net.widths[1:].sum())),
        batch=buffers(what.net, what.batch, learn),
        all=buffers(what.net, learn, learn),
        tests=buffers(what.net, test, test),
    )


def columns(side: int) -> F64:
    """η of each column, (side,) float64."""
    return np.geomspace(*RATES, side)


def rows(side: int) -> F64:
    """λ of each row for Adam + L2, ηλ for AdamW, (side,) float64."""
    return np.geomspace(*DECAYS, side)


@lru_cache(maxsize=8)
def order(side: int) -> I64:
    """(row, column) of every cell in the order in which they are trained, (side², 2): every eighth first, then between them."""
    found, seen = [], np.zeros((side, side), dtype=bool)
    step = COARSE
    while step >= 1:
        for row in range(0, side, step):
            for column in range(0, side, step):
                if not seen[row, column]:
                    seen[row, column] = True
                    found.append((row, column))
        step //= 2
    return np.array(found)


def pieces(setting: Setting, side: int) -> int:
    """How many pieces a map of side × side cells has."""
    return -(-side * side // setting.cells)


@lru_cache(maxsize=64)
def kept(setting: Setting, side: int) -> dict[int, tuple[F64, F64]]:
    """The pieces of a map that have been trained, by number."""
    return {}


def piece(setting: Setting, side: int, number: int) -> tuple[F64, F64]:
    """Mean test loss and step of divergence (T where there was none) of one piece's cells, (2, cells) each, by method."""
    known = kept(setting, side)
    if number not in known:
        known[number] = _train_piece(setting, side, number)
    return known[number]


def _train_piece(setting: Setting, side: int, number: int) -> tuple[F64, F64]:
    shown, cells = task(setting), _cells(setting, side, number)
    late = shown._replace(first=shown.steps - (TAIL - 1) * APART * shown.every, every=APART * shown.every)
    etas, decays = columns(side)[cells[:, 1]], rows(side)[cells[:, 0]]
    losses, ended = np.empty((2, len(cells))), np.empty((2, len(cells)))
    for place, method in enumerate(METHODS):
        lambdas = decays / etas if method == "adamw" else decays
        hypers = [setting.hyper(*pair) for pair in zip(etas.tolist(), lambdas.tolist(), strict=True)]
        looks = train_cells(method, late, setting.seed, hypers, watched=False)
        losses[place] = looks.test.mean(axis=1)
        ended[place] = np.where(looks.ended < 0, shown.steps, looks.ended)
    losses.setflags(write=False)
    ended.setflags(write=False)
    return losses, ended


def _cells(setting: Setting, side: int, number: int) -> I64:
    return order(side)[number * setting.cells : (number + 1) * setting.cells]


def lay(setting: Setting, side: int, number: int, values: F64, into: F64) -> None:
    """Put a piece's values (2, cells) where they belong in a map (2, side, side)."""
    cells = _cells(setting, side, number)
    into[:, cells[:, 0], cells[:, 1]] = values


def whole(setting: Setting, side: int) -> tuple[F64, F64]:
    """Mean test losses and steps of divergence of a whole map, (2, side, side) each."""
    losses, steps = np.empty((2, side, side)), np.empty((2, side, side))
    for number in range(pieces(setting, side)):
        found = piece(setting, side, number)
        lay(setting, side, number, found[0], losses)
        lay(setting, side, number, found[1], steps)
    return losses, steps
