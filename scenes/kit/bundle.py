"""Bundle: many curves over the same x in one plot, uncovered from left to right as a run goes on.

Dozens of curves of hundreds of points each are too many to draw for every frame. They are drawn once, whole, and a frame
shows them up to its x: going back costs as little as going on, and a frame does not depend on how it was reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from core.recording import F64
from scenes.kit.curves import FAR, polygon, runs
from scenes.kit.kept import Kept
from scenes.kit.marks import theme_scale
from scenes.kit.plot import Plot
from scenes.theme import SOLID

CROSS = 6.5  # half the size of the cross at the end of a failed run, in logical pixels


@dataclass(frozen=True, eq=False)
class Line:
    """One curve: values (n,) with NaN for gaps, its look, and whether a cross stands at its end."""

    y: F64
    role: str
    width: float = 0.5
    dash: tuple[float, ...] = SOLID
    alpha: float = 1.0
    crossed: bool = False


class Bundle:
    """Curves in the live layer of a plot, the later ones on top."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.x: F64 = np.empty(0)
        self.lines: tuple[Line, ...] = ()
        self.k = 0
        self._kept, self._version = Kept(), 0

    def set_lines(self, x: F64, lines: Sequence[Line]) -> None:
        """All of these curves over `x` (n,)."""
        self.x, self.lines = x, tuple(lines)
        self._version += 1

    def set(self, k: int) -> None:
        """Show them up to x[k], all of them from the last x on; their crosses only then."""
        self.k = k

    def paint(self, painter: QPainter) -> None:
        """Lay down the curves as far as they are uncovered."""
        if not self.lines:
            return
        inner, whole = self.plot.inner, self.k >= len(self.x) - 1
        painter.save()
        if not whole:
            edge = self.plot.mapped(self.x[self.k : self.k + 1], np.ones(1))[0, 0]
            painter.setClipRect(
                QRectF(inner.left() - FAR, inner.top(), edge - inner.left() + FAR, inner.height()),
                Qt.ClipOperation.IntersectClip,
            )
        self._kept.paint(painter, inner, (self._version, self.plot.shown), self._draw)
        painter.restore()
        if whole:
            self._crosses(painter)

    def _draw(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in self.lines:
            painter.setPen(self.plot.theme.pen(line.role, line.width, line.dash, line.alpha))
            for run in runs(self.plot.mapped(self.x, line.y)):
                painter.drawPolyline(polygon(run))

    def _crosses(self, painter: QPainter) -> None:
        r = CROSS * theme_scale(self.plot.theme)
        for line in self.lines:
            sound = np.flatnonzero(np.isfinite(line.y))
            if line.crossed and sound.size:
                x, y = self.plot.mapped(self.x[sound[-1:]], line.y[sound[-1:]])[0].tolist()
                x = min(x, self.plot.inner.right() - r - 3.0)
                painter.setPen(self.plot.theme.pen(line.role, 0.9))
                painter.drawLines([QLineF(x - r, y - r, x + r, y + r), QLineF(x - r, y + r, x + r, y - r)])
