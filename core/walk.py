"""One recorded run of an optimizer on a surface, and how it ended."""

import math
from dataclasses import dataclass

import numpy as np

from core.descent import descend
from core.optimizers import Hyper, method_code
from core.recording import F64, Ending, Outcome
from core.surfaces import named, value

TARGET = 1e-6  # a run has converged once its loss is within this of the surface's lowest


@dataclass(frozen=True)
class Walk:
    """T steps of one optimizer. Arrays are float64, row k after k steps; NaN from the step of a divergence on.

    path (T+1, 2), loss (T+1,), gradients (T+1, 2), slots (T+1, 2, 3): as `core.descent.descend` fills them.
    ending: DIVERGED at the first step whose loss is not finite or whose coordinate exceeds 1e150; CONVERGED at the first
            step whose loss is within `TARGET` of the lowest (the run goes on); STUCK from the step at which gradient and
            first slot are exactly zero; COMPLETED else.
    """

    path: F64
    loss: F64
    gradients: F64
    slots: F64
    ending: Ending


def walk(
    method: str,
    surface: str,
    start: tuple[float, float],
    hyper: Hyper,
    steps: int,
    *,
    condition: float = 25.0,
    rotation: float = 0.0,
    noise: float = 0.0,
    seed: int = 0,
    run: int = 0,
) -> Walk:
    """Walk `steps` steps of `method` on `surface` from `start`; see `core.descent.descend` for the other arguments.

    A start outside the surface's usual domain is taken as it is. Unknown names and negative step counts are a `ValueError`.
    """
    if steps < 0:
        raise ValueError(f"a run cannot have {steps} steps")
    code, count = named(surface).code, steps + 1
    path, loss = np.empty((count, 2)), np.empty(count)
    gradients, slots = np.empty((count, 2)), np.empty((count, 2, 3))
    floats = Hyper(*(float(number) for number in hyper))
    x, y, kappa, angle = float(start[0]), float(start[1]), float(condition), float(rotation)
    broke = descend(
        method_code(method), code, kappa, angle, x, y, floats, float(noise), seed, run, path, loss, gradients, slots
    )
    ending = _ending(broke, loss - lowest_loss(surface, kappa, angle), gradients, slots[..., 0])
    return Walk(path, loss, gradients, slots, ending)


def lowest_loss(surface: str, condition: float, rotation: float) -> float:
    """The loss at the surface's lowest point; −inf where there is none."""
    shape = named(surface)
    return value(shape.code, *shape.minima[0], condition, rotation) if shape.minima else -math.inf


def _ending(broke: int, above: F64, gradients: F64, velocity: F64) -> Ending:
    """How one run ended; `above` is its loss over the lowest there is."""
    if broke >= 0:
        return Ending(Outcome.DIVERGED, broke)
    reached = above <= TARGET
    if reached.any():
        return Ending(Outcome.CONVERGED, int(np.argmax(reached)))
    resting = (gradients == 0.0).all(axis=1) & (velocity == 0.0).all(axis=1)
    if resting[-1]:
        return Ending(Outcome.STUCK, int(np.argmax(resting)) - 1)
    return Ending(Outcome.COMPLETED, above.size - 1)
