"""What every test stands on: no display, no trace in the user's home, the same examples each time, nothing left behind."""

import atexit
import gc
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import core  # noqa: F401  first of all: it says how many threads NumPy may use

ROOT = Path(__file__).resolve().parent.parent
KERNELS = ROOT / ".pytest_cache" / "kernels"

# Before Qt is imported: no display, and whatever wants to write into a home finds one that goes away.
# A file of screens (see tests/app/test_two_screens.py) stands for the displays that a test of presenting needs.
SCREENS = os.environ.get("RAVINE_TEST_SCREENS", "")
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREENS}" if SCREENS else "offscreen"
HOME = Path(tempfile.mkdtemp(prefix="ravine-tests-"))
VERDICT: list[int] = []  # pytest's exit status, once there is one


def _leave() -> None:
    """End the process as soon as all is said, without taking apart what thousands of tests have left to Qt.

    Python drops the last Qt objects in no particular order, and once that crashed after the verdict of a full run. How the
    program itself ends is tested where it belongs: in processes of its own, by their exit codes.
    """
    if VERDICT:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(VERDICT[0])


atexit.register(_leave)  # first of all, so it is called last
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for variable in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
    os.environ[variable] = str(HOME)
for variable in ("CONFIG", "CACHE", "DATA", "STATE"):
    os.environ[f"XDG_{variable}_HOME"] = str(HOME / variable.lower())
(HOME / "runtime").mkdir(mode=0o700)
os.environ["XDG_RUNTIME_DIR"] = str(HOME / "runtime")

# Compiled kernels stay between runs, inside the checkout; those of sources that nobody has any more go after a day.
os.environ["RAVINE_CACHE_DIR"] = str(KERNELS)
if KERNELS.is_dir():
    for folder in KERNELS.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > 86_400:
            shutil.rmtree(folder, ignore_errors=True)

settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("steady")

KINDS = ("widgets", "timers", "qthreads", "threads")
CROWD = 10_000  # so many new Qt objects take longer to look through than the garbage among them to collect
LIVED = [0]  # Qt objects that the last collection left
GRACE_SECONDS = 2.0  # a thread that was told to stop may need a moment; a leak is still there after it


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the verdict for `_leave`, and pyqtgraph from going through every object there is once more."""
    VERDICT.append(int(exitstatus))
    if "pyqtgraph" in sys.modules:
        sys.modules["pyqtgraph"].setConfigOption("exitCleanup", False)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: collecting garbage after a test need not go through it again."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"leaves(*kinds, reason): this test may leave {', '.join(KINDS)} behind, and the reason why that is right",
    )
    config.addinivalue_line("markers", "last(reason): it leaves something in its process that others should not meet")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share something stay in one process: those of a scene its compiled kernels, those of a file what it makes.

    Large groups begin, so tests that each are one of their own come last.
    """
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)
    for item in items:
        if item.get_closest_marker("last"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid))
            continue
        scene = getattr(item, "callspec", None) and item.callspec.params.get("scene")  # type: ignore[attr-defined]
        group = scene.slug() if scene is not None and hasattr(scene, "slug") else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


def _excused(node: pytest.Item) -> set[str]:
    """The kinds of thing that markers of this test allow it to leave behind."""
    kinds: set[str] = set()
    for marker in node.iter_markers("leaves"):
        unknown = set(marker.args) - set(KINDS)
        if unknown or not marker.args or not marker.kwargs.get("reason"):
            raise pytest.UsageError(f"{node.nodeid}: write leaves(kind, …, reason='…') with kinds from {', '.join(KINDS)}")
        kinds |= set(marker.args)
    return kinds


def _widgets() -> list[Any]:
    from PySide6.QtWidgets import QApplication

    # Qt keeps one tool tip label for the whole program.
    return [w for w in QApplication.topLevelWidgets() if w.metaObject().className() != "QTipLabel"]


def _objects() -> dict[str, list[Any]]:
    """Living timers that tick, and threads that run, among the Qt objects Python knows of."""
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import Shiboken

    main = QThread.currentThread()
    living = Shiboken.getAllValidWrappers()
    if len(living) > LIVED[0] + CROWD:
        gc.collect()
        living = Shiboken.getAllValidWrappers()
        LIVED[0] = len(living)
    return {
        "timers": [o for o in living if isinstance(o, QTimer) and o.isActive()],
        "qthreads": [o for o in living if isinstance(o, QThread) and o != main and o.isRunning()],
    }


def _threads() -> list[Any]:
    # A dummy stands for a thread of Qt's that once ran Python; those are looked at as QThreads.
    return [t for t in threading.enumerate() if t.is_alive() and not isinstance(t, threading._DummyThread)]


def leftovers() -> dict[str, list[Any]]:
    """Everything alive that a test could have left behind, by kind."""
    return {"widgets": _widgets(), "threads": _threads()} | _objects()


def new_since(before: dict[str, list[Any]], excused: set[str], settle: Callable[[], None]) -> dict[str, list[Any]]:
    """What is alive now and was not `before`, after garbage was collected and threads had a moment to end."""

    def fresh() -> dict[str, list[Any]]:
        now = leftovers()
        found = {kind: [x for x in now[kind] if not any(x is y for y in before[kind])] for kind in KINDS if kind not in excused}
        return {kind: things for kind, things in found.items() if things}

    settle()  # what was told to go goes without being garbage
    found = fresh()
    end = time.monotonic() + GRACE_SECONDS
    collected = False
    while found:
        found = {}  # hold nothing alive while the garbage is collected
        if not collected:
            gc.collect()
            collected = True
        settle()
        found = fresh()
        if not (found.keys() & {"threads", "qthreads"}) or time.monotonic() > end:
            break
        time.sleep(0.02)
    return found


def describe(thing: Any) -> str:
    """A leaked object, so that a person finds it."""
    if isinstance(thing, threading.Thread):
        return f"thread {thing.name}"
    name = thing.objectName()
    return f"{type(thing).__name__}{f' {name!r}' if name else ''}"


def settle() -> None:
    """Let Qt delete what was told to go."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def hygiene(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of the window that leaves a widget, a ticking timer or a running thread behind."""
    excused = _excused(request.node)
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    before = leftovers()
    yield
    found = new_since(before, excused, settle)
    if found:
        listed = "; ".join(f"{kind}: {', '.join(describe(t) for t in things)}" for kind, things in found.items())
        pytest.fail(f"left behind by this test: {listed}", pytrace=False)
