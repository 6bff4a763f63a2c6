"""What holds of dropout: moments over masks by listing them all, test-time scaling, averages of subnets, and ridge."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from core.claims import Claim
from core.dropout import mask
from core.networks import Layer, Stack, forward, initial_parameters
from core.proofs.dropout_ridge import ridge
from core.recording import F64, U8
from core.subnets import all_masks, chances, logit_moments, received, subnet, subset_sums
from core.theory import dropout as theory

_SRIVASTAVA = "Srivastava et al. (JMLR 15, 2014)"
_ERRORS = 4.0  # standard errors: a fair sample is farther off once in 16,000 times


def about(
    slug: str, stack: Stack, theta: F64, example: F64, rates: Sequence[float], place: tuple[int, int], sums: F64, masks: U8
) -> Iterator[Claim]:
    """The claims about one trained net with two hidden layers.

    `place`: layer (1 for hidden 2, 2 for the logits) and unit, right behind a mask and with none before that one;
    `sums` (n,): what it gets under `masks` (n, 2, H), with `rates` (p₁, p₂).
    """
    layer, unit = place
    full = forward(stack, theta, example[None, :])
    weights, p = stack.views(theta)[layer], rates[layer - 1]
    bias, terms = float(weights.bias[unit]), weights.weight[unit] * full.layers[layer - 1].activation[0]
    eval_output = float(full.layers[layer].linear[0, unit])
    yield from listed(slug, terms, bias, eval_output, p)
    yield from sampled(slug, terms, eval_output, p, sums)
    for hidden, rate in enumerate(rates):
        yield _kept(slug, f"hidden {hidden + 1}", masks[:, hidden], rate)
    strongest = int(np.argmax((stack.views(theta)[1].weight ** 2) @ full.layers[0].activation[0] ** 2))
    yield from test_time(slug, stack, theta, example, rates, strongest)
    yield geometric_mean(slug, stack, theta, example, rates[1])


def listed(slug: str, terms: F64, bias: float, eval_output: float, p: float) -> Iterator[Claim]:
    """Mean and variance of z = b + Σⱼ mⱼ tⱼ/(1 − p) over all 2ⁿ masks; tⱼ = wⱼ aⱼ."""
    sums, chance = subset_sums(terms, p), chances(len(terms), p)
    mean = float(chance @ sums)
    size = float(np.abs(terms).sum()) / (1.0 - p) + abs(bias)
    yield Claim(
        name=f"Over all {len(sums):,} masks, a linear unit behind dropout has the full net's output as its mean",
        scene=slug,
        source=f"{_SRIVASTAVA}, section 4; core/theory/dropout.py",
        predicted=eval_output,
        measured=mean + bias,
        tolerance=1e-12 * max(size, 1e-12),
        because="rounding in a weighted sum of all masks, relative to the largest sum",
        applies="a preactivation: linear in the mask right below it",
        comparison="absolute",
    )
    yield Claim(
        name=f"Over all {len(sums):,} masks, its variance is p/(1 − p)·Σ(w a)²",
        scene=slug,
        source="Bernoulli variance, summed over independent units; core/theory/dropout.py",
        predicted=theory.variance(1.0, p) * float((terms**2).sum()),
        measured=float(chance @ (sums - mean) ** 2),
        tolerance=1e-12 * max(size, 1e-12) ** 2,
        because="rounding in a weighted sum of all masks, relative to the largest square",
        applies="masks of different units are independent",
        comparison="absolute",
    )


def sampled(slug: str, terms: F64, eval_output: float, p: float, sums: F64) -> Iterator[Claim]:
    """Mean and variance over the masks that fell, within their standard errors about what all masks give."""
    count = len(sums)
    every, chance = subset_sums(terms, p), chances(len(terms), p)
    away = every - float(chance @ every)
    variance, fourth = theory.variance(1.0, p) * float((terms**2).sum()), float(chance @ away**4)
    rounding = 1e-12 * (1.0 + float(np.abs(every).max()) ** 2)
    yield Claim(
        name=f"The mean over {count} masks settles on the full net's output",
        scene=slug,
        source="E[m/(1 − p)] = 1; core/theory/dropout.py",
        predicted=eval_output,
        measured=float(sums.mean()),
        tolerance=_ERRORS * math.sqrt(variance / count) + rounding,
        because="4 standard errors of a mean of so many masks: √(variance/n)",
        comparison="absolute",
    )
    yield Claim(
        name=f"The variance over {count} masks settles on p/(1 − p)·Σ(w a)²",
        scene=slug,
        source="core/theory/dropout.py; times 1 − 1/n, as it is taken about the sample's own mean",
        predicted=variance * (1.0 - 1.0 / count),
        measured=float(sums.var()),
        tolerance=(_ERRORS + 1.0) * math.sqrt(max(fourth - variance**2, 0.0) / count)
        + _ERRORS**2 * variance / count
        + rounding,
        because="5 standard errors √((μ₄ − variance²)/n), μ₄ over all masks, and the mean's own error squared",
        comparison="absolute",
    )


def _kept(slug: str, where: str, masks: U8, p: float) -> Claim:
    return Claim(
        name=f"In {where} a share 1 − p of the units is kept",
        scene=slug,
        source=f"{_SRIVASTAVA}, section 4",
        predicted=1.0 - p,
        measured=float(masks.mean()),
        tolerance=_ERRORS * math.sqrt(p * (1.0 - p) / masks.size),
        because="4 standard errors of a share of so many independent draws",
        comparison="absolute",
    )


def test_time(slug: str, stack: Stack, theta: F64, example: F64, rates: Sequence[float], unit: int) -> Iterator[Claim]:
    """Classic dropout with scaling at test time is inverted dropout; without it, sums are 1/(1 − p) times too long."""
    keep = [1.0 - p for p in rates]
    classic = subnet(stack, theta, [1.0 / kept for kept in keep])  # the weights that learn the same under masks of 0 and 1
    plain, scaled = (forward(stack, weights, example[None, :]) for weights in (theta, subnet(stack, classic, keep)))
    yield Claim(
        name="Classic dropout scaled by 1 − p at test time gives inverted dropout's logits",
        scene=slug,
        source=f"{_SRIVASTAVA}, section 10; core/dropout.py",
        predicted=0.0,
        measured=float(np.abs(scaled.output - plain.output).max()),
        tolerance=1e-13 * max(1.0, float(np.abs(plain.output).max())) * 100.0,
        because="each weight is divided and multiplied once: two roundings per weight, summed over two layers",
        comparison="absolute",
    )
    bias = float(stack.views(theta)[1].bias[unit])
    forgot = float(forward(stack, classic, example[None, :]).layers[1].linear[0, unit]) - bias
    trained = float(plain.layers[1].linear[0, unit]) - bias  # the mean over all masks in training, as listed above
    if abs(forgot) > 1e-6 * float(np.abs(stack.views(theta)[1].weight[unit] * plain.layers[0].activation[0]).sum()) > 0.0:
        yield Claim(
            name="Forgetting to scale: training's mean sum is 1 − p of what the full net then receives",
            scene=slug,
            source=f"{_SRIVASTAVA}, figure 2; core/theory/dropout.py",
            predicted=keep[0],
            measured=trained / forgot,
            tolerance=1e-8,
            because="rounding of 1e-16 in sums that may cancel to a millionth of their terms",
            applies="bias left out; the sum does not cancel",
        )


def geometric_mean(slug: str, stack: Stack, theta: F64, example: F64, p: float) -> Claim:
    """All masks of the last hidden layer: the normalised geometric mean of the subnets' softmax is the full net's softmax."""
    full = forward(stack, theta, example[None, :])
    last = stack.views(theta)[-1]
    hidden = full.layers[-2].activation[0]
    chance = chances(len(hidden), p)
    logits = (all_masks(len(hidden)) * (hidden / (1.0 - p))) @ last.weight.T + last.bias
    top = logits.max(axis=1, keepdims=True)
    log_softmax = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    mean = chance @ log_softmax
    return Claim(
        name=f"The geometric mean of all {len(chance):,} subnets' softmax, normalised, is the full net's softmax",
        scene=slug,
        source="Baldi & Sadowski (NIPS 2013); Goodfellow et al., Deep Learning (2016), section 7.12",
        predicted=0.0,
        measured=float(np.abs(_softmax(mean) - _softmax(full.output[0])).max()),
        tolerance=1e-10,
        because="rounding in logits that grow as 1/(1 − p), summed over all masks",
        applies="dropout on the last hidden layer only: the logits are linear in it",
        comparison="absolute",
    )


def _softmax(logits: F64) -> F64:
    out: F64 = np.exp(logits - logits.max())
    return np.asarray(out / out.sum())


def prove(slug: str) -> Iterator[Claim]:
    """What `ravine verify` prints: one small net under 4,000 masks, then without dropout, then the linear model."""
    stack = Stack(3, (Layer(9, "relu"), Layer(9, "relu"), Layer(3, "identity")))
    theta = initial_parameters(stack, "he_normal", seed=3, bias=0.1)
    example = np.array([0.9, -0.4, 1.3])
    for rates in ((0.3, 0.5), (0.0, 0.0)):
        masks = np.stack([mask((4000, 9), p, seed=5, layer=layer) != 0.0 for layer, p in enumerate(rates)], axis=1).astype(
            np.uint8
        )
        got = received(stack, theta, example, masks, rates)
        unit = int(np.argmax(np.abs(stack.views(theta)[1].weight).sum(axis=1)))
        for claim in about(slug, stack, theta, example, rates, (1, unit), got[:, 9 + unit], masks):
            yield replace(claim, name=f"p = {rates[0]:g}, {rates[1]:g}: {claim.name}")
        yield from _logits(slug, stack, theta, example, rates, got[:, -3:])
    x = np.stack([np.cos(np.arange(24.0) * (j + 1)) * (0.5 + 0.5 * j) for j in range(4)], axis=1)
    x[:, 3] += x[:, 0]  # two inputs that go together: ridge shares out what least squares gives to one
    y = x @ np.array([1.0, -2.0, 0.5, 1.5]) + 0.3 * np.sin(7.0 * np.arange(24.0))
    for p in (0.2, 0.5, 0.8):
        yield from ridge(slug, x, y, p)


def _logits(slug: str, stack: Stack, theta: F64, example: F64, rates: Sequence[float], logits: F64) -> Iterator[Claim]:
    """Behind a ReLU the mean is no longer the full net's output; the law of total variance still gives both moments."""
    mean, variance = logit_moments(stack, theta, example, rates)
    error = np.sqrt(variance / len(logits)) + 1e-12 * (1.0 + np.abs(mean))  # without dropout there is only rounding
    yield Claim(
        name=f"p = {rates[0]:g}, {rates[1]:g}: the logits' means over 4,000 masks are those of all masks, in standard errors",
        scene=slug,
        source="law of total expectation; logit_moments in core/subnets.py",
        predicted=0.0,
        measured=float((np.abs(logits.mean(axis=0) - mean) / error).max()),
        tolerance=_ERRORS,
        because="4 standard errors of a mean of so many masks, √(variance/n), and rounding",
        comparison="absolute",
    )
    yield Claim(
        name=f"p = {rates[0]:g}, {rates[1]:g}: the logits' variances over 4,000 masks are those of the law of total variance",
        scene=slug,
        source="Var[z] = Var₁[E₂[z]] + E₁[Var₂[z]]; logit_moments in core/subnets.py",
        predicted=0.0,
        measured=float((np.abs(logits.var(axis=0) - variance) / np.maximum(variance, 1e-12)).max()),
        tolerance=0.15,
        because="4 standard errors of a variance of 4,000 draws, √(2/n) = 0.022 for normal ones, more for skew ones",
        comparison="absolute",
    )
