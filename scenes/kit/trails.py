"""Trails: the paths of several runs, growing step by step.

A thick antialiased line of thousands of noisy segments costs pyqtgraph 100 ms a frame. Here every segment is drawn once
into a kept layer, one after the other, so going forward draws only what is new, and going back draws the layer anew
with the very same strokes: a frame does not depend on how it was reached.
"""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

from core.recording import F64
from scenes.kit.curves import FAR
from scenes.kit.marks import theme_scale
from scenes.kit.place import Place
from scenes.theme import SOLID


class Trails:
    """Paths of several runs in one plot, or on a surface in space, up to step k.

    There is a dot at each step where there is room for it.
    """

    def __init__(
        self,
        plot: Place,
        roles: tuple[str, ...],
        dashes: tuple[tuple[float, ...], ...] | None = None,
        *,
        width: float = 1.0,
        dots: bool = True,
    ) -> None:
        self.plot, self.roles, self.width, self.dots = plot, roles, width, dots
        self.dashes = dashes or (SOLID,) * len(roles)
        self.x: F64 = np.empty((len(roles), 0))
        self.y: F64 = np.empty((len(roles), 0))
        self.k = 0
        self._layer = QImage()
        self._drawn = -1
        self._points: F64 | None = None
        self._gone: F64 = np.empty((len(roles), 0))  # length of each path up to each step
        self._span: object = None
        self._key: object = None

    def dress(self, roles: tuple[str, ...], dashes: tuple[tuple[float, ...], ...]) -> None:
        """Take other colours and dashes, for as many paths as `set_paths` will bring."""
        self.roles, self.dashes = roles, dashes

    def set_paths(self, x: F64, y: F64) -> None:
        """The whole paths, both (runs, steps+1); NaN after a run broke off."""
        self.x, self.y = x, y
        self._points = None
        self._drawn = -1

    def set(self, k: int) -> None:
        """Show the paths up to step k."""
        self.k = k

    def paint(self, painter: QPainter) -> None:
        """Lay down the kept layer, extended to step k; on a vector device draw the strokes themselves."""
        points = self._mapped()
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            self._strokes(painter, points, 0, self.k)
            return
        transform = painter.worldTransform()
        scale, inner = transform.m11(), self.plot.inner
        origin = transform.map(inner.topLeft())
        # The layer's pixel grid coincides with the picture's, so nothing is resampled when it is laid down.
        corner = QPoint(math.floor(origin.x()), math.floor(origin.y()))
        key = (scale, origin.x(), origin.y())
        if self._key != key:
            size = QSize(math.ceil(inner.width() * scale) + 2, math.ceil(inner.height() * scale) + 2)
            self._layer = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._key, self._drawn = key, -1
        if self._drawn > self.k or self._drawn < 0:
            self._layer.fill(Qt.GlobalColor.transparent)
            self._drawn = 0
        if self._drawn < self.k:
            with QPainter(self._layer) as brush:
                brush.setRenderHint(QPainter.RenderHint.Antialiasing)
                brush.translate(origin - QPointF(corner))
                brush.scale(scale, scale)
                brush.translate(-inner.topLeft())
                self._strokes(brush, points, self._drawn, self.k)
            self._drawn = self.k
        painter.save()
        painter.resetTransform()
        painter.drawImage(corner, self._layer)
        painter.restore()

    def _mapped(self) -> F64:
        """Stage points (runs, steps+1, 2), mapped once for these paths and this range of the axes."""
        span = self.plot.shown
        if self._points is None or self._span != span:
            flat = np.clip(self.plot.mapped(self.x.ravel(), self.y.ravel()), -FAR, FAR)
            self._points = flat.reshape(*self.x.shape, 2)
            steps = np.hypot(*np.moveaxis(np.diff(self._points, axis=1), 2, 0))
            self._gone = np.concatenate((np.zeros((len(steps), 1)), np.cumsum(np.nan_to_num(steps), axis=1)), axis=1)
            self._span, self._drawn = span, -1
        return self._points

    def _strokes(self, painter: QPainter, points: F64, start: int, stop: int) -> None:
        """Draw segments start → stop of every run, step by step so that the order never depends on where one began."""
        theme = self.plot.theme
        pens = [theme.pen(role, self.width, dash) for role, dash in zip(self.roles, self.dashes, strict=True)]
        fills = [theme.color(role) for role in self.roles]
        radius = 4.0 * theme_scale(theme) * self.width
        for step in range(start, min(stop, points.shape[1] - 1)):
            for run, pen in enumerate(pens):
                (x0, y0), (x1, y1) = points[run, step : step + 2].tolist()
                if x0 != x0 or y0 != y0 or x1 != x1 or y1 != y1:
                    continue
                if self.dashes[run]:  # the pattern runs on from where the last segment left it
                    pen.setDashOffset(self._gone[run, step] / pen.widthF())
                painter.setPen(pen)
                painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))
                if self.dots and self._gone[run, step + 1] - self._gone[run, step] > 2.2 * radius:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(fills[run])
                    painter.drawEllipse(QPointF(x1, y1), radius, radius)
