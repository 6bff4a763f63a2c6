"""Every simulation there is, found by walking the package, without importing anything of Qt."""

import contextlib
import importlib
import pkgutil
from functools import cache
from typing import Any

import core.simulations
from core.simulation import Simulation


@cache
def survey() -> tuple[dict[str, Simulation[Any, Any]], dict[str, Exception]]:
    """Simulations by slug, sorted: the `SIMULATION` of every module of `core.simulations`; and why modules failed."""
    found: list[Simulation[Any, Any]] = []
    broken: dict[str, Exception] = {}
    for module in pkgutil.walk_packages(core.simulations.__path__, "core.simulations."):
        try:
            offered = getattr(importlib.import_module(module.name), "SIMULATION", None)
        except Exception as error:  # the others still work
            broken[module.name] = error
            continue
        if isinstance(offered, Simulation):
            found.append(offered)
    return {simulation.slug: simulation for simulation in sorted(found, key=lambda simulation: simulation.slug)}, broken


def alone(slug: str) -> Simulation[Any, Any] | None:
    """The simulation with this slug by its file's name, without importing any other; None if there is none, or it is broken."""
    name = f"core.simulations.{slug.replace('-', '_')}"
    with contextlib.suppress(Exception):
        offered = getattr(importlib.import_module(name), "SIMULATION", None)
        if isinstance(offered, Simulation) and offered.slug == slug:
            return offered
    return None


def all_simulations() -> dict[str, Simulation[Any, Any]]:
    """Every simulation by slug; what kept a module from being imported is raised."""
    found, broken = survey()
    for error in broken.values():
        raise error
    return found
