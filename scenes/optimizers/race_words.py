"""What a race looks like and says: names, colours and dashes of the racers, the cost of a step, captions and headlines."""

from dataclasses import dataclass

import numpy as np

from core.race.ground import OWN
from core.race.recording import RaceRecording
from core.race.scoring import KEPT
from core.race.step_times import MACHINE
from core.race.tuning import HIGHEST_RATE, LOWEST_RATE
from core.recording import F64, I64, Outcome
from core.surfaces import named
from scenes.kit.numbers import fixed, power, short, whole
from scenes.kit.words import listed
from scenes.theme import DASH_DOT, DOT, SOLID, STUDIO

NAMES = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "nesterov_shifted": "Nesterov (PyTorch)",
    "qhm": "QHM",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adadelta": "Adadelta",
    "adam": "Adam",
    "adam_uncorrected": "Adam uncorrected",
    "adam_l2": "Adam + L2",
    "adamw": "AdamW",
    "amsgrad": "AMSGrad",
    "nadam": "NAdam",
    "radam": "RAdam",
    "lion": "Lion",
}
LONG = (11.0, 2.6)
DASHES = (SOLID, DOT, DASH_DOT, LONG)
HEADS = ("disc", "diamond", "square", "cross")
OWN_DASH = {"sgd": DOT, "momentum": SOLID, "nesterov": DASH_DOT}  # as in the momentum ravine
LETTERS = "ABCDEFG"  # of the deepest minima; the others have none
WHY = {  # a racer failed
    "steps": "steps too long for this surface",
    "falls": "the surface falls without end",
    "undefined": "f(x, y) is not defined there",
}
CLOSE = 0.6  # nobody needs less than this share of another's steps: then they are close
FRAYED = 2.0  # times as many neighbours part on one map as on another


@dataclass(frozen=True)
class Style:
    """How one racer is drawn: its name, the role of its colour, its dash, the shape of its head."""

    name: str
    role: str
    dash: tuple[float, ...]
    head: str


def styles(racers: tuple[str, ...]) -> tuple[Style, ...]:
    """A style for each racer: its own colour, and dashes and heads that no two of them share."""
    free = [dash for dash in DASHES if dash not in [OWN_DASH.get(method) for method in racers]]
    found = []
    for number, method in enumerate(racers):
        role = f"optimizer.{method}" if f"optimizer.{method}" in STUDIO.colors else "optimizer.other"
        dash = OWN_DASH[method] if method in OWN_DASH else free.pop(0)
        found.append(Style(NAMES[method], role, dash, HEADS[number]))
    return tuple(found)


def costs(recording: RaceRecording) -> tuple[F64, str]:
    """What k steps cost each racer on the chosen axis, (racer, step), and the axis's name."""
    steps = np.tile(np.arange(recording.last + 1.0), (len(recording.racers), 1))
    if recording.params.axis == "seconds":
        return steps * np.array(recording.step_nanoseconds)[:, None] / 1e3, "microseconds on the reference machine"
    name = "gradient evaluations, one a step for each of these" if recording.params.axis == "gradients" else "step"
    return steps, name


def cost_words(recording: RaceRecording, racer: int, k: float) -> str:
    """The cost of k steps in words short enough for a table."""
    if recording.params.axis == "seconds":
        return f"{short(k * recording.step_nanoseconds[racer] / 1e3, 2)} µs"
    return f"{'gradient' if recording.params.axis == 'gradients' else 'step'} {whole(round(k))}"


def caption(recording: RaceRecording, k: int) -> str:
    """Where everybody is at step k."""
    names = [NAMES[method] for method in recording.racers]
    if recording.params.starts > 1:
        goal, since = ("At a minimum", recording.settled) if recording.minima else ("As low as the map goes", recording.arrival)
        shares = [float(np.mean((step >= 0) & (step <= k))) for step in since]
        return f"{goal} after {k} steps, of {whole(recording.params.starts)} starts: {_percent(names, shares)}."
    lost = [r for r in range(len(names)) if np.isnan(recording.path[r, k, 0, 0])]
    left = [f"{names[r]} {short(float(recording.loss[r, k, 1]))}" for r in range(len(names)) if r not in lost]
    gone = []
    for reason, why in WHY.items():
        runs = [names[r] for r in lost if failure(recording, r) == reason]
        gone += [f"{listed(runs)} failed: {why}."] if runs else []
    return " ".join(filter(None, (f"Loss at step {k}: {', '.join(left)}." if left else "", *gone)))


def failure(recording: RaceRecording, racer: int) -> str:
    """Why a racer that failed did, one of `WHY`."""
    if recording.endings[racer].outcome is Outcome.LEFT_DOMAIN:
        return "undefined"
    known = recording.loss[racer, :, 1][np.isfinite(recording.loss[racer, :, 1])]
    falls = not np.isfinite(recording.lowest) and known.size > 0 and known[-1] < known[0]
    return "falls" if falls else "steps"


def _percent(names: list[str], shares: list[float]) -> str:
    return listed([f"{name} {fixed(100 * share, 0)} %" for name, share in zip(names, shares, strict=True)])


