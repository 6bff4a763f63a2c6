"""The norms of one cube against PyTorch's numbers, NumPy's axes, and what their sets demand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.claims import Claim
from core.normalization.axes import NORMS, batch_shift, nearest_divisor, parts, per_set, set_size, standardize
from core.normalization.sets import set_numbers
from core.proofs import norm_axes as proofs
from core.simulations.norm_axes import NormAxesParams, changed, claims, simulate, tensor

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "norm_axes.npz")
CASES = sorted({key.split("/")[0] for key in REFERENCE.files if key[0].isdigit()})
AXES: dict[str, tuple[int, ...]] = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "token": (1,)}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("norm", NORMS)
def test_equals_pytorch(case: str, norm: str) -> None:
    x, groups, eps = REFERENCE[f"{case}/x"], int(REFERENCE[f"{case}/groups"]), float(REFERENCE[f"{case}/eps"])
    ours = standardize(norm, x, groups, eps).y
    if f"{case}/{norm}" in REFERENCE.files:
        np.testing.assert_allclose(ours, REFERENCE[f"{case}/{norm}"], rtol=1e-10, atol=1e-12)
    else:  # PyTorch refuses sets of one entry
        assert set_size(norm, x.shape, groups) == 1
        assert not ours.any()


def test_the_proofs_quote_the_stored_numbers() -> None:
    assert {norm: float(REFERENCE[f"sum/{norm}"]) for norm in NORMS} == proofs.PYTORCH


@pytest.mark.parametrize(("norm", "axes"), AXES.items())
def test_mean_and_variance_are_those_over_the_axes_of_the_papers(norm: str, axes: tuple[int, ...]) -> None:
    x = tensor((3, 4, 2, 3), 5)
    found = standardize(norm, x, 2, 1e-5)
    np.testing.assert_allclose(found.mean, np.broadcast_to(x.mean(axis=axes, keepdims=True), x.shape), atol=1e-13)
    np.testing.assert_allclose(found.variance, np.broadcast_to(x.var(axis=axes, keepdims=True), x.shape), atol=1e-13)
    np.testing.assert_allclose(found.y, (x - found.mean) / np.sqrt(found.variance + 1e-5), atol=1e-13)


@pytest.mark.parametrize("norm", ["batch", "layer", "instance", "group", "rms"])
def test_parts_cut_the_box_into_the_known_sets(norm: str) -> None:
    shape, groups = (3, 4, 2, 3), 2
    cut = parts(norm, shape, groups)
    numbers = set_numbers(norm, shape, groups).astype(np.float64)
    assert sorted(per_set(numbers, cut).ravel()) == list(range(int(np.prod(cut))))
    back = np.repeat(np.repeat(np.repeat(per_set(numbers, cut), 3 // cut[0], 0), 4 // cut[1], 1), 6 // cut[2], 2)
    np.testing.assert_array_equal(back.reshape(shape), numbers)


def test_a_norm_nobody_knows_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="known: batch, layer"):
        parts("spectral", (1, 2, 3, 4), 1)


@pytest.mark.parametrize(("channels", "groups", "used"), [(6, 4, 3), (6, 5, 6), (7, 3, 1), (12, 5, 4), (1, 12, 1), (9, 9, 9)])
def test_groups_become_the_nearest_divisor(channels: int, groups: int, used: int) -> None:
    assert nearest_divisor(channels, groups) == used
    recording = simulate(NormAxesParams(channels=channels, groups=groups), 1)
    assert recording.meta()["groups_used"] == used
    assert recording.sets[NORMS.index("group")] == recording.x.shape[0] * used


def test_only_batchnorm_moves_other_examples_and_the_formula_knows_by_how_much() -> None:
    plain, touched = simulate(NormAxesParams(), 3), simulate(NormAxesParams(perturb=2.0), 3)
    np.testing.assert_array_equal(touched.x, changed(plain.x, 2.0))
    assert (touched.x[1:] == plain.x[1:]).all()
    for norm, before, after in zip(NORMS, plain.results(), touched.results(), strict=True):
        moved = np.abs(after - before).max(axis=(1, 2, 3))
        np.testing.assert_allclose(touched.moved[NORMS.index(norm)], moved, atol=1e-15)
        assert (moved[1:] > 0.1).all() if norm == "batch" else not moved[1:].any(), norm
    shift = batch_shift(plain.x, touched.x[0], 0, plain.eps)
    np.testing.assert_allclose(shift[1:], (touched.batchnorm - plain.batchnorm)[1:], atol=1e-11)


def test_an_untouched_tensor_is_probed_with_a_change_of_one() -> None:
    plain, by_one = simulate(NormAxesParams(), 3), simulate(NormAxesParams(perturb=1.0), 3)
    assert plain.probe == 1.0
    np.testing.assert_allclose(plain.change, by_one.change, atol=1e-15)


def test_a_larger_tensor_contains_the_smaller_one() -> None:
    np.testing.assert_array_equal(tensor((8, 12, 8, 8), 2)[:3, :5, :2, :4], tensor((3, 5, 2, 4), 2))


def test_epsilon_holds_the_variance_below_one() -> None:
    recording = simulate(NormAxesParams(eps=1.0), 1)
    variance = recording.variance[0]
    np.testing.assert_allclose(recording.batchnorm.var(axis=(0, 2, 3)), (variance / (variance + 1.0))[0, :, 0, 0], rtol=1e-12)


ENDS: list[dict[str, Any]] = [
    {},
    {"perturb": 5.0},
    {"batch": 1},
    {"groups": 1},
    {"groups": 6},
    {"height": 1, "width": 1},
    {"batch": 1, "channels": 1, "height": 1, "width": 1},
    {"batch": 2, "height": 1, "width": 1, "eps": 1e-12, "perturb": 5.0},
    {"batch": 8, "channels": 12, "height": 8, "width": 8, "groups": 5},
]


@pytest.mark.parametrize("values", ENDS, ids=str)
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_claims_hold_everywhere_and_nothing_is_nan(values: dict[str, Any], seed: int) -> None:
    recording = simulate(NormAxesParams(**values), seed)
    broken = [claim for claim in claims(recording) if not claim.holds]
    assert not broken
    for name, array in recording.arrays().items():
        assert np.isfinite(array).all(), name


def broken_by(monkeypatch: pytest.MonkeyPatch, spoil: Any) -> list[Claim]:
    honest = standardize
    monkeypatch.setattr(proofs, "standardize", lambda norm, x, groups, eps: spoil(honest, norm, x, groups, eps))
    return [claim for claim in proofs.prove("norm-axes") if not claim.holds]


def test_proofs_notice_the_wrong_axes_a_wrong_factor_and_a_wrong_epsilon(monkeypatch: pytest.MonkeyPatch) -> None:
    def swapped(honest: Any, norm: str, x: Any, groups: int, eps: float) -> Any:
        return honest({"batch": "layer", "layer": "batch"}.get(norm, norm), x, groups, eps)

    def unbiased(honest: Any, norm: str, x: Any, groups: int, eps: float) -> Any:
        found, size = honest(norm, x, groups, eps), set_size(norm, x.shape, groups)
        return type(found)(found.y * np.sqrt(1.0 - 1.0 / size), found.mean, found.variance)

    assert {"BatchNorm", "LayerNorm"} <= {claim.name.split(":")[0] for claim in broken_by(monkeypatch, swapped)}
    assert broken_by(monkeypatch, unbiased)
    assert broken_by(monkeypatch, lambda honest, norm, x, groups, eps: honest(norm, x, groups, 2.0 * eps))


def test_badges_gather_the_norms_and_keep_the_worst() -> None:
    recording = simulate(NormAxesParams(groups=1), 1)
    names = [claim.name for claim in claims(recording)]
    assert len(names) == len(set(names)) == 5
    good = Claim(name="A: every set has mean 0", scene="s", source="", predicted=0, measured=0.1, tolerance=1, because="")
    bad = Claim(name="B: every set has mean 0", scene="s", source="", predicted=0, measured=2.0, tolerance=1, because="")
    assert [claim.measured for claim in proofs.in_short([good, bad, good])] == [2.0]
