"""Tokens: the words of an expression and where they stand. What cannot be a word of one is refused here, with its place."""

import math
import re
from dataclasses import dataclass
from typing import Literal

from core.expression.words import LONGEST, OPERATORS, SPELLINGS
from core.params import ParamError

Kind = Literal["number", "name", "operator", "(", ")", ",", "end"]

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+\-−]?[0-9]+)?")
_AROUND = 20  # characters of the text that are shown on each side of a fault
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NAME = re.compile(rf"(?!_)(?:(?![{_SUPERSCRIPTS}\d])\w)(?:(?![{_SUPERSCRIPTS}])\w)*")


@dataclass(frozen=True)
class Token:
    """One word: its kind, its text (an operator's as the language spells it), and where it begins and ends."""

    kind: Kind
    text: str
    at: int
    end: int


def refused(sentence: str, text: str, at: int) -> ParamError:
    """The refusal of `text` for a fault at character `at`: the sentence, then the place for who cannot see a caret."""
    first, last = max(at - _AROUND, 0), at + _AROUND
    seen = "".join(character if character.isprintable() else " " for character in text[first:last])
    excerpt = ("…" if first else "") + seen + ("…" if last < len(text) else "")
    return ParamError(f"{sentence} (column {at + 1}: {excerpt})", at)


def tokens(text: str) -> list[Token]:
    """The words of `text`, the last of them an end; `ParamError` with the place of what is no word of an expression."""
    if len(text) > LONGEST:
        raise refused(f"an expression has at most {LONGEST} characters, and this one has {len(text)}", text, LONGEST)
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        else:
            found.append(_number(text, at) or _name(text, at) or _sign(text, at))
            at = found[-1].end
    end = len(text.rstrip())
    return [*found, Token("end", "", end, end)]


def _number(text: str, at: int) -> Token | None:
    match = _NUMBER.match(text, at)
    if match is None:
        return None
    word, after = match.group(), text[match.end() : match.end() + 1]
    if after in (".", "_") and after:
        raise refused(f"{word}{after} is no number", text, match.end())
    if not math.isfinite(float(word.replace("−", "-"))):
        raise refused(f"{word} is larger than numbers go", text, at)
    return Token("number", word, at, match.end())


def _name(text: str, at: int) -> Token | None:
    match = _NAME.match(text, at)
    return None if match is None else Token("name", match.group(), at, match.end())


def _sign(text: str, at: int) -> Token:
    if text.startswith("**", at):
        return Token("operator", "**", at, at + 2)
    character = text[at]
    spelled = SPELLINGS.get(character, character)
    if spelled in OPERATORS:
        return Token("operator", spelled, at, at + 1)
    if character in "(),":
        return Token(character, character, at, at + 1)  # type: ignore[arg-type]
    if character in "[]{}":
        raise refused("only round brackets group here", text, at)
    if character in _SUPERSCRIPTS:
        raise refused(f"write {character} as **{_SUPERSCRIPTS.index(character)}", text, at)
    if character == "=":
        raise refused("there is no = in an expression; write only what stands to its right", text, at)
    shown = character if character.isprintable() else f"the character U+{ord(character):04X}"
    raise refused(f"{shown} has no meaning here", text, at)
