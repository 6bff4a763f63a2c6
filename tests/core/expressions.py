"""Texts for the expression door: well-formed ones that Python's own parser understands too, and everything else.

`well_formed()` and `hostile()` are strategies of Hypothesis, `improvised` is a quick source of as many texts as one likes; a
campaign of any length runs them through `check` (see test_expression.py).
"""

import ast
import math
import random

import numpy as np
from hypothesis import strategies as st

from core.expression import words
from core.expression.machine import evaluate
from core.expression.program import Program
from core.expression.reading import read
from core.params import ParamError

NAMES = (*words.VARIABLES, "pi", "e")
CODES = {name: code for names in (words.FUNCTIONS, words.PAIRS) for name, code in names.items()}
POINTS = np.array([0.0, -0.0, 1.0, -1.0, 0.3, -2.7, 1e-300, 1e300, -1e300, math.inf, -math.inf, math.nan])

numbers = st.one_of(
    st.integers(0, 99).map(str),
    st.floats(0.0, 1e6).map(repr),
    st.sampled_from(["0", "2", "2.", ".5", "1e3", "2.5e-3", "1E+2", "007", "1e308", "9"]),
)
spaces = st.sampled_from(["", "", "", " ", "  "])
signs = st.sampled_from(["+", "-", "*", "/", "**"])


def well_formed() -> st.SearchStrategy[str]:
    """Expressions within the limits, written in the common part of this language and Python's."""
    leaves = st.one_of(st.sampled_from(NAMES), numbers.filter(lambda word: word != "007"))

    def extend(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds(lambda a, s, op, t, b: f"{a}{s}{op}{t}{b}", parts, spaces, signs, spaces, parts),
            st.builds(lambda sign, a: f"{sign}{a}", st.sampled_from(["-", "+", "- "]), parts),
            st.builds(lambda a: f"({a})", parts),
            st.builds(lambda name, a: f"{name}({a})", st.sampled_from(sorted(words.FUNCTIONS)), parts),
            st.builds(lambda name, a, b: f"{name}({a}, {b})", st.sampled_from(sorted(words.PAIRS)), parts, parts),
        )

    return st.recursive(leaves, extend, max_leaves=14).filter(lambda text: len(text) <= words.LONGEST)


SNIPPETS = (
    *(
        "__import__('os').system('true')",
        "().__class__.__bases__[0]",
        "x.real",
        "lambda: 0",
        "x if y else 1",
        "[x for x in (1,)]",
    ),
    *("print(x)", "exec('1')", "eval(x)", "open('f')", "x; y", "x = 1", "x := 1", "f'{x}'", '"x"', "'''", "#", "\\", "x # y"),
    *(
        "x\n+y",
        "9**9**9**9",
        "9" * 300,
        "(" * 150,
        "((((" * 40 + "x",
        "-" * 299 + "x",
        "x" + "**x" * 99,
        "1e999",
        "0x10",
        "1_000",
    ),
    *(
        "1j",
        "x y",
        "2x",
        "xy",
        "sin",
        "sin x",
        "sin()",
        "sin(x,y)",
        "min(x)",
        "x**",
        "*x",
        ")",
        "x)",
        "(x",
        "1.2.3",
        "1..2",
        "x,y",
    ),
    *(
        "not x",
        "x and y",
        "x<y",
        "x==y",
        "x@y",
        "x%y",
        "x//y",
        "~x",
        "x!",
        "|x|",
        "√x",
        "x²",
        "𝑥",
        "ｘ",
        "٣",
        "∞",
        "x\x00y",
        "\ud800",
    ),
    *(
        "e" * 300,
        "π",
        "i",
        "None",
        "True",
        "globals()",
        "x[0]",
        "{}",
        "...",
        "..",
        ".",
        "",
        " ",
        "+" * 200,
        "sin(" * 75,
        "max(" * 60,
    ),
    *("x/0", "log(0)", "0**0", "0**-1"),
)

TOKENS = (
    *words.FUNCTIONS, *words.PAIRS, *NAMES, *words.OPERATORS, *words.SPELLINGS, *"(((())))) ,,;=._", "1", "2.5", "1e3", " ",
    "z", "foo", "0", "e5", "π", "²", "\t", "\x1b", "é",
)  # fmt: skip


