"""Settings: what the window remembers between two starts. A broken file means defaults and a sentence, never a refusal."""

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec
import platformdirs


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Window, theme and last scene; fields that a newer version wrote are ignored."""

    theme: str = "studio"
    scene: str = ""
    x: int | None = None
    y: int | None = None
    width: int = 1600
    height: int = 960
    maximized: bool = False
    gallery: bool | None = None  # None: as the width of the window allows
    panel: bool | None = None
    projector: str = ""  # the screen that was last presented on, by name


def settings_path() -> Path:
    """Where they are kept."""
    return Path(platformdirs.user_config_dir("ravine", appauthor=False)) / "settings.json"


def load(path: Path) -> tuple[Settings, str]:
    """The settings in `path`, and a sentence if they could not be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings), ""
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Settings(), f"The settings in {path} could not be read ({error}); the defaults are used and will replace them."


def save(settings: Settings, path: Path) -> str:
    """Write them whole or not at all; the sentence says why not, empty if they were written."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".settings-", delete=False) as file:
            temporary = file.name
            file.write(msgspec.json.format(msgspec.json.encode(settings)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        return f"The settings could not be saved in {path}: {error}"
    return ""
