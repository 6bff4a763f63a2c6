"""Data on which methods that all fit the training set disagree about everything else, after Wilson et al. 2017, section 3.3.

Example i of n has the label y = ±1 and the features

    x = (y, 1, 1, 0 … 0, 1 … 1, 0 … 0)        one 1 of its own if y = +1, five of its own if y = −1

The first feature is the label itself; the next two are the same for all; an example's own are met by no other, so on new
examples they meet weights that never left 0. Plus ones are in the majority. A linear model, squared loss, all examples in every
step, weights from 0. Then the weights of one kind stay equal, and four numbers follow them all:

    f(+) = w_y + 2 w_c + w_p        f(−) = −w_y + 2 w_c + 5 w_m        r = f − y
    ∂L/∂w_y = 2/n (n₊r₊ − n₋r₋)     ∂L/∂w_c = 2/n (n₊r₊ + n₋r₋)        ∂L/∂w_p = 2/n r₊        ∂L/∂w_m = 2/n r₋

of the mean squared error L. A new example has the score w_y + 2 w_c if it is a +1, and −w_y + 2 w_c if it is a −1.

Gradient descent ends at the interpolating weights of the smallest norm, Xᵀα: w_y = n₊α₊ − n₋α₋, w_c = n₊α₊ + n₋α₋, w_p = α₊,
w_m = α₋ with (3n₊ + 1)α₊ + n₋α₋ = 1 and n₊α₊ + (3n₋ + 5)α₋ = −1, so

    α₊ = (4n₋ + 5)/D        α₋ = −(4n₊ + 1)/D        D = 8n₊n₋ + 15n₊ + 3n₋ + 5

and new examples score 1 − α₊ > 0 and −1 − 5α₋ < 0: all are right. AdaGrad, RMSprop and Adam divide each weight's gradient by
the size of its past ones. So all weights move alike, w = u·sign(Xᵀy), as X sign(Xᵀy) = 4y keeps every gradient along Xᵀy
(lemma 3.1; exactly with ε = 0). They end at u = ¼, where new examples score ¾ and +¼: every −1 is taken for a +1.
"""

import math
from typing import NamedTuple

import numpy as np

from core.jit import kernel
from core.noise import STREAM_DATA, STREAM_ORDER, permutation, uniforms
from core.optimizers import Hyper, method_code, step
from core.recording import F64

LEARNERS = ("sgd", "adagrad", "rmsprop", "adam")
FEATURES = ("label", "constant", "own_plus", "own_minus")
TESTS = 2000  # new examples
RMSPROP_DECAY = 0.9  # α as first published; with 0.99 its uncorrected first step is 10η long
FARTHEST = 1e100


class Kinds(NamedTuple):
    """How many training examples are +1 and −1."""

    plus: int
    minus: int

    @property
    def examples(self) -> int:
        """n."""
        return self.plus + self.minus


