"""Tensor cube: a box of numbers as colour, cut into sets, one of which is lit and lifted out of its slot."""

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPolygonF

from core.recording import F64
from scenes.kit.blocks import GAP, Block, Blocks, Side, entry_at
from scenes.kit.kept import Kept
from scenes.kit.solid import Palette, View
from scenes.theme import THEMES, Theme

LIT = "series.2"  # the orange of the set that shares one mean and one variance
LEVELS = 128
CLOSED = 1.5  # pixels: a narrower gap between blocks is as good as none
_SHADES = (("background", 0.0), ("#000000", 0.2), ("#ffffff", 0.16))  # by facing: front, flank, top
_EDGES = {"N": 2, "C": 0, "P": 1}  # which axis of space each axis of the tensor runs along


def mixed(color: QColor, other: QColor, share: float) -> QColor:
    """`color` with `share` of `other` in it."""
    ends = ((color.red(), other.red()), (color.green(), other.green()), (color.blue(), other.blue()))
    return QColor(*(round((1.0 - share) * a + share * b) for a, b in ends))


@lru_cache(maxsize=64)
def palette(theme_name: str, facing: int, dim: int) -> Palette:
    """LEVELS + 1 diverging colours for sides of one facing, `dim` hundredths faded into the background."""
    theme = THEMES[theme_name]
    shade, share = _SHADES[facing]
    ink = theme.color(shade) if shade in theme.colors else QColor(shade)
    table = [QColor(*(int(part) for part in row)) for row in theme.ramp(theme.diverging, LEVELS + 1)]
    ground = theme.color("background")
    return Palette([mixed(mixed(color, ink, share), ground, dim / 100.0) for color in table])


