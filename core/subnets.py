"""Subnets: what a mask leaves of a network, and all masks of a layer at once.

Dropout samples from 2ⁿ networks that share their weights (Srivastava et al., JMLR 15, 2014, section 1). A mask on a layer's
output is the same as scaled columns in the weights above it, so each subnet is a plain net with its own parameters θ.
With few units all 2ⁿ masks can be listed, and expectations over masks are then sums, free of chance.
"""

from collections.abc import Sequence

import numpy as np

from core import activations
from core.dropout import check
from core.networks import Stack
from core.recording import F64, U8

MOST = 16  # units whose masks we are willing to list: 65,536 of them


def subnet(stack: Stack, theta: F64, factors: Sequence[F64 | float]) -> F64:
    """θ (stack.size,) of the net in which unit j of hidden layer l is multiplied by factors[l][j] (one number: all units).

    Column j of the weights above becomes W_ij·factor. Factors m/(1 − p) give inverted dropout's subnet, 1/(1 − p) everywhere
    gives what a net trained with classic dropout sees when nobody scales at test time.
    """
    if len(factors) != stack.depth - 1:
        raise ValueError(f"this network has {stack.depth - 1} hidden layers to mask, not {len(factors)}")
    out = theta.copy()
    for layer, factor in zip(stack.views(out)[1:], factors, strict=True):
        layer.weight[:] = np.where(np.asarray(factor) == 0.0, 0.0, layer.weight * factor)
    return out


def all_masks(units: int) -> U8:
    """Every mask of so many units, (2ⁿ, n) uint8: row r keeps unit j where bit j of r is 1."""
    _few(units)
    rows = np.arange(1 << units)[:, None]
    return ((rows >> np.arange(units)) & 1).astype(np.uint8)


def chances(units: int, p: float) -> F64:
    """The probability of every mask in the order of `all_masks`, (2ⁿ,): (1 − p)^kept · p^dropped."""
    check(p)
    _few(units)
    out = np.ones(1)
    for _ in range(units):
        out = np.concatenate((out * p, out * (1.0 - p)))
    return out


def subset_sums(terms: F64, p: float) -> F64:
    """Σⱼ mⱼ tⱼ/(1 − p) for every mask of terms t (n,), in the order of `all_masks`, (2ⁿ,): a linear unit behind dropout."""
    check(p)
    _few(len(terms))
    out = np.zeros(1)
    for term in (terms / (1.0 - p)).tolist():
        out = np.concatenate((out, out + term))
    return out


def _few(units: int) -> None:
    if not 0 <= units <= MOST:
        raise ValueError(f"the masks of {units} units are too many to list; {MOST} is the most")


def received(stack: Stack, theta: F64, example: F64, masks: U8, rates: Sequence[float]) -> F64:
    """What every unit gets of one example (d,) under each of n masks (n, hidden layers, units): (n, receivers).

    Receivers, in order: the first hidden layer's outputs m a/(1 − p), behind their own mask; then layer by layer the
    preactivations of the others, the last of them the logits. All hidden layers have the same number of units.
    """
    below: F64 = np.broadcast_to(example, (len(masks), len(example)))
    parts: list[F64] = []
    for number, (layer, weights) in enumerate(zip(stack.layers, stack.views(theta), strict=True)):
        linear = below @ weights.weight.T + weights.bias
        if number > 0:
            parts.append(linear)
        if number < stack.depth - 1:
            factor = masks[:, number] / (1.0 - rates[number])
            below = activations.activations(activations.code(layer.activation), linear) * factor
        if number == 0:
            parts.append(below)
    return np.concatenate(parts, axis=1)


def linear_variance(stack: Stack, theta: F64, example: F64, rates: Sequence[float]) -> F64:
    """Var over masks of what the first two layers receive, (units of hidden 1 + units of hidden 2,): exact.

    Hidden 1: p₁/(1 − p₁)·aⱼ² of its own output. Hidden 2 sums independent such terms: p₁/(1 − p₁)·Σⱼ (Wᵢⱼ aⱼ)².
    """
    first, second = stack.views(theta)[:2]
    a = activations.activations(activations.code(stack.layers[0].activation), first.weight @ example + first.bias)
    square = np.concatenate((a**2, ((second.weight * a) ** 2).sum(axis=1)))
    return square * rates[0] / (1.0 - rates[0])


def logit_moments(stack: Stack, theta: F64, example: F64, rates: Sequence[float]) -> tuple[F64, F64]:
    """Mean and variance of the logits of a net with two hidden layers over all masks of both, (outputs,) each: exact.

    Given the first mask, a logit is linear in the second: z = b + Σⱼ wⱼ m₂ⱼ hⱼ/(1 − p₂), h = φ(preactivation under m₁). So

        E[z] = b + w·E₁[h]          Var[z] = Var₁[w·h] + p₂/(1 − p₂)·Σⱼ wⱼ² E₁[hⱼ²]   (law of total variance)

    with E₁, Var₁ over all 2ᴴ masks of the first layer, listed. E₁[h] is not φ of a mean: that is why the
    mean over masks is not the full net's output.
    """
    first, second, last = stack.views(theta)
    a = activations.activations(activations.code(stack.layers[0].activation), first.weight @ example + first.bias)
    masks, chance = all_masks(len(a)), chances(len(a), rates[0])
    linear = (masks * (a / (1.0 - rates[0]))) @ second.weight.T + second.bias
    h = activations.activations(activations.code(stack.layers[1].activation), linear)
    logits = h @ last.weight.T + last.bias
    mean = chance @ logits
    spread = chance @ (logits - mean) ** 2 + rates[1] / (1.0 - rates[1]) * ((chance @ h**2) @ (last.weight**2).T)
    return np.asarray(mean), np.asarray(spread)


def receiver_moments(
    stack: Stack, theta: F64, example: F64, rates: Sequence[float], logits: bool = True
) -> tuple[F64, F64, F64]:
    """What every receiver (see `received`) of a net with two hidden layers gets unmasked, and its mean and variance over masks.

    Three arrays (receivers,). `logits`: list the masks for the logits' moments too; they are NaN otherwise.
    """
    hidden = stack.widths[1]
    full = received(stack, theta, example, np.ones((1, 2, hidden), dtype=np.uint8), (0.0, 0.0))[0]
    mean, variance = full.copy(), np.empty_like(full)
    variance[: 2 * hidden] = linear_variance(stack, theta, example, rates)
    unknown = np.full(stack.outputs, np.nan)
    mean[2 * hidden :], variance[2 * hidden :] = logit_moments(stack, theta, example, rates) if logits else (unknown, unknown)
    return full, mean, variance


def most_shaken(stack: Stack, theta: F64, example: F64, rates: tuple[float, float]) -> int:
    """The receiver that varies most of those right behind the first mask: in hidden 2, or where p₁ is 0 a logit."""
    width = stack.widths[1]
    if rates[0] == 0.0 < rates[1]:
        return 2 * width + int(np.argmax(logit_moments(stack, theta, example, rates)[1]))
    return width + int(np.argmax(linear_variance(stack, theta, example, (0.5, 0.5))[width:]))
