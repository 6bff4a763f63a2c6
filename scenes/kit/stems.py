"""Stems: a series of single values as bars with heads, or heads alone, fainter the less they count in a running mean."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from core.recording import F64, I64
from scenes.kit.curves import FAR
from scenes.kit.marks import theme_scale
from scenes.kit.plot import Plot
from scenes.theme import Theme

SHADES = 8  # steps from full to faint: so many strokes of the brush, however many bars
FAINTEST = 0.28
ROOM = 5.0  # logical pixels between bars that have heads
CLOSEST = 2.0  # logical pixels between bars that are drawn one by one


class Stems:
    """Values at steps 0 … T of a plot; bar i is drawn up to step k, as strong as its weight decay^(k − i) in a mean at k."""

    def __init__(self, plot: Plot, role: str, bars: bool = True) -> None:
        self.plot, self.role, self.bars = plot, role, bars
        self.x: F64 = np.empty(0)
        self.y: F64 = np.empty(0)
        self.decay, self.foot, self.k = 1.0, 0.0, 0

    def set_values(self, x: F64, y: F64, decay: float, foot: float) -> None:
        """Bars from `foot` to y (n,) at x (n,), NaN and `foot` itself for none; `decay` in [0, 1] per step."""
        self.x, self.y, self.decay, self.foot = x, y, decay, foot

    def set(self, k: int) -> None:
        """Show what has come up to step k."""
        self.k = k

    def paint(self, painter: QPainter) -> None:
        """Draw faint bars first, then stronger ones; heads where there is room between them."""
        theme, last = self.plot.theme, min(self.k + 1, len(self.x))
        shown = np.flatnonzero(~np.isnan(self.y[:last]) & (self.y[:last] != self.foot))
        if not shown.size:
            return
        foot = self.plot.point(float(self.x[0]), self.foot).y()
        room = abs(self.plot.point(1.0, self.foot).x() - self.plot.point(0.0, self.foot).x())  # logical pixels between bars
        shown = self._few(shown, math.ceil(CLOSEST / max(room, 1e-3)))
        tips = np.clip(self.plot.mapped(self.x[shown], self.y[shown]), -FAR, FAR)
        width, radius = _sizes(theme, room)
        shades = np.round(np.power(self.decay, (self.k - shown).astype(np.float64)) * (SHADES - 1)).astype(np.int64)
        for shade in np.unique(shades).tolist():
            color = _mixed(theme, self.role, FAINTEST + (1.0 - FAINTEST) * shade / (SHADES - 1))
            group = tips[shades == shade].tolist()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            if self.bars:  # as rectangles: stroked lines take twenty times as long
                painter.drawRects([QRectF(x - width / 2, min(foot, y), width, abs(y - foot)) for x, y in group])
            if radius:
                for x, y in group:
                    painter.drawEllipse(QPointF(x, y), radius, radius)

    def _few(self, shown: I64, together: int) -> I64:
        """Of bars that lie closer than the eye can part them only the highest and the lowest of each `together`."""
        if together < 2:
            return shown
        order = np.lexsort((self.y[shown], shown // together))  # by group, then by height
        starts = np.flatnonzero(np.diff(shown[order] // together, prepend=-1))
        ends = np.append(starts[1:], len(order)) - 1
        return np.unique(shown[order[np.concatenate((starts, ends))]])


def _sizes(theme: Theme, room: float) -> tuple[float, float]:
    """Width of a bar and radius of its head, 0 for none, in logical pixels, for bars `room` apart."""
    width = min(0.9 * theme.line, max(0.45 * room, 0.35 * theme.line))
    return width, min(4.2 * theme_scale(theme), 0.42 * room) if room > ROOM else 0.0


def _mixed(theme: Theme, role: str, share: float) -> QColor:
    """So much of a role's colour in the panel's: see-through colours would look the same and take sixteen times as long."""
    ink, ground = theme.color(role), theme.color("panel")
    parts = ((ink.redF(), ground.redF()), (ink.greenF(), ground.greenF()), (ink.blueF(), ground.blueF()))
    return QColor.fromRgbF(*(share * a + (1.0 - share) * b for a, b in parts))
