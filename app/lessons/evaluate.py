"""Evaluate: what an expression comes to for one recording.

Names stand, in this order, for: an array of the recording; one of its plain facts (`trained`, `measured_rates`); a knob; a
number it works out (`sweep`); `last`, its last frame; `seed`; `outcome` and `ended`, how and at which step each run ended.
What is none of these is a word, to compare with: `outcome[nesterov] == diverged`, `activation == relu`. In a pair of runs
`a_` and `b_` before a name say whose it is: `a_loss[sgd, last] < b_loss[sgd, last]`.

An index is a number from 0, a name where the recording names what lies along the axis (axis `method`, fact `methods`), `last`
for the last entry there, or a range `from:to` without its end. Indices left out at the end take everything.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from app.lessons.expression import Expression, LessonError, shown
from core.pair import SIDES, PairParams, PairRecording
from core.params import Params
from core.recording import Outcome, Recording
from core.simulation import Simulation

Value = float | str | bool | npt.NDArray[Any]


@dataclass(frozen=True)
class Row:
    """Numbers or words under one name, with what is known of their axes: per axis the names along it, or nothing."""

    values: npt.NDArray[Any]
    names: tuple[tuple[str, ...], ...]


def value(expression: Expression, recording: Recording) -> Value:
    """The number, word, truth value, or array of them, that `expression` comes to."""
    with np.errstate(all="ignore"):
        return _Evaluator(recording, expression.text).of(expression.tree)


def number(expression: Expression, recording: Recording) -> float:
    """The single number that `expression` comes to; a `LessonError` if it is none, or not a finite one."""
    found = value(expression, recording)
    if isinstance(found, str | bool) or np.ndim(found) or not np.isfinite(found):
        raise LessonError(f"{shown(expression.text)} is {described(found)}, not a number")
    return float(found)


def frame(expression: Expression, recording: Recording) -> int:
    """The frame of `recording` that `expression` comes to."""
    at = number(expression, recording)
    if at != int(at) or not 0 <= at <= recording.last:
        raise LessonError(f"frame {at:g} is not in this run, which has frames 0 to {recording.last}")
    return int(at)


def truths(expression: Expression, recording: Recording) -> list[bool]:
    """Where a comparison of many numbers is true."""
    return [bool(one) for one in np.ravel(np.asarray(value(expression, recording)))]


def described(found: Value) -> str:
    """A value for an error sentence."""
    if isinstance(found, str | bool):
        return str(found).lower()
    if np.ndim(found):
        return f"an array of {' × '.join(map(str, np.shape(found)))} values"
    return f"{float(found):.6g}"


def unknown(expression: Expression, simulation: Simulation[Any, Any]) -> str:
    """The first name in it that no recording of this simulation can give a meaning to, or nothing."""
    return next((name for name in expression.free() if name not in known(simulation) | words(simulation)), "")


@lru_cache(maxsize=64)
def known(simulation: Simulation[Any, Any]) -> frozenset[str]:
    """Every name that stands for a number of a recording."""
    return frozenset(_names(simulation.recording, simulation.params))


def _names(recording: type[Recording], params: type[Params]) -> set[str]:
    own = {f.name for f in fields(recording)} - {"params", "endings"}
    worked_out = {name for name in dir(recording) if isinstance(getattr(recording, name), property)}
    found = own | worked_out | {knob.name for knob in params.knobs()} | {"outcome", "ended"}
    if issubclass(recording, PairRecording) and issubclass(params, PairParams):
        each = _names(recording.single(), params.single())
        found = (found - {"first", "second"}) | {f"{side}_{name}" for side in SIDES for name in each}
    return found


@lru_cache(maxsize=64)
def words(simulation: Simulation[Any, Any]) -> frozenset[str]:
    """Every word that something of a recording may be equal to."""
    chosen = {word for knob in simulation.params.knobs() for word in knob.choices}
    kind: type[Recording] = simulation.recording
    kind = kind.single() if issubclass(kind, PairRecording) else kind
    listed = {name for f in fields(kind) if isinstance(f.default, tuple) for name in f.default if f.default}
    return frozenset({outcome.name.lower() for outcome in Outcome} | chosen | {n for n in listed if isinstance(n, str)})


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log10": np.log10,
    "mean": np.mean,
    "sum": np.sum,
    "min": np.min,
    "max": np.max,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
OPERATE: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.float_power,
}


class _Evaluator:
    """Walks one tree; `text` is what a person wrote, for the errors, and `last` what the name means here."""

    def __init__(self, recording: Recording, text: str, last: int | None = None) -> None:
        self.recording, self.text = recording, text
        self.last = recording.last if last is None else last

    def fault(self, what: str) -> LessonError:
        return LessonError(f"{shown(self.text)}: {what}")

    def of(self, node: ast.AST) -> Value:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else float(node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            found = self.named(node.id)
            return node.id if found is None else _plain(found.values)
        if isinstance(node, ast.UnaryOp):
            operand = self.numeric(node.operand)
            return _plain(-operand if isinstance(node.op, ast.USub) else operand)
        if isinstance(node, ast.BinOp):
            return self.shaped(OPERATE[type(node.op)], self.numeric(node.left), self.numeric(node.right))
        if isinstance(node, ast.Compare):
            return self.compared(node)
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            return self.called(node.func.id, node.args)
        assert isinstance(node, ast.Subscript)  # `parse` lets nothing else through
        assert isinstance(node.value, ast.Name)
        return self.indexed(node.value.id, node.slice)

    def numeric(self, node: ast.AST) -> Any:
        found = self.of(node)
        if isinstance(found, str) or np.asarray(found).dtype.kind not in "fiu":
            raise self.fault(f"{described(found)} is not a number")
        return np.asarray(found, dtype=np.float64)

    def shaped(self, operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Value:
        try:
            return _plain(operation(left, right))
        except ValueError:
            raise self.fault(f"{described(left)} and {described(right)} do not go together") from None

    def compared(self, node: ast.Compare) -> Value:
        sides = [self.of(side) for side in (node.left, *node.comparators)]
        holds: Any = True
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            wordy = [np.asarray(side).dtype.kind in "U" for side in (left, right)]
            if wordy[0] != wordy[1] or (wordy[0] and not isinstance(operator, ast.Eq | ast.NotEq)):
                raise self.fault(f"{described(left)} and {described(right)} cannot be compared so")
            holds = self.shaped(np.logical_and, holds, self.shaped(COMPARE[type(operator)], left, right))
        return _plain(holds)

    def called(self, name: str, given: list[ast.expr]) -> Value:
        if name in ("min", "max") and len(given) > 1:
            pair = np.minimum if name == "min" else np.maximum
            found = self.numeric(given[0])
            for other in given[1:]:
                found = self.shaped(pair, found, self.numeric(other))
            return _plain(found)
        if len(given) != 1:
            raise self.fault(f"{name} takes one value")
        if name in FUNCTIONS:
            taken = self.numeric(given[0])
            if not taken.size:
                raise self.fault(f"{name} of nothing")
            return _plain(FUNCTIONS[name](taken))
        truths = np.asarray(self.of(given[0]))
        if truths.dtype.kind != "b":
            raise self.fault(f"{name} takes a comparison")
        if name == "first":
            return float(np.argmax(truths)) if truths.ndim == 1 and truths.any() else float("nan")
        return bool(truths.all() if name == "all" else truths.any())

    def indexed(self, name: str, index: ast.expr) -> Value:
        row = self.named(name)
        if row is None or not row.values.ndim:
            raise self.fault(f"{name} takes no index")
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        if len(parts) > row.values.ndim:
            raise self.fault(f"{name} takes {row.values.ndim} {'index' if row.values.ndim == 1 else 'indices'} at most")
        places = [self.place(part, size, names) for part, size, names in zip(parts, row.values.shape, row.names, strict=False)]
        return _plain(row.values[tuple(places)])

    def place(self, part: ast.expr, size: int, names: tuple[str, ...]) -> int | slice:
        if isinstance(part, ast.Slice):
            ends = [self.offset(end, size) if end is not None else None for end in (part.lower, part.upper)]
            return slice(*ends)
        called = part.id if isinstance(part, ast.Name) else part.value if isinstance(part, ast.Constant) else None
        if called in names:
            return names.index(str(called))
        at = self.offset(part, size)
        if at >= size:
            listed = f" ({', '.join(names)})" if names else ""
            raise self.fault(f"there is no entry {at}: they are numbered from 0 to {size - 1}{listed}")
        return at

    def offset(self, node: ast.expr, size: int) -> int:
        """A number that counts entries along an axis of `size`; there `last` is the last entry."""
        found = _Evaluator(self.recording, self.text, size - 1).of(node)
        if isinstance(found, str):
            raise self.fault(f"there is no entry called {found!r}")
        if np.ndim(found) or isinstance(found, bool) or found != np.floor(found) or not 0 <= found < 2**31:
            raise self.fault(f"{described(found)} is not an index")
        return int(found)

    def named(self, name: str) -> Row | None:
        """What a name stands for, or None if it is only a word."""
        recording = self.recording
        if isinstance(recording, PairRecording) and name[1:2] == "_" and name[0] in SIDES:
            run = recording.first if name[0] == SIDES[0] else recording.second
            found = _Evaluator(run, self.text).named(name[2:])
            if found is not None:
                return found
        if name == "last":
            return Row(np.array(float(self.last)), ())
        if name in recording.arrays():
            values = recording.arrays()[name]
            listed = zip((recording.labels(axis) for axis in recording.axes(name)), values.shape, strict=True)
            return Row(values, tuple(names if len(names) == size else () for names, size in listed))
        if name == "outcome":
            return _tupled(tuple(ending.outcome.name.lower() for ending in recording.endings), recording)
        if name == "ended":
            return _tupled(tuple(float(ending.step) for ending in recording.endings), recording)
        if name in ("params", "endings") or name.startswith("_"):
            return None
        if name in {f.name for f in fields(recording)}:
            return _tupled(getattr(recording, name), recording)
        if name in recording.params.values():
            return _tupled(recording.params.values()[name], recording)
        if isinstance(getattr(type(recording), name, None), property):
            return _tupled(getattr(recording, name), recording)
        return None


def _tupled(fact: Any, recording: Recording) -> Row | None:
    """A plain fact as a row. A list of it goes with the names of the one axis that has as many."""
    values = np.asarray(fact)
    if values.dtype.kind not in "fiubU" or values.ndim > 1:
        return None
    if values.dtype.kind in "iu":
        values = values.astype(np.float64)
    axes = {axis for name in recording.arrays() for axis in recording.axes(name)}
    lists = {names for names in (recording.labels(axis) for axis in axes) if len(names) == values.size}
    return Row(values, (lists.pop() if len(lists) == 1 else (),) if values.ndim else ())


def _plain(found: Any) -> Value:
    """A single number, word or truth value as Python has it."""
    if np.ndim(found):
        return np.asarray(found)
    item = np.asarray(found).item()
    return item if isinstance(item, str | bool) else float(item)
