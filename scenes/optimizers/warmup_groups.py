"""The groups of runs of the warmup scene: how they are called and drawn, and the curves of all their runs."""

import numpy as np

from core.recording import F64
from core.simulations.warmup import WarmupRecording
from scenes.kit.bundle import Line
from scenes.theme import DASH_DOT, DOT, SOLID

GROUPS: dict[str, tuple[str, str, tuple[float, ...]]] = {  # name, role, dash
    "no_warmup": ("No warmup", "series.5", DOT),
    "warmup": ("Warmup", "series.3", SOLID),
    "measured_v": ("v̂ measured first", "series.7", DASH_DOT),
    "radam": ("RAdam", "series.1", DASH_DOT),
    "constant": ("Constant", "series.8", DOT),
    "linear": ("Linear", "series.1", SOLID),
    "cosine": ("Cosine", "series.2", DASH_DOT),
    "inverse_sqrt": ("Inverse √", "series.4", (2.0, 2.0)),
}
FEW = (0, 4, 8, 12, 15)  # of sixteen runs, by their last loss, where lines are thick


def lines(recording: WarmupRecording, values: F64, *, large: bool, medians: bool = False, crosses: bool = False) -> list[Line]:
    """`values` (group, seed, step) as thin curves with each group's median on top, failed runs with a cross at their end.

    In a theme of large text, whose lines are all thick, five runs of each group stand for sixteen; with `medians` the medians
    alone.
    """
    found, middle = [], []
    failed = ~recording.learned()[..., -1]
    for number, name in enumerate(recording.groups):
        _, role, dash = GROUPS[name]
        known = np.flatnonzero(recording.known[number])
        if not known.size:
            continue
        order = known[np.argsort(recording.loss[number, known, -1], kind="stable")]
        if large:
            order = order[[place for place in FEW if place < len(order)]]
        for run in order if not (large and medians) else ():
            look = (1.0, dash, 1.0) if large else (0.4, SOLID, 0.5)
            found.append(Line(values[number, run], role, *look, crossed=crosses and bool(failed[number, run])))
        if medians or not large:
            middle.append(Line(np.median(values[number, known], axis=0), role, 1.5, dash))
    return found + middle
