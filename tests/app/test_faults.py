"""What nobody caught becomes one sentence and a log entry."""

import sys
import threading
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions

from app.faults import Fault, caught
from tests.app.toy_scene import wait


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
