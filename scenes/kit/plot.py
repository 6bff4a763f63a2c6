"""Plot: a pane with axes. pyqtgraph finds the ticks and draws axes, grid and images; marks stand on top.

Everything is measured in the stage's logical pixels and all pens are non-cosmetic, so a plot looks the same at any
size; pyqtgraph alone would halve its lines on a screen with twice the pixels.
"""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPicture

from core.recording import F64
from scenes.kit.frame import Frame
from scenes.kit.graphics import pg
from scenes.kit.numbers import power, short
from scenes.kit.pane import Mark, Pane
from scenes.theme import Theme

CORNER = 10.0


class Axis(pg.AxisItem):  # type: ignore[misc]
    """pyqtgraph's axis with our numerals: real minus signs, and powers of ten on a log axis.

    It draws its lines and texts itself instead of replaying pyqtgraph's picture, which sets a clip of its own, is not
    antialiased and comes out at another size on devices with another resolution.
    """

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Draw grid, axis line and tick texts; where they stand is found once, until pyqtgraph forgets it."""
        if self.picture is None:
            measure = QPicture()
            with QPainter(measure) as scratch:
                scratch.setFont(self.style["tickFont"])
                self.picture: Any = self.generateDrawSpecs(scratch) or ((), (), ())
        axis, ticks, texts = self.picture
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen, start, end in (axis, *ticks) if axis else ticks:
            painter.setPen(pen)
            painter.drawLine(start, end)
        painter.setFont(self.style["tickFont"])
        painter.setPen(self.textPen())
        for rect, flags, text in texts:
            painter.drawText(rect, int(flags), text)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Texts for ticks at `values`; on a log axis the values are exponents."""
        if self.logMode:
            if any(abs(value - round(value)) > 1e-6 for value in values) and all(-3 <= value < 4 for value in values):
                return [f"{10.0**value:.3g}" for value in values]  # 1, 2, 5, 10: not one power among plain numbers
            return [power(round(value)) if abs(value - round(value)) < 1e-6 else short(10.0**value, 2) for value in values]
        return [str(text).replace("-", "−") for text in super().tickStrings(values, scale, spacing)]

    def logTickValues(self, low: float, high: float, size: float, std: Any) -> list[tuple[Any, list[float]]]:
        """Whole powers of ten, as many as there is room for; on less than two decades 1, 2 and 5 times a power."""
        font = self.style["tickFont"]
        room = max(2, int(size / (font.pixelSize() * (3.4 if self.orientation == "bottom" else 2.1))))
        first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
        if last - first < 1:
            steps = [math.log10(m) + decade for decade in range(first - 1, last + 1) for m in (1, 2, 5)]
            return [(0.3, [step for step in steps if low <= step <= high])]
        stride = max(1, math.ceil((last - first + 1) / room))
        start = math.ceil(first / stride) * stride
        return [(float(stride), [float(exponent) for exponent in range(start, last + 1, stride)])]


