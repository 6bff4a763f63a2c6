"""Talk: a lesson that is being given: where it stands, what was predicted, and which words go with the picture.

A slide has up to three stops: the picture (with its question, if it has one), the answer, and the takeaway. Between them the
session is led: it shows the slide's run, plays its frames, and keeps back what is not to be seen yet. Whoever turns a knob
leaves the script; `back_to_script` returns to it.
"""

import enum
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, Signal

from app.lessons.lesson import Choices, Lesson, Question, Setting, Spot
from app.lessons.slate import Slate
from app.lessons.staging import Staged, View
from app.presenting.prediction import Prediction, sentence
from app.presenting.rehearsal import Rehearsal
from app.session import Session
from scenes import discovery
from scenes.show import Show
from scenes.theme import Theme


class Phase(enum.Enum):
    """What a stop shows of its slide."""

    SHOW = "show"
    REVEAL = "reveal"
    TAKEAWAY = "takeaway"


@dataclass(frozen=True)
class Stop:
    """A place in the lesson."""

    slide: int
    phase: Phase


def stops_of(lesson: Lesson) -> tuple[Stop, ...]:
    """Every stop, in order."""
    found: list[Stop] = []
    for number, slide in enumerate(lesson.slides):
        phases = [Phase.SHOW]
        phases += [Phase.REVEAL] if slide.question is not None else []
        phases += [Phase.TAKEAWAY] if slide.takeaway else []
        found += [Stop(number, phase) for phase in phases]
    return tuple(found)


