"""ShrinkPlot: what a penalty makes of each weight: its least-squares value before, its penalized value after."""

import numpy as np

from core.recording import F64
from core.theory.penalties import orthonormal_minimum
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker
from scenes.kit.plot import Plot
from scenes.theme import DASH, DASH_DOT, DOT

DASHES = (DASH, DASH_DOT, DOT)
MARGIN = 1.12


class ShrinkPlot:
    """Dashed: the closed form for orthonormal features, which all weights then obey; marks: the weights as they are."""

    def __init__(self, plot: Plot, roles: tuple[str, ...], shapes: tuple[str, ...], names: tuple[str, ...], count: int) -> None:
        """`count` weights are marked under the first penalty and under the second; all of `names` have a curve."""
        self.plot, self.names = plot, names
        self.unchanged = Curve(plot, "faint", 0.5)
        self.forms = [Curve(plot, role, 0.9, dash) for role, dash in zip(roles, DASHES, strict=True)]
        self.labels = [Label(plot, role, side="left") for role in roles]
        self.marks = [
            [Marker(plot, role, shape, 5.0) for _ in range(count)] for role, shape in zip(roles[:2], shapes[:2], strict=True)
        ]
        self.hint = Label(plot, "muted", side="right")
        plot.still += [self.unchanged, self.hint]
        plot.live += [*self.forms, *(mark for row in self.marks for mark in row), *self.labels]

    def prepare(self, before: F64) -> None:
        """The weights (p,) without a penalty."""
        self.before = before
        reach = MARGIN * max(float(np.abs(before).max()), 1e-9)
        self.plot.set_range((-reach, reach), (-reach, reach))
        self.line = np.linspace(-reach, reach, 241)
        ends = np.array([-reach, reach])
        if not np.array_equal(ends, self.unchanged.x):
            self.unchanged.set(ends, ends)
        self.hint.set(reach, -reach, "dashed: orthonormal")

    def draw(self, after: F64, strength: float, shares: list[float]) -> None:
        """The weights (penalty, p) under λ = `strength`, and the closed form of each penalty, α in `shares`."""
        for curve, share in zip(self.forms, shares, strict=True):
            curve.set(self.line, orthonormal_minimum(self.line, strength, share))
        for row, weights in zip(self.marks, after, strict=False):
            for mark, x, y in zip(row, self.before.tolist(), weights.tolist(), strict=True):
                mark.set(x, y)
