"""Lines: assignments in NumPy's notation that run one after the other, each on the names there are by then.

The text that is shown is the text that runs: Python's own grammar reads it, and `run` walks the tree, so a line cannot say
one thing and do another. What a line may hold: names, numbers, + − × ÷ and unary minus, a power with a whole exponent,
`np.sqrt`, `np.zeros`, a choice `a if b <= c else d`, several values for several names, and functions that whoever runs it
knows by name. Nothing else is reachable from a line: no attribute, no import, no call of anything else.

Every operation is that of IEEE 754 on float64, entry by entry, in the order in which Python reads the text. The power bⁿ is
b·b·…·b from the left: the very product that a loop which multiplies once per update keeps, where the system's `pow` may
differ in the last bit.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.recording import F64

Value = float | F64
Functions = Mapping[str, Callable[[Value], Value]]

_OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Line:
    """One assignment. text: as it is shown; targets: the names it writes; reads: those it needs, in order of appearance."""

    text: str
    targets: tuple[str, ...]
    reads: tuple[str, ...]
    tree: ast.expr = field(repr=False, compare=False)

    def run(self, names: Mapping[str, Value], functions: Functions) -> dict[str, Value]:
        """What the line writes, from the values that `names` have before it; nothing is changed."""
        if len(self.targets) == 1:
            return {self.targets[0]: _value(self.tree, names, functions)}
        assert isinstance(self.tree, ast.Tuple)
        values = [_value(part, names, functions) for part in self.tree.elts]
        return dict(zip(self.targets, values, strict=True))


def line(text: str) -> Line:
    """The line that `text` spells, or a `ValueError` that names what it may not hold."""
    body = ast.parse(text).body
    if len(body) != 1 or not isinstance(body[0], ast.Assign) or len(body[0].targets) != 1:
        raise ValueError(f"{text!r} is not one assignment")
    target, tree = body[0].targets[0], body[0].value
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    targets = tuple(part.id for part in parts if isinstance(part, ast.Name))
    given = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    if len(targets) != len(parts) or len(given) != len(parts):
        raise ValueError(f"{text!r} does not give each name one value")
    reads: list[str] = []
    for part in given:
        _check(part, reads)
    return Line(text, targets, tuple(dict.fromkeys(reads)), tree)


def power(base: Value, exponent: Value) -> Value:
    """base·base·…·base, `exponent` times, multiplied from the left; 1 for none. The exponent is a whole number."""
    product: Value = 1.0
    for _ in range(int(exponent)):
        product = product * base
    return product


def _check(node: ast.expr, reads: list[str]) -> None:
    """Add the names that an expression reads; a `ValueError` where it holds what no line may hold."""
    match node:
        case ast.Constant(value=int() | float()):
            return
        case ast.Name(id=name):
            reads.append(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            _check(inner, reads)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow(), right=right):
            _check(left, reads)
            _check(right, reads)
        case ast.IfExp(test=ast.Compare(left=left, ops=[ast.LtE()], comparators=[right]), body=body, orelse=orelse):
            for part in (body, left, right, orelse):
                _check(part, reads)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="sqrt" | "zeros"), args=[inner], keywords=[]):
            _check(inner, reads)
        case ast.Call(func=ast.Name(), args=[inner], keywords=[]):
            _check(inner, reads)
        case _:
            raise ValueError(f"a line cannot hold {ast.unparse(node)!r}")


def _value(node: ast.expr, names: Mapping[str, Value], functions: Functions) -> Value:
    """The value of an expression that `_check` has let through."""
    match node:
        case ast.Name(id=name):
            return names[name]
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _value(left, names, functions), _value(right, names, functions)
            return power(one, other) if isinstance(op, ast.Pow) else _OPERATORS[type(op)](one, other)
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Call(func=ast.Name(id=name), args=[inner]):
            return functions[name](_value(inner, names, functions))
        case ast.Call(func=ast.Attribute(attr="sqrt"), args=[inner]):
            root: Value = np.sqrt(_value(inner, names, functions))
            return root
        case ast.Call(func=ast.Attribute(attr="zeros"), args=[inner]):
            return np.zeros(int(_value(inner, names, functions)))
        case ast.IfExp(test=ast.Compare(left=left, comparators=[right]), body=body, orelse=orelse):
            met = bool(_value(left, names, functions) <= _value(right, names, functions))
            return _value(body if met else orelse, names, functions)
    assert isinstance(node, ast.UnaryOp)  # nothing else is left that a line may hold
    return -_value(node.operand, names, functions)
