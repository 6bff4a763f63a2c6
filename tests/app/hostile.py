"""What a broken or hostile file may hold, as strategies: damaged copies of good ones, wrong types, deep, long, foreign."""

import json
import math
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app.share.view import LARGEST, View
from core.params import Knob, Params

BOMBS = (
    lambda n: "[" * n,
    lambda n: "{" * n,
    lambda n: "a = " + "[" * n,
    lambda n: "a = " + "{a=" * n,
    lambda n: ".".join("a" * n) + " = 1",
    lambda n: "[" + ".".join("a" * n) + "]",
    lambda n: "a = " + "9" * n,
    lambda n: "a = 0x" + "f" * n,
    lambda n: "a = 1e" + "9" * n,
    lambda n: '"' + "\\u0041" * n,
    lambda n: 'a = """' + '\\"""' * n,
    lambda n: "a.b = 1\n" * n,
    lambda n: "[[export]]\n" * n,
    lambda n: "#" * n,
    lambda n: "\n" * n,
    lambda n: " " * n,
    lambda n: "'" * n,
    lambda n: '"\\' * n,
    lambda n: '{"a":' * n,
    lambda n: '{"ravine": ' * n,
    lambda n: "&" * n,
    lambda n: "ravine:" * n,
    lambda n: "%" * n,
)


def knob_values(knob: Knob) -> st.SearchStrategy[Any]:
    """Every value that a knob takes (of texts: those without a rule, or the default)."""
    if knob.kind == "choice":
        return st.sampled_from(knob.choices)
    if knob.kind == "switch":
        return st.booleans()
    if knob.kind == "text":
        if knob.rule is not None:
            return st.just(knob.default)
        return st.text(max_size=knob.longest).filter(str.isprintable)
    assert knob.low is not None
    assert knob.high is not None
    if knob.kind == "whole":
        return st.integers(math.ceil(knob.low), math.floor(knob.high))
    return st.floats(knob.low, knob.high)


def views(kind: type[Params], slug: str, themes: bool = True) -> st.SearchStrategy[View]:
    """Any view of a scene with these knobs."""
    values = st.fixed_dictionaries({knob.name: knob_values(knob) for knob in kind.knobs()})
    return st.builds(
        View,
        slug=st.just(slug),
        params=values.map(lambda chosen: kind(**chosen)),
        seed=st.sampled_from([0, 1, LARGEST]) | st.integers(0, LARGEST),
        frame=st.none() | st.integers(0, 5000),
        theme=st.none() | st.sampled_from(["studio", "paper", "projector"]) if themes else st.none(),
    )


_ODD = st.sampled_from(
    [
        *(None, True, False, 0, -1, 10**30, 10**400, -(10**4000), 0.5, -0.0, math.nan, math.inf, -math.inf, 1e308),
        *("", "x", "..", "../../x", "/etc/passwd", "C:\\x", "\x00", "\x1b[31m", "\ud800", "’", "x" * 5000, "٣", "1_0", "0x10"),
        *("momentum-ravine", "studio", "nan", "true", "http://example.com/", "file:///etc/passwd", "ravine:x"),
    ]
)
values = st.recursive(
    _ODD | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def _damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """A copy of something good, with a few things done to it."""
    content = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        kind = draw(st.sampled_from(["cut", "flip", "insert", "repeat", "remove", "swap", "bomb"]))
        if kind == "cut":
            del content[at:]
        elif kind == "flip" and content:
            content[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "insert":
            content[at:at] = draw(
                st.binary(max_size=12) | st.sampled_from([b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\n", b"["])
            )
        elif kind == "repeat":
            content[at:at] = bytes(content[at : at + 40]) * draw(st.integers(1, 20))
        elif kind == "remove":
            del content[at : at + draw(st.integers(1, 30))]
        elif kind == "swap":
            lines = bytes(content).split(b"\n")
            order = draw(st.permutations(range(min(len(lines), 6))))
            content = bytearray(b"\n".join([lines[place] for place in order] + lines[6:]))
        elif kind == "bomb":
            content[at:at] = draw(st.sampled_from(BOMBS))(draw(st.integers(1, 300))).encode()
    return bytes(content)


def contents(good: Callable[[], list[bytes]], written: Callable[[Any], bytes]) -> st.SearchStrategy[bytes]:
    """What a file may hold instead of `good`: a damaged copy, another encoding, wrong types (as `written`), anything at all."""
    whole = st.sampled_from(good())
    return st.one_of(
        whole.flatmap(_damaged),
        whole.flatmap(_damaged),
        whole.map(lambda content: content.decode("utf-8", "replace").encode("utf-16")),
        values.map(written),
        st.builds(lambda bomb, size: bomb(size).encode(), st.sampled_from(BOMBS), st.sampled_from([1, 100, 3000, 9000])),
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    )


def as_json(value: Any) -> bytes:
    """A value as JSON, with everything that JSON should not hold."""
    try:
        return json.dumps(value, skipkeys=True).encode("utf-8", "surrogatepass")
    except ValueError:  # a number too long to be written
        return b"1" * 5000


def as_toml(value: Any) -> bytes:
    """A value as TOML: a table as lines, anything else inline."""
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)} = {_inline(item)}" for key, item in value.items()]
        return "\n".join(lines).encode("utf-8", "surrogatepass")
    return _inline(value).encode("utf-8", "surrogatepass")


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return hex(value)
    return "true" if value else "false"
