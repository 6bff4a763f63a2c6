"""Training: it learns, it replays bit for bit, it does not care about threads, and divergence is an outcome."""

import math
from typing import get_args

import numpy as np
import pytest

from core import noise
from core.data.classification import blobs, circles, xor
from core.data.digits import digits
from core.networks import Layer, Stack, backward, dense, forward, initial_parameters
from core.optimizers import Hyper
from core.recording import F64, Outcome
from core.training import Plan, Run, gradually, targets_for, train, train_many, update
from core.training.run import Engine

DATA = circles(97, 0.1, 1)  # 97 examples: the last batch of an epoch is smaller


def full() -> Stack:
    """A net with every option at once."""
    return Stack(
        2,
        (
            Layer(6, "tanh", "batch"),
            Layer(6, "gelu", "layer", "after", residual=True, dropout=0.3),
            Layer(6, "silu", "rms", residual=True),
            Layer(1, "identity"),
        ),
    )


def test_one_epoch_of_sgd_is_what_its_definition_says() -> None:
    stack = dense([2, 5, 1])
    theta = initial_parameters(stack, seed=2)
    targets = targets_for(DATA, "mse", stack)
    run = train(stack, theta, DATA.inputs, targets, Plan(batch=16, steps=14, hyper=Hyper(learning_rate=0.1)), seed=4, key=9)
    point = theta.copy()
    for step in range(14):
        order = noise.permutation(97, 4, 9, step // 7, noise.STREAM_ORDER)
        rows = order[step % 7 * 16 : step % 7 * 16 + 16]
        done = forward(stack, point, DATA.inputs[rows])
        miss = done.output - targets[rows]
        assert run.losses[step] == pytest.approx(np.mean(miss**2), rel=1e-12)
        gradient = backward(stack, point, done, 2.0 * miss / miss.size).theta
        assert run.norms[step] == pytest.approx(np.linalg.norm(gradient), rel=1e-10)
        point -= 0.1 * gradient
        np.testing.assert_allclose(run.thetas[step + 1], point, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("p", [0.0, 0.4])
@pytest.mark.parametrize("method", update.NAMES)
def test_engines_agree_for_every_optimizer(method: str, p: float) -> None:
    stack = dense([2, 5, 4, 1], Layer(1, "tanh", dropout=p))
    theta, targets = initial_parameters(stack, seed=2), targets_for(DATA, "mse", stack)
    hyper = Hyper(learning_rate=0.005, weight_decay=0.01)
    plan = Plan(method=method, hyper=hyper, batch=16, steps=40, every=5, clip_norm=0.5, clip_value=0.3)
    small, general = (train(stack, theta, DATA.inputs, targets, plan, 3, engine=engine) for engine in ("small", "general"))
    np.testing.assert_allclose(small.losses, general.losses, rtol=1e-6)
    np.testing.assert_allclose(small.thetas, general.thetas, rtol=1e-6, atol=1e-8)
    assert not np.array_equal(small.thetas[0], small.thetas[-1])


@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy", "sigmoid_mse", "softmax_cross_entropy"])
def test_learns_what_a_line_cannot(loss: str) -> None:
    data = xor(200, 0.0, 1)
    stack = dense([2, 8, 8, 2 if loss == "softmax_cross_entropy" else 1], "tanh")
    targets = targets_for(data, loss, stack)
    plan = Plan(loss, "adam", Hyper(learning_rate=0.01), steps=1500, every=1500)
    run = train(stack, initial_parameters(stack, seed=3), data.inputs / 5.0, targets, plan)
    output = forward(stack, run.final.theta, data.inputs / 5.0).output
    guess = output.argmax(axis=1) if output.shape[1] == 2 else (output[:, 0] > 0).astype(int)
    assert np.mean(guess == data.labels) > 0.97


def test_reads_digits_with_dropout_and_batch_norm() -> None:
    learn, check = digits().split(0.7, 1)
    stack = Stack(64, (Layer(32, "relu", "batch", dropout=0.1), Layer(10, "identity")))
    plan = Plan("softmax_cross_entropy", "adam", Hyper(learning_rate=0.01), batch=32, steps=400, every=400)
    run = train(stack, initial_parameters(stack, "he_normal", seed=1), learn.inputs, learn.column(), plan)
    output = forward(stack, run.final.theta, check.inputs, running=run.final.running).output
    assert np.mean(output.argmax(axis=1) == check.labels) > 0.93


@pytest.mark.parametrize("engine", ["small", "general"])
@pytest.mark.parametrize("method", ["sgd", "adam", "nadam", "nesterov", "lamb"])
def test_replay_has_the_bytes_of_the_original(engine: str, method: str) -> None:
    stack = dense([2, 5, 1], Layer(1, "tanh", dropout=0.2)) if engine == "small" else full()
    theta, targets = initial_parameters(stack, seed=1), targets_for(DATA, "mse", stack)
    schedule = np.linspace(1.0, 0.1, 60)
    plan, every = (Plan(method=method, batch=16, steps=60, every=every, factors=schedule, clip_norm=1.0) for every in (25, 1))
    sparse, dense_run = (train(stack, theta, DATA.inputs, targets, one, seed=8) for one in (plan, every))
    assert len(sparse.thetas) == 3
    for step in (0, 1, 24, 25, 26, 49, 59, 60):
        state = sparse.at(step)
        assert state.theta.tobytes() == dense_run.thetas[step].tobytes()
        assert state.slots.tobytes() == dense_run.slots[step].tobytes()
        if state.running[0] is not None:
            expected = dense_run.runnings[step][0]
            assert expected is not None
            assert state.running[0].mean.tobytes() == expected.mean.tobytes()
    assert sparse.losses.tobytes() == dense_run.losses.tobytes()


@pytest.mark.parametrize("engine", ["small", "general"])
@pytest.mark.parametrize("rate", [0.05, 1e3])
def test_a_run_in_pieces_has_the_bytes_of_the_whole(engine: str, rate: float) -> None:
    stack = dense([2, 5, 1], "relu") if engine == "small" else Stack(2, (Layer(5, "relu", "batch", dropout=0.1), Layer(1)))
    theta, targets = initial_parameters(stack, seed=1), targets_for(DATA, "mse", stack)
    plan = Plan(method="momentum", hyper=Hyper(learning_rate=rate), batch=16, steps=61, every=4)
    whole = train(stack, theta, DATA.inputs, targets, plan, seed=3)
    *before, run = gradually(stack, theta, DATA.inputs, targets, plan, seed=3, pieces=5)
    assert isinstance(run, Run)
    assert run.ending == whole.ending
    assert before == [16 / 61, 32 / 61, 48 / 61, 1.0][: len(before)]
    assert len(before) == 4 or run.ending.failed
    for name in ("thetas", "slots", "losses", "norms"):
        assert getattr(run, name).tobytes() == getattr(whole, name).tobytes(), name
    assert run.final.theta.tobytes() == whole.final.theta.tobytes()
    assert len(run.runnings) == len(whole.runnings)
    for one, other in zip(run.runnings, whole.runnings, strict=True):
        assert [x.mean.tobytes() for x in one if x] == [x.mean.tobytes() for x in other if x]


def many(threads: int) -> tuple[bytes, bytes, bytes]:
    stack = dense([2, 6, 1], "tanh")
    starts = np.stack([initial_parameters(stack, seed=seed) for seed in range(50)])
    hypers = [Hyper(learning_rate=0.01 * 1.2**run) for run in range(50)]
    plan = Plan(method="momentum", steps=60, every=20)
    runs = train_many(stack, starts, DATA.inputs, targets_for(DATA, "mse", stack), plan, 5, hypers=hypers, threads=threads)
    return runs.thetas.tobytes(), runs.losses.tobytes(), runs.final.tobytes()


def test_same_bytes_on_one_two_and_four_threads() -> None:
    one = many(1)
    assert many(2) == one
    assert many(4) == one


def test_one_of_many_is_the_run_alone() -> None:
    stack = dense([2, 6, 1], "tanh")
    starts = np.stack([initial_parameters(stack, seed=seed) for seed in range(3)])
    targets, plan = targets_for(DATA, "mse", stack), Plan(method="adam", steps=60, every=20)
    runs = train_many(stack, starts, DATA.inputs, targets, plan, 5, keys=[4, 5, 6])
    alone = train(stack, starts[2], DATA.inputs, targets, plan, 5, key=6, engine="small")
    assert runs.thetas[2].tobytes() == alone.thetas.tobytes()
    assert runs.losses[2].tobytes() == alone.losses.tobytes()
    assert runs.final[2].tobytes() == alone.final.theta.tobytes()


@pytest.mark.parametrize("p", [0.0, 0.1])
@pytest.mark.parametrize("engine", get_args(Engine))
def test_divergence_is_an_outcome(engine: Engine, p: float) -> None:
    stack = dense([2, 5, 1], Layer(1, "relu", dropout=p))
    theta, targets = initial_parameters(stack, seed=1), targets_for(DATA, "mse", stack)
    run = train(stack, theta, DATA.inputs, targets, Plan(hyper=Hyper(learning_rate=1e3), steps=200, every=3), engine=engine)
    assert run.ending.outcome is Outcome.DIVERGED
    step = run.ending.step
    assert 0 < step < 200
    assert np.isfinite(run.losses[:step]).all()
    assert np.isnan(run.losses[step:]).all()
    kept = (step + 2) // 3
    assert np.isfinite(run.thetas[:kept]).all()
    assert np.isnan(run.thetas[kept:]).all()
    assert np.isfinite(run.at(step - 1).theta).all()
    assert np.isnan(run.at(step).theta).all()
    assert np.isnan(run.final.theta).all()


def test_a_diverged_run_leaves_its_neighbours_alone() -> None:
    stack = dense([2, 5, 1], "relu")
    starts = np.stack([initial_parameters(stack, seed=1)] * 3)
    hypers = [Hyper(0.01), Hyper(1e3), Hyper(0.01)]
    runs = train_many(
        stack, starts, DATA.inputs, targets_for(DATA, "mse", stack), Plan(steps=50), keys=[0, 0, 0], hypers=hypers
    )
    assert [ending.outcome for ending in runs.endings] == [Outcome.COMPLETED, Outcome.DIVERGED, Outcome.COMPLETED]
    assert runs.thetas[0].tobytes() == runs.thetas[2].tobytes()
    assert np.isfinite(runs.thetas[0]).all()


@pytest.mark.parametrize("bad", [math.inf, math.nan])
@pytest.mark.parametrize("engine", ["small", "general"])
def test_inf_and_nan_in_the_data_end_a_run_at_once(bad: float, engine: str) -> None:
    stack = dense([2, 3, 1]) if engine == "small" else Stack(2, (Layer(3, "tanh", "layer"), Layer(1)))
    inputs = np.full((4, 2), bad)
    run = train(stack, initial_parameters(stack), inputs, np.full((4, 1), bad), Plan(steps=5))
    assert run.ending.outcome is Outcome.DIVERGED
    assert run.ending.step == 0
    assert np.isnan(run.thetas).all()
    assert np.isnan(run.at(3).theta).all()


def test_one_example_and_no_step_are_enough() -> None:
    for stack in (dense([2, 3, 1]), full()):
        theta = initial_parameters(stack, seed=1)
        run = train(stack, theta, np.ones((1, 2)), np.ones((1, 1)), Plan(batch=50, steps=0))
        assert run.thetas.tobytes() == theta.tobytes()
        assert np.isfinite(run.losses).all()
        assert np.isfinite(train(stack, theta, np.ones((1, 2)), np.ones((1, 1)), Plan(steps=3)).thetas).all()


def test_a_run_does_not_touch_what_it_was_given() -> None:
    stack = dense([2, 3, 1])
    theta = initial_parameters(stack, seed=1)
    before = theta.copy()
    run = train(stack, theta, DATA.inputs, targets_for(DATA, "mse", stack), Plan(steps=5))
    np.testing.assert_array_equal(theta, before)
    assert not run.thetas.flags.writeable


def arguments(**changed: object) -> dict[str, object]:
    stack = dense([2, 3, 1])
    usual: dict[str, object] = {
        "stack": stack,
        "theta": np.zeros(stack.size),
        "inputs": np.zeros((4, 2)),
        "targets": np.zeros((4, 1)),
        "plan": Plan(steps=1),
    }
    return usual | changed


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"theta": np.zeros(4)}, "13 parameters"),
        ({"inputs": np.zeros((0, 2)), "targets": np.zeros((0, 1))}, "inputs of shape"),
        ({"inputs": np.zeros((4, 3))}, "inputs of shape"),
        ({"targets": np.zeros(4)}, "needs targets of shape"),
        ({"plan": Plan("binary_cross_entropy"), "targets": np.full((4, 1), 2.0)}, "between 0 and 1"),
        ({"plan": Plan("softmax_cross_entropy"), "targets": np.full((4, 1), 7.0)}, "class numbers"),
        ({"stack": full(), "theta": np.zeros(full().size), "engine": "small"}, "plain layers"),
    ],
)
def test_bad_data_is_refused_in_a_sentence(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train(**arguments(**changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"loss": "hinge"}, "no loss is called"),
        ({"method": "lbfgs"}, "no optimizer"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"steps": -1}, "steps must be at least 0"),
        ({"every": 0}, "every must be at least 1"),
        ({"clip_norm": 0.0}, "above 0"),
        ({"factors": np.ones(3)}, "one factor for each"),
    ],
)
def test_a_bad_plan_is_refused_in_a_sentence(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Plan(**fields)  # type: ignore[arg-type]


def test_many_runs_refuse_what_does_not_fit() -> None:
    stack = dense([2, 3, 1])
    inputs, targets = np.zeros((4, 2)), np.zeros((4, 1))
    empty: F64 = np.zeros((0, stack.size))
    with pytest.raises(ValueError, match="starts must have shape"):
        train_many(stack, empty, inputs, targets, Plan(steps=1))
    with pytest.raises(ValueError, match="one key"):
        train_many(stack, np.zeros((2, stack.size)), inputs, targets, Plan(steps=1), keys=[1])
    with pytest.raises(ValueError, match="plain layers"):
        train_many(full(), np.zeros((1, full().size)), inputs, targets, Plan(steps=1))


def test_targets_come_in_the_form_the_loss_wants() -> None:
    two, three = blobs(9, 0.1, 1), blobs(9, 0.1, 1, classes=3)
    assert set(targets_for(two, "mse", dense([2, 1])).ravel()) == {-1.0, 1.0}
    assert set(targets_for(two, "binary_cross_entropy", dense([2, 1])).ravel()) == {0.0, 1.0}
    assert targets_for(three, "mse", dense([2, 3])).shape == (9, 3)
    assert set(targets_for(three, "softmax_cross_entropy", dense([2, 3])).ravel()) == {0.0, 1.0, 2.0}
