"""Stage view: the widget that shows the stage, sharp at any size, and takes the mouse to its handles."""

import sys
import time

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import waiting
from app.session import Session
from app.stage_mouse import StageMouse
from scenes.layout import SIZES
from scenes.show import Show

LIMITLESS = (1 << 24) - 1  # Qt's largest size of a widget
ANNOUNCE_SECONDS = 0.5  # while playing, a screen reader's description follows this often


class StageView(StageMouse):
    """Paints the session's frame. `chrome`: with headline, sentence and caption on the stage itself."""

    captioned = Signal(str)  # the sentence with live numbers, when it changes
    loaded = Signal()  # a scene or a theme was put on the stage

    def __init__(self, session: Session, *, chrome: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.caption = ""
        self.blank: QColor | None = None  # a plain colour instead of the picture
        self._chrome = chrome
        self._stale = {"scene", "recording", "k"}
        self._image = QImage()
        self._painted = False  # whether the image shows what there is to show
        self._told = 0.0
        self._open = True
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

    def redraw(self) -> None:
        """Draw the frame anew: the ranges of a plot have changed."""
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
        if self._stale:
            self._painted = False
        if "scene" in self._stale:
            self._stale.discard("scene")
            self._close_show()
            if session.scene is not None:
                self.show_ = Show(session.scene, session.theme, chrome=self._chrome)
                self.zoom.forget_unless(session.scene)
            self._stale |= {"recording", "k", "new"}
        show = self.show_
        if show is None or session.recording is None:
            self._tell("")  # the former scene's sentence is not this one's
            return None
        if "recording" in self._stale or show.recording is None:
            self._stale -= {"recording", "k"}
            show.load(session.recording, session.k)
            if self.zoom.restore(show.stage):
                show.seek(session.k)
        elif "k" in self._stale:
            self._stale.discard("k")
            show.seek(session.k)
        if "new" in self._stale:
            self._stale.discard("new")
            self.loaded.emit()
        self._tell(show.stage.framing.caption)
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
        self.let_go()
        if self.show_ is not None:
            self.show_.close()
            self.show_ = None

    def close_show(self) -> None:
        """Let go of the stage; nothing is shown afterwards."""
        if self._open:
            self._open = False
            self.session.changed.disconnect(self._follow)
            self._close_show()

    # -- painting ------------------------------------------------------------------------------------------------------

    def picture(self) -> QImage:
        """The present frame in physical pixels, as it is on the screen."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._image.size() != size:
            self._image = QImage(size, QImage.Format.Format_RGB32)
            self._painted = False
        show = self.sync()
        if self._painted:
            return self._image
        self._image.setDevicePixelRatio(1.0)
        if show is None:
            self._image.fill(self.session.theme.color("background"))
            if self.session.waiting:
                with QPainter(self._image) as painter:
                    waiting.paint(painter, self.session, self._image.width(), self._image.height())
        else:
            show.stage.frame(self._image)
        self._image.setDevicePixelRatio(ratio)
        self._painted = True
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
            if self.pointer and self.spot is not None:
                self._paint_pointer(painter, self.spot)
        finally:
            painter.end()

    def _paint_pointer(self, painter: QPainter, at: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for radius, alpha in ((16.0, 0.25), (9.0, 0.85)):
            painter.setBrush(self.session.theme.color("bad", alpha))
            painter.drawEllipse(at, radius, radius)
