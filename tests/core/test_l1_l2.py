"""L1 and L2: descents against loops written here, sets and wedges against their definitions, claims against spoiled runs."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from core.claims import Claim
from core.optimizers import Hyper, method_code, step
from core.params import Value
from core.penalized import pair_minimum
from core.penalty_walks import RULES, walk_pair
from core.recording import F64, Outcome
from core.regularizers import penalty
from core.simulations.l1_l2 import SIMULATION, L1L2Params, L1L2Recording, claims, simulate
from core.theory import penalties as theory

GRAM, PULL, START = np.array([[1.0, 0.3], [0.3, 1.0]]), np.array([2.21, 1.3]), np.array([-1.4, 1.6])


def run(**knobs: Value) -> L1L2Recording:
    return simulate(L1L2Params.from_mapping(knobs), 1)


def walked(rule: str, strength: float, share: float, rate: float, steps: int = 30) -> F64:
    path = np.empty((steps + 1, 2))
    assert walk_pair(RULES.index(rule), GRAM, PULL, strength, share, rate, START, path) == -1
    return path


def by_hand(rule: str, strength: float, share: float, rate: float, steps: int = 30) -> Iterator[F64]:
    w, means, squares = START.copy(), np.zeros(2), np.zeros(2)
    yield w
    for k in range(1, steps + 1):
        g = GRAM @ w - PULL
        r = strength * (share * np.sign(w) + (1 - share) * w)
        if rule == "proximal":
            v = w - rate * g
            w = np.sign(v) * np.maximum(np.abs(v) - rate * strength * share, 0) / (1 + rate * strength * (1 - share))
        elif rule in ("subgradient", "sgd_l2", "sgd_decay"):
            w = w - rate * (g + r)
        elif rule == "decreasing":
            w = w - rate / np.sqrt(k) * (g + r)
        else:
            used = g + r if rule == "adam_l2" else g
            means, squares = 0.9 * means + 0.1 * used, 0.999 * squares + 0.001 * used**2
            direction = means / (1 - 0.9**k) / (np.sqrt(squares / (1 - 0.999**k)) + 1e-8)
            w = w - rate * direction - (rate * strength * w if rule == "adamw" else 0.0)
        yield w


@pytest.mark.parametrize(
    ("rule", "share"),
    [(rule, share) for rule in RULES[:3] for share in (1.0, 0.4, 0.0)] + [(rule, 0.0) for rule in RULES[3:]],
)
def test_every_rule_of_descent_is_its_formula(rule: str, share: float) -> None:
    np.testing.assert_allclose(walked(rule, 1.5, share, 0.2), list(by_hand(rule, 1.5, share, 0.2)), rtol=1e-11, atol=1e-13)


def test_sgd_with_l2_and_with_decay_are_one_path_and_adam_with_either_are_two() -> None:
    assert np.abs(walked("sgd_l2", 1.5, 0.0, 0.2) - walked("sgd_decay", 1.5, 0.0, 0.2)).max() < 1e-14
    assert np.abs(walked("adam_l2", 1.5, 0.0, 0.2) - walked("adamw", 1.5, 0.0, 0.2)).max() > 0.3
    hyper = Hyper(0.2, weight_decay=1.5)
    w, s0, s1, s2, p1, p2 = float(START[0]), 0.0, 0.0, 0.0, 1.0, 1.0
    path = walked("adamw", 1.5, 0.0, 0.2)
    for k in range(30):
        p1, p2 = p1 * 0.9, p2 * 0.999
        g = float((GRAM @ path[k] - PULL)[0])
        w, s0, s1, s2 = step(method_code("adamw"), w, g, s0, s1, s2, hyper, k + 1, p1, p2)
        assert w == pytest.approx(path[k + 1, 0], abs=1e-13)


def test_proximal_steps_rest_on_zero_where_subgradient_steps_never_do() -> None:
    recording = run()
    proximal, jumping, smaller = recording.walk[-1]
    assert (recording.solution[0, -1] == 0.0).tolist() == [False, True]
    assert (proximal[20:, 1] == 0.0).all()
    assert (jumping[20:, 1] != 0.0).all()
    assert np.ptp(jumping[40:, 1]) > 3.0 * np.ptp(smaller[40:, 1]) > 0.0


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.0])
def test_the_edge_of_a_set_has_the_penalty_it_is_named_after(share: float) -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 49)
    edge = theory.set_edge(angles, 0.8, share)
    assert [penalty(w, 1.0, share) for w in edge] == pytest.approx([0.8] * 49, rel=1e-12)
    directions = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    np.testing.assert_allclose(edge / np.linalg.norm(edge, axis=1, keepdims=True), directions, atol=1e-12)
    assert (theory.set_edge(angles, 0.0, share) == 0.0).all()
    assert theory.corner_distance(0.8, share) == pytest.approx(edge[0, 0])


@pytest.mark.parametrize("share", [1.0, 0.6])
@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.5])
def test_a_corner_is_met_exactly_from_its_wedge(share: float, rho: float) -> None:
    gram = np.array([[1.0, rho], [rho, 1.0]])
    rng = np.random.default_rng(7)
    seen = set()
    for _ in range(200):
        a, strength = rng.uniform(-3.0, 3.0, 2), rng.uniform(0.1, 1.5)
        pull = gram @ a
        w = np.array(pair_minimum(1.0, rho, 1.0, pull[0], pull[1], strength, share))
        if not w.any():
            continue
        corner = theory.corner_met(gram, a, penalty(w, 1.0, share), share)
        expected = -1 if w.all() else int(np.flatnonzero(w)[0]) + (0 if w.sum() > 0.0 else 2)
        assert corner == expected
        seen.add(corner)
    assert seen == {-1, 0, 1, 2, 3}


@pytest.mark.parametrize("rho", [-0.98, 0.0, 0.7])
def test_the_diamonds_wedges_stand_at_45_degrees_whatever_the_correlation(rho: float) -> None:
    place, rays = (found[2] for found in theory.corner_wedges(np.array([[1.0, rho], [rho, 1.0]]), 1.3, 1.0))
    assert place.tolist() == pytest.approx([-1.3, 0.0])
    assert (rays[:, 0] < 0.0).all()
    np.testing.assert_allclose(rays[:, 1] / rays[:, 0], [-1.0, 1.0], rtol=1e-12)
    assert theory.corner_met(np.eye(2), np.array([2.0, 0.0]), 1.0, 0.0) == -1  # a ball has no corners


def test_all_frames_are_minima_and_the_last_has_the_strength_asked_for() -> None:
    recording = run(strength=0.8, correlation=-0.6, share=0.3)
    assert recording.last == 100
    assert recording.relative[[0, 50, 100]] == pytest.approx([0.0, 0.4, 0.8])
    assert (recording.violation < 1e-12).all()
    np.testing.assert_allclose(recording.solution[:, 0], [[2.0, 0.7]] * 3, atol=1e-12)
    least = np.linalg.lstsq(recording.inputs, recording.targets)[0]
    for penalty_ in range(3):
        np.testing.assert_allclose(recording.weights[penalty_, 0], least, atol=1e-11)
        for relative, weights in zip(recording.relative[::25], recording.weights[penalty_, ::25], strict=True):
            grid = round(float(relative) * 100)
            np.testing.assert_allclose(recording.path[penalty_, grid], weights, atol=1e-11)
    assert recording.grid[100] == pytest.approx(1.0)


def test_zeros_come_with_l1_alone_and_all_of_them_at_the_largest_strength() -> None:
    recording = run(strength=1.0)
    counts = np.array([recording.zeros(k) for k in range(101)])
    assert counts[0].tolist() == [0, 0, 0]
    assert counts[-1, 0] == 10
    assert counts[-2, 0] < 10
    assert (counts[:, 1] == 0).all()
    assert 0 < counts[-1, 2] < 10
    assert recording.solution[0, -1].tolist() == [0.0, 0.0]
    assert (recording.solution[1] != 0.0).all()


def test_the_elastic_nets_ends_are_its_parts() -> None:
    for share, part in ((1.0, 0), (0.0, 1)):
        recording = run(share=share)
        assert recording.weights[2].tobytes() == recording.weights[part].tobytes()
        assert recording.solution[2].tobytes() == recording.solution[part].tobytes()


def test_a_descent_that_leaves_float64_is_said_to_diverge() -> None:
    knobs: dict[str, Value] = {"walk": "l2", "learning_rate": 1.0, "strength": 1.2, "correlation": 0.98, "steps": 200}
    recording = run(minimum_1=2.8, minimum_2=2.8, **knobs)
    proximal, gradient, _ = recording.endings
    assert proximal.outcome is Outcome.COMPLETED
    assert gradient.outcome is Outcome.DIVERGED
    assert np.isnan(recording.walk[-1, 1, gradient.step :]).all()
    assert np.isfinite(recording.walk[-1, 1, : gradient.step]).all()
    assert all(claim.holds for claim in claims(recording))


RUNS: list[dict[str, Value]] = [
    {"strength": 0.0},
    {"strength": 1.2, "walk": "elastic_net", "learning_rate": 1.0},
    {"share": 0.0, "walk": "l2"},
    {"share": 1.0, "minimum_1": 0.0, "minimum_2": 0.0},
    {"correlation": 0.98, "noise": 2.0, "examples": 15},
    {"correlation": -0.98, "walk": "weight_decay", "learning_rate": 1.0},
    {"orthonormal": True, "correlation": 0.0, "minimum_1": -1.0},
]


@pytest.mark.parametrize("knobs", RUNS, ids=str)
def test_claims_hold_at_the_ends(knobs: dict[str, Value]) -> None:
    for seed in (0, 5):
        found = list(claims(simulate(L1L2Params.from_mapping(knobs), seed)))
        assert len(found) >= 8
        for claim in found:
            assert claim.holds, f"{claim.name}: predicted {claim.predicted}, measured {claim.measured}"


def broken(recording: L1L2Recording, **arrays: F64) -> set[str]:
    spoiled: list[Claim] = list(claims(replace(recording, **arrays)))  # type: ignore[arg-type]
    return {claim.name.split(":")[0] for claim in spoiled if not claim.holds}


def test_a_spoiled_run_breaks_its_claims() -> None:
    recording = run()
    assert not broken(recording)
    assert "L1, two weights" in broken(recording, solution=recording.solution * 1.001)
    alive = recording.solution.copy()
    alive[0, -1, 1] = 1e-13
    assert "L1, two weights" in broken(recording, solution=alive)
    assert "L2, ten weights" in broken(recording, weights=recording.weights * 1.001)
    assert broken(recording, violation=recording.violation + 1e-9) >= {"L1, ten weights"}
    shaken = recording.walk.copy()
    shaken[-1, 0, -1, 1] = 1e-3
    assert "proximal steps" in broken(recording, walk=shaken)
    decay = run(walk="weight_decay")
    bent = decay.walk.copy()
    bent[-1, 1, 5] += 1e-9
    assert any(name.startswith("SGD") for name in broken(decay, walk=bent))


def test_the_promised_proofs_are_made_once_each() -> None:
    names = [claim.name for claim in SIMULATION.proofs()]
    assert len(set(names)) == len(names)
    for phrase in (
        "L1 by proximal steps ends at",
        "rattles around zero",
        "d²/(d² + λ)",
        "all exactly 0 from λ_max/α on",
        "the path of SGD with weight decay",
        "AdamW ends elsewhere",
        "in the wedge of a corner",
        "S(ŵ, λ): L1 subtracts λ",
        "differ by at most |y|√(2(1 − ρ))",
    ):
        assert any(phrase in name for name in names), phrase


def test_penalties_are_named_along_their_axis() -> None:
    recording = run()
    assert recording.labels("penalty") == recording.penalties
    assert recording.labels("method") == recording.methods
    assert recording.labels("feature") == ()
