"""Decay under Adam: nets whose weights count by direction, what each weight feels, noisy weights, and the map's pieces."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import decay_map, losses
from core.decay_alone import PAIRS, left_of_weight, noisy_weights
from core.decay_edge import GUESSING, edge_of, good_limit
from core.decay_map import COARSE, METHODS, Setting, train_cells
from core.networks import forward
from core.networks.directions import drawn_directions
from core.networks.small import buffers, loss_and_gradient
from core.optimizers import Hyper
from core.recording import F64
from core.theory.adam import coupled_decay
from core.theory.decay import alike, mean_weight
from core.training import Plan, train
from core.training.decayed import Task

SETTING = Setting(examples=24, noise=1.2, width=5, normalized=True, steps=64, seed=5)
PLAIN = Setting(examples=24, noise=1.2, width=5, normalized=False, steps=64, seed=5)


def entered(setting: Setting, theta: F64) -> F64:
    """The weights as they enter a normalized net, unit by unit."""
    found = theta.copy()
    for layer, gain in zip(setting.stack.views(found), decay_map.GAINS, strict=True):
        for unit in range(len(layer.bias)):
            length = math.sqrt(float(layer.weight[unit] @ layer.weight[unit]) + float(layer.bias[unit]) ** 2)
            layer.weight[unit] *= gain / length
            layer.bias[unit] *= gain / length
    return found


def loss_of(setting: Setting, theta: F64, rows: list[int] | None = None) -> float:
    """The mean training loss, worked out with matrix products."""
    task = decay_map.task(setting)
    inputs, targets = task.inputs.reshape(-1, 2), task.targets.reshape(-1, 1)
    if rows is not None:
        inputs, targets = inputs[rows], targets[rows]
    done = forward(setting.stack, entered(setting, theta) if setting.normalized else theta, inputs)
    return losses.loss("binary_cross_entropy", done.output, targets)[0]


def full_gradient(setting: Setting, theta: F64) -> F64:
    """Central differences of `loss_of`."""
    found = np.empty_like(theta)
    for place in range(theta.size):
        step = np.zeros_like(theta)
        step[place] = 6e-6
        found[place] = (loss_of(setting, theta + step) - loss_of(setting, theta - step)) / 1.2e-5
    return found


def one_batch(setting: Setting) -> Task:
    """Every step on all examples, in whatever order: no chance is left."""
    return decay_map.task(setting)._replace(batch=setting.examples, steps=3, every=1)


@pytest.mark.parametrize("method", METHODS)
def test_a_normalized_net_is_trained_as_its_loss_says(method: str) -> None:
    hyper = Hyper(0.03, weight_decay=0.4)
    looks = train_cells(method, one_batch(SETTING), 0, [hyper], watched=True)
    m = v = np.zeros(SETTING.stack.size)
    theta = decay_map.task(SETTING).start
    for t in range(1, 4):
        gradient = full_gradient(SETTING, theta) + (0.4 * theta if method == "adam_l2" else 0.0)
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        kept = theta * (1.0 - 0.03 * 0.4) if method == "adamw" else theta
        theta = kept - 0.03 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        np.testing.assert_allclose(looks.theta[0, t], theta, rtol=2e-6, atol=1e-8)
        assert looks.train[0, t] == pytest.approx(loss_of(SETTING, theta), rel=1e-6)
        np.testing.assert_allclose(looks.root[0, t], np.sqrt(v / (1 - 0.999**t)), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_plain_net_is_trained_to_the_bytes_of_the_engine(method: str) -> None:
    task, hyper = decay_map.task(PLAIN), Hyper(0.02, weight_decay=0.1)
    plan = Plan("binary_cross_entropy", method, hyper, task.batch, 64)
    run = train(PLAIN.stack, task.start, task.inputs.reshape(-1, 2), task.targets[:, None], plan, PLAIN.seed, engine="small")
    looks = train_cells(method, task, PLAIN.seed, [hyper], watched=True)
    assert looks.theta[0].tobytes() == run.thetas.tobytes()
    np.testing.assert_allclose(looks.train[0, -1], loss_of(PLAIN, run.final.theta), rtol=1e-12)


@pytest.mark.parametrize("setting", [SETTING, PLAIN], ids=["normalized", "plain"])
def test_the_decay_that_is_felt_is_what_the_data_leave_of_an_update(setting: Setting) -> None:
    """m is taken apart here from the gradients' side: what g alone moves, the rest is the decay's."""
    if setting.normalized:
        task, hyper = one_batch(setting), Hyper(0.02, weight_decay=0.5)
    else:
        task, hyper = one_batch(setting), Hyper(0.05, weight_decay=0.02)
    looks = train_cells("adam_l2", task, 0, [hyper], watched=True)
    data = np.zeros(setting.stack.size)
    for t in range(1, 4):
        before, after = looks.theta[0, t - 1], looks.theta[0, t]
        data = 0.9 * data + 0.1 * full_gradient(setting, before)
        moved = hyper.learning_rate * data / (1 - 0.9**t) / (looks.root[0, t] + 1e-8)
        felt = (before - after - moved) / before
        np.testing.assert_allclose(looks.felt[0, t], felt, rtol=1e-4, atol=1e-7)
    decoupled = train_cells("adamw", task, 0, [hyper], watched=True)
    np.testing.assert_allclose(decoupled.felt[0, 1:], hyper.learning_rate * hyper.weight_decay, rtol=1e-9)
    assert np.isnan(looks.felt[0, 0]).all()


@given(scale=st.floats(0.01, 100.0), unit=st.integers(0, 4))
def test_a_normalized_net_does_not_feel_how_long_a_units_weights_are(scale: float, unit: int) -> None:
    theta = drawn_directions(SETTING.stack, np.array(decay_map.GAINS), 3)
    longer = theta.copy()
    layer = SETTING.stack.views(longer)[0]
    layer.weight[unit] *= scale
    layer.bias[unit] *= scale
    tasks = [decay_map.task(SETTING)._replace(start=one, steps=0, every=1) for one in (theta, longer)]
    first, second = (train_cells("adamw", one, 0, [Hyper()], watched=True).test[0, 0] for one in tasks)
    assert first == pytest.approx(second, rel=1e-12)


def test_directions_start_at_their_length_and_anywhere() -> None:
    theta = drawn_directions(SETTING.stack, np.array(decay_map.GAINS), 3)
    np.testing.assert_allclose(entered(SETTING, theta), theta, rtol=1e-12)
    many = np.stack([drawn_directions(SETTING.stack, np.array(decay_map.GAINS), seed) for seed in range(400)])
    layer = [SETTING.stack.views(one)[0] for one in many]
    units = np.concatenate([np.column_stack((one.weight, one.bias)) for one in layer]) / decay_map.GAINS[0]
    np.testing.assert_allclose(units.T @ units / len(units), np.eye(3) / 3.0, atol=0.03)  # no direction is preferred


def test_weights_that_grow_beyond_float64_end_a_run_with_its_step() -> None:
    looks = train_cells("adamw", decay_map.task(SETTING)._replace(steps=512), 0, [Hyper(0.1, weight_decay=100.0)], watched=True)
    ended = int(looks.ended[0])
    longest = math.sqrt(np.finfo(np.float64).max)  # lengths are squared on the way
    assert ended == math.ceil(math.log(longest / max(decay_map.GAINS), 9))  # a step makes them |1 − ηλ| = 9 times as long
    assert np.isfinite(looks.test[0, :ended]).all()
    assert np.isnan(looks.test[0, ended:]).all()
    assert np.isnan(looks.theta[0, ended:]).all()
    fine = train_cells("adamw", decay_map.task(SETTING), 0, [Hyper(0.1, weight_decay=1.0)], watched=False)
    assert fine.ended[0] == -1


@pytest.mark.parametrize("method", METHODS)
def test_runs_that_theory_calls_alike_are_the_same_net(method: str) -> None:
    task, (rate, decay) = decay_map.task(SETTING), alike(method, 0.02, 0.5, 4.0)
    one = train_cells(method, task, 1, [Hyper(0.02, weight_decay=0.5, epsilon=0.0)], watched=True)
    longer = task._replace(start=4.0 * task.start)
    other = train_cells(method, longer, 1, [Hyper(rate, weight_decay=decay, epsilon=0.0)], watched=True)
    assert one.test.tobytes() == other.test.tobytes()
    assert (4.0 * one.theta).tobytes() == other.theta.tobytes()
    wrong = train_cells(method, longer, 1, [Hyper(rate, weight_decay=0.5, epsilon=0.0)], watched=True)
    assert np.abs(wrong.test - one.test).max() > 1e-3


def by_hand(method: str, hyper: Hyper, gradients: F64) -> F64:
    """Weights (n, T + 1) from 1 on under gradients (n, T), as the papers write it."""
    p = np.ones(len(gradients))
    m = v = np.zeros(len(gradients))
    path = [p]
    for t, g in enumerate(gradients.T, start=1):
        if method == "adam_l2":
            g = g + hyper.weight_decay * p
        m, v = hyper.beta1 * m + (1 - hyper.beta1) * g, hyper.beta2 * v + (1 - hyper.beta2) * g**2
        step = m / (1 - hyper.beta1**t) / (np.sqrt(v / (1 - hyper.beta2**t)) + hyper.epsilon)
        if method == "adamw":
            step = step + hyper.weight_decay * p
        p = p - hyper.learning_rate * step
        path.append(p)
    return np.stack(path, axis=1)


@pytest.mark.parametrize("method", METHODS)
def test_noisy_weights_are_adams_and_their_noise_is_standard_normal(method: str) -> None:
    from core.decay_alone import _gradients

    hyper = Hyper(0.02, weight_decay=0.3)
    xi = _gradients(PAIRS, 200, 7, 1)
    assert abs(float(xi.mean())) < 0.05
    assert float(xi.std()) == pytest.approx(1.0, abs=0.03)
    mean, scatter = noisy_weights((method,), hyper, (0.0, 0.5), 200, 7)
    paths = by_hand(method, hyper, 0.5 * np.concatenate((xi, -xi)))
    np.testing.assert_allclose(mean[0, 1], paths.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(scatter[0, 1, 1:], paths.std(axis=0)[1:], rtol=1e-6)
    np.testing.assert_allclose(mean[0, 0], by_hand(method, hyper, np.zeros((1, 200)))[0], rtol=1e-9, atol=1e-12)
    assert scatter[0, 0].max() < 1e-7  # one weight has no scatter but that of rounding


@pytest.mark.parametrize(("rate", "decay"), [(0.01, 0.3), (0.002, 3.0), (0.05, 0.02)])
def test_the_mean_of_noisy_weights_is_near_its_own_recursion(rate: float, decay: float) -> None:
    hyper, spreads = Hyper(rate, weight_decay=decay), (0.0, 10.0 * decay, 100.0 * decay)
    mean, _ = noisy_weights(METHODS, hyper, spreads, 400, 2)
    for place, method in enumerate(METHODS):
        for group, spread in enumerate(spreads):
            far = np.abs(mean[place, group] - mean_weight(method, hyper, spread, 400)).max()
            assert far < (1e-9 if method == "adamw" or spread == 0.0 else 0.02), (method, spread)


def test_mean_weight_without_noise_is_coupled_decay() -> None:
    path = mean_weight("adam_l2", Hyper(0.01, weight_decay=0.7, epsilon=0.0), 0.0, 20)
    assert path[-1] == pytest.approx(coupled_decay(0.01, 20), rel=1e-12)
    loud = mean_weight("adam_l2", Hyper(0.01, weight_decay=0.3), 50.0, 500)
    assert -math.log(loud[-1]) == pytest.approx(0.01 * 0.3 / 50.0 * 500, rel=0.01)


def test_what_is_left_without_gradient_is_the_cards_numbers() -> None:
    decays = np.array([1e-4, 1e-2, 1.0])
    np.testing.assert_allclose(left_of_weight("adamw", Hyper(0.01), decays, 20)[:, -1], [0.99998, 0.99800, 0.81791], atol=6e-6)
    np.testing.assert_allclose(left_of_weight("adam_l2", Hyper(0.01), decays, 20)[:, -1], 0.8027, atol=5e-5)


@pytest.mark.parametrize("side", [16, 32, 64])
def test_the_order_goes_from_coarse_to_fine_and_through_every_cell(side: int) -> None:
    order = decay_map.order(side)
    assert len({tuple(cell) for cell in order.tolist()}) == side * side
    first = order[: (side // COARSE) ** 2]
    assert (first % COARSE == 0).all()
    assert decay_map.pieces(SETTING, side) * SETTING.cells >= side * side


def test_pieces_may_come_in_any_order_and_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = Setting(examples=24, noise=1.0, width=4, normalized=True, steps=64, seed=9)
    whole = decay_map.whole(setting, 16)
    decay_map.kept.cache_clear()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    again = np.empty((2, 16, 16))
    for number in reversed(range(decay_map.pieces(setting, 16))):
        decay_map.lay(setting, 16, number, decay_map.piece(setting, 16, number)[0], again)
    assert again.tobytes() == whole[0].tobytes()


def test_a_heavier_map_comes_in_smaller_pieces() -> None:
    light, heavy = (
        Setting(examples=24, noise=1.0, width=width, normalized=True, steps=steps, seed=9)
        for width, steps in ((12, 320), (24, 1024))
    )
    assert light.cells == 16
    assert heavy.cells == 2


def test_the_edge_of_a_map_is_that_of_the_cells_that_are_good() -> None:
    side = 32
    x, y = np.log10(decay_map.columns(side)), np.log10(decay_map.rows(side))
    losses_ = np.where(y[:, None] <= -2.0 - 1.5 * (x[None, :] + 1.0), 0.4, 0.69)
    losses_[:, x < -2.5] = 0.69
    assert good_limit(losses_) == pytest.approx(0.5 * (0.4 + GUESSING))
    edge = edge_of(losses_)
    assert edge.slope == pytest.approx(-1.5, abs=0.1)
    assert (edge.x >= -2.0 - 1e-9).all()
    assert np.interp(-1.0, edge.x, edge.y) == pytest.approx(-2.0, abs=0.2)
    unknown = np.full((side, side), np.nan)
    assert math.isnan(good_limit(unknown))
    assert math.isnan(edge_of(unknown).slope)
    assert math.isnan(edge_of(np.full((side, side), 0.7)).slope)  # nothing is better than guessing
    assert math.isnan(edge_of(np.full((side, side), 0.4)).slope)  # the edge lies beyond the map


def test_the_engine_and_the_small_kernel_agree_on_a_batch() -> None:
    """The kernel behind the maps takes the gradient that `loss_and_gradient` offers to everybody."""
    task = decay_map.task(PLAIN)
    room = buffers(task.net, PLAIN.examples)
    rows = np.arange(PLAIN.examples)
    value = loss_and_gradient(task.net, task.start, task.inputs, task.targets, rows, 0, PLAIN.examples, room)
    assert value == pytest.approx(loss_of(PLAIN, task.start), rel=1e-12)
    np.testing.assert_allclose(room.gradient, full_gradient(PLAIN, task.start), rtol=1e-5, atol=1e-8)
