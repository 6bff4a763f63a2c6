"""Opening the window for real: a scene runs, closing ends the program, and the next start finds what was kept."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app import settings, simulations, starting, window
from app.keeping import start
from app.keeping.autosave import Autosave
from app.main import main
from app.main_window import Window
from app.session import Session
from app.share.shown import shown
from app.share.view import View
from app.stage_view import StageView
from scenes.discovery import UnknownSceneError
from tests.app.toy_scene import SCENES, Decay, Growth


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "settings_path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(start, "folder", lambda: tmp_path / "state")
    monkeypatch.setattr(window, "Shelf", lambda: dict(SCENES))
    monkeypatch.setattr(starting, "ready", lambda slug: True)
    monkeypatch.setattr(starting, "survey", lambda: (SCENES, {}))
    return tmp_path / "settings.json"


def begun(session: Session) -> bool:
    return session.recording is not None and session.scenes is SCENES


def when_it_runs(act: Callable[[Window], None]) -> QTimer:
    """Do something once the window shows a recording, and all that goes on behind it has begun."""
    timer = QTimer()
    timer.setInterval(20)

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, Window) and begun(widget.session):
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
        told.append(shown.notices.label.text())
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    timer = when_it_runs(act)
    assert window.run("growth") == 0
    timer.stop()
    assert "could not be read" in told[0]
    assert signal.getsignal(signal.SIGTERM) is before
    assert settings.load(path)[1] == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no polite kill there")
def test_a_polite_kill_amid_a_paint_lets_the_paint_come_to_its_end(
    qapp: QApplication, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = StageView.picture
    there: list[bool] = []

    def interrupted(view: StageView) -> QImage:
        shown = picture(view)
        if begun(view.session) and not there:
            os.kill(os.getpid(), signal.SIGTERM)
            for _ in range(1000):  # Python runs a handler between two of its own steps
                pass
            handle = view.window().windowHandle()
            there.append(view.window().isVisible() and handle is not None)
        return shown

    monkeypatch.setattr(StageView, "picture", interrupted)
    timer = when_it_runs(lambda shown: shown.view.update())  # on a busy machine the run may be over by then
    assert window.run("growth") == 0
    timer.stop()
    assert there == [True], "the window stays as long as it is painted; Qt warns of a paint without one"


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


def run_and_close(act: Callable[[Window], None] = lambda shown: None, **how: Any) -> int:
    """Open the window, do something once it shows a recording, and close it."""

    def once(shown: Window) -> None:
        act(shown)
        shown.close()

    timer = when_it_runs(once)
    code = window.run(**how)
    timer.stop()
    return code


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
@pytest.mark.parametrize("number", ["SIGINT", "SIGHUP"])
def test_ctrl_c_and_a_terminal_that_goes_are_proper_ends(number: str, qapp: QApplication, path: Path) -> None:
    timer = when_it_runs(lambda shown: os.kill(os.getpid(), getattr(signal, number)))
    assert window.run("growth") == 0
    timer.stop()
    assert [file.name for file in (path.parent / "state").rglob("*") if file.is_file()] == ["session.ravine"]


def test_the_next_start_shows_what_was_shown_last(qapp: QApplication, path: Path) -> None:
    asked = View("growth", Growth.simulation.params(rate=0.25, name="σ"), 7, 5, "paper")
    run_and_close(scene_slug="growth", params=asked.params, seed=7, theme="paper", frame=5)
    seen: list[View | None] = []
    assert run_and_close(lambda window: seen.append(shown(window.session))) == 0
    assert run_and_close(lambda window: seen.append(shown(window.session)), seed=9) == 0
    assert run_and_close(lambda window: seen.append(shown(window.session)), scene_slug="decay") == 0
    assert seen[0] == asked
    assert seen[1] == replace(asked, seed=9), "another seed of the same"
    assert seen[2] is not None
    assert (seen[2].slug, seen[2].theme) == ("decay", "paper")


def test_a_session_that_cannot_be_read_is_kept_aside_and_named(qapp: QApplication, path: Path) -> None:
    session_path = path.parent / "state" / "session.ravine"
    session_path.parent.mkdir()
    session_path.write_text("half a li")
    told: list[str] = []
    assert run_and_close(lambda window: told.append(window.notices.label.text())) == 0
    assert told[0].startswith("The last session could not be restored: ")
    assert told[0].endswith("It is kept as session.broken.ravine.")
    assert session_path.with_name("session.broken.ravine").read_text() == "half a li"
    assert "decay" in session_path.read_text()


def test_where_nothing_can_be_written_the_window_works_and_says_so_once(
    qapp: QApplication, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (path.parent / "state").write_text("in the way")
    monkeypatch.setattr(settings, "settings_path", lambda: path.parent / "state" / "settings.json")
    told: list[str] = []

    def act(window: Window) -> None:
        window.session.turn(rate=0.7)
        told.extend(notice.text for notice in window.notices._waiting)

    assert run_and_close(act) == 0
    (sentence,) = told
    assert sentence.startswith("Nothing can be remembered for the next start: ")
    assert sentence.endswith("Everything else works.")
    assert capsys.readouterr().err == ""


def test_reset_starts_with_defaults_and_keeps_what_there_was(
    qapp: QApplication, path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulations, "all_simulations", lambda: {"decay": Decay.simulation})
    monkeypatch.setattr("app.commands.open_command.OPENING", "decay")
    run_and_close(scene_slug="growth", params=Growth.simulation.params(rate=0.25), theme="paper")
    before = path.read_text()
    seen: list[tuple[View | None, str]] = []

    def act(opened: Window) -> None:
        seen.append((shown(opened.session), opened.notices.label.text()))
        opened.close()

    timer = when_it_runs(act)
    assert main(["--reset"]) == 0
    timer.stop()
    view, told = seen[0]
    assert view is not None
    assert (view.slug, view.theme, view.params) == ("decay", "studio", Decay.simulation.params())
    assert path.with_name("settings.before-reset.json").read_text() == before
    assert "session.before-reset.ravine" in told
    assert told in capsys.readouterr().out
    timer = when_it_runs(act)
    assert main(["--reset"]) == 0
    timer.stop()
    assert "settings.before-reset-2.json" in capsys.readouterr().out


def test_a_system_that_ends_the_session_gets_everything_written(qapp: QApplication, path: Path) -> None:
    state = path.parent / "state"
    seen: list[list[str]] = []

    def files() -> list[str]:
        return sorted(file.suffix for file in state.rglob("*") if file.is_file())

    def act(window: Window) -> None:
        (autosave,) = window.findChildren(Autosave)
        autosave.finish()  # what commitDataRequest leads to: its argument cannot be made here
        seen.append(files())
        window.session.turn(rate=0.3)  # and yet it goes on
        window.session.pause()
        autosave.save()
        seen.append(files())

    assert run_and_close(act) == 0
    assert seen == [[".ravine"], [".json", ".ravine", ".ravine"]]
    assert files() == [".ravine"]
