"""Charts: small multiples, up to four maps of equal size in one pane, arranged anew for each recording.

A chart is a plot without axes that costs nothing to make: it maps data to the stage, shows one picture, and carries marks.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from core.recording import F64
from scenes.kit.pane import Mark, Pane
from scenes.kit.plot import CORNER
from scenes.theme import Theme

GAP = 20.0


class Chart(Pane):
    """One of the maps. It is painted by its pane, and asks it to paint anew."""

    def __init__(self, theme: Theme, on_change: Callable[[Pane], None]) -> None:
        super().__init__(QRectF(), theme)
        self.title, self.role = "", "text"
        self.inner = QRectF()
        self.x_range = self.y_range = (0.0, 1.0)
        self.shown: object = None
        self.on_change = on_change
        self._image = QImage()
        self._image_at = QRectF()

    def place(self, rect: QRectF, title: str, role: str) -> None:
        """Stand in `rect`, under this title in the colour of a role."""
        self.rect, self.title, self.role = rect, title, role
        self.inner = rect.adjusted(0, 1.5 * self.theme.sizes["label"], 0, 0)
        self._key()

    def set_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """The ends of both axes."""
        self.x_range, self.y_range = x, y
        self._key()

    def _key(self) -> None:
        key = (self.inner.getRect(), self.x_range, self.y_range, self.title)
        if key != self.shown:
            self.shown = key
            self.touch()

    @property
    def room(self) -> QRectF:
        """The part that the marks may cover."""
        return self.inner

    def image(
        self, values: F64, x: tuple[float, float], y: tuple[float, float], levels: tuple[float, float], table: Any
    ) -> None:
        """Show `values` (ny, nx) as colours of `table` (m, 4) over the rectangle x × y, below every mark."""
        share = (values[::-1] - levels[0]) / (levels[1] - levels[0])
        pixels = np.ascontiguousarray(table[np.clip(share * len(table), 0, len(table) - 1).astype(np.int64)])
        height, width = values.shape
        self._image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
        self._image_at = QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0])
        self.touch()

    def mapped(self, x: F64, y: F64) -> F64:
        """Stage points (n, 2) of data (x, y)."""
        (x_low, x_high), (y_low, y_high), inner = self.x_range, self.y_range, self.inner
        out = np.empty((len(x), 2))
        out[:, 0] = inner.left() + (np.asarray(x) - x_low) / (x_high - x_low) * inner.width()
        out[:, 1] = inner.bottom() - (np.asarray(y) - y_low) / (y_high - y_low) * inner.height()
        return out

    def point(self, x: float, y: float) -> QPointF:
        """The stage point of data (x, y)."""
        return QPointF(*self.mapped(np.array([x]), np.array([y]))[0].tolist())

    def unmap(self, point: QPointF) -> tuple[float, float]:
        """The data under a stage point."""
        (x_low, x_high), (y_low, y_high), inner = self.x_range, self.y_range, self.inner
        across, up = (point.x() - inner.left()) / inner.width(), (inner.bottom() - point.y()) / inner.height()
        return x_low + across * (x_high - x_low), y_low + up * (y_high - y_low)

    def paint_still(self, painter: QPainter) -> None:
        """Title, picture, still marks."""
        theme = self.theme
        painter.setFont(theme.font("label", bold=True))
        painter.setPen(theme.color(self.role))
        box = QRectF(self.rect.left(), self.rect.top(), self.rect.width(), 1.4 * theme.sizes["label"])
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.title)
        panel = QPainterPath()
        panel.addRoundedRect(self.inner, CORNER, CORNER)
        painter.fillPath(panel, theme.color("panel"))
        low, high = (
            self.point(self._image_at.left(), self._image_at.top()),
            self.point(self._image_at.right(), self._image_at.bottom()),
        )
        painter.save()
        painter.setClipRect(self.inner, Qt.ClipOperation.IntersectClip)
        if not self._image.isNull():
            painter.drawImage(QRectF(low, high).normalized(), self._image)
        painter.restore()
        _clipped(painter, self.inner, self.still)

    def paint_live(self, painter: QPainter) -> None:
        """Live marks, cut off at the edge."""
        _clipped(painter, self.inner, self.live)


class Charts(Pane):
    """The pane that holds the charts; those beyond `arrange`'s count are not shown."""

    def __init__(self, rect: QRectF, theme: Theme, most: int = 4) -> None:
        super().__init__(rect, theme)
        self.charts = [Chart(theme, self._one_changed) for _ in range(most)]
        self.count = 0

    def _one_changed(self, chart: Pane) -> None:
        self.touch()

    def arrange(self, titles: list[tuple[str, str]]) -> list[Chart]:
        """Share the room between charts with these titles and roles, so that each is as nearly square as can be; the charts."""
        if len(titles) != self.count:
            self.count = len(titles)
            self.touch()
        count = max(self.count, 1)
        columns = max(
            range(1, count + 1), key=lambda many: min(self.rect.width() / many, self.rect.height() / -(-count // many))
        )
        rows = -(-count // columns)
        width, height = (self.rect.width() - GAP * (columns - 1)) / columns, (self.rect.height() - GAP * (rows - 1)) / rows
        for number, (title, role) in enumerate(titles):
            row, column = divmod(number, columns)
            corner = QPointF(self.rect.left() + column * (width + GAP), self.rect.top() + row * (height + GAP))
            self.charts[number].place(QRectF(corner.x(), corner.y(), width, height), title, role)
        return self.charts[: self.count]

    def paint_still(self, painter: QPainter) -> None:
        """Every chart's still layer."""
        for chart in self.charts[: self.count]:
            chart.paint_still(painter)

    def paint_live(self, painter: QPainter) -> None:
        """Every chart's live layer."""
        for chart in self.charts[: self.count]:
            chart.paint_live(painter)


def _clipped(painter: QPainter, rect: QRectF, marks: list[Mark]) -> None:
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    for mark in marks:
        mark.paint(painter)
    painter.restore()
