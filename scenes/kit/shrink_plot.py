"""ShrinkPlot: what a penalty makes of each weight: its least-squares value before, its penalized value after."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from core.recording import F64
from core.theory.penalties import orthonormal_minimum
from scenes.kit.curves import Curve, polygon
from scenes.kit.marks import Label, theme_scale
from scenes.kit.plot import Plot
from scenes.theme import DASH, DASH_DOT, DOT

DASHES = (DASH, DASH_DOT, DOT)
MARGIN = 1.12
RADIUS = 5.5


class Dots:
    """Small points without a rim, "disc" or "diamond": many cost little."""

    def __init__(self, plot: Plot, role: str, shape: str) -> None:
        self.plot, self.role, self.shape = plot, role, shape
        self.x: F64 = np.empty(0)
        self.y: F64 = np.empty(0)

    def set(self, x: F64, y: F64) -> None:
        """Stand at (x, y), both (n,)."""
        self.x, self.y = x, y
        self.plot.changed(self)

    def paint(self, painter: QPainter) -> None:
        """Draw them all with one brush."""
        theme = self.plot.theme
        r = RADIUS * theme_scale(theme)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self.role))
        for at in self.plot.mapped(self.x, self.y):
            if self.shape == "diamond":
                painter.drawPolygon(polygon(np.array([[0.0, -1.3], [1.3, 0.0], [0.0, 1.3], [-1.3, 0.0]]) * r + at))
            else:
                painter.drawEllipse(QPointF(*at.tolist()), r, r)


class ShrinkPlot:
    """Dashed: the closed form for orthonormal features, which all weights then obey; dots: the weights as they are."""

    def __init__(self, plot: Plot, roles: tuple[str, ...], shapes: tuple[str, ...]) -> None:
        """Every role has a curve, the first two have dots as well."""
        self.plot = plot
        self.unchanged = Curve(plot, "faint", 0.5)
        self.forms = [Curve(plot, role, 0.9, dash) for role, dash in zip(roles, DASHES, strict=True)]
        self.dots = [Dots(plot, role, shape) for role, shape in zip(roles[:2], shapes[:2], strict=True)]
        self.hint = Label(plot, "muted", side="right")
        plot.still += [self.unchanged, self.hint]
        plot.live += [*self.forms, *self.dots]

    def prepare(self, before: F64) -> None:
        """The weights (p,) without a penalty."""
        self.before = before
        self.reach = np.ceil(4.0 * MARGIN * max(float(np.abs(before).max()), 0.1)) / 4.0  # in quarters: it seldom changes
        self.plot.set_range((-self.reach, self.reach), (-self.reach, self.reach))
        ends = np.array([-self.reach, self.reach])
        if not np.array_equal(ends, self.unchanged.x):
            self.unchanged.set(ends, ends)
        self.hint.set(self.reach, -self.reach, "dashed: orthonormal")

    def draw(self, after: F64, strength: float, shares: list[float]) -> None:
        """The weights (penalty, p) under λ = `strength`, and the closed form of each penalty, α in `shares`."""
        for curve, share in zip(self.forms, shares, strict=True):
            bend = strength * share  # straight lines between these
            line = (
                np.array([-self.reach, -bend, bend, self.reach]) if bend < self.reach else np.array([-self.reach, self.reach])
            )
            curve.set(line, orthonormal_minimum(line, strength, share))
        for dots, weights in zip(self.dots, after, strict=False):
            dots.set(self.before, weights)
