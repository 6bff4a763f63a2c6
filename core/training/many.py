"""Train many small plain nets at once: the same data and plan, other starts, noise or hyper-parameters, on threads."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.networks.small import buffers
from core.networks.stack import Stack
from core.optimizers.hyper import Hyper
from core.recording import F64, I64, Ending, Outcome
from core.training.plan import Plan, check_data
from core.training.run import net_of
from core.training.tile import Store, train_tile

TILE = 16  # runs per tile: enough to hide the call, few enough to share the work evenly


@dataclass(frozen=True, eq=False)
class Runs:
    """R finished runs. Step k is the state after k updates; T = plan.steps. Everything is NaN from where a run diverged.

    thetas: (R, K, P) the parameters after steps 0, every, 2·every …
    losses: (R, T + 1) entry k is the mean loss of θ_k on the batch of step k + 1.
    final:  (R, P) the parameters after the last step.
    """

    thetas: F64
    losses: F64
    final: F64
    endings: tuple[Ending, ...]


def train_many(
    stack: Stack,
    thetas: F64,
    inputs: F64,
    targets: F64,
    plan: Plan,
    seed: int = 0,
    keys: Sequence[int] | None = None,
    hypers: Sequence[Hyper] | None = None,
    threads: int = 1,
) -> Runs:
    """Train R copies of `stack` from thetas (R, P), run r with the noise key keys[r] and hyper-parameters hypers[r].

    keys are 0 … R − 1 and hypers all plan.hyper if not said. The bytes do not depend on the number of threads; each run
    has the bytes of `train(…, key=keys[r], engine="small")` with its hyper-parameters.
    """
    inputs, targets = check_data(stack, plan.loss, inputs, targets)
    if not stack.plain:
        raise ValueError("many runs at once need plain layers: no normalization or residual")
    if thetas.ndim != 2 or thetas.shape[1] != stack.size or len(thetas) < 1:
        raise ValueError(f"the starts must have shape (R ≥ 1, {stack.size}), not {thetas.shape}")
    runs = len(thetas)
    chosen = np.array(range(runs) if keys is None else keys, dtype=np.int64)
    table = np.array([plan.hyper] * runs if hypers is None else hypers, dtype=np.float64)
    if chosen.shape != (runs,) or table.shape != (runs, len(Hyper._fields)):
        raise ValueError(f"each of the {runs} runs needs one key and one set of hyper-parameters")
    store = _room(stack, plan, thetas)
    job, net = plan.job(stack, 0, plan.steps), net_of(stack, plan.loss)

    def tile(start: int) -> None:
        room, last = buffers(net, plan.batch, len(inputs)), min(start + TILE, runs)
        train_tile(job, net, inputs.reshape(-1), targets.reshape(-1), seed, chosen, table, start, last, store, room)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        list(pool.map(tile, range(0, runs, TILE)))
    return Runs(store.kept, store.losses, store.theta, _endings(store.ended, plan.steps))


def _room(stack: Stack, plan: Plan, thetas: F64) -> Store:
    runs, kept = len(thetas), plan.steps // plan.every + 1
    return Store(
        np.array(thetas, dtype=np.float64),
        np.zeros((runs, 3, stack.size)),
        np.empty(runs, dtype=np.int64),
        np.empty((runs, kept, stack.size)),
        np.empty((runs, 0, 3, stack.size)),
        np.full((runs, plan.steps + 1), math.nan),
        np.empty((runs, 0)),
    )


def _endings(ended: I64, steps: int) -> tuple[Ending, ...]:
    return tuple(Ending(Outcome.DIVERGED, int(step)) if step >= 0 else Ending(Outcome.COMPLETED, steps) for step in ended)
