"""What the process holds goes back to the system."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap, QPixmapCache

from app.main_window import Window

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = """
import os, sys
import numpy as np
from app import memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

if sys.argv[1] == "ask":
    memory.let_go_of_large_blocks()
blocks = [np.ones(2_500_000)]
blocks.clear()  # glibc raises its threshold here, if nobody asked it not to
before, kept = resident(), []
for _ in range(10):
    blocks.append(np.ones(2_000_000))
    kept.append([bytes(600) for _ in range(1000)])  # what outlives a run, and lies between the runs
held = resident()
blocks.clear()
print(held - before, held - resident())
"""


def after(word: str) -> tuple[float, float]:
    """Megabytes that ten runs of 16 MB take, and how many come back when they are gone."""
    said = subprocess.run([sys.executable, "-c", RUNS, word], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    taken, back = map(float, said.split())
    return taken, back


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of other systems does so by itself, or cannot be asked")
def test_runs_that_are_gone_hold_no_memory() -> None:
    taken, back = after("ask")
    assert taken > 150
    assert back > 150


def test_where_it_cannot_be_asked_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    from app import memory

    monkeypatch.setattr(sys, "platform", "elsewhere")
    memory.let_go_of_large_blocks()


@pytest.mark.parametrize("what", ["theme", "letters"])
def test_icons_of_a_former_look_are_let_go(window: Window, what: str) -> None:
    icon, found = QPixmap(8, 8), QPixmap()
    icon.fill("red")
    kept = QPixmapCache.insert(icon)
    assert QPixmapCache.find(kept, found)
    window.session.set_theme("paper") if what == "theme" else window.session.set_text_scale(1.5)
    assert not QPixmapCache.find(kept, found)
