"""Runs that several tests look at: each is simulated once in a process. Nobody can change a recording."""

from typing import Any

from core.params import Params, Value
from core.recording import Recording
from scenes.scene import Scene

KEPT = 16  # runs at a time
_runs: dict[tuple[type[Scene[Any, Any]], Params], Recording] = {}


def recorded(scene: type[Scene[Any, Any]], /, **values: Value) -> Recording:
    """The run of a scene with these knobs, the rest at their defaults, and seed 1."""
    params = scene.simulation.params.from_mapping(values)
    run = _runs.pop((scene, params), None) or scene.simulation.simulate(params, 1)
    _runs[scene, params] = run  # the latest stands last
    if len(_runs) > KEPT:
        del _runs[next(iter(_runs))]
    return run
