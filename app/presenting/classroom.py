"""Classroom: the place of a lesson in the window: it opens one, shows its row under the stage, and closes it.

What it takes to give a lesson is loaded with the first one: it would hold up every start.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.failure import UsageError, reason
from app.session import Session
from app.stage_view import StageView

if TYPE_CHECKING:
    from app.lessons.lesson import Lesson
    from app.presenting.lesson_bar import LessonBar
    from app.presenting.talk import Talk


class Classroom(QWidget):
    """Holds the talk that goes on, if any. `switched`: a lesson was opened or closed."""

    switched = Signal(bool)

    def __init__(self, session: Session, parent: QWidget, view: StageView) -> None:
        super().__init__(parent)
        self.session, self.view = session, view
        self.talk: Talk | None = None
        self.bar: LessonBar | None = None
        self._alone = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()
        session.changed.connect(self._follow)

    def open(self, lesson: "Lesson") -> None:
        """Begin a lesson, in place of another that may be open."""
        from app.presenting.lesson_bar import LessonBar
        from app.presenting.talk import Talk

        self.close_lesson()
        talk = self.talk = Talk(lesson, self.session, self)
        talk.moved.connect(self._show)
        self.bar = LessonBar(talk, self)
        self.bar.closed.connect(self.close_lesson)
        self._column.addWidget(self.bar)
        self.view.follow_script(talk)
        talk.start()
        self._show()
        self.switched.emit(True)

    def open_named(self, name: str) -> None:
        """Open the lesson called so, or in a file of that name; a sentence says why it cannot be."""
        from app.lessons.library import find

        try:
            self.open(find(name))
        except UsageError as error:
            self.session.tell(f"{reason(error)}.")

    def close_lesson(self) -> None:
        """The scene that is shown goes on without it."""
        talk, self.talk = self.talk, None
        if talk is None:
            return
        self.view.follow_script(None)
        talk.close()
        if self.bar is not None:
            self._column.removeWidget(self.bar)
            self.bar.hide()
            self.bar.deleteLater()
            self.bar = None
        talk.deleteLater()
        self._show()
        self.switched.emit(False)

    # -- keys that mean something else while a lesson is open ------------------------------------------------------------

    def go_on(self) -> None:
        """The lesson's next stop, or a step of the run."""
        if self.talk is not None:
            self.talk.next()
        else:
            self.session.step(1)

    def go_back(self) -> None:
        """The stop before, or a step back."""
        if self.talk is not None:
            self.talk.previous()
        else:
            self.session.step(-1)

    def jump(self, slide: int) -> None:
        """To a slide of the lesson."""
        if self.talk is not None:
            self.talk.jump(slide)

    def take_back(self) -> None:
        """Forget the last prediction."""
        if self.talk is not None:
            self.talk.take_back()

    def reset(self) -> None:
        """Every knob to what the lesson says, or to its default."""
        if self.talk is not None:
            self.talk.back_to_script()
        else:
            self.session.reset()

    # -- what is shown -----------------------------------------------------------------------------------------------

    def arrange(self, *, alone: bool) -> None:
        """`alone`: the stage fills the only screen; then the row is there for predictions only."""
        self._alone = alone
        self._show()

    def _show(self) -> None:
        self.setVisible(self.talk is not None and (not self._alone or self.talk.asking))

    def _follow(self, what: frozenset[str]) -> None:
        """Somebody who opens another scene has left the lesson."""
        talk, scene = self.talk, self.session.scene
        if "scene" in what and talk is not None and talk.view is not None and not talk.leading and scene is not None:
            self.close_lesson()
