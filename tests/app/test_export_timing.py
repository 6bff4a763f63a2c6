"""Which frame of the run stands at which frame of the film."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.export import timing
from app.export.formats import gif_fps


@given(
    first=st.integers(0, 50),
    length=st.integers(0, 300),
    fps=st.floats(10, 120),
    seconds=st.one_of(st.none(), st.floats(0.1, 20)),
    hold=st.tuples(st.floats(0, 5), st.floats(0, 5)),
    marks=st.lists(st.integers(0, 350), max_size=4),
    slow=st.floats(1, 8),
)
def test_a_film_never_goes_back_and_shows_both_ends(
    first: int,
    length: int,
    fps: float,
    seconds: float | None,
    hold: tuple[float, float],
    marks: list[int],
    slow: float,
) -> None:
    last = first + length
    frames = timing.film(first, last, fps=fps, seconds=seconds, hold=hold, marks=marks, slow=slow)
    assert all(a <= b for a, b in itertools.pairwise(frames))
    assert frames[-1] == last
    assert len(frames) == 1 or frames[0] == first
    if seconds is not None:
        assert len(frames) == max(round(seconds * fps), 1)
    else:
        assert set(frames) == set(range(first, last + 1))


def test_holds_are_as_long_as_asked_for() -> None:
    frames = timing.film(0, 100, fps=60, seconds=12, hold=(0.6, 1.6))
    assert len(frames) == 720
    assert frames[:36] == [0] * 36
    assert frames[-96:] == [100] * 96
    assert timing.runs(frames)[-1][1] in range(97, 101)  # the moving part ends there too


def test_in_a_short_film_the_holds_shrink_to_a_half() -> None:
    frames = timing.film(0, 1000, fps=60, seconds=1, hold=(0.6, 1.6))
    assert len(frames) == 60
    moving = [k for k, count in timing.runs(frames) if count == 1]
    assert len(moving) >= 28


def test_without_slowing_the_pace_is_even() -> None:
    assert timing.film(0, 8, fps=10, seconds=1.7) == [0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7, 8, 8]


def test_all_steps_shows_each_once_between_the_holds() -> None:
    assert timing.film(3, 6, fps=10, seconds=None, hold=(0.2, 0.1)) == [3, 3, 3, 4, 5, 6, 6]


def test_time_runs_slower_around_a_mark() -> None:
    plain = timing.film(0, 1000, fps=60, seconds=10)
    slowed = timing.film(0, 1000, fps=60, seconds=10, marks=[500], slow=4.0)
    near = range(490, 511)
    assert len(slowed) == len(plain)
    assert 3.0 < sum(k in near for k in slowed) / sum(k in near for k in plain) < 4.2


def test_runs_take_equal_neighbours_together() -> None:
    assert timing.runs([1, 1, 2, 3, 3, 3]) == [(1, 2), (2, 1), (3, 3)]


def test_gif_delays_are_whole_hundredths_of_a_second() -> None:
    for fps in (10, 12.5, 15, 20, 24, 25, 30, 48, 50, 60, 120):
        delay = 100 / gif_fps(fps)
        assert delay == round(delay) >= 2
    assert gif_fps(25) == 25
    assert gif_fps(60) == 50
