"""What the warmup scene says: a sentence that follows the counts, a line with live numbers, and moments on the timeline."""

import numpy as np

from core.digit_blocks import trailing_loss
from core.simulations.warmup import SEEDS, WarmupRecording
from core.theory.adam import rectification
from core.theory.warmup import mean_square_spread
from scenes.kit.numbers import fixed, short
from scenes.optimizers.warmup_groups import GROUPS
from scenes.scene import Event

EARLY = 10  # steps
MANY = 4  # of 16 runs, more than luck
BLIND = 0.98  # how alike outputs are where hardly anything of the digit is left in them


def sentence(recording: WarmupRecording) -> str:
    """What the counts of these settings show."""
    params, groups = recording.params, recording.groups
    if not recording.known.all():
        return "Sixteen nets are being trained in every group."
    failed = dict(zip(groups, recording.failed, strict=True))
    if params.compare == "decays":
        most = max(failed.values())
        if most < MANY:
            return f"Same warmup, steps and sum of rates: {_way_down(recording)}."
        worst = max(groups, key=lambda name: (failed[name], recording.rate[groups.index(name)].max()))
        return f"The same sum of rates needs another peak for each decay: {GROUPS[worst][0]} loses {most} of 16."
    without, warm = failed["no_warmup"], failed["warmup"]
    if params.warmup <= 1:
        return "With W at most 1 the first step is a full one in every group."
    if without == warm == 0:
        why = "A norm before each branch leaves the stream alone" if params.norm == "pre" else "Nothing to save here"
        return f"{why}: all nets learn, with and without warmup."
    start = f"Without warmup {without} of 16 fail, with it {warm}"
    if warm >= without:
        return f"{start}: this one saves none."
    if 2 * (without - warm) < without:
        return f"{start}: this one saves few."
    if "measured_v" in failed and without - warm >= MANY:
        blind = float(np.median(recording.alike[0, :, : EARLY + 1], axis=0).max()) > BLIND
        why = ": full first steps make outputs alike; knowing v̂" if blind else "; knowing v̂"
        return f"{start}{why} saves {_share(without - failed['measured_v'], without - warm)}."
    if "radam" in failed:
        share = fixed(float(rectification(params.beta2, params.steps)), 2)
        return f"{start}, under RAdam {failed['radam']}: it shortens every step, at the end still to {share}."
    return f"{start}."


def _way_down(recording: WarmupRecording) -> str:
    """Whether the decays differ by more, in the middle of their last losses, than seeds do under one decay."""
    last = trailing_loss(recording.loss)[..., -1]
    low, middle, high = np.quantile(last, (0.25, 0.5, 0.75), axis=1)
    if np.ptp(middle) < np.mean(high - low):
        return "the way down matters less than the seed"
    return f"{GROUPS[recording.groups[int(np.argmin(middle))]][0].lower()} ends lowest"


def _share(saved: int, possible: int) -> str:
    """How many of the nets that warmup saves are saved by something else."""
    if 4 * saved <= possible:
        return "hardly any"
    return "some" if 4 * saved < 3 * possible else "as many"


def caption(recording: WarmupRecording, k: int) -> str:
    """How alike the outputs have become, and how noisy v̂ is by then."""
    now = []
    for number, name in enumerate(recording.groups):
        known = recording.known[number]
        if known.any():
            title = GROUPS[name][0]
            middle = fixed(float(np.median(recording.alike[number, known, k])), 2)
            now.append(f"{middle} ({title if title[1].isupper() else title[0].lower() + title[1:]})")
    if not now:
        return "No run has been worked out yet."
    said = f"Step {k}: outputs alike to {', '.join(now)}"
    if k == 0 or recording.params.compare == "decays":
        return f"{said}."
    off = short(100.0 * float(mean_square_spread(recording.params.beta2, float(k))), 2)
    return f"{said}; v̂ ± {off} % in theory."


def events(recording: WarmupRecording) -> tuple[Event, ...]:
    """Where outputs have become alike for good in most runs, where most have learned, where the warmup ends."""
    found = []
    if 1 < recording.params.warmup < recording.last:
        found.append(Event(recording.params.warmup, "warmup ends"))
    learned = recording.learned()
    for number, name in enumerate(recording.groups):
        if not recording.known[number].all():
            continue
        title, many = GROUPS[name][0], learned[number].sum(axis=0) > SEEDS // 2
        alike = np.median(recording.alike[number], axis=0) > BLIND
        if many[-1]:
            found.append(Event(int(np.argmax(many)), f"{title}: most have learned", "good"))
        elif alike.any():
            found.append(Event(int(np.argmax(alike)), f"{title}: outputs alike", "bad"))
    return tuple(found)
