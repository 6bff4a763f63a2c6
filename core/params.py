"""Params: one frozen, typed declaration per knob.

A simulation declares its parameters once, as a frozen dataclass whose defaults are made by `real`, `whole`,
`choice`, `switch` and `text`. The panel, `--set name=value`, file validation and the documentation all read the `Knob`
that travels with each field. A `Params` object that exists is valid: construction checks every knob.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal, Required, Self, TypedDict, Unpack

Value = float | int | str | bool
Scale = Literal["linear", "log"]
Kind = Literal["real", "whole", "choice", "switch", "text"]
Rule = Callable[[str], object]


class ParamError(ValueError):
    """A knob that does not exist, or a value it cannot take. The message is one sentence for a person.

    at: where in a text the fault is, counted in characters from 0; None where that means nothing.
    """

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True)
class Knob:
    """What a person may turn: the declaration of one parameter.

    `low` and `high` are the inclusive ends of the range of a real or whole knob, in `unit`. `symbol` is the letter the
    formulas use, `group` the heading it stands under in the panel, and `folded` hides it until asked for. A `view` knob
    chooses what is shown of a recording (an angle, a layer to look at) and does not enter the simulation: turning it
    redraws, and simulates nothing. A text knob takes one line of at most `longest` characters that its `rule` does not
    refuse with a `ParamError`; the rule's sentence goes on after the knob's name.
    """

    name: str
    kind: Kind
    default: Value
    label: str
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    scale: Scale = "linear"
    symbol: str = ""
    unit: str = ""
    group: str = ""
    folded: bool = False
    view: bool = False
    longest: int = 0
    rule: Rule | None = None

    def check(self, value: object) -> Value:
        """Return `value` in this knob's own type, or raise `ParamError` that names knob, value and range."""
        if self.kind == "choice":
            if isinstance(value, str) and value in self.choices:
                return value
            raise ParamError(f"{self.name}: {_shown(value)} is not one of {', '.join(self.choices)}")
        if self.kind == "switch":
            if isinstance(value, bool):
                return value
            raise ParamError(f"{self.name}: {_shown(value)} is neither on nor off")
        if self.kind == "text":
            return self._check_text(value)
        return self._check_number(value)

    def _check_text(self, value: object) -> str:
        if not isinstance(value, str):
            raise ParamError(f"{self.name}: {_shown(value)} is not a text")
        if len(value) > self.longest:
            raise ParamError(f"{self.name}: {_shown(value)} is too long ({self.range_text()})")
        if not value.isprintable():
            raise ParamError(f"{self.name}: {_shown(value)} holds characters that cannot be shown")
        if self.rule is not None:
            try:
                self.rule(value)
            except ParamError as error:
                raise ParamError(f"{self.name}: {error}", error.at) from error
        return value

    def _check_number(self, value: object) -> float | int:
        span = self.range_text()
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ParamError(f"{self.name}: {_shown(value)} is not a number ({span})")
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            number = math.inf if value > 0 else -math.inf
        if not math.isfinite(number):
            raise ParamError(f"{self.name}: {number} is not a finite number ({span})")
        if self.kind == "whole" and value != int(value):
            raise ParamError(f"{self.name}: {value} is not a whole number ({span})")
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            short = f"{number:g}"
            shown = short if float(short) == number else repr(number)  # 1.0000001 is not 1
            raise ParamError(f"{self.name}: {shown} is outside its range ({span})")
        return int(value) if self.kind == "whole" else float(value)

    def parse(self, text: str) -> Value:
        """Read a value typed by a person, e.g. on the command line."""
        text = text.strip()
        if self.kind in ("choice", "text"):
            return self.check(text)
        if self.kind == "switch":
            words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
            return self.check(words.get(text.lower(), text))
        try:
            number = float(text)
        except ValueError:
            raise ParamError(f"{self.name}: {_shown(text)} is not a number ({self.range_text()})") from None
        return self.check(number)

    def text(self, value: Value) -> str:
        """A value as a person reads it: no more figures than it needs, with its unit; words for choices and switches."""
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, str):
            return words(value) if self.kind == "choice" else value
        number = re.sub(r"e([+-])0*", r"e\1", f"{value:.6g}") if isinstance(value, float) else str(value)  # 1e-5, not 1e-05
        unit = self.unit if self.unit in ("", "°", "%") else f" {self.unit}"
        return number.replace("-", "−") + unit

    def range_text(self) -> str:
        """The values this knob takes, for a person: `0.001 to 1`, `on or off`, or the choices."""
        if self.kind == "choice":
            return ", ".join(self.choices)
        if self.kind == "switch":
            return "on or off"
        if self.kind == "text":
            return f"up to {self.longest} characters"
        return f"{self.low:g} to {self.high:g}"


