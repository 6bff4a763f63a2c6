"""Where a file is written: through links, with the permissions it had, over nothing but files, however long its name is."""

import os
import sys
from pathlib import Path

import pytest

from app import files
from app.export import child
from app.export.job import Job
from app.export_dialog.runner import traces
from app.failure import UsageError, WorkError
from app.subject import subject

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and permissions as POSIX knows them")
OLD = b"old"


@posix
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    place, link, second = tmp_path / "deep" / "a.txt", tmp_path / "link.txt", tmp_path / "second.txt"
    place.parent.mkdir()
    place.write_bytes(OLD)
    link.symlink_to("deep/a.txt")
    second.symlink_to(link)
    with files.replacing(second) as part:
        assert part.parent == place.parent.resolve(), "the unfinished file lies beside the real one"
        assert files.parts_of([second]) == files.parts_of([place.resolve()]) == [part]
        part.write_bytes(b"new")
    assert place.read_bytes() == b"new"
    assert link.is_symlink()
    assert second.is_symlink()
    assert list(place.parent.iterdir()) == [place]


@posix
def test_a_link_to_nothing_makes_the_file_and_one_to_no_folder_says_which(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a.txt")
    files.write_bytes(tmp_path / "link", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "lost").symlink_to("nowhere/a.txt")
    with pytest.raises(WorkError, match=r"lost could not be written: there is no folder .*nowhere"):
        files.write_bytes(tmp_path / "lost", b"new")


@posix
def test_a_loop_of_links_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(WorkError, match="a could not be written: Too many levels of symbolic links"):
        files.write_bytes(tmp_path / "a", b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o777])
def test_the_new_file_has_the_permissions_of_the_old_one(mode: int, tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(OLD)
    target.chmod(mode)
    with files.replacing(target) as part:
        assert part.stat().st_mode & 0o777 == 0o600, "nobody else reads it before its time"
        part.write_bytes(b"new")
    assert target.stat().st_mode & 0o777 == mode
    assert target.read_bytes() == b"new"


@posix
@pytest.mark.parametrize("linked", [False, True])
def test_what_is_no_file_is_not_replaced(linked: bool, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    target = tmp_path / "link" if linked else tmp_path / "pipe"
    if linked:
        target.symlink_to("pipe")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(WorkError, match=f"{target.name} could not be written: it is not a file"):
        files.write_bytes(target, b"new")
    with pytest.raises(WorkError, match="could not be written: it is a folder"):
        files.write_bytes(tmp_path, b"new")
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(tmp_path.iterdir()) == before


def test_what_no_file_can_be_called_is_refused_in_one_line(tmp_path: Path) -> None:
    for use in (lambda path: files.write_bytes(path, b""), files.make_folder):
        with pytest.raises(UsageError, match="is not a name that a file can have") as wrong:
            use(tmp_path / "a\0b")
        assert str(wrong.value).isprintable()


def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(WorkError, match=r"the folder .*b could not be made: Not a directory"):
        files.make_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize("letter", ["x", "é", "永", "🏔"])
@pytest.mark.parametrize("shift", range(4))
def test_a_name_may_be_as_long_as_the_system_allows(letter: str, shift: int, tmp_path: Path) -> None:
    start = "a" * shift
    target = tmp_path / (start + letter * ((251 - shift) // len(letter.encode())) + ".txt")
    with files.replacing(target) as part:
        assert target.name.startswith(part.name[1:].partition("~")[0]), "cut between two letters"
        assert files.parts_of([target]) == [part]
        part.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(WorkError, match="File name too long"):
        files.write_bytes(target.with_name("x" * 256), b"new")


LONG = "n" * 230


def test_what_is_left_of_one_name_is_not_taken_for_anothers(tmp_path: Path) -> None:
    names = [f"{LONG}-1.gif", f"{LONG}-2.gif", "a.gif", "a.gif.b.gif", "[a].gif"]
    with files.replacing(tmp_path / names[0]) as part:
        assert files.parts_of([tmp_path / names[1]]) == []
        assert files.parts_of([tmp_path / name for name in names]) == [part]
        part.touch()
    for name in names:
        for other in names:
            (tmp_path / f"{files._beginning(other)}.x{files.PART}").touch()
        running = child.Child.__new__(child.Child)
        running.job = Job(subject("momentum-ravine"), tmp_path / name)
        running._sweep()
        assert not (tmp_path / f"{files._beginning(name)}.x{files.PART}").exists()
        assert len(list(tmp_path.glob(".*"))) == len(names) - 1


def test_traces_of_a_row_with_long_names_are_its_own(tmp_path: Path) -> None:
    for name in (f"{LONG}-007.png", f"{LONG}-7.png"):
        (tmp_path / name).touch()
    for name in (f"{LONG}-000.png", f"{LONG}-001.png", f"{LONG}-008.png", f"{LONG}x-008.png", f"{LONG}-099.png"):
        (tmp_path / f"{files._beginning(name)}.x{files.PART}").touch()
    wanted = {f"{LONG}-007.png", f"{LONG}-7.png"}
    wanted |= {f"{files._beginning(f'{LONG}-{n}.png')}.x{files.PART}" for n in ("000", "001", "008")}
    assert {path.name for path in traces(tmp_path / f"{LONG}-%03d.png")} == wanted
    assert traces(tmp_path / "nowhere" / "a-%03d.png") == {}
