"""The clock that plays: it goes by the time that passed."""

import re
import time
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.playback import LONGEST, Playback

ROOT = Path(__file__).resolve().parents[2]
WALL = re.compile(r"\btime\.(time|localtime|gmtime|ctime)\(|\bdatetime\b|\bQ(Date)?Time\b|\bQElapsedTimer\b")


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


@pytest.mark.parametrize("loop", [False, True])
def test_a_machine_that_slept_goes_on_where_it_stood(loop: bool, qapp: QApplication, clock: Clock) -> None:
    playback = Playback(clock=clock)
    playback.frames_per_second, playback.last, playback.loop = 8.0, 29, loop
    seen: list[int] = []
    playback.moved.connect(seen.append)
    playback.start(3)
    for gap in (0.125, 3600.0, 0.125, 86_400.0 * 400, 0.125):
        clock.now += gap
        playback.tick()
    running = playback.running
    playback.stop()
    assert running
    assert LONGEST == 0.5
    assert seen == [4, 8, 9, 13, 14]


def test_the_time_of_day_may_jump(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    days = iter(range(10**6))
    monkeypatch.setattr(time, "time", lambda: 1e9 + 86_400.0 * (next(days) % 7 - 3))
    playback = Playback()
    playback.frames_per_second, playback.last = 50.0, 10**6
    seen: list[int] = []
    playback.moved.connect(seen.append)
    start = time.perf_counter()
    playback.start(0)
    QTest.qWait(200)
    playback.stop()
    passed = time.perf_counter() - start
    assert seen == sorted(set(seen)), "never back"
    assert 1 <= seen[-1] <= 50.0 * passed + 1


def test_nothing_but_the_age_of_files_goes_by_the_time_of_day() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for floor in ("app", "scenes", "core")
        for path in (ROOT / floor).rglob("*.py")
        if WALL.search(path.read_text(encoding="utf-8"))
    }
    assert asking == {"app/keeping/sentinel.py"}
