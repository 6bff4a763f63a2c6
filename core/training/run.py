"""Train one network, keep checkpoints, and replay any step of the run bit for bit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core import activations, losses
from core.networks.forward import Running, fresh_running
from core.networks.small import Net, buffers
from core.networks.stack import Stack
from core.recording import F64, Ending, Outcome
from core.training import general
from core.training.general import State
from core.training.plan import Plan, check_data
from core.training.tile import Store, train_tile

Engine = Literal["auto", "small", "general"]
SMALL_WIDTH = 32  # wider layers are faster as matrix products


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything that decides a run before it starts: the network, the plan, the data, the seed, the run's noise key."""

    stack: Stack
    plan: Plan
    inputs: F64
    targets: F64
    seed: int
    key: int
    small: bool


@dataclass(frozen=True, eq=False)
class Steps:
    """What steps first … last left behind: the states kept there, losses and norms from first on, divergence's step or −1."""

    thetas: F64
    slots: F64
    runnings: tuple[Running, ...]
    losses: F64
    norms: F64
    ended: int


@dataclass(frozen=True, eq=False)
class Run:
    """A finished training run. Step k is the state after k updates; T = plan.steps.

    thetas: (K, P) the parameters after steps 0, every, 2·every …, and slots (K, 3, P) the optimizer's; NaN once diverged.
    runnings: K running statistics, fewer if the run diverged.
    losses: (T + 1,) entry k is the mean loss of θ_k on the batch of step k + 1, in training mode; NaN once diverged.
    norms:  (T + 1,) the length of its gradient, before clipping; empty if the plan does not ask for it.
    final:  the state after the last step.
    """

    problem: Problem
    thetas: F64
    slots: F64
    runnings: tuple[Running, ...]
    losses: F64
    norms: F64
    ending: Ending
    final: State

    def at(self, step: int) -> State:
        """The state after `step` updates: replayed from the checkpoint before it, with the same bytes as the first time."""
        plan = self.problem.plan
        if not 0 <= step <= plan.steps:
            raise ValueError(f"this run has steps 0 to {plan.steps}, not {step}")
        if self.ending.failed and step >= self.ending.step:
            return State(np.full_like(self.thetas[0], math.nan), np.full_like(self.slots[0], math.nan), self.runnings[-1])
        place = step // plan.every
        state = State(self.thetas[place].copy(), self.slots[place].copy(), self.runnings[place])
        if step > place * plan.every:
            _take(self.problem, state, place * plan.every, step, keep=False)
        return state


def train(
    stack: Stack,
    theta: F64,
    inputs: F64,
    targets: F64,
    plan: Plan,
    seed: int = 0,
    key: int = 0,
    engine: Engine = "auto",
) -> Run:
    """Train `stack` from `theta` (P,) on inputs (N, d) and targets (see `targets_for`) for plan.steps steps.

    The same arguments give the same bytes. Divergence is an outcome, told by `ending`. engine: "small" is the kernel for
    plain nets, "general" takes everything, "auto" chooses; they agree up to the order of their sums.
    """
    return [piece for piece in gradually(stack, theta, inputs, targets, plan, seed, key, engine) if isinstance(piece, Run)][-1]


