"""Timing: which frame of the recording stands at which frame of the film. One pure function."""

import math
from collections.abc import Sequence

import numpy as np

from core.recording import F64

SHARE_OF_HOLDS = 0.5  # of the film at most: in a short film the holds shrink
BREADTH = 0.05  # of the range: how far around a marked event the film slows down


def film(
    first: int,
    last: int,
    *,
    fps: float,
    seconds: float | None,
    hold: tuple[float, float] = (0.0, 0.0),
    marks: Sequence[int] = (),
    slow: float = 1.0,
) -> list[int]:
    """The frames of the recording, first ≤ k ≤ last, in the order the film shows them; never going back.

    seconds: length of the whole film with its holds, or None: every frame of the recording once, plus the holds.
    hold:    seconds the film stands still at its start and at its end; in a film too short for them they shrink to a half.
    marks:   frames of the recording around which time runs `slow` times slower.

    The film has max(1, round(seconds · fps)) frames. Its first frame is `first` and, if there are two or more, its last `last`.
    """
    before, after = (round(part * fps) for part in hold)
    if seconds is None:
        moving = list(range(first, last + 1))
        return [first] * before + moving + [last] * after
    total = max(round(seconds * fps), 1)
    if before + after > total * SHARE_OF_HOLDS:
        shrink = total * SHARE_OF_HOLDS / (before + after)
        before, after = math.floor(before * shrink), math.floor(after * shrink)
    count = total - before - after
    if count == 1:
        return [first] * before + [last] * (1 + after)
    moving = _spread(first, last, count, marks, slow)
    return [first] * before + moving + [last] * after


def _spread(first: int, last: int, count: int, marks: Sequence[int], slow: float) -> list[int]:
    """`count` ≥ 2 frames from first to last, denser around the marks."""
    if slow <= 1.0 or not marks or last == first:
        return [first + round(i * (last - first) / (count - 1)) for i in range(count)]
    places = np.linspace(float(first), float(last), 4 * (last - first) + 1)
    weight = _weight(places, marks, slow, max(BREADTH * (last - first), 1.0))
    spent = np.concatenate([[0.0], np.cumsum((weight[1:] + weight[:-1]) / 2)])  # film time up to each place
    wanted = np.linspace(0.0, spent[-1], count)
    return [round(float(k)) for k in np.interp(wanted, spent, places)]


def _weight(places: F64, marks: Sequence[int], slow: float, breadth: float) -> F64:
    """How much film time a frame takes: 1 far from every mark, `slow` on one, a smooth bump between."""
    weight = np.ones_like(places)
    for mark in marks:
        near = np.clip(1.0 - np.abs(places - mark) / breadth, 0.0, 1.0)
        weight = np.maximum(weight, 1.0 + (slow - 1.0) * near * near * (3.0 - 2.0 * near))
    return weight


def runs(frames: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring equal frames taken together: (frame of the recording, how often it stands)."""
    taken: list[tuple[int, int]] = []
    for k in frames:
        if taken and taken[-1][0] == k:
            taken[-1] = (k, taken[-1][1] + 1)
        else:
            taken.append((k, 1))
    return taken
