"""What nobody caught becomes one sentence and a log entry; kernels are compiled in a process of their own."""

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions

from app import warmup
from app.faults import Fault, caught
from app.main import main
from app.main_window import Window
from app.session import Session
from app.settings import Settings
from app.warmup import Warmup
from app.window import prepare
from core import jit
from tests.app import fake_scene
from tests.app.toy_scene import RUNS, Decay, ready, wait


def fail() -> None:
    raise ValueError("the slot is broken\nin two lines")


def test_an_exception_in_a_slot_is_one_sentence_and_a_log_entry(qapp: QApplication, tmp_path: Path) -> None:
    said: list[Fault] = []
    with capture_exceptions(), caught(tmp_path) as faults:
        faults.happened.connect(said.append)
        QTimer.singleShot(0, fail)
        wait(lambda: bool(said))
    assert len(said) == 1
    assert "ValueError in test_faults.py" in said[0].sentence
    assert "the slot is broken" in said[0].sentence
    assert "\n" not in said[0].sentence
    assert "in two lines" in said[0].trace
    assert "in two lines" in (tmp_path / "ravine.log").read_text()


def test_a_fault_that_repeats_is_told_once_and_one_of_a_thread_arrives_too(qapp: QApplication, tmp_path: Path) -> None:
    said: list[Fault] = []
    with caught(tmp_path) as faults:
        faults.happened.connect(said.append)
        for _ in range(5):
            try:
                fail()
            except ValueError:
                sys.excepthook(*sys.exc_info())
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()
        wait(lambda: len(said) == 2)
    assert "ZeroDivisionError" in said[1].sentence


def test_the_hooks_are_put_back(qapp: QApplication, tmp_path: Path) -> None:
    before = sys.excepthook, threading.excepthook
    with caught(tmp_path / "no" / "folder" / "yet"):
        assert sys.excepthook is not before[0]
    assert (sys.excepthook, threading.excepthook) == before


def test_a_log_that_cannot_be_written_is_no_obstacle(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with caught(tmp_path / "file"):
        pass


def test_the_window_is_there_while_kernels_are_compiled(
    qapp: QApplication, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warmup, "cache_folder", lambda: tmp_path)
    window = Window(session, Settings())
    window.show()
    script = (
        "import sys; print('a line of something else'); print('1 of 3: other', flush=True); sys.stdin.readline();"
        "print('2 of 3: ' + sys.argv[2], flush=True); sys.stdin.readline()"
    )
    work = Warmup(window, [sys.executable, "-c", script])
    prepare(window, work, Decay.slug())
    session.open(Decay)
    wait(lambda: window.status.work.text().endswith("1 of 3"))
    assert window.status.bar.isVisible()
    assert session.recording is None
    assert RUNS == []
    assert not warmup.ready()
    assert work._process is not None
    work._process.write(b"\n")
    ready(session)
    assert window.status.work.text().endswith("2 of 3"), "the scene runs while the others are still being compiled"
    assert not warmup.ready()
    work._process.write(b"\n")
    wait(lambda: not work.running)
    assert not window.status.bar.isVisible()
    assert warmup.ready()
    window.dispose()


@pytest.mark.parametrize("command", [["/nowhere/at/all"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_when_compiling_fails_the_window_goes_on(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(warmup, "cache_folder", lambda: tmp_path)
    ended: list[bool] = []
    work = Warmup(command=command)
    work.finished.connect(lambda: ended.append(True))
    work.start("decay")
    wait(lambda: ended == [True])
    assert not warmup.ready()
    work.deleteLater()


def test_closing_the_window_ends_the_compiling(qapp: QApplication) -> None:
    work = Warmup(command=[sys.executable, "-c", "import time; time.sleep(60)"])
    work.start("decay")
    wait(lambda: work._process is not None and work._process.processId() > 0)
    work.close()
    assert work._process is not None
    assert work._process.processId() == 0
    work.deleteLater()


def test_kernels_compiled_from_the_command_line_are_not_compiled_again(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_scene.install(monkeypatch)
    for module in (warmup, jit):
        monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(jit, "drop_old_caches", lambda: 0)
    assert main(["warm"]) == 0
    assert not warmup.ready(), "nothing was kept"
    (tmp_path / "kernel.nbc").touch()
    assert main(["warm"]) == 0
    assert warmup.ready()
