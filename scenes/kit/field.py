"""Field: a function of two variables as a heat map with contour lines."""

import numpy as np
from contourpy import contour_generator
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPaintEngine, QPainter

from core.recording import F64
from scenes.kit.curves import polygon, runs
from scenes.kit.plot import Plot


class Field:
    """A heat map and contours of z(x, y) over a plot's whole range, darkest where z is high."""

    def __init__(self, plot: Plot, levels: int = 14, stops: tuple[str, ...] | None = None) -> None:
        self.plot, self.count = plot, levels
        self.table = plot.theme.ramp(stops or plot.theme.field)
        self.lines: list[F64] = []
        self._shown: object = None
        plot.still.append(self)

    def set(self, x: F64, y: F64, z: F64) -> None:
        """Show z (ny, nx) at the grid x (nx,), y (ny,); the same values again cost nothing.

        Heights are shown as log(1 + (z − min) / u), u the height that 5 % of the picture lies below: a loss that spans
        ten decades stays readable. Contour lines stand at even levels of that same scale.
        """
        content = (x.tobytes(), y.tobytes(), z.tobytes())
        if content == self._shown:
            return
        self._shown = content
        finite = z[np.isfinite(z)]
        low = float(finite.min()) if finite.size else 0.0
        height = np.where(np.isfinite(z), z, np.nan) - low
        positive = height[np.isfinite(height) & (height > 0)]
        unit = float(np.quantile(positive, 0.05)) if positive.size else 1.0
        shown = np.log1p(height / unit)
        top = float(np.nanmax(shown)) if positive.size else 1.0
        filled = np.where(np.isnan(shown), top, shown)
        dx, dy = (x[-1] - x[0]) / max(len(x) - 1, 1) / 2, (y[-1] - y[0]) / max(len(y) - 1, 1) / 2
        self.plot.image(filled, (x[0] - dx, x[-1] + dx), (y[0] - dy, y[-1] + dy), (0.0, top), self.table)
        generator = contour_generator(x, y, np.ma.masked_invalid(shown))
        levels = np.linspace(0.0, top, self.count + 2)[1:-1]
        self.lines = [np.asarray(line) for level in levels for line in generator.lines(float(level))]
        self.plot.touch()

    def paint(self, painter: QPainter) -> None:
        """Draw the contour lines."""
        pen = self.plot.theme.pen("contour", 0.5)
        raster = painter.paintEngine().type() == QPaintEngine.Type.Raster
        if raster:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in self.lines:
            points = self.plot.mapped(line[:, 0], line[:, 1])
            if raster:  # loose segments: at this width nobody sees the joints, and they cost a tenth of a stroked path
                painter.drawLines([QLineF(*ends) for ends in np.hstack((points[:-1], points[1:])).tolist()])
            else:
                for run in runs(points):
                    painter.drawPolyline(polygon(run))
