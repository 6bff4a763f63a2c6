"""Slides: what is on the stage becomes a slide of a lesson of the user's own, new or already begun."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.failure import WorkError, reason
from app.files import make_folder
from app.lessons.folders import SUFFIX, own_folder
from app.session import Session
from app.stage_view import StageView
from app.subject import Subject

if TYPE_CHECKING:
    from app.lessons.write import Shot

NOTHING = "There is nothing to make a slide of yet."


class Slides(QObject):
    """Belongs to a window; `note` says in passing what was done."""

    def __init__(self, session: Session, window: QWidget, view: StageView, note: Callable[[str], object]) -> None:
        super().__init__(window)
        self.session, self.window, self.view, self.note = session, window, view, note

    def shot(self) -> "Shot | None":
        """What is on the stage now; None while there is no run."""
        from app.lessons.write import Shot  # with the rest of lessons, when it is needed

        session = self.session
        if session.scene is None or session.recording is None:
            return None
        subject = Subject(session.scene.slug(), session.recording.params, session.recording.seed)
        at_end = session.k == session.recording.last
        return Shot(subject, session.k, at_end, self.view.caption, session.scene.question)

    def add(self) -> None:
        """Ask for a lesson's file, there or not, and add what is on the stage as its last slide."""
        if self.shot() is None:
            self.session.tell(NOTHING)
            return
        try:
            make_folder(own_folder())
        except WorkError as error:
            self.session.tell(f"{reason(error)}.")
            return
        name, _ = QFileDialog.getSaveFileName(
            self.window,
            "Add this view as a slide",
            str(own_folder() / f"my lesson{SUFFIX}"),
            f"Lessons (*{SUFFIX})",
            "",
            QFileDialog.Option.DontConfirmOverwrite,  # a lesson that is there gets one slide more
        )
        if name:
            self.add_to(Path(name if name.lower().endswith(SUFFIX) else f"{name}{SUFFIX}"))

    def add_to(self, path: Path) -> None:
        """Add what is on the stage to this file, or begin it."""
        from app.lessons.write import append, begin

        shot = self.shot()
        if shot is None:
            return
        try:
            if path.exists():
                lesson = append(path, shot)
                self.note(f"Slide {len(lesson.slides)} of {path.name}.")
            else:
                path = begin(path.stem, shot, path.parent)
                self.note(f"The first slide of {path.name}.")
        except WorkError as error:
            self.session.tell(f"{reason(error)}.")
