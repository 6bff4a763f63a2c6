"""Simulation: the pure functions and the claims that make up one file of `core/simulations/`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.claims import Claim
from core.params import Params
from core.recording import Recording

P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Recording)

Work = Iterator[float | R]


@dataclass(frozen=True)
class Simulation(Generic[P, R]):
    """What a file of `core/simulations/` offers, under the name `SIMULATION`.

    slug:      the name on the command line, e.g. "momentum-ravine".
    params:    the class of its parameters.
    recording: the class of its recordings.
    simulate:  (params, seed) → recording. Pure: same arguments, same bytes.
    claims:    recording → the claims that theory makes about exactly this run (possibly none: out of its range).
    proofs:    () → the claims `ravine verify` prints: experiments chosen so that the theory applies.
    gradually: the same work in pieces of at most a tenth of a second, for runs that may take longer than that: an iterator
               of shares done, 0 to 1, and of recordings that are each worth showing while the rest is worked out (NaN where
               nothing is known yet). The last thing it yields is the whole recording, and `simulate` is
               `finished(gradually(params, seed))`. Whoever iterates may stop at any time.
    interpretable: (params) → whether Python itself may do the run, and draw it, while the kernels are still being compiled:
               it takes a tenth of a second at most, and gives the same bytes (`core.jit.interpreted`). None: never.
    """

    slug: str
    params: type[P]
    recording: type[R]
    simulate: Callable[[P, int], R]
    claims: Callable[[R], Iterable[Claim]]
    proofs: Callable[[], Iterable[Claim]]
    gradually: Callable[[P, int], Work[R]] | None = None
    interpretable: Callable[[P], bool] | None = None

    def work(self, params: P, seed: int) -> Work[R]:
        """The run in pieces, or in one where it is not offered in pieces."""
        if self.gradually is not None:
            yield from self.gradually(params, seed)
        else:
            yield self.simulate(params, seed)


def finished(work: Work[R]) -> R:
    """The last recording that `work` yields: the whole one."""
    done: R | None = None
    for piece in work:
        if isinstance(piece, Recording):
            done = piece
    if done is None:
        raise RuntimeError("the work ended without a recording")
    return done
