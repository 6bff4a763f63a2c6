"""Recording: what a simulation returns, and what every picture, film, data file and claim reads.

Frozen, its arrays read-only, of fixed length and padded with NaN. A run that diverges is a result, often the lesson,
never an exception: each run carries an `Ending`. Same params and seed: same bytes, on any number of threads.
"""

import enum
import math
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from core.params import Params

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
U8 = npt.NDArray[np.uint8]


class Outcome(enum.Enum):
    """How a run ended, as a sentence with a place for the step."""

    COMPLETED = "Ran all {step} steps."
    CONVERGED = "Converged at step {step}: the loss fell below its target."
    DIVERGED = "Diverged at step {step}: the loss left the range of float64."
    LEFT_DOMAIN = "Left the surface at step {step}: the parameters ran off the region where it is defined."
    STUCK = "Stuck from step {step}: the gradient is zero, so nothing moves."


@dataclass(frozen=True)
class Ending:
    """The outcome of one run and the step at which it was decided."""

    outcome: Outcome
    step: int

    @property
    def failed(self) -> bool:
        """Whether the run broke off: nothing after `step` is a number."""
        return self.outcome in (Outcome.DIVERGED, Outcome.LEFT_DOMAIN)

    def __str__(self) -> str:
        return self.outcome.value.format(step=self.step)


def array(*axes: str, unit: str = "") -> Any:
    """Declare an array field of a recording: the names of its axes in order, and its unit.

    A tidy table writes one column per axis, so `array("method", "step")` is enough to export it.
    """
    return field(metadata={"axes": axes, "unit": unit})


@dataclass(frozen=True, eq=False, kw_only=True)
class Recording:
    """Base of every recording. Subclasses add array fields declared by `array(...)` and plain facts beside them.

    params:  the parameters that were simulated (not those that were asked for, should the two ever differ).
    seed:    key of every random number in it.
    endings: one per run, in the order of the recording's first axis; empty where runs cannot fail.
    """

    params: Params
    seed: int
    endings: tuple[Ending, ...] = ()

    def __post_init__(self) -> None:
        for values in self.arrays().values():
            values.setflags(write=False)

    @property
    def last(self) -> int:
        """The index of the last frame: `draw` takes k = 0 … last."""
        raise NotImplementedError(f"{type(self).__name__} does not say how many frames it has")

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Every array by name, in declaration order."""
        return {f.name: getattr(self, f.name) for f in fields(self) if "axes" in f.metadata}

    @classmethod
    def lengths(cls, params: Any) -> dict[str, int]:
        """How many entries a run with these params has along each axis, by the axes' names, known before it runs.

        An axis that `params` leave empty may have length 0. `params` are those of the subclass.
        """
        raise NotImplementedError(f"{cls.__name__} does not say how long its axes are")

    @classmethod
    def size(cls, params: Any) -> int:
        """How many bytes the arrays of a run with these params take, at 8 bytes for a number."""
        lengths = cls.lengths(params)
        arrays = [f.metadata["axes"] for f in fields(cls) if "axes" in f.metadata]
        return sum(8 * math.prod(lengths[axis] for axis in axes) for axes in arrays)

    @classmethod
    def axes(cls, name: str) -> tuple[str, ...]:
        """The names of the axes of the array called `name`."""
        return tuple(next(f.metadata["axes"] for f in fields(cls) if f.name == name))

    def labels(self, axis: str) -> tuple[str, ...]:
        """What the entries along the axis called `axis` are called: the fact of its name in the plural, or nothing."""
        several = f"{axis[:-1]}ies" if axis.endswith("y") and axis[-2:-1] not in set("aeiou") else f"{axis}s"
        names = getattr(self, several, None)
        return names if isinstance(names, tuple) and all(isinstance(name, str) for name in names) else ()

    @classmethod
    def unit(cls, name: str) -> str:
        """The unit of the array called `name`, empty for a pure number."""
        return str(next(f.metadata["unit"] for f in fields(cls) if f.name == name))

    def with_params(self, params: Any) -> Self:
        """This run under other params, which must differ in views alone."""
        return replace(self, params=params)

    def meta(self) -> dict[str, Any]:
        """Everything that is not an array, ready for JSON: params, seed, outcomes and the recording's own facts."""
        own = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if "axes" not in f.metadata and f.name not in ("params", "seed", "endings")
        }
        return {
            "params": self.params.values(),
            "seed": self.seed,
            "outcomes": [{"outcome": e.outcome.name.lower(), "step": e.step, "sentence": str(e)} for e in self.endings],
            **{name: plain(value) for name, value in own.items()},
        }


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: tuples become lists, numbers that are not finite become their names."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
