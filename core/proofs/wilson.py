"""What Wilson et al. prove of gradient descent and adaptive methods on separable data, beside runs."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.networks import Layer, Stack
from core.noise import STREAM_DATA, uniforms
from core.recording import F64
from core.sharp_flat import wilson
from core.sharp_flat.recording import SharpFlatRecording
from core.training import Plan, train

WILSON = "Wilson et al. 2017, section 3.3"
NAMES = {"sgd": "gradient descent", "adagrad": "AdaGrad", "rmsprop": "RMSprop", "adam": "Adam"}
FITTED = 0.05  # largest error on a training example from which on a learner counts as having fitted


def about_learning(scene: str, recording: SharpFlatRecording) -> Iterator[Claim]:
    """What theory says of each learner that has fitted the training set."""
    for m, method in enumerate(recording.learners):
        residual = np.abs(recording.trained_score[m] - np.array([1.0, -1.0])).max(axis=1)
        fitted = np.flatnonzero(residual <= FITTED)
        if not fitted.size:
            continue
        first, name = int(fitted[0]), NAMES[method]
        adaptive = method != "sgd"
        yield Claim(
            name=f"{name}: test error once the training set is fitted " + ("is the share of −1" if adaptive else "is 0"),
            scene=scene,
            source=f"{WILSON}, lemma 3.1",
            predicted=recording.minus if adaptive else 0.0,
            measured=float(recording.test_error[m, first]),
            tolerance=0.0,
            because="a count: every new example is on the side that the lemma says",
            applies=f"largest training error at most {FITTED}",
            comparison="absolute",
        )
        size = np.abs(recording.weight[m, first])
        off = np.abs(recording.weight[m, first] - recording.end_weight[m]).max()
        yield Claim(
            name=f"{name}: " + ("all weights are of one size" if adaptive else "weights of the interpolation of least norm"),
            scene=scene,
            source=f"{WILSON}; core/sharp_flat/wilson.py",
            predicted=0.0,
            measured=float(size.max() - size.min()) if adaptive else float(off),
            tolerance=1e-5 if adaptive else 2.0 * float(residual[first]),
            because="ε is 10⁻⁸, and gradients are a thousand times larger yet" if adaptive else "as far as it is still to go",
            applies=f"the first frame with training errors up to {FITTED}",
            comparison="absolute",
        )


def prove_learning(scene: str) -> Iterator[Claim]:
    """The four numbers against a linear net with all its weights, and what comes of the test set."""
    each, positive = wilson.kinds(60, 0.64), 0.64
    y = wilson.labels(each, 1)
    test = np.where(uniforms(wilson.TESTS, 2, 1, 0, STREAM_DATA) < positive, 1.0, -1.0)
    minus = wilson.share_of_minus(positive, 2)
    x = np.delete(wilson.inputs(y), 2, axis=1)  # a bias stands for the second constant
    stack = Stack(x.shape[1], (Layer(1, "identity"),))
    steps = 1000
    for method, rate in (("sgd", 0.05), ("adam", 0.005), ("adagrad", 0.02), ("rmsprop", 0.002)):
        name = NAMES[method]
        held, _ = wilson.learn(method, rate, each, steps)
        plan = Plan("mse", method, wilson.hyper_of(method, rate), len(y), 50, 50, shuffle=False)
        layer = stack.views(train(stack, np.zeros(stack.size), x, y[:, None], plan).final.theta)[0]
        four = held[50]
        wanted = np.concatenate((four[:2], *(_own(label, four) for label in y), four[1:2]))
        yield Claim(
            name=f"{name}: four numbers follow all {stack.size} weights of the linear net, 50 steps",
            scene=scene,
            source="core/sharp_flat/wilson.py",
            predicted=0.0,
            measured=float(np.abs(np.concatenate((layer.weight[0], layer.bias)) - wanted).max()),
            tolerance=1e-12,
            because="the same sums in another order",
            comparison="absolute",
        )
        trained, new = wilson.scores(held[-1])
        wrong = np.where(test > 0.0, new[0] < 0.0, new[1] >= 0.0).mean()
        yield Claim(
            name=f"{name} on Wilson's separable data: test error {'0' if method == 'sgd' else 'is the share of −1'}",
            scene=scene,
            source=f"{WILSON}, lemma 3.1",
            predicted=0.0 if method == "sgd" else minus,
            measured=float(wrong),
            tolerance=0.0,
            because="a count: every test example is on the side that the lemma says",
            applies="squared error, full batch, start at 0; features of test examples are new",
            comparison="absolute",
        )
        yield Claim(
            name=f"{name} on Wilson's separable data: largest error on the training examples",
            scene=scene,
            source=WILSON,
            predicted=0.0,
            measured=float(np.abs(trained - np.array([1.0, -1.0])).max()),
            tolerance=0.02,
            because=f"{steps} steps; RMSprop goes on swinging by about η",
            applies="squared error, full batch, start at 0",
            comparison="absolute",
        )
        yield Claim(
            name=f"{name} on Wilson's separable data: farthest weight from where it must end",
            scene=scene,
            source=f"{WILSON}; core/sharp_flat/wilson.py",
            predicted=0.0,
            measured=float(np.abs(held[-1] - wilson.ends(method, each)).max()),
            tolerance=0.01,
            because=f"{steps} steps; RMSprop goes on swinging by about η",
            applies="squared error, full batch, start at 0",
            comparison="absolute",
        )


def _own(label: float, four: F64) -> F64:
    """The weights (5,) of an example's own features: those it has not stay 0."""
    return np.array([four[2], 0.0, 0.0, 0.0, 0.0]) if label > 0.0 else np.full(5, four[3])
