"""Lesson bar: the row under the stage while a lesson is open: where it stands, on and back, and what is predicted."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.folding import Sideways
from app.icons import icon
from app.keys import keep_space
from app.presenting.answers import Answers
from app.presenting.talk import Phase, Talk
from app.style import px

HEIGHT = 54


class LessonBar(QWidget):
    """Buttons that a clicker does without. `closed`: the lesson is to be left."""

    closed = Signal()

    def __init__(self, talk: Talk, parent: QWidget | None = None, *, closable: bool = True) -> None:
        super().__init__(parent)
        self.talk = talk
        self.setObjectName("lesson")
        self.setAccessibleName(f"Lesson: {talk.lesson.title}")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(10)
        self.back = QToolButton(self)
        self.back.setProperty("role", "plain")
        self.back.setFixedSize(34, 34)
        self.back.setIconSize(QSize(20, 20))
        self.back.setToolTip("Back (Page ↑)")
        self.back.setAccessibleName("Back")
        self.back.clicked.connect(talk.previous)
        self.place = QLabel(self)
        self.answers = Answers(talk, self)
        self.script = QPushButton("Back to the script", self)
        self.script.setToolTip("Undo every knob that was turned (R)")
        self.script.clicked.connect(talk.back_to_script)
        self.on = QPushButton(self)
        self.on.setObjectName("primary")
        self.on.setToolTip("On (Page ↓)")
        self.on.clicked.connect(talk.next)
        self.leave = QPushButton("Close lesson", self)
        self.leave.setProperty("role", "link")
        self.leave.clicked.connect(self.closed)
        self.leave.setVisible(closable)
        keep_space(self.back, self.script, self.on, self.leave)
        row.addWidget(self.back)
        row.addWidget(self.place)
        row.addSpacing(8)
        self.hold = Sideways(self.answers, self)
        row.addWidget(self.hold, 1)
        for widget in (self.script, self.leave, self.on):
            row.addWidget(widget)
        talk.moved.connect(self.follow)
        talk.session.changed.connect(self._heard)
        self.follow()

    def _heard(self, what: frozenset[str]) -> None:
        if what & {"params", "recording", "theme"}:
            self.follow()

    def follow(self) -> None:
        """Bring the row up to the present stop."""
        talk = self.talk
        self.setFixedHeight(px(talk.session, HEIGHT))
        self.back.setIcon(icon("step back", talk.session.theme.color("text")))
        self.back.setEnabled(talk.at > 0)
        self.place.setText(f"{talk.stop.slide + 1} / {len(talk.lesson.slides)}")
        self.place.setAccessibleName(f"Slide {talk.stop.slide + 1} of {len(talk.lesson.slides)}")
        last = talk.at + 1 == len(talk.stops)
        coming = (
            "Done" if last else {Phase.REVEAL: "Answer", Phase.TAKEAWAY: "Takeaway"}.get(talk.stops[talk.at + 1].phase, "On")
        )
        self.on.setText(coming)
        self.on.setAccessibleName({"On": "Next slide", "Done": "The lesson is over"}.get(coming, f"Show the {coming.lower()}"))
        self.on.setEnabled(not last)
        self.script.setVisible(talk.slide is not None and not talk.scripted and not talk.session.busy)
