"""Opening the window for real: a scene runs, closing ends the program, and the next start finds what was kept."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app import settings, starting, window
from app.main_window import Window
from app.session import Session
from scenes.discovery import UnknownSceneError
from tests.app.toy_scene import SCENES, Decay


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "settings_path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(window, "Shelf", lambda: {"decay": Decay})
    monkeypatch.setattr(starting, "ready", lambda slug: True)
    monkeypatch.setattr(starting, "survey", lambda: (SCENES, {}))
    return tmp_path / "settings.json"


def gathered(session: Session) -> bool:
    return session.recording is not None and len(session.scenes) == len(SCENES)


def when_it_runs(act: Callable[[Window], None]) -> QTimer:
    """Do something once the window shows a recording and the whole gallery."""
    timer = QTimer()
    timer.setInterval(20)

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, Window) and gathered(widget.session):
                timer.stop()
                act(widget)

    timer.timeout.connect(look)
    timer.start()
    return timer


def test_it_opens_runs_and_closes_and_remembers(qapp: QApplication, path: Path) -> None:
    hook, seen = sys.excepthook, []

    def act(shown: Window) -> None:
        assert shown.session.recording is not None
        seen.append(shown.session.recording.params.values()["rate"])
        assert shown.session.playing
        shown.close()

    timer = when_it_runs(act)
    params = Decay.simulation.params(rate=0.25)
    assert window.run("decay", params, 3, "paper") == 0
    timer.stop()
    assert seen == [0.25]
    kept, _ = settings.load(path)
    assert (kept.scene, kept.theme) == ("decay", "paper")
    assert sys.excepthook is hook


@pytest.mark.skipif(sys.platform == "win32", reason="there is no polite kill there")
def test_a_polite_kill_closes_it_in_order_and_broken_settings_are_told(qapp: QApplication, path: Path) -> None:
    path.write_text("{")
    told: list[str] = []

    def act(shown: Window) -> None:
        told.append(shown.session.message)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    timer = when_it_runs(act)
    assert window.run("decay") == 0
    timer.stop()
    assert "could not be read" in told[0]
    assert signal.getsignal(signal.SIGTERM) is before
    assert settings.load(path)[1] == ""


def test_an_unknown_scene_is_refused_and_nothing_stays(qapp: QApplication, path: Path) -> None:
    with pytest.raises(UnknownSceneError, match="ravin"):
        window.run("momentum-ravin")


def test_a_scene_that_is_broken_is_told_and_the_others_play(
    qapp: QApplication, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: dict[str, Exception] = {"scenes.units.tower": ValueError("it fell"), "scenes.units.wall": OSError("gone")}
    monkeypatch.setattr(starting, "survey", lambda: (SCENES, broken))
    told: list[str] = []

    def act(shown: Window) -> None:
        told.append(shown.session.message)
        shown.close()

    timer = when_it_runs(act)
    assert window.run() == 0
    timer.stop()
    assert told == ["The scene in units/tower.py (and 1 more) is left out: ValueError: it fell. `ravine list` has the details."]
