"""The momentum ravine against a plain NumPy loop, closed forms, and the promises every recording makes."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.params import ParamError
from core.recording import Outcome
from core.simulations.momentum_ravine import (
    SIMULATION,
    MomentumRavineParams,
    MomentumRavineRecording,
    predicted_rates,
    rate_map,
    simulate,
    suggested,
)
from core.surfaces import NAMES

Array = npt.NDArray[np.float64]


def quadratic_slope(condition: float, rotation: float) -> Callable[[Array], Array]:
    angle = np.radians(rotation)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hessian = turn @ np.diag([25.0 / condition, 25.0]) @ turn.T
    return lambda p: hessian @ p


def rosenbrock_slope(p: Array) -> Array:
    x, y = p
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def himmelblau_slope(p: Array) -> Array:
    x, y = p
    return np.array([4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)])


def camel_slope(p: Array) -> Array:
    x, y = p
    return np.array([4 * x - 4.2 * x**3 + x**5 + y, x + 2 * y])


def plain_loop(method: str, slope: Callable[[Array], Array], params: MomentumRavineParams) -> Array:
    """The method written once more, in the most literal way."""
    eta, beta = params.learning_rate, params.momentum if method != "sgd" else 0.0
    theta, v = np.array([params.start_x, params.start_y]), np.zeros(2)
    points = [theta]
    for _ in range(params.steps):
        at = theta - eta * beta * v if method == "nesterov" else theta
        v = beta * v + slope(at)
        theta = theta - eta * v
        points.append(theta)
    return np.array(points)


def settings_of(surface: str) -> MomentumRavineParams:
    return MomentumRavineParams(surface=surface).replace(**suggested(surface))


CASES = [
    (MomentumRavineParams(), quadratic_slope(25.0, 0.0)),
    (MomentumRavineParams(condition=100, rotation=30, momentum=0.8, learning_rate=0.03), quadratic_slope(100.0, 30.0)),
    (MomentumRavineParams(condition=1000, rotation=135, momentum=0.0, steps=50), quadratic_slope(1000.0, 135.0)),
    (settings_of("rosenbrock"), rosenbrock_slope),
    (settings_of("himmelblau"), himmelblau_slope),
    (settings_of("three_hump_camel"), camel_slope),
]


@pytest.mark.parametrize(("params", "slope"), CASES, ids=lambda c: getattr(c, "surface", ""))
def test_paths_equal_a_plain_loop(params: MomentumRavineParams, slope: Callable[[Array], Array]) -> None:
    recording = simulate(params, 0)
    for m, method in enumerate(("sgd", "momentum", "nesterov")):
        expected = plain_loop(method, slope, params)
        np.testing.assert_allclose(recording.path[m], expected, rtol=1e-12, atol=1e-12)
    assert recording.methods == ("sgd", "momentum", "nesterov")
    assert recording.last == params.steps


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_velocity_and_gradient_take_each_step_apart(noise: float) -> None:
    params = MomentumRavineParams(rotation=20, noise=noise)
    recording = simulate(params, 5)
    for m, beta in enumerate((0.0, params.momentum, params.momentum)):
        v, g, path = recording.velocity[m], recording.gradient[m], recording.path[m]
        assert (v[0] == 0.0).all()
        assert np.isnan(g[0]).all()
        np.testing.assert_allclose(v[1:], beta * v[:-1] + g[1:], rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(path[1:], path[:-1] - params.learning_rate * v[1:], rtol=1e-13, atol=1e-13)


def test_nesterov_takes_its_gradient_where_the_velocity_leads() -> None:
    params = MomentumRavineParams()
    recording = simulate(params, 0)
    ahead = recording.path[2, :-1] - params.learning_rate * params.momentum * recording.velocity[2, :-1]
    np.testing.assert_allclose(recording.gradient[2, 1:], ahead * (1.0, 25.0), rtol=1e-12, atol=1e-14)


def test_noise_is_common_to_the_methods_standard_and_seeded() -> None:
    params = MomentumRavineParams(noise=2.0, steps=2000, condition=1.0, momentum=0.5, learning_rate=0.01)
    recording = simulate(params, 3)
    drawn = recording.gradient[:, 1:].copy()
    drawn[0] -= 25.0 * recording.path[0, :-1]
    drawn[1] -= 25.0 * recording.path[1, :-1]
    drawn[2] -= 25.0 * (recording.path[2, :-1] - 0.01 * 0.5 * recording.velocity[2, :-1])
    np.testing.assert_allclose(drawn[1], drawn[0], atol=1e-10)
    np.testing.assert_allclose(drawn[2], drawn[0], atol=1e-10)
    assert drawn[0].mean() == pytest.approx(0.0, abs=4 * 2.0 / math.sqrt(4000))
    assert drawn[0].std() == pytest.approx(2.0, rel=4 / math.sqrt(8000))
    assert not np.array_equal(simulate(params, 4).path, recording.path)


def test_same_seed_same_bytes_and_read_only() -> None:
    params = MomentumRavineParams(noise=1.0)
    first, second = simulate(params, 11), simulate(params, 11)
    for name, values in first.arrays().items():
        assert values.tobytes() == second.arrays()[name].tobytes()
        assert values.dtype == np.float64
        assert len(first.axes(name)) == values.ndim
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 0.0


def test_divergence_is_an_outcome_with_nan_after_it() -> None:
    recording = simulate(MomentumRavineParams(learning_rate=1.0, steps=400), 0)
    for m, ending in enumerate(recording.endings):
        assert ending.outcome is Outcome.DIVERGED
        assert 50 < ending.step < 400
        assert np.isfinite(recording.path[m, : ending.step]).all()
        assert np.isfinite(recording.loss[m, : ending.step]).all()
        for values in (recording.path, recording.loss, recording.velocity, recording.gradient):
            assert np.isnan(values[m, ending.step :]).all()
    # the last point before it would have left 10^150: theory knows the step
    growth = recording.predicted_rates[0]
    assert recording.endings[0].step == pytest.approx(math.log(1e150 / 3.0) / math.log(growth), abs=1.01)


def test_converged_stuck_and_completed() -> None:
    converged = simulate(MomentumRavineParams(), 0)
    assert converged.endings[1].outcome is Outcome.CONVERGED
    step = converged.endings[1].step
    assert converged.loss[1, step] <= 1e-6 < converged.loss[1, step - 1]
    assert np.isfinite(converged.loss).all()
    stuck = simulate(MomentumRavineParams(surface="saddle", start_x=0.0, start_y=0.0), 0)
    assert all(e.outcome is Outcome.STUCK and e.step == 0 for e in stuck.endings)
    noisy = simulate(MomentumRavineParams(surface="saddle", start_x=0.0, start_y=0.0, noise=0.1), 0)
    assert all(e.outcome is Outcome.COMPLETED for e in noisy.endings)


def test_loss_is_the_surface_at_the_path_even_outside_the_domain() -> None:
    recording = simulate(MomentumRavineParams(surface="styblinski_tang", start_x=9.0, start_y=-9.0, learning_rate=1e-3), 0)
    x, y = np.moveaxis(recording.path, -1, 0)
    np.testing.assert_allclose(recording.loss, 0.5 * (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y), rtol=1e-12)
    assert recording.path[0, 0].tolist() == [9.0, -9.0]


@pytest.mark.parametrize("surface", NAMES)
def test_suggested_settings_tell_a_story_on_every_surface(surface: str) -> None:
    recording = simulate(settings_of(surface), 0)
    assert not any(ending.failed for ending in recording.endings)
    assert (recording.loss[:2, -1] < recording.loss[:2, 0]).all()
    # what the picture shows: momentum is not where plain descent is
    assert np.abs(recording.path[1] - recording.path[0]).max() > 0.2


@pytest.mark.parametrize("surface", NAMES)
def test_ends_of_every_knob_run(surface: str) -> None:
    for knob in MomentumRavineParams.knobs():
        for end in (knob.low, knob.high):
            if end is not None:
                recording = simulate(MomentumRavineParams(surface=surface).replace(**{knob.name: end}), 0)
                assert len(recording.endings) == 3
                for claim in SIMULATION.claims(recording):
                    assert claim.holds, f"{knob.name}={end}: {claim}"


def test_the_default_knobs_are_the_quadratic_s_suggestion_and_show_momentum_ahead() -> None:
    default = MomentumRavineParams()
    assert settings_of("quadratic") == default
    sgd, momentum, _ = predicted_rates(default)
    assert momentum < sgd < 1.0


def test_predicted_rates_worked_out_by_hand() -> None:
    rates = predicted_rates(MomentumRavineParams(learning_rate=0.05, momentum=0.66))
    assert rates == pytest.approx((0.95, math.sqrt(0.66), math.sqrt(0.66 * 0.95)), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    condition=st.floats(1.0, 1000.0),
    rotation=st.floats(0.0, 180.0),
    learning_rate=st.floats(1e-3, 0.2) | st.floats(-7.0, 0.0).map(lambda exponent: max(1e-7, 10.0**exponent)),
    momentum=st.floats(0.0, 0.999),
    start_x=st.floats(-10.0, 10.0),
    start_y=st.floats(-10.0, 10.0),
    steps=st.integers(1, 2000),
)
def test_claims_hold_wherever_they_are_made(
    condition: float, rotation: float, learning_rate: float, momentum: float, start_x: float, start_y: float, steps: int
) -> None:
    params = MomentumRavineParams(
        condition=condition,
        rotation=rotation,
        learning_rate=learning_rate,
        momentum=momentum,
        start_x=start_x,
        start_y=start_y,
        steps=steps,
    )
    for claim in SIMULATION.claims(simulate(params, 0)):
        assert claim.holds, claim


def test_a_slow_mode_is_measured_although_its_second_root_shows_in_the_first_steps_only() -> None:
    slow = MomentumRavineParams(
        condition=1000.0, learning_rate=5.46e-4, momentum=0.3, rotation=163.6, start_x=-8.0, start_y=-8.26, steps=1911
    )
    recording = simulate(slow, 0)
    assert recording.predicted_rates[1] == pytest.approx(0.99998, abs=1e-6)  # the steep mode alone: 0.9803
    assert recording.measured_rates == pytest.approx(recording.predicted_rates, abs=1e-9)


def test_measured_rate_does_not_see_the_knobs() -> None:
    """A path of another learning rate under the same parameters must not be given the parameters' rate."""
    honest = simulate(MomentumRavineParams(learning_rate=0.02), 0)
    assert honest.measured_rates == pytest.approx(honest.predicted_rates, rel=1e-6)
    default = simulate(MomentumRavineParams(), 0)
    assert abs(honest.measured_rates[0] - default.predicted_rates[0]) > 0.01


