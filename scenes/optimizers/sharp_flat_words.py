"""What the scene of sharp and flat minima says, read from its recording alone."""

import math

import numpy as np

from core.sharp_flat.recording import SharpFlatRecording
from scenes.kit.numbers import fixed, short, whole
from scenes.kit.words import listed
from scenes.scene import Event

NAMES = {"sgd": "SGD", "momentum": "Momentum", "adam": "Adam", "adagrad": "AdaGrad", "rmsprop": "RMSprop"}
LOOK = "Noise works like a temperature: the hotter a method runs, the more of its runs climb out of the sharp valley."
SGD, MOMENTUM, ADAM = range(3)
SHARP, FLAT = range(2)
APART = 0.1  # shares of a thousand runs that differ by more differ by more than luck
SHIFTED = 0.08  # from this shift on the test surface is the story


def percent(share: float) -> str:
    """A share as people say it."""
    return f"{fixed(100.0 * share, 0)} %"


def warmth(recording: SharpFlatRecording) -> list[float]:
    """λ♯E(x − x♯)² of each method, the T at which Gibbs's density is as wide in the sharp valley; inf where none rests."""
    return [float(recording.params.sharpness * spread) for spread in recording.floor[:, SHARP]]


def sentence(recording: SharpFlatRecording) -> str:
    """What to look at under these settings."""
    story = recording.params.story
    if story == "valleys":
        return _valleys(recording)
    return _rescaling(recording) if story == "rescaling" else _wilson(recording)


def _valleys(recording: SharpFlatRecording) -> str:
    params = recording.params
    left = recording.share[:, -1, SHARP]
    curved = params.learning_rate * params.sharpness
    if params.sharpness == 1.0:
        return "Both valleys are equally wide here: none of them is the flat one."
    if curved > 2.0:
        return f"ηλ♯ = {fixed(curved, 1)} is above 2: SGD cannot rest in the sharp minimum. It swings across, or is thrown out."
    if params.noise == 0.0:
        return "Without noise there is no temperature: runs roll down, and where one has come to rest it stays."
    if params.shift >= SHIFTED and (gaps := _gaps(recording)):
        sharp, flat = (short(gap, 2) for gap in gaps)
        moved = f"The test surface is moved by δ = {short(params.shift, 2)}"
        if min(gaps) < 0.0:  # where runs have not come to rest, they may even gain by it
            return f"{moved}: the loss changes by {sharp} in the sharp valley, {flat} in the flat one."
        return f"{moved}: that costs {sharp} in the sharp valley, {flat} in the flat one."
    if left.min() > 0.9 and params.start < 0.0:
        return "All three are far too cold for this barrier: the start decides where they end, not the valley’s width."
    if left[SGD] > 0.8 and left[MOMENTUM] < left[SGD] - 3.0 * APART:
        many = short(1.0 / (1.0 - params.momentum), 2)
        return f"Momentum adds up {many} gradients, and their noise: it climbs out of the sharp valley where SGD stays."
    if params.shown == "adam" and left[ADAM] > left[SGD] + APART:
        return "Adam divides by √v, and noise is in v: its temperature goes with η/√B, not with η/B."
    if recording.share[SGD, 0, SHARP] < 0.5:
        return "The runs begin outside of the sharp valley here: it takes heat to get in, and heat to get out again."
    order = np.argsort(warmth(recording), kind="stable")
    if np.all(np.diff(left[order]) <= 0.0):
        return LOOK
    return "Noise works like a temperature: it lifts runs over the barrier, out of the one valley and out of the other."


def _gaps(recording: SharpFlatRecording) -> tuple[float, float] | None:
    """Test loss minus training loss in the sharp and in the flat valley, of the method with most runs in both."""
    gaps = recording.test_loss[:, -1] - recording.train_loss[:, -1]
    many = recording.share[:, -1, :2].min(axis=1)
    method = int(np.argmax(many))
    return (float(gaps[method, SHARP]), float(gaps[method, FLAT])) if many[method] > 0.05 else None