class Talk(QObject):
    """One lesson, given in one session. `moved`: another stop, or its slide has come; `predicted`: a prediction changed."""

    moved = Signal()
    predicted = Signal()

    def __init__(self, lesson: Lesson, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lesson, self.session = lesson, session
        self.stops = stops_of(lesson)
        self.at = 0
        self.staged: dict[int, Staged] = {}
        self.broken: dict[int, str] = {}
        self.predictions = [Prediction() for _ in lesson.slides]
        self._slates: dict[Show, Slate] = {}
        self._led: View | None = None  # what the session was last told to show
        self.leading = False  # whether what the session says now comes of the lesson
        self._forward = True
        self._rehearsal = Rehearsal(lesson, self)
        self._rehearsal.staged.connect(self._take)
        self._rehearsal.failed.connect(self._miss)

    def start(self) -> None:
        """Begin at the first stop, as soon as its run is there."""
        self._rehearsal.start()
        self._enter()

    def close(self) -> None:
        """Let the session go on alone."""
        self._rehearsal.close()
        self.session.confine()

    # -- where it stands -----------------------------------------------------------------------------------------------

    @property
    def stop(self) -> Stop:
        """The present stop."""
        return self.stops[self.at]

    @property
    def slide(self) -> Staged | None:
        """The present slide with its run, once it is there."""
        return self.staged.get(self.stop.slide)

    @property
    def question(self) -> Question | None:
        """What the present slide asks."""
        return self.lesson.slides[self.stop.slide].question

    @property
    def asking(self) -> bool:
        """Whether an answer is being waited for."""
        return self.question is not None and self.stop.phase is Phase.SHOW

    @property
    def view(self) -> View | None:
        """What the stage shows at the present stop."""
        staged = self.slide
        if staged is None:
            return None
        return staged.view if self.stop.phase is Phase.SHOW or staged.reveal is None else staged.reveal

    @property
    def prediction(self) -> Prediction:
        """What was predicted on the present slide."""
        return self.predictions[self.stop.slide]

    @property
    def scripted(self) -> bool:
        """Whether the session shows what the lesson says, and not what came of a knob that was turned."""
        view, recording = self.view, self.session.recording
        if view is None or recording is None or self._led is not view:
            return False
        own = view.recording.params
        return type(recording.params) is type(own) and all(
            getattr(recording.params, knob.name) == getattr(own, knob.name) for knob in own.knobs() if not knob.view
        )

    # -- moving --------------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """On: the answer, the takeaway, the next slide."""
        if self.at + 1 < len(self.stops):
            self._go(self.at + 1)

    def previous(self) -> None:
        """Back by one stop."""
        if self.at > 0:
            self._go(self.at - 1)

    def jump(self, slide: int) -> None:
        """To the beginning of a slide, counted from 0; there may be none of that number."""
        if 0 <= slide < len(self.lesson.slides):
            self._go(self.stops.index(Stop(slide, Phase.SHOW)))

    def back_to_script(self) -> None:
        """Undo every knob that was turned: the slide as it is written."""
        self._led = None
        self._enter()

    def _go(self, at: int) -> None:
        self._forward = at >= self.at
        self.at = at
        self._enter()

    def _enter(self) -> None:
        """Lead the session to the present stop."""
        view = self.view
        if view is None:
            self._led = None
            self.session.pause()
            self._rehearsal.hurry(self.stop.slide)
            if self.stop.slide in self.broken:
                self.session.tell(self.broken[self.stop.slide])
        elif view is not self._led:
            self._lead(view)
        self.moved.emit()

    def _lead(self, view: View) -> None:
        session = self.session
        try:
            scene = discovery.find(view.subject.slug, session.scenes)
        except discovery.UnknownSceneError as error:
            session.tell(f"{error}.")
            return
        self._led, self.leading = view, True
        k = view.first if self._forward else view.last
        if session.recording is not view.recording or session.scene is not scene:
            session.stand(scene, view.recording, k)
        self.leading = False
        session.confine((view.first, view.last), None if view.open else view.last)
        session.seek(k)
        if self._forward and view.first < view.last and not session.calm:
            session.play()
        elif session.calm:
            session.seek(view.last)

    def _take(self, number: int, staged: Staged) -> None:
        self.staged[number] = staged
        if number == self.stop.slide:
            self._enter()

    def _miss(self, number: int, why: str) -> None:
        self.broken[number] = why
        if number == self.stop.slide:
            self._enter()

    # -- what goes with the picture --------------------------------------------------------------------------------------

    def make(self, theme: Theme) -> Show | None:
        """A stage for the present slide, with room for its words; None as long as its run is not there."""
        staged = self.slide
        if staged is None:
            return None
        slate = Slate(self.lesson, staged, theme)
        self._slates[slate.show] = slate
        return slate.show

    def forget(self, show: Show) -> None:
        """A stage is closed."""
        self._slates.pop(show, None)

    def dress(self, show: Show) -> None:
        """Bring the words, the covers and the marks on a stage up to date."""
        slate, view, staged = self._slates.get(show), self.view, self.slide
        if slate is None or view is None or staged is None:
            return
        slate.clear()
        if not self.scripted:  # the lesson's words are about another run
            show.say("")
            show.stage.cover(view.covered, view.hidden)
            show.silent, show.below = not view.open, ""
            return
        taken = self.stop.phase is Phase.TAKEAWAY
        show.say(staged.takeaway if taken else view.line)
        show.stage.cover(view.covered, view.hidden)
        show.silent, show.below = not view.open, self._below(slate, staged)
        revealed = self.stop.phase is not Phase.SHOW
        for spot in self.prediction.spots:
            slate.mark(*spot)
        if revealed and staged.truth is not None and staged.truth.spot is not None:
            slate.mark(*staged.truth.spot, role="good")

    def _below(self, slate: Slate, staged: Staged) -> str:
        if self.question is None or self.stop.phase is Phase.TAKEAWAY:
            return ""
        return sentence(self.question, staged, self.prediction, slate, not self.asking)

    # -- predicting ------------------------------------------------------------------------------------------------------

    def press(self, show: Show, at: QPointF) -> bool:
        """A press on the stage: while a spot is asked for, it is a prediction. Whether it was taken."""
        slate, question = self._slates.get(show), self.question
        if not self.asking or slate is None or question is None or not isinstance(question.answer, Spot):
            return False
        if slate.plot is None or not slate.plot.contains(at):
            return False
        self.prediction.point(*slate.plot.unmap(at))
        self.predicted.emit()
        return True

    def raise_hands(self, choice: int, count: int) -> None:
        """So many hands for a choice."""
        if self.asking and self.question is not None and isinstance(self.question.answer, Choices):
            self.prediction.raise_hands(choice, count, len(self.question.answer.options))
            self.predicted.emit()

    def set(self, value: float) -> None:
        """Somebody sets the knob that is asked for."""
        if self.asking and self.question is not None and isinstance(self.question.answer, Setting):
            self.prediction.set(value)
            self.predicted.emit()

    def take_back(self) -> None:
        """Forget the last prediction."""
        if self.asking:
            self.prediction.take_back()
            self.predicted.emit()
