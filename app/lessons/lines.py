"""Lines: where each key of a TOML file stands. Python's reader knows the values but not the lines they came from.

The text has been read by `app.toml_text` before, so it is known to be valid: this only walks over it, counting lines.
"""

from typing import Any

from app import toml_text

Key = tuple[str | int, ...]
SPACE = " \t\r\n"


def lines_of(text: str) -> dict[Key, int]:
    """The line, from 1, of every key, table and element of a list, by its way from the top."""
    return _Walk(text).lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Key, int] = {}
        self._counts: dict[Key, int] = {}  # of the tables in each [[list]] so far
        self._line, self._seen = 1, 0
        table: Key = ()
        while self._skip(SPACE):
            if self._is("["):
                table = self._header()
            else:
                self._pair(table)

    # -- statements ----------------------------------------------------------------------------------------------------

    def _header(self) -> Key:
        """`[a.b]` or `[[a.b]]`: the way to the table that the lines after it fill."""
        many = self._is("[[")
        self.at += 2 if many else 1
        line = self._here()
        parts = self._key("]")
        self.at += 2 if many else 1
        way = (*self._way(parts[:-1], line), parts[-1])
        self.lines.setdefault(way, line)
        if many:
            number = self._counts.get(way, 0)
            self._counts[way] = number + 1
            way = (*way, number)
        self.lines.setdefault(way, line)
        return way

    def _way(self, parts: list[str], line: int) -> Key:
        """The full way along `parts`: through a [[list]] it goes to the last table so far."""
        way: Key = ()
        for part in parts:
            way = (*way, part)
            self.lines.setdefault(way, line)
            if way in self._counts:
                way = (*way, self._counts[way] - 1)
        return way

    def _pair(self, table: Key) -> None:
        """`key = value`."""
        line = self._here()
        way = table
        for part in self._key("="):
            way = (*way, part)
            self.lines.setdefault(way, line)
        self.at += 1
        self._value(way)

    def _key(self, end: str) -> list[str]:
        """The parts of a key that may be dotted and quoted, up to `end`, which is left standing."""
        start = self.at
        while not self._is(end):
            if self.text[self.at] in "\"'":
                self._string()
            else:
                self.at += 1
        found: Any = toml_text.parse(f"{self.text[start : self.at].strip()} = 0")
        parts: list[str] = []
        while isinstance(found, dict):
            ((part, found),) = found.items()
            parts.append(part)
        return parts

    # -- values --------------------------------------------------------------------------------------------------------

    def _value(self, way: Key) -> None:
        """Step over a value; what is within a list or an inline table is noted too."""
        self._skip(" \t")
        if self._is("["):
            self.at += 1
            number = 0
            while self._skip(SPACE + ",") and not self._is("]"):
                self.lines[(*way, number)] = self._here()
                self._value((*way, number))
                number += 1
            self.at += 1
        elif self._is("{"):
            self.at += 1
            while self._skip(SPACE + ",") and not self._is("}"):
                self._pair(way)
            self.at += 1
        elif self.text[self.at] in "\"'":
            self._string()
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        ends = quote * 3 if self._is(quote * 3) else quote
        self.at += len(ends)
        while not self._is(ends):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(ends)
        while len(ends) == 3 and self.at < len(self.text) and self.text[self.at] == quote:  # up to two more belong to it
            self.at += 1

    # -- the text ------------------------------------------------------------------------------------------------------

    def _skip(self, blank: str) -> bool:
        """Go on over blanks and comments; whether anything is left."""
        while self.at < len(self.text):
            if self._is("#"):
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in blank:
                self.at += 1
            else:
                return True
        return False

    def _is(self, piece: str) -> bool:
        return self.text.startswith(piece, self.at)

    def _here(self) -> int:
        """The line of the present place."""
        self._line += self.text.count("\n", self._seen, self.at)
        self._seen = self.at
        return self._line
