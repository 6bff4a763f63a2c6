"""Heap: many runs that stand somewhere along x, piled up over a curve, higher where they are many."""

import numpy as np
from PySide6.QtGui import QPainter

from core.recording import F64
from scenes.kit.cloud import Cloud
from scenes.kit.plot import Plot

GOLDEN = 0.5 * (5.0**0.5 - 1.0)  # multiples of it fill the unit interval evenly, however many there are


class Heap:
    """One dot for each run. A run keeps its share of the height, so dots move as runs do, and do not jump about in the heap."""

    def __init__(self, plot: Plot, role: str) -> None:
        self.plot, self.role = plot, role
        self.cloud = Cloud(plot)
        self.edges: F64 = np.array([0.0, 1.0])
        self.scale = 1.0
        self.part: F64 = np.empty(0)

    def prepare(self, runs: int, edges: F64, scale: float) -> None:
        """Of so many runs; edges (bins + 1,), evenly spaced; scale: height of the heap for each run in a bin."""
        self.edges, self.scale = edges, scale
        self.part = np.modf((np.arange(runs) + 0.5) * GOLDEN)[0]
        self.cloud.dress((self.role,), np.zeros(runs, dtype=np.int64))

    def set(self, x: F64, ground: F64, counts: F64) -> None:
        """Runs at x (n,) over `ground` (n,), with `counts` (bins,) of them in each bin; beyond the bins there is no heap."""
        bins = len(counts)
        place = (x - self.edges[0]) / (self.edges[-1] - self.edges[0]) * bins
        inside = (place >= 0.0) & (place < bins)
        many = np.where(inside, counts[np.where(inside, place, 0.0).astype(np.int64)], 0.0)
        self.cloud.set(np.stack((x, ground + self.scale * many * self.part), axis=1))

    def paint(self, painter: QPainter) -> None:
        """Draw the dots."""
        self.cloud.paint(painter)
