"""Stage view: the widget that shows the stage, sharp at any size, and takes the mouse to its handles."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import waiting
from app.session import Session
from app.stage_mouse import StageMouse
from scenes.layout import SIZES
from scenes.show import Show
from scenes.stage import Stage
from scenes.theme import THEMES, Theme

if TYPE_CHECKING:
    from app.presenting.talk import Talk

LIMITLESS = (1 << 24) - 1  # Qt's largest size of a widget
REBUILDS = 1  # so often a scene that cannot be drawn is built anew before it is set aside
ANNOUNCE_SECONDS = 0.5  # while playing, a screen reader's description follows this often


class StageView(StageMouse):
    """Paints the session's frame. `chrome`: with headline, sentence and caption on the stage itself."""

    captioned = Signal(str)  # the sentence with live numbers, when it changes
    loaded = Signal()  # a scene, a theme or a recording was put on the stage

    def __init__(self, session: Session, *, chrome: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.caption = ""
        self.blank: QColor | None = None  # a plain colour instead of the picture
        self._chrome = chrome
        self._stale = {"scene", "recording", "k"}
        self._image = QImage()
        self._failures = 0  # how often the scene could not be drawn
        self._painted = False  # whether the image shows what there is to show
        self._told = 0.0
        self._open = True
        self.script: Talk | None = None  # a lesson that puts its words around the picture
        self._slide = -1  # of it, that the stage was made for
        self._look = ""  # the name of the theme it keeps to; empty: the session's
        self.focus = -1  # the pane that fills it, by its place on the stage; −1: the whole stage
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Stage")
        session.changed.connect(self._follow)

    # -- keeping up with the session -----------------------------------------------------------------------------------

    def _follow(self, what: frozenset[str]) -> None:
        if what & {"scene", "theme"}:
            self._stale.add("scene")
        if "scene" in what:
            self._failures = 0
        if "recording" in what:
            self._stale.add("recording")
            self._failures = min(self._failures, REBUILDS)  # another recording is another chance
        if "aside" in what:
            self._painted = False
            self.update()
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

    @property
    def theme(self) -> Theme:
        """The tokens of the theme it is shown in."""
        return THEMES[self._look] if self._look else self.session.theme

    def set_theme(self, name: str) -> None:
        """Keep to a theme whatever the window wears; none: the window's again."""
        if name != self._look:
            self._look = name
            self._stale |= {"scene", "k"}
            self.update()

    def follow_script(self, script: "Talk | None") -> None:
        """Show a lesson's slides with its words, or the session's scene with its own again."""
        if script is self.script:
            return
        if self.script is not None:
            self.script.moved.disconnect(self._turn_page)
            self.script.predicted.disconnect(self._redress)
            if self.show_ is not None:
                self.script.forget(self.show_)
        self.script = script
        if script is not None:
            script.moved.connect(self._turn_page)
            script.predicted.connect(self._redress)
        self._stale |= {"scene", "k"}
        self.update()

    def _turn_page(self) -> None:
        """The lesson is at another stop: the same stage with other words, or a stage for another slide."""
        if self.script is not None and (self._slide != self.script.stop.slide or self.show_ is None):
            self._stale |= {"scene", "k"}
        self._redress()

    def _redress(self) -> None:
        self._stale |= {"words", "k"}
        self.update()

    def taken(self, show: Show, at: QPointF) -> bool:
        """A lesson may ask to point at a spot."""
        return self.script is not None and self.script.press(show, at)

    def _make_show(self) -> Show | None:
        """The stage of the present slide, or of the session's scene."""
        if self.script is not None:
            self._slide = self.script.stop.slide
            return self.script.make(self.theme)
        return Show(self.session.scene, self.theme, chrome=self._chrome) if self.session.scene is not None else None

    def focus_on(self, place: int) -> None:
        """Let the pane at this place of the stage fill the view; −1: the whole stage."""
        self.focus = place
        self._stale |= {"focus", "k"}
        self.update()

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
                self.show_ = self._make_show()
                self.zoom.forget_unless(session.scene)
            self._stale |= {"recording", "k", "new", "focus"}
        show = self.show_
        if show is None or session.recording is None or type(show.scene) is not session.scene:
            self._tell("")  # the former scene's sentence is not this one's
            return None
        if "recording" in self._stale or show.recording is None:
            self._stale = self._stale - {"recording", "k"} | {"new"}
            show.load(session.recording, session.k)
            self._stale.add("words")
            if self.zoom.restore(show.stage):
                show.seek(session.k)
        elif "k" in self._stale:
            self._stale.discard("k")
            show.seek(session.k)
        if "words" in self._stale:
            self._stale.discard("words")
            if self.script is not None:
                self.script.dress(show)
                show.seek(session.k)
        if "focus" in self._stale:
            self._stale.discard("focus")
            show.stage.look_at(show.stage.panes[self.focus] if 0 <= self.focus < len(show.stage.panes) else None)
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
            self.setAccessibleDescription(caption if self.session.aside else f"{caption} {self.session.place}")

    def _close_show(self) -> None:
        self.let_go()
        if self.show_ is not None:
            if self.script is not None:
                self.script.forget(self.show_)
            self.show_.close()
            self.show_ = None

    def close_show(self) -> None:
        """Let go of the stage; nothing is shown afterwards."""
        if self._open:
            self._open = False
            self.follow_script(None)
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
        if self.session.aside:
            self._tell(self.session.aside)
            show, self._painted = None, False
        else:
            show = self.sync()
        if self._painted:
            return self._image
        self._image.setDevicePixelRatio(1.0)
        if show is None:
            self._image.fill(self.theme.color("background"))
            self._paint_waiting()
        else:
            show.stage.frame(self._image)
        self._image.setDevicePixelRatio(ratio)
        self._painted = True
        return self._image

    def _paint_waiting(self) -> None:
        """Say what is being waited for, where there is no picture yet."""
        if self.script is not None and not self.session.aside:
            words = (self.script.lesson.title, "The run of this slide is being made.")
        elif self.session.aside:
            words = (self.session.aside, waiting.ASIDE)
        elif self.session.waiting and self.session.scene is not None:
            words = (self.session.scene.question, waiting.FIRST_TIME)
        else:
            return
        with QPainter(self._image) as painter:
            waiting.paint(painter, self.theme, words, self._image.width(), self._image.height())

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
                painter.fillRect(self.rect(), self.theme.color("background"))
                self._fail(error)
            if self.marks.shown and self.show_ is not None:
                self._paint_marks(painter, self.show_.stage)
        finally:
            painter.end()

    def _fail(self, error: Exception) -> None:
        """Report it, and build the scene anew; one that fails again is set aside."""
        sys.excepthook(type(error), error, error.__traceback__)
        self._failures += 1
        with contextlib.suppress(Exception):
            self._close_show()
        self.show_ = None
        self._image = QImage()  # a painter may have been left on it
        self._stale |= {"scene", "recording", "k"}
        if self._failures <= REBUILDS:
            self.update()
        else:
            QTimer.singleShot(0, self, self._give_up)

    def _give_up(self) -> None:
        scene = self.session.scene
        if self._failures > REBUILDS and scene is not None:
            self.session.set_aside(f"{scene.title} could not be drawn.")

    def _paint_marks(self, painter: QPainter, stage: Stage) -> None:
        scale, dx, dy = stage.scale(self.width(), self.height())
        painter.translate(dx, dy)
        painter.scale(scale, scale)
        bounds = QRectF(-dx / scale, -dy / scale, self.width() / scale, self.height() / scale)
        self.marks.paint(painter, self.theme, bounds)
