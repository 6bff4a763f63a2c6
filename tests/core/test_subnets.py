"""Subnets: a mask folded into the weights, all masks listed, moments over masks, and averages of subnets."""

import itertools

import numpy as np
import pytest

from core import dropout
from core.networks import Layer, Stack, forward, initial_parameters
from core.recording import F64
from core.subnet_average import Averages, at_test_time, average_subnets, running_moments, scores, softmax
from core.subnets import all_masks, chances, linear_variance, logit_moments, received, receiver_moments, subnet, subset_sums

STACK = Stack(2, (Layer(4, "relu"), Layer(4, "relu"), Layer(3, "identity")))
MASKED = Stack(2, (Layer(4, "relu", dropout=0.3), Layer(4, "relu", dropout=0.6), Layer(3, "identity")))
THETA = initial_parameters(STACK, "he_normal", seed=4, bias=0.2)
EXAMPLE = np.array([0.7, -1.1])
RATES = (0.3, 0.6)


def test_a_subnet_says_what_the_net_says_under_that_mask() -> None:
    for step in range(8):
        under = forward(MASKED, THETA, EXAMPLE[None, :], train=True, seed=3, step=step)
        factors = [dropout.mask((1, 4), p, seed=3, layer=layer, step=step)[0] for layer, p in enumerate(RATES)]
        alone = forward(STACK, subnet(STACK, THETA, factors), EXAMPLE[None, :])
        np.testing.assert_allclose(alone.output, under.output, rtol=1e-13)
        masks = (np.array(factors) != 0.0).astype(np.uint8)[None]
        got = received(STACK, THETA, EXAMPLE, masks, RATES)[0]
        expected = np.concatenate((under.layers[0].output[0], under.layers[1].linear[0], under.output[0]))
        np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-15)


def test_a_subnet_leaves_theta_alone_and_wants_one_factor_per_hidden_layer() -> None:
    before = THETA.copy()
    subnet(STACK, THETA, (0.0, 2.0))
    assert (before == THETA).all()
    with pytest.raises(ValueError, match="2 hidden layers"):
        subnet(STACK, THETA, (1.0,))


@pytest.mark.parametrize("p", [0.0, 0.25, 0.9])
def test_every_mask_is_listed_once_with_its_chance_and_its_sum(p: float) -> None:
    masks, chance = all_masks(3), chances(3, p)
    terms = np.array([1.0, -2.5, 0.125])
    assert {tuple(row) for row in masks.tolist()} == set(itertools.product((0, 1), repeat=3))
    assert chance.sum() == pytest.approx(1.0, abs=1e-15)
    for row, weight, total in zip(masks.tolist(), chance.tolist(), subset_sums(terms, p).tolist(), strict=True):
        assert weight == pytest.approx(np.prod([1 - p if kept else p for kept in row]), rel=1e-14, abs=0.0)
        assert total == pytest.approx(float(terms @ row) / (1 - p), abs=1e-12)


def test_too_many_units_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        all_masks(17)
    with pytest.raises(ValueError, match="below 1"):
        chances(3, 1.0)


def brute_force() -> tuple[F64, F64]:
    """Mean and variance of everything received, over all 2⁸ pairs of masks, weighed by their chances."""
    pairs = np.array([[one, two] for one in all_masks(4) for two in all_masks(4)])
    weight = np.outer(chances(4, RATES[0]), chances(4, RATES[1])).ravel()
    got = received(STACK, THETA, EXAMPLE, pairs, RATES)
    mean = weight @ got
    return mean, weight @ (got - mean) ** 2


def test_moments_equal_those_over_every_pair_of_masks() -> None:
    mean, variance = brute_force()
    full, said_mean, said_variance = receiver_moments(STACK, THETA, EXAMPLE, RATES)
    np.testing.assert_allclose(said_mean, mean, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(said_variance, variance, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(said_variance[:8], linear_variance(STACK, THETA, EXAMPLE, RATES), rtol=1e-15)
    np.testing.assert_allclose(full[-3:], forward(STACK, THETA, EXAMPLE[None, :]).output[0], rtol=1e-14)
    assert np.abs(full[:8] - mean[:8]).max() < 1e-12  # linear in the mask before it: on the full net
    assert np.abs(full[8:] - mean[8:]).max() > 1e-2  # a ReLU between: near it, not on it


def test_without_dropout_nothing_varies() -> None:
    mean, variance = logit_moments(STACK, THETA, EXAMPLE, (0.0, 0.0))
    np.testing.assert_allclose(mean, forward(STACK, THETA, EXAMPLE[None, :]).output[0], rtol=1e-14)
    assert np.abs(variance).max() < 1e-28


def test_test_time_choices_of_a_net_by_hand() -> None:
    rng = np.random.default_rng(2)
    inputs, labels = rng.normal(size=(50, 2)), rng.integers(0, 3, 50)
    inverted, classic, unscaled = at_test_time(STACK, THETA, RATES, inputs, labels)
    np.testing.assert_allclose(classic, inverted, rtol=1e-12)
    one, two, last = STACK.views(THETA)
    hidden = np.maximum(inputs @ one.weight.T + one.bias, 0.0) / (1 - RATES[0])
    hidden = np.maximum(hidden @ two.weight.T + two.bias, 0.0) / (1 - RATES[1])
    logits = hidden @ last.weight.T + last.bias
    full = forward(STACK, THETA, inputs).output
    assert unscaled[0] == pytest.approx((logits.argmax(axis=1) == labels).mean())
    assert unscaled[2] == pytest.approx((logits.argmax(axis=1) == full.argmax(axis=1)).mean())
    log_sum = np.log(np.exp(logits).sum(axis=1))
    assert unscaled[1] == pytest.approx((log_sum - logits[np.arange(50), labels]).mean(), rel=1e-12)
    assert inverted[2] == 1.0


def test_averages_begin_anew_where_they_are_told_to() -> None:
    rng = np.random.default_rng(3)
    inputs, labels = rng.normal(size=(40, 2)), rng.integers(0, 3, 40)
    factors = [[rng.integers(0, 2, 4) / 0.5 for _ in range(2)] for _ in range(5)]
    steps = [(THETA, pair, k in (0, 2)) for k, pair in enumerate(factors)]
    *counted, found = average_subnets(STACK, steps, inputs, labels, inputs[:7])
    assert counted == [5]
    assert isinstance(found, Averages)
    said = np.array([softmax(forward(STACK, subnet(STACK, THETA, pair), inputs).output) for pair in factors])
    np.testing.assert_allclose(found.extra, said[:, :7], rtol=1e-14)
    full = forward(STACK, THETA, inputs).output.argmax(axis=1)
    for k, first in enumerate((0, 0, 2, 2, 2)):
        mean = said[first : k + 1].mean(axis=0)
        assert found.alone[k] == scores(said[k], labels)[0]
        assert [found.accuracy[k], found.loss[k]] == pytest.approx([float(score) for score in scores(mean, labels)])
        assert found.agreement[k] == (mean.argmax(axis=1) == full).mean()


def test_running_moments_are_those_of_the_first_n() -> None:
    values = 1e6 + np.random.default_rng(4).normal(size=30)
    mean, variance = running_moments(values)
    np.testing.assert_allclose(mean, [values[: n + 1].mean() for n in range(30)], rtol=1e-14)
    np.testing.assert_allclose(variance, [values[: n + 1].var() for n in range(30)], atol=1e-9)
    assert variance[0] == 0.0
