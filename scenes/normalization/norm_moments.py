"""What frame k of the norms' film shows: the phase, the lit set, the values as colours, and the words with live numbers."""

from dataclasses import dataclass

import numpy as np

from core.normalization.axes import Parts, per_set
from core.recording import F64
from core.simulations.norm_axes import COMPARE, REST, SETTLE, NormAxesRecording
from scenes.kit.numbers import fixed
from scenes.normalization.norm_facts import set_name

LIMIT = 3.0  # the ends of the colour scale


@dataclass(frozen=True)
class Moment:
    """A phase, and how far it has come (0 … 1). Rests are the ends of settle and compare, at share 1."""

    phase: str  # "sweep", "settle" or "compare"
    share: float


def moment(recording: NormAxesRecording, k: int) -> Moment:
    """The phase of frame k."""
    if k < recording.sweep:
        return Moment("sweep", k / recording.sweep)
    after = k - recording.sweep
    if after <= SETTLE + REST:
        return Moment("settle", min(after / SETTLE, 1.0))
    return Moment("compare", min((after - SETTLE - REST) / COMPARE, 1.0))


def smooth(t: float) -> float:
    """0 … 1 with an even start and end."""
    t = min(max(t, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def swept(recording: NormAxesRecording, k: int, sets: int) -> tuple[int, float]:
    """(number of the set, share of its way out) at frame k of the sweep; every norm sweeps all its sets in the same time."""
    number = min(k * sets // recording.sweep, sets - 1)
    frames = recording.sweep / sets
    since, until = k - number * frames, (number + 1) * frames - k
    if frames < 8.0:
        return number, 1.0
    return number, min(smooth((since + 3.0) / 8.0), smooth(until / 5.0))


def change_limit(recording: NormAxesRecording, norm: int) -> float:
    """The ends of the colour scale for what moved: the largest move of another example, else of any."""
    return float(recording.moved[norm, 1:].max(initial=0.0)) or float(recording.moved.max()) or 1.0


def values(recording: NormAxesRecording, norm: int, now: Moment, limit: float) -> F64:
    """What the cells show, as a share of the colour scale's end; a fixed blend from one phase's picture to the next."""
    x, y, share = recording.x / LIMIT, recording.results()[norm] / LIMIT, smooth(now.share)
    if now.phase == "sweep":
        return x
    if now.phase == "settle":
        return (1.0 - share) * x + share * y
    blended: F64 = (1.0 - share) * y + share * recording.change[norm] / limit
    return blended


def words(recording: NormAxesRecording, norm: int, now: Moment, number: int, cut: Parts, brief: bool) -> tuple[str, str]:
    """The two live lines under a cube: set `number`, and its mean and variance; at the end, who moved."""
    name, shape = recording.norms[norm], recording.x.shape
    if now.phase == "compare":
        own, others = float(recording.moved[norm, 0]), float(recording.moved[norm, 1:].max(initial=0.0))
        who = "n = 1" if brief else "example 1"
        return f"{who} moved by {fixed(own, 2)}", "nobody else" if shape[0] == 1 else f"the others by {fixed(others, 2)}"
    mean = float(per_set(recording.mean[norm], cut).ravel()[number])
    variance = float(per_set(recording.variance[norm], cut).ravel()[number])
    if now.phase == "settle":  # (1 − s)·x + s·(x − μ)/σ has the mean (1 − s)·μ and the deviation times (1 − s) + s/σ
        share = smooth(now.share)
        mean *= 1.0 - share
        variance *= ((1.0 - share) + share / float(np.sqrt(variance + recording.eps))) ** 2
    told = f"mean square = {fixed(variance, 2)}" if "rms" in name else f"μ = {fixed(mean, 2)}   σ² = {fixed(variance, 2)}"
    return set_name(name, number, cut, shape, brief), told


def caption(recording: NormAxesRecording, k: int) -> str:
    """Whose numbers a set takes; then what normalizing does; then who moved."""
    now = moment(recording, k)
    n, c, h, w = recording.x.shape
    if n == 1:
        entries = "1 entry" if c * h * w == 1 else f"{c * h * w} entries"
        return f"One example of {entries}: BatchNorm’s sets are InstanceNorm’s, there is nobody else to cross to."
    if now.phase == "sweep":
        return f"Only BatchNorm’s set crosses examples: its {n * h * w} numbers come from all {n} examples."
    if now.phase == "settle" and now.share < 1.0:
        return f"Each set less its mean, over √(σ² + ε): colours settle around 0, {now.share:.0%} done."
    others = fixed(float(recording.moved[0, 1:].max(initial=0.0)), 2)
    if recording.params.perturb > 0.0:
        did, moved = f"example 1 changed by {recording.probe:.3g}", "moved"
    else:
        did, moved = "change example 1 by 1", "move"
    return f"Only BatchNorm’s set crosses examples: {did}, the others {moved} by {others}; elsewhere by 0."


def place(recording: NormAxesRecording, k: int) -> str:
    """The phase, and how far it has come."""
    now = moment(recording, k)
    if now.phase == "sweep":
        return f"sweep {k + 1} / {recording.sweep}"
    if now.share >= 1.0:
        return "normalized" if now.phase == "settle" else "what moved"
    after = k - recording.sweep
    return f"normalizing {after} / {SETTLE}" if now.phase == "settle" else f"what moved {after - SETTLE - REST} / {COMPARE}"
