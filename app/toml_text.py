"""TOML text from elsewhere, parsed within a bound on size and time.

The time that Python's own parser takes grows with more than the square of the number of parts of a dotted key: 64 kB of
`a.a.a.a…` keep it busy for half a minute. What is deeper than any file of ours is refused before it is parsed.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from app.failure import UsageError, one_line, reason
from app.files import read_bounded

DEEPEST = 16  # parts of a dotted key
# Strings and comments, whose dots mean nothing. Each way to begin one always ends, if need be at the end of the text or line,
# so that looking for them takes time in proportion to the text.
QUOTED = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'''.*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"?'
    r"|'[^'\n]*'?"
    r"|\#[^\n]*",
    re.DOTALL,
)
CHAIN = re.compile(rf"(?:\.[^.=,{{}}\[\]\n]*){{{DEEPEST}}}")


def parse(text: str) -> dict[str, Any]:
    """The document in `text`; a `UsageError` says in one line why there is none."""
    if CHAIN.search(QUOTED.sub("", text)):
        raise UsageError(f"a key has more than {DEEPEST} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UsageError("it is nested too deep") from None
    except ValueError as error:  # also: a number of more digits than Python reads
        digits = not isinstance(error, tomllib.TOMLDecodeError)
        raise UsageError("a number has too many digits" if digits else one_line(reason(error))) from error


def read(path: Path, largest: int) -> dict[str, Any]:
    """The document in the file at `path`, which may be no larger than `largest` bytes."""
    content = read_bounded(path, largest)
    try:
        return parse(decoded(content))
    except UsageError as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def decoded(content: bytes) -> str:
    """`content` as text; editors of one system like to begin it with a byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("it is not a text in UTF-8") from None
