"""ConstraintMap: the contours of a loss over two weights, the set a penalty allows, and the point where they touch."""

import numpy as np

from core.recording import F64
from core.regularizers import penalty
from core.theory.penalties import corner_wedges, set_edge
from scenes.kit.bowl import Bowl, ellipse
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed
from scenes.kit.plot import Plot
from scenes.kit.region import Region

REACH = 3.0  # the map shows [−3, 3] both ways, or more where it is not square
ANGLES = np.linspace(0.0, 2.0 * np.pi, 97)  # the corners at the quarter turns among them
QUARTERS = ANGLES[::24]  # all that a diamond has
OUTSIDE = 12.0  # a descent that has gone farther is not drawn
FAR_AWAY = 60.0  # how far along its rays a wedge is filled
NOTHING = np.empty((0, 2))
Style = tuple[str, tuple[float, ...], float]  # role, dash and width of a descent


class ConstraintMap:
    """One penalty's map. Shaded beyond a corner: if the minimum lies there, the contours touch the set in that corner."""

    def __init__(self, plot: Plot, role: str, shape: str, descents: int) -> None:
        """`shape` of the marker where they touch; `descents`: how many paths it may show."""
        self.plot = plot
        self.bowl = Bowl(plot)
        self.axes = (Rule(plot, "faint", 0.5), Rule(plot, "faint", 0.5))
        self.wedges = Region(plot, role, 0.16, 0.0)
        self.set = Region(plot, role, 0.28, 1.2)
        self.contour = Curve(plot, "text", 0.7)
        self.trace = Curve(plot, role, 1.5)
        self.descents = [Curve(plot, "text", 0.8) for _ in range(descents)]
        self.start = Marker(plot, "text", "ring", 8.0)
        self.minimum = Marker(plot, "text", "x", 8.0)
        self.touching = Marker(plot, role, shape, 8.0)
        self.value = Label(plot, role, bold=True)
        self.names = (Label(plot, "muted", side="below"), Label(plot, "muted"))
        plot.still += [*self.axes, *self.names]
        plot.live += [self.wedges, self.set, self.contour, *self.descents, self.trace]
        plot.live += [self.start, self.minimum, self.touching, self.value]

    def prepare(self, gram: F64, minimum: F64, solutions: F64, share: float) -> None:
        """The loss ½(w − a)ᵀH(w − a), H = `gram`, a = `minimum`, and where it touches the set, frame by frame (n, 2)."""
        room = self.plot.inner
        ratio = room.width() / room.height() if room.height() > 0.0 else 1.0  # without a size it is not drawn
        across, up = REACH * max(ratio, 1.0), REACH * max(1.0 / max(ratio, 1e-9), 1.0)
        self.plot.set_range((-across, across), (-up, up))
        self.axes[0].set(x=0.0)
        self.axes[1].set(y=0.0)
        self.names[0].set(across, 0.0, "w₁")
        self.names[1].set(0.0, up, "w₂")
        self.gram, self.at, self.solutions, self.share = gram, minimum, solutions, share
        self.bowl.set(gram, minimum)
        self.minimum.set(*minimum.tolist())

    def draw(self, k: int) -> None:
        """The set of frame k, the contour that touches it, where, and the way there since λ was 0."""
        solution = self.solutions[k]
        budget = float(penalty(solution, 1.0, self.share))
        self.set.set(set_edge(QUARTERS if self.share == 1.0 else ANGLES, budget, self.share))
        off = solution - self.at
        self.contour.set(*ellipse(self.gram, self.at, float(np.sqrt(off @ self.gram @ off))).T)
        self.trace.set(*self.solutions[: k + 1].T)
        self.touching.set(*solution.tolist())
        self.wedges.set(*self._wedges(budget))
        one, two = (plain(w) for w in solution.tolist())
        (left, _), (below, _) = self.plot.x_range, self.plot.y_range
        self.value.set(left, below, f"w = ({one}, {two})")  # in the corner, where it hides nothing

    def descend(self, paths: F64, styles: tuple[Style, ...], start: tuple[float, float]) -> None:
        """Show paths (descent, step, 2) from `start`."""
        for curve, path, (role, dash, width) in zip(self.descents, paths, styles, strict=False):
            curve.style = (role, width, dash, 1.0)
            curve.set(*np.where(np.abs(path) <= OUTSIDE, path, np.nan).T)
        for curve in self.descents[len(paths) :]:
            curve.set(*NOTHING.T)
        self.start.set(*start)

    def minimum_place(self) -> tuple[float, float]:
        """Where the loss is lowest."""
        return self.minimum.x, self.minimum.y

    def start_place(self) -> tuple[float, float]:
        """Where the descents begin; NaN where none are shown."""
        return self.start.x, self.start.y

    def _wedges(self, budget: float) -> list[F64]:
        """A triangle for each corner, from it along its rays to beyond the map."""
        if self.share == 0.0:
            return []
        corners, rays = corner_wedges(self.gram, budget, self.share)
        ends = corners[:, None, :] + FAR_AWAY * rays / np.linalg.norm(rays, axis=2, keepdims=True)
        return list(np.concatenate((corners[:, None, :], ends), axis=1))


def plain(weight: float) -> str:
    """A weight with two decimals; a bare 0 only where it is exactly that."""
    return "0" if weight == 0.0 else fixed(weight, 2)
