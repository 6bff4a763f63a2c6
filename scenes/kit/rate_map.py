"""RateMap: how fast heavy ball converges for every learning rate and momentum, given the curvatures it meets."""

import numpy as np

from core.theory.momentum import critical_momentum, rate, stability_limit
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker
from scenes.kit.plot import Plot
from scenes.theme import DASH

ROWS, COLUMNS = 90, 120
HIDDEN = np.array([np.nan])


class RateMap:
    """Bright where the error dies fast; dashed the critical damping of both curvatures, red the limit of stability."""

    def __init__(self, plot: Plot, role: str) -> None:
        """`plot` needs a logarithmic x axis; `role` colours the mark of the present setting."""
        theme = plot.theme
        self.plot = plot
        fast = (theme.colors["data"], theme.field[0], theme.colors["panel"])
        beyond = (theme.colors["raised"],) * 2
        self._shown: object = None
        self.colors = np.concatenate((theme.ramp(fast, 128), theme.ramp(beyond, 128)))
        self.critical = (Curve(plot, "theory", 0.9, DASH), Curve(plot, "theory", 0.6, DASH))
        self.limit = Curve(plot, "bad", 0.9)
        self.unstable = Label(plot, "bad", side="middle")
        self.silent = Label(plot, "muted", side="middle")
        self.damped = Label(plot, "muted", side="middle")
        self.here = Marker(plot, role, "diamond", 10.0)
        plot.still += [*self.critical, self.limit, self.unstable, self.damped, self.silent]
        plot.live.append(self.here)

    def set(self, learning_rate: float, momentum: float, flat: float, steep: float) -> None:
        """Map every (η, β) for curvatures `flat` ≤ `steep`, and mark the present one.

        Without two positive curvatures (NaN, or a saddle) there is nothing to map, and the pane says so.
        """
        known = bool(0.0 < flat <= steep < np.inf)
        low, high = (0.01 / steep, 14.0 / steep) if known else (1e-4, 1.0)
        span = (min(low, learning_rate / 1.5), max(high, learning_rate * 1.5))
        etas, betas = np.geomspace(*span, COLUMNS), np.linspace(0.0, 0.999, ROWS)
        self.plot.set_range(span, (0.0, 1.0))
        self.here.set(learning_rate, momentum)
        content = (span, flat, steep) if known else span
        if content == self._shown:
            return
        self._shown = content
        edges = (float(np.log10(span[0])), float(np.log10(span[1])))
        factor = rate("momentum", etas[None, :], betas[:, None], (flat, steep)) if known else np.ones((ROWS, COLUMNS))
        fastest = min(float(factor.min()), 0.999)
        self.plot.image(factor, edges, (0.0, 1.0), (fastest, 2.0 - fastest), self.colors)
        if not known:
            for curve in (*self.critical, self.limit):
                curve.set(HIDDEN, HIDDEN)
            self.unstable.set(np.nan, np.nan, "")
            self.damped.set(np.nan, np.nan, "")
            self.silent.set(float(np.sqrt(span[0] * span[1])), 0.5, "no bowl here to predict for")
            return
        self.silent.set(np.nan, np.nan, "")
        for curve, curvature in zip(self.critical, (steep, flat), strict=True):
            curve.set(etas, critical_momentum("momentum", etas, curvature))
        self.limit.set(stability_limit("momentum", betas) / steep, betas)
        self.unstable.set(span[1], 0.0, "diverges")  # in the corners, where the map is plain
        self.damped.set(span[0], 0.0, "dashed: critical")
