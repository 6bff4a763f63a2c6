"""How a window ends and what the next one makes of it, with real processes and real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.share import link, view_file
from app.share.view import View
from tests.app.toy_scene import SCENES, Growth

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
VIEW = View("growth", Growth.simulation.params(rate=0.25, name="σ"), 7, 5)
LINK = link.text(VIEW)


def find(slug: str) -> Any:
    return SCENES[slug].simulation


class Process:
    """A window that runs elsewhere."""

    def __init__(self, home: Path, *words: str) -> None:
        folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.app.window_process", *words],
            cwd=ROOT,
            env={**os.environ, **folders, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def say(self, line: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(f"{line}\n")
        self._child.stdin.flush()

    def look(self, until: Callable[[dict[str, Any]], bool] = lambda seen: True) -> dict[str, Any]:
        """What the window shows, once there is a picture and something is so."""
        end = time.monotonic() + 60
        while True:
            self.say("look")
            assert self._child.stdout is not None
            line = self._child.stdout.readline()
            assert line, self._child.stderr.read() if self._child.stderr else ""
            seen: dict[str, Any] = json.loads(line)
            if seen["shown"] is not None and until(seen):
                return seen
            assert time.monotonic() < end, seen
            time.sleep(0.05)

    def end(self, how: int | str) -> tuple[int, str]:
        """End it with a signal or a word; its exit code, and what it said last."""
        if isinstance(how, str):
            self.say(how)
        else:
            self._child.send_signal(how)
        _, said = self._child.communicate(timeout=60)
        return self._child.returncode, said

    def drop(self) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._child.communicate()


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    children: list[Process] = []

    def begin(*words: str) -> Process:
        children.append(Process(tmp_path, *words))
        return children[-1]

    yield begin
    for child in children:
        child.drop()


def state(home: Path) -> list[str]:
    """The files that are kept, without the numbers in their names."""
    folder = home / "state" / "ravine"
    return sorted(
        path.relative_to(folder).parts[0] + path.suffix
        for path in folder.rglob("*")
        if path.is_file() and "log" not in path.name
    )


def shows(view: View) -> Callable[[dict[str, Any]], bool]:
    return lambda seen: bool(seen["shown"] == link.text(view) and not seen["playing"])


def written(home: Path, view: View) -> None:
    """Wait until the view is written beside the mark of the window."""
    end = time.monotonic() + 30
    while not any(view_file.read(path, find).frame == view.frame for path in (home / "state").rglob("running/*.ravine")):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_window_that_is_killed_loses_nothing_and_twice_in_a_row_starts_clean(start: Start, tmp_path: Path) -> None:
    window = start()
    assert window.look()["notices"] == []
    window.say(f"open {LINK}")
    window.say("theme paper")
    window.look(shows(VIEW))
    written(tmp_path, VIEW)
    assert window.end(signal.SIGKILL)[0] == -signal.SIGKILL

    window = start()  # after a crash: the first scene, and an offer
    seen = window.look()
    (notice,) = seen["notices"]
    assert notice == "Ravine ended unexpectedly. What was shown is kept. It was ended from outside: there is no crash log."
    assert seen["shown"].startswith("ravine:decay")
    window.say("act")  # Restore
    seen = window.look(shows(VIEW))
    assert seen["theme"] == "paper"
    assert seen["notices"] == []
    assert window.end(signal.SIGTERM) == (0, "")
    assert "running.json" not in state(tmp_path)

    window = start()  # after a proper end: what was shown last, at once
    seen = window.look(shows(VIEW))
    assert (seen["notices"], seen["theme"]) == ([], "paper")
    window.say("resize 1111")
    assert window.end(signal.SIGSEGV)[0] == -signal.SIGSEGV

    window = start()
    (notice,) = window.look()["notices"]
    log = log_of(notice, tmp_path)
    assert "Fatal Python error: Segmentation fault" in log.read_text()
    assert "in run" in log.read_text()
    assert window.end(signal.SIGABRT)[0] == -signal.SIGABRT
    assert log.is_file(), "the next start leaves it alone"

    code, said = start("fails").end("look")  # twice in a row; this one fails in Python before it shows anything
    assert code == 1
    assert "ZeroDivisionError" in said

    window = start()
    seen = window.look()
    clean = seen["notices"][0]
    assert clean.startswith(
        "Ravine ended unexpectedly 3 times in a row, so it starts clean. Nothing was lost: nothing was shown yet."
    )
    assert "ZeroDivisionError" in log_of(clean, tmp_path).read_text()
    assert (seen["theme"], seen["width"]) != ("paper", 1111)
    assert seen["shown"].startswith("ravine:decay")
    kept = tmp_path / "state" / "ravine" / "session.before-clean-start.ravine"
    assert view_file.read(kept, find).params == VIEW.params
    assert (tmp_path / "config" / "ravine" / "settings.before-clean-start.json").is_file()
    assert window.end("close") == (0, "")
    assert state(tmp_path).count("running.json") == 0


def test_who_crashes_again_before_restoring_is_offered_the_same_work(start: Start, tmp_path: Path) -> None:
    window = start()
    window.say(f"open {LINK}")
    window.look(shows(VIEW))
    written(tmp_path, VIEW)
    window.end(signal.SIGKILL)
    for _ in range(2):  # the second of them starts clean
        window = start()
        assert "What was shown is kept." in window.look(lambda seen: not seen["playing"])["notices"][0]
        time.sleep(1.0)  # what the start itself shows would be written by now
        window.end(signal.SIGKILL)
    window = start()
    window.look()
    window.say("act")
    window.look(shows(VIEW))
    assert window.end("close") == (0, "")


EARLY = """
import contextlib, importlib.abc, os, signal, sys
from app import main

def send():
    with contextlib.suppress(BaseException):  # Qt's bindings drop an exception that comes amid their own work
        os.kill(os.getpid(), getattr(signal, sys.argv[2]))
        for _ in range(1000):
            pass

class Importing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "app.style":
            send()

if sys.argv[1] == "importing":
    sys.meta_path.insert(0, Importing())
else:
    before = signal.set_wakeup_fd
    signal.set_wakeup_fd = lambda fd: (send(), before(fd))[1]
sys.exit(main.main(["momentum-ravine"]))
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("when", ["importing", "just before the window"])
def test_a_signal_before_there_is_a_window_ends_the_start(when: str, name: str, tmp_path: Path) -> None:
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    ended = subprocess.run(
        [sys.executable, "-c", EARLY, when, name],
        cwd=ROOT,
        env={**os.environ, **folders, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "ravine: stopped; nothing was left half written\n"
    assert not list(tmp_path.rglob("running/*")), "the next start finds no crash"


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = f"import os; os.rmdir({str(gone)!r}); from app.main import main; raise SystemExit(main(['list']))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=gone, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("ravine: the folder this was started in cannot be found any more")
    assert ended.stderr.count("\n") == 1


def log_of(notice: str, home: Path) -> Path:
    return home / notice.partition("The crash log is ~/")[2].rstrip(".")


def test_several_windows_at_once_do_not_take_each_other_for_dead(start: Start, tmp_path: Path) -> None:
    one, two = start(), start()
    for window in (one, two):
        assert window.look()["notices"] == []
    one.end(signal.SIGKILL)
    three = start()
    assert len(three.look()["notices"]) == 1
    for window in (two, three):
        assert window.end("close") == (0, "")
    assert state(tmp_path) == ["crashes.ravine", "session.ravine.ravine"]