def kinds(examples: int, positive: float) -> Kinds:
    """Of n examples the share `positive` is +1, rounded, but at least a majority, and at least one is −1."""
    plus = min(max(round(positive * examples), examples // 2 + 1), examples - 1)
    return Kinds(plus, examples - plus)


def labels(each: Kinds, seed: int) -> F64:
    """y (n,), ±1, in an order keyed by the seed."""
    order = permutation(each.examples, seed, 0, 0, STREAM_ORDER)
    return np.where(order < each.plus, 1.0, -1.0)


def inputs(y: F64) -> F64:
    """X (n, 3 + 5n) of the labels y (n,): label, two constants, then five places for each example's own features."""
    x = np.zeros((len(y), 3 + 5 * len(y)))
    x[:, 0], x[:, 1:3] = y, 1.0
    for i, label in enumerate(y):
        x[i, 3 + 5 * i : 3 + 5 * i + (1 if label > 0.0 else 5)] = 1.0
    return x


def share_of_minus(positive: float, seed: int) -> float:
    """The share of −1 among `TESTS` new labels, each +1 with the probability `positive`."""
    return float(np.mean(uniforms(TESTS, seed, 1, 0, STREAM_DATA) >= positive))


@kernel
def _learn(method: int, hyper: Hyper, plus: int, minus: int, steps: int, weights: F64) -> int:
    w, g = np.zeros(4), np.zeros(4)
    state = np.zeros((4, 3))
    per_example = 2.0 / (plus + minus)
    beta1_power = beta2_power = 1.0
    weights[0] = 0.0
    for k in range(1, steps + 1):
        beta1_power *= hyper.beta1
        beta2_power *= hyper.beta2
        over_plus = w[0] + 2.0 * w[1] + w[2] - 1.0
        over_minus = -w[0] + 2.0 * w[1] + 5.0 * w[3] + 1.0
        g[0] = per_example * (plus * over_plus - minus * over_minus)
        g[1] = per_example * (plus * over_plus + minus * over_minus)
        g[2] = per_example * over_plus
        g[3] = per_example * over_minus
        for j in range(4):
            w[j], state[j, 0], state[j, 1], state[j, 2] = step(
                method, w[j], g[j], state[j, 0], state[j, 1], state[j, 2], hyper, k, beta1_power, beta2_power
            )
            if not abs(w[j]) < FARTHEST:
                weights[k:] = math.nan
                return k
        weights[k] = w
    return -1


def hyper_of(method: str, learning_rate: float) -> Hyper:
    """The settings of a learner: its usual ones, RMSprop's decay apart."""
    return Hyper(learning_rate=learning_rate, beta2=RMSPROP_DECAY if method == "rmsprop" else 0.999)


def learn(method: str, learning_rate: float, each: Kinds, steps: int) -> tuple[F64, int]:
    """(w, k): the weights (steps + 1, 4) of each kind, as in `FEATURES`, and the step at which they left float64, or −1."""
    weights = np.empty((steps + 1, len(FEATURES)))
    code = method_code(method)
    return weights, _learn(code, hyper_of(method, learning_rate), each.plus, each.minus, steps, weights)


def scores(weights: F64) -> tuple[F64, F64]:
    """What weights (…, 4) say of examples: (trained, new), each (…, 2) for a +1 and for a −1."""
    label, constant, own_plus, own_minus = np.moveaxis(weights, -1, 0)
    new = np.stack((label + 2.0 * constant, 2.0 * constant - label), axis=-1)
    return new + np.stack((own_plus, 5.0 * own_minus), axis=-1), new


def errors(score: F64, minus: float) -> F64:
    """The share (…) of wrong answers where a +1 and a −1 score `score` (…, 2) and the share `minus` is −1.

    A score of 0 says +1. NaN where there is no score.
    """
    wrong = (1.0 - minus) * (score[..., 0] < 0.0) + minus * (score[..., 1] >= 0.0)
    return np.where(np.isnan(score).any(axis=-1), np.nan, wrong)


def ends(method: str, each: Kinds) -> F64:
    """The weights (4,) that theory says a learner ends at, as in `FEATURES`."""
    if method != "sgd":
        return np.array([0.25, 0.25, 0.25, -0.25])
    determinant = 8.0 * each.plus * each.minus + 15.0 * each.plus + 3.0 * each.minus + 5.0
    of_plus, of_minus = (4.0 * each.minus + 5.0) / determinant, -(4.0 * each.plus + 1.0) / determinant
    plus, minus = each.plus * of_plus, each.minus * of_minus
    return np.array([plus - minus, plus + minus, of_plus, of_minus])


def steepest(each: Kinds) -> float:
    """The largest curvature of L along the weights that learning moves: gradient descent diverges from η = 2 over it on.

    2/n times the larger eigenvalue of [[3n₊ + 1, n₋], [n₊, 3n₋ + 5]], which takes (α₊, α₋) to (f₊, f₋).
    """
    a, d = 3.0 * each.plus + 1.0, 3.0 * each.minus + 5.0
    return (a + d + math.sqrt((a - d) ** 2 + 4.0 * each.plus * each.minus)) / each.examples
