"""What Adam's stage says: the sentence for a run, the numbers of an update, and the moments worth a mark."""

import math

import numpy as np

from core.simulations.adam import AdamRecording, effective_steps
from core.surfaces import eigenvalues
from core.theory import adam as theory
from core.theory.rare_gradient import PERIOD
from scenes.kit.numbers import fixed, short, whole
from scenes.kit.words import Cell
from scenes.optimizers.adam_drift import drifts
from scenes.scene import Event

Rows = list[tuple[Cell | str, ...]]
ADAM, RAW, SGD = 0, 1, 2  # places of the methods; in Reddi's example AMSGrad stands in place 1
MEAN, ROOT, STEP = "velocity", "series.1", "optimizer.adam"
NEAR = 0.05  # how far from η a step must be to be called long or short


def sentence(recording: AdamRecording) -> str:
    """What to look at in this run."""
    told = {"constant": _constant, "spike": _spike, "noise": _noise, "surface": _surface, "reddi": _reddi}
    return told[recording.params.signal](recording)


def _constant(recording: AdamRecording) -> str:
    params, raw = recording.params, recording.update[RAW, 1:, 0]
    even = params.scale / (params.scale + params.epsilon)
    if params.noise > 0.0:
        return "m̂ averages noise away, √v̂ counts it: the less sure the sign of a gradient, the shorter the steps."
    if even < 1.0 - NEAR:
        how = "not large" if params.scale >= params.epsilon else "small"
        gradients, floor = short(params.scale), short(params.epsilon)
        return f"Gradients of {gradients} are {how} beside ε = {floor}: even corrected steps are short."
    first, peak, at = float(raw[0]), float(raw.max()), int(raw.argmax()) + 1
    later = f"number {at} is {short(peak)} η" if at > 1 and abs(peak - 1.0) > NEAR else ""
    if first > 1.0 + NEAR:
        then = f", {later}" if later else ""
        return f"Uncorrected, m fills sooner than √v: the first step is {short(first)} η{then}."
    if first < 1.0 - NEAR:
        then = f"but {later}" if later and peak > 1.0 + NEAR else "too short"
        if 1.0 - params.beta1 >= math.sqrt(1.0 - params.beta2):
            return f"ε counts beside a √v that begins so small: uncorrected, the first step is {short(first)} η, {then}."
        return f"Here 1 − β₁ < √(1 − β₂): uncorrected, the first step is only {short(first)} η, {then}."
    then = f", but {later}" if later else ""
    return f"Here 1 − β₁ and √(1 − β₂) are about equal: uncorrected, the first step is about η{then}."


def _spike(recording: AdamRecording) -> str:
    params, at = recording.params, recording.params.spike_at - recording.first
    step, longest = float(recording.update[ADAM, at, 0]), float(recording.update[ADAM, at:, 0].max())
    if params.spike_at == 1 and (params.noise > 0.0 or longest <= (1.0 + NEAR) * step):
        return f"The very first gradient: corrected, m̂ and √v̂ take all of it, and make a step of {short(step)} η."
    if params.noise > 0.0:
        return f"With noise there is no silence before it: the same gradient makes a step of {short(step)} η."
    if longest > (1.0 + NEAR) * step:
        return f"√v̂ forgets the gradient sooner than m̂ does: after {short(step)} η come steps of {short(longest)} η."
    mean, root = (short(100.0 * float(part[ADAM, at, 0]) / params.scale) for part in (recording.mean, recording.root))
    counts = " and ε counts beside it:" if params.epsilon > NEAR * float(recording.root[ADAM, at, 0]) else ","
    return f"A gradient after silence: m̂ takes {mean} % of it, √v̂ {root} %{counts} a step of {short(step)} η."


def _noise(recording: AdamRecording) -> str:
    params = recording.params
    if params.noise > 0.0:
        averaged = "√v̂ counts all of it, and in m̂ the signs cancel" if params.beta1 > 0.0 else "with β₁ = 0 nothing is averaged"
        return f"± by coin toss, and noise on top: {averaged}."
    size = math.sqrt((1.0 - params.beta1) / (1.0 + params.beta1)) / (1.0 + params.epsilon / params.scale)
    if params.beta1 == 0.0:
        return "± by coin toss. With β₁ = 0 nothing is averaged: every step is as long as the last, to and fro."
    return f"± by coin toss: √v̂ stays, but in m̂ the signs cancel. In doubt, steps shrink to about {short(size)} η."


