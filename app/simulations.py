"""Every simulation there is, found by walking the package, without importing anything of Qt."""

import importlib
import pkgutil
from functools import cache
from typing import Any

import core.simulations
from core.simulation import Simulation


@cache
def all_simulations() -> dict[str, Simulation[Any, Any]]:
    """Simulations by slug, sorted: the `SIMULATION` of every module of `core.simulations`."""
    found: list[Simulation[Any, Any]] = []
    for module in pkgutil.walk_packages(core.simulations.__path__, "core.simulations."):
        offered = getattr(importlib.import_module(module.name), "SIMULATION", None)
        if isinstance(offered, Simulation):
            found.append(offered)
    return {simulation.slug: simulation for simulation in sorted(found, key=lambda simulation: simulation.slug)}
