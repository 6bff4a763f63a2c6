"""View file: a view as a `.ravine` file, plain TOML that a person can read and change.

    format = 1                        # grows whenever an older file would mean something else, e.g. when a knob is renamed
    program = "0.1.0"                 # the version that wrote it
    scene = "momentum-ravine"
    seed = 0
    frame = 45                        # where it stands; left out: at the start, playing
    theme = "studio"                  # left out: the look stays as it is

    [knobs]                           # all of them: a default may change between versions, and the view must come back the same
    learning_rate = 0.075

Older formats are read through a chain of upgrades, one step for each number. Format 0 has no number: it is the entry of a
recipe standing alone, with its knobs under `set`, which people write by hand. A newer format is refused with a sentence.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import toml_text
from app.failure import UsageError, one_line
from app.files import read_bounded, write_bytes
from app.share.view import Find, View, checked_number, checked_slug, checked_theme
from app.version import VERSION
from core.params import Knob, ParamError, Value

SUFFIX = ".ravine"
FORMAT = 1
LARGEST_FILE = 1 << 16  # bytes
LONGEST_SPAN = 80  # characters of the values a knob takes that are written beside it
KEYS = ("format", "program", "scene", "seed", "frame", "theme", "knobs")
HEAD = "# A view of Ravine. Open it with Ctrl+O, by dropping it on the window, or with `ravine FILE`; change it as you like.\n"

Document = dict[str, Any]


# -- writing -----------------------------------------------------------------------------------------------------------


def text(view: View) -> str:
    """The file's text: the same for the same view."""
    lines = [f"format = {FORMAT}", f"program = {quoted(VERSION)}", f"scene = {quoted(view.slug)}", f"seed = {view.seed}"]
    if view.frame is not None:
        lines.append(f"frame = {view.frame}")
    if view.theme is not None:
        lines.append(f"theme = {quoted(view.theme)}")
    pairs = [(f"{knob.name} = {_written(getattr(view.params, knob.name))}", _explained(knob)) for knob in view.params.knobs()]
    width = max((len(pair) for pair, _ in pairs if len(pair) < 40), default=0)
    return HEAD + "\n".join([*lines, "", "[knobs]", *(f"{pair:{width}}  # {said}" for pair, said in pairs)]) + "\n"


def write(view: View, path: Path) -> None:
    """Write the file, whole or not at all; a `WorkError` says why not."""
    write_bytes(path, text(view).encode("utf-8"))


def quoted(value: str) -> str:
    """`value` as a TOML string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in escaped)
        + '"'
    )


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else repr(value)


def _explained(knob: Knob) -> str:
    """What a knob is and takes, for whoever changes the file by hand."""
    name = f"{knob.label} {knob.symbol}".strip()
    span = "true or false" if knob.kind == "switch" else knob.range_text()
    return f"{name}: {span}{knob.unit and f' {knob.unit}'}" if len(span) <= LONGEST_SPAN else name


# -- reading -----------------------------------------------------------------------------------------------------------


def read(path: Path, find: Find) -> View:
    """The view in the file at `path`; a `UsageError` names the file and what is wrong with it."""
    content = read_bounded(path, LARGEST_FILE)
    try:
        return parse(toml_text.decoded(content), find)
    except UsageError as error:
        raise UsageError(one_line(f"{path}: {error}")) from error


def parse(content: str, find: Find) -> View:
    """The view that `content` describes."""
    document = toml_text.parse(content)
    number = document.get("format", 0)
    if type(number) is not int or number < 0:
        raise UsageError("format: it is not a whole number")
    if number > FORMAT:
        raise UsageError(
            f"it was made by a newer version of Ravine ({_program(document)}format {_many(number)}); "
            f"this one, {VERSION}, reads format {FORMAT} and older"
        )
    for step in range(number, FORMAT):
        document = UPGRADES[step](document)
    unknown = next((key for key in document if key not in KEYS), None)
    if unknown is not None:
        raise UsageError(f"{one_line(unknown[:60])}: no such entry (known: {', '.join(KEYS)})")
    try:
        return _view(document, find, complete=number >= 1)
    except UsageError as error:
        raise UsageError(f"{error}{_from_newer(document)}") from error


def _view(document: Document, find: Find, *, complete: bool) -> View:
    if "scene" not in document:
        raise UsageError("scene is missing")
    slug = checked_slug(document["scene"])
    knobs = document.get("knobs", {})
    if not isinstance(knobs, dict):
        raise UsageError("knobs: they stand in a table, below a line [knobs]")
    kind = find(slug).params
    try:
        params = kind.from_mapping(knobs)
    except ParamError as error:
        raise UsageError(one_line(str(error))) from error
    left_out = [knob.name for knob in kind.knobs() if knob.name not in knobs]
    return View(
        slug=slug,
        params=params,
        seed=checked_number("seed", document.get("seed", 0)),
        frame=checked_number("frame", document["frame"]) if "frame" in document else None,
        theme=checked_theme(document["theme"]) if "theme" in document else None,
        note=_left_out(left_out) if left_out and complete else "",
    )


def _left_out(names: list[str]) -> str:
    if len(names) == 1:
        return f"The file does not say {names[0]}: the default is taken."
    return f"The file does not say {', '.join(names[:-1])} and {names[-1]}: the defaults are taken."


# -- other versions ----------------------------------------------------------------------------------------------------


def _from_recipe(document: Document) -> Document:
    """Format 0 to 1: what a recipe calls `set` is called `knobs`."""
    if "knobs" in document or "program" in document:
        raise UsageError("format is missing")
    return {("knobs" if key == "set" else key): value for key, value in document.items()}


UPGRADES: tuple[Callable[[Document], Document], ...] = (_from_recipe,)  # number n leads from format n to n + 1


def _program(document: Document) -> str:
    """The version that wrote a file, as part of a sentence; nothing if it does not say."""
    program = document.get("program")
    return f"{program}, " if isinstance(program, str) and re.fullmatch(r"[0-9][0-9A-Za-z.+-]{0,30}", program) else ""


def _from_newer(document: Document) -> str:
    """What explains an entry that is not known: that a newer version wrote it."""
    program = _program(document).removesuffix(", ")
    if not program or _order(program) <= _order(VERSION):
        return ""
    return f" (the file was made by Ravine {program}, which is newer than this one, {VERSION})"


def _order(program: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", program)[:3])


def _many(number: int) -> str:
    return str(number) if number < 10**6 else "of many digits"
