"""Update rules as lines: against PyTorch with all its buffers, the house's kernels, and the formulas written once more."""

import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.lines import Value
from core.proofs.update_rules import SAME, Setting, gap, gentle, stepped
from core.simulations.update_rules import MINIMUM, UpdateRulesParams, UpdateRulesRecording, claims, curvatures, simulate
from core.update_rules import METHODS, Program, program

Array = npt.NDArray[np.float64]

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "update_rules.npz")
CASES: list[dict[str, Any]] = json.loads(str(REFERENCE["cases"]))
OURS = {"momentum_buffer": "v", "square_avg": "s", "exp_avg": "m", "exp_avg_sq": "v"}
USUAL = {"lr": 0.1, "beta": 0.9, "b1": 0.9, "b2": 0.99, "eps": 1e-8, "wd": 0.0}
FORMS = list(itertools.product(METHODS, (False, True)))


def setting(method: str, pytorch: bool = False, drop: int = 0, corrected: bool = True, **rates: float) -> Setting:
    start, minimum, curved = REFERENCE["start"], REFERENCE["minimum"], REFERENCE["curvatures"]
    return Setting(method, pytorch, corrected, drop, {**USUAL, **rates}, start, minimum, curved, 60)


def recorded(**values: Any) -> UpdateRulesRecording:
    return simulate(UpdateRulesParams(**values), 0)


@pytest.mark.parametrize("index", range(len(CASES)), ids=[f"{case['method']}-{i}" for i, case in enumerate(CASES)])
def test_equals_pytorch_update_for_update_with_every_buffer(index: int) -> None:
    case = CASES[index]
    run = setting(case["method"], True, case["drop"], **case["hyper"])
    lines, rows = run.run(case["method"], True)
    for torch_name, name in {"theta": "theta", **{buffer: OURS[buffer] for buffer in case["buffers"]}}.items():
        expected = REFERENCE[f"{index}/{torch_name}"]
        found = rows[:: len(lines.loop), lines.names.index(name)]
        # 2·10⁻¹⁵ was measured: fused operations and Python's power in PyTorch round elsewhere.
        np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-14 * np.abs(expected).max())


def test_the_reference_covers_what_it_claims() -> None:
    assert {case["method"] for case in CASES} == set(METHODS)
    for method in METHODS:
        own = [case for case in CASES if case["method"] == method]
        assert {case["drop"] > 0 for case in own} == {True, False}
        assert {case["hyper"]["wd"] > 0 for case in own} == {True, False}
    assert str(REFERENCE["torch"]).startswith("2.13")
    assert len(REFERENCE["0/theta"]) == 61


@pytest.mark.parametrize(("method", "pytorch"), list(SAME))
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize(("rate", "eps"), [(0.03, 1e-8), (0.3, 0.1)])
def test_equals_the_kernels(method: str, pytorch: bool, decay: float, rate: float, eps: float) -> None:
    run = setting(method, pytorch, lr=rate, eps=eps, wd=decay)
    name, exact = SAME[method, pytorch]
    points, expected = run.points(method, pytorch), stepped(run, name)
    if exact:
        np.testing.assert_array_equal(points, expected)
    else:
        assert gap(points, expected) < 1e-14  # 5·10⁻¹⁶ was measured: the same sums and products, in another order


@pytest.mark.parametrize("method", ["momentum", "rmsprop", "adam", "adamw"])
def test_equals_the_kernels_when_the_rate_falls(method: str) -> None:
    pytorch = method in ("momentum", "rmsprop")
    run = setting(method, pytorch, 7, wd=0.1)
    np.testing.assert_array_equal(run.points(method, pytorch), stepped(run, SAME[method, pytorch][0]))


