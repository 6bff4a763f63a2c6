"""The fast stack of blocks: against the plain one, finite differences and PyTorch; its training against its definition."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import noise
from core.networks.feed_forward import FeedForward, forward
from core.networks.feed_forward_small import Blocks, loss_and_gradient, room_for
from core.optimizers import Hyper, method_code
from core.recording import F64, I64
from core.training import update
from core.training.feed_forward import mean_square_noise, starting_parameters, train_blocks

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "feed_forward.npz")
BATCH = REFERENCE["rows"].shape[1]
PLACES = ("pre", "post")
DEFAULT = Hyper(beta2=0.99)


def blocks_of(place: str) -> Blocks:
    return Blocks(place == "pre", *REFERENCE["shape"].tolist())


def data() -> tuple[F64, F64]:
    return np.array(REFERENCE["inputs"]), np.array(REFERENCE["labels"], dtype=np.float64)


def maps(blocks: Blocks, theta: F64) -> list[tuple[F64, F64]]:
    found, at = [], 0
    for outputs, fan_in in blocks.maps:
        weight, bias = at + outputs * fan_in, at + outputs * (fan_in + 1)
        found.append((theta[at:weight].reshape(outputs, fan_in), theta[weight:bias]))
        at = bias
    assert at == theta.size
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("batch", [3, 8])
def test_loss_is_that_of_the_plain_blocks(place: str, batch: int) -> None:
    blocks, (inputs, labels) = blocks_of(place), data()
    theta = starting_parameters(blocks, 4, 2)
    (entry, zero), *inside, (head, _) = maps(blocks, theta)
    assert not zero.any()
    plain = FeedForward(place, np.stack([w for w, _ in inside[::2]]), np.stack([w for w, _ in inside[1::2]]))
    rows = np.arange(batch)
    logits = forward(plain, inputs[rows] @ entry.T).output @ head.T
    expected = np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[rows, labels[rows].astype(int)])
    assert loss_and_gradient(blocks, theta, inputs, labels, rows, room_for(blocks, batch)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("place", PLACES)
def test_gradients_are_central_differences(place: str) -> None:
    blocks, (inputs, labels), room = blocks_of(place), data(), room_for(blocks_of(place), 5)
    theta = np.random.default_rng(1).normal(size=blocks.size) / 3.0
    rows = np.array([3, 1, 4, 1, 5])
    loss_and_gradient(blocks, theta, inputs, labels, rows, room)
    found, numeric = room.gradient.copy(), np.empty(theta.size)
    for i in range(theta.size):
        kept, sides = theta[i], []
        for side in (1e-6, -1e-6):
            theta[i] = kept + side
            sides.append(loss_and_gradient(blocks, theta, inputs, labels, rows, room))
        theta[i] = kept
        numeric[i] = (sides[0] - sides[1]) / 2e-6
    np.testing.assert_allclose(found, numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["adam", "radam"])
def test_trains_as_pytorch_does(place: str, method: str) -> None:
    blocks, (inputs, labels), room = blocks_of(place), data(), room_for(blocks_of(place), BATCH)
    expected = {name: REFERENCE[f"{place}_{method}_{name}"] for name in ("start", "gradient", "losses", "rates", "end")}
    theta, slots = expected["start"].copy(), np.zeros((3, blocks.size))
    power1 = power2 = 1.0
    for k, rows in enumerate(REFERENCE["rows"]):
        loss = loss_and_gradient(blocks, theta, inputs, labels, rows, room)
        assert loss == pytest.approx(expected["losses"][k], rel=1e-9)
        if k == 0:
            np.testing.assert_allclose(room.gradient, expected["gradient"], rtol=1e-9, atol=1e-14)
        power1, power2 = power1 * 0.9, power2 * 0.99
        hyper = DEFAULT._replace(learning_rate=expected["rates"][k])
        update.update(
            method_code(method), theta, room.gradient, slots, hyper, k + 1, power1, power2, np.zeros(0, dtype=np.int64)
        )
    np.testing.assert_allclose(theta, expected["end"], rtol=1e-8, atol=1e-10)


def trained(place: str, rates: F64, frozen: int = 0, key: int = 3) -> dict[str, Any]:
    blocks, (inputs, labels) = blocks_of(place), data()
    theta = starting_parameters(blocks, 7, key)
    losses, alike, moved = np.full((3, rates.size + 1), math.nan)
    ended = train_blocks(
        blocks, method_code("adam"), theta, np.zeros((3, theta.size)), DEFAULT, rates, frozen, 7, key,
        inputs.reshape(-1), labels, room_for(blocks, BATCH), np.empty(theta.size), losses, alike, moved,
    )  # fmt: skip
    return {"theta": theta, "losses": losses, "alike": alike, "moved": moved, "ended": ended}


def batch_of(key: int, step: int, stream: int) -> I64:
    return (noise.uniforms(BATCH, 7, key, step, stream) * 20).astype(np.int64)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("frozen", [0, 5])
def test_a_run_is_what_its_definition_says(place: str, frozen: int) -> None:
    rates = np.linspace(0.02, 0.001, 9)
    run = trained(place, rates, frozen)
    blocks, (inputs, labels), room = blocks_of(place), data(), room_for(blocks_of(place), BATCH)
    theta, mean, square = starting_parameters(blocks, 7, 3), np.zeros(blocks.size), np.zeros(blocks.size)
    for f in range(frozen):
        loss_and_gradient(blocks, theta, inputs, labels, batch_of(3, f, noise.STREAM_PROBE), room)
        square = 0.99 * square + 0.01 * room.gradient**2
    for k, rate in enumerate(rates):
        loss = loss_and_gradient(blocks, theta, inputs, labels, batch_of(3, k, noise.STREAM_ORDER), room)
        assert run["losses"][k] == pytest.approx(loss, rel=1e-9)
        outputs = room.value.reshape(-1, room.chosen.size)[-blocks.classes - blocks.width : -blocks.classes, :BATCH]
        cosines = np.corrcoef(outputs.T)  # LN has made their means 0
        assert run["alike"][k] == pytest.approx((cosines.sum() - BATCH) / (BATCH * (BATCH - 1)), rel=1e-4)
        mean = 0.9 * mean + 0.1 * room.gradient
        square = 0.99 * square + 0.01 * room.gradient**2
        corrected = square / (1.0 - 0.99 ** (frozen + k + 1))
        step = rate * mean / (1.0 - 0.9 ** (k + 1)) / (np.sqrt(corrected) + 1e-8)
        assert run["moved"][k + 1] == pytest.approx(np.sqrt(np.mean(step[step != 0.0] ** 2)) / rate, rel=1e-6)
        theta = theta - step
    np.testing.assert_allclose(run["theta"], theta, rtol=1e-8, atol=1e-12)
    assert run["ended"] == -1
    assert math.isnan(run["moved"][0])


def test_runs_differ_by_their_key_alone() -> None:
    rates = np.full(6, 0.01)
    first, again, other = trained("post", rates), trained("post", rates), trained("post", rates, key=4)
    assert first["theta"].tobytes() == again["theta"].tobytes()
    assert first["losses"].tobytes() == again["losses"].tobytes()
    assert abs(first["losses"][0] - other["losses"][0]) > 1e-3


def test_divergence_is_a_number() -> None:
    run = trained("pre", np.array([1e-2, 1e308, 1e308, 1e-2]))
    assert 1 < run["ended"] < 4
    assert np.isfinite(run["losses"][: run["ended"]]).all()
    assert np.isnan(run["losses"][run["ended"] :]).all()


def test_noise_of_the_mean_square_is_that_of_two_independent_means() -> None:
    blocks, (inputs, labels), room = blocks_of("post"), data(), room_for(blocks_of("post"), BATCH)
    theta = starting_parameters(blocks, 7, 3)
    apart, product, means = np.zeros(4), np.zeros(4), np.zeros((2, theta.size))
    mean_square_noise(blocks, theta, 0.99, 7, 3, inputs.reshape(-1), labels, room, means, apart, product)
    sides = np.zeros((2, blocks.size))
    for t in range(4):
        for side in range(2):
            loss_and_gradient(blocks, theta, inputs, labels, batch_of(3, t + 4 * side, noise.STREAM_PROBE), room)
            sides[side] = 0.99 * sides[side] + 0.01 * room.gradient**2
        corrected = sides / (1.0 - 0.99 ** (t + 1))
        assert apart[t] == pytest.approx(0.5 * np.sum((corrected[0] - corrected[1]) ** 2), rel=1e-9)
        assert product[t] == pytest.approx(np.sum(corrected[0] * corrected[1]), rel=1e-9)


@pytest.mark.parametrize("shape", [(6, 8, 1, 5), (8, 6, 1, 5), (8, 8, 0, 5), (8, 8, 1, 0)])
def test_what_does_not_fit_is_refused(shape: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="fours"):
        room_for(Blocks(True, *shape), 4)


def test_wrong_shapes_are_refused() -> None:
    blocks, (inputs, labels) = blocks_of("pre"), data()
    with pytest.raises(ValueError, match="do not fit"):
        loss_and_gradient(blocks, np.zeros(3), inputs, labels, np.arange(4), room_for(blocks, 4))
