"""A disk that is full: whatever the window writes, the old file stays as it was, one sentence says why, nothing half written.

Twice: on a disk of 64 kB where one can be mounted, and with files that may not grow. Exports and data: `test_export_faults.py`.
"""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import settings
from app.failure import WorkError
from app.keeping import start
from app.keeping.autosave import Autosave
from app.keeping.sentinel import Sentinel
from app.main_window import Window
from app.settings import Settings
from tests.app.test_slides import desk

__all__ = ["desk"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="neither can be had there")
WHY = {"small disk": "No space left on device", "files that may not grow": "File too large"}


class Disk:
    """A folder that can be full for a while. `why`: what the system says then."""

    def __init__(self, folder: Path, full: Callable[[], contextlib.AbstractContextManager[None]], why: str) -> None:
        self.folder, self.full, self.why = folder, full, why

    def content(self) -> dict[str, bytes]:
        """Every file there is, but for what fills it."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != "ballast"
        }


@contextlib.contextmanager
def no_growth() -> Iterator[None]:
    """No file of this process may grow; Python has the signal that comes with it ignored."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(params=sorted(WHY))
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    why = WHY[request.param]
    if request.param != "small disk":
        yield Disk(folder, no_growth, why)
        return
    mount = shutil.which("mount") or "mount"
    with contextlib.suppress(OSError):
        made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False)
        if made.returncode == 0:
            yield Disk(folder, lambda: ballast(folder), why)
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
            return
    pytest.skip("a disk cannot be mounted here")


@contextlib.contextmanager
def ballast(folder: Path) -> Iterator[None]:
    """Fill the disk to the last byte."""
    path = folder / "ballast"
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))
    try:
        yield
    finally:
        path.unlink()


def refused(sentence: str, disk: Disk, name: str) -> None:
    assert disk.why in sentence
    assert name in sentence
    assert sentence.isprintable(), "one line"
    assert sentence.count(disk.why) == 1


def test_settings_and_the_mark_of_a_window(disk: Disk) -> None:
    path = disk.folder / "settings.json"
    assert settings.save(Settings(theme="paper"), path) == ""
    before = disk.content()
    with disk.full():
        refused(settings.save(Settings(theme="projector"), path), disk, "settings.json")
        with pytest.raises(WorkError) as raised:
            Sentinel(disk.folder / "running").enter()
        refused(start.unkept(raised.value), disk, "running")
    assert disk.content() == before
    assert settings.save(Settings(theme="projector"), path) == "", "with room again it goes on"
    assert settings.load(path)[0].theme == "projector"


def test_view_slide_and_session(desk: Window, disk: Disk) -> None:
    session, folder = desk.session, disk.folder
    view, lesson = folder / "a.ravine", folder / "a.toml"
    mark = Sentinel(folder / "running")
    mark.enter()
    keeper = Autosave(session, mark, folder / "session.ravine", desk)
    told: list[str] = []
    keeper.failed.connect(told.append)
    session.seek(5)
    desk.view.picture()
    desk.sharer.save_to(view)
    desk.slides.add_to(lesson)
    keeper.save()
    (folder / "session.ravine").write_bytes(mark.view.read_bytes())
    before = disk.content()
    assert {"a.ravine", "a.toml", "session.ravine", f"running/{mark.view.name}"} <= set(before)
    with disk.full():
        session.seek(9)
        desk.view.picture()
        acts: dict[str, Callable[[], None]] = {
            "a.ravine": lambda: desk.sharer.save_to(view),
            "a.toml": lambda: desk.slides.add_to(lesson),
            "new.toml": lambda: desk.slides.add_to(folder / "new.toml"),
        }
        for name, act in acts.items():
            session.tell("")
            act()
            refused(session.message, disk, name)
        keeper.save()
        keeper.save()
        (sentence,) = told
        refused(sentence, disk, mark.view.name)
        assert disk.content() == before
        refused(keeper.finish(), disk, "session.ravine")
    assert {name: content for name, content in before.items() if "running" not in name} == disk.content(), "the mark is gone"
