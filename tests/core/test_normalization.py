"""Normalization layers against PyTorch's numbers, finite differences, and what their definitions demand."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.normalization.layers import Normalized, affine_shape, normalize, normalize_backward
from core.normalization.running import RunningStatistics, batch_norm_eval, batch_norm_eval_backward
from core.normalization.sets import KINDS, from_sets, set_numbers, to_sets

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "layers.npz")
CASES = sorted({int(key.split("/")[1]) for key in REFERENCE.files if key.startswith("norms/")})


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)


def reference(case: int, part: str) -> Any:
    key = f"norms/{case}/{part}"
    return REFERENCE[key] if key in REFERENCE.files else None


@pytest.mark.parametrize("case", CASES)
def test_training_is_pytorchs_forward_and_backward(case: int) -> None:
    kind, groups = str(reference(case, "name")), int(reference(case, "groups")) or 1
    x, dy = reference(case, "train/x"), reference(case, "train/dy")
    forward = normalize(kind, x, reference(case, "gamma"), reference(case, "beta"), groups=groups)
    dx, dgamma, dbeta = normalize_backward(dy, forward)
    close(forward.y, reference(case, "train/y"))
    close(dx, reference(case, "train/dx"))
    close(dgamma, reference(case, "train/dgamma"))
    if kind != "rms":
        close(dbeta, reference(case, "train/dbeta"))


@pytest.mark.parametrize("case", [case for case in CASES if str(reference(case, "name")) == "batch"])
def test_eval_is_pytorchs_after_one_training_batch(case: int) -> None:
    gamma, beta = reference(case, "gamma"), reference(case, "beta")
    running = RunningStatistics.fresh(gamma.size).updated(normalize("batch", reference(case, "train/x"), gamma, beta))
    close(running.mean, reference(case, "train/running_mean"))
    close(running.variance, reference(case, "train/running_var"))
    forward = batch_norm_eval(reference(case, "eval/x"), running, gamma, beta)
    dx, dgamma, dbeta = batch_norm_eval_backward(reference(case, "eval/dy"), forward)
    for ours, part in ((forward.y, "y"), (dx, "dx"), (dgamma, "dgamma"), (dbeta, "dbeta")):
        close(ours, reference(case, f"eval/{part}"))


@pytest.mark.parametrize("momentum", [0.1, 0.37])
def test_running_statistics_over_twenty_batches_are_pytorchs(momentum: float) -> None:
    key = f"running/{momentum}"
    running = RunningStatistics.fresh(3)
    for batch, mean, variance in zip(
        REFERENCE[f"{key}/batches"], REFERENCE[f"{key}/mean"], REFERENCE[f"{key}/var"], strict=True
    ):
        running = running.updated(normalize("batch", batch), momentum)
        close(running.mean, mean)
        close(running.variance, variance)
    assert running.batches == 20


def test_running_statistics_without_momentum_are_plain_means() -> None:
    batches = np.random.default_rng(0).normal(size=(7, 5, 2)) * 3
    running = RunningStatistics.fresh(2)
    for batch in batches:
        running = running.updated(normalize("batch", batch), None)
    close(running.mean, batches.mean(axis=(0, 1)))
    close(running.variance, batches.var(axis=1, ddof=1).mean(axis=0))


shapes = st.one_of(
    st.tuples(st.integers(1, 4), st.sampled_from([1, 2, 4, 6])),
    st.tuples(st.integers(1, 3), st.sampled_from([1, 2, 4]), st.integers(1, 3), st.integers(1, 3)),
)


def loss_of(kind: str, x: Any, gamma: Any, beta: Any, weights: Any, **options: Any) -> float:
    return float((normalize(kind, x, gamma, beta, **options).y * weights).sum())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), shapes, st.integers(0, 3), st.sampled_from([1e-5, 1e-2, 0.5]), st.integers(0, 10**6))
def test_backward_is_the_slope_of_forward(kind: str, shape: tuple[int, ...], split: int, epsilon: float, seed: int) -> None:
    divisors = [g for g in range(1, shape[1] + 1) if shape[1] % g == 0]
    options: dict[str, Any] = {"groups": divisors[split % len(divisors)], "epsilon": epsilon}
    rng = np.random.default_rng(seed)
    x, weights = rng.normal(size=shape) * 2 + 1, rng.normal(size=shape)
    parameters = affine_shape(kind, shape)
    gamma, beta = rng.normal(size=parameters), rng.normal(size=parameters)
    forward = normalize(kind, x, gamma, beta, **options)
    for which, gradient in enumerate(normalize_backward(weights, forward)):
        place = tuple(int(rng.integers(n)) for n in gradient.shape)
        h = 1e-6
        change = []
        for sign in (1, -1):
            moved = [x.copy(), gamma.copy(), beta.copy()]
            moved[which][place] += sign * h
            change.append(loss_of(kind, moved[0], moved[1], moved[2], weights, **options))
        slope = (change[0] - change[1]) / (2 * h)
        # two values so near each other that √ε sets the scale make the third derivative, hence the error, large
        bound = 1e-5 + 1e-4 * h / float(np.sqrt(forward.variance.min() + epsilon)) ** 2
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=bound)


@pytest.mark.parametrize("kind", KINDS)
def test_each_set_comes_out_with_mean_0_and_mean_square_1(kind: str) -> None:
    x = np.random.default_rng(1).normal(size=(3, 4, 5, 2)) * 7 + 3
    sets = to_sets(kind, normalize(kind, x, groups=2, epsilon=0.0).x_hat, 2)
    close((sets**2).mean(axis=1), np.ones(len(sets)))
    if kind != "rms":
        close(sets.mean(axis=1), np.zeros(len(sets)))


def test_group_norm_ends_in_layer_norm_and_instance_norm() -> None:
    x = np.random.default_rng(2).normal(size=(2, 6, 3, 3))
    assert np.array_equal(normalize("group", x, groups=1).x_hat, normalize("layer", x).x_hat)
    assert np.array_equal(normalize("group", x, groups=6).x_hat, normalize("instance", x).x_hat)


@pytest.mark.parametrize("kind", KINDS)
def test_sets_partition_the_entries_and_come_back_in_place(kind: str) -> None:
    shape = (3, 4, 2, 5)
    x = np.random.default_rng(3).normal(size=shape)
    sets = to_sets(kind, x, 2)
    assert np.array_equal(from_sets(kind, sets, shape), x)
    numbers = set_numbers(kind, shape, 2)
    for number in range(sets.shape[0]):
        assert sorted(x[numbers == number]) == sorted(sets[number])


def test_two_examples_become_plus_and_minus_one_whatever_they_are() -> None:
    x = np.random.default_rng(4).normal(size=(2, 50)) * 100
    close(np.abs(normalize("batch", x, epsilon=0.0).y), np.ones((2, 50)))


def test_invariances() -> None:
    x = np.random.default_rng(5).normal(size=(4, 6))
    scaled, shifted = 3.0 * x, x + 2.0
    for kind in ("layer", "rms"):
        close(normalize(kind, scaled, epsilon=0.0).y, normalize(kind, x, epsilon=0.0).y)
    close(normalize("layer", shifted).y, normalize("layer", x).y)
    assert np.abs(normalize("rms", shifted).y - normalize("rms", x).y).max() > 0.1
    # a bias before batch norm does nothing
    close(normalize("batch", x + np.arange(6.0)).y, normalize("batch", x).y)


@pytest.mark.parametrize(("kind", "shape"), [("batch", (1, 3)), ("layer", (3, 1)), ("instance", (2, 3)), ("group", (2, 3))])
def test_a_set_of_one_entry_gives_beta_and_passes_no_gradient(kind: str, shape: tuple[int, int]) -> None:
    beta = np.full(affine_shape(kind, shape), 0.7)
    forward = normalize(kind, np.full(shape, 5.0), beta=beta, groups=3)
    assert np.all(forward.y == 0.7)
    assert not normalize_backward(np.ones(shape), forward)[0].any()


def test_one_value_per_channel_leaves_the_running_variance_alone() -> None:
    running = RunningStatistics.fresh(2).updated(normalize("batch", [[3.0, -1.0]]))
    close(running.mean, [0.3, -0.1])
    assert running.variance.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_entry_spoils_its_own_set_only(kind: str, bad: float) -> None:
    x = np.random.default_rng(6).normal(size=(2, 4, 2, 2))
    x[0, 0, 0, 0] = bad
    forward = normalize(kind, x, groups=2)
    spoilt = set_numbers(kind, x.shape, 2) == 0
    assert np.isfinite(forward.y[~spoilt]).all()
    assert np.isnan(forward.y[0, 0, 0, 0])
    normalize_backward(x, forward)


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        (("whiten", [[1.0]]), {}, "'whiten' is not a normalization"),
        (("layer", [1.0, 2.0]), {}, r"shape \(N, C, …\), not \(2,\)"),
        (("batch", np.empty((0, 3))), {}, "no entries"),
        (("group", np.ones((2, 6))), {"groups": 4}, "6 channels do not split into 4"),
        (("group", np.ones((2, 6))), {"groups": 0}, "do not split into 0"),
        (("layer", np.ones((2, 6))), {"gamma": np.ones(2)}, r"gamma needs shape \(6,\), not \(2,\)"),
        (("batch", np.ones((2, 6))), {"epsilon": -1.0}, "epsilon must be 0 or more"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(arguments: Any, options: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        normalize(*arguments, **options)


def test_bad_gradients_and_statistics_are_refused_in_a_sentence() -> None:
    forward: Normalized = normalize("batch", np.ones((2, 3)))
    for backward in (normalize_backward, batch_norm_eval_backward):
        with pytest.raises(ValueError, match=r"output's shape \(2, 3\), not \(3,\)"):
            backward(np.ones(3), forward)
    with pytest.raises(ValueError, match="momentum must lie between 0 and 1"):
        RunningStatistics.fresh(3).updated(forward, 1.5)
    with pytest.raises(ValueError, match="only batch normalization"):
        RunningStatistics.fresh(3).updated(normalize("layer", np.ones((2, 3))))
    with pytest.raises(ValueError, match="4 channels do not fit 3"):
        batch_norm_eval(np.ones((2, 3)), RunningStatistics.fresh(4))
