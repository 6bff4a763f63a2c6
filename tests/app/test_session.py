"""The session: one owner of state, runs off the UI thread, the latest request wins, time."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from app.comparing import compare, part
from app.session import Session
from core.pair import PairRecording
from core.params import ParamError
from scenes.scene import Preset
from tests.app.toy_scene import BROKEN, GATE, RUNS, SLOW, Decay, DecayParams, DecayRecording, Growth, ready, simulate, wait


def values(session: Session) -> np.ndarray:
    recording = session.recording
    assert isinstance(recording, DecayRecording)
    return np.asarray(recording.values)


def test_a_scene_opens_playing_once_and_then_waits(session: Session) -> None:
    session.open(Decay)
    wait(lambda: session.recording is not None)
    assert session.playing
    session.set_speed(8.0)
    wait(lambda: not session.playing)
    assert session.k == session.last == 12


def test_a_knob_that_is_turned_gives_another_run(session: Session) -> None:
    session.open(Decay)
    ready(session)
    before = values(session)
    session.turn(rate=0.5)
    ready(session)
    assert session.recording is not None
    assert session.recording.params.values()["rate"] == 0.5
    assert values(session)[1] == pytest.approx(before[0] * 0.5)


def test_other_knobs_follow_as_the_scene_says(session: Session) -> None:
    session.open(Decay)
    session.turn(method="very_odd")
    assert session.params.values()["start"] == 1.0
    session.apply(Preset("exact", {"method": "very_odd"}))
    assert session.params.values()["start"] == 2.0, "a preset is taken as it is written"


def test_a_view_knob_simulates_nothing(session: Session) -> None:
    session.open(Decay)
    ready(session)
    runs, before = len(RUNS), values(session)
    session.turn(angle=45.0)
    assert not session.busy
    assert session.recording is not None
    assert session.recording.params.values()["angle"] == 45.0
    assert values(session) is before or np.shares_memory(values(session), before)
    assert len(RUNS) == runs


def test_a_value_out_of_range_changes_nothing(session: Session) -> None:
    session.open(Decay)
    with pytest.raises(ParamError, match="rate"):
        session.turn(rate=7.0)
    assert session.params.values()["rate"] == 0.1


def test_the_latest_request_wins(session: Session) -> None:
    session.open(Decay)
    ready(session)
    session.turn(steps=SLOW)
    wait(lambda: len(RUNS) == 2)
    for rate in (0.2, 0.3, 0.4):
        session.turn(steps=5, rate=rate)
    GATE.set()
    ready(session)
    assert session.recording is not None
    assert session.recording.params.values()["rate"] == 0.4
    assert [rate for rate, _ in RUNS if rate in (0.2, 0.3)] == [], "runs that nobody waits for are not begun"


def test_a_long_run_can_be_cancelled(session: Session) -> None:
    session.open(Decay)
    ready(session)
    shown = session.recording
    session.turn(steps=SLOW)
    wait(lambda: len(RUNS) == 2)
    session.cancel()
    assert not session.busy
    assert session.params.values()["steps"] == 12, "the knobs agree with the picture again"
    assert session.message
    session.turn(rate=0.9)  # the next run does not wait for the one that was given up
    wait(lambda: session.recording is not shown)
    GATE.set()
    assert session.recording is not None
    assert session.recording.params.values()["rate"] == 0.9


def test_a_simulation_that_breaks_is_one_sentence(session: Session) -> None:
    session.open(Decay)
    ready(session)
    shown = session.recording
    session.turn(steps=BROKEN)
    wait(lambda: not session.busy)
    assert session.recording is shown
    assert "the toy was asked to break" in session.message
    assert "\n" not in session.message
    session.turn(steps=5)
    ready(session)
    assert session.message == ""


def test_a_new_run_keeps_the_place(session: Session) -> None:
    session.open(Decay)
    ready(session)
    session.seek(5)
    session.turn(rate=0.3)
    wait(lambda: not session.busy)
    assert session.k == 5
    session.turn(steps=3)
    wait(lambda: not session.busy)
    assert session.k == 3
    session.turn(steps=9)
    wait(lambda: not session.busy)
    assert session.k == 9, "who stands at the end stays at the end"


@pytest.mark.parametrize("k", [0, 1, 6, 12])
def test_steps_go_on_and_back_from_any_frame(session: Session, k: int) -> None:
    session.open(Decay)
    ready(session)
    session.seek(k)
    session.step(-1)
    assert session.k == max(k - 1, 0)
    session.seek(k)
    session.step(1)
    assert session.k == min(k + 1, 12)


def test_playing_at_the_end_starts_over_and_a_loop_goes_on(session: Session) -> None:
    session.open(Decay)
    ready(session)
    session.set_speed(8.0)
    session.set_loop(True)
    session.seek(session.last)
    seen: list[int] = []
    watch: Callable[[object], None] = lambda what: seen.append(session.k)  # noqa: E731
    session.changed.connect(watch)
    session.play()
    assert session.k == 0
    wait(lambda: any(later < earlier for earlier, later in pairwise(seen[1:])))
    assert session.playing
    session.pause()


def test_claims_come_after_the_recording(session: Session) -> None:
    session.open(Decay)
    ready(session)
    wait(lambda: session.claims is not None)
    assert [claim.holds for claim in session.claims or ()] == [True, False]


def test_the_seed_is_part_of_the_run(session: Session) -> None:
    session.open(Decay)
    ready(session)
    session.set_seed(7)
    ready(session)
    assert session.recording is not None
    assert session.recording.seed == 7
    with pytest.raises(ParamError, match="seed"):
        session.set_seed(-1)


def test_another_scene_drops_the_run_of_the_first(session: Session) -> None:
    session.open(Decay)
    session.turn(steps=SLOW)
    session.open(Growth)
    GATE.set()
    ready(session)
    assert session.recording is not None
    assert session.recording.params.values()["steps"] == 12


def test_while_held_no_run_starts_and_afterwards_it_is_made_up_for(session: Session) -> None:
    session.hold(True)
    session.open(Decay)
    session.turn(rate=0.2)
    assert RUNS == []
    session.hold(False)
    ready(session)
    assert RUNS == [(0.2, 0)]


def settled(session: Session) -> None:
    """Wait for the run that is going on, and touch nothing."""
    wait(lambda: not session.busy and session.recording is not None)


def test_two_runs_and_back_to_one(session: Session) -> None:
    session.open(Decay)
    ready(session)
    session.turn(rate=0.3)
    ready(session)
    session.pause()
    session.seek(5)
    compare(session)
    settled(session)
    assert session.pair is not None
    assert session.pair.knob().name == "rate", "the knob that was turned last"
    assert session.params.values()["b_rate"] == session.params.values()["rate"] == 0.3
    assert (session.k, session.playing) == (5, False)
    session.turn(b_rate=0.8)
    ready(session)
    assert isinstance(session.recording, PairRecording)
    assert [run.params.values()["rate"] for run in (session.recording.first, session.recording.second)] == [0.3, 0.8]
    session.seek(5)
    compare(session, "start", over=True)
    settled(session)
    assert session.scene is not None
    assert session.scene.slug() == "decay++start"
    assert session.params.values()["b_start"] == session.params.values()["start"]
    part(session)
    settled(session)
    assert session.scene is Decay
    assert session.params.values()["rate"] == 0.3
    assert session.k == 5


def test_a_scene_may_open_at_a_frame(session: Session) -> None:
    session.open(Decay, frame=7)
    settled(session)
    assert (session.k, session.playing) == (7, False)
    session.open(Decay, frame=700)
    settled(session)
    assert session.k == session.last


def test_what_is_hidden_is_neither_played_nor_marked_nor_claimed(session: Session) -> None:
    session.open(Decay)
    settled(session)
    session.pause()
    wait(lambda: session.claims is not None)
    assert [event.k for event in session.events] == [3, 4]
    session.confine((1, 3), 3)
    assert session.last == 3
    assert [event.k for event in session.events] == [3]
    assert session.claims is None
    session.seek(11)
    assert session.k == 3
    session.set_speed(8.0)
    session.play()
    assert session.k == 1, "playing goes through the span"
    wait(lambda: not session.playing)
    assert session.k == 3
    session.confine()
    assert session.last == 12
    assert session.claims is not None
    session.turn(rate=0.2)
    session.confine((0, 2), 2)
    session.turn(rate=0.4)
    settled(session)
    assert session.edge is None, "another run has nothing to hide"


def test_a_loop_stays_within_the_span(session: Session) -> None:
    session.open(Decay)
    settled(session)
    session.pause()
    session.confine((4, 6))
    session.seek(5)
    session.set_loop(True)
    session.set_speed(8.0)
    seen: set[int] = set()
    session.changed.connect(lambda what: seen.add(session.k))
    session.play()
    wait(lambda: seen >= {4, 5, 6} and len(seen) >= 3)
    session.pause()
    assert seen <= {4, 5, 6}
    session.seek(12)
    assert session.k == 12, "a span without an edge hides nothing"


def test_a_run_that_is_there_already_is_shown_at_once(session: Session) -> None:
    session.open(Decay)
    settled(session)
    recording = simulate(DecayParams(rate=0.5), 3)
    RUNS.clear()
    session.stand(Growth, recording, 4)
    assert session.scene is Growth
    assert session.recording is recording
    assert (session.k, session.seed, session.playing) == (4, 3, False)
    assert session.params.values()["rate"] == 0.5
    wait(lambda: session.claims is not None)
    assert RUNS == [], "nothing was simulated again"
    assert session.k == 4
