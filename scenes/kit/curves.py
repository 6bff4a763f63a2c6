"""Curves: polylines, bands between them and histograms, in a plot.

Each is made once and then `set` to values; NaN breaks a line. They paint in logical coordinates, so they are the same on
screen, in a film and in a vector file.
"""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from core.recording import F64
from scenes.kit.pane import Pane
from scenes.theme import SOLID

FAR = 1e5  # logical pixels: farther points are pulled in, or the rasteriser's integers overflow


def runs(points: F64) -> list[F64]:
    """The unbroken stretches of a polyline with NaN gaps, each (m, 2), points far outside pulled in to ±FAR."""
    finite = ~np.isnan(points).any(axis=1)
    clipped = np.clip(points, -FAR, FAR)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], finite.view(np.int8), [0]))))
    return [clipped[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]


def polygon(points: F64) -> QPolygonF:
    """A QPolygonF of (n, 2) stage points."""
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


class Curve:
    """A polyline through data points. Solid for what was simulated, dashed for what theory says."""

    def __init__(self, pane: Pane, role: str, width: float = 1.0, dash: tuple[float, ...] = SOLID, alpha: float = 1.0) -> None:
        self.pane = pane
        self.style = (role, width, dash, alpha)
        self.x: F64 = np.empty(0)
        self.y: F64 = np.empty(0)

    def set(self, x: F64, y: F64) -> None:
        """Draw through (x, y), both (n,); NaN breaks the line."""
        self.x, self.y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.pane.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw the polyline."""
        painter.setPen(self.pane.theme.pen(*self.style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for run in runs(_mapped(self.pane, self.x, self.y)):
            painter.drawPolyline(polygon(run))


class Band:
    """The region between two curves over the same x, e.g. mean ± deviation."""

    def __init__(self, pane: Pane, role: str, alpha: float = 0.22) -> None:
        self.pane, self.role, self.alpha = pane, role, alpha
        self.x: F64 = np.empty(0)
        self.low: F64 = np.empty(0)
        self.high: F64 = np.empty(0)

    def set(self, x: F64, low: F64, high: F64) -> None:
        """Fill between `low` and `high` over `x`, all (n,)."""
        self.x, self.low, self.high = x, low, high
        self.pane.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Fill the region."""
        below, above = _mapped(self.pane, self.x, self.low), _mapped(self.pane, self.x, self.high)
        sound = ~(np.isnan(below).any(axis=1) | np.isnan(above).any(axis=1))
        if sound.sum() < 2:
            return
        outline = np.clip(np.concatenate((below[sound], above[sound][::-1])), -FAR, FAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.pane.theme.color(self.role, self.alpha))
        painter.drawPolygon(polygon(outline))


class Bars:
    """A histogram: bars between edges, standing on `base`."""

    def __init__(self, pane: Pane, role: str, alpha: float = 1.0, base: float = 0.0) -> None:
        self.pane, self.role, self.alpha, self.base = pane, role, alpha, base
        self.edges: F64 = np.empty(0)
        self.heights: F64 = np.empty(0)

    def set(self, edges: F64, heights: F64) -> None:
        """Bars of `heights` (n,) between `edges` (n+1,)."""
        self.edges, self.heights = edges, heights
        self.pane.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw the bars with a hair of space between them."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.pane.theme.color(self.role, self.alpha))
        for left, right, height in zip(self.edges[:-1], self.edges[1:], self.heights, strict=False):
            if height > self.base:
                corner, foot = self.pane.point(float(left), float(height)), self.pane.point(float(right), self.base)
                painter.drawRect(QRectF(corner, foot).adjusted(0.75, 0, -0.75, 0))


def _mapped(pane: Pane, x: F64, y: F64) -> F64:
    mapped = getattr(pane, "mapped", None)
    points: F64 = mapped(x, y) if mapped else np.stack((x, y), axis=1)
    return points
