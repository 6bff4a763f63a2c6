"""What the scene of L1 and L2 says, read from its recording alone."""

import numpy as np

from core.simulations.l1_l2 import L1L2Recording
from scenes.kit.constraint_map import plain
from scenes.kit.numbers import fixed, short
from scenes.kit.words import listed
from scenes.scene import Event

L1, L2, NET = range(3)
NAMES = ("L1", "L2", "the elastic net")
LOOK = "λ grows: contours meet the diamond in a corner, where a weight is exactly 0. L2’s ball has no corner."
RULES = {
    "proximal": "Proximal steps",
    "subgradient": "Subgradient steps",
    "decreasing": "those of η/√k",
    "sgd_l2": "SGD with L2",
    "sgd_decay": "SGD with decay",
    "adam_l2": "Adam with L2",
    "adamw": "AdamW",
}
OUTSIDE = 20.0  # the map ends at 3
JUMPY = 0.35  # learning rate from which subgradient steps are the story


def zeros(recording: L1L2Recording, penalty: int, k: int) -> list[int]:
    """Which of the two weights, counted from 1, are exactly 0."""
    return [number + 1 for number in range(2) if recording.solution[penalty, k, number] == 0.0]


def apart(recording: L1L2Recording, one: str, other: str, k: int = -1) -> float:
    """How far two of the descents get from each other at frame k, at the last one when left out, while both go on."""
    paths = dict(zip(recording.methods, recording.walk[k], strict=True))
    return float(np.nanmax(np.abs(paths[one] - paths[other])))


def runaways(recording: L1L2Recording) -> list[str]:
    """The rules whose descents end far outside the map, or broke off."""
    ends = np.abs(recording.walk[-1, :, -1]).max(axis=1)
    return [name for name, end in zip(recording.methods, ends.tolist(), strict=True) if not end <= OUTSIDE]


def sentence(recording: L1L2Recording) -> str:
    """What to look at under these settings."""
    params, last = recording.params, recording.last
    met = [bool(zeros(recording, penalty, last)) for penalty in range(3)]
    if recording.pair_max == 0.0:
        return "The loss of two weights is lowest at 0 itself: nothing is left to shrink. Drag the minimum away."
    if lost := runaways(recording):
        return _lost(recording, lost)
    if params.strength == 0.0:
        return "With λ = 0 there is no penalty: every set reaches out to the minimum, and nothing shrinks."
    if params.walk == "weight_decay":
        if apart(recording, "adam_l2", "adamw") > 0.01:
            return "SGD with L2 is SGD with weight decay, one and the same path. Adam’s are two: see Adam vs AdamW."
        return "SGD with L2 is SGD with weight decay, one and the same path. Adam’s two have had no time to part."
    if params.strength >= 1.0 and not met[L2] and not recording.zeros(last)[L2]:
        return "From λₘₐₓ on the diamond is a point: L1 sets every weight to exactly 0. L2 still has all of them."
    if params.correlation >= 0.9 and _picks(recording):
        return "Two nearly equal features: L1 keeps one and drops the other, the elastic net shares between them."
    if params.walk == "l2" and not met[L2]:
        return "A ball has no corner: in a direction of curvature h, L2 shrinks by h/(h + λ). Nothing becomes 0."
    if params.walk == "elastic_net" and met[L1] and 0.0 < params.share < 1.0:
        late = "reaches 0, but later than L1" if met[NET] else "has not reached 0 where L1 has"
        return f"The elastic net has corners too, only blunter ones: it {late}."
    if met[L1] and params.learning_rate >= JUMPY and _jumps(recording):
        return "Proximal steps land on exactly 0 and stay. Subgradient steps jump across, the farther the larger η."
    if not met[L1]:
        return "The minimum lies in no wedge: the contours meet an edge of the diamond, and both weights are left."
    return LOOK


def _lost(recording: L1L2Recording, lost: list[str]) -> str:
    """Why descents ended far away: steps too long for the curvature with the penalty's, or jumps that add up."""
    params = recording.params
    strength, share = recording.settings()[recording.walked]
    who = listed([RULES[name] for name in lost])
    who = who[0].upper() + who[1:]
    curved = 1.0 + abs(params.correlation) + strength * (1.0 - share)
    if params.learning_rate * curved > 2.0:
        return (
            f"{who} run away: η times the curvature with the penalty’s is {fixed(params.learning_rate * curved, 2)}, above 2."
        )
    return f"{who} swing far beyond the map: each jump across 0 is η times as long as the slope there."


def _picks(recording: L1L2Recording) -> bool:
    """Whether L1 drops one of the correlated features where the elastic net keeps both: of the two, and of the ten."""
    two, ten = recording.solution[:, -1], recording.weights[:, -1, :2]
    return all(np.count_nonzero(at[L1]) == 1 and np.count_nonzero(at[NET]) == 2 for at in (two, ten))


def _jumps(recording: L1L2Recording) -> bool:
    """Whether, in the second half of the steps, the proximal walk rests on 0 where the subgradient walk never does."""
    if "subgradient" not in recording.methods:
        return False
    dead = recording.solution[recording.walked, -1] == 0.0
    half = recording.walk[-1, :, recording.params.steps // 2 :]
    proximal, jumping = (half[recording.methods.index(name)][:, dead] for name in ("proximal", "subgradient"))
    return bool(dead.any() and (proximal == 0.0).all() and (jumping != 0.0).all())


def caption(recording: L1L2Recording, k: int) -> str:
    """Where the diamond is met and how many of the ten weights are exactly 0; or how far weight decay is from L2."""
    if recording.params.walk == "weight_decay":
        sgd, adam = (short(apart(recording, *pair, k)) for pair in (("sgd_l2", "sgd_decay"), ("adam_l2", "adamw")))
        return f"L2 in the gradient and weight decay part by at most {sgd} under SGD, by {adam} under Adam."
    gone = zeros(recording, L1, k)
    if float(recording.relative[k]) == 0.0:
        met = "No penalty yet: the sets reach the minimum of the loss"
    elif len(gone) == 2:
        met = "The diamond is a point: L1 leaves neither of two weights"
    elif gone:
        left = float(recording.solution[L2, k, gone[0] - 1])
        met = f"The minimum is in a shaded wedge: L1 has w{'₁₂'[gone[0] - 1]} = 0 exactly, L2 {plain(left)}"
    else:
        met = "The minimum is in no wedge of the diamond: L1 meets an edge"
    one, two, net = recording.zeros(k).tolist()
    return f"{met}. Zeros of ten: L1 {one}, L2 {two}, elastic net {net}."


def events(recording: L1L2Recording) -> tuple[Event, ...]:
    """When a corner is met on the maps of L1 and of the elastic net, and when L1 has emptied the ten."""
    found = []
    for penalty in (L1, NET):
        hit = next((k for k in range(1, recording.last + 1) if zeros(recording, penalty, k)), None)
        if hit is not None and not zeros(recording, penalty, 0):
            number = zeros(recording, penalty, hit)[0]
            found.append(Event(hit, f"{NAMES[penalty]}: w{'₁₂'[number - 1]} = 0", "good"))
    empty = np.flatnonzero((recording.weights[L1] == 0.0).all(axis=1))
    if empty.size:
        found.append(Event(int(empty[0]), "L1: all ten are 0"))
    return tuple(found)
