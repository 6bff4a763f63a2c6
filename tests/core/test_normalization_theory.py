"""The numbers theory gives for normalization, against simulation with the layers themselves."""

import math

import numpy as np
import pytest

from core.normalization.layers import normalize
from core.normalization.running import RunningStatistics
from core.recording import F64
from core.theory import normalization as theory


@pytest.mark.parametrize("batch", [2, 4, 16, 64])
def test_noise_of_batch_statistics(batch: int) -> None:
    draws = np.random.default_rng(batch).normal(size=(20000, batch)) * 3.0
    assert draws.mean(axis=1).std() == pytest.approx(float(theory.mean_noise(3.0, batch)), rel=0.02)
    biased = draws.var(axis=1)
    assert biased.mean() == pytest.approx(9.0 * float(theory.biased_variance_factor(batch)), rel=0.025)
    # kurtosis makes the spread of a spread converge slowly for tiny batches
    assert biased.std() / biased.mean() == pytest.approx(float(theory.variance_noise(batch)), rel=0.04)


@pytest.mark.parametrize("epsilon", [0.0, 1e-5, 0.3])
def test_batch_of_two_is_what_the_layer_does(epsilon: float) -> None:
    for first, second in ((1.0, 4.0), (-2.0, -2.5), (3.0, -3.0)):
        layer = normalize("batch", [[first], [second]], epsilon=epsilon).y[:, 0]
        assert layer.tolist() == pytest.approx(theory.batch_of_two(first, second, epsilon), rel=1e-12)
    assert theory.batch_of_two(5.0, 7.0) == (-1.0, 1.0)
    assert theory.batch_of_two(5.0, 5.0) == (0.0, 0.0)


def test_running_mean_in_closed_form_is_the_recursion() -> None:
    batches = np.random.default_rng(0).normal(size=(12, 5, 1)) + 2
    running, recursion = RunningStatistics.fresh(1), [0.0]
    for batch in batches:
        running = running.updated(normalize("batch", batch), 0.1)
        recursion.append(float(running.mean[0]))
    closed = theory.running_mean(0.0, batches.mean(axis=(1, 2)), 0.1)
    np.testing.assert_allclose(closed, recursion, rtol=1e-13)
    constant = theory.running_mean(1.0, np.full(9, 4.0), 0.2)
    np.testing.assert_allclose(constant, theory.running_mean_expected(1.0, 4.0, 0.2, np.arange(10)), rtol=1e-13)


def test_running_mean_noise_in_the_long_run() -> None:
    means = np.random.default_rng(1).normal(size=(4000, 120)) * 2 / math.sqrt(8)
    last = np.array([theory.running_mean(0.0, row, 0.1)[-1] for row in means])
    assert last.std() == pytest.approx(theory.running_mean_noise(2.0, 8, 0.1), rel=0.05)


def test_scale_free_weights_grow_by_pythagoras() -> None:
    rng = np.random.default_rng(2)
    x, w, target = rng.normal(size=(16, 5)), rng.normal(size=5), rng.normal(size=16)

    def loss(weights: F64) -> float:
        return float(((normalize("batch", (x @ weights)[:, None], epsilon=0.0).y[:, 0] - target) ** 2).mean())

    def gradient(weights: F64) -> F64:
        eye = np.eye(5) * 1e-5
        return np.array([(loss(weights + e) - loss(weights - e)) / 2e-5 for e in eye])

    slope = gradient(w)
    assert float(slope @ w) == pytest.approx(0.0, abs=1e-8)
    assert np.linalg.norm(gradient(10 * w)) == pytest.approx(0.1 * np.linalg.norm(slope), rel=1e-4)
    longer = np.linalg.norm(w - 0.7 * slope)
    assert longer == pytest.approx(theory.scale_invariant_step(float(np.linalg.norm(w)), float(np.linalg.norm(slope)), 0.7))


def test_residual_streams_grow_before_the_norm_and_not_after() -> None:
    width, depth = 400, 12
    rng = np.random.default_rng(3)
    pre = post = normalize("layer", rng.normal(size=(8, width))).y
    for layer in range(1, depth + 1):
        up, down = (rng.normal(size=(width, width)) / math.sqrt(width) for _ in range(2))
        pre = pre + np.maximum(normalize("layer", pre).y @ up, 0) @ down
        before = post + np.maximum(post @ up, 0) @ down
        post = normalize("layer", before).y
        # 8 examples of width 400: a few percent of scatter
        assert (pre**2).mean() == pytest.approx(float(theory.pre_norm_scale(layer)), rel=0.12)
        assert (before**2).mean() == pytest.approx(theory.post_norm_scale(), rel=0.12)


def test_batches_too_small_for_the_formula_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        theory.variance_noise(1)
    with pytest.raises(ValueError, match="at least 1"):
        theory.mean_noise(1.0, 0)