SPELLED = {
    name.lower(): name
    for name in (
        "ReLU",
        "ELU",
        "GELU",
        "SiLU",
        "SGD",
        "AdamW",
        "RMSprop",
        "AdaGrad",
        "AMSGrad",
        "NAdam",
        "RAdam",
        "QHM",
        "L1",
        "L2",
        "RMS",
    )
}


def words(choice: str) -> str:
    """A choice as a person reads it: "three_hump_camel" → "Three hump camel", "leaky_relu" → "Leaky ReLU"."""
    text = " ".join(SPELLED.get(word, word) for word in choice.split("_"))
    return text[:1].upper() + text[1:]


def _shown(value: object) -> str:
    """`value` quoted for an error sentence, cut so that the sentence stays one line."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a whole number of thousands of digits, which Python does not write; lists in lists
        return "what stands there"
    return text if len(text) <= 60 else text[:57] + "..."


class Words(TypedDict, total=False):
    """What every declaration may say of its knob besides kind, default and range; the meanings stand in `Knob`."""

    label: Required[str]
    help: Required[str]
    symbol: str
    group: str
    folded: bool
    view: bool


class NumberWords(Words, total=False):
    """… and what a number may say too."""

    scale: Scale
    unit: str


def real(default: float, low: float, high: float, **words: Unpack[NumberWords]) -> float:
    """Declare a real-valued knob on [low, high]; a log scale needs low > 0."""
    declared: float = _declare(kind="real", default=float(default), low=low, high=high, **words)
    return declared


def whole(default: int, low: int, high: int, **words: Unpack[NumberWords]) -> int:
    """Declare a whole-number knob on {low, …, high}."""
    declared: int = _declare(kind="whole", default=default, low=low, high=high, **words)
    return declared


def choice(default: str, choices: tuple[str, ...], **words: Unpack[Words]) -> str:
    """Declare a knob that takes one of `choices` (lower case with underscores)."""
    declared: str = _declare(kind="choice", default=default, choices=choices, **words)
    return declared


def switch(default: bool, **words: Unpack[Words]) -> bool:
    """Declare a knob that is on or off."""
    declared: bool = _declare(kind="switch", default=default, **words)
    return declared


def text(default: str, longest: int, *, rule: Rule | None = None, **words: Unpack[Words]) -> str:
    """Declare a knob that takes a line of text, at most `longest` characters that `rule` does not refuse (see `Knob`)."""
    declared: str = _declare(kind="text", default=default, longest=longest, rule=rule, **words)
    return declared


def _declare(**knob: Any) -> Any:
    Knob(name="", **knob)  # a word that a knob does not have is an error where it is written
    return field(default=knob["default"], metadata={"knob": knob})


@dataclass(frozen=True, kw_only=True)
class Params:
    """Base of every simulation's parameters. Subclasses are frozen, keyword-only dataclasses of knobs."""

    def __post_init__(self) -> None:
        for knob in self.knobs():
            object.__setattr__(self, knob.name, knob.check(getattr(self, knob.name)))

    _knobs: ClassVar[tuple[Knob, ...]]  # of each class: kept, since they are asked for many times while a knob is dragged

    @classmethod
    def knobs(cls) -> tuple[Knob, ...]:
        """The declarations, in the order they are written."""
        if "_knobs" not in cls.__dict__:
            cls._knobs = tuple(Knob(name=f.name, **f.metadata["knob"]) for f in fields(cls))
        return cls._knobs

    @classmethod
    def knob(cls, name: str) -> Knob:
        """The declaration called `name`; `ParamError` lists the known names."""
        for knob in cls.knobs():
            if knob.name == name:
                return knob
        raise ParamError(f"{name}: no such knob (known: {', '.join(k.name for k in cls.knobs())})")

    @classmethod
    def parse(cls, settings: Iterable[str]) -> Self:
        """Params from `name=value` texts over the defaults, as `--set` gives them."""
        values: dict[str, Value] = {}
        for setting in settings:
            name, equals, text = setting.partition("=")
            if not equals:
                raise ParamError(f"{_shown(setting)}: write a setting as name=value")
            values[name.strip()] = cls.knob(name.strip()).parse(text)
        return cls(**values)

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Self:
        """Params from typed values over the defaults, as a file gives them; unknown names are refused."""
        return cls(**{name: cls.knob(name).check(value) for name, value in values.items()})

    def replace(self, **values: Value) -> Self:
        """A copy with some knobs turned."""
        return type(self).from_mapping({**self.values(), **values})

    def values(self) -> dict[str, Value]:
        """Knob names with their values, in declaration order."""
        return {knob.name: getattr(self, knob.name) for knob in self.knobs()}
