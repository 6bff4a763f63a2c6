"""From a turned knob to the painted frame, in the real window at 1920 × 1080 without a display, for every scene.

Beside it stands what no plotting program can avoid: painting a pyqtgraph plot that holds nothing, at the size of the
stage. The live frame of playback is measured on the stage alone, at 1920 × 1080 and at 3840 × 2160.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSize
from PySide6.QtGui import QImage, QPainter

from app.main_window import Window
from app.session import Session
from app.window import SWITCH_SECONDS, application
from benchmarks.rows import Row
from core.params import Knob
from scenes.discovery import all_scenes
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import STUDIO

TURNS = 40
ONE_FRAME = 1000.0 / 60.0
PATIENCE = 60.0


class PaintWatch(QObject):
    """Notes the first paint of a widget after a new recording has come."""

    arrived = painted = False

    def follow(self, what: frozenset[str]) -> None:
        """Hear of the session's changes."""
        self.arrived = self.arrived or "recording" in what

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See paints and let them pass."""
        if event.type() == QEvent.Type.Paint and self.arrived:
            self.painted = True
        return False


def dragged(scene: type[Scene[Any, Any]]) -> Knob:
    """The knob a person would drag first: the first real one that enters the simulation and is in sight."""
    knobs: tuple[Knob, ...] = scene.simulation.params.knobs()
    real = [knob for knob in knobs if knob.kind == "real" and not knob.view and not knob.folded]
    whole = [knob for knob in knobs if knob.kind == "whole" and not knob.view]
    wanted = [knob for knob in real if knob.name == "learning_rate"]
    return (wanted or real or whole)[0]


def settings_of(knob: Knob) -> list[float]:
    """A drag: `TURNS` values around the default, in small steps, each different from the last."""
    low, high, start = float(knob.low or 0.0), float(knob.high or 1.0), float(knob.default)
    if knob.kind == "whole":
        return [min(max(start + (turn % 2), low), high) if start < high else start - (turn % 2) for turn in range(TURNS)]
    return [min(max(start * (1.0 + 0.002 * (turn + 1)) + 1e-9 * turn, low), high) for turn in range(TURNS)]


def knob_to_frame(scene: type[Scene[Any, Any]]) -> list[float]:
    """Milliseconds from `turn` to the end of the paint that shows the new recording, one per turn."""
    app = application()
    scene.simulation.simulate(scene.simulation.params(), 0)  # its kernels compile before the clock runs
    session = Session()
    window = Window(session)
    window.resize(1920, 1080)
    window.show()
    watch = PaintWatch()
    window.view.installEventFilter(watch)
    session.changed.connect(watch.follow)
    session.open(scene)
    _until(lambda: session.recording is not None)
    session.pause()
    times = []
    knob = dragged(scene)
    for value in settings_of(knob):
        watch.arrived = watch.painted = False
        start = time.perf_counter()
        session.turn(**{knob.name: int(value) if knob.kind == "whole" else value})
        _until(lambda: watch.painted)
        times.append(1000.0 * (time.perf_counter() - start))
    window.close()
    window.deleteLater()
    session.deleteLater()
    app.processEvents()
    return times


def _until(true: Any) -> None:
    deadline = time.perf_counter() + PATIENCE
    while not true():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)  # idle, as an application is
        if time.perf_counter() > deadline:
            raise RuntimeError("the window did not answer")


def empty_plot() -> float:
    """Milliseconds to paint a pyqtgraph plot that holds nothing, at the size of the window's stage; the median."""
    application()
    plot = pg.PlotWidget()
    plot.resize(1360, 900)
    plot.show()
    times: list[float] = []
    for _ in range(TURNS):
        picture = QImage(QSize(1360, 900), QImage.Format.Format_RGB32)
        plot.plotItem.vb.setRange(xRange=(0, 1 + 0.01 * len(times)))
        start = time.perf_counter()
        painter = QPainter(picture)
        plot.render(painter)
        painter.end()
        times.append(1000.0 * (time.perf_counter() - start))
    plot.close()
    plot.deleteLater()
    return statistics.median(times)


def live_frame(scene: type[Scene[Any, Any]], width: int, height: int) -> float:
    """Milliseconds of one frame while playing, still layer kept: the median over the recording."""
    application()
    show = Show(scene, STUDIO)
    recording = scene.simulation.simulate(scene.simulation.params(), 0)
    show.load(recording)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    show.stage.frame(image)
    times = []
    for k in range(0, recording.last + 1, max(1, recording.last // 120)):
        start = time.perf_counter()
        show.seek(k)
        show.stage.frame(image)
        times.append(1000.0 * (time.perf_counter() - start))
    show.close()
    return statistics.median(times)


def run() -> Iterator[Row]:
    """Knob to frame beside an empty plot, and frames of playback, for every scene."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(SWITCH_SECONDS)
    plain = empty_plot()
    for slug, scene in all_scenes().items():
        times = sorted(knob_to_frame(scene))
        knob = dragged(scene).name
        p95 = times[int(0.95 * (len(times) - 1))]
        yield Row(f"{slug}: {knob} turned to frame, p95 (beside: empty plot)", p95, "ms", plain, None, ONE_FRAME, True)
        yield Row(f"{slug}: {knob} turned to frame, median", statistics.median(times), "ms")
        yield Row(f"{slug}: frame of playback at 1920×1080", live_frame(scene, 1920, 1080), "ms")
        yield Row(f"{slug}: frame of playback at 3840×2160", live_frame(scene, 3840, 2160), "ms")
