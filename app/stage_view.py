"""Stage view: the widget that shows the stage, sharp at any size, and takes the mouse to its handles."""

import sys
import time

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.session import Session
from app.zoom import Zoom
from core.params import ParamError
from scenes.kit.pane import Grab, Handle, Pane
from scenes.kit.plot import Plot
from scenes.layout import SIZES
from scenes.show import Show

LIMITLESS = (1 << 24) - 1  # Qt's largest size of a widget
ANNOUNCE_SECONDS = 0.5  # while playing, a screen reader's description follows this often


class StageView(QWidget):
    """Paints the session's frame. `chrome`: with headline, sentence and caption on the stage itself."""

    captioned = Signal(str)  # the sentence with live numbers, when it changes
    loaded = Signal()  # a scene or a theme was put on the stage

    def __init__(self, session: Session, *, chrome: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.show_: Show | None = None
        self.caption = ""
        self.blank: QColor | None = None  # a plain colour instead of the picture
        self.pointer = False
        self._chrome = chrome
        self._stale = {"scene", "recording", "k"}
        self._image = QImage()
        self._spot: QPointF | None = None
        self._grabbed: tuple[Pane, Handle, Grab] | None = None
        self._zoom = Zoom()
        self._pan: tuple[Pane, QPointF] | None = None
        self._told = 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Stage")
        session.changed.connect(self._follow)

    # -- keeping up with the session -----------------------------------------------------------------------------------

    def _follow(self, what: frozenset[str]) -> None:
        if what & {"scene", "theme"}:
            self._stale.add("scene")
        if "recording" in what:
            self._stale.add("recording")
        if what & {"scene", "theme", "recording", "k"}:
            self._stale.add("k")
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Among other widgets, be no taller than the stage: what is left over goes around them, not between."""
        super().resizeEvent(event)
        self._limit()

    def _limit(self) -> None:
        limit = LIMITLESS if self._chrome else round(self.width() * SIZES["wide"][1] / SIZES["wide"][0])
        if self.maximumHeight() != limit:
            self.setMaximumHeight(limit)

    def set_chrome(self, chrome: bool) -> None:
        """Put headline and caption on the stage, or leave them to the window."""
        if chrome != self._chrome:
            self._chrome = chrome
            self._limit()
            self._stale |= {"scene", "k"}
            self.update()

    def sync(self) -> Show | None:
        """Bring the stage to the session's scene, theme, recording and frame; what stays the same is kept."""
        session = self.session
        if "scene" in self._stale:
            self._stale.discard("scene")
            self._close_show()
            if session.scene is not None:
                self.show_ = Show(session.scene, session.theme, chrome=self._chrome)
                self._zoom.forget_unless(session.scene)
            self._stale |= {"recording", "k", "new"}
        show = self.show_
        if show is None or session.recording is None:
            return None
        if "recording" in self._stale or show.recording is None:
            self._stale -= {"recording", "k"}
            show.load(session.recording, session.k)
            if self._zoom.restore(show.stage):
                show.seek(session.k)
        elif "k" in self._stale:
            self._stale.discard("k")
            show.seek(session.k)
        if "new" in self._stale:
            self._stale.discard("new")
            self.loaded.emit()
        self._tell(show.stage.caption)
        return show

    def _tell(self, caption: str) -> None:
        if caption != self.caption:
            self.caption = caption
            self.captioned.emit(caption)
        now = time.perf_counter()
        scene = self.session.scene
        if scene is not None and (not self.session.playing or now - self._told > ANNOUNCE_SECONDS):
            self._told = now
            self.setAccessibleName(f"Stage: {scene.title}")
            self.setAccessibleDescription(f"{caption} {self.session.place}")

    def _close_show(self) -> None:
        self._grabbed = self._pan = None
        self._zoom.let_go()
        if self.show_ is not None:
            self.show_.close()
            self.show_ = None

    def close_show(self) -> None:
        """Let go of the stage; nothing is shown afterwards."""
        self.session.changed.disconnect(self._follow)
        self._close_show()

    # -- painting ------------------------------------------------------------------------------------------------------

    def picture(self) -> QImage:
        """The present frame in physical pixels, as it is on the screen."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._image.size() != size:
            self._image = QImage(size, QImage.Format.Format_RGB32)
        self._image.setDevicePixelRatio(1.0)
        show = self.sync()
        if show is None:
            self._image.fill(self.session.theme.color("background"))
        else:
            show.stage.frame(self._image)
        self._image.setDevicePixelRatio(ratio)
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame. A scene that cannot be drawn costs its picture, never the window."""
        painter = QPainter(self)
        try:
            if self.blank is not None:
                painter.fillRect(self.rect(), self.blank)
                return
            try:
                painter.drawImage(0, 0, self.picture())
            except Exception as error:
                painter.fillRect(self.rect(), self.session.theme.color("background"))
                sys.excepthook(type(error), error, error.__traceback__)
            if self.pointer and self._spot is not None:
                self._paint_pointer(painter, self._spot)
        finally:
            painter.end()

    def _paint_pointer(self, painter: QPainter, at: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for radius, alpha in ((16.0, 0.25), (9.0, 0.85)):
            painter.setBrush(self.session.theme.color("bad", alpha))
            painter.drawEllipse(at, radius, radius)

    # -- the mouse -----------------------------------------------------------------------------------------------------

    def to_stage(self, at: QPointF) -> QPointF:
        """The stage point under a point of this widget."""
        if self.show_ is None:
            return at
        scale, dx, dy = self.show_.stage.scale(self.width(), self.height())
        return QPointF((at.x() - dx) / scale, (at.y() - dy) / scale)

    def from_stage(self, at: QPointF) -> QPointF:
        """The point of this widget over a stage point."""
        if self.show_ is None:
            return at
        scale, dx, dy = self.show_.stage.scale(self.width(), self.height())
        return QPointF(at.x() * scale + dx, at.y() * scale + dy)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a handle, or of a plot that is zoomed in."""
        if self.show_ is None or event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.to_stage(event.position())
        hit = self.show_.stage.handle_at(point)
        if hit is not None:
            pane, handle = hit
            x, y = pane.unmap(point)
            self._grabbed = (pane, handle, Grab(x, y, x, y, self.session.params))
            if handle.at is None:
                self._pull(point)
        else:
            pane_under = self.show_.stage.pane_at(point)
            self._pan = (pane_under, point) if pane_under is not None and self._zoom.holds(pane_under) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull what was taken hold of; otherwise say what is under the pointer."""
        self._spot = event.position()
        if self.pointer:
            self.update()
        if self.show_ is None:
            return
        point = self.to_stage(event.position())
        if self._grabbed is not None:
            self._pull(point)
        elif self._pan is not None:
            pane, start = self._pan
            self._zoom.pan(pane, start, point)
            self._pan = (pane, point)
            self._ranges_changed()
        else:
            self._hover(point, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grabbed = self._pan = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Undo the zoom of a plot."""
        if self.show_ is None:
            return
        pane = self.show_.stage.pane_at(self.to_stage(event.position()))
        if pane is not None and self._zoom.reset(pane):
            self._ranges_changed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom a plot about the pointer."""
        if self.show_ is None or self.session.recording is None:
            return
        point = self.to_stage(event.position())
        pane = self.show_.stage.pane_at(point)
        turns = event.angleDelta().y() / 120.0
        if pane is not None and turns and self._zoom.turn(pane, point, turns):
            self._ranges_changed()
            event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is gone."""
        self._spot = None
        self.update()

    def _ranges_changed(self) -> None:
        self._stale.add("k")
        self.update()

    def _pull(self, point: QPointF) -> None:
        if self._grabbed is None:
            return
        pane, handle, grab = self._grabbed
        x, y = pane.unmap(point)
        try:
            self.session.turn(**handle.edit(Grab(x, y, grab.from_x, grab.from_y, grab.params)))
        except ParamError as error:
            self.session.tell(f"{error}.")

    def _hover(self, point: QPointF, event: QMouseEvent) -> None:
        if self.show_ is None:
            return
        hit = self.show_.stage.handle_at(point)
        shapes = Qt.CursorShape
        self.setCursor(
            shapes.ArrowCursor if hit is None else shapes.CrossCursor if hit[1].at is None else shapes.OpenHandCursor
        )
        pane = self.show_.stage.pane_at(point)
        text = pane.describe(*pane.unmap(point)) if pane is not None and pane.describe is not None else ""
        if hit is not None:
            text = f"{hit[1].name}\n{text}" if text else hit[1].name
        if text:
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        else:
            QToolTip.hideText()

    def hint(self) -> str:
        """What the mouse can do on this stage."""
        if self.show_ is None:
            return ""
        panes = self.show_.stage.panes
        pulls = dict.fromkeys(f"drag the {h.name}" for pane in panes for h in pane.handles if h.at is not None)
        zooms = ["scroll to zoom"] if any(isinstance(pane, Plot) and pane.zoomable for pane in panes) else []
        return " · ".join([*pulls, *zooms])