def test_no_rates_or_claims_where_theory_is_silent() -> None:
    for params in (MomentumRavineParams(surface="rosenbrock"), MomentumRavineParams(noise=1.0)):
        recording = simulate(params, 0)
        assert all(math.isnan(r) for r in recording.measured_rates)
        assert list(SIMULATION.claims(recording)) == []


def test_rate_map_is_the_rate_at_each_setting() -> None:
    etas, betas = np.array([0.01, 0.05, 0.2]), np.array([0.0, 0.5, 0.9, 0.99])
    for m, method in enumerate(("sgd", "momentum", "nesterov")):
        grid = rate_map(40.0, etas, betas, method)
        assert grid.shape == (4, 3)
        for i, beta in enumerate(betas):
            for j, eta in enumerate(etas):
                params = MomentumRavineParams(condition=40, learning_rate=float(eta), momentum=float(beta))
                assert grid[i, j] == pytest.approx(predicted_rates(params)[m], rel=1e-15)


def test_meta_and_parameters() -> None:
    recording: MomentumRavineRecording = simulate(MomentumRavineParams(), 0)
    meta = recording.meta()
    assert meta["methods"] == ["sgd", "momentum", "nesterov"]
    assert meta["eigenvalues"] == [1.0, 25.0]
    assert meta["params"]["condition"] == 25.0
    with pytest.raises(ParamError, match="condition"):
        MomentumRavineParams(condition=-1.0)


def test_proofs_hold() -> None:
    claims = list(SIMULATION.proofs())
    assert len(claims) >= 10
    for claim in claims:
        assert claim.holds, claim
