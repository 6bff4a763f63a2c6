"""The caption of the update rules: what the line that has just run does, in words, with its numbers."""

import numpy as np

from core.recording import F64
from core.simulations.update_rules import UpdateRulesRecording, setting
from core.update_rules import COUNTED
from scenes.kit.numbers import short
from scenes.optimizers.update_words import plain, uncorrected


def both(pair: F64) -> str:
    """Two coordinates as a person writes them."""
    return f"({', '.join(short(value) for value in pair.tolist())})"


def caption(recording: UpdateRulesRecording, k: int) -> str:
    """What the lit line does, in words, with its numbers."""
    if k == 0:
        buffers = [name for name in recording.program.kept if name not in ("theta", "t")]
        zeros = f"{' and '.join(buffers)} {'hold' if len(buffers) > 1 else 'holds'} zeros"
        return f"Before the first update θ stands at {both(recording.path[0])}; {zeros}."
    update, number = recording.at(k)
    line = recording.program.loop[number - 1]
    target = line.targets[0]
    now = recording.of(target, k)
    told = {
        "t": _counter,
        "lr": _rate,
        "ahead": _ahead,
        "g": _gradient,
        "v": _second if recording.params.method in COUNTED else _velocity,
        "m": _first,
        "s": _second,
        "m_hat": _hat,
        "v_hat": _hat,
        "step": _step,
        "step_size": _step_size,
        "denom": _denominator,
        "theta": _point,
    }[target]
    return told(recording, k, update, now)


def _counter(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    corrects = any("t" in line.reads and "b1" in line.reads for line in recording.program.loop)
    use = "for the powers 1 − βᵗ to come" if corrects else "for the learning rate to follow"
    return f"Update {update} begins: t counts it, {use}."


def _rate(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    rate, drop = short(float(now[0])), recording.params.drop
    return (
        f"The learning rate is {rate}; after update {drop} it falls."
        if update <= drop
        else f"The learning rate is {rate}, a tenth of what it was."
    )


def _ahead(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    return f"Look ahead: the velocity alone would carry θ to {both(now)}."


def _gradient(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    params = recording.params
    where = "ahead" if "ahead" in recording.names else "at θ"
    decay = ", λθ added" if params.weight_decay > 0.0 and params.method != "adamw" else ""
    ratio, along = _ratio(now), "y" if abs(now[1]) > abs(now[0]) else "x"
    steeper = f", {short(ratio, 2)} times as steep along {along}" if ratio < np.inf else ""
    return f"Slope {where}{decay}: {both(now)}{steeper}."


def _velocity(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    params = recording.params
    if update == 1:
        first = "the gradient itself" if params.pytorch else "ηg, one plain step of descent"
        return f"v was 0, so the first velocity is {first}: {both(now)}."
    added = "g" if params.pytorch else "ηg"
    return f"The velocity keeps {plain(params.beta1)} of itself and takes in {added}: it is now {both(now)}."


def _first(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    kept = recording.params.beta1
    if recording.params.pytorch:
        return f"m moves {plain(1.0 - kept)} of the way to g, to {both(now)}: a running mean."
    return f"m keeps {plain(kept)} of itself and takes {plain(1.0 - kept)} of g: a running mean, {both(now)}."


def _second(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    name = "s" if recording.params.method == "rmsprop" else "v"
    kept = recording.params.beta2
    return f"{name} keeps {plain(kept)} of itself and takes {plain(1.0 - kept)} of g²: sizes without signs, {both(now)}."


def _hat(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    params = recording.params
    name = recording.program.loop[recording.at(k)[1] - 1].targets[0][0]
    beta = params.beta1 if name == "m" else params.beta2
    share = short(100.0 * (1.0 - beta**update))
    what = ("the gradient itself" if name == "m" else "g² itself") if update == 1 else both(now)
    return f"{name} holds 1 − {plain(beta)}{_power(update)} = {share} % of a mean. Divided by that, it is {what}."


def _step(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    params = recording.params
    if params.method == "nesterov":
        return f"The gradient, and β times the new velocity on top: {both(now)}."
    slopes, steps = _ratio(recording.of("g", k)), _ratio(now)
    unlike = f" Slopes differ {short(slopes, 2)}-fold, steps {short(steps, 2)}-fold." if steps < slopes < np.inf else ""
    if params.method == "rmsprop":
        return f"g over the root of s: {both(now)}.{unlike}"
    if uncorrected(recording):
        return f"m over √v, neither of them corrected: {both(now)}, in units of η."
    return f"Mean over root: {both(now)}.{unlike}"


def _ratio(pair: F64) -> float:
    """How many times the smaller of two sizes the larger one is; ∞ where the smaller is 0."""
    low, high = sorted(np.abs(pair).tolist())
    return float(high / low) if low > 0.0 else np.inf


def _step_size(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    params = recording.params
    share = short(1.0 - params.beta1**update)
    over = f"1 − {plain(params.beta1)}{_power(update)} = {share}"
    return f"η over {over}: the correction of m, made once for all coordinates."


def _denominator(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    if recording.params.method == "rmsprop":
        return f"The root of s, and ε on top: {both(now)}, the usual size of g."
    share = short(float(np.sqrt(1.0 - recording.params.beta2**update)))
    return f"The root of v, over √(1 − β₂ᵗ) = {share}, and ε: {both(now)}, the usual size of g."


def _point(recording: UpdateRulesRecording, k: int, update: int, now: F64) -> str:
    params = recording.params
    moved = now - recording.of("theta", k - 1)
    if "wd" in recording.program.loop[recording.at(k)[1] - 1].reads:
        kept = setting(params).rate(update) * params.weight_decay
        if params.pytorch:
            return f"Decay first: θ keeps 1 − ηλ = {plain(1.0 - kept)} of itself, whatever the gradient is."
        decay = -kept * recording.of("theta", k - 1)
        return f"θ moves by {both(moved)}, {both(decay)} of it by decay."
    before, after = (float(loss) for loss in recording.loss[update - 1 : update + 1])
    if short(before) == short(after):
        return f"θ moves by {both(moved)}: the loss hardly changes from {short(after)}."
    went = "falls" if after < before else "rises"
    return f"θ moves by {both(moved)}: the loss {went} from {short(before)} to {short(after)}."


def _power(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
