"""pyqtgraph is loaded without all of Qt, finds there what it asks for, and leaves Qt as it was."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from PySide6 import QtCore, QtGui, QtWidgets
modules = (QtCore, QtGui, QtWidgets)
before = [{name for name in dir(module) if name[0] == "Q"} for module in modules]
FIRST
from scenes.kit.graphics import pg
import pyqtgraph
from pyqtgraph import Qt
copied = len(vars(Qt.QtWidgets))
assert pg is pyqtgraph
for mirror, module, names in zip((Qt.QtCore, Qt.QtGui, Qt.QtWidgets), modules, before):
    assert names and names <= set(dir(module)), "nothing of Qt is hidden afterwards"
    assert all(getattr(mirror, name) is getattr(module, name) for name in names)
    assert not hasattr(mirror, "QNothingOfTheKind")
print(copied)
"""


@pytest.mark.parametrize("first", ["", "import pyqtgraph"], ids=["as usual", "loaded before"])
def test_its_mirrors_of_qt_are_filled_when_they_are_asked(first: str) -> None:
    program = PROGRAM.replace("FIRST", first)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    copied = int(done.stdout)
    assert copied > 100 if first else copied < 20, "how many names were copied into the mirror of QtWidgets"
