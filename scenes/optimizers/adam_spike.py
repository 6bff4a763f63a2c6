"""The step that a lone gradient makes, by when it comes: the longer the silence, the longer the step."""

import math

import numpy as np

from core.recording import F64
from core.simulations.adam import AdamParams, AdamRecording
from core.theory.adam import spike_step
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.plot import Plot
from scenes.theme import DASH, DOT

ADAM = "optimizer.adam"
TIMES: F64 = np.geomspace(1.0, 10_000.0, 200)


def lone_steps(params: AdamParams, at: F64 | float) -> tuple[float, F64]:
    """(without correction, with it): the step over η that theory gives a lone gradient at update `at`."""
    floor = params.epsilon / params.scale
    raw = (1.0 - params.beta1) / (math.sqrt(1.0 - params.beta2) + floor)
    return raw, spike_step(params.beta1, params.beta2, at, floor)


class SpikeView:
    """Both steps over the time at which the gradient comes, predicted, and the two that were simulated."""

    def __init__(self, plot: Plot) -> None:
        """`plot` needs a logarithmic x axis."""
        self.plot = plot
        self.raw, self.corrected = Rule(plot, "theory", 0.8, DASH), Curve(plot, "theory", 0.8, DASH)
        self.here = [Marker(plot, ADAM, shape, 9.0) for shape in ("disc", "diamond")]
        self.upright = Rule(plot, ADAM, 0.6, DOT)
        self.names = [Label(plot, "theory", side="right") for _ in range(2)]
        plot.still += [self.raw, self.corrected, self.upright, *self.here, *self.names]

    def set(self, recording: AdamRecording) -> None:
        """Predictions for these β₁, β₂ and ε; what the recording's spike came to."""
        raw, corrected = lone_steps(recording.params, TIMES)
        at = recording.params.spike_at
        found = recording.update[:, at - recording.first, 0].tolist()
        top = max(raw, float(corrected.max()), *found)
        self.plot.set_range((1.0, 10_000.0), (min(0.0, 1.1 * min(found)), 1.25 * top))
        self.plot.set_ticks("left", [])
        self.raw.set(y=raw)
        self.corrected.set(TIMES, corrected)
        self.upright.set(x=float(at))
        for mark, step in zip(self.here, found, strict=True):
            mark.set(float(at), step)
        self.names[0].set(1.0, raw + 0.1 * top, "without correction")
        self.names[1].set(60.0, float(np.interp(60.0, TIMES, corrected)), "corrected")
