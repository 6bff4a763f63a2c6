"""The simulation of the scene on AdamW: one run, its map in pieces, and what is claimed of it."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest

from core import decay_map
from core.claims import Claim
from core.decay_map import Setting
from core.recording import F64, Outcome
from core.simulations.adamw import SIMULATION, AdamwParams, AdamwRecording, claims, gradually, proofs, setting, simulate
from core.theory.decay import SLOPES


@pytest.fixture(scope="module")
def usual() -> AdamwRecording:
    return simulate(AdamwParams(), 1)


def recordings(params: AdamwParams, seed: int) -> Iterator[AdamwRecording]:
    return (piece for piece in gradually(params, seed) if isinstance(piece, AdamwRecording))


def test_the_marked_nets_are_the_maps_own(usual: AdamwRecording) -> None:
    """A click on a cell sets η and λ: what is then shown is the very training whose test loss the cell has."""
    for method, (row, column) in itertools.product(range(2), [(3, 12), (9, 9), (14, 5)]):
        rate, decay = float(usual.rates[column]), float(usual.map_decays[row])
        params = AdamwParams(learning_rate=rate, weight_decay=decay / rate if method else decay)
        shown = simulate(params, 1)
        assert float(decay_map.tail(shown.test_loss[method])) == float(usual.map_loss[method, row, column])
        assert shown.map_loss.tobytes() == usual.map_loss.tobytes()


def test_cells_beyond_the_range_of_float64_are_told_from_those_not_yet_trained(usual: AdamwRecording) -> None:
    lost = np.isnan(usual.map_loss)
    assert usual.share_known == 1.0
    assert lost[1, -1].all(), "ηλ = 10: |1 − ηλ| = 9 a step"
    assert not lost[0].any(), "Adam's steps are bounded"
    assert (usual.map_steps[lost] < usual.params.steps).all()
    assert (usual.map_steps[~lost] == usual.params.steps).all()


def test_a_run_shows_its_weights_at_once_and_then_the_map_from_coarse_to_fine() -> None:
    params = AdamwParams(resolution="32", steps=64, width=3)
    decay_map.kept.cache_clear()
    shown = list(recordings(params, 4))
    shares = [one.share_known for one in shown]
    assert len(shown) > 4
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    first, second, last = shown[0], shown[1], shown[-1]
    coarse = second.map_steps[:, :: decay_map.COARSE, :: decay_map.COARSE]
    assert np.isfinite(coarse).all(), "the first picture of the map has a cell in every part of it"
    known = np.isfinite(second.map_steps)
    assert second.map_loss[known].tobytes() == last.map_loss[known].tobytes()
    for name in ("weight", "left", "test_loss", "theta"):
        assert first.arrays()[name].tobytes() == last.arrays()[name].tobytes()


def test_a_map_that_was_left_goes_on_where_it_stopped_and_a_finished_one_is_there_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    params = AdamwParams(resolution="32", steps=64, width=3, noise=1.1)
    chosen = setting(params, 4)
    trained: list[int] = []
    train_piece = decay_map._train_piece

    def counted(chosen: Setting, side: int, number: int) -> tuple[F64, F64]:
        trained.append(number)
        return train_piece(chosen, side, number)

    monkeypatch.setattr(decay_map, "_train_piece", counted)
    decay_map.kept.cache_clear()
    for _ in gradually(params, 4):
        if len(trained) == 10:
            break
    other = params.replace(learning_rate=0.02, weight_decay=0.7, show="map", axis="pytorch", quiet=0.5)
    first = next(recordings(other, 4))
    assert trained == list(range(10))
    assert first.share_known == pytest.approx(10 * chosen.cells / 32**2)
    simulate(params, 4)
    assert trained == list(range(decay_map.pieces(chosen, 32)))
    assert [type(piece) for piece in gradually(other, 4)] == [AdamwRecording]
    assert len(trained) == decay_map.pieces(chosen, 32)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"weight_decay": 0.001},
        {"weight_decay": 3.0, "loud": 50.0},
        {"learning_rate": 0.1, "weight_decay": 0.01},
        {"learning_rate": 1e-4, "weight_decay": 100.0},
        {"learning_rate": 1e-4, "weight_decay": 1e-5},
        {"learning_rate": 1.0, "weight_decay": 1e5},
        {"normalized": False, "learning_rate": 0.03, "weight_decay": 0.003},
    ],
    ids=str,
)
def test_claims_hold_wherever_they_are_made(values: dict[str, float]) -> None:
    recording = simulate(AdamwParams.from_mapping(values), 2)
    made = list(claims(recording))
    assert all(claim.holds for claim in made), [(c.name, c.predicted, c.measured) for c in made if not c.holds]
    if values.get("weight_decay") != 1e5:
        assert any("keep (1−ηλ)^T alike" in claim.name for claim in made)


def test_beyond_two_per_step_nothing_is_claimed_of_adamw_and_the_run_says_where_it_ended() -> None:
    recording = simulate(AdamwParams(learning_rate=1.0, weight_decay=100.0, steps=64, width=4), 0)
    assert recording.endings[1].outcome is Outcome.COMPLETED or recording.endings[1].failed
    assert not any(claim.name.startswith("AdamW") and "(1−ηλ)" in claim.name for claim in claims(recording))
    wild = simulate(AdamwParams(learning_rate=1.0, weight_decay=1e5, steps=64, width=4), 0)
    assert wild.endings[1].failed
    assert not wild.endings[0].failed
    assert np.isnan(wild.test_loss[1, -1])
    assert np.isnan(wild.weight[1, :, -1]).all()


def test_a_fine_map_of_a_normalized_net_is_held_against_theory(usual: AdamwRecording) -> None:
    fine = list(claims(simulate(AdamwParams(resolution="32"), 1)))
    edges = [claim for claim in fine if "slope" in claim.name]
    assert [claim.predicted for claim in edges] == [-2.0, 0.0]
    assert all(claim.holds for claim in edges)
    assert edges[0].measured < -1.5
    assert not any("slope" in claim.name for claim in claims(usual)), "cells of a quarter of a decade are too coarse for that"


def named(made: list[Claim], phrase: str) -> Claim:
    return next(claim for claim in made if phrase in claim.name)


def test_the_proofs_have_the_numbers_of_the_papers() -> None:
    made = list(proofs())
    assert all(claim.holds and claim.scene == "adamw" for claim in made)
    assert len({claim.name for claim in made}) == len(made)
    assert named(made, "leaves (1−ηλ)^T of a weight, λ = 1").measured == pytest.approx(0.81791, abs=5e-6)
    for decay in ("0.0001", "0.01", "1"):
        assert named(made, f"whatever λ is, λ = {decay}").measured == pytest.approx(0.8027, abs=5e-5)
    for normalized, kind in ((True, "normalized"), (False, "plain")):
        slopes = [named(made, f"{name}, {kind} net, two").measured for name in ("Adam + L2", "AdamW")]
        assert all(abs(found - said) < 0.5 for found, said in zip(slopes, SLOPES[normalized], strict=True))


def test_the_slopes_of_the_maps_tell_the_methods_apart() -> None:
    """Not only near their predictions, but far from each other's."""
    made = list(proofs())
    for kind, gap in (("normalized", -1.3), ("plain", -0.5)):
        l2, w = (named(made, f"{name}, {kind} net, two").measured for name in ("Adam + L2", "AdamW"))
        assert l2 - w < gap


def test_knows_its_frames_and_looks(usual: AdamwRecording) -> None:
    assert usual.last == 320
    assert usual.look(0) == 0
    assert usual.look(usual.last) * usual.stride <= usual.last
    odd = simulate(AdamwParams(steps=101, width=3), 0)
    assert odd.look(odd.last) == odd.test_loss.shape[1] - 1
    assert math.isfinite(odd.test_loss[0, -1])
    assert SIMULATION.recording.lengths(odd.params)["look"] == odd.test_loss.shape[1]
