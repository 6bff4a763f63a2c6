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
PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")  # as Python's parser tells it


class BrokenTextError(UsageError):
    """A text that is no TOML: `wrong` says what is the matter with it, `line` where, if one place is to blame."""

    def __init__(self, wrong: str, line: int | None = None) -> None:
        self.wrong, self.line = one_line(wrong), line
        super().__init__(self.wrong if line is None else f"{self.wrong} (at line {line})")


def parse(text: str) -> dict[str, Any]:
    """The document in `text`; a `BrokenTextError` says in one line why there is none."""
    bare = QUOTED.sub(lambda found: "\n" * found[0].count("\n"), text)
    chain = CHAIN.search(bare)
    if chain is not None:
        raise BrokenTextError(f"a key has more than {DEEPEST} parts", 1 + bare.count("\n", 0, chain.start()))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise BrokenTextError("it is nested too deep") from None
    except tomllib.TOMLDecodeError as error:
        wrong = reason(error)
        place = PLACE.search(wrong)
        line = int(place[1]) if place and place[1] else 1 + text.count("\n")
        raise BrokenTextError(PLACE.sub("", wrong), line) from error
    except ValueError as error:  # of more digits than Python reads
        raise BrokenTextError("a number has too many digits") from error


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
    except UnicodeDecodeError as error:
        raise BrokenTextError("it is not a text in UTF-8", 1 + error.object.count(b"\n", 0, error.start)) from None
