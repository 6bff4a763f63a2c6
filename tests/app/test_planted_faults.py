"""Faults planted in the real window, wherever code of ours is called: the window lives, the bar names them, the rest works."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, QRunnable, Qt, QThread, QThreadPool, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import faults, recovery
from app.knobs.slider import Slider
from app.main_window import Window
from app.own_process import ROOT
from app.share import link
from app.track import Track
from scenes.show import Show
from tests.app.test_window_keys import press
from tests.app.toy_scene import BROKEN, Decay, Growth, wait

KEY = Qt.Key


class PlantedError(Exception):
    """What nobody expects."""


def fail(*_: Any, **__: Any) -> Any:
    secret = 1
    raise PlantedError(f"a fault at {Path.home()}/talk", secret)


def live(until: Callable[[], bool], seconds: float = 10.0) -> None:
    """Let the program run as it does for a person, until something is so."""
    app = QApplication.instance()
    assert app is not None
    end = time.monotonic() + seconds
    timer = QTimer()
    timer.setInterval(4)
    timer.timeout.connect(lambda: app.exit() if until() or time.monotonic() > end else None)
    timer.start()
    app.exec()
    timer.stop()
    assert until(), "it did not happen"


@pytest.fixture
def watched(window: Window, tmp_path: Path) -> Iterator[Window]:
    with faults.caught(tmp_path) as taken:
        recovery.attach(taken, window)
        yield window
        window.session.failed.disconnect()


def told(window: Window) -> str:
    notice = window.notices.current
    return notice.text if notice is not None else ""


def works(window: Window) -> None:
    """Another scene is opened, played and changed."""
    window.session.open(Decay)
    live(lambda: window.session.recording is not None and not window.session.busy)
    window.session.turn(rate=0.5)
    live(lambda: window.session.recording is not None and window.session.recording.params == window.session.params)
    window.session.pause()
    window.session.seek(3)
    live(lambda: window.view.caption.startswith("After 3 steps"))
    assert window.isVisible()


def in_a_slot(window: Window) -> None:
    window.timeline.loop.clicked.connect(fail)
    window.timeline.loop.click()


def in_a_timer(window: Window) -> None:
    QTimer.singleShot(0, window, fail)


def in_a_key(window: Window) -> None:
    QTimer.singleShot(0, window, lambda: QApplication.postEvent(window.timeline.track, QEvent(QEvent.Type.User)))
    window.timeline.track.customEvent = fail  # type: ignore[method-assign]


def in_a_thread(window: Window) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def in_a_thread_of_qt(window: Window) -> None:
    thread = QThread(window)
    thread.run = fail  # type: ignore[method-assign]
    thread.start()
    thread.wait()


def in_a_pool(window: Window) -> None:
    class Work(QRunnable):
        def run(self) -> None:
            fail()

    QThreadPool.globalInstance().start(Work())
    QThreadPool.globalInstance().waitForDone()


@pytest.mark.parametrize("plant", [in_a_slot, in_a_timer, in_a_key, in_a_thread, in_a_thread_of_qt, in_a_pool])
def test_a_fault_in_our_own_code_is_named_and_the_rest_works(plant: Callable[[Window], None], watched: Window) -> None:
    plant(watched)
    live(lambda: bool(told(watched)))
    assert told(watched).startswith("Something went wrong: PlantedError in test_planted_faults.py:")
    assert watched.notices.isVisible()
    press(watched, KEY.Key_Escape, on=watched.view)
    assert not watched.notices.isVisible()
    works(watched)
    assert told(watched) == ""


@pytest.mark.parametrize("kind", [Track, Slider])
def test_a_broken_paint_is_named_once_however_often_it_fails(
    kind: Any, watched: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    painted: list[int] = []

    def broken(*_: Any) -> float:
        painted.append(1)
        return float(fail())

    # Deep within the paint, where a painter stands on the widget; Qt warns, or ends the process, if it lives on.
    monkeypatch.setattr(Track, "_label_font", broken)
    monkeypatch.setattr("app.knobs.slider.fill", broken)
    part = watched.timeline.track if kind is Track else watched.panel.entry("rate").slider

    def again() -> bool:
        part.update()
        return len(painted) > 30

    live(again)
    live(lambda: bool(told(watched)))
    assert "PlantedError" in told(watched)
    watched.notices.dismiss()
    painted.clear()
    live(again)
    assert told(watched) == "", "it is not told again while it goes on"
    log = (tmp_path / "ravine.log").read_text()
    assert log.count("Traceback") <= 3, "nor written down each time"
    monkeypatch.undo()
    works(watched)


@pytest.mark.parametrize("where", ["build", "prepare", "draw", "caption", "place", "sentence"])
def test_a_scene_that_cannot_be_drawn_is_built_anew_once_and_then_set_aside(
    where: str, watched: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []
    init = Show.__init__

    def counted(self: Show, scene: Any, *more: Any, **words: Any) -> None:
        built.append(scene is Growth)
        init(self, scene, *more, **words)

    monkeypatch.setattr(Show, "__init__", counted)
    monkeypatch.setattr(Growth, where, fail)
    watched.session.open(Growth)
    live(lambda: bool(watched.session.aside))
    assert watched.session.aside == "Growth could not be drawn."
    assert sum(built) == 2, "once, and once more"
    assert "Planted" in told(watched)
    assert not watched.session.playing
    picture = watched.view.picture()
    plain = QImage(picture.size(), picture.format())
    plain.fill(watched.session.theme.color("background"))
    assert picture != plain, "a plain picture says so"
    watched.session.set_theme("paper")
    assert watched.view.picture().pixelColor(3, 3) == watched.session.theme.color("background")
    watched.session.set_theme("studio")
    works(watched)
    watched.session.open(Growth)  # it is tried anew, and fails again
    live(lambda: bool(watched.session.aside))
    assert sum(built) == 4
    monkeypatch.undo()
    watched.gallery._open("growth")  # the same scene chosen again
    live(lambda: watched.session.recording is not None and watched.view.caption.startswith("After"))
    assert watched.session.aside == ""


def test_a_scene_that_fails_once_goes_on(watched: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[int] = []
    draw = Growth.draw

    def once(self: Growth, *more: Any) -> None:
        if not failed:
            failed.append(1)
            fail()
        draw(self, *more)

    monkeypatch.setattr(Growth, "draw", once)
    watched.session.open(Growth)
    live(lambda: watched.view.caption.startswith("After"))
    assert watched.session.aside == ""
    live(lambda: "Planted" in told(watched))


def test_a_knob_that_heals_a_scene_brings_it_back(watched: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Growth.draw
    monkeypatch.setattr(
        Growth, "draw", lambda self, recording, k: fail() if recording.params.steps > 5 else draw(self, recording, k)
    )
    watched.session.open(Growth)
    live(lambda: bool(watched.session.aside))
    watched.session.turn(steps=4)
    live(lambda: watched.view.caption.startswith("After"))
    assert watched.session.aside == ""
    watched.session.turn(steps=8)
    live(lambda: bool(watched.session.aside))


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, MemoryError])
def test_a_simulation_that_breaks_leaves_the_last_picture(
    error: type[BaseException], watched: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = watched.session.recording

    def broken(*_: Any) -> Any:
        raise error("the worker is broken")

    monkeypatch.setattr("tests.app.toy_scene.np.arange", broken)
    watched.session.turn(rate=0.7)
    live(lambda: bool(told(watched)))
    monkeypatch.undo()
    assert error.__name__ in told(watched)
    assert "could not be simulated: the worker is broken" in watched.session.message
    assert not watched.session.busy
    assert watched.session.recording is shown
    works(watched)


def test_a_scene_that_cannot_begin_starts_with_its_defaults(watched: Window) -> None:
    watched.session.open(Growth, Growth.simulation.params(steps=BROKEN))
    live(lambda: watched.session.recording is not None)
    assert watched.session.params == Growth.simulation.params()
    assert "It starts with its defaults instead." in watched.session.message
    assert "ZeroDivisionError" in told(watched)
    watched.session.pause()


def test_a_scene_that_cannot_even_begin_with_its_defaults_is_set_aside(
    watched: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.app.toy_scene.np.arange", fail)
    watched.session.open(Growth, Growth.simulation.params(rate=0.7))
    live(lambda: bool(watched.session.aside))
    assert watched.session.aside == "Growth could not be simulated."
    monkeypatch.undo()
    works(watched)


@pytest.mark.parametrize(("where", "said"), [("events", "events of this run"), ("claims", "claims of this run")])
def test_what_belongs_to_a_recording_may_fail_and_the_picture_stands(
    where: str, said: str, watched: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "events":
        monkeypatch.setattr(Decay, "events", fail)
    else:
        monkeypatch.setattr(Decay, "simulation", replace(Decay.simulation, claims=fail))
    watched.session.turn(rate=0.7)
    live(lambda: bool(told(watched)))
    assert said in watched.session.message
    monkeypatch.undo()
    works(watched)


@pytest.mark.parametrize("where", ["settle", "pull"])
def test_what_a_scene_is_asked_in_passing_may_fail(where: str, watched: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Growth, where, fail)
    watched.session.open(Growth)
    live(lambda: watched.session.recording is not None and watched.view.show_ is not None)
    watched.session.pause()
    if where == "settle":
        watched.timeline.loop.clicked.connect(lambda: watched.session.turn(rate=0.4))
        watched.timeline.loop.click()
    elif where == "pull":
        view = watched.view
        show = view.show_
        assert show is not None
        (handle,) = show.stage.panes[0].handles
        assert handle.at is not None
        at = view.from_stage(show.stage.panes[0].point(*handle.at())).toPoint()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at.x(), at.y() + 9),
            view.mapToGlobal(QPointF(at)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.postEvent(view, move)
    live(lambda: "Planted" in told(watched))
    monkeypatch.undo()
    works(watched)


def test_a_scene_that_cannot_even_be_made_leaves_the_one_before(watched: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Growth, "__init__", fail)
    QTimer.singleShot(0, watched, lambda: watched.gallery._open("growth"))
    live(lambda: "Planted" in told(watched))
    assert watched.session.scene is Decay
    assert watched.session.recording is not None
    monkeypatch.undo()
    works(watched)


# -- the bar -----------------------------------------------------------------------------------------------------------


def test_the_details_hold_what_is_needed_and_nobodys_folders(watched: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.session.turn(rate=0.25, name="mine")
    live(lambda: not watched.session.busy)
    in_a_slot(watched)
    live(lambda: bool(told(watched)))
    QTest.mouseClick(watched.notices.copy, Qt.MouseButton.LeftButton)
    details = QGuiApplication.clipboard().text()
    assert watched.notices.copy.text() == "Copied"
    assert told(watched).replace(str(Path.home()), "~") in details
    assert f"Python {sys.version_info[0]}.{sys.version_info[1]}" in details
    for part in ("Ravine ", "PySide6 ", "NumPy ", "Numba ", "seed = 0", "rate = 0.25", 'name = "mine"', 'scene = "decay"'):
        assert part in details
    assert "ravine:decay?rate=0.25&name=mine&frame=0#" in details
    assert "Traceback" in details
    assert "in fail" in details
    assert 'File "tests/app/test_planted_faults.py"' in details
    assert link.within(details) is not None
    for private in (str(Path.home()), str(ROOT), sys.prefix):
        assert private not in details


def test_different_faults_wait_for_each_other_and_not_too_many(watched: Window) -> None:
    for number in range(20):
        kind = type(f"Fault{number}", (Exception,), {})
        try:
            raise kind("x")
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)
    live(lambda: watched.notices.more.text() == "+5")
    for number in range(6):
        assert f"Fault{number} " in told(watched)
        QTest.mouseClick(watched.notices.away, Qt.MouseButton.LeftButton)
    assert told(watched) == ""
    assert not watched.notices.isVisible()


def test_after_a_while_the_same_fault_is_told_again(watched: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("app.faults.time.monotonic", lambda: now[0])
    for wait_seconds, news in ((0.0, True), (1.0, False), (9.0, False), (11.0, True)):
        now[0] += wait_seconds
        in_a_thread(watched)
        QApplication.processEvents()
        assert bool(told(watched)) == news
        watched.notices.dismiss()


def test_while_presenting_nothing_is_said_until_afterwards(watched: Window) -> None:
    press(watched, KEY.Key_F5)
    in_a_slot(watched)
    live(lambda: bool(told(watched)))
    assert not watched.notices.isVisible()
    press(watched, KEY.Key_Escape)
    wait(watched.notices.isVisible)
