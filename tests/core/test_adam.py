"""Adam taken apart against weighted sums written out, plain loops, enumerations and the promises every recording makes."""

import itertools
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.claims import Claim
from core.driven import driven
from core.gradient_streams import gaussian, stream
from core.optimizers import Hyper
from core.params import Value
from core.recording import Outcome
from core.simulations.adam import SIGNALS, SIMULATION, AdamParams, AdamRecording, effective_steps, simulate, suggested
from core.theory import adam as theory
from core.theory.rare_gradient import drift, predicted_places, rare_gradients, settled_means, settled_steps, turning_point

Array = npt.NDArray[np.float64]
ADAM, RAW, OTHER = 0, 1, -1


def run(signal: str = "constant", seed: int = 1, **knobs: Value) -> AdamRecording:
    return simulate(AdamParams(signal=signal).replace(**{**suggested(signal), **knobs}), seed)


def by_sums(g: Array, beta1: float, beta2: float, epsilon: float, corrected: bool) -> Array:
    """Every step over η from the weights of a running mean, without ever keeping one."""
    steps = []
    for t in range(1, len(g) + 1):
        late = np.arange(t - 1.0, -1.0, -1.0)
        mean, square = ((beta**late) @ values for beta, values in ((beta1, g[:t]), (beta2, g[:t] ** 2)))
        weights = ((beta1**late).sum(), (beta2**late).sum()) if corrected else (1 / (1 - beta1), 1 / (1 - beta2))
        steps.append(mean / weights[0] / (math.sqrt(square / weights[1]) + epsilon))
    return np.array(steps)


@pytest.mark.parametrize("signal", ["constant", "noise", "reddi"])
@pytest.mark.parametrize("noise", [0.0, 0.7])
def test_steps_are_quotients_of_weighted_sums(signal: str, noise: float) -> None:
    recording = run(signal, noise=noise, scale=2.5, beta1=0.8, beta2=0.97, epsilon=1e-3)
    g = recording.gradient[ADAM, 1:, 0]
    np.testing.assert_allclose(recording.update[ADAM, 1:, 0], by_sums(g, 0.8, 0.97, 1e-3, True), rtol=1e-10)
    parts = recording.mean / (recording.root + 1e-3)  # for every method: what its steps are made of
    np.testing.assert_allclose(recording.update[:, 1:], parts[:, 1:], rtol=1e-9, atol=1e-13)
    if signal != "reddi":
        np.testing.assert_allclose(recording.update[RAW, 1:, 0], by_sums(g, 0.8, 0.97, 1e-3, False), rtol=1e-10)
        walked = recording.params.learning_rate * np.cumsum(recording.update[:, 1:, 0], axis=1)
        np.testing.assert_allclose(recording.path[:, 1:, 0], -walked, rtol=1e-9, atol=1e-12)


def test_the_numbers_of_the_card() -> None:
    steps = run().update[:, 1:, 0]
    np.testing.assert_allclose(steps[ADAM], 1.0, atol=1e-7)
    assert steps[RAW, 0] == pytest.approx(3.162, abs=5e-4)
    assert steps[RAW].max() == pytest.approx(6.57, abs=5e-3)
    assert int(steps[RAW].argmax()) == 11
    lone = run("spike")
    at = 5000 - lone.first
    assert lone.update[:, at, 0] == pytest.approx([3.152, 3.162], abs=5e-4)
    assert lone.update[ADAM, at - 1, 0] == 0.0
    short = run(beta1=0.99, beta2=0.9).update[RAW, 1:, 0]
    assert short[0] == pytest.approx(0.0316, abs=5e-5)
    assert short.max() < 1.0


def test_a_recording_that_begins_late_is_the_end_of_the_whole_run() -> None:
    late = run("spike", spike_at=300, steps=60, noise=0.1)
    assert late.first == 300 - 1 - 15
    given = stream("spike", late.first + 60, 300, 1) + 0.1 * gaussian(late.first + 60, 0, 1)
    np.testing.assert_array_equal(late.gradient[ADAM, :, 0], given[late.first - 1 :])
    np.testing.assert_allclose(late.update[ADAM, 1:, 0], by_sums(given, 0.9, 0.999, 1e-8, True)[late.first :], rtol=1e-8)
    for at in (1, 2, 7, 10_000):
        for steps in (1, 3, 100):
            recording = run("spike", spike_at=at, steps=steps)
            assert 1 <= at - recording.first <= steps
            assert recording.gradient[ADAM, at - recording.first, 0] == 1.0


