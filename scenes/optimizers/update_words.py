"""What the stage of the update rules says of a run: names and colours, the sentence to look for, the note on the second run."""

import numpy as np

from core.simulations.update_rules import UpdateRulesRecording, curvatures, setting
from core.theory.momentum import stability_limit
from core.update_rules import COUNTED
from scenes.kit.numbers import short

NAMES = {"momentum": "Momentum", "nesterov": "Nesterov", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
SINGLE = frozenset({"t", "lr", "step_size"})  # names of one number each
ROLES = {
    "g": "gradient",
    "m": "velocity",
    "m_hat": "velocity",
    "ahead": "velocity",
    "s": "series.1",
    "v_hat": "series.1",
    "denom": "series.1",
}
TORCH = {
    "momentum": {"v": "momentum_buffer"},
    "nesterov": {"v": "momentum_buffer"},
    "rmsprop": {"s": "square_avg"},
    "adam": {"m": "exp_avg", "v": "exp_avg_sq", "t": "step"},
    "adamw": {"m": "exp_avg", "v": "exp_avg_sq", "t": "step"},
}
FIGURES = {"b2": 4, "eps": 2}  # of given values in the code; 3 of all others
SAME, SEEN = 1e-11, 1e-3  # shares of the path: up to the first, two paths are one; up to the second, no eye can tell them apart


def roles(recording: UpdateRulesRecording) -> dict[str, str]:
    """The colour of each name; `v` is a velocity in some methods and a mean square in others."""
    method = recording.params.method
    own = f"optimizer.{method}"
    return {**ROLES, "v": "series.1" if method in COUNTED else "velocity", "theta": own, "step": own}


def heading(recording: UpdateRulesRecording) -> str:
    """Method and form, over the code."""
    form = ", as PyTorch computes it" if recording.params.pytorch else ", as textbooks write it"
    return f"{NAMES[recording.params.method]}{' without bias correction' if uncorrected(recording) else form}"


def uncorrected(recording: UpdateRulesRecording) -> bool:
    """Whether this is an Adam that does not divide by 1 − βᵗ."""
    params = recording.params
    return params.method in COUNTED and not params.correction and not params.pytorch


def torch_name(recording: UpdateRulesRecording, name: str) -> str:
    """What PyTorch's state calls a buffer, in PyTorch's form."""
    return TORCH[recording.params.method].get(name, "") if recording.params.pytorch else ""


def plain(value: float, figures: int = 4) -> str:
    """A number as code has it, to a few figures."""
    return f"{value:.{figures}g}".replace("e-0", "e-")


def note(recording: UpdateRulesRecording) -> str:
    """What the second run is, and how far it ever is from this one."""
    params, apart = recording.params, recording.apart
    form = "PyTorch’s form" if recording.other_pytorch else "the textbook’s form"
    if recording.other != params.method:
        return f"Dotted: {NAMES[recording.other]} with the same knobs. Farthest apart: {short(apart)}."
    if recording.other_pytorch == params.pytorch:
        return "Beside it the same run once more: choose another method, or the other form."
    share = apart / float(np.abs(recording.path).max())
    if share <= SAME:
        gap = f", but for rounding of {short(apart)}" if apart > 0.0 else " to the last bit"
        return f"The ring is {form}: the same path{gap}."
    if share <= SEEN:
        return f"The ring is {form}: hardly another path, at most {short(apart)} apart."
    why = ", which corrects" if params.method in COUNTED and not params.correction else ""
    if params.method == "nesterov" and setting(params).constant:
        why = ", apart by βv after every update"
    return f"Dotted: {form}{why}. Farthest apart: {short(apart)}."


def sentence(recording: UpdateRulesRecording) -> str:
    """What to look at under these settings."""
    params = recording.params
    method = params.method
    limit = float(stability_limit(method, params.beta1)) if method in ("momentum", "nesterov") else np.inf
    pushed = params.learning_rate * (float(curvatures(params)[1]) + params.weight_decay)
    if pushed > limit and not 0 < params.drop < params.updates:
        return f"ηλ = {short(pushed)} along y is above the limit of {short(limit)}: every update throws θ farther out."
    if recording.other != method:
        return _beside(recording)
    if 0 < params.drop < params.updates and method in ("momentum", "nesterov"):
        return "η falls to a tenth: PyTorch’s steps shrink at once, the textbook’s velocity still carries the old η."
    if params.pytorch:
        return _pytorch(recording)
    if uncorrected(recording):
        shares = plain(1.0 - params.beta1, 3), plain(float(np.sqrt(1.0 - params.beta2)), 3)
        first = _first_length(recording)
        return f"Without 1 − βᵗ, m starts as {shares[0]} of g, √v as {shares[1]} of its size: the first step is {first} η."
    return {"momentum": _momentum, "nesterov": _momentum, "rmsprop": _rmsprop, "adam": _adam, "adamw": _adam}[method](recording)


def _momentum(recording: UpdateRulesRecording) -> str:
    if recording.params.beta1 == 0.0:
        return "With β = 0 nothing is remembered: the velocity is a gradient, and this is plain gradient descent."
    if recording.params.method == "nesterov":
        return "One buffer is kept, the velocity v. The gradient is taken where v alone would lead."
    return "One buffer is kept, the velocity v. A gradient is forgotten as soon as it has been added to it."


def _rmsprop(recording: UpdateRulesRecording) -> str:
    kept = "One buffer is kept, the mean square s"
    if recording.params.beta2 < 0.5:
        return f"{kept}. With so short a memory a step is little more than the sign of its gradient."
    return f"{kept}. It starts at 0, uncorrected: the first step is {_first_length(recording)} η long."


def _adam(recording: UpdateRulesRecording) -> str:
    params = recording.params
    kept = "Two buffers and a counter are kept"
    if params.method == "adamw":
        end = "The decay never meets the division." if params.weight_decay > 0.0 else "Without decay AdamW is Adam."
        return f"{kept}; all else is made anew. {end}"
    if params.weight_decay > 0.0:
        return f"{kept}. Decay goes in with the gradient, and so through the division by √v̂."
    return f"{kept}; all else is made anew in every update."


def _first_length(recording: UpdateRulesRecording) -> str:
    """How long the first step is, in units of η; of two lengths the larger."""
    steps = np.abs(recording.of("step", len(recording.lines)))
    return f"{'up to ' if steps.min() < 0.99 * steps.max() else ''}{short(float(steps.max()))}"


def _beside(recording: UpdateRulesRecording) -> str:
    params = recording.params
    pair = {params.method, recording.other}
    if pair == {"adam", "adamw"} and params.weight_decay > 0.0:
        return "Adam divides the decay by √v̂, too: steep coordinates hardly decay. AdamW shrinks x and y alike."
    return f"{NAMES[params.method]}, and {NAMES[recording.other]} dotted beside it: same start, same knobs."


def _pytorch(recording: UpdateRulesRecording) -> str:
    params = recording.params
    if params.method in COUNTED and not params.correction:
        return "PyTorch always divides by 1 − βᵗ: switch its form off to see what happens without."
    if params.method == "momentum":
        return "PyTorch’s v holds no η, the last line brings it in: one path with the textbook’s while η stays the same."
    if params.method == "nesterov":
        return "PyTorch’s θ is the look-ahead point itself: the same run, each point ahead of the textbook’s by βv."
    if params.method == "rmsprop":
        apart = f" The paths part by {short(recording.apart)}." if not recording.other_pytorch else ""
        return f"PyTorch adds ε to the root, the textbook under it, where it acts as √ε.{apart}"
    if params.method == "adam":
        return "PyTorch moves the corrections into two single numbers: fewer operations, the same path but for rounding."
    return "PyTorch shrinks θ before the step and corrects with two single numbers: the same path but for rounding."
