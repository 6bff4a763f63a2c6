"""Keeping: files put aside, marks of running windows, and the session that is written while it changes."""

import errno
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app import files, settings
from app.failure import UsageError, WorkError
from app.keeping import autosave as autosaving
from app.keeping import start
from app.keeping.aside import MOST, keep_aside
from app.keeping.autosave import Autosave
from app.keeping.sentinel import Crash, Sentinel, claim
from app.session import Session
from app.settings import Settings
from app.share import view_file
from app.share.shown import finder, shown
from tests.app.toy_scene import Decay, ready, wait


def test_a_file_is_put_aside_under_a_free_name(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    names = []
    for number in range(3):
        path.write_text(str(number))
        kept = keep_aside(path, "broken")
        assert kept is not None
        names.append(kept.name)
    assert names == ["a.broken.json", "a.broken-2.json", "a.broken-3.json"]
    assert [(tmp_path / name).read_text() for name in names] == ["0", "1", "2"]
    assert keep_aside(path, "broken") is None, "there is nothing any more"
    path.mkdir()
    assert keep_aside(path, "broken") is None


def test_the_names_do_not_run_out(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for number in range(MOST + 3):
        path.write_text(str(number))
        assert keep_aside(path, "broken") is not None
    assert len(list(tmp_path.iterdir())) == MOST


# -- marks -------------------------------------------------------------------------------------------------------------


def gone(mark: Sentinel) -> None:
    """End like a process that was killed: the system lets go of the lock, and the files stay."""
    assert mark._file is not None
    mark._file.close()
    mark._file = None


def test_a_mark_stands_until_a_proper_end(tmp_path: Path) -> None:
    mark = Sentinel(tmp_path / "running")
    mark.enter()
    mark.enter()
    mark.view.write_text("a view")
    mark.trace.touch()
    assert claim(tmp_path / "running", tmp_path / "crashes") == [], "it is alive"
    assert json.loads(mark.mark.read_text())["pid"] == os.getpid()
    mark.leave()
    mark.leave()
    assert list((tmp_path / "running").iterdir()) == []


def test_what_a_crash_left_is_found_once(tmp_path: Path) -> None:
    marks = [Sentinel(tmp_path / "running", row) for row in (0, 1)]
    for mark in marks:
        mark.enter()
    marks[0].view.write_text("a view")
    marks[0].trace.touch()
    marks[1].trace.write_text("a trace")
    living = Sentinel(tmp_path / "running")
    living.enter()
    for mark in marks:
        gone(mark)
    found = sorted(claim(tmp_path / "running", tmp_path / "crashes"), key=lambda crash: crash.row)
    assert [crash.row for crash in found] == [1, 2]
    assert found[0].view is not None
    assert found[0].view.read_text() == "a view"
    assert found[0].trace is None, "an empty log is none"
    assert found[1].trace is not None
    assert found[1].trace.read_text() == "a trace"
    assert claim(tmp_path / "running", tmp_path / "crashes") == []
    assert [path.name for path in (tmp_path / "running").iterdir()] == [living.mark.name]
    living.leave()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"row": "x", "pid": -1}', '{"row": 1e9}', "\x00\xff", "[" * 9000])
def test_a_mark_that_was_not_written_to_its_end_tells_of_a_crash_too(content: str, tmp_path: Path) -> None:
    (tmp_path / "7-abc.json").write_text(content)
    assert claim(tmp_path, tmp_path / "crashes") == [Crash(1)]


def test_only_the_last_few_crashes_are_kept(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}-a.json").write_text("{}")
        (tmp_path / f"{number}-a.ravine").write_text("a view")
        os.utime(tmp_path / f"{number}-a.ravine", (number * 100, 10**9 + number * 100))
        os.utime(tmp_path / f"{number}-a.json", (0, 0))
    assert len(claim(tmp_path, tmp_path / "crashes")) == 9
    kept = sorted(path.stem.rpartition("-")[2] for path in (tmp_path / "crashes").iterdir())
    assert kept == ["4", "5", "6", "7", "8"]


def test_what_lost_its_mark_long_ago_goes(tmp_path: Path) -> None:
    living = Sentinel(tmp_path)
    living.enter()
    living.view.write_text("a view")
    for name, age in ((living.view.name, 1e6), ("7-a.ravine", 1e6), (".7-a.ravine.x.part", 1e6), ("8-a.part", 10.0)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    claim(tmp_path, tmp_path.with_name("crashes"))
    assert {path.name for path in tmp_path.iterdir()} == {living.mark.name, living.view.name, "8-a.part"}
    living.leave()


def test_where_nothing_can_be_locked_the_process_number_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr("app.keeping.sentinel.fcntl.flock", refuse)
    (tmp_path / "1-a.json").write_text(json.dumps({"pid": os.getpid()}))
    (tmp_path / "2-a.json").write_text(json.dumps({"pid": 2**22 + 7, "row": 3}))
    assert claim(tmp_path, tmp_path / "crashes") == [Crash(4)]
    assert [path.name for path in tmp_path.glob("*.json")] == ["1-a.json"]


def test_a_process_of_somebody_else_lives_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    def forbid(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not yours")

    monkeypatch.setattr("app.keeping.sentinel.fcntl.flock", refuse)
    monkeypatch.setattr(os, "kill", forbid)
    (tmp_path / "1-a.json").write_text(json.dumps({"pid": 1}))
    (tmp_path / "2-a.json").write_text("{}")
    assert claim(tmp_path, tmp_path / "crashes") == [Crash(1)], "whose number is not known is gone"
    assert [path.name for path in tmp_path.glob("*.json")] == ["1-a.json"]


def test_a_mark_that_somebody_else_was_quicker_to_find_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "1-a.json").symlink_to(tmp_path / "gone")
    (tmp_path / "2-a.json").write_text("{}")
    assert claim(tmp_path, tmp_path / "crashes") == [Crash(1)]


def test_a_mark_that_cannot_be_put_up_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "running").write_text("in the way")
    with pytest.raises(WorkError, match="running cannot be written: "):
        Sentinel(tmp_path / "running").enter()
    assert claim(tmp_path / "running", tmp_path / "crashes") == []


# -- the session -------------------------------------------------------------------------------------------------------


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[Sentinel]:
    made = Sentinel(tmp_path / "running")
    made.enter()
    yield made
    made.leave()


def test_the_session_is_written_when_it_has_been_quiet(
    qapp: QApplication, session: Session, mark: Sentinel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosaving, "PAUSE_MS", 30)
    keeper = Autosave(session, mark, tmp_path / "session.ravine", qapp)
    writes: list[Path] = []

    def write(path: Path, content: bytes) -> None:
        writes.append(path)
        files.write_bytes(path, content)

    monkeypatch.setattr(autosaving, "write_bytes", write)
    session.open(Decay)
    wait(lambda: session.playing)
    assert writes == [], "nothing while it plays"
    ready(session)
    for rate in (0.2, 0.3, 0.4):
        session.turn(rate=rate)
    ready(session)
    wait(lambda: len(writes) == 1)
    assert view_file.read(mark.view, finder(session)) == shown(session)
    session.seek(4)
    wait(lambda: len(writes) == 2)
    session.set_speed(2.0)
    keeper.save()
    assert len(writes) == 2, "nothing has changed"
    assert keeper.finish() == ""
    assert view_file.read(tmp_path / "session.ravine", finder(session)) == shown(session)
    assert not mark.standing
    keeper.deleteLater()


def test_a_long_drag_is_written_now_and_then(
    qapp: QApplication, session: Session, mark: Sentinel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("app.keeping.autosave.time.monotonic", lambda: now[0])
    keeper = Autosave(session, mark, tmp_path / "session.ravine", qapp)
    session.open(Decay)
    for _ in range(12):
        keeper._follow(frozenset({"params"}))
        assert keeper._timer.interval() <= max(autosaving.PAUSE_MS, 0)
        now[0] += 0.5
    assert keeper._timer.interval() == 0, "it has waited for long enough"
    keeper.finish()
    keeper.deleteLater()


def test_what_is_changed_while_a_film_plays_is_written(
    qapp: QApplication, session: Session, mark: Sentinel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosaving, "PAUSE_MS", 30)
    keeper = Autosave(session, mark, tmp_path / "session.ravine", qapp)
    session.open(Decay)
    session.set_loop(True)
    wait(lambda: session.playing)
    session.turn(rate=0.4)
    wait(mark.view.exists)
    assert session.playing
    kept = view_file.read(mark.view, finder(session))
    assert kept.params.values()["rate"] == 0.4
    keeper.finish()
    keeper.deleteLater()


def test_what_a_crash_left_is_offered_again_until_something_is_changed(
    qapp: QApplication, session: Session, mark: Sentinel, tmp_path: Path
) -> None:
    left = tmp_path / "left.ravine"
    left.write_text("what somebody worked on")
    session.open(Decay)
    keeper = Autosave(session, mark, tmp_path / "session.ravine", qapp, left)
    keeper.save()
    assert mark.view.read_text() == "what somebody worked on"
    ready(session)
    session.seek(3)
    keeper.save()
    assert mark.view.read_text() == "what somebody worked on", "to look at the first scene is no work"
    session.turn(rate=0.4)
    keeper.save()
    assert view_file.read(mark.view, finder(session)).params == session.params
    session.turn(rate=Decay.simulation.params().rate)
    keeper.save()
    assert view_file.read(mark.view, finder(session)).params == session.params, "and so it stays"
    keeper.finish()
    keeper.deleteLater()


def test_what_a_crash_left_and_cannot_be_read_any_more_is_let_go(
    qapp: QApplication, session: Session, mark: Sentinel, tmp_path: Path
) -> None:
    session.open(Decay)
    keeper = Autosave(session, mark, tmp_path / "session.ravine", qapp, tmp_path / "gone.ravine")
    keeper.save()
    assert not mark.view.exists()
    keeper.finish()
    keeper.deleteLater()


def test_a_full_disk_is_told_once_and_nothing_else_happens(
    qapp: QApplication, session: Session, mark: Sentinel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    keeper = Autosave(session, mark, tmp_path / "session.ravine", qapp)
    told: list[str] = []
    keeper.failed.connect(told.append)
    session.open(Decay)
    ready(session)
    keeper.save()
    before = mark.view.read_bytes()
    monkeypatch.setattr("app.files.os.fsync", full)
    for k in (1, 2, 3):
        session.seek(k)
        keeper.save()
    assert len(told) == 1
    assert "No space left on device" in told[0]
    assert mark.view.read_bytes() == before, "the old one stays whole"
    assert "No space left on device" in keeper.finish()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
    keeper.deleteLater()


def test_before_there_is_a_scene_there_is_nothing_to_keep(
    qapp: QApplication, session: Session, mark: Sentinel, tmp_path: Path
) -> None:
    keeper = Autosave(session, mark, tmp_path / "session.ravine", qapp)
    keeper.save()
    assert keeper.finish() == ""
    assert not (tmp_path / "session.ravine").exists()
    keeper.deleteLater()


def test_a_frame_that_is_still_to_come_is_kept_too(session: Session) -> None:
    session.open(Decay, None, 0, 7)
    found = shown(session)
    assert found is not None
    assert found.frame == 7
    ready(session)


def test_an_exception_of_ours_ends_a_start_properly_and_any_other_is_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "folder", lambda: tmp_path / "state")
    monkeypatch.setattr(settings, "settings_path", lambda: tmp_path / "settings.json")
    for error in (UsageError("no such scene"), KeyboardInterrupt(), SystemExit(1)):
        with pytest.raises(type(error)), start.begun() as begun:
            raise error
        assert begun.crash is None
    with pytest.raises(ZeroDivisionError), start.begun() as begun:
        raise ZeroDivisionError
    gone(begun.sentinel)
    with start.begun() as begun:
        assert begun.crash is not None
        assert begun.crash.trace is not None
        assert "ZeroDivisionError" in begun.crash.trace.read_text()
        assert begun.offered is None
        assert begun.told == []


def test_after_two_crashes_in_a_row_a_start_is_clean_and_says_where_things_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with start.begun() as begun:
        assert not begun.clean
    kept, remembered = begun.session_path, begun.settings_path
    assert kept.is_relative_to(start.folder())
    assert settings.save(Settings(), remembered) == ""
    kept.write_text("of before")
    for row in (1, 2):
        with pytest.raises(ZeroDivisionError), start.begun() as begun:
            raise ZeroDivisionError
        assert begun.sentinel.row == row - 1
        begun.sentinel.view.write_text(f"view {row}")
        gone(begun.sentinel)
    with start.begun() as begun:
        assert begun.clean
        assert begun.offered is not None
        assert begun.offered.read_text() == "view 2"
        (said,) = begun.told
        assert not kept.exists()
        assert not remembered.exists()
    for name in ("session.before-clean-start.ravine", "settings.before-clean-start.json"):
        assert name in said
