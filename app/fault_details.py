"""Fault details: what somebody who wants to mend a fault needs to know, and nothing of whose machine it was."""

import os
import platform
import sys
from pathlib import Path

from app.own_process import ROOT
from app.share import link, view_file
from app.share.view import View
from app.version import VERSION

PACKAGES = {"PySide6": "pyside6-essentials", "pyqtgraph": "pyqtgraph", "NumPy": "numpy", "Numba": "numba"}


def versions() -> str:
    """The versions of everything that takes part, in one line."""
    from importlib import metadata  # no start has to wait for it

    parts = [f"Ravine {VERSION}", f"Python {platform.python_version()}"]
    for name, package in PACKAGES.items():
        try:
            parts.append(f"{name} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            parts.append(f"{name} unknown")
    return ", ".join([*parts, f"{platform.system()} {platform.release()} {platform.machine()}"])


def details(sentence: str, trace: str, view: View | None) -> str:
    """Everything for a report: what, with which versions, where in Python, and what was on the stage."""
    parts = [shortened(sentence), versions()]
    if view is not None:
        parts += [link.text(view), view_file.text(view).removeprefix(view_file.HEAD).strip()]
    return "\n\n".join([*parts, trace.strip()]).strip() + "\n"


def shortened(trace: str) -> str:
    """A traceback without the folders that lead to the program, to its libraries and to anybody's home."""
    folders = {str(ROOT), *(str(Path(entry).absolute()) for entry in sys.path if entry), sys.prefix, sys.base_prefix}
    for folder in sorted(folders, key=len, reverse=True):
        if len(Path(folder).parts) > 1:
            trace = trace.replace(folder + os.sep, "")
    home = os.path.expanduser("~")
    return trace.replace(home + os.sep, f"~{os.sep}") if len(Path(home).parts) > 1 else trace
