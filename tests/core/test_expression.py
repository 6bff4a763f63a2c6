"""The expression door: it understands what Python understands of the same texts, refuses all else with its place, and the
machine's values and gradients are those of the mathematics."""

import ast
import math
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings

from core.expression import reading, words
from core.expression.machine import TILE, evaluate
from core.expression.reading import read
from core.params import ParamError
from core.recording import F64
from tests.core.expressions import SNIPPETS, check, hostile, improvised, tree_by_python, tree_of, well_formed


def at(text: str, x: float | F64, y: float | F64) -> tuple[F64, F64, F64]:
    xs, ys = (np.atleast_1d(np.asarray(part, dtype=np.float64)).copy() for part in np.broadcast_arrays(x, y))
    out = np.empty((3, xs.size))
    program = read(text)
    evaluate(program.codes, program.numbers, program.depth, xs, ys, out[0], out[1], out[2])
    return out[0], out[1], out[2]


# -- reading -----------------------------------------------------------------------------------------------------------


@given(well_formed())
@settings(max_examples=200)
def test_it_reads_what_python_reads(text: str) -> None:
    program = check(text)
    if program is None:  # only for being too large: every text of this strategy is well formed
        with pytest.raises(ParamError, match=r"nested too deep|more than 200 parts"):
            read(text)
        return
    assert tree_of(program) == tree_by_python(text)


@given(hostile())
@settings(max_examples=300)
@example("x" + " " * 299)
@example(" " * 10 + "x")
def test_any_text_is_an_expression_or_one_sentence(text: str) -> None:
    check(text)


def test_nothing_in_the_door_can_execute_a_text() -> None:
    for path in Path(reading.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"eval", "exec", "compile", "__import__", "getattr", "globals", "open"}, path.name
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        own = {name for name in imported if name.startswith("core.")}
        assert imported - own <= {"math", "re", "difflib", "dataclasses", "functools", "typing", "numpy"}, path.name


def test_thousands_of_texts() -> None:
    rng = random.Random(0)
    programs = [(text, check(text)) for text in (improvised(rng) for _ in range(4000))]
    understood = [(text, program) for text, program in programs if program is not None]
    assert 800 < len(understood) < 2500  # both kinds were there
    for text, program in understood:
        plain = text.isascii() and text.isprintable() and "^" not in text
        if plain and not re.search(r"(?<![\d.])0\d", text):  # Python writes no whole number with a zero in front
            assert tree_of(program) == tree_by_python(text), text


@pytest.mark.parametrize("text", SNIPPETS)
def test_what_is_no_mathematics_is_refused(text: str) -> None:
    harmless = {"9**9**9**9", "π", "x/0", "log(0)", "0**0", "0**-1", "x\n+y", "x" + "**x" * 99}
    program = check(text)
    assert (program is None) or text in harmless or set(text) <= set("0123456789"), text


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("", 0, "write an expression"),
        ("x + sinn(y)", 4, "no function sinn; did you mean sin?"),
        ("x + z", 4, "no variable z; the variables are x and y"),
        ("2x", 1, "between 2 and x an operator is missing; for a product write *"),
        ("x y", 2, "between x and y an operator is missing"),
        ("xy", 0, "did you mean x*y?"),
        ("(x + 1)(y)", 7, "between ) and ( an operator is missing"),
        ("x(y)", 1, "x is no function; for a product write x*(…)"),
        ("sin x", 0, "sin needs its argument in brackets: sin(x)"),
        ("sin(x, y)", 5, "sin takes one argument"),
        ("min(x)", 5, "min takes two arguments"),
        ("max(x, y, 1)", 8, "max takes two arguments"),
        ("x +", 2, "something is missing after +"),
        ("x + * y", 4, "should stand here after +, not *"),
        ("(x + y", 0, "this bracket is never closed"),
        ("x + y)", 5, "this bracket was never opened"),
        ("1,5 * x", 1, "a comma only stands between"),
        ("x²", 1, "write ² as **2"),
        ("z = x", 2, "there is no = in an expression"),
        ("x.real", 1, ". has no meaning here"),
        ("1.2.3", 3, "1.2. is no number"),
        ("1e999", 0, "1e999 is larger than numbers go"),
        ("[x]", 0, "only round brackets group here"),
        ("ln(x)", 0, "did you mean log?"),
        ("x" + "+x" * 150, 300, "at most 300 characters, and this one has 301"),
        ("1" + "+1" * 149, 199, "more than 200 parts"),
        ("(" * 40 + "x" + ")" * 40, 24, "nested too deep"),
    ],
)
def test_a_refusal_says_what_and_where(text: str, place: int, part: str) -> None:
    with pytest.raises(ParamError) as refusal:
        read(text)
    assert part in str(refusal.value)
    assert refusal.value.at == place
    if text:
        assert f"column {place + 1}:" in str(refusal.value)


