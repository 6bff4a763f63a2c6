"""Stage: a slide of logical pixels with panes on it; the window scales it, the exporter renders it at any size.

A stage is 1920 × 1080 logical units ("wide"), or 1080 × 1080, or 1080 × 1920. It paints in two layers: the still one, kept
as an image until a recording, theme or size changes, and the live one on top, painted for every frame.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

from scenes.kit.canvas import Canvas
from scenes.kit.chrome import Chrome
from scenes.kit.cover import Cover
from scenes.kit.formula import Formula
from scenes.kit.graphics import pg
from scenes.kit.pane import Handle, Pane
from scenes.kit.plot import Plot
from scenes.kit.vector_items import paint_items
from scenes.kit.words import Entry, Legend, Table, Text
from scenes.layout import SIZES, Shape, Split, divide
from scenes.theme import Theme

AnyPane = TypeVar("AnyPane", bound=Pane)
FEW = 2  # panes that are painted anew one by one; more, and everything is
SPILL = 12.0  # logical pixels by which a pane may draw beyond its rectangle
REACH = 34.0  # logical pixels within which a handle is taken hold of


class Stage:
    """Panes on a slide. A scene fills it in `build`; whoever shows it calls `frame` or `paint`."""

    def __init__(
        self,
        theme: Theme,
        shape: Shape = "wide",
        *,
        chrome: bool = True,
        title: bool = True,
        caption: bool = True,
        transparent: bool = False,
    ) -> None:
        """`chrome`: with headline and sentence (unless not `title`) and the line below (unless not `caption`).

        `transparent`: no background, where the format allows it.
        """
        self.theme, self.shape, self.transparent = theme, shape, transparent
        self.width, self.height = SIZES[shape]
        self.framing = Chrome(
            theme,
            self.width,
            self.height,
            headed=chrome and title,
            captioned=chrome and caption,
            lines=1 if shape == "wide" else 2,
        )
        self.panes: list[Pane] = []
        self.places: dict[str, QRectF] = {}  # of the areas, by name
        self.sides: tuple[Mapping[str, QRectF], ...] = ()  # the same of each part, where a stage has parts with the same areas
        self.seen: QRectF | None = None  # the part that fills the picture; None: the whole stage
        self._covers: list[Cover] = []
        self._stale: set[Pane] = set()
        self._still = QImage()
        # pyqtgraph measures ticks and text in the pixels of its view: a view of exactly the logical size, never shown.
        self._view = pg.GraphicsView(background=None)
        self._view.enableMouse(False)
        self._view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._view.setFrameShape(self._view.Shape.NoFrame)
        self._view.resize(self.width, self.height)
        self._view.viewport().setGeometry(0, 0, self.width, self.height)  # a hidden view would leave it at 640 × 480
        self._view.setRange(QRectF(0, 0, self.width, self.height), padding=0, disableAutoPixel=True)

    def close(self) -> None:
        """Let go of pyqtgraph's view. The stage cannot be painted afterwards."""
        self._view.close()
        self._view.deleteLater()

    # -- panes ---------------------------------------------------------------------------------------------------------

    def areas(
        self, layout: Split, others: Mapping[Shape, Split] | None = None, large: Split | None = None
    ) -> dict[str, QRectF]:
        """The rectangles of a layout's named areas, between headline and caption.

        `others` serve single shapes (half a stage takes the square's, if it has none of its own), `large` the wide shape in
        a theme of large text, where less has room. An area that such a layout leaves out is empty, and the pane in it is
        not drawn.
        """
        names = divide(layout, QRectF(), self.shape)
        if large is not None and self.shape == "wide" and self.theme.large:
            layout = large
        others = others or {}
        layout = others.get(self.shape) or (others.get("square") if self.shape == "half" else None) or layout
        areas = dict.fromkeys(names, QRectF()) | divide(layout, self.room(), self.shape)
        self.places |= areas
        return areas

    def room(self) -> QRectF:
        """What is left for the panes, between headline and caption."""
        return self.framing.room()

    def cover(self, covered: Iterable[str], hidden: Iterable[str] = ()) -> None:
        """Keep back what stands in these areas, and only in these: `covered` behind a panel, `hidden` without a trace.

        Names of areas that this stage does not have are left out.
        """
        behind, away = (
            [places[name] for places in sides for name in names if not places.get(name, QRectF()).isEmpty()]
            for sides, names in ((self.sides or (self.places,), tuple(names)) for names in (covered, hidden))
        )
        self._covers = [Cover(rect, self.theme) for rect in behind]
        for pane in self.panes:
            touched = [rect for rect in (*behind, *away) if rect.intersects(pane.rect)]  # a pane may reach over several areas
            pane.cover(bool(touched) and functools.reduce(QRectF.united, touched).contains(pane.rect))
        self._still = QImage()

    def add(self, pane: AnyPane) -> AnyPane:
        """Put a pane on the stage; panes paint in the order they were added, those of no size not at all."""
        pane.on_change = self.touch
        if not pane.rect.isEmpty():
            self.panes.append(pane)
        return pane

    def plot(
        self,
        rect: QRectF,
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
    ) -> Plot:
        """A pane with axes; `x` and `y` are their labels; without `x_texts` the x axis has no numbers."""
        options = {"title": title, "x": x, "y": y, "log_x": log_x, "log_y": log_y, "grid": grid, "axes": axes, "panel": panel}
        return self.add(Plot(self._view, rect, self.theme, y_width=y_width, x_texts=x_texts, **options))  # type: ignore[arg-type]

    def canvas(self, rect: QRectF) -> Canvas:
        """A pane the scene paints itself."""
        return self.add(Canvas(rect, self.theme))

    def text(self, rect: QRectF, role: str = "muted", size: str = "body", bold: bool = False) -> Text:
        """A paragraph."""
        return self.add(Text(rect, self.theme, role, size, bold))

    def table(self, rect: QRectF, title: str, heads: tuple[str, ...], widths: tuple[float, ...] | None = None) -> Table:
        """A table of numbers."""
        return self.add(Table(rect, self.theme, title, heads, widths))

    def legend(self, rect: QRectF, *entries: Entry) -> Legend:
        """A legend in one row."""
        return self.add(Legend(rect, self.theme, entries))

    def formula(self, rect: QRectF, *lines: str, title: str = "", card: bool = True) -> Formula:
        """Lines of LaTeX."""
        return self.add(Formula(rect, self.theme, lines, title, card))

    def handle_at(self, at: QPointF) -> tuple[Pane, Handle] | None:
        """The handle to take hold of at a stage point: the nearest one in reach, else one that covers its pane."""
        best: tuple[Pane, Handle] | None = None
        nearest = REACH
        for pane in reversed(self._open()):
            for handle in pane.handles:
                if handle.at is None:
                    if best is None and pane.contains(at):
                        best = (pane, handle)
                    continue
                offset = pane.point(*handle.at()) - at
                distance = (offset.x() ** 2 + offset.y() ** 2) ** 0.5
                if distance < nearest:
                    nearest, best = distance, (pane, handle)
        return best

    def pane_at(self, at: QPointF) -> Pane | None:
        """The topmost pane under a stage point."""
        return next((pane for pane in reversed(self._open()) if pane.contains(at)), None)

    def _open(self) -> list[Pane]:
        """The panes that are seen."""
        return [pane for pane in self.panes if pane.seen]

    # -- painting ------------------------------------------------------------------------------------------------------

    def set_look(self, look: str) -> None:
        """Say under the headline what to look at."""
        if look != self.framing.look:
            self.framing.look = look
            self._still = QImage()

    def look_at(self, pane: Pane | None) -> None:
        """Let one pane fill the picture, or the whole stage again."""
        self.seen = None if pane is None else pane.rect.adjusted(-SPILL, -SPILL, SPILL, SPILL)
        self._still = QImage()

    def touch(self, pane: Pane) -> None:
        """Say that the still layer of a pane has changed."""
        self._stale.add(pane)

    def paint(self, painter: QPainter, width: int, height: int) -> None:
        """Paint everything onto a device of this size: the way to vector files."""
        self._begin(painter, width, height)
        self._paint_still(painter)
        self._paint_live(painter)

    def frame(self, image: QImage) -> QImage:
        """Paint the present frame into `image` (its size decides the scale) and return it."""
        other = self._still.size() != image.size() or self._still.format() != image.format()
        if other or len(self._stale) > FEW:
            if other:
                self._still = QImage(image.size(), image.format())
            self._still.fill(Qt.GlobalColor.transparent if self.transparent else self.theme.color("background"))
            with QPainter(self._still) as painter:  # ended even if a pane raises: Qt takes the process down otherwise
                self._begin(painter, image.width(), image.height())
                every = painter.worldTransform().inverted()[0].mapRect(QRectF(0, 0, image.width(), image.height()))
                painter.setClipRect(every, Qt.ClipOperation.IntersectClip)  # as where a few panes are painted anew
                self._paint_still(painter)
        else:
            self._repaint_stale()
        self._stale.clear()
        with QPainter(image) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.drawImage(0, 0, self._still)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            self._begin(painter, image.width(), image.height())
            self._paint_live(painter)
        return image

    def _repaint_stale(self) -> None:
        """Paint the still layer anew where a few panes have changed, on whole pixels: the result equals a full repaint.

        One by one: pyqtgraph's scene is gone through once for each, which is why more than a few are a full repaint. The clip
        is a rectangle, since within any other, and within none, Qt rounds the colours of strokes differently.
        """
        for pane in self.panes:
            if pane in self._stale:
                with QPainter(self._still) as painter:
                    self._begin(painter, self._still.width(), self._still.height())
                    self._repaint(painter, pane.rect.adjusted(-SPILL, -SPILL, SPILL, SPILL))

    def _repaint(self, painter: QPainter, spill: QRectF) -> None:
        clip = painter.worldTransform().mapRect(spill).toAlignedRect()
        part = painter.worldTransform().inverted()[0].mapRect(QRectF(clip))
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        if self.transparent:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(part, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        self._paint_still(painter, part)

    def scale(self, width: int, height: int) -> tuple[float, float, float]:
        """Scale and offset (x, y) that centre what is seen of the stage on a device of this size."""
        seen = self.seen or QRectF(0, 0, self.width, self.height)
        scale = min(width / seen.width(), height / seen.height())
        middle = seen.center()
        return scale, width / 2 - scale * middle.x(), height / 2 - scale * middle.y()

    def _begin(self, painter: QPainter, width: int, height: int) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale, dx, dy = self.scale(width, height)
        painter.translate(dx, dy)
        painter.scale(scale, scale)
        if self.seen is not None:
            painter.setClipRect(self.seen)

    def _paint_still(self, painter: QPainter, part: QRectF | None = None) -> None:
        """Paint what stands still; with `part`, only panes that reach into it (the painter is clipped to less)."""
        theme = self.theme
        whole = QRectF(0, 0, self.width, self.height)
        panes = [pane for pane in (*self._open(), *self._covers) if part is None or pane.rect.intersects(part)]
        if not self.transparent:
            painter.save()
            painter.resetTransform()
            painter.fillRect(QRectF(0, 0, painter.device().width(), painter.device().height()), theme.color("background"))
            painter.restore()
        for pane in panes:
            if isinstance(pane, Plot):
                pane.paint_panel(painter)
        painter.save()
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            paint_items(self._view.scene(), painter)
        else:
            self._view.scene().render(painter, whole, whole)
        painter.restore()
        self.framing.paint_still(painter)
        for pane in panes:
            pane.paint_still(painter)

    def _paint_live(self, painter: QPainter) -> None:
        for pane in self._open():
            pane.paint_live(painter)
        self.framing.paint_live(painter)
