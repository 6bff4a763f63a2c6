"""Clouds at 1920 × 1080: milliseconds of a frame while ten thousand points move, of an orbit about the surface, of a run.

Beside a cloud stands what Qt itself takes to draw as many antialiased discs; thirty frames a second leave 33 ms for one.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from app.window import application
from benchmarks.rows import Row
from core.race.knobs import MOST_STARTS
from core.recording import F64
from scenes.optimizers.race import Race
from scenes.show import Show
from scenes.theme import STUDIO

SIZE = (1920, 1080)
THIRTY = 1000.0 / 30.0
CLOUD: dict[str, Any] = {"surface": "himmelblau", "starts": MOST_STARTS, "basins": True, "learning_rate": 0.01}


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return 1000.0 * (time.perf_counter() - start)


def playing(**values: Any) -> list[float]:
    """Each frame of playback, still layer kept."""
    show = Show(Race, STUDIO)
    recording = Race.simulation.simulate(Race.simulation.params.from_mapping(CLOUD | values), 0)
    show.load(recording)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    show.stage.frame(image)

    def frame(k: int) -> None:
        show.seek(k)
        show.stage.frame(image)

    times = [milliseconds(partial(frame, k)) for k in range(0, recording.last + 1, 2)]
    show.close()
    return times


def orbiting(**values: Any) -> list[float]:
    """Each frame of a drag that turns the landscape: the recording is shown anew under another view."""
    show = Show(Race, STUDIO)
    recording = Race.simulation.simulate(Race.simulation.params.from_mapping(values), 0)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    times = []

    def frame() -> None:
        show.load(recording, recording.last)
        show.stage.frame(image)

    for turn in range(40):
        recording = replace(recording, params=recording.params.replace(azimuth=-60.0 + 3.0 * turn))
        times.append(milliseconds(frame))
    show.close()
    return times[2:]


def by_painter(points: F64) -> float:
    """Milliseconds in which QPainter draws antialiased discs at `points` (n, 2), the median of five."""
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    places = [QPointF(x, y) for x, y in points.tolist()]

    def draw() -> None:
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(STUDIO.color("data"))
            for place in places:
                painter.drawEllipse(place, 2.7, 2.7)

    return statistics.median(milliseconds(draw) for _ in range(5))


def run() -> list[Row]:
    """Frames of clouds of one, two and four racers, of an orbit, and runs of a cloud."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    qt = by_painter(np.random.default_rng(0).uniform(100.0, 900.0, (MOST_STARTS, 2)))
    alone: dict[str, Any] = {"second": "none", "third": "none", "fourth": "none"}
    kinds: dict[str, dict[str, Any]] = {
        "one cloud of 10,000 on map and landscape": alone | {"beside": "surface"},
        "two clouds of 10,000": {"third": "none", "beside": "clouds"},
        "four clouds of 10,000": {"fourth": "rmsprop", "beside": "clouds"},
    }
    rows = []
    for name, values in kinds.items():
        times = sorted(playing(**values))
        beside = qt if values is kinds["two clouds of 10,000"] else None
        note = " (beside: Qt’s discs, one cloud)" if beside else ""
        rows.append(Row(f"{name}: frame, p95{note}", times[int(0.95 * len(times))], "ms", beside, None, THIRTY, True))
    times = sorted(orbiting())
    rows.append(Row("orbit about the surface: frame, p95", times[int(0.95 * len(times))], "ms", None, None, THIRTY, True))
    grounds: dict[str, dict[str, Any]] = {"surface": {}, "own f(x, y)": {"surface": "own", "learning_rate": 0.02}}
    for name, values in grounds.items():
        params = Race.simulation.params.from_mapping(CLOUD | alone | values)
        work = partial(Race.simulation.simulate, params, 0)
        seconds = statistics.median(milliseconds(work) for _ in range(5))
        rows.append(Row(f"10,000 starts × 200 steps and map of basins on a {name}", seconds, "ms"))
    return rows
