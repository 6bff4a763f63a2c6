"""What `ravine verify` prints: every experiment bears out its prediction, says why, and gives the same numbers each time."""

import importlib
import itertools
import math
import pkgutil

import pytest

import core.proofs
from core.claims import Claim
from core.simulation import Simulation

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(core.proofs.__path__, "core.proofs.")
    if hasattr(importlib.import_module(module.name), "proofs")
)


def claims_of(module: str) -> list[Claim]:
    return list(importlib.import_module(module).proofs())


@pytest.fixture(scope="module")
def everything() -> dict[str, list[Claim]]:
    return {module: claims_of(module) for module in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_every_claim_holds_and_gives_its_reasons(module: str, everything: dict[str, list[Claim]]) -> None:
    claims = everything[module]
    assert claims
    for claim in claims:
        assert claim.holds, f"{claim.name}: {claim.measured} against {claim.predicted}, error {claim.error}"
        assert claim.source
        assert len(claim.because) > 5, claim.name
        assert math.isfinite(claim.tolerance)


@pytest.mark.parametrize("module", MODULES)
def test_a_file_lists_the_scenes_it_speaks_for(module: str, everything: dict[str, list[Claim]]) -> None:
    assert set(importlib.import_module(module).SCENES) == {claim.scene for claim in everything[module]}


def test_no_claim_is_made_twice(everything: dict[str, list[Claim]]) -> None:
    names = [(claim.scene, claim.name) for claim in itertools.chain.from_iterable(everything.values())]
    assert len(set(names)) == len(names)


def test_no_file_of_proofs_is_printed_by_a_simulation_as_well() -> None:
    for module in MODULES:
        name = module.removeprefix("core.proofs.")
        for simulation in pkgutil.walk_packages(importlib.import_module("core.simulations").__path__, "core.simulations."):
            offered = getattr(importlib.import_module(simulation.name), "SIMULATION", None)
            if isinstance(offered, Simulation):
                assert offered.proofs is not importlib.import_module(module).proofs, f"{name} and {offered.slug}"


@pytest.mark.parametrize("module", [name for name in MODULES if name.endswith(("softmax", "batchnorm"))])
def test_the_same_numbers_every_time(module: str, everything: dict[str, list[Claim]]) -> None:
    assert claims_of(module) == everything[module]


@pytest.mark.parametrize(
    "phrase",
    [
        "settles at 2/η, η = 0.05",
        "settles at 2/η, η = 0.4",
        "He + relu: E[a²] changes by 1 a layer",
        "Xavier + relu: E[a²] changes by 0.5 a layer",
        "depth scale −1/ln χ₁",
        "a batch of two comes out as ±d",
        "learn a mode of strength 3",
        "GELU's tanh form",
        "residual stream's mean square grows to 1 + L/2, L = 48",
        "filter-normalized direction costs the same",
        "(born dead): at most",
        "with 40 features, as many as examples",
        "collapses to p − y",
        "loss at equal logits is ln K",
        "mistakes, at most (R/γ)²",
        "equal one affine map",
        "RMSNorm does notice 3 added",
        "any bias before BatchNorm",
        "Σ dx = 0",
    ],
)
def test_the_claims_that_were_promised_are_made(phrase: str, everything: dict[str, list[Claim]]) -> None:
    assert any(phrase in claim.name for claim in itertools.chain.from_iterable(everything.values()))