def _surface(recording: AdamRecording) -> str:
    params = recording.params
    gradient, first = recording.gradient[ADAM, 1], np.abs(recording.update[ADAM, 1])
    if not gradient.any():
        return "At the lowest point there is no gradient, and nothing moves."
    if (first < 0.5).all():
        return f"The gradients are small beside ε = {short(params.epsilon)}: Adam’s steps are shorter than η from the start."
    if not recording.loss[SGD, -1] <= recording.loss[SGD, 0]:
        if params.noise > 0.0 and params.sgd_rate * params.scale * eigenvalues(params.condition)[1] <= 2.0:
            return "The noise is stronger than the slope: SGD ends higher than it began, though its steps are not too long."
        return "SGD’s one rate is too large for the steep walls, and it runs away; Adam sets out with η all the same."
    if params.condition < 2.0:
        alike = "alike" if params.condition == 1.0 else "nearly alike"
        return f"No ravine: x and y are {alike}, and one learning rate would do for both."
    if params.rotation % 90.0 != 0.0:
        return "Turned, the ravine lies along neither x nor y: dividing each by its own √v̂ no longer straightens it."
    if (first < 0.5).any():
        axis = "xy"[int(np.argmin(first))]
        return f"Along {axis} the gradient is nothing beside ε; only along the other coordinate Adam sets out with η."
    if (first < 1.0 - NEAR).any():
        return "Each coordinate is divided by its own √v̂ + ε; ε is not small here, and first steps fall short of η."
    return "Each coordinate is divided by its own √v̂: both set out with steps of η, however steep or flat it is."


def _reddi(recording: AdamRecording) -> str:
    adam, amsgrad = recording.path[:, -1, 0].tolist()
    if adam > 0.5 > -0.5 > amsgrad:
        return "Slopes 3, −1, −1: Adam cuts the rare large step short and ends at the worst point, AMSGrad at the best."
    if adam < -0.5 and drifts(recording.params, recording.params.beta2)[0] < 0.0:  # not only on its way to and fro
        memory = f"With β₂ = {recording.params.beta2:.4g}"
        return f"{memory} Adam does not cut the rare large step too short, and finds the best point too."
    return "Slopes 3, −1, −1: AMSGrad drifts to −1, the best; where Adam drifts depends on how long it remembers."


def caption(recording: AdamRecording, k: int) -> str:
    """What update k is made of."""
    params, signal = recording.params, recording.params.signal
    t = recording.first + k
    if t == 0:
        return "Before the first update both running means are 0."
    if signal == "surface":
        return _ravine_caption(recording, k)
    if signal == "reddi":
        adam, amsgrad = (_signed(value) for value in recording.path[:, k, 0].tolist())
        return f"After update {k} Adam stands at x = {adam}, AMSGrad at {amsgrad}. The sum of the losses is lowest at −1."
    steps = [short(step) for step in recording.update[:, k, 0].tolist()]
    if signal == "spike" and params.noise == 0.0:
        if t < params.spike_at:
            return f"{whole(t)} updates without a gradient: 0 divided by ε, and no step."
        moved = short(float(recording.path[ADAM, 0, 0] - recording.path[ADAM, k, 0]) / params.learning_rate)
        return (
            f"Step {whole(t)}: {steps[0]} η with correction, {steps[1]} η without. The one gradient has moved θ by {moved} η."
        )
    filled = [
        100.0 * float(share) for share in (theory.ema_share(params.beta1, t), math.sqrt(theory.ema_share(params.beta2, t)))
    ]
    full = f"m has filled to {short(filled[0])} %, √v to {short(filled[1])} %."
    return f"{full} Step {whole(t)} is {steps[1]} η without correction, {steps[0]} η with it."


def _ravine_caption(recording: AdamRecording, k: int) -> str:
    g, steps = np.abs(recording.gradient[ADAM, k]), [short(abs(step)) for step in recording.update[ADAM, k].tolist()]
    if g.min() > 0.0:
        larger, times = ("y", g[1] / g[0]) if g[1] > g[0] else ("x", g[0] / g[1])
        ratio = f"the gradient is {short(float(times))} times as large along {larger}"
    else:
        ratio = "one coordinate has no gradient"
    text = f"Update {k}: {ratio}; Adam’s steps are {steps[0]} η along x, {steps[1]} η along y."
    left = recording.endings[SGD]
    return f"{text} SGD diverged at step {left.step}." if left.failed and k >= left.step else text


def _signed(value: float) -> str:
    return f"{'+' if value > 0.0 else ''}{fixed(value, 3)}"