class TensorCube:
    """One cube on a canvas: `place` it for a recording, `show` a frame, `paint` it, ask `entry_at` what lies under a point."""

    def __init__(self, theme: Theme, labels: tuple[str, str, str] = ("N", "C", "H·W")) -> None:
        """`labels`: what stands along the axes (N, C, P)."""
        self.theme, self.labels = theme, labels
        self.blocks = Blocks((1, 1, 1), (1, 1, 1))
        self.view = View(30.0, 25.0)
        self.levels = np.zeros(1, dtype=np.int64)
        self.sides: list[Side] = []
        self.lit: Block | None = None
        self.lift = self.dim = 0.0
        self.marked: int | None = None
        self.steady = False
        self._behind, self._before = Kept(), Kept()
        self._resting: dict[Block, list[Side]] = {}  # the sides of every block in its place
        self._orders: dict[Block | None, list[Block]] = {}  # the painter's order, by the block that is lifted

    def place(self, blocks: Blocks, view: View, labels: tuple[str, str, str]) -> None:
        """Take this geometry, seen like this."""
        self.blocks, self.view, self.labels = blocks, view, labels
        self._resting, self._orders = {}, {}
        self._behind, self._before = Kept(), Kept()

    def show(
        self,
        values: F64,
        limit: float,
        lit: Block | None,
        lift: float = 0.0,
        dim: float = 0.0,
        marked: int | None = None,
        steady: bool = False,
    ) -> None:
        """Colour the cells by `values` (N, C, P) on ±`limit`, NaN as 0; light block `lit`, `lift` (0 … 1) of its way out.

        The other blocks fade into the background by `dim`; the cell `marked`, an index into the ravelled tensor, gets a ring.
        `steady`: the same values and the same lit block come again and again, so what stands behind and before it is kept.
        """
        scaled = np.nan_to_num(values.ravel() / limit if limit > 0.0 else np.zeros(values.size))
        self.levels = np.clip(np.rint((scaled + 1.0) * (LEVELS / 2)), 0, LEVELS).astype(np.int64)
        self.lit, self.dim, self.marked, self.steady = lit, dim, marked, steady
        self.lift = lift * self.blocks.rise(lit) if lit is not None else 0.0
        raised = lit if self.lift > 0.0 else None
        for block in self.blocks.order(self.view) if not self._resting else ():
            self._resting[block] = self.blocks.sides(self.view, block)
        if raised not in self._orders:
            self._orders[raised] = self.blocks.order(self.view, raised)
        lifted = self.blocks.sides(self.view, raised, self.lift) if raised is not None else []
        # Gaps of a pixel hide what stands behind them: those sides need not be painted.
        closed = [GAP * unit * self.view.scale < CLOSED for unit in self.blocks.units]
        self.sides = [
            side
            for block in self._orders[raised]
            for side in (lifted if block == raised else self._resting[block])
            if not (closed[side.facing] and side.neighbour is not None and raised not in (block, side.neighbour))
        ]

    def entry_at(self, at: QPointF) -> int | None:
        """The index, into the ravelled (N, C, P) tensor, of the cell under a stage point."""
        found = entry_at(self.sides, at)
        return found[0] if found else None

    # -- painting ------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """Axis names, then all sides back to front, the lit block with its slot and guides."""
        self._paint_labels(painter)
        lit = [number for number, side in enumerate(self.sides) if side.block == self.lit] or [len(self.sides)]
        first, last = lit[0], lit[-1] + 1
        self._paint_others(painter, self._behind, self.sides[:first])
        self._paint_slot(painter)
        thick = self.theme.line / 3.0
        for side in self.sides[first:last]:
            self._paint_side(painter, side, 0, self.theme.color(LIT), 2.0 * thick, 1.6 * thick)
        self._paint_others(painter, self._before, self.sides[last:])
        self._paint_mark(painter)

    def _paint_others(self, painter: QPainter, kept: Kept, sides: list[Side]) -> None:
        """The sides behind or before the lit block, faded; kept from frame to frame if they are steady."""
        faded, ground, thick = 4 * round(25 * self.dim), self.theme.color("background"), self.theme.line / 3.0

        def draw(brush: QPainter) -> None:
            for side in sides:
                self._paint_side(brush, side, faded, ground, 0.8 * thick, 0.0)

        if not self.steady:
            draw(painter)
            return
        low, high = (ends.tolist() for ends in _span(self.view.project(self.blocks.corners())))
        rect = QRectF(QPointF(*low), QPointF(*high)).adjusted(-2.0, -2.0, 2.0, 2.0)
        kept.paint(painter, rect, (self.levels.tobytes(), self.lit, self.lift > 0.0, faded), draw)

    def _paint_side(self, painter: QPainter, side: Side, faded: int, ground: QColor, margin: float, rim: float) -> None:
        table = palette(self.theme.name, side.facing, faded)
        side.sheet.paint(painter, table, self.levels[side.cells], ground, min(margin, 0.14 * side.sheet.thin), rim)

    def _paint_slot(self, painter: QPainter) -> None:
        """Where the lifted block came from: the outline of the hole in the top, and guides up to the block."""
        if self.lit is None or self.lift <= 0.0 or self.view.toward[1] <= 0.0:
            return
        low, high = self.blocks.box(self.lit)
        top = np.array(
            [(x, high[1], z) for x, z in ((low[0], low[2]), (high[0], low[2]), (high[0], high[2]), (low[0], high[2]))]
        )
        bottom = top.copy()
        bottom[:, 1] = low[1] + self.lift
        hole, foot = self.view.project(top), self.view.project(bottom)
        ends = [QPointF(x, y) for x, y in hole.tolist()]
        ground = QPainterPath()
        ground.addPolygon(QPolygonF(ends))
        painter.fillPath(ground, self.theme.color(LIT, 0.22))
        lines = [QLineF(start, end) for start, end in zip(ends, ends[1:] + ends[:1], strict=True)]
        if bottom[0, 1] > high[1]:
            lines += [QLineF(start, QPointF(x, y)) for start, (x, y) in zip(ends, foot.tolist(), strict=True)]
        painter.setPen(self.theme.pen(LIT, 0.5))
        painter.drawLines(lines)

    def _paint_mark(self, painter: QPainter) -> None:
        if self.marked is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for side in self.sides:
            for row, column in np.argwhere(side.cells == self.marked).tolist():
                if side.block == self.lit:
                    frame = side.sheet.transform.map(QPolygonF(side.sheet.cell(row, column)))
                    for role, width in (("background", 2.0), ("text", 1.0)):
                        painter.setPen(self.theme.pen(role, width))
                        painter.drawPolygon(frame)

    def _paint_labels(self, painter: QPainter) -> None:
        """Each axis's name along the silhouette edge that lies lowest (C and N) or leftmost (P)."""
        corners = self.blocks.corners()
        half = corners.max(axis=0)
        toward, font = self.view.toward, self.theme.font("small")
        painter.setFont(font)
        painter.setPen(self.theme.color("muted"))
        middle = self.view.project(np.zeros(3))
        for text, axis in zip(self.labels, _EDGES.values(), strict=True):
            first, second = (other for other in range(3) if other != axis)
            edges = []
            for sign in (1.0, -1.0):
                end = np.zeros(3)
                end[first] = half[first] * sign * (1.0 if toward[first] >= 0 else -1.0)
                end[second] = -half[second] * sign * (1.0 if toward[second] >= 0 else -1.0)
                start = end.copy()
                start[axis], end[axis] = -half[axis], half[axis]
                edges.append(self.view.project(np.array([start, end])))
            edge = min(edges, key=lambda ends: ends[:, 0].mean() if axis == 1 else -ends[:, 1].mean())
            _along(painter, QFontMetricsF(font), text, edge, middle)


def _span(points: F64) -> tuple[F64, F64]:
    low: F64 = points.min(axis=0)
    high: F64 = points.max(axis=0)
    return low, high


def _along(painter: QPainter, metrics: QFontMetricsF, text: str, edge: F64, middle: F64) -> None:
    """Write `text` along an edge (2, 2) of the stage, on the side away from `middle`; its first word where it is too long."""
    (x0, y0), (x1, y1) = edge.tolist()
    length = math.hypot(x1 - x0, y1 - y0)
    if length < 0.8 * metrics.height():
        return
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    angle = (angle + 90.0) % 180.0 - 90.0
    if angle > 89.0:
        angle -= 180.0
    if metrics.horizontalAdvance(text) > length:
        text = text.split(" ")[0]
    width, height = metrics.horizontalAdvance(text), metrics.height()
    center = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    radians = math.radians(angle)
    normal = np.array([-math.sin(radians), math.cos(radians)])
    if float((center - middle) @ normal) < 0:
        normal = -normal
    at = center + normal * 0.62 * height
    painter.save()
    painter.translate(*at.tolist())
    painter.rotate(angle)
    painter.drawText(QRectF(-width / 2 - 2, -height / 2, width + 4, height), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
