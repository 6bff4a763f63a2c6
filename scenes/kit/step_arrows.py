"""StepArrows: one step of a method with velocity, taken apart into what it carried over and what the gradient added."""

import math

from PySide6.QtGui import QPainter

from core.recording import F64
from scenes.kit.marks import Arrow, Label
from scenes.kit.plot import Plot

NAMED = 90.0  # logical pixels an arrow must be long to be named


class StepArrows:
    """Two arrows, head to tail, that add up to the step; each is named while it is long enough."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.carry, self.pull = Arrow(plot, "velocity"), Arrow(plot, "gradient")
        self.carry_name, self.pull_name = Label(plot, "velocity", side="right"), Label(plot, "gradient", side="left")

    def set(self, start: F64, carried: F64, landed: F64) -> None:
        """From `start` the velocity carries to `carried`, from there the gradient pulls to `landed`; each (2,)."""
        for arrow, label, tail, tip, text in (
            (self.carry, self.carry_name, start, carried, "−ηβv"),
            (self.pull, self.pull_name, carried, landed, "−η·gradient"),
        ):
            (x0, y0), (x1, y1) = tail.tolist(), tip.tolist()
            arrow.set(x0, y0, x1, y1)
            shown = self.plot.point(x1, y1) - self.plot.point(x0, y0)
            label.set((x0 + x1) / 2, (y0 + y1) / 2, text if math.hypot(shown.x(), shown.y()) > NAMED else "")

    def paint(self, painter: QPainter) -> None:
        """Draw arrows, then names."""
        for mark in (self.carry, self.pull, self.carry_name, self.pull_name):
            mark.paint(painter)
