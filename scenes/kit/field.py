"""Field: a function of two variables as a heat map with contour lines."""

import numpy as np
from contourpy import contour_generator
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPaintEngine, QPainter

from core.recording import F64, I64, U8
from scenes.kit.charts import Chart
from scenes.kit.curves import polygon, runs
from scenes.kit.plot import Plot


class Field:
    """A heat map and contours of z(x, y) over a plot's whole range, darkest where z is high.

    Where the plane falls into parts (basins, say), each part has a ramp of its own among `tables`.
    """

    def __init__(self, plot: Plot | Chart, levels: int = 14, stops: tuple[str, ...] | None = None) -> None:
        self.plot, self.count = plot, levels
        self.tables: tuple[U8, ...] = (plot.theme.ramp(stops or plot.theme.field),)
        self.lines: list[F64] = []
        self.low, self.unit, self.top = 0.0, 1.0, 1.0
        self._shown: object = None
        plot.still.append(self)

    def scaled(self, z: F64) -> F64:
        """Heights as they are shown, on the scale of `set`: 0 at the lowest value of the picture, 1 at its highest."""
        with np.errstate(invalid="ignore", over="ignore"):
            shown: F64 = np.log1p(np.maximum(z - self.low, 0.0) / self.unit) / self.top
        return shown

    def set(self, x: F64, y: F64, z: F64, parts: I64 | None = None) -> None:
        """Show z (ny, nx) at the grid x (nx,), y (ny,); the same values again cost nothing.

        `parts` (ny, nx) says which of `tables` colours each point; the first one, when left out.

        Heights are shown as log(1 + (z − min) / u), u the height that 5 % of the picture lies below: a loss that spans
        ten decades stays readable. Contour lines stand at even levels of that same scale.
        """
        drawn = b"" if parts is None else b"".join((parts.tobytes(), *(table.tobytes() for table in self.tables)))
        content = (x.tobytes(), y.tobytes(), z.tobytes(), drawn)
        if content == self._shown:
            return
        self._shown = content
        finite = z[np.isfinite(z)]
        low = float(finite.min()) if finite.size else 0.0
        height = np.where(np.isfinite(z), z, np.nan) - low
        positive = height[np.isfinite(height) & (height > 0)]
        unit = max(float(np.quantile(positive, 0.05)), 1e-300) if positive.size else 1.0
        shown = np.log1p(height / unit)
        top = float(np.nanmax(shown)) if positive.size else 1.0
        self.low, self.unit, self.top = low, unit, top
        filled = np.where(np.isnan(shown), top, shown)
        levels, table = (0.0, top), self.tables[0]
        if parts is not None:  # one table after the other: part p fills p ≤ value < p + 1
            filled, levels, table = parts + 0.999 * filled / top, (0.0, float(len(self.tables))), np.concatenate(self.tables)
        dx, dy = (x[-1] - x[0]) / max(len(x) - 1, 1) / 2, (y[-1] - y[0]) / max(len(y) - 1, 1) / 2
        self.plot.image(filled, (x[0] - dx, x[-1] + dx), (y[0] - dy, y[-1] + dy), levels, table)
        generator = contour_generator(x, y, np.ma.masked_invalid(shown))
        heights = np.linspace(0.0, top, self.count + 2)[1:-1]
        self.lines = [np.asarray(line) for height in heights for line in generator.lines(float(height))]
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
