"""pyqtgraph, loaded with as much of Qt as it uses.

It keeps mirrors of QtCore, QtGui and QtWidgets and copies every name into them, and for that PySide6 has to make each of its
classes: a fifth of the time that a bare window needs. Here the mirrors look a name up when it is asked for. A pyqtgraph that
was loaded before, or loads in another way, is as good, only slower.
"""

import importlib
import sys
from functools import partial
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets


def _load() -> Any:
    listings = [(module, vars(module).get("__dir__")) for module in (QtCore, QtGui, QtWidgets)]
    try:
        for module, _ in listings:
            mirror = ModuleType(f"pyqtgraph.Qt.{module.__name__.rpartition('.')[2]}")
            vars(mirror)["__getattr__"] = partial(getattr, module)
            sys.modules.setdefault(mirror.__name__, mirror)
            vars(module)["__dir__"] = list  # nothing to copy
        return importlib.import_module("pyqtgraph")
    finally:
        for module, listing in listings:
            if listing is None:
                del vars(module)["__dir__"]
            else:
                vars(module)["__dir__"] = listing


pg: Any = sys.modules.get("pyqtgraph") or _load()
