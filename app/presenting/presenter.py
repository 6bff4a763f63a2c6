"""Presenter: begins and ends presenting, and keeps to the screens there are: the stage on a projector, the desk on the laptop.

With one screen the stage fills it. A projector that is unplugged takes nothing with it: the desk stays, and when a screen
is there again the stage is back on it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QWidget

from app.presenting import screens
from app.presenting.classroom import Classroom
from app.presenting.marks import Marks
from app.session import Session
from app.stage_view import StageView

if TYPE_CHECKING:
    from app.presenting.audience import Audience
    from app.presenting.desk import Desk
    from app.presenting.talk import Talk

CLICKER = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Presenter(QObject):
    """Switches a window between working and presenting; `switched` says which."""

    switched = Signal(bool)

    def __init__(self, session: Session, window: QWidget, view: StageView, bind: Callable[[QWidget], object]) -> None:
        """`view`: the stage in the window. `bind`: makes the keys of presenting work in another window too."""
        super().__init__(window)
        self.session, self.window, self.view, self._bind = session, window, view, bind
        self.on = False
        self.before = Qt.WindowState.WindowNoState  # the state of the window that presenting returns to
        self.screen_name = ""  # of the projector a person chose
        self.marks = Marks(self)
        self.classroom: Classroom | None = None
        self.audience: Audience | None = None
        self.desk: Desk | None = None
        self._color: QColor | None = None
        view.share(self.marks)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._screens_changed)
            application.screenRemoved.connect(self._screens_changed)

    # -- begin and end -------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin, or leave."""
        if self.on:
            self._end()
        else:
            self._begin()

    def _begin(self) -> None:
        self.on = True
        self.before = self.window.windowState()
        self.marks.put_away()
        QGuiApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._take_screens()
        self.switched.emit(True)
        self._settle()

    def _end(self) -> None:
        self.on = False
        QGuiApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self._leave_screens()
        self.marks.put_away()
        self._color = None
        self.view.blank = None
        self.view.set_chrome(self.talk is not None)
        self.view.set_theme("")
        self.zoom(False)
        self.switched.emit(False)
        self.window.setWindowState(self.before)
        self.window.activateWindow()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.view.update()

    def _settle(self) -> None:
        """Who fills what: alone the window is the stage; with a projector it is the desk."""
        alone = self.desk is None
        self.view.set_chrome(alone or self.talk is not None)
        self.view.set_theme("projector" if alone else "")
        self.window.setWindowState(self.before | Qt.WindowState.WindowFullScreen if alone else self.before)
        self._paint_blank()
        (self.view if self.desk is None else self.desk.view).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def talk(self) -> "Talk | None":
        """The lesson that is given, if any."""
        return self.classroom.talk if self.classroom is not None else None

    # -- screens -------------------------------------------------------------------------------------------------------

    def _take_screens(self) -> None:
        """Put the stage on a projector, if there is one, and the desk over the window."""
        screen = screens.projector(self.window, self.screen_name)
        if screen is None:
            return
        from app.presenting.audience import Audience  # what only presenting needs is loaded with it
        from app.presenting.desk import Desk

        self.audience = Audience(self.session)
        self.audience.view.share(self.marks)
        self.audience.view.follow_script(self.talk)
        self.audience.given_up.connect(self.toggle)
        self._bind(self.audience)
        self.audience.show_on(screen)
        self.desk = Desk(self)
        self.desk.open()

    def _leave_screens(self) -> None:
        if self.audience is not None:
            self.audience.dispose()
            self.audience = None
        if self.desk is not None:
            self.desk.dispose()
            self.desk = None

    def choose_screen(self, name: str) -> None:
        """Present on the screen called so, now and the next time."""
        self.screen_name = name
        self._screens_changed()

    def _screens_changed(self, screen: QScreen | None = None) -> None:
        """A screen came or went, or another was chosen."""
        if not self.on:
            return
        wanted = screens.projector(self.window, self.screen_name)
        if self.desk is None:
            self._take_screens()
            self.switched.emit(True)
            self._settle()
            return
        if self.audience is not None:
            if wanted is None:
                self.audience.hide()
                self.window.activateWindow()  # the keys are for the desk now
            elif not self.audience.isVisible() or self.audience.screen() is not wanted:
                self.audience.show_on(wanted)
        self.desk.show_screens()

    @property
    def projecting(self) -> bool:
        """Whether an audience sees the stage on a screen of its own."""
        return self.audience is not None and self.audience.isVisible()

    # -- what a lecturer does ------------------------------------------------------------------------------------------

    def blank(self, color: str) -> None:
        """A plain screen for the audience, and back."""
        wanted = QColor(color)
        self._color = None if self._color == wanted else wanted
        self._paint_blank()

    @property
    def blanked(self) -> bool:
        """Whether the audience sees a plain screen."""
        return self._color is not None

    def _paint_blank(self) -> None:
        shown = self.view if self.audience is None else self.audience.view
        shown.blank = self._color
        shown.update()
        if self.desk is not None:
            self.desk.show_state()

    def zoom(self, on: bool | None = None) -> None:
        """Let the pane under the pointer (else the largest) fill the picture, or the whole stage again."""
        views = [self.view, *([self.audience.view] if self.audience is not None else [])]
        views += [self.desk.view] if self.desk is not None else []
        show = next((view.show_ for view in reversed(views) if view.show_ is not None), None)
        place = -1
        if show is not None and (on if on is not None else show.stage.seen is None):
            panes = show.stage.panes
            under = show.stage.pane_at(self.marks.spot) if self.marks.spot is not None else None
            if panes:
                chosen = under or max(panes, key=lambda pane: pane.rect.width() * pane.rect.height())
                place = panes.index(chosen)
        for view in views:
            view.focus_on(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """No knob and no list may keep the keys of a clicker for itself."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in CLICKER:
            event.ignore()
            return True
        return False
