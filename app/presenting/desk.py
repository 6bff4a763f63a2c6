"""Desk: what the lecturer sees while the projector shows the stage: the stage, notes, knobs, the clock, the screens."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimerEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.keys import keep_space
from app.knobs.controls import Choices
from app.knobs.panel import Panel
from app.presenting import screens
from app.presenting.lesson_bar import LessonBar
from app.presenting.notes import Notes
from app.stage_view import StageView
from app.style import px
from app.timeline import Timeline

if TYPE_CHECKING:
    from app.presenting.presenter import Presenter

SIDE = 372  # width of the right-hand side
SECOND_MS = 1000


class Desk(QWidget):
    """Covers the window while presenting with a projector."""

    def __init__(self, presenter: "Presenter") -> None:
        super().__init__(presenter.window)
        self.presenter, session = presenter, presenter.session
        self.setObjectName("desk")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Desk: what only the lecturer sees")
        self._began = time.monotonic()
        self._ticking = 0
        self.view = StageView(session, chrome=True, parent=self)
        self.view.set_theme("projector")
        self.view.share(presenter.marks)
        talk = presenter.talk
        self.view.follow_script(talk)
        self.bar = LessonBar(talk, self, closable=False) if talk is not None else None
        self.notes = Notes(talk, self) if talk is not None else None
        self.timeline = Timeline(session, self)
        self.panel = Panel(session, self)
        self.sides = QStackedWidget(self)
        self.sides.setFixedWidth(px(session, SIDE))
        for side in (self.notes, self.panel):
            if side is not None:
                self.sides.addWidget(side)
        self.turn = QPushButton(self)
        self.turn.setProperty("role", "link")
        self.turn.setToolTip("Notes or knobs (F3)")
        self.turn.setVisible(self.notes is not None)
        self.turn.clicked.connect(self.turn_side)
        self.turn.setText("Knobs")
        self.state = QLabel(self)
        self.state.setProperty("role", "muted")
        self.clock = QLabel(self)
        self.clock.setObjectName("headline")
        self.clock.setAccessibleName("Time")
        self.screen_choice = Choices(lambda: session.theme, self)
        self.screen_choice.setAccessibleName("Screen of the audience")
        self.screen_choice.activated.connect(lambda place: presenter.choose_screen(str(self.screen_choice.itemData(place))))
        self.leave = QPushButton("Leave  Esc", self)
        self.leave.setAccessibleName("Leave presenting")
        self.leave.clicked.connect(presenter.toggle)
        keep_space(self.leave, self.turn)
        self._lay_out()
        self.show_screens()
        self.show_state()
        self.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(16, 8, 16, 4)
        top.setSpacing(12)
        top.addWidget(self.clock)
        top.addWidget(self.state, 1)
        top.addWidget(self.turn)
        top.addWidget(self.screen_choice)
        top.addWidget(self.leave)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.view, 1)
        middle.addWidget(self.sides)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(middle, 1)
        if self.bar is not None:
            column.addWidget(self.bar)
        column.addWidget(self.timeline)

    def open(self) -> None:
        """Cover the window."""
        window = self.presenter.window
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self._ticking = self.startTimer(SECOND_MS)
        self._tick()
        self.raise_()
        self.show()

    def turn_side(self) -> None:
        """Notes, or the knobs to improvise with."""
        self.sides.setCurrentIndex((self.sides.currentIndex() + 1) % self.sides.count())
        self.turn.setText("Knobs" if self.sides.currentWidget() is self.notes else "Notes")

    def dispose(self) -> None:
        """Uncover it."""
        self.presenter.window.removeEventFilter(self)
        if self._ticking:
            self.killTimer(self._ticking)
            self._ticking = 0
        if self.notes is not None:
            self.notes.close_down()
        self.view.close_show()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.presenter.window.rect())
        return False

    def show_screens(self) -> None:
        """List the screens the audience could look at, and say when there is none."""
        self.screen_choice.clear()
        found = screens.others(self.presenter.window)
        for screen in found:
            self.screen_choice.addItem(screens.title(screen), screen.name())
        chosen = screens.projector(self.presenter.window, self.presenter.screen_name)
        if chosen is not None:
            self.screen_choice.setCurrentIndex(found.index(chosen))
        self.screen_choice.setVisible(bool(found))
        self.show_state()

    def show_state(self) -> None:
        """What the audience sees, where that is not the stage."""
        presenter = self.presenter
        if presenter.audience is not None and not presenter.projecting:
            self.state.setText("The projector is gone; everything goes on here, and there when it is back.")
        elif presenter.blanked:
            self.state.setText("The audience sees a plain screen (B or W brings the stage back).")
        else:
            self.state.setText("")

    def timerEvent(self, event: QTimerEvent) -> None:
        """Another second."""
        self._tick()

    def _tick(self) -> None:
        gone = round(time.monotonic() - self._began)
        self.clock.setText(f"{time.strftime('%H:%M')}   {gone // 60}:{gone % 60:02d}")
