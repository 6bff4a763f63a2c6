"""The line of every key of a TOML file, whatever way it is written in."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.folders import BUNDLED, files
from app.lessons.lines import Key, lines_of

TEXT = '''# a comment with [brackets] and = signs
title = "a \\" # no comment = here"   # but here
"quoted \\u0061.key" = 1
a . b."c d" = 'literal \\' # comment'

text = """
first [[slide]]
second = 2 \\"""
""""  # a quote, then the end
literal = \'\'\'
[x]
\'\'\'
numbers = [ 1, # one
  [2, 3],
  { p = 4, "q r" = [5,
    6] },
]

[table]
x = { y = { z = 1 }, w.v = "}" }
[[slide]]
set = {a = 1, b = 2}
[slide.question]
ask = "?"
[[slide]]
[[slide.deep]]
k = 1
[[slide.deep]]
k = 2
[slide.deep.er]
m = 1979-05-27T07:32:00Z
[ other . one ]
n = -1e5'''

LINES: dict[Key, int] = {
    ("title",): 2,
    ("quoted a.key",): 3,
    ("a", "b", "c d"): 4,
    ("text",): 6,
    ("literal",): 10,
    ("numbers",): 13,
    ("numbers", 0): 13,
    ("numbers", 1): 14,
    ("numbers", 1, 1): 14,
    ("numbers", 2, "p"): 15,
    ("numbers", 2, "q r"): 15,
    ("numbers", 2, "q r", 1): 16,
    ("table",): 19,
    ("table", "x"): 20,
    ("table", "x", "y", "z"): 20,
    ("table", "x", "w", "v"): 20,
    ("slide",): 21,
    ("slide", 0): 21,
    ("slide", 0, "set", "b"): 22,
    ("slide", 0, "question"): 23,
    ("slide", 0, "question", "ask"): 24,
    ("slide", 1): 25,
    ("slide", 1, "deep", 0, "k"): 27,
    ("slide", 1, "deep", 1): 28,
    ("slide", 1, "deep", 1, "k"): 29,
    ("slide", 1, "deep", 1, "er", "m"): 31,
    ("other", "one", "n"): 33,
}


def ways(value: Any, way: Key = ()) -> Iterator[Key]:
    """Every way that leads somewhere in what tomllib found."""
    if way:
        yield way
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from ways(inner, (*way, key))


@pytest.mark.parametrize("way", LINES, ids=str)
def test_a_key_is_found_on_its_line(way: Key) -> None:
    assert lines_of(TEXT)[way] == LINES[way]


def test_every_key_there_is_has_a_line_and_no_other() -> None:
    assert set(ways(tomllib.loads(TEXT))) == set(lines_of(TEXT))


@pytest.mark.parametrize("path", files(BUNDLED), ids=lambda path: path.stem)
def test_every_key_of_our_lessons_stands_on_the_line_it_is_said_to(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    lines, found = text.splitlines(), lines_of(text)
    for way in ways(tomllib.loads(text)):
        if isinstance(way[-1], str):
            assert str(way[-1]) in lines[found[way] - 1], way


SCALARS = st.sampled_from(["1", "-2.5", "true", '"a = [b] # {c}"', "'x]'", '"""\n[[t]]\n#"""', "'''\n\"\n'''", "1979-05-27"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[" + ",\n # ]\n".join(parts) + "]"),
        st.lists(inner.filter(lambda v: "\n" not in v), max_size=3).map(
            lambda parts: "{" + ", ".join(f"k{n}.x = {part}" for n, part in enumerate(parts)) + "}"
        ),
    ),
    max_leaves=6,
)
PAIRS = st.lists(VALUES, max_size=3).map(lambda values: "".join(f"key{n} = {v} # = [\n" for n, v in enumerate(values)))
DOCUMENTS = st.lists(st.tuples(st.sampled_from(["[[t]]", "[[t.u]]", "[[ 't' . u]]"]), PAIRS), max_size=5).map(
    lambda parts: "top = 1\n" + "[[t]]\n" * bool(parts) + "".join(f"{head}\n{body}" for head, body in parts)
)


@given(DOCUMENTS)
def test_nothing_is_missed_in_any_file(text: str) -> None:
    found = lines_of(text)
    assert set(ways(tomllib.loads(text))) == set(found)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
