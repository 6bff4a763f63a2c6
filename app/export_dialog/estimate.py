"""Estimate: how large a file will be and how long it takes, from rates that were measured and then from one's own exports."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from app.export import timing

START_SECONDS = 2.0  # a process starts, imports and simulates
PAINT_SECONDS = 0.002  # for each million pixels, beyond what a small picture of the same frame takes


@dataclass(frozen=True)
class Rate:
    """What a frame that is new costs, and one that repeats the last: seconds and bytes for each million pixels.

    fixed: bytes of a file whatever its size in pixels.
    """

    seconds: float
    new: float
    same_seconds: float = 0.0
    same: float = 0.0
    fixed: float = 0.0


# Measured at 1280 × 720 and 30 frames a second, on two busy cores, as the mean of momentum-ravine and norm-axes, which
# differ by up to a factor of two; the first guess is no better than that.
RATES = {
    "mp4": Rate(0.016, 3.8e3, 0.004, 0.35e3),
    "webm": Rate(0.065, 4.2e3, 0.025, 0.9e3),
    "gif": Rate(0.032, 11e3),
    "apng": Rate(0.065, 32e3),
    "webp": Rate(0.040, 13e3),
    "png": Rate(0.050, 270e3),
    "png sequence": Rate(0.035, 265e3, 0.002, 265e3),
    "svg": Rate(0.030, 0.0, fixed=420e3),
    "pdf": Rate(0.030, 0.0, fixed=85e3),
}
UNKNOWN = Rate(0.05, 100e3)  # of a format that nobody has measured


@dataclass(frozen=True)
class Estimate:
    """Seconds of work, bytes, and whether it rests on an export of one's own."""

    seconds: float
    size: float
    own: bool = False


def estimate(key: str, size: tuple[int, int], frames: Sequence[int], small_seconds: float) -> Estimate:
    """What the table says of a file of the kind `key`.

    frames: which frame of the recording stands at each frame of the film; small_seconds: how long a small picture of the
    scene took to paint here, the part of the work that the table cannot know.
    """
    rate = RATES.get(key, UNKNOWN)
    million = size[0] * size[1] / 1e6
    new = len(timing.runs(frames))
    same = len(frames) - new
    paint, encode = small_seconds + PAINT_SECONDS * million, rate.seconds * million
    each = max(paint, encode) if (os.cpu_count() or 1) > 1 else paint + encode
    seconds = START_SECONDS + new * each + same * million * rate.same_seconds
    return Estimate(seconds, rate.fixed + million * (new * rate.new + same * rate.same))


class Memory:
    """How far finished exports were from their estimates, by scene and kind of file."""

    def __init__(self) -> None:
        self._factors: dict[tuple[str, str], tuple[float, float]] = {}

    def learn(self, slug: str, key: str, told: Estimate, seconds: float, size: float) -> None:
        """Keep what really came of `told`, an estimate of the table's."""
        work = max(told.seconds - START_SECONDS, 1e-3)
        self._factors[slug, key] = max(seconds - START_SECONDS, 0.1 * work) / work, size / max(told.size, 1.0)

    def corrected(self, slug: str, key: str, told: Estimate) -> Estimate:
        """The estimate with what was learned."""
        if (slug, key) not in self._factors:
            return told
        slower, larger = self._factors[slug, key]
        work = told.seconds - START_SECONDS
        return Estimate(START_SECONDS + work * slower, told.size * larger, own=True)


def bytes_text(count: float) -> str:
    """A size for a person, as no more than is known of it: `about` two figures."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            value = count / scale
            return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"
    return f"{count:.0f} bytes"
