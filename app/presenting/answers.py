"""Answers: what is predicted is entered here, by one person or as counted hands, before the answer is shown."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from app.keys import ARROWS, claimed, keep_space
from app.knobs.row import NumberRow
from app.lessons.lesson import Choices, Setting, Spot
from app.lessons.staging import LETTERS
from app.presenting.prediction import MOST
from app.presenting.talk import Talk
from app.style import px
from core.params import Knob


class Hands(QSpinBox):
    """How many hands; the arrows and digits are its own while it has the focus."""

    def event(self, event: QEvent) -> bool:
        """Keep the keys it needs."""
        return claimed(event, ARROWS) or super().event(event)


class Answers(QWidget):
    """A row of controls for the question of the present slide; empty where there is none."""

    def __init__(self, talk: Talk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.talk = talk
        self.setAccessibleName("Predictions")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.hands: list[Hands] = []
        self.knob: NumberRow | None = None
        self._chosen = 0.0
        self._built: tuple[int, bool] | None = None
        self._widgets: list[QWidget] = []
        talk.moved.connect(self.follow)
        talk.predicted.connect(self.show_made)
        self.follow()

    def follow(self) -> None:
        """Show the controls that the present stop needs."""
        key = (self.talk.stop.slide, self.talk.slide is not None)
        if key != self._built:
            self._built = key
            self._build()
        for widget in self._widgets:
            widget.setEnabled(self.talk.asking)
        self.setVisible(self.talk.question is not None)
        self.show_made()

    def _build(self) -> None:
        for widget in self._widgets:
            self.row.removeWidget(widget)
            widget.deleteLater()
        self._widgets, self.hands, self.knob = [], [], None
        question, staged = self.talk.question, self.talk.slide
        if question is None or staged is None:
            return
        answer = question.answer
        if isinstance(answer, Choices):
            for place, option in enumerate(staged.options):
                self._add_choice(place, option)
        elif isinstance(answer, Spot):
            self._add(QLabel("Click on the picture where you think it is.", self))
        elif isinstance(answer, Setting):
            self._add_knob(question.subject.params.knob(answer.knob))
        undo = QPushButton("Take back", self)
        undo.setProperty("role", "link")
        undo.setToolTip("Forget the last prediction (Backspace)")
        undo.clicked.connect(self.talk.take_back)
        keep_space(undo)
        self._add(undo)

    def _add(self, widget: QWidget, stretch: int = 0) -> None:
        self._widgets.append(widget)
        self.row.addWidget(widget, stretch)

    def _add_choice(self, place: int, option: str) -> None:
        button = QPushButton(f"{LETTERS[place]}  {option}", self)
        button.setProperty("role", "chip")
        button.setAccessibleName(f"One more for {LETTERS[place]}: {option}")
        button.setToolTip("A click is one hand")
        keep_space(button)
        hands = Hands(self)
        hands.setRange(0, MOST)
        hands.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        hands.setAccessibleName(f"Hands for {LETTERS[place]}")
        hands.valueChanged.connect(lambda count: self.talk.raise_hands(place, count))
        button.clicked.connect(lambda: hands.setValue(hands.value() + 1))
        self.hands.append(hands)
        self._add(button)
        self._add(hands)

    def _add_knob(self, knob: Knob) -> None:
        theme = self.talk.session
        if knob.kind in ("real", "whole"):
            row = self.knob = NumberRow(knob, lambda: theme.theme, self)
            row.setFixedWidth(px(self.talk.session, 320))
            row.turned.connect(lambda _, value: self._choose(value))
            self._chosen = float(knob.default)
            keep = QPushButton("Predict", self)
            keep.setToolTip("Keep this value as a prediction")
            keep.clicked.connect(lambda: self.talk.set(self._chosen))
            keep_space(keep)
            self._add(row)
            self._add(keep)

    def _choose(self, value: float) -> None:
        self._chosen = float(value)
        if self.knob is not None:
            self.knob.show_value(value)

    def show_made(self) -> None:
        """Show the hands that were counted."""
        counts = self.talk.prediction.hands
        for place, hands in enumerate(self.hands):
            hands.blockSignals(True)
            hands.setValue(counts[place] if place < len(counts) else 0)
            hands.blockSignals(False)
