"""The hygiene of the tests themselves: what is left behind is caught, what was tidied or excused is not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

CASES = """
import threading
import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

kept = []

def test_hidden_widget(qapp):
    kept.append(QWidget())

def test_shown_widget(qapp):
    kept.append(QWidget()); kept[-1].show()

def test_timer(qapp):
    kept.append(QTimer()); kept[-1].start(100_000)

def test_qthread(qapp):
    kept.append(QThread()); kept[-1].start()

def test_thread(qapp):
    stop = threading.Event(); kept.append(stop)
    threading.Thread(target=stop.wait, daemon=True).start()

def test_tidy(qtbot):
    widget = QWidget(); qtbot.addWidget(widget); widget.show()
    timer = QTimer(widget); timer.start(100_000)
    thread = QThread(); thread.start(); thread.quit(); thread.wait()

def test_cycle_is_collected(qapp):
    widget = QWidget(); widget.me = widget

@pytest.mark.leaves("timers", reason="it is what this test is about")
def test_excused(qapp):
    kept.append(QTimer()); kept[-1].start(100_000)

@pytest.mark.leaves("timers", reason="only timers are excused")
def test_excused_for_something_else(qapp):
    kept.append(QWidget())

@pytest.mark.leaves("timers")
def test_excused_without_reason(qapp):
    pass

def test_without_qt():
    stop = threading.Event(); kept.append(stop)
    threading.Thread(target=stop.wait, daemon=True).start()

def test_stop_everything(qapp):
    for thing in kept:
        if isinstance(thing, QThread):
            thing.quit(); thing.wait()
        elif isinstance(thing, threading.Event):
            thing.set()
"""

CAUGHT = ("hidden_widget", "shown_widget", "timer", "qthread", "thread", "excused_for_something_else", "excused_without_reason")
LET_PASS = ("tidy", "cycle_is_collected", "excused", "without_qt", "stop_everything")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("cases")
    shutil.copy(TESTS / "conftest.py", folder)
    (folder / "test_cases.py").write_text(CASES)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -rA\nqt_api = pyside6\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "."],
        cwd=folder,
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return run.stdout.splitlines()


@pytest.mark.parametrize("case", CAUGHT)
def test_what_is_left_behind_is_caught(report: list[str], case: str) -> None:
    assert any(line.startswith(f"ERROR test_cases.py::test_{case} ") for line in report), "\n".join(report)


@pytest.mark.parametrize("case", LET_PASS)
def test_what_is_tidy_passes(report: list[str], case: str) -> None:
    assert f"PASSED test_cases.py::test_{case}" in report, "\n".join(report)
    assert not any(line.startswith(f"ERROR test_cases.py::test_{case} ") for line in report)
