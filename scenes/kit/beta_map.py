"""BetaMap: how long Adam's first step is without bias correction, for every pair of β₁ and β₂."""

import math

import numpy as np

from core.theory.adam import first_step
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker
from scenes.kit.plot import Plot
from scenes.theme import DASH

NINES = ((0.0, "0"), (1.0, "0.9"), (2.0, "0.99"), (3.0, "0.999"))
MOST_1, MOST_2 = 3.0, 4.0  # the ends of the knobs, in nines
EDGES = (-0.15, 0.35)  # how far the axes reach beyond them
COLUMNS, ROWS = 120, 120
DECADES = 3.0  # either way from η to the ends of the colours


def nines(beta: float) -> float:
    """−log₁₀(1 − β): 1 for 0.9, 2 for 0.99, 3 for 0.999."""
    return -math.log10(1.0 - beta)


def beta(nines: float) -> float:
    """The β with so many nines, to five decimals, so that 0.9 is 0.9."""
    return round(float(1.0 - 10.0**-nines), 5)


class BetaMap:
    """One side of the dashed line, 1 − β₁ = √(1 − β₂), is too long, the other too short; both axes count nines."""

    def __init__(self, plot: Plot, role: str) -> None:
        """`role` colours the mark of the present setting."""
        theme = plot.theme
        self.plot = plot
        x, y = (EDGES[0], MOST_1 + EDGES[1]), (EDGES[0], MOST_2 + EDGES[1])
        plot.set_range(x, y)
        plot.set_ticks("bottom", list(NINES))
        plot.set_ticks("left", [*NINES, (4.0, "0.9999")])
        u, v = np.linspace(*x, COLUMNS), np.linspace(*y, ROWS)
        decades = -u[None, :] + 0.5 * v[:, None]  # log₁₀ of (1 − β₁)/√(1 − β₂)
        plot.image(decades, x, y, (-DECADES, DECADES), theme.ramp(theme.diverging[::-1]))
        self.even = Curve(plot, "theory", 0.9, DASH)
        self.even.set(0.5 * np.array(y), np.array(y))
        self.long, self.short = Label(plot, "negative", side="right"), Label(plot, "positive", side="left")
        self.long.set(x[0], y[1], "too long")
        self.short.set(x[1], y[0], "too short")
        self.here = Marker(plot, role, "diamond", 10.0)
        self.value = Label(plot, "text", bold=True)
        plot.still += [self.even, self.long, self.short]
        plot.live += [self.here, self.value]

    def set(self, beta1: float, beta2: float) -> None:
        """Mark the present pair, with its number."""
        x, y = min(nines(beta1), MOST_1), min(nines(beta2), MOST_2)
        self.here.set(x, y)
        self.value.side = "left" if x > 0.5 * MOST_1 else "right"
        self.value.set(x, y, f"{first_step(beta1, beta2):.3g} η")

    @staticmethod
    def chosen(x: float, y: float) -> dict[str, float]:
        """The knob values of a point of the map."""
        return {"beta1": beta(min(max(x, 0.0), MOST_1)), "beta2": beta(min(max(y, 0.0), MOST_2))}
