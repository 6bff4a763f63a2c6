"""Reddi's example for every β₂: how far a period moves Adam and AMSGrad, in the long run."""

import numpy as np

from core.recording import F64
from core.simulations.adam import AdamParams, AdamRecording
from core.theory.rare_gradient import PERIOD, drift, predicted_places, rare_gradients, settled_steps
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed
from scenes.kit.plot import Plot
from scenes.theme import DASH

ADAM, AMSGRAD = "optimizer.adam", "optimizer.other"
PATTERN: F64 = rare_gradients(float(PERIOD), 1.0, PERIOD, PERIOD)
BETAS: F64 = np.linspace(0.0, 0.9999, 120)


def drifts(params: AdamParams, beta2: float) -> tuple[float, float]:
    """How far a period of Reddi's losses moves x, in units of η: Adam's drift and AMSGrad's."""
    floor = params.epsilon / params.scale
    adam, amsgrad = (drift(PATTERN, params.beta1, beta2, largest=largest, epsilon=floor) for largest in (False, True))
    return adam, amsgrad


def predicted(recording: AdamRecording) -> tuple[F64, tuple[F64, F64]]:
    """(updates, places): where Adam and AMSGrad stand after each whole period, from where the first one left them.

    The first period is not yet like the later ones, so it is not predicted.
    """
    params, periods = recording.params, recording.last // PERIOD
    since = PERIOD * np.arange(1.0, periods + 1.0)
    rates = params.learning_rate / np.sqrt(np.arange(PERIOD + 1.0, PERIOD * periods + 1.0))
    floor = params.epsilon / params.scale
    places = []
    for run, largest in enumerate((False, True)):
        steps = settled_steps(PATTERN, params.beta1, params.beta2, largest=largest, epsilon=floor)
        places.append(predicted_places(steps, rates, float(recording.path[run, PERIOD, 0])) if periods else since)
    return since, (places[0], places[1])


class DriftView:
    """Two curves over β₂; above the line x goes to the worst end, below it to the best."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.zero = Rule(plot, "text", 0.5)
        self.curves = [Curve(plot, role, 0.9, DASH) for role in (ADAM, AMSGRAD)]
        self.here = [Marker(plot, role, shape, 9.0) for role, shape in ((ADAM, "disc"), (AMSGRAD, "square"))]
        self.up, self.down = Label(plot, "bad", side="left"), Label(plot, "good", side="left")
        self.value = Label(plot, "text", bold=True)
        plot.still += [self.zero, *self.curves, self.up, self.down, *self.here, self.value]

    def set(self, params: AdamParams) -> None:
        """Curves for these β₁ and ε, and marks at the present β₂."""
        found = np.array([drifts(params, beta2) for beta2 in BETAS.tolist()])
        high = max(float(found.max()), 0.2)
        low = min(float(found.min()), -0.2)
        span = high - low
        self.plot.set_range((0.0, 1.0), (low - 0.35 * span, high + 0.12 * span))
        self.zero.set(y=0.0)
        now = drifts(params, params.beta2)
        for curve, mark, values, value in zip(self.curves, self.here, found.T, now, strict=True):
            curve.set(BETAS, values)
            mark.set(params.beta2, value)
        self.value.side = "left" if params.beta2 > 0.5 else "right"
        self.value.set(params.beta2, now[0], f"{'+' if now[0] > 0 else ''}{fixed(now[0], 2)} η")
        self.up.set(1.0, high, "to +1, worst")
        self.down.set(1.0, low - 0.3 * span, "to −1, best")
