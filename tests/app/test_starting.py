"""What goes on behind the window: kernels are compiled in a process of their own, what is on the screen first."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app import starting, warmup
from app.main_window import Window
from app.session import Session
from app.settings import Settings
from app.starting import Starter
from app.subject import OPENING
from app.warmup import Warmup
from core import jit, kernel_folder
from core.simulation import Simulation
from scenes.discovery import all_scenes
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import THEMES
from tests.app.toy_scene import RUNS, SCENES, Decay, DecayParams, DecayRecording, Growth, claims, ready, simulate, wait

# Stands for `ravine warm --first SCENE`: says what each line of its standard input tells it to.
CHILD = "import sys\nfor line in sys.stdin:\n    print(line.strip().replace('FIRST', sys.argv[-1]), flush=True)\n"
HOW: list[bool] = []  # whether Python ran each run of Quick


def run_quick(params: DecayParams, seed: int) -> DecayRecording:
    HOW.append(jit.interpreting())
    return simulate(params, seed)


class Quick(Decay):
    """A toy that Python may run while its kernels are compiled, unless it is long."""

    title = "Quick"
    simulation: ClassVar[Simulation[Any, Any]] = Simulation(
        "quick", DecayParams, DecayRecording, run_quick, claims, lambda: (), interpretable=lambda params: params.steps <= 12
    )


class Scenery:
    """A window over toy scenes whose kernels are not compiled, and a process that does as it is told."""

    def __init__(self, session: Session, command: list[str]) -> None:
        self.session = session
        self.window = Window(session, Settings(width=1500, height=950))
        self.window.show()
        self.warmup = Warmup(self.window, command)
        self.starter = Starter(self.window, self.warmup)

    @property
    def note(self) -> str:
        work = self.window.status.work
        return work.text() if work.isVisible() else ""

    @property
    def arguments(self) -> list[str]:
        process = self.warmup._process
        return process.arguments()[-2:] if process is not None else []

    def hear(self, line: str) -> None:
        """Let the process say this."""
        assert self.warmup._process is not None
        self.warmup._process.write(f"{line}\n".encode())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (warmup, kernel_folder):
        monkeypatch.setattr(module, "cache_folder", lambda: tmp_path / "version")
    (tmp_path / "version").mkdir()
    monkeypatch.setattr(kernel_folder, "wished_folder", lambda: tmp_path)
    monkeypatch.setattr(starting, "survey", lambda: (SCENES | {"quick": Quick}, {}))
    HOW.clear()
    return tmp_path / "version"


@pytest.fixture
def scenery(qapp: QApplication, session: Session, folder: Path) -> Iterator[Callable[..., Scenery]]:
    made: list[Scenery] = []

    def make(*command: str) -> Scenery:
        made.append(Scenery(session, list(command) or [sys.executable, "-c", CHILD]))
        return made[-1]

    yield make
    for each in made:
        each.window.dispose()
    jit.interpret(False)


def test_the_window_is_there_while_kernels_are_compiled(scenery: Callable[..., Scenery], session: Session) -> None:
    seen = scenery()
    session.open(Decay)
    wait(lambda: seen.arguments == ["--first", "decay"])
    seen.hear("a line of something else\nbegins 1 of 3: FIRST")
    wait(lambda: seen.note == "Preparing kernels: 1 of 3 (Decay)")
    assert session.recording is None
    assert session.waiting
    assert RUNS == []
    seen.hear("ready 1 of 3: decay")
    ready(session)
    seen.hear("begins 2 of 3: growth")
    wait(lambda: seen.note == "Preparing kernels: 2 of 3 (Growth)")
    assert seen.warmup.running, "the scene runs while the others are still being compiled"


def test_python_runs_a_small_scene_meanwhile(scenery: Callable[..., Scenery], session: Session, folder: Path) -> None:
    seen = scenery()
    session.open(Quick)
    ready(session)
    session.turn(rate=0.3)
    ready(session)
    assert HOW == [True, True]
    assert jit.interpreting(), "what this thread draws is computed in the same way"
    session.turn(steps=15)
    assert session.waiting, "this is too long for Python"
    assert session.recording is not None
    wait(lambda: seen.arguments == ["--first", "quick"])
    HOW.clear()
    (folder / "quick.ready").touch()
    seen.hear("ready 1 of 3: quick")
    wait(lambda: not session.waiting)
    ready(session)
    assert session.recording.params.values()["steps"] == 15
    assert HOW == [False, False], "once to load what was compiled, in the background, and once for the picture"
    assert not jit.interpreting()
    session.open(Growth)
    session.open(Quick)
    assert not session.held, "they are loaded"


def test_whatever_is_opened_next_is_compiled_first(scenery: Callable[..., Scenery], session: Session, folder: Path) -> None:
    seen = scenery()
    session.open(Quick)
    ready(session)
    wait(lambda: seen.arguments == ["--first", "quick"])
    first = seen.warmup._process
    session.open(Growth)
    assert not jit.interpreting()
    wait(lambda: seen.arguments == ["--first", "growth"])
    assert seen.note == "Preparing kernels (Growth)"
    assert seen.warmup._process is not first
    assert session.waiting
    second = seen.warmup._process
    session.open(Decay)
    session.open(Growth)
    assert seen.warmup._process is not second
    (folder / "growth.ready").touch()
    seen.hear("begins 2 of 3: growth\nready 2 of 3: growth\nbegins 3 of 3: decay")
    ready(session)
    wait(lambda: seen.note.endswith("3 of 3 (Decay)"))
    third = seen.warmup._process
    session.open(Decay)
    assert seen.warmup._process is third, "that is what it is compiling"


def test_what_was_compiled_before_runs_at_once_and_the_rest_is_compiled(
    scenery: Callable[..., Scenery], session: Session, folder: Path
) -> None:
    (folder / "decay.ready").touch()
    seen = scenery()
    session.open(Decay)
    assert not session.held
    ready(session)
    wait(lambda: set(session.scenes) == {"decay", "growth", "quick"})
    wait(lambda: seen.arguments == ["--first", "growth"])
    assert seen.window.gallery.shown() == ["decay", "growth", "quick"]


def test_where_all_is_compiled_no_process_is_started(
    scenery: Callable[..., Scenery], session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "survey", lambda: ({"decay": Decay, "quick": Quick}, {}))
    for slug in ("decay", "quick"):
        (folder / f"{slug}.ready").touch()
    seen = scenery()
    session.open(Quick)
    ready(session)
    wait(lambda: "decay" in session.scenes)
    wait(lambda: not session.held)
    assert HOW[0] is True, "the first picture waits for nothing"
    assert not seen.warmup.running
    assert seen.note == ""


@pytest.mark.parametrize("command", [["/nowhere/at/all"], [sys.executable, "-c", "raise SystemExit(1)"]])
@pytest.mark.parametrize("scene", [Decay, Quick])
def test_when_compiling_fails_the_window_compiles_for_itself(
    scenery: Callable[..., Scenery], session: Session, command: list[str], scene: type[Decay]
) -> None:
    seen = scenery(*command)
    session.open(scene)
    ready(session)
    wait(lambda: not session.held)
    assert not seen.warmup.running
    assert seen.note == ""
    assert session.message == ""
    session.open(Growth)
    ready(session)
    assert not seen.warmup.running


def test_where_compiled_code_cannot_be_kept_it_is_said_once(
    scenery: Callable[..., Scenery], session: Session, folder: Path
) -> None:
    scenery(sys.executable, "-c", f"raise SystemExit({warmup.UNKEPT})")
    said: list[str] = []
    session.changed.connect(lambda what: said.append(session.message) if "message" in what and session.message else None)
    session.open(Decay)
    ready(session)
    session.open(Growth)
    ready(session)
    where = f"Compiled kernels cannot be kept in {folder.parent} (full, or not ours to write)"
    assert said == [f"{where}: they are compiled anew at each start."]


def test_where_only_the_temporary_folder_takes_it_that_is_said(
    scenery: Callable[..., Scenery], session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_folder, "wished_folder", lambda: tmp_path / "locked")
    scenery(sys.executable, "-c", "")
    session.open(Decay)
    ready(session)
    where = f"Compiled kernels cannot be kept in {tmp_path / 'locked'} (full, or not ours to write)"
    assert session.message == f"{where}, only among the temporary files."


def test_closing_the_window_ends_the_compiling(qapp: QApplication) -> None:
    work = Warmup(command=[sys.executable, "-c", "import time; time.sleep(60)"])
    ended: list[bool] = []
    work.finished.connect(lambda: ended.append(True))
    work.want("decay")
    wait(lambda: work._process is not None and work._process.processId() > 0)
    assert work._process is not None
    number = work._process.processId()
    work.close()
    assert not work.running
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    QApplication.processEvents()
    assert ended == [], "it did not end by itself"
    work.close()
    work.deleteLater()


def test_a_window_that_closes_at_once_leaves_nothing(scenery: Callable[..., Scenery], session: Session) -> None:
    seen = scenery()
    session.open(Decay)
    seen.window.close()
    seen.starter.begin()
    QApplication.processEvents()
    assert not seen.warmup.running


def test_the_garbage_collector_is_back_once_the_first_picture_is_there(
    scenery: Callable[..., Scenery], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    scenery()
    gc.disable()
    try:
        session.open(Quick)
        ready(session)
        wait(gc.isenabled)
    finally:
        gc.enable()
    assert frozen == [True]


def interpretable_scenes() -> list[Any]:
    """Every scene that Python may run, and other settings of it than the usual ones."""
    others: dict[str, dict[str, Any]] = {
        OPENING: {"surface": "himmelblau", "learning_rate": 0.005},
        "norm-axes": {"perturb": 2.0, "batch": 3},
    }
    scenes = [scene for scene in all_scenes().values() if scene.simulation.interpretable is not None]
    return [pytest.param(scene, others[scene.slug()], id=scene.slug()) for scene in scenes]


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize(("scene", "other"), interpretable_scenes())
def test_what_python_draws_is_what_kernels_draw(
    qapp: QApplication, theme: Any, scene: type[Scene[Any, Any]], other: dict[str, Any]
) -> None:
    simulation = scene.simulation
    for changes in ({}, other):
        params = simulation.params(**changes)
        assert simulation.interpretable is not None
        assert simulation.interpretable(params)
        pictures = []
        for interpreted in (True, False):
            jit.interpret(interpreted)
            try:
                show = Show(scene, theme)
                show.load(simulation.simulate(params, 0), 60)
                pictures.append(show.frame(960, 540))
                show.close()
            finally:
                jit.interpret(False)
        ours, theirs = (np.frombuffer(picture.constBits(), np.uint8) for picture in pictures)
        assert (ours == theirs).all()
