"""Recipe: a small TOML file that lists what to export, so that a course or a paper rebuilds its figures with one command.

    folder = "figures"          # where the files go, beside the recipe; left out: next to it
    theme = "paper"             # and any other setting of a drawing: the default for every export below

    [[export]]
    scene = "momentum-ravine"
    file = "momentum.mp4"       # or several: ["momentum.mp4", "momentum.svg"]
    set = { condition = 100 }
    seed = 3
    seconds = 8

Settings of a drawing: size = "1280x720", fps, seconds, all_steps, hold = [0.6, 1.6], slow, frames = [10, 80], frame, theme,
title, caption, transparent; the last three and all_steps and slow are true or false. Files stay inside the folder.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app import toml_text
from app.export.job import Drawing, Job
from app.failure import UsageError, one_line
from app.share.view import checked_number, shown
from app.subject import from_values

LARGEST_FILE = 1 << 18  # bytes; a recipe is written by hand


def read(path: Path, folder: Path | None = None) -> list[Job]:
    """The jobs of the recipe at `path`; `folder` replaces its own. A `UsageError` says which entry is wrong, and why."""
    recipe = toml_text.read(path, LARGEST_FILE)
    try:
        entries = recipe.pop("export", [])
        if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
            raise UsageError("it has no [[export]] entry")
        place = _inside(path.parent, recipe.pop("folder", "."), "folder")
        _known(recipe, {"seed", *SETTINGS})
    except UsageError as error:
        raise UsageError(one_line(f"{path}: {error}")) from error
    jobs: list[Job] = []
    for number, entry in enumerate(entries, 1):
        try:
            jobs += _jobs({**recipe, **entry}, folder or place)
        except UsageError as error:
            raise UsageError(one_line(f"{path}: export {number}: {error}")) from error
    twice, times = next(iter(Counter(job.target for job in jobs).most_common(1)))
    if times > 1:
        raise UsageError(f"{path}: two exports write {twice}")
    return jobs


def _jobs(entry: dict[str, Any], folder: Path) -> list[Job]:
    _known(entry, {"scene", "file", "set", "seed", *SETTINGS})
    scene, names = entry.get("scene"), entry.get("file")
    if not isinstance(scene, str):
        raise UsageError("scene is missing")
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not names:
        raise UsageError("file is missing")
    seed, knobs = checked_number("seed", entry.get("seed", 0)), entry.get("set", {})
    if not isinstance(knobs, dict):
        raise UsageError("set: write it as a table of knobs, { name = value }")
    chosen = from_values(scene, knobs, seed)
    drawing = Drawing(**dict(SETTINGS[name](name, value) for name, value in entry.items() if name in SETTINGS))
    return [Job(chosen, _inside(folder, name, "file"), drawing) for name in names]


def _known(entry: Mapping[str, object], names: set[str]) -> None:
    unknown = next((name for name in entry if name not in names), None)
    if unknown is not None:
        raise UsageError(f"{unknown}: no such setting (known: {', '.join(sorted(names))})")


def _inside(folder: Path, name: object, what: str) -> Path:
    """`name` below `folder`; a recipe that came from somebody else writes nowhere else."""
    if not isinstance(name, str) or not name:
        raise UsageError(f"{what}: {shown(name)} is not a name")
    if not name.isprintable():
        raise UsageError(f"{what}: {shown(name)} holds a character that cannot be shown")
    below = Path(name.replace("\\", "/"))
    if below.is_absolute() or ".." in below.parts or re.match("[A-Za-z]:", name):
        raise UsageError(f"{what}: {shown(name)} lies outside the recipe's folder")
    return folder / below


def _number(name: str, value: object) -> tuple[str, Any]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{name}: {shown(value)} is not a number")
    return name, float(value)


def _whole(name: str, value: object) -> tuple[str, Any]:
    if type(value) is not int:
        raise UsageError(f"{name}: {shown(value)} is not a whole number")
    return name, value


def _switch(name: str, value: object) -> tuple[str, Any]:
    if not isinstance(value, bool):
        raise UsageError(f"{name}: {shown(value)} is neither true nor false")
    return name, value


def _word(name: str, value: object) -> tuple[str, Any]:
    if not isinstance(value, str):
        raise UsageError(f"{name}: {shown(value)} is not a name")
    return name, value


def _size(name: str, value: object) -> tuple[str, Any]:
    found = re.fullmatch(r"([0-9]{1,6})[x×]([0-9]{1,6})", value) if isinstance(value, str) else None
    if not found:
        raise UsageError(f"{name}: {shown(value)} is not a size like 1920x1080")
    return name, (int(found.group(1)), int(found.group(2)))


def _hold(name: str, value: object) -> tuple[str, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise UsageError(f"{name}: {shown(value)} is not two numbers like [0.6, 1.6]")
    return name, (_number(name, value[0])[1], _number(name, value[1])[1])


def _frames(name: str, value: object) -> tuple[str, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise UsageError(f"{name}: {shown(value)} is not two frames like [10, 80]")
    return "span", (_whole(name, value[0])[1], _whole(name, value[1])[1])


SETTINGS: dict[str, Callable[[str, object], tuple[str, Any]]] = {
    "size": _size,
    "fps": _number,
    "seconds": _number,
    "all_steps": _switch,
    "hold": _hold,
    "slow": _switch,
    "frames": _frames,
    "frame": _whole,
    "theme": _word,
    "title": _switch,
    "caption": _switch,
    "transparent": _switch,
}
