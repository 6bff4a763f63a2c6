"""Vanishing gradients: against plain NumPy loops, the numbers of the papers, and the ends of float64."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core import activations, deep_net
from core.deep_net import DeepNet, DeepRun, gradually, layer_singular_values, look, size, start, task, train
from core.initializers import initialize
from core.networks.probes import layer_jacobian, singular_values
from core.recording import F64, Outcome
from core.simulations import vanishing_gradients as scene
from core.simulations.vanishing_gradients import (
    VARIANTS,
    YOURS,
    VanishingGradientsParams,
    VanishingGradientsRecording,
    simulate,
)
from core.theory.depth_profile import factor_per_layer


def small(seed: int = 1, **knobs: float | str | bool) -> VanishingGradientsRecording:
    return simulate(VanishingGradientsParams.from_mapping({"depth": 12, "width": 32, "steps": 4, **knobs}), seed)


# -- one net -----------------------------------------------------------------------------------------------------------


def by_hand(net: DeepNet) -> tuple[list[float], list[list[float]]]:
    """Losses and gradient norms of a tanh net from loops over layers, written without the project's engine."""
    inputs, labels, readout = task(net.width, net.seed)
    weights = [initialize("xavier_uniform", net.width, net.width, net.gain, net.seed, n) for n in range(net.depth)]
    biases = [np.zeros(net.width) for _ in range(net.depth)]
    losses, norms = [], []
    for _ in range(net.steps + 1):
        h = [inputs]
        for w, b in zip(weights, biases, strict=True):
            h.append(np.tanh(h[-1] @ w.T + b) + (h[-1] if net.residual else 0.0))
        logits = h[-1] @ readout.T
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        losses.append(float(-np.log(p[np.arange(16), labels]).mean()))
        g: F64 = (p - np.eye(10)[labels]) @ readout  # of each example's own loss
        steps, sizes = [], []
        for layer in range(net.depth - 1, -1, -1):
            sizes.append(math.sqrt(float(np.square(g).sum(axis=1).mean())))
            delta = g * (1.0 - np.tanh(h[layer] @ weights[layer].T + biases[layer]) ** 2)
            steps.append((layer, delta.T @ h[layer] / 16, delta.mean(axis=0)))
            g = delta @ weights[layer] + (g if net.residual else 0.0)
        norms.append(sizes[::-1])
        length = math.sqrt(sum(float(np.square(w).sum() + np.square(b).sum()) for _, w, b in steps))
        for layer, by_weight, by_bias in steps:
            weights[layer] = weights[layer] - net.learning_rate * min(1.0, net.clip_norm / length) * by_weight
            biases[layer] = biases[layer] - net.learning_rate * min(1.0, net.clip_norm / length) * by_bias
    return losses, norms


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("clip_norm", [math.inf, 0.5])
def test_gradients_and_training_equal_a_plain_loop(residual: bool, clip_norm: float) -> None:
    net = DeepNet(depth=6, width=16, activation="tanh", init="xavier", residual=residual, clip_norm=clip_norm, steps=3, seed=5)
    losses, norms = by_hand(net)
    run = train(net)
    np.testing.assert_allclose(run.loss, losses, rtol=1e-10)
    np.testing.assert_allclose(run.gradient, norms, rtol=1e-9)


@pytest.mark.parametrize("normalization", ["none", "batch", "layer"])
@pytest.mark.parametrize("residual", [False, True])
def test_singular_values_equal_those_of_the_engine_s_jacobian(normalization: str, residual: bool) -> None:
    net = DeepNet(
        depth=4, width=24, activation="gelu", init="he", gain=1.3, bias=0.2, residual=residual, normalization=normalization
    )
    inputs, labels, readout = task(net.width, net.seed)
    theta, run = start(net), train(replace(net, steps=1))
    done, _, _ = look(net, theta, inputs, labels, readout)
    for layer in (0, 3):
        expected = singular_values(layer_jacobian(net.stack, theta, done, layer))
        found = layer_singular_values(net, layer, run.before[layer], run.scale[layer])
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_the_task_is_centred_and_of_unit_size() -> None:
    inputs, labels, readout = task(48, 2)
    np.testing.assert_allclose(np.square(inputs).mean(axis=1), 1.0)
    np.testing.assert_allclose(readout.sum(axis=1), 0.0, atol=1e-12)
    assert set(labels.tolist()) <= set(range(10))
    assert (task(48, 3)[1] != labels).any()


