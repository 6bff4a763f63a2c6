"""Experiment: under full-batch gradient descent the sharpness rises until 2/η stops it, and stays there."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.curvature import loss_gradient, sharpness
from core.networks import dense, initial_parameters
from core.optimizers import Hyper
from core.theory.momentum import stability_limit
from core.training import Plan, train

SCENES = ("sharp-flat",)  # whose claims `proofs` makes

_COHEN = "Cohen et al. 2021, section 3; core/theory/momentum.py"
_KEPT = 40  # states kept of each run; the last 16 are looked at
_SETTINGS = "1-30-30-1 tanh net, 20 points of the Chebyshev polynomial T₄, L = ½ mean (z − t)²"
_RUNS = ((0.05, 16_000), (0.1, 8_000), (0.2, 6_000), (0.4, 4_000))


def proofs() -> Iterator[Claim]:
    """The sharpness of one small net, trained with four learning rates from one start."""
    stack = dense([1, 30, 30, 1], "tanh")
    x = np.linspace(-1.0, 1.0, 20)[:, None]
    y = 8.0 * x**4 - 8.0 * x**2 + 1.0
    theta = initial_parameters(stack, "xavier_normal", seed=1)
    gradient = loss_gradient(stack, "mse", x, y)  # of the mean square, without the ½: twice the gradient and the curvature
    start = 0.5 * sharpness(gradient, theta)
    rising, final = 0.0, 0.0
    for rate, steps in _RUNS:
        plan = Plan("mse", "sgd", Hyper(learning_rate=0.5 * rate), batch=20, steps=steps, every=steps // _KEPT, shuffle=False)
        run = train(stack, theta, x, y, plan)
        late = [0.5 * sharpness(gradient, kept) for kept in run.thetas[-16:]]
        edge = float(stability_limit("sgd", 0.0)) / rate
        yield Claim(
            name=f"full-batch gradient descent: the sharpness λmax rises from {start:.3g} and settles at 2/η, η = {rate:g}",
            scene="sharp-flat",
            source=_COHEN,
            predicted=edge,
            measured=float(np.mean(late)),
            tolerance=0.02,
            because="mean of 16 states of the last 40 % of the run, each of which swings about the edge by up to 3 %",
            applies=f"{_SETTINGS}; Lanczos on central differences of the gradient",
        )
        rising = float(np.mean(np.diff(run.losses) > 0.0))
        final = float(run.losses[-1] / run.losses[0])
    yield Claim(
        name="at the edge the loss rises on a fifth of the steps or more (η = 0.4) …",
        scene="sharp-flat",
        source=_COHEN,
        predicted=0.2,
        measured=rising,
        tolerance=0.0,
        because="a bound, not a number that is met",
        applies=_SETTINGS,
        comparison="at least",
    )
    yield Claim(
        name="… and still falls below a twentieth of what it was",
        scene="sharp-flat",
        source=_COHEN,
        predicted=0.05,
        measured=final,
        tolerance=0.0,
        because="a bound, not a number that is met",
        applies=_SETTINGS,
        comparison="at most",
    )
