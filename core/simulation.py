"""Simulation: the two pure functions and the claims that make up one file of `core/simulations/`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.claims import Claim
from core.params import Params
from core.recording import Recording

P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Recording)


@dataclass(frozen=True)
class Simulation(Generic[P, R]):
    """What a file of `core/simulations/` offers, under the name `SIMULATION`.

    slug:     the name on the command line, e.g. "momentum-ravine".
    params:   the class of its parameters.
    simulate: (params, seed) → recording. Pure: same arguments, same bytes.
    claims:   recording → the claims that theory makes about exactly this run (possibly none: out of its range).
    proofs:   () → the claims `ravine verify` prints: experiments chosen so that the theory applies.
    """

    slug: str
    params: type[P]
    simulate: Callable[[P, int], R]
    claims: Callable[[R], Iterable[Claim]]
    proofs: Callable[[], Iterable[Claim]]
