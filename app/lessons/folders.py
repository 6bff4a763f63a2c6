"""Folders: where lessons lie, those of the program and those of the user. Without Qt, for `ravine doctor`."""

from pathlib import Path

import platformdirs

BUNDLED = Path(__file__).resolve().parent.parent.parent / "assets" / "lessons"
SUFFIX = ".toml"


def own_folder() -> Path:
    """Where the user's own lessons live; it need not exist."""
    return Path(platformdirs.user_data_dir("ravine", appauthor=False)) / "lessons"


def files(folder: Path) -> list[Path]:
    """The files of a folder that are to be lessons, sorted; none where there is no such folder."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file())
    except OSError:
        return []
