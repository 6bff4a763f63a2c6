"""Claims: everything theory says about the simulations, gathered from all that offer `proofs()`."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import core.proofs
from app import simulations
from app.failure import UsageError
from core.claims import Claim

Progress = Callable[[float, float, str], None]


@dataclass(frozen=True)
class Source:
    """Something that offers proofs: its name, and the scenes its claims are about."""

    name: str
    scenes: tuple[str, ...]
    proofs: Callable[[], Iterable[Claim]]


def sources() -> list[Source]:
    """Each simulation, and each module of `core.proofs` that offers `proofs` for the scenes it lists in `SCENES`."""
    found = [Source(slug, (slug,), simulation.proofs) for slug, simulation in simulations.all_simulations().items()]
    for info in pkgutil.walk_packages(core.proofs.__path__, "core.proofs."):
        module = importlib.import_module(info.name)
        if hasattr(module, "proofs"):
            found.append(Source(info.name.removeprefix("core.proofs."), module.SCENES, module.proofs))
    return found


def gather(slugs: Sequence[str], progress: Progress) -> list[Claim]:
    """The claims about the scenes called `slugs`, or all of them; an unknown slug is a `UsageError`."""
    everything = sources()
    known = {scene for source in everything for scene in source.scenes}
    for slug in slugs:
        if slug not in known:
            raise UsageError(f"there is no scene called {slug!r}; `ravine list` shows them all")
    asked = [source for source in everything if not slugs or set(source.scenes) & set(slugs)]
    claims: list[Claim] = []
    for number, source in enumerate(asked):
        progress(number, len(asked), source.name)
        claims += _named(source.name, source.proofs)
    progress(len(asked), len(asked), "")
    return [
        claim for claim in claims if not slugs or claim.scene in slugs or claim.scene not in known
    ]  # a source that broke off is named by itself


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