def by_hand(run: Setting) -> Array:
    """The textbook's forms that no kernel has, written with other words and in another order."""
    h, theta = run.rates, run.start.copy()
    first, second = np.zeros(2), np.zeros(2)
    points = [theta]
    for t in range(1, run.updates + 1):
        eta = run.rate(t)
        if run.method == "nesterov":
            at = theta - first * h["beta"]
            first = eta * (run.slope(at) + h["wd"] * at) + first * h["beta"]
            theta = theta - first
        elif run.method == "momentum":
            first = eta * (run.slope(theta) + h["wd"] * theta) + first * h["beta"]
            theta = theta - first
        elif run.method == "rmsprop":
            g = run.slope(theta) + h["wd"] * theta
            second = h["b2"] * second + g**2 * (1 - h["b2"])
            theta = theta - eta * g * (second + h["eps"]) ** -0.5
        else:
            decoupled = h["wd"] if run.method == "adamw" else 0.0
            g = run.slope(theta) + (h["wd"] - decoupled) * theta
            first = h["b1"] * first + g * (1 - h["b1"])
            second = h["b2"] * second + g**2 * (1 - h["b2"])
            theta = theta - eta * (decoupled * theta + first / (h["eps"] + second**0.5))
        points.append(theta)
    return np.array(points)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("decay", [0.0, 0.2])
@pytest.mark.parametrize("drop", [0, 5])
@pytest.mark.parametrize("eps", [1e-8, 0.3])
def test_the_textbook_equals_its_formulas(method: str, decay: float, drop: int, eps: float) -> None:
    run = setting(method, False, drop, False, lr=0.03, wd=decay, eps=eps)
    assert gap(run.points(method, False), by_hand(run)) < 1e-13


def test_without_epsilon_the_textbooks_rmsprop_is_the_kernels() -> None:
    run = setting("rmsprop", eps=0.0)
    assert gap(run.points("rmsprop", False), stepped(run, "rmsprop")) < 1e-14
    part = setting("rmsprop", eps=1.0)
    assert gap(part.points("rmsprop", False), stepped(part, "rmsprop")) > 0.01


@pytest.mark.parametrize(("method", "pytorch"), FORMS)
@pytest.mark.parametrize("drop", [0, 3])
def test_a_line_writes_what_it_names_and_nothing_else(method: str, pytorch: bool, drop: int) -> None:
    recording = recorded(method=method, pytorch=pytorch, drop=drop, updates=6)
    loop = recording.program.loop
    for k in range(1, recording.last + 1):
        written = set(loop[recording.at(k)[1] - 1].targets)
        for place, name in enumerate(recording.names):
            before, after = recording.values[k - 1, place], recording.values[k, place]
            if name in written:
                assert np.isfinite(after).all()
            else:
                np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize(("method", "pytorch"), FORMS)
@pytest.mark.parametrize("correction", [True, False])
def test_what_is_kept_is_all_that_the_next_update_needs(method: str, pytorch: bool, correction: bool) -> None:
    run = setting(method, pytorch, corrected=correction, drop=4, wd=0.1)
    lines, rows = run.run(method, pytorch)
    every, update = len(lines.loop), 5
    single = {"t", "lr"}
    kept: dict[str, Value] = {
        name: float(rows[update * every, place, 0]) if name in single else rows[update * every, place]
        for place, name in enumerate(lines.kept)
    }
    names: dict[str, Value] = {**{name: {**run.rates, "lr0": run.rates["lr"]}[name] for name in lines.given}, **kept}
    for number, line in enumerate(lines.loop, start=1):
        names.update(line.run(names, {"grad": lambda at: run.slope(np.asarray(at))}))
        (target,) = line.targets
        np.testing.assert_array_equal(rows[update * every + number, lines.names.index(target)], names[target] * np.ones(2))


def test_the_shift_of_nesterov_is_beta_times_the_velocity() -> None:
    recording = recorded(method="nesterov", weight_decay=0.0, learning_rate=0.03)
    v = recording.values[:: len(recording.lines), recording.names.index("v")]
    np.testing.assert_allclose(recording.beside, recording.path - 0.9 * v, atol=1e-14)
    assert recording.apart > 0.5


def test_momentum_parts_from_pytorch_once_the_rate_falls_and_not_before() -> None:
    recording = recorded(method="momentum", weight_decay=0.0, learning_rate=0.03, drop=6)
    np.testing.assert_allclose(recording.beside[:7], recording.path[:7], atol=1e-14)
    held = recording.values[6 * len(recording.lines), recording.names.index("v")]
    np.testing.assert_allclose(recording.path[7] - recording.beside[7], -0.9 * 0.9 * held, rtol=1e-12)


