"""Claims: everything theory says about the simulations, gathered from all that offer `proofs()`."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence

import core.proofs
from app import simulations
from app.failure import UsageError
from core.claims import Claim

Progress = Callable[[float, float, str], None]


def sources() -> dict[str, Callable[[], Iterable[Claim]]]:
    """What offers proofs, by name: each simulation, and each module of `core.proofs`."""
    found = {slug: simulation.proofs for slug, simulation in simulations.all_simulations().items()}
    for module in pkgutil.walk_packages(core.proofs.__path__, "core.proofs."):
        offered = getattr(importlib.import_module(module.name), "proofs", None)
        if callable(offered):
            found[module.name.removeprefix("core.proofs.")] = offered
    return found


def gather(slugs: Sequence[str], progress: Progress) -> list[Claim]:
    """The claims of the scenes called `slugs`, or all of them; an unknown slug is a `UsageError`."""
    everything = sources()
    known = simulations.all_simulations()
    claims: list[Claim] = []
    # A module of core.proofs speaks for several scenes: it is asked in any case, and what it says is sifted.
    asked = [name for name in everything if not slugs or name in slugs or name not in known]
    for number, name in enumerate(asked):
        progress(number, len(asked), name)
        claims += _named(name, everything[name])
    progress(len(asked), len(asked), "")
    if not slugs:
        return claims
    kept = [claim for claim in claims if claim.scene in slugs]
    silent = [slug for slug in slugs if slug not in known and all(claim.scene != slug for claim in kept)]
    if silent:
        raise UsageError(f"there is no scene called {silent[0]!r}; `ravine list` shows them all")
    return kept


def _named(name: str, proofs: Callable[[], Iterable[Claim]]) -> Iterator[Claim]:
    """The claims of one source; a source that breaks off becomes a claim that does not hold, so the rest is still heard."""
    try:
        yield from proofs()
    except Exception as error:  # whatever it was, "verify" has to end in a verdict
        nan = float("nan")
        why = f"the proof broke off: {type(error).__name__}: {error}"
        yield Claim(
            name=why, scene=name, source="none", predicted=nan, measured=nan, tolerance=0.0, because="no number was reached"
        )
