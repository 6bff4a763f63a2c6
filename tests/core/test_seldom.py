"""Ways through core/ that an ordinary run does not take: refusals, dead nets, machines of another kind."""

import math
import os
from importlib import metadata
from pathlib import Path
from typing import NoReturn

import llvmlite
import numba
import numpy as np
import pytest

from core import activations, decay_map, kernel_folder
from core.curvature import sharpness
from core.data.classification import circles
from core.deep_net import DeepNet, train
from core.lines import line
from core.networks import Layer, Stack, backward, dense, forward, initial_parameters
from core.pair import pair_of
from core.proofs.decay import about_map
from core.proofs.deep_run import clipped
from core.recording import F64, Outcome
from core.simulations import adamw, momentum_ravine
from core.theory.correlation import correlation_depth_scale
from core.theory.mean_field import critical_weight_variance, fixed_point, variance_by_depth
from core.training import Plan, targets_for
from core.training import train as train_stack

DATA = circles(40, 0.1, 1)


def test_a_step_beyond_the_run_is_refused() -> None:
    stack = dense([2, 3, 1])
    run = train_stack(
        stack, initial_parameters(stack, seed=1), DATA.inputs, targets_for(DATA, "mse", stack), Plan(steps=5, every=2)
    )
    for step in (-1, 6):
        with pytest.raises(ValueError, match="this run has steps 0 to 5"):
            run.at(step)


def test_norms_are_left_out_where_nobody_asks_and_nothing_else_changes() -> None:
    stack = Stack(2, (Layer(4, "tanh", "layer"), Layer(1, "identity")))
    theta, targets = initial_parameters(stack, seed=1), targets_for(DATA, "mse", stack)
    told, untold = (train_stack(stack, theta, DATA.inputs, targets, Plan(steps=7, norms=norms)) for norms in (True, False))
    assert told.norms.shape == (8,)
    assert untold.norms.shape == (0,)
    assert untold.losses.tobytes() == told.losses.tobytes()


def test_shapes_and_names_that_do_not_fit_are_refused() -> None:
    stack = dense([2, 3, 1])
    theta = initial_parameters(stack, seed=1)
    done = forward(stack, theta, DATA.inputs)
    with pytest.raises(ValueError, match=r"the output's gradient must have shape \(40, 1\), not \(40, 2\)"):
        backward(stack, theta, done, np.zeros((40, 2)))
    with pytest.raises(ValueError, match="layer 1: cannot normalize 'sideways'"):
        Stack(2, (Layer(3, "tanh", "sideways"),))


def test_sharpness_after_the_last_product_it_may_take_is_a_lower_bound() -> None:
    curvatures = np.array([1.0, 2.0, 3.0, 50.0])

    def gradient(theta: F64) -> F64:
        return np.asarray(curvatures * theta)

    assert sharpness(gradient, np.ones(4), longest=4) == pytest.approx(50.0)
    assert 1.0 <= sharpness(gradient, np.ones(4), longest=1) < 50.0


def test_a_map_trained_on_several_threads_has_the_bytes_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = adamw.setting(adamw.AdamwParams(steps=64, width=4, examples=10), 1)
    hypers = [setting.hyper(0.01 * k, 0.1) for k in range(1, 8)]
    found = []
    for processors in (1, 5):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        found.append(decay_map.train_cells("adamw", decay_map.task(setting), 1, hypers, watched=False))
    assert found[0].test.tobytes() == found[1].test.tobytes()
    assert found[0].ended.tobytes() == found[1].ended.tobytes()


def test_a_net_whose_units_all_died_is_stuck() -> None:
    run = train(DeepNet(depth=60, width=2, activation="relu", init="he", steps=3))
    assert run.ending.outcome is Outcome.STUCK
    assert run.ending.step == 0
    assert (run.raw_norm == 0.0).all()
    assert len(set(run.loss.tolist())) == 1, "it stays where it is"


def test_the_compilers_version_is_known_without_their_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(name: str) -> NoReturn:
        raise metadata.PackageNotFoundError(name)

    told = kernel_folder.compiler_version()
    monkeypatch.setattr(metadata, "version", lost)
    assert kernel_folder.compiler_version() == told == f"{numba.__version__} {llvmlite.__version__}"


def test_kernels_belong_into_the_users_cache_where_nothing_else_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(kernel_folder.CACHE_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert kernel_folder.wished_folder() == tmp_path / "ravine" / "kernels"


def test_a_line_with_something_it_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="a line cannot hold"):
        line("x = [1, 2]")


def test_an_array_of_a_pair_has_the_unit_and_axes_of_its_own() -> None:
    single = momentum_ravine.SIMULATION
    pair = pair_of(single, "momentum")
    for name in ("a_path", "b_loss"):
        assert pair.recording.unit(name) == single.recording.unit(name[2:])
        assert pair.recording.axes(name) == single.recording.axes(name[2:])


def test_a_map_without_an_edge_and_a_run_without_numbers_are_not_claimed_about() -> None:
    assert list(about_map("adamw", np.full((2, 64, 64), math.nan), True)) == []
    assert list(clipped("vanishing-gradients", 1.0, np.full(4, math.nan), np.full(4, math.nan))) == []
    unfinished = next(adamw.gradually(adamw.AdamwParams(steps=64, width=4), 5))
    assert isinstance(unfinished, adamw.AdamwRecording)
    assert not any("map" in claim.applies for claim in adamw.claims(unfinished))


def test_theory_that_leaves_the_range_of_numbers_says_so() -> None:
    cubic = activations.code("gelu")
    grown = variance_by_depth(cubic, 1.0, 100.0, 0.0, 60)
    assert np.isinf(grown[-1])
    assert fixed_point(cubic, 100.0) == math.inf
    assert math.isnan(critical_weight_variance(activations.code("tanh"), 1e9))
    assert math.isnan(correlation_depth_scale(cubic, 100.0))
