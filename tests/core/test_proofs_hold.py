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


@pytest.mark.parametrize("module", [name for name in MODULES if name.endswith(("adam", "softmax", "batchnorm"))])
def test_the_same_numbers_every_time(module: str, everything: dict[str, list[Claim]]) -> None:
    assert claims_of(module) == everything[module]
