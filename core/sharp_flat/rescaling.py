"""One net, written down in ever sharper ways, after Dinh et al., "Sharp minima can generalize for deep nets" (2017).

A ReLU does not mind a positive factor, relu(cz) = c·relu(z): weights and biases of the hidden layer times c and output weights
divided by c give the same function (`core.directions.rescaled`). With D = diag(c, …, 1/c, …, 1) this is L(Dθ) = L(θ) for every
θ, and two derivatives later

    ∇²L(Dθ) = D⁻¹ ∇²L(θ) D⁻¹

So the curvature along output weights grows as c², without end, at the same loss on every example there is. λmax is at least
c²λmax of that block; `turned` gives it for any c, and `core.curvature.sharpness` finds the same in the rescaled net.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.curvature import STEP as APART
from core.curvature import hessian_vector, loss_gradient, sharpness
from core.directions import filter_normalized, random_direction, rescaled
from core.networks import Stack, dense, forward, initial_parameters
from core.noise import STREAM_DATA, normals, uniforms
from core.optimizers import Hyper
from core.recording import F64
from core.training import Plan, train

HIDDEN = 10
EXAMPLES, TESTS = 24, 200
STEPS = 6000
REACH = 0.4  # how far the slices go: a length in the space of parameters, and for the filter-normalized one of each filter
OFFSETS = np.linspace(-REACH, REACH, 81)
GRID = np.linspace(-3.2, 3.2, 129)
OFFSETS.setflags(write=False)
GRID.setflags(write=False)


class Trained(NamedTuple):
    """A net after its training.

    theta (P,); hessian (P, P), the mean squared error's at theta; inputs, targets (N,): what it learned from; new_inputs,
    new_targets: what it did not; direction (P,): a random one, of length 1.
    """

    theta: F64
    hessian: F64
    inputs: F64
    targets: F64
    new_inputs: F64
    new_targets: F64
    direction: F64


def stack() -> Stack:
    """One input, `HIDDEN` ReLUs, one output."""
    return dense([1, HIDDEN, 1], "relu")


def examples(count: int, seed: int, number: int) -> tuple[F64, F64]:
    """(x, y), both (count,): y = sin 2x + x/2 and noise of 0.15, x uniform on ±3."""
    x = 6.0 * uniforms(count, seed, number, 0, STREAM_DATA) - 3.0
    return x, np.sin(2.0 * x) + 0.5 * x + 0.15 * normals(count, seed, number, 1, STREAM_DATA)


@lru_cache(maxsize=4)  # the factor does not enter: the net is trained once
def trained(seed: int) -> Trained:
    """The net of this seed after `STEPS` steps of Adam on all examples."""
    net = stack()
    inputs, targets = examples(EXAMPLES, seed, 0)
    # Not to 0: the lowest places of a ReLU net lie on kinks, where a unit just begins to fire for an example: no Hessian there.
    fading = np.linspace(1.0, 0.1, STEPS)
    plan = Plan("mse", "adam", Hyper(learning_rate=0.03), EXAMPLES, STEPS, STEPS, shuffle=False, factors=fading)
    start = initial_parameters(net, "he_normal", seed=seed, bias=0.5)
    theta = np.array(train(net, start, inputs[:, None], targets[:, None], plan).final.theta)
    gradient = loss_gradient(net, "mse", inputs[:, None], targets[:, None])
    hessian = np.array([hessian_vector(gradient, theta, column) for column in np.eye(net.size)])
    direction = random_direction(net, seed)
    return Trained(
        theta, 0.5 * (hessian + hessian.T), inputs, targets, *examples(TESTS, seed, 2), direction / np.linalg.norm(direction)
    )


def stretch(factor: float) -> F64:
    """The diagonal (P,) of D for c = `factor`."""
    net = stack()
    return rescaled(net, np.ones(net.size), 0, factor)


def turned(hessian: F64, factor: float) -> F64:
    """D⁻¹HD⁻¹ (P, P), the Hessian of the rescaled net by theory."""
    scale = 1.0 / stretch(factor)
    return hessian * scale * scale[:, None]


def smooth(net: Trained, factor: float) -> bool:
    """Whether the rescaled net is far enough from every kink for its Hessian to be found from differences of gradients.

    A difference moves parameters by at most r = `core.curvature.STEP`·max(1, ‖Dθ‖), so a unit's input by r(1 + |x|).
    """
    theta = rescaled(stack(), net.theta, 0, factor)
    moved = APART * max(1.0, float(np.linalg.norm(theta))) * (1.0 + np.abs(net.inputs))
    into = net.inputs[:, None] * theta[:HIDDEN] + theta[HIDDEN : 2 * HIDDEN]
    return bool(np.all(np.abs(into) > moved[:, None]))


def output_block(hessian: F64) -> F64:
    """The part of a Hessian (P, P) that belongs to the output weights, (HIDDEN, HIDDEN): 2/N Σ h hᵀ, h what the ReLUs say."""
    place = slice(2 * HIDDEN, 3 * HIDDEN)
    return hessian[place, place]


def outputs(thetas: F64, x: F64) -> F64:
    """What nets with parameters `thetas` (m, P) answer to x (n,): (m, n) float64; `forward` of many nets at once."""
    weight, bias, out = (thetas[:, at * HIDDEN : (at + 1) * HIDDEN] for at in range(3))
    with np.errstate(all="ignore"):
        hidden = np.maximum(x[None, :, None] * weight[:, None, :] + bias[:, None, :], 0.0)
        answer: F64 = (hidden * out[:, None, :]).sum(axis=2) + thetas[:, -1:]
    return answer


def mean_squared(thetas: F64, x: F64, y: F64) -> F64:
    """The mean squared error (m,) of nets with parameters `thetas` (m, P) on examples (x, y), both (n,)."""
    with np.errstate(all="ignore"):
        loss: F64 = np.mean((outputs(thetas, x) - y) ** 2, axis=1)
    return loss


class Rescaled(NamedTuple):
    """What is measured of the net at one factor.

    sharpness: λmax by Lanczos;  train_loss, test_loss;  answer (grid,): the function;  change: the largest difference between
    an answer and that of the net as it was trained;  raw, normalized (offset,): slices through its loss on the training set.
    """

    sharpness: float
    train_loss: float
    test_loss: float
    answer: F64
    change: float
    raw: F64
    normalized: F64


def measure(net: Trained, factor: float) -> Rescaled:
    """The net with its hidden layer times `factor`, looked at as if it were any net."""
    layers = stack()
    theta = rescaled(layers, net.theta, 0, factor)
    gradient = loss_gradient(layers, "mse", net.inputs[:, None], net.targets[:, None])
    answer, before = (forward(layers, at, GRID[:, None]).output[:, 0] for at in (theta, net.theta))
    ways = (net.direction, filter_normalized(layers, theta, net.direction))
    raw, normalized = (mean_squared(theta + OFFSETS[:, None] * way, net.inputs, net.targets) for way in ways)
    return Rescaled(
        sharpness(gradient, theta),
        float(mean_squared(theta[None], net.inputs, net.targets)[0]),
        float(mean_squared(theta[None], net.new_inputs, net.new_targets)[0]),
        answer,
        float(np.abs(answer - before).max()),
        raw,
        normalized,
    )
