"""CoefficientPaths: the weights of a regression over the strength of a penalty, and how many of them are exactly 0."""

import numpy as np

from core.recording import F64
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Rule
from scenes.kit.plot import Plot
from scenes.kit.trails import Trails

Style = tuple[str, tuple[float, ...]]  # role and dash of a weight


class CoefficientPaths:
    """Pale: each weight for every λ. In full colour: up to the present λ, which a rule marks."""

    def __init__(self, plot: Plot, role: str, styles: tuple[Style, ...]) -> None:
        self.plot = plot
        roles, dashes = tuple(role for role, _ in styles), tuple(dash for _, dash in styles)
        self.zero = Rule(plot, "muted", 0.5)
        self.pale = [Curve(plot, own, 0.7, dash, 0.4) for own, dash in styles]
        self.full = Trails(plot, roles, dashes, width=1.2, dots=False)
        self.rule = Rule(plot, "text", 0.8)
        self.count = Label(plot, role, bold=True, side="left")
        plot.still += [self.zero, *self.pale]
        plot.live += [self.full, self.rule, self.count]
        self._shown: object = None

    def prepare(self, grid: F64, path: F64, relative: F64, weights: F64, span: tuple[float, float]) -> None:
        """All weights `path` (n, p) over `grid` (n,), those of the frames `weights` (m, p) at `relative` (m,); `span`: of y."""
        self.relative, self.weights = relative, weights
        self.plot.set_range((0.0, float(grid[-1])), span)
        content = (path.tobytes(), span)
        if content != self._shown:  # λ alone turns nothing that stands still
            self._shown = content
            self.zero.set(y=0.0)
            for curve, values in zip(self.pale, path.T, strict=True):
                curve.set(grid, values)
        self.full.set_paths(np.tile(relative, (weights.shape[1], 1)), np.ascontiguousarray(weights.T))

    def draw(self, k: int) -> None:
        """The weights up to frame k, and how many of them are 0."""
        self.full.set(k)
        self.rule.set(x=float(self.relative[k]))
        zeros, count = int(np.count_nonzero(self.weights[k] == 0.0)), self.weights.shape[1]
        top = self.plot.y_range[1]
        self.count.set(self.plot.x_range[1], top, f"{zeros} of {count} exactly 0" if zeros else f"none of {count} is 0")