def test_biases_are_normal_with_the_spread_asked_for() -> None:
    net = DeepNet(depth=3, width=512, activation="tanh", init="xavier", bias=0.3)
    spread = [float(layer.bias.std()) for layer in net.stack.views(start(net))]
    np.testing.assert_allclose(spread, 0.3, rtol=0.1)


def test_histograms_count_every_activation_and_shade_the_flat_ones() -> None:
    net = DeepNet(depth=5, width=64, activation="tanh", init="xavier", gain=3.0, steps=1)
    inputs, labels, readout = task(net.width, net.seed)
    done, _, _ = look(net, start(net), inputs, labels, readout)
    run = train(net)
    np.testing.assert_allclose(run.histogram.sum(axis=(1, 2)), 1.0)
    values = done.layers[2].activation
    expected, _ = np.histogram(values, bins=24, range=(-1.0, 1.0))
    np.testing.assert_allclose(run.histogram[2].sum(axis=0) * values.size, expected, atol=1.01)  # a value on an edge
    assert run.saturated[2] == pytest.approx(np.mean(1.0 - values**2 < 0.05))
    assert run.histogram[2, 1].sum() == pytest.approx(run.saturated[2])


@pytest.mark.parametrize(
    ("values", "expected"),
    [([3.0, 4.0], 5.0), ([3e-200, -4e-200], 5e-200), ([-3e200, 4e200], 5e200), ([0.0, 0.0], 0.0), ([1.0, -math.inf], math.inf)],
)
def test_a_norm_has_no_overflow_of_its_own(values: list[float], expected: float) -> None:
    assert size(np.array(values)) == pytest.approx(expected, rel=1e-14)


def test_the_norm_of_what_is_no_number_is_none() -> None:
    assert math.isnan(size(np.array([1.0, math.nan])))


def test_a_net_cut_into_parts_gives_the_same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    net = DeepNet(depth=7, width=24, activation="gelu", init="he", normalization="layer", bias=0.3, clip_norm=0.5, steps=3)
    whole = train(net)
    monkeypatch.setattr(deep_net, "PART", 2 * net.width**2)
    assert [len(part) for part in net.parts] == [2, 2, 2, 1]
    *before, run = gradually(net)
    shares = [piece for piece in before if isinstance(piece, float)]
    assert isinstance(run, DeepRun)
    assert len(shares) == len(before)
    assert shares == sorted(shares)
    assert 0.0 < shares[0] < 0.1
    assert shares[-1] == 1.0
    for field in (
        "gradient",
        "loss",
        "raw_norm",
        "step_norm",
        "variance",
        "saturated",
        "edges",
        "histogram",
        "before",
        "scale",
    ):
        np.testing.assert_allclose(
            getattr(run, field), getattr(whole, field), rtol=1e-12, err_msg=field
        )  # sums in another order


def test_a_large_run_can_be_stopped_early_and_costs_what_it_did_until_then() -> None:
    params = VanishingGradientsParams(depth=200, width=512)
    first = next(scene.gradually(params, 3))
    assert isinstance(first, float)
    assert 0.0 < first < 0.01
    assert not scene._kept(scene.nets(params, 3)[0])


# -- the recording -----------------------------------------------------------------------------------------------------


