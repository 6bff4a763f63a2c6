"""Stand-ins for kernels: nothing is loaded before the first call, and what Python runs meanwhile has the same bytes."""

import math
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import jit
from core.recording import Recording
from core.simulations import norm_axes
from core.simulations.momentum_ravine import SIMULATION, MomentumRavineParams, interpretable, simulate, suggested
from core.surfaces import NAMES, POLYNOMIALS, sample

ROOT = Path(__file__).resolve().parents[2]


def bytes_of(recording: Recording) -> dict[str, Any]:
    return {name: values.tobytes() for name, values in recording.arrays().items()} | {"meta": repr(recording.meta())}


def test_importing_every_kernel_there_is_loads_no_compiler() -> None:
    program = (
        "import importlib, pkgutil, sys, core\n"
        "names = [m.name for m in pkgutil.walk_packages(core.__path__, 'core.') if m.name != 'core.compiler']\n"
        "for name in names: importlib.import_module(name)\n"
        "print(len(names) > 50, sorted({'numba', 'llvmlite'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "True []", done.stderr


def test_a_kernel_keeps_its_name_its_text_and_what_numba_offers() -> None:
    @jit.kernel
    def halved(x: float) -> float:
        """Half of x."""
        return x / 2.0

    assert (halved.__name__, halved.__doc__) == ("halved", "Half of x.")
    assert halved(3.0) == 1.5
    assert len(halved.signatures) == 1  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        halved.nothing_of_the_kind  # type: ignore[attr-defined]  # noqa: B018


def test_two_threads_that_need_a_kernel_at_once_get_the_same_dispatcher() -> None:
    @jit.inline
    def one(x: float) -> float:
        return x + 1.0

    stand_in: Any = one
    seen: list[Any] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        seen.append(stand_in.dispatcher)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert all(dispatcher is seen[0] for dispatcher in seen)


def test_python_runs_kernels_where_it_is_told_to_and_nowhere_else() -> None:
    ran: list[str] = []

    @jit.kernel
    def spied(x: float) -> float:
        ran.append(threading.current_thread().name)  # no compiler would take this
        return x

    with jit.interpreted():
        assert jit.interpreting()
        assert spied(2.0) == 2.0
        other: list[bool] = []
        thread = threading.Thread(target=lambda: other.append(jit.interpreting()))
        thread.start()
        thread.join()
        assert other == [False]
    assert not jit.interpreting()
    with pytest.raises(ZeroDivisionError), jit.interpreted():
        raise ZeroDivisionError
    assert not jit.interpreting()
    assert len(ran) == 1


def test_kernels_warn_of_nothing_whoever_runs_them() -> None:
    @jit.inline
    def squared(x: np.float64) -> np.float64:
        return x * x

    @jit.kernel
    def fourth(x: np.float64) -> np.float64:
        return squared(squared(x))

    with jit.interpreted():  # warnings are errors in these tests
        assert fourth(np.float64(1e200)) == math.inf


# -- what relies on it: the opening scene, while its kernels are being compiled ------------------------------------------


@st.composite
def settings_of_the_ravine(draw: st.DrawFn) -> MomentumRavineParams:
    surface = draw(st.sampled_from(POLYNOMIALS))
    usual = draw(st.booleans())
    near: dict[str, Any] = dict(suggested(surface)) if usual else {}
    numbers = {
        "condition": st.floats(1.0, 1000.0),
        "rotation": st.floats(0.0, 180.0),
        "learning_rate": st.floats(1e-7, 1.0),
        "momentum": st.floats(0.0, 0.999),
        "noise": st.sampled_from([0.0, 0.0, 1.0, 50.0]),
        "start_x": st.floats(-10.0, 10.0),
        "start_y": st.floats(-10.0, 10.0),
    }
    chosen = {name: draw(values) for name, values in numbers.items() if name not in near}
    return MomentumRavineParams(surface=surface, steps=draw(st.integers(1, 60)), **near, **chosen)


@given(settings_of_the_ravine(), st.sampled_from([0, 1, 2**63 - 1]))
@settings(max_examples=120)
def test_an_interpreted_run_of_the_ravine_has_the_same_bytes(params: MomentumRavineParams, seed: int) -> None:
    assert interpretable(params)
    compiled = bytes_of(simulate(params, seed))
    with jit.interpreted():
        assert bytes_of(simulate(params, seed)) == compiled


@given(
    st.builds(
        norm_axes.NormAxesParams,
        batch=st.integers(1, 6),
        channels=st.integers(1, 4),
        height=st.integers(1, 4),
        width=st.integers(1, 2),
        groups=st.integers(1, 12),
        eps=st.sampled_from([1e-12, 1e-5, 1.0]),
        perturb=st.sampled_from([0.0, 0.5, 5.0]),
    )
)
@settings(max_examples=30)
def test_an_interpreted_tensor_has_the_same_bytes(params: norm_axes.NormAxesParams) -> None:
    assert norm_axes.interpretable(params)
    compiled = bytes_of(norm_axes.simulate(params, 5))
    with jit.interpreted():
        recording = norm_axes.simulate(params, 5)
        assert bytes_of(recording) == compiled
        assert all(claim.holds for claim in norm_axes.claims(recording))


@pytest.mark.parametrize("surface", NAMES)
def test_an_interpreted_surface_has_the_same_bytes(surface: str) -> None:
    fine = surface in POLYNOMIALS  # the others take Python too long for a fine grid
    xs, ys = np.linspace(-9.0, 7.0, 220 if fine else 12), np.linspace(-4.0, 4.0, 110 if fine else 7)
    ends = np.array([-1e200, 0.0, 1e200])  # squares overflow
    for x, y in ((xs, ys), (ends, ends)):
        compiled = sample(surface, x, y, 40.0, 33.0)
        with jit.interpreted():
            assert sample(surface, x, y, 40.0, 33.0).tobytes() == compiled.tobytes()


def test_the_ravine_is_interpreted_only_where_python_is_quick_enough() -> None:
    assert SIMULATION.interpretable is interpretable
    assert interpretable(MomentumRavineParams())
    assert not interpretable(MomentumRavineParams(steps=2000))
    assert not interpretable(MomentumRavineParams(surface="ackley"))


def test_a_tensor_is_interpreted_only_where_python_is_quick_enough() -> None:
    assert norm_axes.SIMULATION.interpretable is norm_axes.interpretable
    assert norm_axes.interpretable(norm_axes.NormAxesParams())
    assert not norm_axes.interpretable(norm_axes.NormAxesParams(batch=8))
    assert not norm_axes.interpretable(norm_axes.NormAxesParams(height=8, width=8))
