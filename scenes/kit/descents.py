"""Descents: one coordinate of several walks against the step, and the value they are meant to reach."""

import numpy as np

from core.recording import F64
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Rule
from scenes.kit.plot import Plot
from scenes.kit.words import Entry
from scenes.theme import DASH

MOST = 6.0  # walks that go farther than this leave the plot


class Descents:
    """Curves in the colours and dashes of legend entries, the goal dashed."""

    def __init__(self, plot: Plot, count: int) -> None:
        self.plot = plot
        self.goal = Rule(plot, "theory", 0.9, DASH)
        self.curves = [Curve(plot, "text") for _ in range(count)]
        self.label = Label(plot, "muted")
        plot.live += [self.goal, *self.curves, self.label]

    def prepare(self, walks: F64, goals: F64, entries: tuple[Entry, ...]) -> None:
        """Walks (frame, walk, step) of one coordinate, what they are meant to reach (frame,), and how each is drawn."""
        self.walks = np.where(np.abs(walks) <= 2.0 * MOST, walks, np.nan)  # what has left is not drawn to and fro
        self.goals, self.entries = goals, entries
        self.steps = np.arange(walks.shape[2], dtype=np.float64)
        shown = np.concatenate((walks[np.abs(walks) <= MOST], goals, [0.0]))
        # Ends on quarters, so that the axis stands still while a knob is turned a little.
        low, high = (np.floor(4.0 * shown.min() - 0.3) / 4.0, np.ceil(4.0 * shown.max() + 0.3) / 4.0)
        self.plot.set_range((0.0, float(self.steps[-1])), (float(low), float(high)))

    def draw(self, k: int) -> None:
        """The walks under the λ of frame k."""
        goal = float(self.goals[k])
        self.goal.set(y=goal)
        for curve, entry, walk in zip(self.curves, self.entries, self.walks[k], strict=False):
            curve.style = (entry.role, 1.1, entry.dash, 1.0)
            curve.set(self.steps, walk)
        for curve in self.curves[len(self.entries) :]:
            curve.set(np.empty(0), np.empty(0))
        self.label.set(self.plot.x_range[1], self.plot.y_range[1], "dashed: exactly 0" if goal == 0.0 else "dashed: minimum")