def test_arrays_have_the_shapes_they_say() -> None:
    recording = small()
    assert recording.variants == VARIANTS == ("sigmoid Xavier", "tanh Xavier", "ReLU He", "yours")
    assert recording.meta()["variants"] == list(VARIANTS)
    for name in ("gradient_norm", "predicted", "activation_variance", "predicted_variance", "saturated"):
        assert recording.arrays()[name].shape == (4, 12), name
    assert recording.loss.shape == recording.raw_norm.shape == recording.step_norm.shape == (4, 5)
    assert recording.gradient_by_step.shape == (4, 5, 12)
    np.testing.assert_array_equal(recording.gradient_by_step[:, 0], recording.gradient_norm)
    assert recording.last == 12 + 4


def test_your_net_with_the_recipe_of_a_reference_is_that_reference() -> None:
    recording = small(residual=False)
    np.testing.assert_array_equal(recording.gradient_norm[YOURS], recording.gradient_norm[0])
    np.testing.assert_array_equal(recording.loss[YOURS], recording.loss[0])


def test_kept_references_are_what_a_fresh_run_gives() -> None:
    scene._kept.cache_clear()
    first = small(gain=0.7)
    again = small(gain=2.0)
    scene._kept.cache_clear()
    fresh = small(gain=2.0)
    for name, values in again.arrays().items():
        assert values.tobytes() == fresh.arrays()[name].tobytes(), name
        assert values[:YOURS].tobytes() == first.arrays()[name][:YOURS].tobytes(), name


def test_sigmoid_keeps_a_quarter_per_layer_and_the_line_is_straight() -> None:
    recording = small(depth=60, width=128, steps=1)
    ratios = recording.predicted[0, :-1] / recording.predicted[0, 1:]
    np.testing.assert_allclose(ratios[2:], 0.2361, atol=1e-4)
    assert recording.measured_factor[0] == pytest.approx(0.2361, rel=0.02)
    assert recording.gradient_norm[0, 0] < 1e-34


def test_theory_and_wide_nets_agree_on_the_variance_of_activations() -> None:
    recording = small(width=512, depth=20, steps=1, activation="gelu", normalization="layer")
    np.testing.assert_allclose(recording.activation_variance[[0, 1, 3]], recording.predicted_variance[[0, 1, 3]], rtol=0.15)


@pytest.mark.parametrize("residual", [False, True])
def test_batch_normalization_has_no_line(residual: bool) -> None:
    recording = small(normalization="batch", residual=residual)
    assert np.isnan(recording.predicted[YOURS]).all()
    assert np.isnan(recording.predicted_variance[YOURS]).all()
    assert np.isfinite(recording.gradient_norm[YOURS]).all()
    assert not any("yours" in claim.name for claim in scene.claims(recording))


def test_clipping_bounds_every_step_and_leaves_the_direction() -> None:
    free, clipped = small(activation="relu", init="he", gain=1.5), small(activation="relu", init="he", gain=1.5, clipping=True)
    assert free.raw_norm[YOURS, 0] == clipped.raw_norm[YOURS, 0] > 100.0
    np.testing.assert_array_equal(free.gradient_norm, clipped.gradient_norm)
    known = np.isfinite(clipped.step_norm[YOURS])
    assert known.all()
    assert clipped.step_norm[YOURS].max() <= 1.0 + 1e-12
    assert free.endings[YOURS].outcome is Outcome.DIVERGED
    assert clipped.endings[YOURS].outcome is Outcome.COMPLETED
    assert [claim.holds for claim in scene.claims(clipped) if "clipping" in claim.name] == [True]


def test_a_gradient_below_float64_is_zero_and_no_crash() -> None:
    recording = small(depth=200, width=16, residual=False, gain=0.1, steps=1)
    yours = recording.gradient_norm[YOURS]
    assert yours[0] < 1e-300
    assert 0.02 < recording.measured_factor[YOURS] < 0.03
    assert recording.predicted_factor[YOURS] == pytest.approx(recording.measured_factor[YOURS], rel=0.1)


def run_rows(run: DeepRun) -> tuple[F64, F64]:
    return run.before[-1], run.scale[-1]


