"""Slate: a staged slide on a stage: as it is asked, as it is revealed, and the spots that were meant."""

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage

from app.lessons.expression import LessonError
from app.lessons.lesson import Lesson, Spot
from app.lessons.staging import Staged, View
from scenes import discovery
from scenes.kit.chrome import MARGIN
from scenes.kit.marks import Marker, Rule
from scenes.kit.plot import Plot
from scenes.layout import SIZES, Shape
from scenes.show import Show
from scenes.stage import Stage
from scenes.theme import Theme

RING = 17.0


class Slate:
    """One slide. `ask` shows what may be known before the answer, `reveal` the rest; without a question both are one."""

    def __init__(self, lesson: Lesson, staged: Staged, theme: Theme, shape: Shape = "wide", **framing: Any) -> None:
        """`framing`: title, caption and transparent, as a `Show` takes them. A `UsageError` if an area is no plot."""
        self.staged = staged
        self.view = staged.view  # what is shown now
        said = [view.line for view in (staged.view, staged.reveal) if view is not None] + [staged.takeaway]
        tallest = max(said, key=lambda text: lines(text, theme, shape))
        scene = discovery.find(staged.slide.subject.slug)
        # Room for the longest of its texts, so that nothing moves, and nothing is painted over, when the next is said.
        self.show = Show(scene, theme, shape, headline=staged.view.headline, look=tallest, **framing)
        self.marks: list[Marker | Rule] = []
        try:
            self._find_plot(lesson)
        except Exception:
            self.close()
            raise

    def _find_plot(self, lesson: Lesson) -> None:
        question = self.staged.slide.question
        self.plot: Plot | None = None
        if question is not None and isinstance(question.answer, Spot):
            with lesson.source.at((*self.staged.slide.key, "question", "point", "area")):
                self.plot = plot_at(self.show.stage, question.answer.area)

    def ask(self, k: int | None = None) -> None:
        """The slide before the answer, at frame k or at the last frame that may be seen."""
        self._stand(self.staged.view, k)

    def reveal(self, k: int | None = None) -> None:
        """The slide after the answer, with the true spot marked."""
        view = self.staged.reveal or self.staged.view
        self._stand(view, k)
        if self.staged.truth is not None and self.staged.truth.spot is not None:
            self.mark(*self.staged.truth.spot, role="good")

    def seek(self, k: int) -> None:
        """Another frame of what is shown now, kept within what may be seen."""
        self.show.seek(min(max(k, self.view.first), self.view.last))

    def mark(self, x: float | None, y: float | None, role: str = "accent") -> None:
        """Mark a spot in the plot that the question is about; with one coordinate a line."""
        if self.plot is None:
            return
        mark: Marker | Rule
        if x is not None and y is not None:
            mark = Marker(self.plot, role, "ring", RING)
            mark.set(x, y)
        else:
            mark = Rule(self.plot, role, 1.4)
            mark.set(**({"x": x} if x is not None else {"y": y or 0.0}))
        self.marks.append(mark)
        self.plot.live.append(mark)

    def clear(self) -> None:
        """Take all marks away."""
        if self.plot is not None:
            self.plot.live = [mark for mark in self.plot.live if not any(mark is own for own in self.marks)]
        self.marks.clear()

    def off(self, x: float, y: float) -> float:
        """How far (x, y) is from the true spot, as a share of what the plot shows."""
        truth = self.staged.truth
        if self.plot is None or truth is None or truth.spot is None:
            return 0.0
        meant = self.plot.point(*(own if true is None else true for own, true in zip((x, y), truth.spot, strict=True)))
        pointed, room = self.plot.point(x, y), self.plot.inner
        return max(abs(meant.x() - pointed.x()) / room.width(), abs(meant.y() - pointed.y()) / room.height())

    def frame(self, width: int, height: int) -> QImage:
        """The present picture at this size."""
        return self.show.frame(width, height)

    def close(self) -> None:
        """Let go of the stage."""
        self.show.close()

    def _stand(self, view: View, k: int | None) -> None:
        self.view = view
        self.clear()
        self.show.say(view.line)
        self.show.stage.cover(view.covered, view.hidden)
        self.show.silent = not view.open
        self.show.load(view.recording, view.last if k is None else min(max(k, view.first), view.last))


def plot_at(stage: Stage, area: str) -> Plot:
    """The plot in an area of a stage, or a `LessonError` if there is none: only a plot has units to point in."""
    place = stage.places.get(area, QRectF())
    for pane in stage.panes:
        if isinstance(pane, Plot) and place.contains(pane.rect):
            return pane
    plots = [
        name for name, rect in stage.places.items() if any(isinstance(p, Plot) and rect.contains(p.rect) for p in stage.panes)
    ]
    raise LessonError(f"there is no plot in {area!r} to point at; plots are in {', '.join(plots) or 'no area of this scene'}")


def lines(text: str, theme: Theme, shape: Shape = "wide") -> int:
    """How many lines a sentence under the headline takes."""
    room = QRectF(0, 0, SIZES[shape][0] - 2 * MARGIN, 1e4)
    metrics = QFontMetricsF(theme.font("lead"))
    box = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text)
    return round(box.height() / metrics.height())
