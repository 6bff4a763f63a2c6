"""What the ravine's stage says: the sentence for a run, who is where, and why a run is no longer on the map."""

from collections.abc import Callable

import numpy as np

from core.simulations.momentum_ravine import MomentumRavineRecording
from core.surfaces import named
from core.theory.momentum import stability_limit
from scenes.kit.numbers import short
from scenes.kit.words import listed

NAMES = {"sgd": "SGD", "momentum": "Momentum", "nesterov": "Nesterov"}
LOOK = "Same start, same learning rate: SGD is thrown from wall to wall, momentum cancels the swings."
SGD, MOMENTUM = 0, 1  # places of the methods
TIMID = 1.3  # ηλ below which SGD keeps less than a third of a swing, or has none
SETTLED = 1e-3  # of the loss at the start: what is left where a run has settled

Tell = Callable[[MomentumRavineRecording, list[int]], str]


def sentence(recording: MomentumRavineRecording) -> str:
    """The ravine's own story where these settings tell it, or theirs, or what is special about another surface."""
    if not recording.eigenvalues:
        return named(recording.surface).sentence
    params, start = recording.params, float(recording.loss[MOMENTUM, 0])
    sgd, momentum = recording.loss[:2, -1].tolist()
    if params.momentum == 0.0:
        return "With β = 0 there is no momentum: the three paths are one."
    if not momentum <= start and exceeds(recording, MOMENTUM):
        return "Steps too long even for momentum: it lands farther and farther out."
    if params.noise > 0.0:
        if not momentum <= start:
            return "The noise is stronger than the slope: momentum adds it up, and ends higher than it began."
        return "With noise on every gradient no method comes to rest."
    if start == 0.0:
        return "At the lowest point there is no gradient, and nothing moves."
    if recording.last == 1:
        return "The first step is the gradient’s alone, for SGD and for momentum: there is no velocity yet to carry on."
    if not momentum <= start:
        return "Within its limit momentum comes home in the long run, but first it swings farther out than it began."
    if momentum > sgd:
        if sgd <= SETTLED * start:
            return "Too much momentum: it swings on where SGD has settled."
        return "So far momentum is no help: it carries old steps on, and SGD is lower."
    if params.learning_rate * recording.eigenvalues[1] < TIMID:
        return "At this learning rate SGD hardly swings, but creeps; momentum gathers speed along the floor."
    if float(recording.gradient[SGD, 1:3].prod(axis=0).sum()) >= 0.0:
        return "Started on the floor of the ravine, SGD hardly meets a wall; momentum gathers speed along the floor."
    return LOOK


def caption(recording: MomentumRavineRecording, k: int, runaways: list[int]) -> str:
    """Who is where at step k; of those who have left the map by then, why."""
    running = [run for run in range(len(NAMES)) if run not in runaways]
    now = ", ".join(f"{NAMES[recording.methods[run]]} {short(recording.loss[run, k])}" for run in running)
    return " ".join(filter(None, (f"Loss at step {k}: {now}." if running else "", *_reasons(recording, runaways))))


def exceeds(recording: MomentumRavineRecording, run: int) -> bool:
    """Whether ηλ of the steep direction is above this run's limit of stability."""
    return _pushed(recording) > _limit(recording, run)


def lost(recording: MomentumRavineRecording, runaways: list[int]) -> str:
    """What stands on the map where the first of them left it."""
    many, tells = len(runaways) > 1, {_reason(recording, run) for run in runaways}
    away = f"{'run' if many else 'runs'} away" if tells <= {_too_far, _outgrown} else f"{'are' if many else 'is'} off the map"
    return f"{_names(recording, runaways)} {away}"


def _reasons(recording: MomentumRavineRecording, runaways: list[int]) -> list[str]:
    """A sentence for all who left for the same reason."""
    found = list[str]()
    for tell in (_too_far, _thrown, _swinging) if recording.eigenvalues else (_fallen, _outgrown):
        runs = [run for run in runaways if _reason(recording, run) is tell]
        found += [tell(recording, runs)] if runs else []
    return found


def _reason(recording: MomentumRavineRecording, run: int) -> Tell:
    """Why a run left the map."""
    if not recording.eigenvalues:
        known = recording.loss[run][np.isfinite(recording.loss[run])]
        falls = not named(recording.surface).minima and known[-1] < known[0]
        return _fallen if falls else _outgrown
    if exceeds(recording, run):
        return _too_far
    return _thrown if recording.params.noise > 0.0 else _swinging


def _too_far(recording: MomentumRavineRecording, runs: list[int]) -> str:
    pushed, limits = _pushed(recording), [_limit(recording, run) for run in runs]
    texts = [short(value) for value in (pushed, *limits)]
    for figures in (4, 5, 6):  # 2.002 is above 2, but not if both are written 2.00
        if texts[0] in texts[1:]:
            texts = [short(value, figures) for value in (pushed, *limits)]
    bound = f"limit{'s' if len(runs) > 1 else ''} {listed(texts[1:])}"
    return f"{_names(recording, runs)} ran away: ηλ = {texts[0]} exceeds the {bound}."


def _thrown(recording: MomentumRavineRecording, runs: list[int]) -> str:
    below = "their limits" if len(runs) > 1 else "its limit"
    return f"Below {below} of ηλ the noise carried {_names(recording, runs)} off."


def _swinging(recording: MomentumRavineRecording, runs: list[int]) -> str:
    if len(runs) > 1:
        return f"{_names(recording, runs)}, within their limits, swing out and come back."
    return f"{_names(recording, runs)}, within its limit, swings out and comes back."


def _fallen(recording: MomentumRavineRecording, runs: list[int]) -> str:
    return f"{_names(recording, runs)} ran down where the surface falls without end."


def _outgrown(recording: MomentumRavineRecording, runs: list[int]) -> str:
    if recording.params.noise > 0.0:
        return f"{_names(recording, runs)} ran away: the noise, or steps too long for this surface, carried them off."
    return f"{_names(recording, runs)} ran away: here the steps outgrow the surface’s curvature."


def _pushed(recording: MomentumRavineRecording) -> float:
    return recording.params.learning_rate * recording.eigenvalues[1]


def _limit(recording: MomentumRavineRecording, run: int) -> float:
    return float(stability_limit(recording.methods[run], recording.params.momentum))


def _names(recording: MomentumRavineRecording, runs: list[int]) -> str:
    return listed([NAMES[recording.methods[run]] for run in runs])
