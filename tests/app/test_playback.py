"""The clock that plays: it goes by the time that passed."""

import pytest
from PySide6.QtWidgets import QApplication

from app.playback import Playback


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def played(clock: Clock, seconds: float, every: float, loop: bool = False) -> tuple[list[int], Playback]:
    playback = Playback(clock=clock)
    playback.frames_per_second, playback.last, playback.loop = 10.0, 29, loop
    seen: list[int] = []
    playback.moved.connect(seen.append)
    playback.start(0)
    for _ in range(round(seconds / every)):
        clock.now += every
        if playback.running:
            playback.tick()
    playback.stop()
    return seen, playback


def test_every_frame_comes_in_turn_when_the_machine_is_quick(qapp: QApplication, clock: Clock) -> None:
    seen, _ = played(clock, 3.5, 1 / 60)
    assert seen == list(range(1, 30))


def test_a_slow_machine_skips_frames_and_not_seconds(qapp: QApplication, clock: Clock) -> None:
    seen, _ = played(clock, 2.0, 0.5)
    assert seen == [5, 10, 15, 20]


def test_the_last_frame_is_shown_as_long_as_the_others_and_then_it_stops(qapp: QApplication, clock: Clock) -> None:
    _, playback = played(clock, 2.95, 0.01)
    assert playback._k == 29
    ended: list[bool] = []
    playback.ended.connect(lambda: ended.append(True))
    playback.start(29)
    clock.now += 0.09
    playback.tick()
    assert playback.running
    clock.now += 0.02
    playback.tick()
    assert not playback.running
    assert ended == [True]


def test_a_loop_starts_over_without_losing_time(qapp: QApplication, clock: Clock) -> None:
    seen, _ = played(clock, 4.0, 0.25, loop=True)
    assert seen[-1] == 10
    assert 29 not in seen[-4:]