def test_the_steepest_knobs_stay_numbers_until_the_first_step() -> None:
    recording = small(depth=200, width=16, activation="identity", init="he", gain=4.0)
    assert recording.gradient_norm[YOURS, 0] > 1e120
    assert recording.endings[YOURS].outcome is Outcome.DIVERGED
    assert recording.endings[YOURS].step >= 1
    assert np.isnan(recording.loss[YOURS, recording.endings[YOURS].step :]).all()
    assert not np.isnan(recording.loss[:YOURS]).any()


def test_a_forward_pass_beyond_float64_is_an_outcome() -> None:
    run = train(DeepNet(depth=200, width=16, activation="identity", init="he", gain=1e3, steps=2))
    assert (run.ending.outcome, run.ending.step) == (Outcome.DIVERGED, 0)
    assert np.isnan(run.loss).all()
    assert np.isnan(run.gradient).all()
    assert np.isnan(layer_singular_values(DeepNet(depth=200, width=16, activation="identity", init="he"), 199, *run_rows(run)))[
        0
    ]


def test_the_largest_nets_train_less_and_say_so() -> None:
    net = DeepNet(depth=200, width=512, activation="tanh", init="xavier", steps=20)
    assert net.trained_steps == 1
    assert replace(net, depth=40, width=128).trained_steps == 20


def test_the_view_knob_names_a_layer() -> None:
    params = VanishingGradientsParams(depth=5, width=16, steps=1)
    recording = simulate(params, 0)
    assert [replace(recording, params=params.replace(layer=at)).layer for at in (0.0, 0.5, 1.0)] == [0, 2, 4]


def test_a_stack_of_two_layers_has_a_factor() -> None:
    recording = small(depth=2)
    assert all(math.isfinite(factor) for factor in recording.measured_factor)


def test_no_factor_is_read_off_nothing() -> None:
    assert math.isnan(factor_per_layer(np.ones(4), np.array([1.0, 1.0, 1.0, math.nan])))
    assert math.isnan(factor_per_layer(np.ones(4), np.array([1.0, 1.0, 0.0, 1.0])))
    assert factor_per_layer(np.array([8.0, 4.0, 2.0]), np.ones(3)) == pytest.approx(2.0)


def test_a_wrong_slope_of_sigmoid_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = activations.derivatives
    monkeypatch.setattr("core.theory.mean_field.act.derivatives", lambda code, x: 1.06 * true(code, x))
    broken = []
    for claim in scene.proofs():
        broken += [] if claim.holds else [claim.name]
        if claim.name.startswith("sigmoid"):
            break
    assert any("sigmoid" in name for name in broken)
    assert any("tanh" in name for name in broken)


def test_a_claim_about_few_layers_allows_their_scatter_and_not_that_of_all() -> None:
    # biases make the gradient turn along h within a few layers: theory speaks of the topmost ones only
    few = VanishingGradientsParams(
        depth=200, width=87, activation="relu", init="xavier", gain=0.79, bias=1.0, residual=False, steps=1
    )
    recording = simulate(few, 867245505631462609)
    spoken = np.isfinite(recording.predicted[YOURS]).sum()
    assert 2 <= spoken < 10
    *_, yours = scene.claims(recording)
    assert yours.name.startswith("yours")
    assert yours.holds
    assert yours.tolerance == pytest.approx(1.5 * math.sqrt(5.0 / (87 * (spoken - 1))) + 2.5 / 87)


def test_no_claim_is_made_beside_an_unstable_fixed_point() -> None:
    # GELU under He: in the limit signals fade, yet at width 96 this one keeps its size for eighty layers
    beside = VanishingGradientsParams(depth=132, width=96, activation="gelu", init="he", residual=False, steps=1)
    assert len(list(scene.claims(simulate(beside, 2**63 - 1)))) == 3
    away = beside.replace(gain=0.7)
    assert len(list(scene.claims(simulate(away, 2**63 - 1)))) == 4