def test_a_long_text_is_shown_around_its_fault() -> None:
    with pytest.raises(ParamError) as refusal:
        read("x + " * 30 + "foo + " + "y + " * 20 + "y")
    assert "(column 121: …" in str(refusal.value)
    assert "foo" in str(refusal.value)
    assert len(str(refusal.value)) < 130


def test_the_signs_people_write() -> None:
    assert tree_of(read("x^2 − y·3")) == tree_of(read("x**2 - y*3"))
    assert tree_of(read("2×x÷y")) == tree_of(read("2*x/y"))
    assert tree_of(read("π")) == math.pi
    assert tree_of(read("-x^2")) == ("-", ("**", "x", 2.0))
    assert tree_of(read("2^-x^2")) == ("**", 2.0, ("-", ("**", "x", 2.0)))


def test_whole_exponents_are_products() -> None:
    for text, code in (
        ("x**2", words.WHOLE_POWER),
        ("x**-3", words.WHOLE_POWER),
        ("x**2.5", words.POWER),
        ("x**99", words.POWER),
    ):
        assert read(text).codes[-1] == code


# -- values and gradients ----------------------------------------------------------------------------------------------

GRID = np.linspace(-3.0, 3.0, 1001)
FUNCTIONS: dict[str, tuple[Callable[[F64], F64], Callable[[F64], F64]]] = {
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "tan": (np.tan, lambda x: 1.0 / np.cos(x) ** 2),
    "atan": (np.arctan, lambda x: 1.0 / (1.0 + x * x)),
    "exp": (np.exp, np.exp),
    "log": (np.log, lambda x: 1.0 / x),
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "abs": (np.abs, np.sign),
    "tanh": (np.tanh, lambda x: 1.0 / np.cosh(x) ** 2),
    "sinh": (np.sinh, np.cosh),
    "cosh": (np.cosh, np.sinh),
    "sigmoid": (lambda x: 1.0 / (1.0 + np.exp(-x)), lambda x: 1.0 / (2.0 + np.exp(x) + np.exp(-x))),
    "sign": (np.sign, np.zeros_like),
    "step": (lambda x: np.heaviside(x, 0.5), np.zeros_like),
}


