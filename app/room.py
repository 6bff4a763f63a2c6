"""Room: how much memory one recording may take; a run that would need more is refused before it begins."""

from typing import Any

from app.failure import UsageError
from core.params import Params
from core.simulation import Simulation

CEILING = 2**30  # bytes


def refuse_too_large(simulation: Simulation[Any, Any], params: Params) -> None:
    """Raise a `UsageError` if the recording of these params would not fit below the ceiling."""
    needed = simulation.recording.size(params)
    if needed > CEILING:
        raise UsageError(
            f"this run would take {needed / 2**30:.1f} GiB of memory, and one run may take {CEILING / 2**30:g}; "
            "turn the knobs down that make it long or large"
        )
