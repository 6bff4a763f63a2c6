"""Relief: a surface z(x, y) as a landscape in space, by orthographic projection and the painter's algorithm.

Heights come already scaled, 0 to 1. The cells of a grid are filled from far to near, so near hills cover far ones, with the
same contour lines as on a flat map; all that is the still layer, painted again only when the surface or the view changes.
Marks stand on the surface: the pane maps (x, y) to the stage through the height there, and has no place for a point behind a
hill.
"""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
from contourpy import contour_generator
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from core.recording import F64, I64
from scenes.kit.kept import Kept
from scenes.kit.pane import Pane
from scenes.kit.solid import View
from scenes.theme import THEMES, Theme

COLUMNS, ROWS = 42, 42  # cells of the grid
TALL = 0.45  # height of the box over the longer side of its ground
LIGHT = np.array([-0.45, 0.75, 0.5])  # where the light comes from, as seen: from the left, above and before
LEVELS, SHADES = 64, 40  # of height, and of light
SIGHT = 24  # points at which a line of sight is asked whether a hill is in the way
SLACK = 0.03
Mask = npt.NDArray[np.bool_]
Heights = Callable[[F64, F64], F64]


class Relief(Pane):
    """A landscape over `domain` = (x_low, x_high, y_low, y_high), seen from an azimuth and an elevation in degrees."""

    def __init__(self, rect: QRectF, theme: Theme, title: str = "") -> None:
        super().__init__(rect, theme)
        self.title = title
        top = 1.7 * theme.sizes["label"] if title else 0.0
        self.inner = rect.adjusted(0, top, 0, 0)
        self.shown: object = None
        self.view = View(0.0, 45.0)
        self.domain = (-1.0, 1.0, -1.0, 1.0)
        self.heights: Heights = lambda x, y: np.zeros(np.shape(x))
        self.levels: tuple[float, ...] = ()
        self._z: F64 = np.zeros((ROWS + 1, COLUMNS + 1))
        self._seen: Mask = np.ones((ROWS + 1, COLUMNS + 1), dtype=bool)
        self._lines: F64 = np.empty((0, 2, 3))
        self._content: object = None
        self._kept = Kept()

    @property
    def room(self) -> QRectF:
        """The part below the title."""
        return self.inner

    def set(
        self,
        domain: tuple[float, float, float, float],
        heights: Heights,
        levels: Iterable[float],
        azimuth: float,
        elevation: float,
    ) -> None:
        """Show `heights` (x, y ↦ 0 to 1, NaN where there is nothing), with contour lines at `levels`."""
        self.domain, self.heights, self.levels = domain, heights, tuple(levels)
        xs, ys = np.linspace(*domain[:2], COLUMNS + 1), np.linspace(*domain[2:], ROWS + 1)
        z = np.clip(heights(*np.meshgrid(xs, ys)), 0.0, 1.0)
        content = (domain, self.levels, z.tobytes())
        if content != self._content:
            self._content, self._z = content, z
            self._lines = self._contours(xs, ys)
        key = (content, azimuth, elevation, self.inner.getRect())
        if key != self.shown:
            self.shown = key
            feet = np.array([self._space(x, y, 0.0) for x in domain[:2] for y in domain[2:]])
            ground = self._space(*np.meshgrid(xs, ys), np.nan_to_num(z)).reshape(-1, 3)
            self.view = View(azimuth, elevation).fitted(np.concatenate((feet, ground)), self.inner.adjusted(12, 8, -12, -12))
            self._seen = self._in_sight()
            self.touch()

    # -- geometry ------------------------------------------------------------------------------------------------------

    def _space(self, x: F64 | float, y: F64 | float, z: F64 | float) -> F64:
        """Points in space (…, 3): x to the right, height up, y away from us."""
        x_low, x_high, y_low, y_high = self.domain
        longer = max(x_high - x_low, y_high - y_low)
        right, away = (2 * np.asarray(x) - x_low - x_high) / longer, (2 * np.asarray(y) - y_low - y_high) / longer
        placed: F64 = np.stack(np.broadcast_arrays(right, 2 * TALL * (np.asarray(z) - 0.5), -away), axis=-1)
        return placed

    def _steps(self) -> tuple[float, float]:
        """How long a cell is in space, along x and along y."""
        x_low, x_high, y_low, y_high = self.domain
        longer = max(x_high - x_low, y_high - y_low)
        return 2 * (x_high - x_low) / longer / COLUMNS, 2 * (y_high - y_low) / longer / ROWS

    def _in_sight(self) -> Mask:
        """For every point of the grid, whether no hill stands between it and us.

        The line of sight is followed towards us until it has left the box. A hill that rises less than `SLACK` above it does
        not count: near its start that is the surface at the point itself.
        """
        x_step, y_step = self._steps()
        toward, heights = self.view.toward, 2 * TALL * np.nan_to_num(self._z)
        row, column = np.mgrid[: ROWS + 1, : COLUMNS + 1].astype(np.float64)
        seen = np.ones(heights.shape, dtype=bool)
        for way in np.linspace(0.0, 2 * TALL / max(toward[1], 0.05), SIGHT)[1:]:
            # In grid units: y runs against z.
            i, j = np.rint(column + way * toward[0] / x_step).astype(int), np.rint(row - way * toward[2] / y_step).astype(int)
            inside = (i >= 0) & (i <= COLUMNS) & (j >= 0) & (j <= ROWS)
            hill = heights[np.clip(j, 0, ROWS), np.clip(i, 0, COLUMNS)]
            seen &= ~(inside & (hill > heights + way * toward[1] + SLACK))
        return seen

    def mapped(self, x: F64, y: F64) -> F64:
        """Stage points (n, 2) of (x, y) on the surface; NaN beyond the domain and behind a hill."""
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        x_low, x_high, y_low, y_high = self.domain
        with np.errstate(invalid="ignore"):
            inside = (x >= x_low) & (x <= x_high) & (y >= y_low) & (y <= y_high)
            z = np.clip(self.heights(x, y), 0.0, 1.0)
        column = np.where(inside, (x - x_low) / (x_high - x_low) * COLUMNS, 0.0)
        row = np.where(inside, (y - y_low) / (y_high - y_low) * ROWS, 0.0)
        inside &= self._seen[np.rint(row).astype(int), np.rint(column).astype(int)]
        return np.where(inside[:, None], self.view.project(self._space(x, y, z)), np.nan)

    def point(self, x: float, y: float) -> QPointF:
        """The stage point of (x, y) on the surface; NaN coordinates where it is not seen."""
        return QPointF(*self.mapped(np.array([x]), np.array([y]))[0].tolist())

    # -- painting ------------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        """Title, cells from far to near with their pieces of contour, then the still marks."""
        if self.rect.isEmpty():
            return
        theme = self.theme
        if self.title:
            painter.setFont(theme.font("label", bold=True))
            painter.setPen(theme.color("text"))
            box = QRectF(self.rect.left(), self.rect.top(), self.rect.width(), 1.4 * theme.sizes["label"])
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.title)
        # On an image of its own: under the clip of a repaint of this pane alone, Qt fills polygons a little differently.
        self._kept.paint(painter, self.inner, self.shown, self._paint_landscape)
        super().paint_still(painter)

    def _paint_landscape(self, painter: QPainter) -> None:
        self._paint_ground(painter)
        self._paint_cells(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        x_low, x_high, y_low, y_high = self.domain
        corners = [(x_low, y_low), (x_high, y_low), (x_high, y_high), (x_low, y_high)]
        placed = self.view.project(np.array([self._space(x, y, 0.0) for x, y in corners]))
        painter.setPen(self.theme.pen("border", 0.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in placed.tolist()]))

    def _paint_cells(self, painter: QPainter) -> None:
        x_low, x_high, y_low, y_high = self.domain
        xs, ys = np.meshgrid(np.linspace(x_low, x_high, COLUMNS + 1), np.linspace(y_low, y_high, ROWS + 1))
        corners = self.view.project(self._space(xs, ys, np.nan_to_num(self._z)))
        quads = np.stack((corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]), axis=2)
        whole = np.isfinite(self._z[:-1, :-1] + self._z[:-1, 1:] + self._z[1:, 1:] + self._z[1:, :-1])
        table, shade = _palette(self.theme.name), self._shades()
        if self.view.toward[0] < 0.0:  # far ones first, as `nearer_last` has it
            quads, whole, shade = quads[:, ::-1], whole[:, ::-1], shade[:, ::-1]
        if self.view.toward[2] > 0.0:
            quads, whole, shade = quads[::-1], whole[::-1], shade[::-1]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # or neighbours would leave a seam
        painter.setPen(Qt.PenStyle.NoPen)
        last = -1
        for (x0, y0, x1, y1, x2, y2, x3, y3), color in zip(
            quads[whole].reshape(-1, 8).tolist(), shade[whole].tolist(), strict=True
        ):
            if color != last:
                painter.setBrush(table[color])
                last = color
            painter.drawConvexPolygon((QPointF(x0, y0), QPointF(x1, y1), QPointF(x2, y2), QPointF(x3, y3)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        pen = self.theme.pen("contour", 0.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # at this width nobody sees the joints, and round ones cost ten times as much
        painter.setPen(pen)
        painter.drawLines([QLineF(*ends) for ends in self._lines_in_sight().tolist()])

    def _lines_in_sight(self) -> F64:
        """The ends (m, 4) of the pieces of contour that no hill hides, on the stage."""
        if not len(self._lines):
            return np.empty((0, 4))
        x_low, x_high, y_low, y_high = self.domain
        middle = self._lines.mean(axis=1)
        column, row = (middle[:, 0] - x_low) / (x_high - x_low) * COLUMNS, (middle[:, 1] - y_low) / (y_high - y_low) * ROWS
        seen = self._lines[self._seen[np.rint(row).astype(int), np.rint(column).astype(int)]]
        return self.view.project(self._space(*seen.reshape(-1, 3).T)).reshape(-1, 4)

    def _shades(self) -> I64:
        """The place of each cell (rows, columns) in the palette, by its height and by how much light falls on it."""
        z = np.nan_to_num(self._z)
        middle = 0.25 * (z[:-1, :-1] + z[:-1, 1:] + z[1:, 1:] + z[1:, :-1])
        x_step, y_step = self._steps()
        slope_x = 2 * TALL * 0.5 * (z[:-1, 1:] - z[:-1, :-1] + z[1:, 1:] - z[1:, :-1]) / x_step
        slope_y = 2 * TALL * 0.5 * (z[1:, :-1] - z[:-1, :-1] + z[1:, 1:] - z[:-1, 1:]) / y_step
        normal = np.stack((-slope_x, np.ones_like(middle), slope_y), axis=-1)
        turned = View(self.view.azimuth, 0.0)
        right, toward = turned.screen[0], turned.toward
        light = LIGHT[0] * right + LIGHT[1] * np.array([0.0, 1.0, 0.0]) + LIGHT[2] * toward
        bright = normal @ (light / np.linalg.norm(light)) / np.linalg.norm(normal, axis=-1)
        lit = np.clip(bright * SHADES, 0, SHADES - 1).astype(np.int64)
        placed: I64 = np.clip(middle * (LEVELS - 0.001), 0, LEVELS - 1).astype(np.int64) * SHADES + lit
        return placed

    def _contours(self, xs: F64, ys: F64) -> F64:
        """All pieces of contour line, (m, 2, 3) as x, y, height of their ends."""
        generator = contour_generator(xs, ys, np.ma.masked_invalid(self._z))
        pieces = [np.empty((0, 2, 3))]
        for level in self.levels:
            for line in generator.lines(level):
                points = np.column_stack((np.asarray(line), np.full(len(line), level)))
                pieces.append(np.stack((points[:-1], points[1:]), axis=1))
        return np.concatenate(pieces)


@cache
def _palette(theme_name: str) -> list[QColor]:
    """The ramp of a theme's heat maps, each colour in `SHADES` lights: darker in shadow, lighter where light falls straight."""
    theme = THEMES[theme_name]
    ramp = theme.ramp(theme.field, LEVELS)[:, None, :3].astype(np.float64)
    change = 0.42 * ((np.arange(SHADES) + 0.5) / SHADES - 0.62)
    target = np.where(change > 0, 255.0, 0.0)[None, :, None]
    share = np.abs(change)[None, :, None]
    mixed = np.round((1 - share) * ramp + share * target).astype(int)
    return [QColor(*color) for color in mixed.reshape(-1, 3).tolist()]