def test_every_function_is_tested() -> None:
    assert set(FUNCTIONS) == set(words.FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_and_its_derivative(name: str) -> None:
    function, slope = FUNCTIONS[name]
    x = np.abs(GRID) + 0.01 if name in ("log", "sqrt") else GRID
    value, d_x, d_y = at(f"{name}(x)", x, 0.0)
    np.testing.assert_allclose(value, function(x), rtol=4e-15, atol=1e-15)
    np.testing.assert_allclose(d_x, slope(x), rtol=4e-13, atol=1e-15)  # tan: numpy's 1/cos² near its pole
    assert (d_y == 0.0).all()
    chained = at(f"{name}(2*x + 3*y)", x / 4.0, x / 6.0)  # the same argument, 2x/4 + 3x/6 = x
    np.testing.assert_allclose(chained[1], 2.0 * slope(x), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(chained[2], 3.0 * slope(x), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "function", "by_x", "by_y"),
    [
        ("x + y", lambda x, y: x + y, lambda x, y: 1.0, lambda x, y: 1.0),
        ("x - y", lambda x, y: x - y, lambda x, y: 1.0, lambda x, y: -1.0),
        ("x * y", lambda x, y: x * y, lambda x, y: y, lambda x, y: x),
        ("x / y", lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2),
        ("-x", lambda x, y: -x, lambda x, y: -1.0, lambda x, y: 0.0),
        ("x**y", lambda x, y: x**y, lambda x, y: y * x ** (y - 1), lambda x, y: x**y * np.log(x)),
        ("x**2", lambda x, y: x**2, lambda x, y: 2 * x, lambda x, y: 0.0),
        ("x**7", lambda x, y: x**7, lambda x, y: 7 * x**6, lambda x, y: 0.0),
        ("x**-3", lambda x, y: x**-3.0, lambda x, y: -3 * x**-4.0, lambda x, y: 0.0),
        ("x**0", lambda x, y: x**0, lambda x, y: 0.0, lambda x, y: 0.0),
        ("x**2.5", lambda x, y: x**2.5, lambda x, y: 2.5 * x**1.5, lambda x, y: 0.0),
        ("x**70", lambda x, y: x**70.0, lambda x, y: 70 * x**69.0, lambda x, y: 0.0),
        ("min(x, y)", np.minimum, lambda x, y: x <= y, lambda x, y: x > y),
        ("max(x, y)", np.maximum, lambda x, y: x >= y, lambda x, y: x < y),
        ("3", lambda x, y: 3.0, lambda x, y: 0.0, lambda x, y: 0.0),
    ],
)  # fmt: skip
def test_an_operation_and_its_derivatives(
    text: str, function: Callable[..., F64], by_x: Callable[..., F64], by_y: Callable[..., F64]
) -> None:
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(0.1, 2.0, 40), np.linspace(0.15, 2.1, 40)))
    value, d_x, d_y = at(text, x, y)
    np.testing.assert_allclose(value, np.broadcast_to(function(x, y), x.shape), rtol=3e-14)
    np.testing.assert_allclose(d_x, np.broadcast_to(by_x(x, y), x.shape), rtol=3e-14, atol=1e-15)
    np.testing.assert_allclose(d_y, np.broadcast_to(by_y(x, y), x.shape), rtol=3e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "x", "value", "slope"),
    [
        ("9**9**9**9", 0.0, math.inf, 0.0),
        ("x**y", -2.0, -8.0, 12.0),  # y is 3: whole powers of negative numbers have a value
        ("x**70", -1.0, 1.0, -70.0),
        ("x**71", -1.0, -1.0, 71.0),
        ("x**0.5", -1.0, math.nan, math.nan),
        ("x**1.5", 0.0, 0.0, 0.0),
        ("0**0", 0.0, 1.0, 0.0),
        ("1/x", 0.0, math.inf, -math.inf),
        ("log(x)", 0.0, -math.inf, math.inf),
        ("log(x)", -1.0, math.nan, -1.0),
        ("sqrt(x**2 + y**2 - 9)", 0.0, 0.0, 0.0),  # the tip of a cone, in a direction in which nothing changes
        ("abs(x)", 0.0, 0.0, 0.0),
        ("sign(x)", 0.0, 0.0, 0.0),
        ("step(x)", 0.0, 0.5, 0.0),
        ("min(x, -x)", 0.0, 0.0, 1.0),
        ("sin(x)", 1e16, math.nan, math.nan),
        ("exp(x)", 1000.0, math.inf, math.inf),
        ("cosh(x)", 710.0, 1.1169973830808557e308, 1.1169973830808557e308),
        ("exp(-x**2)", 1e200, 0.0, 0.0),
    ],
)
def test_the_edges(text: str, x: float, value: float, slope: float) -> None:
    found, d_x, _ = at(text, x, 3.0)
    np.testing.assert_allclose([found[0], d_x[0]], [value, slope], rtol=1e-13)


def test_tiles_do_not_show() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 2 * TILE + 7))
    text = "sin(x*y) + exp(-x**2)/(1 + y**2)**1.5"
    many = np.array(at(text, x, y))
    alone = np.concatenate([np.array(at(text, a, b)) for a, b in zip(x[::97], y[::97], strict=True)], axis=1)
    assert (many[:, ::97] == alone).all()
