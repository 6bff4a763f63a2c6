"""Main window: gallery, stage, knobs and timeline around one session."""

from math import isfinite

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QCloseEvent, QPixmapCache, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions import actions
from app.arranging import Arranging
from app.export_dialog.door import Exporter
from app.gallery import Gallery
from app.help import Help
from app.keys import Shortcuts
from app.knobs.panel import Panel
from app.lead import Lead
from app.notices import Notice, Notices
from app.placing import SMALLEST, place, placed
from app.preferences import Preferences
from app.presenting.classroom import Classroom
from app.presenting.presenter import Presenter
from app.presenting.slides import Slides
from app.session import Session
from app.settings import Settings
from app.share.door import Sharer
from app.stage_view import StageView
from app.status import Status
from app.style import palette, sheet
from app.timeline import Timeline
from app.topbar import TopBar


class Window(QWidget):
    """The one window. It holds no state of its own beyond what is shown and hidden."""

    closed = Signal()

    def __init__(self, session: Session, settings: Settings | None = None) -> None:
        super().__init__()
        self.session = session
        settings = settings or Settings()
        session.set_text_scale(settings.text_scale if isfinite(settings.text_scale) else 1.0)
        session.set_calm(settings.calm)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(*SMALLEST)
        self.arranging = Arranging(self, settings)
        self._build()
        self.help, self.preferences = Help(session, self), Preferences(session, self)
        self.topbar.preferences.connect(self.toggle_preferences)
        self.presenter = Presenter(session, self, self.view, self._bind)
        self.presenter.classroom = self.classroom
        self.presenter.screen_name = settings.projector
        self.exporter = Exporter(session, self, self.status.note)
        self.topbar.export.connect(lambda: self.exporter.open())
        self.sharer = Sharer(session, self, self.status.note, lambda text: self.notices.tell(Notice(text)), settings.folder)
        self.sharer.lesson = self.classroom.open_named
        self.slides = Slides(session, self, self.view, self.status.note)
        bound = actions(self)
        self.topbar.share.connect(lambda action: bound[action]())
        self.shortcuts = Shortcuts(self, bound)
        self.presenter.switched.connect(self._present)
        self.classroom.switched.connect(self._teach)
        self.gallery.lesson_chosen.connect(self.classroom.open_named)
        session.changed.connect(self._follow)
        self.view.captioned.connect(self._show_caption)
        self.view.loaded.connect(self._say_hint)
        self._dress()
        self._name()
        place(self, settings)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)  # else Qt chooses a button, and Space would press that

    def _build(self) -> None:
        session = self.session
        self.topbar, self.notices = TopBar(session, self), Notices(self)  # Tab goes through in this order
        self.gallery = Gallery(session, self)
        self.view, self.status = StageView(session, parent=self), Status(session, self)
        self.timeline, self.panel = Timeline(session, self), Panel(session, self)
        self.classroom = Classroom(session, self, self.view)
        self.topbar.present.connect(lambda: self.presenter.toggle())
        self.topbar.help.connect(self.toggle_help)
        self.topbar.gallery.connect(self.arranging.toggle_gallery)
        self.gallery.searched.connect(self.arranging.searched)
        self.topbar.panel.connect(self.arranging.toggle_panel)
        self.notices.changed.connect(self.arranging.arrange)
        self.lead = Lead(self)
        middle = self.middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addStretch(1)
        middle.addWidget(self.lead)
        middle.addWidget(self.view, 1000)
        middle.addWidget(self.status)
        middle.addStretch(2)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.gallery)
        row.addLayout(middle, 1)
        row.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.topbar)
        column.addWidget(self.notices)
        column.addLayout(row, 1)
        column.addWidget(self.classroom)
        column.addWidget(self.timeline)

    # -- keeping up with the session -----------------------------------------------------------------------------------

    def _follow(self, what: frozenset[str]) -> None:
        if "theme" in what:
            self._dress()
        if "scene" in what:
            self.lead.show_hint("")  # the next scene says its own when it is on the stage
        if what & {"scene", "recording"}:
            self._name()
        if what & {"recording", "playing"} and not self.session.playing and self.session.recording is not None:
            self.view.update()
            self._announce()

    def _dress(self) -> None:
        theme = self.session.theme
        self.setPalette(palette(theme))
        QPixmapCache.clear()  # nobody will ask for the icons of the former look again
        self.setStyleSheet(sheet(theme, self.session.text_scale))
        self.arranging.arrange()

    def _name(self) -> None:
        scene, talk = self.session.scene, self.classroom.talk
        title = talk.lesson.title if talk is not None else scene.title if scene is not None else ""
        self.setWindowTitle(f"{title} – Ravine" if title else "Ravine")
        self.setAccessibleName(self.windowTitle())
        self.topbar.show_lesson(talk.lesson.title if talk is not None else "")
        self.lead.show_look(self.session.look)

    def _show_caption(self, caption: str) -> None:
        """The sentence with live numbers, unless it stands on the stage: with two runs, or in a lesson."""
        there = self.session.pair is not None or self.classroom.talk is not None
        self.status.show_caption("" if there else caption)

    def _say_hint(self) -> None:
        self.lead.show_hint(self.view.hint())

    def _announce(self) -> None:
        """Tell a screen reader, politely, where the run stands."""
        if QAccessible.isActive() and self.view.caption:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, self.view.caption))

    def _present(self, on: bool) -> None:
        self.shortcuts.allow(presenting=on, lesson=self.classroom.talk is not None)
        self.arranging.arrange()
        if on and self.presenter.desk is not None:
            self.presenter.desk.raise_()

    def _bind(self, other: QWidget) -> None:
        """Make the keys work in another window, while it is there for presenting."""
        Shortcuts(other, actions(self)).allow(presenting=True, lesson=self.classroom.talk is not None)

    def _teach(self, on: bool) -> None:
        self.shortcuts.allow(presenting=self.presenter.on, lesson=on)
        self.view.set_chrome(on or (self.presenter.on and self.presenter.desk is None))
        self._name()
        self.arranging.arrange()

    # -- what is shown -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the sides give way on a small window."""
        super().resizeEvent(event)
        self.arranging.arrange()
        for overlay in (self.help, self.preferences):
            if overlay.isVisible():
                overlay.setGeometry(self.rect())

    def toggle_help(self) -> None:
        """Show or hide the list of keys."""
        self.help.hide() if self.help.isVisible() else self.help.open()

    def toggle_preferences(self) -> None:
        """Show or hide what can be set for good."""
        self.preferences.hide() if self.preferences.isVisible() else self.preferences.open()

    def toggle_full_screen(self) -> None:
        """Full screen, and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def escape(self) -> None:
        """Leave the innermost thing: the help, a plain screen, presenting, full screen, a message, a notice, a field."""
        if self.help.isVisible() or self.preferences.isVisible():
            self.help.hide()
            self.preferences.hide()
        elif self.presenter.on:
            self.presenter.toggle()
        elif self.isFullScreen():
            self.toggle_full_screen()
        elif self.arranging.gallery_lent:
            self.arranging.searched()
        elif self.session.message:
            self.session.tell("")
        elif self.notices.isVisible():
            self.notices.dismiss()
        else:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- start and end -------------------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """What to remember."""
        box, scene = placed(self), self.session.scene
        state = self.presenter.before if self.presenter.on else self.windowState()
        return Settings(
            theme=self.session.theme_name,
            scene=scene.slug() if scene is not None else "",
            x=box.x(),
            y=box.y(),
            width=box.width(),
            height=box.height(),
            maximized=bool(state & Qt.WindowState.WindowMaximized),
            gallery=self.arranging.gallery_wish,
            panel=self.arranging.panel_wish,
            projector=self.presenter.screen_name,
            folder=self.sharer.folder,
            text_scale=self.session.text_scale,
            calm=self.session.calm,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop everything that runs."""
        self.closed.emit()
        if self.presenter.on:
            self.presenter.toggle()
        self.exporter.close()
        self.classroom.close_lesson()
        self.session.close()
        self.view.close_show()
        super().closeEvent(event)

    def dispose(self) -> None:
        """Close, and let Qt delete everything now, while Python still holds it.

        Left to Python's garbage collector, the parts would go in any order, some before what they stand on.
        """
        self.close()
        self.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
