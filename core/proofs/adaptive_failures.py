"""An experiment where adaptive methods go wrong by construction: Wilson's separable data."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.networks import Layer, Stack
from core.noise import STREAM_DATA, uniforms
from core.optimizers import Hyper
from core.recording import F64
from core.training import Plan, train

SCENES = ("sharp-flat",)  # whose claims `proofs` makes

_WILSON = "Wilson et al. 2017, section 3.3"


def proofs() -> Iterator[Claim]:
    """Every claim about Wilson's counterexample to adaptive methods."""
    yield from _wilson()


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
