"""Cell map: a grid of results over two logarithmic axes as coloured cells, known at first from coarse cells only.

Bright is good. The line around the good cells tells them without colour; cells that broke off are red.
"""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

from core.recording import F64, U8
from scenes.kit.plot import Plot

B8 = npt.NDArray[np.bool_]


class CellMap:
    """Cells of a plot with two logarithmic axes; add it to the plot's still marks before all others."""

    def __init__(self, plot: Plot, coarse: int) -> None:
        """`coarse`: cells between those of the first picture, a power of two; each later pass halves it."""
        self.plot, self.coarse = plot, coarse
        theme = plot.theme
        self.ramp = theme.ramp((theme.colors["data"], *theme.field[:1], theme.colors["panel"]), 256)
        self.x: F64 = np.empty(0)
        self.y: F64 = np.empty((0, 0))
        self.colors: U8 = np.empty((0, 0, 4), dtype=np.uint8)
        self.outline: F64 = np.empty((0, 4))  # log₁₀ of the ends (x, y, x, y) of the line's parts

    def set(self, x: F64, y: F64, values: F64, broken: F64, levels: tuple[float, float], limit: float) -> None:
        """Show values (rows, columns), NaN where unknown or broken off; broken (rows, columns): 1, 0, or NaN where unknown.

        x (columns + 1,): log₁₀ of the cells' edges;  y (rows + 1, columns): likewise, column by column.  levels: the best value
        and the one beyond which nothing is told apart;  limit: the worst value of a good cell.
        """
        self.x, self.y = x, y
        filled = self._filled(values, broken)
        values, broken = filled
        low, high = levels
        share = (np.where(np.isfinite(values), values, high) - low) / max(high - low, 1e-12)
        index = np.clip(np.round(np.sqrt(np.clip(share, 0.0, 1.0)) * 255), 0, 255).astype(np.int64)
        self.colors = self.ramp[index]
        theme = self.plot.theme
        for where, role, alpha in ((broken == 1.0, "bad", 0.75), (np.isnan(broken), "panel", 1.0)):
            color = theme.color(role, alpha)
            self.colors[where] = (color.red(), color.green(), color.blue(), color.alpha())
        with np.errstate(invalid="ignore"):
            self.outline = _outline(values <= limit, x, y)
        self.plot.touch()

    def _filled(self, values: F64, broken: F64) -> tuple[F64, F64]:
        """Cells not known yet stand for the known one at the corner of their block: coarse blocks first, then finer."""
        values, broken = values.copy(), broken.copy()
        step = 2
        while step <= self.coarse and np.isnan(broken).any():
            unknown = np.isnan(broken)
            rows, columns = (np.arange(length) // step * step for length in values.shape)
            corner = np.ix_(rows, columns)
            values[unknown], broken[unknown] = values[corner][unknown], broken[corner][unknown]
            step *= 2
        return values, broken

    def paint(self, painter: QPainter) -> None:
        """Draw the cells, column by column, then the line around the good ones."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        raster = painter.paintEngine().type() == QPaintEngine.Type.Raster
        for column in range(self.colors.shape[1]):
            left, right = self.x[column : column + 2].tolist()
            edges = self.y[:, column]
            if raster:
                pixels = np.ascontiguousarray(self.colors[::-1, column])
                image = QImage(pixels.tobytes(), 1, len(pixels), 4, QImage.Format.Format_RGBA8888)
                painter.drawImage(self._rect(left, right, float(edges[0]), float(edges[-1])), image)
            else:
                for row, (low, high) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
                    red, green, blue, alpha = self.colors[row, column].tolist()
                    color = self.plot.theme.color("panel")
                    color.setRgb(red, green, blue, alpha)
                    painter.fillRect(self._rect(left, right, low, high), color)
        painter.restore()
        pen = self.plot.theme.pen("text", 0.55)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        if len(self.outline):
            ends = [self.plot.mapped(*np.power(10.0, self.outline[:, at : at + 2]).T) for at in (0, 2)]
            painter.drawLines([QLineF(*line) for line in np.hstack(ends).tolist()])

    def _rect(self, left: float, right: float, low: float, high: float) -> QRectF:
        corner, foot = self.plot.point(10.0**left, 10.0**high), self.plot.point(10.0**right, 10.0**low)
        return QRectF(corner, foot)


def _outline(good: B8, x: F64, y: F64) -> F64:
    """The parts (n, 4) of the line between good cells and others, none along the map's own border."""
    parts = []
    for row, column in np.argwhere(good[1:] != good[:-1]).tolist():
        parts.append((x[column], y[row + 1, column], x[column + 1], y[row + 1, column]))
    for column in range(good.shape[1] - 1):
        ends = y[:, column : column + 2]
        levels = np.unique(ends[(ends >= ends[0].max()) & (ends <= ends[-1].min())])  # where both columns have cells
        middles = 0.5 * (levels[1:] + levels[:-1])
        left, right = (good[np.searchsorted(y[:, side], middles) - 1, side] for side in (column, column + 1))
        apart = np.flatnonzero(np.diff(np.concatenate(([False], left != right, [False])).astype(np.int8)))
        parts += [(x[column + 1], levels[low], x[column + 1], levels[high]) for low, high in apart.reshape(-1, 2).tolist()]
    return np.array(parts, dtype=np.float64).reshape(-1, 4)
