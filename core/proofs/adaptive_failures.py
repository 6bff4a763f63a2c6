"""Experiments where adaptive methods go wrong by construction: Reddi's stream of losses, and Wilson's separable data."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.jit import kernel
from core.networks import Layer, Stack
from core.noise import STREAM_DATA, uniforms
from core.optimizers import Hyper, method_code, step
from core.recording import F64
from core.training import Plan, train

SCENES = ("adam", "sharp-flat")  # whose claims `proofs` makes

_REDDI = "Reddi, Kale & Kumar 2018"
_WILSON = "Wilson et al. 2017, section 3.3"


@kernel
def play(method: int, hyper: Hyper, large: float, small: float, period: int, steps: int) -> F64:
    """The points x_1 … x_{T+1} (T+1,) of online descent on f_t = `large`·x where t mod period = 1, else −`small`·x.

    x stays within [−1, 1] by projection, x₁ = 1, and the learning rate is η/√t.
    """
    points = np.empty(steps + 1)
    x = 1.0
    s0 = s1 = s2 = 0.0
    power1 = power2 = 1.0
    for t in range(1, steps + 1):
        points[t - 1] = x
        g = large if t % period == 1 else -small
        now = Hyper(
            hyper.learning_rate / math.sqrt(t),
            hyper.momentum,
            hyper.nu,
            hyper.beta1,
            hyper.beta2,
            hyper.epsilon,
            hyper.weight_decay,
        )
        power1 *= hyper.beta1
        power2 *= hyper.beta2
        x, s0, s1, s2 = step(method, x, g, s0, s1, s2, now, t, power1, power2)
        x = min(1.0, max(-1.0, x))
    points[steps] = x
    return points


def proofs() -> Iterator[Claim]:
    """Every claim about counterexamples to Adam."""
    yield from _reddi()
    yield from _wilson()


def _reddi() -> Iterator[Claim]:
    """f sums to (C − 2)x > 0 or 10x over a period, so x = −1 is best; Adam divides the rare large gradient down."""
    theorem = Hyper(learning_rate=0.5, beta1=0.0, beta2=0.1, epsilon=0.0)  # β₂ = 1/(1 + C²), C = 3
    online = Hyper(learning_rate=0.5, beta1=0.9, beta2=0.99, epsilon=1e-8)
    cases = (
        ("theorem 1, C = 3", theorem, 3.0, 1.0, 3, 60_000),
        ("1010x once in 101 steps, else −10x", online, 1010.0, 10.0, 101, 2_000_000),
    )
    for label, hyper, large, small, period, steps in cases:
        for method, name, wanted in (
            ("adam", "Adam goes to the worst point +1", 1.0),
            ("amsgrad", "AMSGrad to the best, −1", -1.0),
        ):
            tail = play(method_code(method), hyper, large, small, period, steps)[-10 * period :]
            yield Claim(
                name=f"{name} ({label})",
                scene="adam",
                source=f"{_REDDI}, section 3 and theorem 1" if period == 3 else f"{_REDDI}, section 5",
                predicted=wanted,
                measured=float(tail.mean()),
                tolerance=0.01,
                because=f"the last steps, a few η/√t long with t = {steps}, move to and fro beside the end of the interval",
                applies="x in [−1, 1], learning rate 0.5/√t",
            )


def separable(count: int, seed: int) -> tuple[F64, F64]:
    """Inputs (n, 2 + 5n) and labels ±1 (n,), +1 with probability 0.64.

    x = (label, 1, own features): one 1 of its own for a positive example, five for a negative one, where all others have 0.
    A bias stands for the second constant feature of the paper.
    """
    labels = np.where(uniforms(count, seed, 0, 0, STREAM_DATA) < 0.64, 1.0, -1.0)
    inputs = np.zeros((count, 2 + 5 * count))
    inputs[:, 0], inputs[:, 1] = labels, 1.0
    for i, label in enumerate(labels):
        inputs[i, 2 + 5 * i : 2 + 5 * i + (1 if label > 0 else 5)] = 1.0
    return inputs, labels


def _wilson() -> Iterator[Claim]:
    """Squared error, full batch, from zero; test examples bring features of their own that no weight has met."""
    inputs, labels = separable(100, 1)
    test = np.where(uniforms(2000, 2, 0, 0, STREAM_DATA) < 0.64, 1.0, -1.0)
    stack = Stack(inputs.shape[1], (Layer(1, "identity"),))
    cases = (
        ("sgd", Hyper(learning_rate=0.05), "gradient descent", 0.0),
        ("adam", Hyper(learning_rate=0.002), "Adam", float((test < 0.0).mean())),
        ("adagrad", Hyper(learning_rate=0.02), "AdaGrad", float((test < 0.0).mean())),
        ("rmsprop", Hyper(learning_rate=0.002, beta2=0.99), "RMSprop", float((test < 0.0).mean())),
    )
    for method, hyper, name, wanted in cases:
        plan = Plan("mse", method, hyper, batch=len(labels), steps=3000, every=3000, shuffle=False)
        run = train(stack, np.zeros(stack.size), inputs, labels[:, None], plan)
        layer = stack.views(run.final.theta)[0]
        said = np.sign(layer.weight[0, 0] * test + layer.weight[0, 1] + layer.bias[0])
        fitted = inputs @ layer.weight[0] + layer.bias[0]
        yield Claim(
            name=f"{name} on Wilson's separable data: test error {'0' if method == 'sgd' else 'is the share of −1'}",
            scene="sharp-flat",
            source=f"{_WILSON}, lemma 3.1",
            predicted=wanted,
            measured=float((said != test).mean()),
            tolerance=0.0,
            because="a count: every test example is on the side that the lemma says",
            applies="squared error, full batch, start at 0; features of test examples are new",
            comparison="absolute",
        )
        yield Claim(
            name=f"{name} on Wilson's separable data: largest error on the training examples",
            scene="sharp-flat",
            source=_WILSON,
            predicted=0.0,
            measured=float(np.abs(fitted - labels).max()),
            tolerance=1e-6,
            because="3,000 steps of methods that converge geometrically here",
            applies="squared error, full batch, start at 0",
            comparison="absolute",
        )
