"""Training the nets of a playground: examples a second, beside C that does the same work.

Nets 2-4-2-1 and 2-8-8-8-8-8-8-1, tanh everywhere, mean squared error, SGD, 250 points in batches of 10, taken through a list of
their numbers that is in order. C does the same work: both must end at the same weights, bit for bit, or the benchmark stops.
"""

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, best_seconds, build_c
from core.data.classification import circles
from core.networks import Stack, dense, initial_parameters
from core.optimizers import Hyper
from core.recording import F64
from core.training import Plan, targets_for, train, train_many

BATCH = 10
RATE = 0.03
NETS = (([2, 4, 2, 1], 20_000, 8e6), ([2, 8, 8, 8, 8, 8, 8, 1], 2_000, 0.9e6))


def _pointer(array: F64) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _in_c(library: ctypes.CDLL, name: str, stack: Stack, start: F64, inputs: F64, targets: F64, steps: int) -> F64:
    function = getattr(library, name)
    function.restype = ctypes.c_double
    widths = np.array(stack.widths, dtype=np.int64)
    theta, order = start.copy(), np.arange(len(inputs))
    whole = ctypes.c_int64
    function(
        ctypes.c_void_p(widths.ctypes.data), whole(stack.depth), _pointer(theta), whole(stack.size), _pointer(inputs),
        _pointer(targets), whole(len(inputs)), whole(BATCH), whole(steps), ctypes.c_double(RATE),
        ctypes.c_void_p(order.ctypes.data),
    )  # fmt: skip
    return theta


def run() -> list[Row]:
    """The rows of this benchmark."""
    library = build_c(Path(__file__).with_suffix(".c"))
    data = circles(250, 0.1, 1)
    rows = []
    for widths, steps, target in NETS:
        stack = dense(widths, output="tanh")
        start, goal = initial_parameters(stack, seed=1), targets_for(data, "mse", stack)
        plan = Plan(hyper=Hyper(learning_rate=RATE), batch=BATCH, steps=steps, every=steps, shuffle=False, norms=False)

        def ours(stack: Stack = stack, start: F64 = start, goal: F64 = goal, plan: Plan = plan) -> F64:
            return train(stack, start, data.inputs, goal, plan, engine="small").final.theta

        def theirs(name: str, stack: Stack = stack, start: F64 = start, goal: F64 = goal, steps: int = steps) -> F64:
            assert library is not None
            return _in_c(library, name, stack, start, data.inputs, goal, steps)

        name, work = f"training {'-'.join(map(str, widths))}", steps * BATCH / 1e6
        if library is None:
            (seconds,) = best_seconds([ours])
            rows.append(Row(name, work / seconds, "M examples/s", target=target / 1e6))
            continue
        if not np.array_equal(ours(), theirs("train_lanes")):
            raise RuntimeError(f"{name}: C and Ravine do not do the same work")
        times = best_seconds([ours, partial(theirs, "train_lanes"), partial(theirs, "train_plain")], 60)
        speed = [work / seconds for seconds in times]
        rows.append(Row(name, speed[0], "M examples/s", target=target / 1e6))
        rows.append(Row(f"{name}, beside the same in C", speed[0], "M examples/s", speed[1], speed[0] / speed[1], 0.9))
        rows.append(Row(f"{name}, beside a plain loop in C", speed[0], "M examples/s", speed[2], speed[0] / speed[2]))
    rows += _threads(library)
    return rows


def _threads(library: ctypes.CDLL | None) -> list[Row]:
    """64 runs of the larger net, two threads beside one; and the same in C, which is what the machine has to give.

    Short pieces, many times: two cores have to be idle at once for the shortest time to say something.
    """
    data, stack = circles(250, 0.1, 1), dense(NETS[1][0], output="tanh")
    starts = np.stack([initial_parameters(stack, seed=seed) for seed in range(64)])
    goal, plan = targets_for(data, "mse", stack), Plan(hyper=Hyper(learning_rate=RATE), steps=100, every=100)

    def on(threads: int) -> None:
        train_many(stack, starts, data.inputs, goal, plan, threads=threads)

    def in_c(threads: int) -> None:
        assert library is not None
        with ThreadPoolExecutor(threads) as pool:
            for part in pool.map(some_in_c, np.array_split(starts, 4)):
                assert len(part) == 16

    def some_in_c(part: F64) -> list[F64]:
        assert library is not None
        return [_in_c(library, "train_lanes", stack, start, data.inputs, goal, plan.steps) for start in part]

    rivals = [partial(on, 1), partial(on, 2)] + ([partial(in_c, 1), partial(in_c, 2)] if library is not None else [])
    speed = [64 * plan.steps * BATCH / 1e6 / seconds for seconds in best_seconds(rivals, 60)]
    unit = "M examples/s"
    rows = [Row("training 64 nets on 2 threads, beside 1", speed[1], unit, speed[0], speed[1] / speed[0], 1.8)]
    if library is not None:
        rows.append(Row("the same in C: what two cores give here", speed[3], unit, speed[2], speed[3] / speed[2]))
    return rows
