"""Start: from the beginning of the process to the first painted frame of the scene, and to the first answered knob.

Beside it, in the same run and in turns, starts what every program on this stack has to load: a bare window of PySide6 with
one pyqtgraph plot, whose slider moves a curve. Each process says by itself when it painted; the clock starts before
it is made. On a busy machine the work of the processor says more than the clock, though it counts threads that nobody waits
for. Warm: the kernels were compiled by an earlier run. Cold: there is no folder of kernels. Files are in the system's memory
in all cases: how long a disk takes to bring them cannot be measured without a machine that was just switched on.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import Row

ROUNDS = 5
WARM_TARGET, COLD_TARGET = 1.5, 2.0
ROOT = Path(__file__).resolve().parent.parent

BARE = """
import os, sys, time
began = float(sys.argv[1])
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QSlider, QVBoxLayout, QWidget
import numpy as np
import pyqtgraph as pg

class Plot(pg.PlotWidget):
    drawn, answered = 0, False
    def paintEvent(self, event):
        super().paintEvent(event)
        self.drawn += 1
        if self.drawn == 1 or self.answered:
            print(time.time() - began, time.process_time(), flush=True)
            if self.answered:
                os._exit(0)
            QTimer.singleShot(0, lambda: slider.setValue(60))

def move(value):
    curve.setData(x, np.sin(x * value / 50))
    plot.answered = True

app = QApplication([])
window, slider, plot = QWidget(), QSlider(Qt.Orientation.Horizontal), Plot()
column = QVBoxLayout(window)
column.addWidget(plot)
column.addWidget(slider)
x = np.linspace(0.0, 10.0, 120)
curve = plot.plot(x, np.sin(x))
slider.setRange(0, 100)
slider.setValue(50)
slider.valueChanged.connect(move)
window.resize(1600, 960)
window.show()
app.exec()
"""

OURS = """
import os, sys, time
began, scene = float(sys.argv[1]), sys.argv[2]
from app.main import main
from app import stage_view
from PySide6.QtCore import QTimer

paint = stage_view.StageView.paintEvent
turned = []

def watched(view, event):
    paint(view, event)
    session = view.session
    if session.recording is None or not view._painted:
        return
    if not turned:
        print(time.time() - began, time.process_time(), flush=True)
        turned.append(session.params.replace(**{sys.argv[3]: float(sys.argv[4])}))
        QTimer.singleShot(0, lambda: session.set_params(turned[0]))
    elif session.recording.params == turned[0]:
        print(time.time() - began, time.process_time(), flush=True)
        os._exit(0)

stage_view.StageView.paintEvent = watched
main([scene])
"""
OPENING = ("momentum-ravine", "learning_rate", "0.08")  # scene, knob, where it is turned to
ANOTHER = ("vanishing-gradients", "gain", "1.1")


@dataclass(frozen=True)
class Moment:
    """How long after the beginning of its process something was painted, and how much work of a processor that took."""

    seconds: float
    work: float


def start(program: str, *arguments: str, home: str, cache: str = "") -> tuple[Moment, Moment]:
    """The first frame of a program, and the frame that answers its first knob."""
    command = [sys.executable, "-c", program, str(time.time()), *arguments]
    process = subprocess.Popen(
        command,
        env=_environment(home, cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        start_new_session=True,
    )
    said, complaint = process.communicate()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # whoever compiles for it would still be at work while the next one starts
    if process.returncode:
        raise RuntimeError(complaint)
    frame, knob = (Moment(*map(float, line.split())) for line in said.splitlines())
    return frame, knob


def _environment(home: str, cache: str) -> dict[str, str]:
    """No display, no settings, these kernels, and Python's own compiled files kept, as they are where it is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(Path(home) / "bytecode"),
        "RAVINE_CACHE_DIR": cache,
        "XDG_CONFIG_HOME": home,
    }


def run() -> list[Row]:
    """Frames and knobs, warm and cold, beside the bare window; and a start at a scene that has to wait for the compiler."""
    names = ("warm start", "cold start", "warm start at another scene")
    bare: list[tuple[Moment, Moment]] = []
    ours: dict[str, list[tuple[Moment, Moment]]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        kept = str(Path(folder) / "kernels")
        warm_up = [sys.executable, "-m", "app", "warm", OPENING[0], ANOTHER[0]]
        subprocess.run(warm_up, env=_environment(folder, kept), check=True, capture_output=True)
        for number in range(ROUNDS + 1):
            none = str(Path(folder) / f"none-{number}")
            beside = start(BARE, home=folder)
            for name, scene, cache in zip(names, (OPENING, OPENING, ANOTHER), (kept, none, kept), strict=True):
                moments = start(OURS, *scene, cache=cache, home=folder)
                if number:  # the first round fetches files from the disk
                    ours[name].append(moments)
            if number:
                bare.append(beside)
    rows = []
    for name, target in zip(names, (WARM_TARGET, COLD_TARGET, None), strict=True):
        for place, what in enumerate(("first frame", "first knob answered")):
            rows += _rows(f"{name} to {what}", [pair[place] for pair in ours[name]], [pair[place] for pair in bare], target)
    return rows


def _rows(name: str, ours: list[Moment], bare: list[Moment], target: float | None) -> list[Row]:
    """By the clock and by the work of the processor, medians over the rounds."""
    seconds, beside = (statistics.median(moment.seconds for moment in side) for side in (ours, bare))
    work, bare_work = (statistics.median(moment.work for moment in side) for side in (ours, bare))
    return [
        Row(f"{name} (beside: bare window)", seconds, "s", beside, seconds / beside, target, True),
        Row(f"{name}: work of a processor", work, "s", bare_work, work / bare_work),
    ]
