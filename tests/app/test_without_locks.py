"""Where the system cannot lock files as POSIX does: Windows, where instead what is open can neither be moved nor removed."""

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app import files
from app.failure import WorkError
from app.keeping import sentinel

Load = Callable[[ModuleType], Any]


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Load:
    """A module of ours as it is where there is no `fcntl`."""

    def load(module: ModuleType) -> Any:
        spec = importlib.util.spec_from_file_location(f"{module.__name__}_there", str(module.__file__))
        assert spec is not None
        assert spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, made)
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, "fcntl", None)
            spec.loader.exec_module(made)
        assert made.fcntl is None
        return made

    return load


def test_a_file_is_replaced_and_what_may_still_be_written_stays(there: Load, tmp_path: Path) -> None:
    left = tmp_path / f".a.x{files.PART}"
    left.touch()
    (tmp_path / "a").write_bytes(b"old")
    there(files).write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert sorted(tmp_path.iterdir()) == [left, tmp_path / "a"]


def test_a_mark_that_is_open_is_that_of_a_living_window(there: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = there(sentinel)
    living, other = marks.Sentinel(tmp_path / "running"), marks.Sentinel(tmp_path / "running", row=1)
    living.enter()
    other.enter()
    assert json.loads(living.mark.read_text())["pid"] == os.getpid()
    other.view.write_text("a view")
    other._file.close()  # as when a process ends
    remove = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == living.mark and living.standing:
            raise PermissionError(13, "it is open")
        remove(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    (found,) = marks.claim(tmp_path / "running", tmp_path / "crashes")
    assert found.row == 2
    assert found.view.read_text() == "a view"
    assert living.mark.exists()
    living.leave()
    assert list((tmp_path / "running").iterdir()) == []


@pytest.mark.parametrize("refusals", [0, 1, 2, 3])
def test_a_new_file_that_a_scanner_holds_is_moved_a_moment_later(
    refusals: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move, asked = os.replace, [0]

    def replace(source: Path, target: Path) -> None:
        asked[0] += 1
        if asked[0] <= refusals:
            raise PermissionError(13, "Permission denied")
        move(source, target)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(files, "WAITS", (0.0, 0.0))
    (tmp_path / "a").write_bytes(b"old")
    if refusals <= 2:
        files.write_bytes(tmp_path / "a", b"new")
    else:
        with pytest.raises(WorkError, match="a could not be written: Permission denied"):
            files.write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == (b"new" if refusals <= 2 else b"old")
    assert list(tmp_path.iterdir()) == [tmp_path / "a"], "nor is anything left beside it"