def _rescaling(recording: SharpFlatRecording) -> str:
    grown = float(recording.sharpness[-1] / recording.sharpness[0])
    return f"One and the same function: only its weights are written down otherwise, and λmax grows {short(grown)}-fold."


def _wilson(recording: SharpFlatRecording) -> str:
    lost = [NAMES[name] for name, ending in zip(recording.learners, recording.endings, strict=True) if ending.failed]
    if lost:
        return f"η is too large for {listed(lost)}, whose weights grow without end. A smaller one fits the training set."
    trained, new = recording.train_error[:, -1], recording.test_error[:, -1]
    if trained.max() > 0.0:
        return "Not all of them have fitted the training set: go on, or turn η down."
    if new[0] == 0.0 and np.all(new[1:] == recording.minus):
        wrong = percent(recording.minus)
        return f"All fit the training set. On new data AdaGrad, RMSprop and Adam call every −1 a +1: {wrong} errors."
    return "All fit the training set; what they say of new examples depends on the method alone."


def caption(recording: SharpFlatRecording, k: int) -> str:
    """Where the runs are, what the net measures, or how many answers are wrong."""
    story = recording.params.story
    if story == "valleys":
        shares = ", ".join(
            f"{percent(float(recording.share[m, k, SHARP]))} of {NAMES[name]}’s" for m, name in enumerate(recording.methods)
        )
        return f"After {recording.step[k]:.0f} steps the sharp valley holds {shares} runs."
    if story == "rescaling":
        train, test = (short(float(losses[k])) for losses in (recording.turned_train_loss, recording.turned_test_loss))
        change = short(float(recording.change[: k + 1].max()), 2)
        return (
            f"λmax is {whole(round(float(recording.sharpness[k])))}; training loss {train}, test loss {test}, "
            f"and no answer has moved by more than {change}."
        )
    errors = ", ".join(
        f"{NAMES[name]} {_error(float(recording.test_error[m, k]))}" for m, name in enumerate(recording.learners)
    )
    return f"Test error: {errors}. Share of −1: {percent(recording.minus)}."


def _error(share: float) -> str:
    return percent(share) if math.isfinite(share) else "diverged"


def place(recording: SharpFlatRecording, k: int) -> str:
    """Where the timeline stands."""
    if recording.params.story == "rescaling":
        return f"c = {short(float(recording.scale[k]))}"
    return f"step {recording.step[k]:.0f} / {recording.step[-1]:.0f}"


def events(recording: SharpFlatRecording) -> tuple[Event, ...]:
    """When half of a method’s runs have left, when λmax has grown tenfold, when a training set is fitted or a learner lost."""
    story = recording.params.story
    if story == "valleys":
        return tuple(
            Event(int(gone[0]), f"{NAMES[name]}: half are out of the sharp valley")
            for m, name in enumerate(recording.methods)
            if recording.share[m, 0, SHARP] > 0.5 and (gone := np.flatnonzero(recording.share[m, :, SHARP] <= 0.5)).size
        )
    if story == "rescaling":
        grown = recording.sharpness / recording.sharpness[0]
        return tuple(
            Event(int(np.argmax(grown >= times)), f"λmax is {times} times what it was")
            for times in (10, 100, 1000)
            if grown[-1] >= times
        )
    found = []
    for m, name in enumerate(recording.learners):
        ending = recording.endings[m]
        if ending.failed:
            found.append(Event(int(np.argmax(recording.step >= ending.step)), f"{NAMES[name]} diverged", "bad"))
        elif (fitted := np.flatnonzero(np.abs(recording.trained_score[m] - (1.0, -1.0)).max(axis=1) < 0.05)).size:
            found.append(Event(int(fitted[0]), f"{NAMES[name]} has fitted the training set", "good"))
    return tuple(found)