def sentence(recording: RaceRecording) -> str:
    """The story of this race."""
    params = recording.params
    names = [NAMES[method] for method in recording.racers]
    if params.starts > 1:
        return _cloud_sentence(recording, names)
    if len(names) == 1:
        own = "One alone on your own f(x, y): add racers to compare it with."
        return own if params.surface == OWN else named(params.surface).sentence
    steps = [int(arrival[0]) for arrival in recording.arrival]
    home = [r for r, step in enumerate(steps) if step >= 0]
    told = _told(recording, names, steps, home)
    away = [r for r in range(len(names)) if r not in home]
    if home and away and all(recording.basin[r, 0] > 0 for r in away):
        found = f"{listed([names[r] for r in home])} {'finds' if len(home) == 1 else 'find'} the deepest minimum"
        return f"{found}; {listed([names[r] for r in away])} {'ends' if len(away) == 1 else 'end'} in a higher one."
    if params.fair:
        if len(home) == len(names):
            close = min(steps) > CLOSE * max(steps)
            return f"Tuned with the same budget, {'they are close' if close else 'they still differ'}: {told}."
        return f"Tuned with the same budget, {_who(home, names)} within {recording.last} steps."
    lost = {names[r]: failure(recording, r) for r, ending in enumerate(recording.endings) if ending.failed}
    for reason in ("steps", "falls", "undefined"):
        failed = [name for name, why in lost.items() if why == reason]
        if failed:
            return _lost_sentence(reason, failed)
    if len(home) == len(names):
        return f"At one rate for all, everybody arrives: {told}."
    return f"At one rate for all, {_who(home, names)}. Method or rate? Try Fair race."


def _lost_sentence(reason: str, failed: list[str]) -> str:
    one = len(failed) == 1
    if reason == "falls":
        return f"The surface falls without end: {listed(failed)} {'runs' if one else 'run'} down faster and faster."
    if reason == "undefined":
        return f"{listed(failed)} {'steps' if one else 'step'} to where f(x, y) is not defined, and that is the end of it."
    return f"One rate for all is too much for {listed(failed)}. Method or rate? Try Fair race."


def _told(recording: RaceRecording, names: list[str], steps: list[int], home: list[int]) -> str:
    """What it cost each of `home` to arrive, on the chosen axis."""
    if recording.params.axis == "seconds":
        return listed([f"{names[r]} {cost_words(recording, r, steps[r])}" for r in home])
    return f"{listed([f'{names[r]} {steps[r]}' for r in home])} {recording.params.axis}"


def _who(home: list[int], names: list[str]) -> str:
    if not home:
        return "nobody arrives"
    away = [name for r, name in enumerate(names) if r not in home]
    if 0 < len(away) < len(home):
        return f"{listed(away)} {'does' if len(away) == 1 else 'do'} not arrive"
    only = "only " if away else ""
    return f"{only}{listed([names[r] for r in home])} {'arrives' if len(home) == 1 else 'arrive'}"


def _cloud_sentence(recording: RaceRecording, names: list[str]) -> str:
    minima, count = recording.minima, whole(recording.params.starts)
    tuned = "Each tuned alike. " if recording.params.fair else ""
    lead = tuned or "Colour tells where a start ends. "
    if not minima:
        return f"{tuned}{count} starts at once: no lowest point in sight, so they run where it falls."
    if len(minima) == 1:
        return f"{tuned}{count} starts at once and one minimum: who comes home, and from where?"
    if minima[1].loss - minima[0].loss > 1e-6 * max(abs(minima[0].loss), abs(minima[1].loss)):
        shares = [float(np.mean(basin == 0)) for basin in recording.basin]
        return f"{tuned}Shares that find A, the deepest: {_percent(names, shares)}."
    torn = [frayed(basins) for basins in recording.basin_map]
    if len(names) > 1 and max(torn) > FRAYED * min(torn):
        most, least = torn.index(max(torn)), torn.index(min(torn))
        numbers = f"{fixed(100 * torn[most], 0)} % of neighbours part, with {names[least]} {fixed(100 * torn[least], 0)} %"
        return f"{lead}{names[most]} frays the basins: {numbers}."
    return f"{lead}Which minimum it finds is a matter of where it begins."


def frayed(basins: I64) -> float:
    """The share of neighbouring cells of a map of basins (rows, columns) that end at different minima."""
    across, up = basins[:, 1:] != basins[:, :-1], basins[1:] != basins[:-1]
    return float(np.concatenate((across.ravel(), up.ravel())).mean()) if basins.size else 0.0


def note(recording: RaceRecording) -> str:
    """What the words of the table mean."""
    params = recording.params
    home = f"Arrived: from there on at most {100 * KEPT:g} % of the loss is left."
    if params.starts > 1:  # the table needs the room
        return ""
    if params.axis == "seconds":
        return f"{home} µs: this program’s own steps on {MACHINE}."
    if params.fair:
        lowest = power(round(np.log10(LOWEST_RATE)))
        return f"{home} Nothing but the learning rate is tuned, from {lowest} to {HIGHEST_RATE:g}."
    return home


def place(recording: RaceRecording, k: int) -> str:
    """Where the timeline stands, in the chosen cost."""
    if recording.params.axis == "seconds":
        return f"step {k} / {recording.last}"
    return f"{'gradient' if recording.params.axis == 'gradients' else 'step'} {k} / {recording.last}"
