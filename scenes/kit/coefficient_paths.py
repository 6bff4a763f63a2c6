"""CoefficientPaths: the weights of a regression over the strength of a penalty, and how many of them are exactly 0."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter

from core.recording import F64
from scenes.kit.curves import Curve
from scenes.kit.kept import Kept
from scenes.kit.marks import Label, Rule
from scenes.kit.plot import Plot

Style = tuple[str, tuple[float, ...]]  # role and dash of a weight


class Revealed:
    """Curves over one x, shown up to a place that moves: they are painted once, and as much as is due is laid down."""

    def __init__(self, plot: Plot, styles: tuple[Style, ...], width: float) -> None:
        self.plot = plot
        self.curves = [Curve(plot, role, width, dash) for role, dash in styles]
        self.kept, self.key = Kept(), b""
        self.end = 0.0

    def set_curves(self, x: F64, y: F64) -> None:
        """All of the curves, y (curve, n) over x (n,)."""
        self.key = x.tobytes() + y.tobytes()
        for curve, values in zip(self.curves, y, strict=True):
            curve.set(x, values)

    def set(self, end: float) -> None:
        """Show them up to x = `end`."""
        self.end = end

    def paint(self, painter: QPainter) -> None:
        """Lay the picture of the whole curves down, cut off at the end; on a vector device draw what is due."""
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            for curve in self.curves:
                x = np.append(curve.x[curve.x < self.end], self.end)
                part = Curve(self.plot, *curve.style)
                part.set(x, np.interp(x, curve.x, curve.y))
                part.paint(painter)
            return
        inner = self.plot.inner
        due = QRectF(inner.left(), inner.top(), self.plot.point(self.end, 0.0).x() - inner.left(), inner.height())
        painter.save()
        painter.setClipRect(due, Qt.ClipOperation.IntersectClip)
        self.kept.paint(painter, inner, (self.key, self.plot.shown), self._all)
        painter.restore()

    def _all(self, painter: QPainter) -> None:
        painter.setClipRect(self.plot.inner)
        for curve in self.curves:
            curve.paint(painter)


class CoefficientPaths:
    """Pale: each weight for every λ. In full colour: up to the present λ, which a rule marks."""

    def __init__(self, plot: Plot, role: str, styles: tuple[Style, ...]) -> None:
        self.plot = plot
        self.zero = Rule(plot, "muted", 0.5)
        self.pale = [Curve(plot, own, 0.7, dash, 0.6) for own, dash in styles]
        self.full = Revealed(plot, styles, 1.2)
        self.rule = Rule(plot, "text", 0.8)
        self.count = Label(plot, role, bold=True, side="left")
        plot.still += [self.zero, *self.pale]
        plot.live += [self.full, self.rule, self.count]
        self._shown = b""

    def prepare(self, grid: F64, path: F64, relative: F64, weights: F64, span: tuple[float, float]) -> None:
        """All weights `path` (n, p) over `grid` (n,), those of the frames `weights` (m, p) at `relative` (m,); `span`: of y."""
        self.relative, self.weights = relative, weights
        self.plot.set_range((0.0, float(grid[-1])), span)
        self.zero.set(y=0.0)
        content = path.tobytes()
        if content != self._shown:  # λ alone changes nothing that stands still
            self._shown = content
            for curve, values in zip(self.pale, path.T, strict=True):
                curve.set(grid, values)
            self.full.set_curves(grid, path.T)

    def draw(self, k: int) -> None:
        """The weights up to frame k, and how many of them are 0."""
        self.full.set(float(self.relative[k]))
        self.rule.set(x=float(self.relative[k]))
        zeros, count = int(np.count_nonzero(self.weights[k] == 0.0)), self.weights.shape[1]
        top = self.plot.y_range[1]
        self.count.set(self.plot.x_range[1], top, f"{zeros} of {count} exactly 0" if zeros else f"none of {count} is 0")
