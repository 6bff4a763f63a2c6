"""The simulator: runs that come in pieces: progress, pictures on the way, a quick end, and runs that would be too large."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app import room
from app import simulator as simulator_module
from app.session import Session
from app.simulator import Answer, Progress, Simulator
from core.simulation import Simulation, finished
from tests.app.toy_scene import DecayParams, DecayRecording, claims, ready, simulate, wait


class Bench:
    """A simulation of three pieces that waits for a gate before each."""

    def __init__(self) -> None:
        self.gate = threading.Semaphore(0)
        self.ended = threading.Event()

    def gradually(self, params: DecayParams, seed: int) -> Iterator[float | DecayRecording]:
        try:
            for piece in (0.25, simulate(params.replace(start=1.0), seed), 0.75, simulate(params, seed)):
                self.gate.acquire()
                yield piece
        finally:
            self.ended.set()

    def simulation(self) -> Simulation[DecayParams, DecayRecording]:
        def whole(params: DecayParams, seed: int) -> DecayRecording:
            return finished(self.gradually(params, seed))

        return Simulation("decay", DecayParams, DecayRecording, whole, claims, lambda: (), self.gradually)


def test_progress_and_pictures_on_the_way_and_then_the_whole(qtbot: QtBot) -> None:
    bench, simulator = Bench(), Simulator()
    answers: list[Answer] = []
    shares: list[float] = []
    simulator.answered.connect(answers.append)
    simulator.progressed.connect(lambda progress: shares.append(progress.share))
    bench.gate.release(10)
    simulator.request(bench.simulation(), DecayParams(), 3)
    wait(lambda: any(answer.whole for answer in answers))
    assert shares == [0.25, 0.75]
    assert [answer.whole for answer in answers] == [False, True]
    assert answers[0].recording is not None
    assert answers[1].recording is not None
    assert answers[0].recording.params.values()["start"] == 1.0
    assert answers[1].recording.params.values()["start"] == 2.0
    simulator.close()
    simulator.deleteLater()


def test_a_run_that_is_dropped_ends_between_two_pieces(qtbot: QtBot) -> None:
    bench, simulator = Bench(), Simulator()
    answers: list[Answer] = []
    heard: list[Progress] = []
    simulator.answered.connect(answers.append)
    simulator.progressed.connect(heard.append)
    simulator.request(bench.simulation(), DecayParams(), 0)
    bench.gate.release()
    wait(lambda: bool(heard))
    simulator.drop()
    bench.gate.release()  # the piece that was being worked on
    assert bench.ended.wait(5.0), "the others were not begun"
    simulator.close()
    assert answers == []
    simulator.deleteLater()


def test_a_run_that_would_take_too_much_memory_is_refused_before_it_begins(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.app.toy_scene import RUNS, Decay

    session.open(Decay)
    ready(session)
    begun = len(RUNS)
    monkeypatch.setattr(room, "CEILING", 100)
    session.turn(rate=0.3)
    wait(lambda: not session.busy)
    assert len(RUNS) == begun
    assert "memory" in session.message
    monkeypatch.undo()
    session.turn(rate=0.4)
    ready(session)
    assert session.message == ""


def test_a_run_without_a_recording_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="without a recording"):
        finished(iter([0.5, 1.0]))
    pieces: list[float | DecayRecording] = [0.5, simulate(DecayParams(), 0)]
    assert finished(iter(pieces)) is pieces[1]


def test_a_run_that_has_shown_something_gives_way_to_a_newer_one_at_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulator_module, "PATIENCE_SECONDS", 1000.0)
    bench, simulator = Bench(), Simulator()
    answers: list[Answer] = []
    heard: list[float] = []
    simulator.answered.connect(answers.append)
    simulator.progressed.connect(lambda progress: heard.append(progress.share))
    simulator.request(bench.simulation(), DecayParams(), 0)
    bench.gate.release(2)  # progress, then a picture, which is held until it is known whether there is more
    late = Bench()
    late.gate.release(10)
    wait(lambda: heard == [0.25])
    newest = simulator.request(late.simulation(), DecayParams(rate=0.5), 0)
    assert answers == []  # nothing has been shown yet, so it goes on
    assert not bench.ended.wait(0.1)
    bench.gate.release()  # more comes: the picture was not the last, it is shown, and that is enough
    wait(lambda: any(answer.whole and answer.ticket == newest for answer in answers))
    assert [answer.whole for answer in answers if answer.ticket != newest] == [False]
    assert bench.ended.is_set()
    simulator.close()
    simulator.deleteLater()
