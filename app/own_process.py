"""Own process: how this program starts itself again, from a checkout, a wheel or an installer, to work beside the window."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcessEnvironment

ROOT = Path(__file__).resolve().parent.parent


def command(*words: str) -> list[str]:
    """The program and its arguments that run `ravine WORDS…`."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "app.main", *words]  # -P: a folder called `app` where a person stands is not ours


def environment() -> QProcessEnvironment:
    """This process's environment, with the packages beside this one in reach and nothing held back in pipes."""
    made = QProcessEnvironment.systemEnvironment()
    paths = [str(ROOT), made.value("PYTHONPATH")]
    made.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
    made.insert("PYTHONUNBUFFERED", "1")
    made.insert("PYTHONIOENCODING", "utf-8")
    return made