def table(recording: AdamRecording, k: int) -> tuple[str, tuple[str, ...], Rows]:
    """Title, column heads and rows."""
    params = recording.params
    if params.signal == "surface":
        return _ravine_table(recording, k)
    means, roots = recording.mean[:, k, 0].tolist(), recording.root[:, k, 0].tolist()
    steps = recording.update[:, k, 0].tolist()
    if params.signal == "reddi":
        rows: Rows = [
            (Cell("x", STEP, True), *(_signed(place) for place in recording.path[:, k, 0].tolist())),
            (Cell("root √v̂", ROOT, True), *(told(root) for root in roots)),
            (Cell("step / η", STEP, True), *(told(step) for step in steps)),
            ("drift / η", *(_drifted(recording, run, k) for run in (0, 1))),
            ("in theory", *(_signed(value) for value in drifts(params, params.beta2))),
        ]
        return f"Update {k}", ("", "Adam", "AMSGrad"), rows
    rows = [
        (Cell("mean m, m̂", MEAN, True), told(means[RAW]), told(means[ADAM])),
        (Cell("root √v, √v̂", ROOT, True), told(roots[RAW]), told(roots[ADAM])),
        (Cell("step / η", STEP, True), told(steps[RAW]), told(steps[ADAM])),
    ]
    expected = _expected(recording, k)
    if expected:
        rows.append(expected)
    return f"Update {whole(recording.first + k)}", ("", "without", "corrected"), rows


def _expected(recording: AdamRecording, k: int) -> tuple[Cell | str, ...]:
    """What theory says of step k, where it says something."""
    params, floor, t = recording.params, recording.params.epsilon / recording.params.scale, recording.first + k
    if t == 0:
        return ("in theory", "–", "–") if params.noise == 0.0 else ()
    if params.noise > 0.0:
        return ()
    if params.signal == "noise":
        size = float(theory.coin_step(params.beta1, t))
        raw = size * float(theory.constant_gradient_step(params.beta1, params.beta2, t, floor))
        return ("r.m.s., theory", told(raw), told(size / (1.0 + floor)))
    if params.signal == "constant":
        raw = float(theory.constant_gradient_step(params.beta1, params.beta2, t, floor))
        return ("in theory", told(raw), told(1.0 / (1.0 + floor)))
    found = [theory.spike_echo(params.beta1, params.beta2, params.spike_at, t, floor, corrected) for corrected in (False, True)]
    return ("in theory", *(told(value) for value in found))


def _drifted(recording: AdamRecording, run: int, k: int) -> str:
    """How far the last whole period moved x before it was put back, in units of η."""
    return _signed(-float(recording.update[run, k - PERIOD + 1 : k + 1, 0].sum())) if k >= PERIOD else "–"


def _ravine_table(recording: AdamRecording, k: int) -> tuple[str, tuple[str, ...], Rows]:
    rows: Rows = []
    for name, role, values in (
        ("gradient g", "gradient", recording.gradient[ADAM, k]),
        ("mean m̂", MEAN, recording.mean[ADAM, k]),
        ("root √v̂", ROOT, recording.root[ADAM, k]),
        ("η/(√v̂ + ε)", "text", effective_steps(recording)[ADAM, k]),
        ("step / η", STEP, recording.update[ADAM, k]),
    ):
        rows.append((Cell(name, role, True), *(told(value) for value in values.tolist())))
    return f"Adam’s update {k}", ("", "x", "y"), rows


def told(value: float) -> str:
    """A number of the table: three decimals where they say enough, else as a power."""
    return fixed(value, 3) if 1e-3 <= abs(value) < 1e4 or value == 0.0 else short(value)


def events(recording: AdamRecording) -> tuple[Event, ...]:
    """The longest uncorrected step, the spike, a run that leaves, the ends that Reddi's example leads to."""
    params, found = recording.params, []
    if params.signal == "constant" and params.noise == 0.0:
        raw = recording.update[RAW, 1:, 0]
        found.append(Event(int(raw.argmax()) + 1, f"the longest uncorrected step: {short(float(raw.max()))} η"))
    elif params.signal == "spike":
        found.append(Event(params.spike_at - recording.first, "the lone gradient"))
    elif params.signal == "surface" and recording.endings[SGD].failed:
        found.append(Event(recording.endings[SGD].step, "SGD diverged", "bad"))
    elif params.signal == "reddi":
        adam, amsgrad = recording.path[:, :, 0]
        if adam.max() > 0.999:
            found.append(Event(int(np.argmax(adam > 0.999)), "Adam at the worst point", "bad"))
        for name, path in (("Adam", adam), ("AMSGrad", amsgrad)):
            if path.min() < -0.95:
                found.append(Event(int(np.argmax(path < -0.95)), f"{name} beside the best point", "good"))
    return tuple(found)