def hostile() -> st.SearchStrategy[str]:
    """Texts that are mostly no expressions: any characters, pieces of programs, and expressions with something done to them."""
    alphabet = st.one_of(st.sampled_from(list("xye01259.+-*/^(), sincotaexplgqrbhmdw_='\"[]{}<>!@#;:\\\n\t")), st.characters())
    broken = st.builds(
        lambda text, at, piece, gone: text[: at % (len(text) + 1)] + piece + text[at % (len(text) + 1) + gone :],
        well_formed(),
        st.integers(0, 300),
        st.one_of(st.sampled_from(SNIPPETS), st.text(alphabet, max_size=3)),
        st.integers(0, 4),
    )
    joined = st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=4).map("".join)
    return st.one_of(st.text(alphabet, max_size=40), st.text(alphabet, max_size=400), broken, joined)


def improvised(rng: random.Random) -> str:
    """A text of tokens in any order, or a well-formed one with a piece replaced: thousands of them in a second."""
    if rng.random() < 0.4:
        return "".join(rng.choice(TOKENS) for _ in range(rng.randrange(1, 30)))
    text = _grown(rng, rng.randrange(5))
    if rng.random() < 0.5:
        start = rng.randrange(len(text) + 1)
        text = text[:start] + rng.choice((*TOKENS, *SNIPPETS)) + text[start + rng.randrange(4) :]
    return text


def _grown(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice((*NAMES, str(rng.randrange(100)), f"{rng.random():.3g}"))
    kind = rng.randrange(6)
    if kind == 0:
        return f"{rng.choice(sorted(words.FUNCTIONS))}({_grown(rng, depth - 1)})"
    if kind == 1:
        return f"{rng.choice(sorted(words.PAIRS))}({_grown(rng, depth - 1)}, {_grown(rng, depth - 1)})"
    if kind == 2:
        return f"-{_grown(rng, depth - 1)}"
    if kind == 3:
        return f"({_grown(rng, depth - 1)})"
    return f"{_grown(rng, depth - 1)} {rng.choice(sorted(words.OPERATORS))} {_grown(rng, depth - 1)}"


def check(text: str) -> Program | None:
    """Read `text`; a refusal must be one sentence with a place in it, a program within its limits and harmless to run."""
    program = _read(text)
    if isinstance(program, ParamError):
        assert program.at is not None
        assert 0 <= program.at <= len(text)
        assert str(program).isprintable()
        assert 0 < len(str(program)) < 250
        return None
    assert 1 <= len(program.codes) <= words.MOST_PARTS
    assert program.depth <= words.MOST_PARTS
    assert set(program.codes.tolist()) <= set(range(words.MAXIMUM + 1))
    assert np.isfinite(program.numbers).all()
    x, y = (np.ascontiguousarray(part) for part in np.stack(np.meshgrid(POINTS, POINTS)).reshape(2, -1))
    out = np.full((3, x.size), 7.25)
    evaluate(program.codes, program.numbers, program.depth, x, y, out[0], out[1], out[2])
    return program


def _read(text: str) -> Program | ParamError:
    try:
        return read(text)
    except ParamError as refusal:
        return refusal


# -- one tree from two parsers -----------------------------------------------------------------------------------------

Tree = tuple[object, ...] | float | str


def tree_of(program: Program) -> Tree:
    """What a program computes, as nested tuples, by carrying it out on names instead of numbers."""
    names = {code: name for name, code in (*CODES.items(), *((sign, code) for sign, code in words.OPERATORS.items()))}
    stack: list[Tree] = []
    for code, number in zip(program.codes.tolist(), program.numbers.tolist(), strict=True):
        if code == words.NUMBER:
            stack.append(number)
        elif code in (words.X, words.Y):
            stack.append("x" if code == words.X else "y")
        elif code == words.NEGATE:
            stack.append(("-", stack.pop()))
        elif code == words.WHOLE_POWER:
            stack.append(("**", stack.pop(), number))
        elif code in words.TAKES_TWO:
            second, first = stack.pop(), stack.pop()
            stack.append((names[code], first, second))
        else:
            stack.append((names[code], stack.pop()))
    (tree,) = stack
    return tree


def tree_by_python(text: str) -> Tree:
    """The same tree from Python's own parser."""
    return _tree(ast.parse(text.strip(), mode="eval").body)


def _tree(node: ast.expr) -> Tree:
    if isinstance(node, ast.Constant):
        assert isinstance(node.value, int | float)
        return float(node.value)
    if isinstance(node, ast.Name):
        return node.id if node.id in ("x", "y") else {"pi": math.pi, "e": math.e}[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = _tree(node.operand)
        if isinstance(node.op, ast.UAdd):
            return inner
        return -inner if isinstance(inner, float) else ("-", inner)
    if isinstance(node, ast.BinOp):
        sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}[type(node.op)]
        return (sign, _tree(node.left), _tree(node.right))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return (node.func.id, *(_tree(argument) for argument in node.args))
