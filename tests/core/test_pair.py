"""Pairs of runs: two runs of one simulation that differ in one knob, as one simulation."""

import numpy as np
import pytest

from core.pair import PairParams, PairRecording, pair_of
from core.params import ParamError
from core.recording import Recording
from core.simulation import Simulation
from core.simulations import momentum_ravine, norm_axes

SINGLE = momentum_ravine.SIMULATION


def pair(name: str = "momentum") -> Simulation[PairParams, PairRecording]:
    return pair_of(SINGLE, name)


def test_a_pair_has_every_knob_and_one_more_beside_the_one_that_differs() -> None:
    names = [knob.name for knob in pair().params.knobs()]
    assert [name for name in names if name != "b_momentum"] == [knob.name for knob in SINGLE.params.knobs()]
    assert names.index("b_momentum") == names.index("momentum") + 1
    own, other = pair().params.knob("momentum"), pair().params.knob("b_momentum")
    assert (other.low, other.high, other.scale, other.default) == (own.low, own.high, own.scale, own.default)
    with pytest.raises(ParamError, match=r"b_momentum: 2 is outside its range \(0 to 0.999\)"):
        pair().params.parse(["b_momentum=2"])


def test_both_runs_are_those_of_the_simulation_itself() -> None:
    params = pair().params.from_mapping({"momentum": 0.3, "b_momentum": 0.9, "noise": 2.0, "steps": 30})
    both = pair().simulate(params, 5)
    for run, momentum in ((both.first, 0.3), (both.second, 0.9)):
        alone = SINGLE.simulate(SINGLE.params.from_mapping({"momentum": momentum, "noise": 2.0, "steps": 30}), 5)
        assert run.params == alone.params
        assert all(np.array_equal(run.arrays()[name], values, equal_nan=True) for name, values in alone.arrays().items())
    assert set(both.arrays()) == {f"{side}_{name}" for side in "ab" for name in both.first.arrays()}
    assert type(both).axes("b_path") == ("method", "step", "coordinate")
    assert len(both.endings) == 6
    assert both.meta()["b"]["params"]["momentum"] == 0.9
    assert type(both).size(params) == 2 * SINGLE.recording.size(both.first.params)


def test_the_longer_run_says_how_many_frames_there_are() -> None:
    steps = pair("steps")
    both = steps.simulate(steps.params.from_mapping({"steps": 10, "b_steps": 25}), 0)
    assert (both.first.last, both.second.last, both.last) == (10, 25, 25)


def test_claims_are_made_of_both_by_name() -> None:
    both = pair().simulate(pair().params.from_mapping({"b_momentum": 0.8}), 0)
    claims = list(pair().claims(both))
    assert {claim.name[:3] for claim in claims} == {"A: ", "B: "}
    assert {claim.scene for claim in claims} == {"momentum-ravine+momentum"}
    assert all(claim.holds for claim in claims)


def test_a_view_is_the_same_for_both_and_simulates_nothing() -> None:
    groups = pair_of(norm_axes.SIMULATION, "groups")
    both = groups.simulate(groups.params(), 0)
    turned = both.with_params(both.params.replace(azimuth=50.0))
    assert turned.first.params.values()["azimuth"] == turned.second.params.values()["azimuth"] == 50.0
    assert turned.first.arrays()["x"] is both.first.arrays()["x"]
    with pytest.raises(ParamError, match="azimuth: it chooses what is shown"):
        pair_of(norm_axes.SIMULATION, "azimuth")
    with pytest.raises(ParamError, match="nothing: no such knob"):
        pair_of(norm_axes.SIMULATION, "nothing")


def test_a_pair_runs_in_pieces_too() -> None:
    pieces = list(pair().work(pair().params(), 0))
    assert isinstance(pieces[-1], Recording)
    assert pair() is pair(), "asked for again, it is the same one"
