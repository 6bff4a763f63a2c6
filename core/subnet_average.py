"""Averages over subnets: how the mean answer of more and more masks of one net nears that of the full net."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.networks import Stack, outputs
from core.recording import F64, I64
from core.subnets import subnet

TOGETHER = 20  # subnets that are asked at once, between two reports of how many there have been


@dataclass(frozen=True, eq=False)
class Averages:
    """After each of T subnets, the averages over those since the last restart. All (T,) but `extra` (T, M, classes).

    alone:     share of right answers of this subnet by itself.
    accuracy:  the same of the mean softmax of the subnets so far (Monte-Carlo averaging).
    loss:      its mean cross-entropy.
    agreement: the share of examples on which it answers as the full net does.
    extra:     this subnet's softmax on further inputs.
    """

    alone: F64
    accuracy: F64
    loss: F64
    agreement: F64
    extra: F64


def softmax(logits: F64) -> F64:
    """Probabilities (…, N, K) of logits (…, N, K)."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def scores(probabilities: F64, labels: I64) -> tuple[F64, F64]:
    """Share of right answers, and mean cross-entropy in nats of (…, N, K) probabilities, 0 taken as the smallest float."""
    right = probabilities[..., np.arange(len(labels)), labels]
    return agreeing(probabilities, labels), np.asarray(-np.log(np.maximum(right, np.finfo(float).tiny)).mean(axis=-1))


def agreeing(said: F64, answers: I64) -> F64:
    """The share of N examples on which the largest of K outputs `said` (…, N, K) is the one of `answers` (…, N)."""
    return np.asarray((said.argmax(axis=-1) == answers).mean(axis=-1))


def average_subnets(
    stack: Stack,
    steps: Sequence[tuple[F64, Sequence[F64], bool]],
    inputs: F64,
    labels: I64,
    further: F64,
) -> Iterator[int | Averages]:
    """Go through `steps`, each (θ, factors of the hidden layers, restart?), on inputs (N, d) with labels (N,).

    restart: the average begins anew at this subnet.  further (M, d): more inputs, for `extra`.
    Yields how many subnets there have been, now and then, and last of all the averages.
    """
    both, count = np.concatenate((inputs, further)), len(inputs)
    rows, extra = [], []
    total, seen = np.zeros((count, stack.outputs)), 0
    for first in range(0, len(steps), TOGETHER):
        part = steps[first : first + TOGETHER]
        said = softmax(outputs(stack, np.array([subnet(stack, theta, factors) for theta, factors, _ in part]), both))
        full = outputs(stack, np.array([theta for theta, _, _ in part]), inputs).argmax(axis=-1)
        means = np.empty_like(said[:, :count])
        for place, (_, _, restart) in enumerate(part):
            total, seen = (said[place, :count], 1) if restart else (total + said[place, :count], seen + 1)
            means[place] = total / seen
        rows.append((scores(said[:, :count], labels)[0], *scores(means, labels), agreeing(means, full)))
        extra.append(said[:, count:])
        yield first + len(part)
    alone, accuracy, loss, agreement = np.concatenate(rows, axis=1)
    yield Averages(alone, accuracy, loss, agreement, np.concatenate(extra))


def at_test_time(stack: Stack, theta: F64, rates: Sequence[float], inputs: F64, labels: I64) -> list[tuple[float, ...]]:
    """How a net trained with dropout does by three choices at test time: inverted, classic, unscaled.

    For each the share of right answers, the cross-entropy, and the share of answers that are the full net's.
    inverted: θ as it is. Classic dropout has masks of 0 and 1, and the same training ends at weights 1/(1 − p) as long;
    classic scales by 1 − p at test time, unscaled forgets to.
    """
    keep = [1.0 - p for p in rates]
    longer = subnet(stack, theta, [1.0 / kept for kept in keep])
    logits = outputs(stack, np.array([theta, subnet(stack, longer, keep), longer]), inputs)
    accuracy, loss = scores(softmax(logits), labels)
    return list(zip(accuracy.tolist(), loss.tolist(), agreeing(logits, logits[0].argmax(axis=-1)).tolist(), strict=True))


def running_moments(values: F64) -> tuple[F64, F64]:
    """Mean and variance of the first n of `values` (T,), n = 1 … T, the variance about that mean and divided by n."""
    n = np.arange(1.0, len(values) + 1.0)
    away = values - values[0]  # so that the variance of numbers close together does not cancel
    mean = np.cumsum(away) / n
    return values[0] + mean, np.maximum(np.cumsum(away**2) / n - mean**2, 0.0)


def shares_right(stack: Stack, thetas: F64, inputs: F64, labels: I64) -> F64:
    """The share of right answers of each of `thetas` (K, P) on inputs (N, d) with labels (N,), (K,)."""
    return agreeing(outputs(stack, thetas, inputs), labels)