class Plot(Pane):
    """A pane with x and y axes. With `log_y`, y is drawn as its decimal logarithm; marks still take plain values."""

    def __init__(
        self,
        view: pg.GraphicsView,
        rect: QRectF,
        theme: Theme,
        *,
        title: str = "",
        x: str = "",
        y: str = "",
        log_x: bool = False,
        log_y: bool = False,
        grid: bool = True,
        axes: bool = True,
        panel: bool = True,
        y_width: float | None = None,
        x_texts: bool = True,
    ) -> None:
        """`y_width`: room for the numbers beside the y axis. Without `x_texts` the x axis has no numbers: another has."""
        super().__init__(rect, theme)
        self.title = title
        self.log_x, self.log_y, self.panel = log_x, log_y, panel
        self.images: list[pg.ImageItem] = []
        self._span: object = None
        self._ticks: dict[str, list[tuple[float, str]]] = {}
        self.zoomable = False  # whether the window lets a person zoom into it
        small = theme.sizes["small"]
        left = (y_width if y_width is not None else 3.6 * small) + (1.5 * small if y else 0.0) if axes else 0.0
        bottom = ((2.0 if x_texts else 0.4) + (1.4 if x else 0.0)) * small if axes else 0.0
        top = 1.7 * theme.sizes["label"] if title else 0.0
        self.inner = rect.adjusted(left, top, -0.5 * small if axes else 0.0, -bottom)
        self.item = Frame(Axis("left"), Axis("bottom"))
        self.item.set_log(log_x, log_y)
        self._style_axes(axes, grid, left, bottom, {"left": y, "bottom": x})
        self.item.axes["bottom"].setStyle(showValues=x_texts)
        self.item.setVisible(not rect.isEmpty())
        self.item.setGeometry(rect.adjusted(0, top, -0.5 * small if axes else 0.0, 0))
        view.scene().addItem(self.item)
        self.set_range((0.0, 1.0), (0.1, 1.0) if log_y else (0.0, 1.0))

    def _style_axes(self, axes: bool, grid: bool, left: float, bottom: float, labels: dict[str, str]) -> None:
        theme = self.theme
        for side, size in (("left", left), ("bottom", bottom)):
            axis = self.item.axes[side]
            if not axes:
                axis.hide()
                continue
            axis.setStyle(
                tickLength=0,
                tickFont=theme.font("small"),
                autoExpandTextSpace=False,
                autoReduceTextSpace=False,
                tickTextOffset=round(0.45 * theme.sizes["small"]),
                tickAlpha=255,
                maxTickLevel=0,
            )
            axis.enableAutoSIPrefix(False)
            axis.setPen(theme.pen("border", 0.6))
            axis.setTickPen(theme.pen("grid", 0.4))
            axis.setTextPen(theme.pen("muted"))
            axis.setGrid(255 if grid else False)
            (axis.setWidth if side == "left" else axis.setHeight)(size)
            if labels[side]:
                axis.setLabel(labels[side], color=theme.colors["muted"])
                axis.label.setFont(theme.font("small"))

    def set_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """The ends of both axes, in plain values. Not finite or empty ranges become a unit range about the lower end."""
        span = (_sound(x, self.log_x), _sound(y, self.log_y), self.log_x, self.log_y)
        if span == self._span:
            return
        self._span = span
        self.x_range, self.y_range = span[:2]
        self.look_at()

    def look_at(self, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None) -> None:
        """Show only this part of the range, as a person who zooms in does; the whole again, when left out.

        `x_range` and `y_range` stay what the scene set, so what it works out from them does not depend on the zoom.
        """
        self.shown = (x or self.x_range, y or self.y_range)
        shown_x, shown_y = self.shown
        self._x = (math.log10(shown_x[0]), math.log10(shown_x[1])) if self.log_x else shown_x
        self._y = (math.log10(shown_y[0]), math.log10(shown_y[1])) if self.log_y else shown_y
        self.item.plane.setRange(xRange=self._x, yRange=self._y, padding=0.0)
        self.touch()

    def show_or_not(self) -> None:
        """pyqtgraph draws axes and images as long as the plot is seen."""
        self.item.setVisible(self.seen and not self.rect.isEmpty())

    def set_title(self, title: str) -> None:
        """Say something else above the plot, where there was a title before."""
        if title != self.title:
            self.title = title
            self.touch()

    def set_scale(self, *, log_x: bool = False, log_y: bool = False) -> None:
        """Choose plain or logarithmic axes; set the range anew afterwards."""
        self.log_x, self.log_y = log_x, log_y
        self.item.set_log(log_x, log_y)

    def set_ticks(self, side: str, ticks: list[tuple[float, str]]) -> None:
        """Ticks of our own on "left" or "bottom", e.g. names instead of numbers; none: pyqtgraph's choice again."""
        if ticks != self._ticks.get(side, []):
            self._ticks[side] = ticks
            self.item.axes[side].setTicks([ticks] if ticks else None)
            self.touch()

    def image(
        self, values: F64, x: tuple[float, float], y: tuple[float, float], levels: tuple[float, float], table: Any
    ) -> None:
        """Show `values` (ny, nx) as colours of `table` over the rectangle x × y, below every mark."""
        if not self.images:
            item = pg.ImageItem(axisOrder="row-major")
            item.setZValue(-10)
            self.item.plane.addItem(item, ignoreBounds=True)
            self.images.append(item)
        item = self.images[0]
        item.setImage(values, autoLevels=False, levels=levels, lut=table)
        item.setRect(QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0]))
        self.touch()

    def mapped(self, x: F64, y: F64) -> F64:
        """Stage coordinates (n, 2) of points (x, y); on a log axis 0 is infinitely far down, less than 0 is nowhere: NaN."""
        with np.errstate(divide="ignore", invalid="ignore"):
            u = np.log10(x) if self.log_x else np.asarray(x, dtype=np.float64)
            v = np.log10(y) if self.log_y else np.asarray(y, dtype=np.float64)
            out = np.empty((len(u), 2))
            out[:, 0] = self.inner.left() + (u - self._x[0]) / (self._x[1] - self._x[0]) * self.inner.width()
            out[:, 1] = self.inner.bottom() - (v - self._y[0]) / (self._y[1] - self._y[0]) * self.inner.height()
        return out

    def point(self, x: float, y: float) -> QPointF:
        """The stage point of data (x, y); NaN coordinates where there is none."""
        return QPointF(*self.mapped(np.array([x]), np.array([y]))[0])

    def unmap(self, point: QPointF) -> tuple[float, float]:
        """The data coordinates of a stage point."""
        u = self._x[0] + (point.x() - self.inner.left()) / self.inner.width() * (self._x[1] - self._x[0])
        v = self._y[0] + (self.inner.bottom() - point.y()) / self.inner.height() * (self._y[1] - self._y[0])
        return (10.0**u if self.log_x else u), (10.0**v if self.log_y else v)

    @property
    def room(self) -> QRectF:
        """The part between the axes."""
        return self.inner

    def paint_still(self, painter: QPainter) -> None:
        """Title and still marks; the axes and images were painted by pyqtgraph just before."""
        if self.title:
            painter.setFont(self.theme.font("label", bold=True))
            painter.setPen(self.theme.color("text"))
            box = QRectF(self.rect.left(), self.rect.top(), self.rect.width(), 1.4 * self.theme.sizes["label"])
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.title)
        self._clipped(painter, self.still)

    def paint_live(self, painter: QPainter) -> None:
        """Live marks, cut off at the axes."""
        self._clipped(painter, self.live)

    def paint_panel(self, painter: QPainter) -> None:
        """The surface behind the plot."""
        if self.panel:
            path = QPainterPath()
            path.addRoundedRect(self.inner, CORNER, CORNER)
            painter.fillPath(path, self.theme.color("panel"))

    def _clipped(self, painter: QPainter, marks: list[Mark]) -> None:
        if not marks:
            return
        painter.save()
        painter.setClipRect(self.inner, Qt.ClipOperation.IntersectClip)
        for mark in marks:
            mark.paint(painter)
        painter.restore()


def _sound(ends: tuple[float, float], log: bool) -> tuple[float, float]:
    low, high = float(ends[0]), float(ends[1])
    if log:
        low = low if math.isfinite(low) and low > 0 else 1e-12
        high = high if math.isfinite(high) and high > low else low * 10.0
        return max(low, 1e-300), min(high, 1e300)
    low = low if math.isfinite(low) else 0.0
    high = high if math.isfinite(high) and high > low else low + 1.0
    return low, high
