"""Settings: what the window remembers between two starts. A broken file means defaults and a sentence, never a refusal.

Nothing is lost on the way: a file that cannot be read is kept aside, entries that this version does not know stay in the file,
and a file whose `format` is newer is read as far as it is understood and left as it is.
"""

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from app.failure import UsageError, WorkError, one_line, reason
from app.files import read_bounded, write_bytes
from app.keeping.aside import keep_aside

FORMAT = 1  # grows when an entry changes its meaning
LARGEST_FILE = 1 << 18  # bytes


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Window, theme, last scene and last folder."""

    format: int = FORMAT
    theme: str = "studio"
    scene: str = ""
    x: int | None = None
    y: int | None = None
    width: int = 1600
    height: int = 960
    maximized: bool = False
    gallery: bool | None = None  # None: as the width of the window allows
    panel: bool | None = None
    text_scale: float = 1.0  # of the window's letters
    calm: bool = False  # nothing moves unless it is asked to
    projector: str = ""  # the screen that was last presented on, by name
    folder: str = ""  # where views were saved or opened last


def settings_path() -> Path:
    """Where they are kept."""
    return Path(platformdirs.user_config_dir("ravine", appauthor=False)) / "settings.json"


def decoded(content: bytes) -> Settings:
    """The settings in the content of a file; a `UsageError` says in one line why there are none."""
    try:
        return msgspec.json.decode(content, type=Settings)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UsageError(one_line(reason(error))) from error


def load(path: Path) -> tuple[Settings, str]:
    """The settings in `path`, and a sentence if they could not be read, or are of a newer version."""
    if not os.path.exists(path):  # unlike its method, no matter why nothing can be seen there
        return Settings(), ""
    try:
        found = decoded(read_bounded(path, LARGEST_FILE))
    except UsageError as error:
        why = f"The settings in {path} could not be read ({error})"
        kept = keep_aside(path, "broken")
        return (
            Settings(),
            f"{why}; they are kept as {kept.name}, and the defaults are used." if kept else f"{why}; the defaults are used.",
        )
    if found.format > FORMAT:
        return found, f"The settings in {path} are those of a newer version of Ravine: what this one changes is not remembered."
    return found, ""


def save(settings: Settings, path: Path) -> str:
    """Write them whole or not at all; the sentence says why not, empty if they were written or rightly left alone."""
    there = _there(path)
    if there.get("format", FORMAT) > FORMAT:
        return ""
    body = {**there, **msgspec.to_builtins(settings)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, msgspec.json.format(msgspec.json.encode(body)))
    except (OSError, WorkError) as error:
        return f"The settings could not be saved in {path}: {one_line(reason(error))}"
    return ""


def _there(path: Path) -> dict[str, Any]:
    """What the file holds now, known or not; nothing if it is not settings."""
    try:
        content = read_bounded(path, LARGEST_FILE)
        decoded(content)
        found: dict[str, Any] = json.loads(content)
    except (UsageError, ValueError, RecursionError):
        return {}
    return found