@pytest.mark.parametrize("method", ["adam", "adamw"])
def test_both_forms_of_adam_make_one_path(method: str) -> None:
    assert recorded(method=method, epsilon=0.1, updates=60).apart < 1e-13


def test_pytorch_always_corrects() -> None:
    with_, without = (program("adam", pytorch=True, corrected=flag).loop for flag in (True, False))
    assert with_ == without
    plain = [line.text for line in program("adam", pytorch=False, corrected=False).loop]
    assert not any("**" in text for text in plain)


def test_decay_stands_where_it_should() -> None:
    texts: Mapping[str, str] = {
        method: "\n".join(p.text for p in program(method, pytorch=False, decays=True).loop) for method in METHODS
    }
    for method in ("momentum", "rmsprop", "adam"):
        assert "g = grad(theta) + wd * theta" in texts[method]
    assert "g = grad(ahead) + wd * ahead" in texts["nesterov"]
    assert "g = grad(theta)\n" in texts["adamw"]
    for method in ("momentum", "adam"):
        assert "wd" not in "".join(p.text for p in program(method, pytorch=False).loop)


@pytest.mark.parametrize("method", METHODS)
def test_frames_are_lines(method: str) -> None:
    recording = recorded(method=method, updates=7)
    lines = len(recording.lines)
    assert recording.last == 7 * lines
    assert recording.at(0) == (0, 0)
    assert [recording.at(k) for k in (1, lines, lines + 1, 7 * lines)] == [(1, 1), (1, lines), (2, 1), (7, lines)]
    theta = recording.values[:, recording.names.index("theta")]
    np.testing.assert_array_equal(theta[::lines], recording.path)
    np.testing.assert_allclose(
        recording.loss, 0.5 * (curvatures(recording.params) * (recording.path - MINIMUM) ** 2).sum(axis=1)
    )


def test_the_widest_run_stays_within_float64() -> None:
    for method, pytorch in FORMS:
        recording = recorded(method=method, pytorch=pytorch, learning_rate=1.0, weight_decay=1.0, beta1=0.999, updates=60)
        assert np.isfinite(recording.path).all()
        assert np.isfinite(recording.loss).all()


def test_claims_are_silent_where_rounding_does_not_stay_rounding() -> None:
    short = recorded(method="adam", pytorch=True, beta1=0.0, beta2=0.5, weight_decay=0.0)
    assert not [claim for claim in claims(short) if "path" in claim.name or "numbers" in claim.name]
    assert not gentle(setting("adam", b1=0.0))
    assert gentle(setting("momentum", b1=0.0))


def named(word: str, **values: Any) -> int:
    """How many claims about a run have this word in their names."""
    return sum(word in claim.name for claim in claims(recorded(weight_decay=0.0, **values)))


def test_claims_are_silent_where_there_is_nothing_to_see() -> None:
    momentum = {"method": "momentum", "learning_rate": 0.03, "drop": 3}
    assert named("the textbook’s step is", **momentum) == 1
    x, y = MINIMUM
    assert named("the textbook’s step is", **momentum, start_x=x, start_y=y) == 0, "nothing moves"
    assert named("the first step is", method="adam") == 1
    assert named("the first step is", method="adam", epsilon=1.0) == 0, "ε is as large as the gradient"
    assert named("the first step is", method="adam", start_x=x) == 0, "a coordinate has no slope"


def test_a_difference_in_the_last_digits_breaks_a_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Setting.run

    def wrong(self: Setting, method: str, pytorch: bool) -> tuple[Program, Array]:
        lines, rows = right(self, method, pytorch)
        return lines, rows * (1.0 + 1e-15)

    recording = recorded(method="adam", weight_decay=0.0)
    assert all(claim.holds for claim in claims(recording))
    monkeypatch.setattr(Setting, "run", wrong)
    (found,) = (claim for claim in claims(recording) if "numbers" in claim.name)
    assert 0.0 < found.error < 1e-14
    assert not found.holds
