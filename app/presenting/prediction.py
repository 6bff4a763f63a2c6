"""Prediction: what a class, or one person, thinks before the answer is shown. It is set beside the answer, never scored."""

from dataclasses import dataclass, field

from app.lessons.lesson import Choices, Question, Spot
from app.lessons.slate import Slate
from app.lessons.staging import LETTERS, Staged
from core.params import Knob

MOST = 999  # hands that can be counted
SPOTS = 60  # places that are kept


@dataclass
class Prediction:
    """Hands by choice, places pointed at, and values set; only the kind that the question asks for is used."""

    hands: list[int] = field(default_factory=list)
    spots: list[tuple[float, float]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def raise_hands(self, choice: int, count: int, choices: int) -> None:
        """So many hands for a choice out of `choices`."""
        self.hands = (self.hands + [0] * choices)[:choices]
        self.hands[choice] = min(max(count, 0), MOST)

    def point(self, x: float, y: float) -> None:
        """Somebody points at a place."""
        self.spots = [*self.spots, (x, y)][-SPOTS:]

    def set(self, value: float) -> None:
        """Somebody sets the knob."""
        self.values = [*self.values, value][-SPOTS:]

    def take_back(self) -> None:
        """Forget the last place or value, or every hand."""
        self.spots, self.values, self.hands = self.spots[:-1], self.values[:-1], []

    @property
    def made(self) -> bool:
        """Whether anything was predicted."""
        return bool(any(self.hands) or self.spots or self.values)


def sentence(question: Question, staged: Staged, made: Prediction, slate: Slate | None, revealed: bool) -> str:
    """What was predicted and, once it is `revealed`, what is so: the line under the picture. Empty where there is nothing."""
    answer, truth = question.answer, staged.truth
    if isinstance(answer, Choices):
        parts = [f"{LETTERS[place]} {count}" for place, count in enumerate(made.hands) if count]
        right = f"Right: {LETTERS[answer.right]}, {staged.options[answer.right]}." if revealed else ""
        return " ".join(filter(None, (f"Predicted: {', '.join(parts)}." if parts else "", right)))
    if isinstance(answer, Spot):
        if not made.spots:
            return ""
        if not revealed or slate is None:
            return f"{_many(len(made.spots), 'place')} pointed at."
        near = sum(slate.off(*spot) <= answer.within for spot in made.spots)
        return f"{near} of {_many(len(made.spots), 'place')} near the true one (green)."
    knob = question.subject.params.knob(answer.knob)
    said = f"Predicted: {', '.join(knob.text(_own(knob, value)) for value in made.values)}." if made.values else ""
    if not revealed or truth is None or truth.range is None:
        return said
    return " ".join(filter(None, (said, f"Right: {_range(knob, *truth.range)}.")))


def _range(knob: Knob, low: float, high: float) -> str:
    ends = [knob.text(_own(knob, float(f"{end:.3g}"))) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _own(knob: Knob, value: float) -> float | int:
    return round(value) if knob.kind == "whole" else value


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