def test_the_ravine_is_walked_as_written() -> None:
    recording = run("surface", condition=50.0, rotation=30.0, scale=3.0, beta2=0.95)
    turn = np.array([[math.cos(math.pi / 6), -0.5], [0.5, math.cos(math.pi / 6)]])
    hessian = 3.0 * turn @ np.diag([0.5, 25.0]) @ turn.T
    theta, m, v = np.array([-8.0, 3.0]), np.zeros(2), np.zeros(2)
    plain = theta.copy()
    for t in range(1, recording.last + 1):
        g = hessian @ theta
        m, v = 0.9 * m + 0.1 * g, 0.95 * v + 0.05 * g**2
        theta = theta - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-8)
        plain = plain - 0.04 * hessian @ plain
        np.testing.assert_allclose(recording.path[ADAM, t], theta, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(recording.path[OTHER, t], plain, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(recording.loss[ADAM, -1], 0.5 * theta @ hessian @ theta, rtol=1e-6, atol=1e-12)
    sizes = effective_steps(recording)
    np.testing.assert_allclose(sizes[ADAM, -1], 0.1 / (np.sqrt(v / (1 - 0.95**recording.last)) + 1e-8), rtol=1e-7)
    assert (sizes[OTHER, 1:] == 0.04).all()


def test_adam_does_not_see_scale_or_condition_but_rotation() -> None:
    plain = run("surface", epsilon=1e-12, steps=60).path
    for other in (
        run("surface", epsilon=1e-12, steps=60, scale=1000.0, sgd_rate=4e-5),
        run("surface", epsilon=1e-12, steps=60, condition=3.0),
    ):
        np.testing.assert_allclose(other.path[ADAM], plain[ADAM], atol=1e-8)
    assert np.abs(run("surface", epsilon=1e-12, steps=60, rotation=45.0).path[ADAM] - plain[ADAM]).max() > 1.0
    assert np.abs(run("surface", epsilon=1e-12, steps=60, condition=3.0).path[OTHER] - plain[OTHER]).max() > 1.0


def test_too_large_a_rate_diverges_as_an_outcome() -> None:
    recording = run("surface", scale=1e6)
    assert [ending.outcome for ending in recording.endings] == [Outcome.COMPLETED, Outcome.COMPLETED, Outcome.DIVERGED]
    broke = recording.endings[OTHER].step
    assert np.isfinite(recording.path[OTHER, :broke]).all()
    for values in (recording.path, recording.update, recording.gradient, effective_steps(recording)):
        assert np.isnan(values[OTHER, broke:]).all()
    assert np.isfinite(recording.path[ADAM]).all()


def test_reddi_leads_adam_astray_and_amsgrad_home() -> None:
    recording = run("reddi", steps=2000)
    assert recording.methods == ("adam", "amsgrad")
    assert recording.path[:, -1, 0] == pytest.approx([1.0, -1.0], abs=0.02)
    x, v, top = 0.0, 0.0, 0.0
    for t in range(1, 400):  # AMSGrad once more, with β₁ = 0
        g = 3.0 if t % 3 == 1 else -1.0
        v = 0.1 * v + 0.9 * g * g
        top = max(top, v)
        x = min(1.0, max(-1.0, x - 0.5 / math.sqrt(t) * g / (math.sqrt(top / (1 - 0.1**t)) + 1e-8)))
        assert recording.path[OTHER, t, 0] == pytest.approx(x, abs=1e-12)
    sizes = effective_steps(recording)[ADAM, 1:, 0]
    np.testing.assert_allclose(sizes, 0.5 / np.sqrt(np.arange(1.0, 2001.0)) / (recording.root[ADAM, 1:, 0] + 1e-8))
    remembered = run("reddi", beta2=0.9, steps=2000)
    assert remembered.path[ADAM, -1, 0] < -0.9


def test_all_methods_meet_the_same_gradients() -> None:
    for signal in ("constant", "noise", "spike", "reddi"):
        recording = run(signal, noise=0.5)
        np.testing.assert_array_equal(recording.gradient[0], recording.gradient[1])
    tosses = run("noise", seed=3).gradient[ADAM, 1:, 0]
    assert set(tosses.tolist()) == {-1.0, 1.0}
    assert 0.35 < (tosses > 0).mean() < 0.65
    ravine = run("surface", noise=2.0, scale=3.0, sgd_rate=0.01)
    hessian = np.diag([0.75, 75.0])
    for run_ in range(3):
        pushed = ravine.gradient[run_, 1:] - ravine.path[run_, :-1] @ hessian
        for lane in range(2):
            np.testing.assert_allclose(pushed[:, lane], 6.0 * gaussian(ravine.last, lane, 1), atol=1e-9)
    assert (run("noise", seed=4).gradient[ADAM, 1:, 0] != tosses).any()


# -- theory ------------------------------------------------------------------------------------------------------------


def test_coin_steps_by_counting_all_tosses() -> None:
    for beta1, t in ((0.9, 1), (0.9, 6), (0.5, 8), (0.0, 4)):
        steps = [by_sums(np.array(tosses), beta1, 0.99, 0.0, True)[-1] for tosses in itertools.product((-1.0, 1.0), repeat=t)]
        assert float(theory.coin_step(beta1, t)) == pytest.approx(math.sqrt(np.mean(np.square(steps))), rel=1e-12)


@given(
    gradients=st.lists(st.floats(-10.0, 10.0), min_size=1, max_size=25),
    beta1=st.floats(0.05, 0.99),
    beta2=st.floats(0.3, 0.9999),
    corrected=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_no_gradients_make_a_longer_step_than_the_longest(
    gradients: list[float], beta1: float, beta2: float, corrected: bool
) -> None:
    g = np.array(gradients)
    if np.abs(g).min() < 1e-3:  # a square root of squares that small loses its digits
        return
    t = np.arange(1, len(g) + 1)
    bound = theory.longest_step(beta1, beta2, t, corrected)
    assert (np.abs(by_sums(g, beta1, beta2, 0.0, corrected)) <= bound * (1 + 1e-9)).all()
    worst = (beta2 / beta1) ** (t - t[-1].astype(np.float64))
    assert by_sums(worst, beta1, beta2, 0.0, corrected)[-1] == pytest.approx(bound[-1], rel=1e-9)


def test_the_longest_steps_of_the_usual_setting() -> None:
    assert float(theory.longest_step(0.9, 0.999, 100_000)) == pytest.approx(7.270, abs=5e-4)
    assert float(theory.longest_step(0.9, 0.999, 1)) == pytest.approx(1.0)
    assert float(theory.longest_step(0.9, 0.81, 10, False)) == pytest.approx(0.1 / math.sqrt(0.19) * math.sqrt(10))
    assert float(theory.longest_step(0.0, 0.9, 7)) == pytest.approx(float(theory.spike_step(0.0, 0.9, 7)))
    assert theory.longest_step(0.5, 0.0, np.array([1, 2])).tolist() == [1.0, math.inf]
    assert float(theory.longest_step(0.0, 0.9, 7)) == pytest.approx(float(theory.spike_step(0.0, 0.9, 7)))
    assert theory.longest_step(0.5, 0.0, np.array([1, 2]), False).tolist() == [0.5, math.inf]
    assert theory.longest_step(0.0, 0.0, np.array([1, 2])).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("floor", [0.0, 0.3])
def test_the_echo_of_a_spike(corrected: bool, floor: float) -> None:
    g = stream("spike", 40, 25, 0)
    with np.errstate(invalid="ignore"):
        expected = np.nan_to_num(by_sums(g, 0.8, 0.95, floor, corrected))
    found = [theory.spike_echo(0.8, 0.95, 25, t, floor, corrected) for t in range(1, 41)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    if corrected:
        assert float(theory.spike_step(0.8, 0.95, 25, floor)) == pytest.approx(expected[24], rel=1e-12)


def test_epsilon_shortens_steps_as_written() -> None:
    recording = run(scale=1e-8, epsilon=1e-8)
    np.testing.assert_allclose(recording.update[ADAM, 1:, 0], 0.5, rtol=1e-12)
    np.testing.assert_allclose(
        recording.update[RAW, 1:, 0], theory.constant_gradient_step(0.9, 0.999, np.arange(1, 101), 1.0), rtol=1e-12
    )
    assert theory.noisy_step(0.0, 0.5) == pytest.approx(1 / 1.5)
    assert float(theory.coin_step(0.9, 1, 1.0)) == pytest.approx(0.5)


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("beta2", [0.0, 0.1, 0.8])
def test_drift_is_what_a_long_run_comes_to(beta1: float, beta2: float) -> None:
    pattern = np.array([3.0, -1.0, -1.0])
    g = np.tile(pattern, 150)
    for method, largest in (("adam", False), ("amsgrad", True)):
        _, update = driven(method, Hyper(learning_rate=0.01, beta1=beta1, beta2=beta2, epsilon=0.2), g)
        assert drift(pattern, beta1, beta2, largest=largest, epsilon=0.2) == pytest.approx(-update[-3:].sum(), abs=1e-9)
    mean = 0.0
    for value in g:
        mean = beta2 * mean + (1 - beta2) * value
    assert settled_means(pattern, beta2)[-1] == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("method", [0, 1])
def test_places_are_predicted_from_the_settled_steps(method: int) -> None:
    recording = run("reddi", steps=120)
    steps = settled_steps(np.array([3.0, -1.0, -1.0]), 0.0, 0.1, largest=method == 1, epsilon=1e-8)
    rates = 0.5 / np.sqrt(np.arange(10.0, 121.0))
    found = predicted_places(steps, rates, float(recording.path[method, 9, 0]))
    np.testing.assert_allclose(found, recording.path[method, 9::3, 0], atol=1e-7)


def test_memory_decides_where_reddi_leads() -> None:
    pattern = rare_gradients(3.0, 1.0, 3, 3)
    assert pattern.tolist() == [3.0, -1.0, -1.0]
    turn = turning_point(pattern, 0.0)
    assert turn == pytest.approx(0.4723, abs=5e-5)
    assert drift(pattern, 0.0, turn - 0.01) > 0.0 > drift(pattern, 0.0, turn + 0.01)
    assert math.isnan(turning_point(pattern, 0.9))
    assert drift(pattern, 0.0, 0.1) == pytest.approx(0.681, abs=5e-4)
    assert drift(pattern, 0.0, 0.1, largest=True) == pytest.approx(-1.0 / math.sqrt(settled_means(pattern**2, 0.1).max()))


# -- claims ------------------------------------------------------------------------------------------------------------


def claims_of(recording: AdamRecording) -> list[Claim]:
    return list(SIMULATION.claims(recording))


@given(
    signal=st.sampled_from(SIGNALS),
    beta1=st.floats(0.0, 0.999),
    beta2=st.floats(0.0, 0.9999),
    scale=st.floats(-10.0, 6.0).map(lambda power: 10.0**power),
    noise=st.sampled_from([0.0, 0.0, 0.5]),
    steps=st.integers(1, 150),
    learning_rate=st.floats(1e-5, 1.0),
)
@settings(max_examples=60, deadline=None)
def test_claims_hold_for_any_knobs(
    signal: str, beta1: float, beta2: float, scale: float, noise: float, steps: int, learning_rate: float
) -> None:
    knobs = {"beta1": beta1, "beta2": beta2, "scale": scale, "noise": noise, "steps": steps, "learning_rate": learning_rate}
    recording = simulate(AdamParams.from_mapping({"signal": signal, "spike_at": 200, **knobs}), 1)
    for claim in claims_of(recording):
        assert claim.holds, f"{claim.name}: predicted {claim.predicted}, measured {claim.measured}"


@pytest.mark.parametrize("signal", ["constant", "spike", "surface", "reddi"])
def test_a_wrong_step_is_noticed(signal: str) -> None:
    recording = run(signal)
    sound = claims_of(recording)
    assert len(sound) >= 3
    assert all(claim.holds for claim in sound)
    for run_ in range(2):
        update = recording.update.copy()
        update[run_] *= 1.0001
        broken = [claim for claim in claims_of(replace(recording, update=update)) if not claim.holds]
        assert broken or (signal == "surface" and run_ == RAW), f"{recording.methods[run_]} may be wrong unnoticed"


def test_the_promised_proofs_are_made() -> None:
    names = " · ".join(claim.name for claim in SIMULATION.proofs())
    for phrase in (
        "under a constant gradient is η from the first step on",
        "first step is 3.162 η",
        "step peaks at 6.57 η",
        "too small, 0.032 η",
        "at update 5,000 is 3.152 η",
        "Adam goes to the worst point +1 (theorem 1",
        "AMSGrad to the best, −1 (1010x",
    ):
        assert phrase in names, phrase
