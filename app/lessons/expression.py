"""Expression: what a lesson may say about the numbers of a run, e.g. `loss[momentum, last] < 1e-3 * loss[sgd, last]`.

It is parsed into Python's syntax tree and kept only if every node is on the list below; nothing is ever handed to `eval`.
Its length and depth are bounded, and all numbers are float64, so that no text can keep the program busy.
"""

import ast
import warnings
from dataclasses import dataclass, field

LONGEST = 300  # characters
DEEPEST = 24  # levels

FUNCTIONS = ("abs", "sqrt", "log10", "min", "max", "mean", "sum", "first", "all", "any")
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


class LessonError(ValueError):
    """What is wrong with something a person wrote in a lesson, in one sentence that goes on after its key."""


@dataclass(frozen=True)
class Expression:
    """A text and its checked tree. Equal texts are equal expressions."""

    text: str
    tree: ast.expr = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.text

    def free(self) -> list[str]:
        """Every name that stands for something of the run, those within an index left out: there it may be an entry's."""
        found: list[str] = []
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name):
                found.append(node.id)
            elif isinstance(node, ast.Subscript):
                waiting.append(node.value)
            elif isinstance(node, ast.Call):
                waiting += node.args
            else:
                waiting += ast.iter_child_nodes(node)
        return found[::-1]

    @property
    def judges(self) -> bool:
        """Whether it is true or false, rather than a number."""
        tree = self.tree
        named = isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in ("all", "any")
        return isinstance(tree, ast.Compare) or named


def parse(text: str) -> Expression:
    """`text` as an expression, or a `LessonError` that says what is wrong with it."""
    text = text.strip()
    if len(text) > LONGEST:
        raise LessonError(f"{shown(text)} is longer than {LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice about its own syntax
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise LessonError(f"{shown(text)} is not an expression") from None
    _check(tree, 0, text)
    return Expression(text, tree)


def number(value: float) -> Expression:
    """A plain number as an expression."""
    return Expression(f"{value:g}" if value != int(value) else str(int(value)), ast.Constant(value))


def shown(text: str) -> str:
    """`text` quoted for an error sentence, cut so that the sentence stays one line."""
    quoted = repr(text)
    return quoted if len(quoted) <= 80 else quoted[:77] + "..."


def _check(node: ast.AST, depth: int, text: str) -> None:
    """Refuse every node that is not allowed."""
    if depth > DEEPEST:
        raise LessonError(f"{shown(text)} is nested too deeply")
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float | str):
            raise LessonError(f"{shown(text)}: {node.value!r} is neither a number nor a name")
        return
    if isinstance(node, ast.Name):
        return
    for part in _parts(node, text):
        _check(part, depth + 1, text)


def _parts(node: ast.AST, text: str) -> list[ast.expr]:
    """What an allowed node is made of."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, OPERATORS):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return [node.operand]
    if isinstance(node, ast.Compare) and all(type(op) in COMPARISONS for op in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise LessonError(f"{shown(text)}: the functions are {', '.join(FUNCTIONS)}")
        if not node.keywords and not any(isinstance(part, ast.Starred) for part in node.args):
            return node.args
    if isinstance(node, ast.Subscript):
        if not isinstance(node.value, ast.Name):
            raise LessonError(f"{shown(text)}: only a name takes an index")
        return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if isinstance(node, ast.Slice) and node.step is None:
        return [end for end in (node.lower, node.upper) if end is not None]
    part = ast.get_source_segment(text, node) or text
    raise LessonError(f"{shown(text)}: {shown(part)} means nothing here")
