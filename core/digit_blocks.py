"""Trainings of one small stack of feed-forward blocks on the handwritten digits, alike but for their random numbers.

Everything about warmup is seen on this one experiment: 64 pixels, L blocks of width 12 with layer normalization before or after
each, ten classes; Adam or RAdam on batches of 16 digits, drawn with replacement from all 1,797. Pixels are shifted and
scaled to mean 0 and variance 1, all with the same two numbers.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.data.digits import DIGITS, PIXELS, digits
from core.networks.feed_forward_small import Blocks, room_for
from core.optimizers import Hyper, method_code
from core.recording import F64, Ending, Outcome
from core.theory.warmup import likeness
from core.training.feed_forward import mean_square_noise, starting_parameters, train_blocks

WIDTH, BATCH = 12, 16
LEARNED = 0.9  # of the loss of guessing: below it a net counts as trained, above as failed


@dataclass(frozen=True, kw_only=True)
class Setup:
    """One way to train, hashable so that runs can be kept: what all runs of a group have in common.

    place: "pre" or "post";  depth: L;  method: "adam" or "radam";  beta2: β₂;  rates: the learning rate of every update;
    frozen: gradients averaged into v̂ before the first update (`core.training.feed_forward.train_blocks`).
    """

    place: str
    depth: int
    method: str
    beta2: float
    rates: tuple[float, ...]
    frozen: int = 0


@dataclass(frozen=True, eq=False)
class BlocksRun:
    """One training of T updates; NaN from the step on at which the loss left float64. All (T + 1,) float64.

    loss: of θ_k on the batch of update k + 1;  alike: mean cosine between the outputs of its digits;
    moved: root mean square of update k over the weights it moved, in units of its learning rate; NaN at k = 0.
    """

    loss: F64
    alike: F64
    moved: F64
    ending: Ending


@functools.cache
def standardized_digits() -> tuple[F64, F64]:
    """Pixels (1797·64,) of mean 0 and variance 1, and labels (1797,)."""
    data = digits()
    return ((data.inputs - data.inputs.mean()) / data.inputs.std()).reshape(-1), data.targets.copy()


@functools.cache
def guessing_loss() -> float:
    """The lowest loss without looking at the digit: the entropy −Σ p ln p of how often each class occurs, near ln 10."""
    share = np.bincount(digits().labels) / len(digits())
    return float(-(share * np.log(share)).sum())


def blocks_of(place: str, depth: int) -> Blocks:
    """The shape of the stack."""
    return Blocks(place == "pre", PIXELS, WIDTH, depth, DIGITS)


@functools.lru_cache(maxsize=1024)
def train(setup: Setup, seed: int, key: int) -> BlocksRun:
    """Run `key` of this seed. Runs of one key start from the same weights and meet the same batches in every group."""
    blocks, (inputs, labels) = blocks_of(setup.place, setup.depth), standardized_digits()
    theta, rates = starting_parameters(blocks, seed, key), np.array(setup.rates)
    traces = np.full((3, rates.size + 1), math.nan)
    ended = train_blocks(
        blocks,
        method_code(setup.method),
        theta,
        np.zeros((3, blocks.size)),
        Hyper(beta2=setup.beta2),
        rates,
        setup.frozen,
        seed,
        key,
        inputs,
        labels,
        room_for(blocks, BATCH),
        np.empty(blocks.size),
        traces[0],
        traces[1],
        traces[2],
    )
    traces.setflags(write=False)
    ending = Ending(Outcome.COMPLETED, rates.size) if ended < 0 else Ending(Outcome.DIVERGED, ended)
    return BlocksRun(traces[0], traces[1], traces[2], ending)


@functools.lru_cache(maxsize=256)
def first_noise(place: str, depth: int, beta2: float, count: int, seed: int, key: int) -> F64:
    """The relative spread of v̂ over all weights after 1 … count gradients of run `key` at its start, (count,)."""
    blocks, (inputs, labels) = blocks_of(place, depth), standardized_digits()
    apart, product = np.empty(count), np.empty(count)
    theta, room = starting_parameters(blocks, seed, key), room_for(blocks, BATCH)
    mean_square_noise(blocks, theta, beta2, seed, key, inputs, labels, room, np.zeros((2, blocks.size)), apart, product)
    spread = np.sqrt(apart / product)
    spread.setflags(write=False)
    return spread


@functools.lru_cache(maxsize=128)
def starting_likeness(place: str, depth: int) -> float:
    """How alike the outputs of two digits are before training, in theory: the mean over pairs of digits, for wide layers."""
    pixels = standardized_digits()[0].reshape(-1, PIXELS)[::9]
    pixels = pixels / np.sqrt((pixels**2).sum(axis=1, keepdims=True))
    cosines = np.einsum("ni,mi->nm", pixels, pixels)[np.triu_indices(len(pixels), 1)]
    return float(likeness(place, depth, cosines).mean())


def trailing_loss(loss: F64) -> F64:
    """The mean over the last tenth of the run up to each step, (…, T + 1): single batches scatter too much to judge by."""
    span = window(loss.shape[-1] - 1)
    total = np.cumsum(loss, axis=-1)
    total[..., span:] -= total[..., :-span].copy()
    return total / np.minimum(np.arange(1, loss.shape[-1] + 1), span)


def window(steps: int) -> int:
    """Over how many steps `trailing_loss` takes its mean: a tenth of the run, at least one."""
    return max(steps // 10, 1)


def has_learned(loss: F64) -> npt.NDArray[np.bool_]:
    """Whether a net has learned by each step: its `trailing_loss` is below nine tenths of the loss of guessing."""
    return trailing_loss(loss) < LEARNED * guessing_loss()
