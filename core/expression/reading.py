"""Reading: text → program, by a parser of our own for exactly the language of `core.expression.words`.

    sum      product  (("+" | "-") product)*
    product  signed   (("*" | "/") signed)*
    signed   ("+" | "-") signed | power
    power    atom ["**" signed]                          so −x**2 is −(x**2), and 2**−x and 2**3**2 mean what they do in Python
    atom     number | name | function "(" sum ")" | pair "(" sum "," sum ")" | "(" sum ")"

Python's own parser is not asked: it knows a hundred things that are not mathematics, its messages and places change with
its version, and deep texts can exhaust it. Nothing of a person's text is ever executed; the program that comes out holds
only opcodes of the list and float64 numbers, so 9**9**9**9 is inf, not a whole number that fills the memory. Reading takes a
time proportional to the length of the text.
"""

import difflib
from functools import lru_cache

from core.expression.program import Program, assembled
from core.expression.tokens import Token, refused, tokens
from core.expression.words import (
    CONSTANTS,
    DEEPEST,
    FUNCTIONS,
    LARGEST_WHOLE_POWER,
    MOST_PARTS,
    NEGATE,
    NUMBER,
    OPERATORS,
    OTHER_NAMES,
    PAIRS,
    POWER,
    VARIABLES,
    WHOLE_POWER,
)
from core.params import ParamError

KNOWN = (*VARIABLES, *CONSTANTS, *FUNCTIONS, *PAIRS)


@lru_cache(maxsize=64)
def read(text: str) -> Program:
    """The program of an expression in x and y; `ParamError` says in one sentence what is wrong, and where (`at`)."""
    if not text.strip():
        raise ParamError("write an expression in x and y, such as x**2 + 3*y**2", 0)
    return _Reader(text).program()


class _Reader:
    """Goes through the tokens once, from left to right, and writes instructions as it goes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.place = 0
        self.depth = 0
        self.instructions: list[tuple[int, float]] = []

    def program(self) -> Program:
        self._sum()
        if self._now().kind != "end":
            raise self._stray()
        return assembled(self.text, self.instructions)

    # -- the grammar ---------------------------------------------------------------------------------------------------

    def _sum(self) -> None:
        self._deeper()
        self._product()
        while self._now().kind == "operator" and self._now().text in "+-":
            operator = self._take()
            self._product()
            self._write(OPERATORS[operator.text], operator)
        self.depth -= 1

    def _product(self) -> None:
        self._signed()
        while self._now().kind == "operator" and self._now().text in ("*", "/"):
            operator = self._take()
            self._signed()
            self._write(OPERATORS[operator.text], operator)

    def _signed(self) -> None:
        self._deeper()
        token = self._now()
        if token.kind == "operator" and token.text in "+-":
            self._take()
            self._signed()
            if token.text == "-":
                self._negate(token)
        else:
            self._power()
        self.depth -= 1

    def _power(self) -> None:
        self._atom()
        operator = self._now()
        if operator.kind == "operator" and operator.text == "**":
            self._take()
            before = len(self.instructions)
            self._signed()
            exponent = self.instructions[before]
            alone = len(self.instructions) == before + 1 and exponent[0] == NUMBER
            if alone and exponent[1] == round(exponent[1]) and abs(exponent[1]) <= LARGEST_WHOLE_POWER:
                self.instructions[before] = (WHOLE_POWER, exponent[1])
            else:
                self._write(POWER, operator)

    def _atom(self) -> None:
        token = self._now()
        if token.kind not in ("number", "name", "("):
            raise self._missing()
        self._take()
        if token.kind == "number":
            self._write(NUMBER, token, float(token.text.replace("−", "-")))
        elif token.kind == "(":
            self._sum()
            self._close(token)
        else:
            self._name(token)

    def _name(self, token: Token) -> None:
        name, called = token.text, self._now().kind == "("
        if name in VARIABLES or name in CONSTANTS:
            if called:
                raise refused(f"{name} is no function; for a product write {name}*(…)", self.text, self._now().at)
            self._write(VARIABLES.get(name, NUMBER), token, CONSTANTS.get(name, 0.0))
        elif name in FUNCTIONS or name in PAIRS:
            if not called:
                raise refused(
                    f"{name} needs its argument in brackets: {name}({'x, y' if name in PAIRS else 'x'})", self.text, token.at
                )
            self._call(token)
        else:
            raise self._unknown(token)

    def _call(self, token: Token) -> None:
        bracket = self._take()
        self._sum()
        if token.text in PAIRS:
            if self._now().kind != ",":
                raise refused(f"{token.text} takes two arguments, with a comma between them", self.text, self._now().at)
            self._take()
            self._sum()
        if self._now().kind == ",":
            raise refused(
                f"{token.text} takes {'two arguments' if token.text in PAIRS else 'one argument'}", self.text, self._now().at
            )
        self._close(bracket)
        self._write(FUNCTIONS.get(token.text, PAIRS.get(token.text, 0)), token)

    # -- small steps ---------------------------------------------------------------------------------------------------

    def _now(self) -> Token:
        return self.tokens[self.place]

    def _take(self) -> Token:
        self.place += 1  # never beyond the end: nobody takes that
        return self.tokens[self.place - 1]

    def _write(self, code: int, token: Token, number: float = 0.0) -> None:
        if len(self.instructions) >= MOST_PARTS:
            raise refused(f"the expression has more than {MOST_PARTS} parts", self.text, token.at)
        self.instructions.append((code, number))

    def _negate(self, token: Token) -> None:
        """Minus: a number takes the sign itself, so that x**−2 has a whole exponent."""
        code, number = self.instructions[-1]
        if code == NUMBER:
            self.instructions[-1] = (NUMBER, -number)
        else:
            self._write(NEGATE, token)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise refused("brackets, signs and powers are nested too deep", self.text, self._now().at)

    def _close(self, bracket: Token) -> None:
        if self._now().kind == "end":
            raise refused("this bracket is never closed", self.text, bracket.at)
        if self._now().kind != ")":
            raise self._stray()
        self._take()

    # -- refusals ------------------------------------------------------------------------------------------------------

    def _missing(self) -> ParamError:
        """Where a number, a name or a bracket should stand, something else does."""
        token = self._now()
        after = f" after {self.tokens[self.place - 1].text}" if self.place else ""
        if token.kind == "end":
            return refused(f"something is missing{after}", self.text, max(token.at - 1, 0))
        return refused(f"a number, x, y or a function should stand here{after}, not {token.text}", self.text, token.at)

    def _stray(self) -> ParamError:
        """After a whole expression something goes on without an operator."""
        token, before = self._now(), self.tokens[self.place - 1]
        if token.kind == ")":
            return refused("this bracket was never opened", self.text, token.at)
        if token.kind == ",":
            return refused(
                "a comma only stands between the arguments of min and max; numbers take a point", self.text, token.at
            )
        return refused(
            f"between {before.text} and {token.text} an operator is missing; for a product write *", self.text, token.at
        )

    def _unknown(self, token: Token) -> ParamError:
        name = token.text
        other = OTHER_NAMES.get(name.lower())
        if other is None:
            close = difflib.get_close_matches(name.lower(), KNOWN, 1, 0.6)
            letters = set(name.lower())
            other = "*".join(name.lower()) if len(name) > 1 and letters <= set("xy") else close[0] if close else None
        hint = f"; did you mean {other}?" if other else "; the variables are x and y"
        shown = name if len(name) <= 20 else f"{name[:20]}…"
        return refused(
            f"there is no {'function' if self._now().kind == '(' else 'variable'} {shown}{hint}", self.text, token.at
        )