def gradually(
    stack: Stack,
    theta: F64,
    inputs: F64,
    targets: F64,
    plan: Plan,
    seed: int = 0,
    key: int = 0,
    engine: Engine = "auto",
    pieces: int = 1,
) -> Iterator[float | Run]:
    """`train` in about this many pieces: the share done after each, then the run, with the bytes of a run in one piece."""
    inputs, targets = check_data(stack, plan.loss, inputs, targets)
    stack.views(theta)
    if engine == "small" and not stack.plain:
        raise ValueError("the small-network engine trains plain layers: no normalization or residual")
    small = engine == "small" or (engine == "auto" and stack.plain and max(stack.widths[1:]) <= SMALL_WIDTH)
    problem = Problem(stack, plan, inputs, targets, seed, key, small)
    state = State(np.array(theta, dtype=np.float64), np.zeros((3, stack.size)), fresh_running(stack))
    steps, every = plan.steps, plan.every
    stride = max(1, -(-steps // (pieces * every))) * every
    kept = steps // every + 1
    thetas, slots = np.full((kept, stack.size), math.nan), np.full((kept, 3, stack.size), math.nan)
    values, norms = np.full(steps + 1, math.nan), np.full(steps + 1 if plan.norms else 0, math.nan)
    runnings: list[Running] = []
    ending = Ending(Outcome.COMPLETED, steps)
    for first in range(0, max(steps, 1), stride):
        last, place = min(first + stride, steps), first // every
        part = _take(problem, state, first, last, keep=True)
        thetas[place : place + len(part.thetas)], slots[place : place + len(part.slots)] = part.thetas, part.slots
        values[first : last + 1] = part.losses
        norms[first : last + 1] = part.norms
        runnings[place:] = part.runnings
        if part.ended >= 0:
            ending = Ending(Outcome.DIVERGED, part.ended)
            break
        yield last / max(steps, 1)
    for array in (thetas, slots, values, norms):
        array.setflags(write=False)
    yield Run(problem, thetas, slots, tuple(runnings) or (state.running,), values, norms, ending, state)


def net_of(stack: Stack, loss: str) -> Net:
    """A plain stack as the kernels take it."""
    codes = [activations.code(layer.activation) for layer in stack.layers]
    rates = [layer.dropout for layer in stack.layers]
    widths = np.array(stack.widths, dtype=np.int64)
    return Net(widths, np.array(codes, dtype=np.int64), losses.NAMES.index(loss), np.array(rates, dtype=np.float64))


def _take(problem: Problem, state: State, first: int, last: int, keep: bool) -> Steps:
    return (_take_small if problem.small else _take_general)(problem, state, first, last, keep)


def _take_small(problem: Problem, state: State, first: int, last: int, keep: bool) -> Steps:
    plan, size = problem.plan, problem.stack.size
    kept = last // plan.every + 1 if keep else 0
    steps = last + 1 if keep else 0
    store = Store(
        state.theta[None, :],
        state.slots[None, :, :],
        np.empty(1, dtype=np.int64),
        np.full((1, kept, size), math.nan),
        np.full((1, kept, 3, size), math.nan),
        np.full((1, steps), math.nan),
        np.full((1, steps if plan.norms else 0), math.nan),
    )
    job, net = plan.job(problem.stack, first, last), net_of(problem.stack, plan.loss)
    keys, hypers = np.array([problem.key], dtype=np.int64), np.array([plan.hyper], dtype=np.float64)
    inputs, targets = problem.inputs.reshape(-1), problem.targets.reshape(-1)
    room = buffers(net, plan.batch, len(problem.inputs))
    train_tile(job, net, inputs, targets, problem.seed, keys, hypers, 0, 1, store, room)
    begin, ended = -(-first // plan.every), int(store.ended[0])
    reached = kept if ended < 0 else -(-ended // plan.every)
    return Steps(
        store.kept[0][begin:],
        store.kept_slots[0][begin:],
        (state.running,) * (reached - begin),
        store.losses[0][first:],
        store.norms[0][first:],
        ended,
    )


def _take_general(problem: Problem, state: State, first: int, last: int, keep: bool) -> Steps:
    plan, size = problem.plan, problem.stack.size
    kept, values, norms, ended = general.advance(
        problem.stack,
        plan,
        problem.inputs,
        problem.targets,
        problem.seed,
        problem.key,
        plan.job(problem.stack, first, last),
        state,
    )
    count = last // plan.every - -(-first // plan.every) + 1 if keep else 0
    thetas, slots = np.full((count, size), math.nan), np.full((count, 3, size), math.nan)
    for place, one in enumerate(kept[:count]):
        thetas[place], slots[place] = one.theta, one.slots
    if ended >= 0:
        state.theta[:], state.slots[:] = math.nan, math.nan
    return Steps(thetas, slots, tuple(one.running for one in kept), values[first:], norms[first:], ended)
