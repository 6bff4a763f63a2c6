"""Experiments with slices of the loss: a rescaled net is the same net, and only filter-normalized slices know it."""

from collections.abc import Iterator

import numpy as np

from core import losses
from core.claims import Claim
from core.directions import filter_normalized, random_direction, rescaled
from core.networks import dense, forward, initial_parameters
from core.noise import STREAM_DATA, normals
from core.recording import F64

SCENES = ("landscape",)  # whose claims `proofs` makes

_LI = "Li et al. 2018, section 4; core/directions.py"


def proofs() -> Iterator[Claim]:
    """Every claim about rescaling and slices, on a 5-16-1 ReLU net."""
    stack = dense([5, 16, 1], "relu")
    theta = initial_parameters(stack, "he_normal", seed=2, bias=0.1)
    x, y = normals(60 * 6, 5, 0, 0, STREAM_DATA).reshape(60, 6)[:, :5], normals(60, 6, 0, 0, STREAM_DATA)[:, None]
    tenfold = rescaled(stack, theta, 0, 10.0)
    direction = random_direction(stack, seed=3)

    def loss(at: F64) -> float:
        return losses.loss("mse", forward(stack, at, x).output, y)[0]

    raw = direction.copy()
    for layer in stack.views(raw):
        layer.bias[:] = 0.0
    normal, normal_tenfold = (filter_normalized(stack, at, direction) for at in (theta, tenfold))
    lines = (
        ("first layer times 10, second divided by 10: the loss is the same", loss(theta), loss(tenfold)),
        (
            "… and half a step along a filter-normalized direction costs the same",
            loss(theta + 0.5 * normal),
            loss(tenfold + 0.5 * normal_tenfold),
        ),
    )
    for name, predicted, measured in lines:
        yield Claim(
            name=name,
            scene="landscape",
            source=_LI,
            predicted=predicted,
            measured=measured,
            tolerance=1e-12,
            because="rounding; 10 is not a power of 2",
            applies="ReLU is positively homogeneous: relu(cz) = c relu(z)",
        )
    yield Claim(
        name="… while along the raw direction it costs twice as much or more",
        scene="landscape",
        source=_LI,
        predicted=2.0,
        measured=(loss(tenfold + 0.5 * raw) - loss(tenfold)) / (loss(theta + 0.5 * raw) - loss(theta)),
        tolerance=0.0,
        because="a bound, not a number that is met",
        applies="this net and direction",
        comparison="at least",
    )
    lengths = [np.linalg.norm(layer.weight, axis=1) for layer in (*stack.views(theta), *stack.views(normal))]
    yield Claim(
        name="a filter-normalized direction has each filter's own length: largest difference",
        scene="landscape",
        source=_LI,
        predicted=0.0,
        measured=max(float(np.abs(lengths[i] - lengths[i + 2]).max()) for i in range(2)),
        tolerance=1e-14,
        because="rounding of one root and one quotient",
        comparison="absolute",
    )
