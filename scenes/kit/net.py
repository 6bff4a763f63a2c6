"""Net: a layered network as a picture, units in columns and the edges between them, in QPainter's paths alone.

Width and strength of an edge follow its weight, hue its sign; the fill of a unit follows its value. A silenced unit is a
dashed ring with a cross, and its edges fade to hair lines; one that is turned up has a halo.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core.recording import F64
from scenes.kit.marks import theme_scale
from scenes.theme import Theme

LEVELS = 6  # strengths of an edge that are told apart
FAINT = 0.04  # edges weaker than this share of the strongest are hair lines only
LARGEST = 24.0  # logical pixels, radius of a unit where there is room


@dataclass(eq=False)
class NetGraph:
    """Columns of units in `rect`; `place` says how many, `set` what they are doing."""

    theme: Theme
    role: str = "series.2"  # the colour of a value
    rect: QRectF = field(default_factory=QRectF)
    points: list[F64] = field(default_factory=list)  # per layer (units, 2)
    radius: float = LARGEST
    weights: list[F64] = field(default_factory=list)  # per pair of layers (units above, units below), 1 the strongest
    values: list[F64] = field(default_factory=list)  # per layer (units,), 0 to 1
    gains: list[F64] = field(default_factory=list)  # per layer (units,), 0 for a silenced unit, 1 for a plain one

    def place(self, rect: QRectF, sizes: Sequence[int]) -> None:
        """Stand in `rect` with these numbers of units, from left to right."""
        self.rect = rect
        pitch = rect.height() / max(*sizes, 1)
        column = rect.width() / max(len(sizes) - 1, 1)
        self.radius = min(LARGEST * theme_scale(self.theme), 0.4 * pitch, 0.2 * column)
        inner = rect.adjusted(1.4 * self.radius, 0, -1.4 * self.radius, 0)
        xs = np.linspace(inner.left(), inner.right(), len(sizes))
        self.points = []
        for x, size in zip(xs.tolist(), sizes, strict=True):
            step = min(pitch * (1.0 + 1.2 * (max(sizes) - size) / max(sizes)), 6.0 * self.radius)
            ys = rect.center().y() + (np.arange(size) - (size - 1) / 2) * step
            self.points.append(np.stack((np.full(size, x), ys), axis=1))

    def set(self, weights: Sequence[F64], values: Sequence[F64], gains: Sequence[F64]) -> None:
        """Weights as they act (a silenced unit's are 0), values and gains of the units, layer by layer."""
        self.weights, self.values, self.gains = list(weights), list(values), list(gains)

    def unit_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(layer, unit) under or very near a stage point."""
        for layer, points in enumerate(self.points):
            away = np.hypot(points[:, 0] - x, points[:, 1] - y)
            if away.size and away.min() < 1.4 * self.radius:
                return layer, int(away.argmin())
        return None

    def paint_ghost(self, painter: QPainter) -> None:
        """Every edge there is, barely to be seen.

        Belongs under `paint` in the live layer: a clipped repaint of hair lines differs from a full one in the last bit.
        """
        painter.setPen(self._edge("ghost", 0.25, 0.45))
        for below, above in itertools.pairwise(self.points):
            painter.drawLines(_lines(below, above, [(i, j) for j in range(len(above)) for i in range(len(below))]))

    def paint(self, painter: QPainter) -> None:
        """The edges that carry something, weak ones first, and the units on top."""
        for level in range(LEVELS):
            strength = (level + 1) / LEVELS
            for role, sign in (("negative", -1.0), ("positive", 1.0)):
                painter.setPen(self._edge(role, 0.18 + 1.0 * strength, 0.25 + 0.75 * strength))
                for layer, weight in enumerate(self.weights):
                    signed = sign * np.clip(weight, -1.0, 1.0)
                    chosen = (signed > FAINT) & (np.ceil(signed * LEVELS) == level + 1)
                    if chosen.any():
                        pairs = [(i, j) for j, i in np.argwhere(chosen).tolist()]
                        painter.drawLines(_lines(self.points[layer], self.points[layer + 1], pairs))
        for layer, points in enumerate(self.points):
            for unit, (x, y) in enumerate(points.tolist()):
                self._unit(painter, QPointF(x, y), float(self.values[layer][unit]), float(self.gains[layer][unit]))

    def _edge(self, role: str, width: float, share: float) -> QPen:
        """An opaque pen with flat ends: Qt draws it thirty times faster than a translucent or a round one."""
        pen = self.theme.pen(role, width)
        pen.setColor(blend(self.theme.color("background"), self.theme.color(role), share))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _unit(self, painter: QPainter, at: QPointF, value: float, gain: float) -> None:
        theme, r = self.theme, self.radius
        if gain == 0.0:
            painter.setPen(theme.pen("faint", 0.6, (2.2, 2.2)))
            painter.setBrush(theme.color("background"))
            painter.drawEllipse(at, r, r)
            painter.setPen(theme.pen("faint", 0.7))
            arm = 0.4 * r
            painter.drawLine(QLineF(at.x() - arm, at.y() - arm, at.x() + arm, at.y() + arm))
            painter.drawLine(QLineF(at.x() - arm, at.y() + arm, at.x() + arm, at.y() - arm))
            return
        if gain > 1.0 and value > 0.0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(self.role, 0.32))
            halo = r * (1.12 + 0.45 * (1.0 - 1.0 / gain))
            painter.drawEllipse(at, halo, halo)
        painter.setPen(theme.pen("text", 0.55))
        painter.setBrush(blend(theme.color("panel"), theme.color(self.role), min(max(value, 0.0), 1.0)))
        painter.drawEllipse(at, r, r)

    def paint_ring(self, painter: QPainter, layer: int, unit: int) -> None:
        """A ring about one unit: the one that is looked at."""
        x, y = self.points[layer][unit].tolist()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self.theme.pen("theory", 1.3))
        painter.drawEllipse(QPointF(x, y), self.radius * 1.55, self.radius * 1.55)


def blend(low: QColor, high: QColor, share: float) -> QColor:
    """The colour between two, 0 the first and 1 the second."""
    mix = [a + (b - a) * share for a, b in zip(low.getRgbF()[:3], high.getRgbF()[:3], strict=True)]  # type: ignore[index]
    return QColor.fromRgbF(*mix)


def _lines(below: F64, above: F64, pairs: Sequence[tuple[int, int]]) -> list[QLineF]:
    starts, ends = below.tolist(), above.tolist()
    return [QLineF(*starts[i], *ends[j]) for i, j in pairs]
