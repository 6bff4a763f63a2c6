"""Table: one table of a lesson's file, read strictly: each value of the right kind and size, no key that nobody knows.

Every mistake is a `UsageError` of one sentence with file and line.
"""

import contextlib
import difflib
from collections.abc import Callable
from typing import Any, TypeVar

from app.lessons import evaluate, live
from app.lessons.expression import Expression, LessonError, parse, shown
from app.lessons.expression import number as plain
from app.lessons.lesson import Key, Source
from app.lessons.live import Text
from core.simulation import Simulation

Found = TypeVar("Found")
BLANKS = "\n\u00a0\u2009\u202f"  # a new line, and spaces that do not break or are thin


class Table:
    """Values by name; `close` refuses those that nobody asked for.

    name: what the table is called in an error, e.g. "a slide".
    simulation: whose runs the expressions in it speak of, once that is known.
    """

    def __init__(
        self, source: Source, key: Key, values: dict[str, Any], name: str, simulation: Simulation[Any, Any] | None = None
    ) -> None:
        self.source, self.key, self.values, self.name, self.simulation = source, key, values, name, simulation
        self._asked: list[str] = []

    def at(self, *way: str | int) -> contextlib.AbstractContextManager[None]:
        """A mistake made inside becomes the file's, with the line of the key that `way` leads to."""
        return self.source.at((*self.key, *way))

    def has(self, name: str) -> bool:
        """Whether the key is there; it counts as known."""
        self._asked.append(name)
        return name in self.values

    def need(self, name: str) -> Any:
        """The value of a key that has to be there."""
        if not self.has(name):
            raise self.source.fault(self.key, f"{name} is missing: {self.name} needs one")
        return self.values[name]

    def close(self) -> None:
        """Refuse a key that was never asked for."""
        for name in self.values:
            if name not in self._asked:
                near = difflib.get_close_matches(name, self._asked, 1, 0.6)
                known = f"did you mean {near[0]}?" if near else f"known: {', '.join(dict.fromkeys(self._asked))}"
                with self.at(name):
                    raise LessonError(f"{self.name} has no such key; {known}")

    # -- plain values --------------------------------------------------------------------------------------------------

    def words(self, name: str, longest: int, *, needed: bool = False) -> str:
        """A text of at most `longest` characters; empty where it is left out and not needed."""
        if not needed and not self.has(name):
            return ""
        found = self.need(name)
        with self.at(name):
            return words(found, longest)

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number from `low` to `high`."""
        found = self.values[name] if self.has(name) else default
        with self.at(name):
            return whole(found, low, high)

    def share(self, name: str, default: float) -> float:
        """A number above 0 and at most 1."""
        found = self.values[name] if self.has(name) else default
        with self.at(name):
            if isinstance(found, bool) or not isinstance(found, int | float) or not 0.0 < found <= 1.0:
                raise LessonError(f"{brief(found)} is not a number above 0 and up to 1")
        return float(found)

    def table(self, name: str, called: str) -> "Table":
        """A table within this one; an empty one where it is left out."""
        found = self.values[name] if self.has(name) else {}
        with self.at(name):
            if not isinstance(found, dict):
                raise LessonError(f"{brief(found)} is not a table of keys and values")
        return Table(self.source, (*self.key, name), found, called, self.simulation)

    def each(self, name: str, read: Callable[[Any], Found], least: int, most: int) -> tuple[Found, ...]:
        """A list, each entry read by `read`; a mistake names the line of its own entry. Empty where it is left out."""
        there = self.has(name)
        entries = self.values[name] if there else []
        with self.at(name):
            if not isinstance(entries, list):
                raise LessonError(f"{brief(entries)} is not a list")
            if there and not least <= len(entries) <= most:
                asked = f"{least}" if least == most else f"{least} to {most}"
                raise LessonError(f"it has {len(entries)} entries, and {asked} are asked for")
        found = []
        for number, entry in enumerate(entries):
            with self.at(name, number):
                found.append(read(entry))
        return tuple(found)

    # -- values that speak of the run ----------------------------------------------------------------------------------

    def text(self, name: str, longest: int, *, needed: bool = False) -> Text:
        """A text with live numbers."""
        written = self.words(name, longest, needed=needed)
        with self.at(name):
            return self.living(written)

    def expression(self, name: str) -> Expression:
        """A number, or a text that comes to one; it has to be there."""
        found = self.need(name)
        with self.at(name):
            return self.meant(found)

    def living(self, found: str) -> Text:
        """A text, if its numbers can mean something."""
        text = live.read(found)
        for each in text.expressions:
            self.known(each)
        return text

    def meant(self, found: object) -> Expression:
        """A number, or a text that comes to one, if it can mean something."""
        if isinstance(found, str):
            return self.known(parse(found))
        if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < 1e15:
            raise LessonError(f"{brief(found)} is neither a number nor an expression")
        return plain(found)

    def known(self, expression: Expression) -> Expression:
        """The expression, if every name in it is one that the runs of the scene have."""
        assert self.simulation is not None  # expressions stand only where the scene is known
        stranger = evaluate.unknown(expression, self.simulation)
        if stranger:
            names = ", ".join(sorted(evaluate.known(self.simulation)))
            raise LessonError(f"{shown(expression.text)}: a run has no {stranger}; it has {names}")
        return expression


def words(found: object, longest: int) -> str:
    """A text of at most `longest` characters, blanks around it taken off."""
    if not isinstance(found, str):
        raise LessonError(f"{brief(found)} is not a text")
    text = found.strip()
    if not text:
        raise LessonError("it is empty")
    if len(text) > longest:
        raise LessonError(f"it has {len(text)} characters, and {longest} is the most")
    if not all(character.isprintable() or character in BLANKS for character in text):
        raise LessonError("it holds characters that cannot be shown")
    return text


def whole(found: object, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    if not isinstance(found, int) or isinstance(found, bool) or not low <= found <= high:
        raise LessonError(f"{brief(found)} is not a whole number from {low} to {high}")
    return found


def brief(value: object) -> str:
    """`value` for an error sentence, cut so that the sentence stays one line."""
    if isinstance(value, int) and abs(value) > 10**30:
        return "a very large number"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
