"""Pair: two runs of one simulation, A and B, that differ in one knob alone: same seed, same everything else.

A pair is a simulation like any other, made from the one it doubles, so that whatever takes simulations takes pairs: its
params are A's with one knob more, `b_<name>`, the value that the knob has in B.
"""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, make_dataclass, replace
from typing import Any, Self

import numpy.typing as npt

from core.claims import Claim
from core.params import Knob, ParamError, Params
from core.recording import Recording
from core.simulation import Simulation, finished

AnySimulation = Simulation[Any, Any]
JOINT = "+"  # between the slug of a simulation and the knob of its pair: "momentum-ravine+momentum"
PREFIX = "b_"
SIDES = ("a", "b")


@dataclass(frozen=True, kw_only=True)
class PairParams(Params):
    """Base of the params of every pair: those of A, and B's value of one knob."""

    @classmethod
    def single(cls) -> type[Params]:
        """The params of one run alone."""
        raise NotImplementedError

    @classmethod
    def differing(cls) -> Knob:
        """The knob in which the runs differ, as one run alone has it."""
        raise NotImplementedError

    def sides(self) -> tuple[Params, Params]:
        """The params of A, and of B."""
        values, name = self.values(), self.differing().name
        other = values.pop(PREFIX + name)
        first = self.single().from_mapping(values)
        return first, first.replace(**{name: other})


@dataclass(frozen=True, eq=False, kw_only=True)
class PairRecording(Recording):
    """Both runs. Its arrays are those of A and of B, as `a_<name>` and `b_<name>`; its endings A's and then B's."""

    params: PairParams
    first: Recording
    second: Recording

    @property
    def last(self) -> int:
        """The end of the longer run; the shorter one waits at its own."""
        return max(self.first.last, self.second.last)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Every array by name."""
        runs = zip(SIDES, (self.first, self.second), strict=True)
        return {f"{side}_{name}": values for side, run in runs for name, values in run.arrays().items()}

    def with_params(self, params: Any) -> Self:
        """The same runs under other views."""
        first, second = params.sides()
        return replace(self, params=params, first=self.first.with_params(first), second=self.second.with_params(second))

    def meta(self) -> dict[str, Any]:
        """Everything that is not an array, by side."""
        both = {"params": self.params.values(), "seed": self.seed}
        runs = zip(SIDES, (self.first, self.second), strict=True)
        return both | {side: {k: v for k, v in run.meta().items() if k != "seed"} for side, run in runs}


def pair_of(simulation: AnySimulation, name: str) -> AnySimulation:
    """The pair of `simulation` whose runs differ in the knob called `name`; a `ParamError` if it has none of that name.

    A knob that only chooses a view would give the same run twice, and is refused.
    """
    return _pair_of(simulation, simulation.params.knob(name).name)


@functools.lru_cache(maxsize=64)  # a pair of the same two is the same pair: classes are compared by identity
def _pair_of(simulation: AnySimulation, name: str) -> AnySimulation:
    knob = simulation.params.knob(name)
    if knob.view:
        raise ParamError(f"{name}: it chooses what is shown, so two runs cannot differ in it")
    params = _params_of(simulation.params, knob)

    class OfThisKind(PairRecording):
        """The pair's own class, which knows what its arrays are like."""

        @classmethod
        def axes(cls, name: str) -> tuple[str, ...]:
            """The names of the axes of the array called `name`."""
            single: type[Recording] = simulation.recording
            return single.axes(name[2:])

        @classmethod
        def unit(cls, name: str) -> str:
            """The unit of the array called `name`."""
            single: type[Recording] = simulation.recording
            return single.unit(name[2:])

        @classmethod
        def size(cls, params: PairParams) -> int:
            """Both runs together."""
            return sum(simulation.recording.size(side) for side in params.sides())

    def gradually(params: PairParams, seed: int) -> Iterator[float | PairRecording]:
        runs: list[Recording] = []
        for number, side in enumerate(params.sides()):
            pieces: list[Recording] = []
            for piece in simulation.work(side, seed):
                if isinstance(piece, Recording):
                    pieces = [piece]
                else:
                    yield (number + piece) / 2.0
            runs += pieces
        first, second = runs
        yield OfThisKind(params=params, seed=seed, endings=first.endings + second.endings, first=first, second=second)

    def claims(recording: PairRecording) -> Iterable[Claim]:
        for side, run in (("A", recording.first), ("B", recording.second)):
            for claim in simulation.claims(run):
                yield replace(claim, name=f"{side}: {claim.name}", scene=slug)

    slug, quick = f"{simulation.slug}{JOINT}{name}", simulation.interpretable
    return Simulation(
        slug=slug,
        params=params,
        recording=OfThisKind,
        simulate=lambda params, seed: finished(gradually(params, seed)),
        claims=claims,
        proofs=simulation.proofs,
        gradually=gradually,
        interpretable=None if quick is None else lambda params: all(map(quick, params.sides())),
    )


def _params_of(single: type[Params], knob: Knob) -> type[PairParams]:
    """The class of the pair's params: A's knobs as they are, and B's right after the one that differs."""
    declared: list[Any] = []
    for own in fields(single):
        words = own.metadata["knob"]
        declared.append((own.name, own.type, field(default=own.default, metadata=own.metadata)))
        if own.name == knob.name:
            other = {"knob": {**words, "label": f"{knob.label} in B", "symbol": "", "folded": False}}
            declared.append((PREFIX + own.name, own.type, field(default=own.default, metadata=other)))
    return make_dataclass(
        f"{single.__name__}Pair",
        declared,
        bases=(PairParams,),
        frozen=True,
        kw_only=True,
        namespace={
            "__module__": single.__module__,
            "__doc__": f"{single.__name__} of two runs that differ in {knob.name}.",
            "single": classmethod(lambda cls: single),
            "differing": classmethod(lambda cls: knob),
        },
    )
