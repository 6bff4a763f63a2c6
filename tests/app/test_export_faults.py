"""What can go wrong while a file is written: the old one survives, nothing half written stays, the reason is one line."""

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from app import files
from app.export import encoders
from app.export.job import Drawing, Job
from app.export.make import make
from app.failure import WorkError
from app.main import main
from app.subject import subject
from tests.app import decoding, fake_scene

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("mp4", "webm", "gif", "apng", "webp", "png", "svg", "pdf")
OLD = b"the old file"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object) -> None:
    fake_scene.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB, mounted where that is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a disk cannot be mounted here")
    yield folder
    # PyAV keeps a file open whose very head could not be written; it goes with the process.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("name", [f"film.{form}" for form in FORMATS] + ["run.npz", "run.csv", "run.json", "a-%02d.png"])
def test_on_a_full_disk_the_old_file_survives(
    name: str, small_disk: Path, scene: None, capsys: pytest.CaptureFixture[str]
) -> None:
    target = small_disk / name
    if "%" not in name:
        target.write_bytes(OLD)
    (small_disk / "ballast").write_bytes(b"x" * (60_000 - len(OLD)))
    before = sorted(path.name for path in small_disk.iterdir())
    command = "record" if name.startswith("run") else "export"
    more = ["--set", "steps=500"] if command == "record" else ["--size", "640x360", "--seconds", "2"]
    assert main([command, "sliding-box", "-o", str(target), *more]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "could not be written: No space left on device" in err
    assert sorted(path.name for path in small_disk.iterdir()) == before
    if "%" not in name:
        assert target.read_bytes() == OLD


@pytest.mark.parametrize("form", FORMATS)
def test_without_a_small_disk_the_writer_refuses_the_same_way(
    form: str, scene: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    target = Path(f"film.{form}")
    target.write_bytes(OLD)
    assert main(["export", "sliding-box", "-o", str(target), "--size", "320x180", "--seconds", "0.2"]) == 1
    assert capsys.readouterr().err == f"ravine: {target} could not be written: No space left on device\n"
    assert target.read_bytes() == OLD
    assert list(Path().iterdir()) == [target]


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_an_encoder_that_breaks_off_is_one_line(
    form: str, scene: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = encoders.Container.encode

    def fails(self: encoders.Container, frame: Any, at: int) -> None:
        if at > 20:
            raise av.error.InvalidDataError(1094995529, "the encoder gave up")
        real(self, frame, at)

    monkeypatch.setattr(encoders.Container, "encode", fails)
    target = Path(f"film.{form}")
    target.write_bytes(OLD)
    assert main(["export", "sliding-box", "-o", str(target), "--size", "320x180"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "could not be encoded: " in err
    assert target.read_bytes() == OLD
    assert list(Path().iterdir()) == [target]


def test_a_missing_encoder_is_named_with_the_command_that_helps(
    scene: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = encoders.Container.__init__

    def without(self: encoders.Container, *arguments: Any, **options: Any) -> None:
        real(self, *arguments, **options | {"codec": "libnowhere"})

    monkeypatch.setattr(encoders.Container, "__init__", without)
    assert main(["export", "sliding-box", "-o", "film.mp4"]) == 1
    err = capsys.readouterr().err
    assert err == "ravine: this machine has no encoder for .mp4; `ravine doctor` lists those there are\n"
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("form", ["mp4", "gif", "webp"])
def test_stopping_in_the_middle_leaves_nothing_and_the_old_file(form: str, scene: None) -> None:
    target = Path(f"film.{form}")
    target.write_bytes(OLD)

    def stop(done: float, total: float, note: str) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(Job(subject("sliding-box"), target, Drawing(size=(320, 180))), stop)
    assert target.read_bytes() == OLD
    assert list(Path().iterdir()) == [target]


def test_the_new_file_replaces_the_old_one_with_usual_permissions(scene: None) -> None:
    target = Path("a.png")
    target.write_bytes(OLD)
    assert main(["export", "sliding-box", "-o", "a.png", "--size", "320x180"]) == 0
    assert decoding.still(target).shape == (180, 320, 4)
    Path("plain").touch()
    assert target.stat().st_mode == Path("plain").stat().st_mode
    assert sorted(path.name for path in Path().iterdir()) == ["a.png", "plain"]


def test_a_target_in_an_absent_folder_says_which(tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "a.txt"
    with pytest.raises(WorkError, match=r"could not be written: there is no folder .*nowhere"):
        files.write_bytes(target, b"text")


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is cleared away there")
@pytest.mark.parametrize("times", [1, 3, 1000])
def test_what_another_process_clears_away_too_early_is_made_again(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared: list[Path] = []

    def flock(file: int, how: int) -> None:  # between making the file and locking it
        if len(cleared) < times:
            (part,) = tmp_path.glob(f".*{files.PART}")
            part.unlink()
            cleared.append(part)

    monkeypatch.setattr("app.files.fcntl.flock", flock)
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)
    if times < files.ATTEMPTS:
        files.write_bytes(target, b"new")
    else:
        with pytest.raises(WorkError, match=r"a\.txt could not be written: another program removes what is being written"):
            files.write_bytes(target, b"new")
    assert len(cleared) == min(times, files.ATTEMPTS)
    assert target.read_bytes() == (b"new" if times < files.ATTEMPTS else OLD)
    assert list(tmp_path.iterdir()) == [target]


def _start(target: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "app", "export", "momentum-ravine", "-o", str(target), "--seconds", "60", *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _wait_for_part(folder: Path, process: subprocess.Popen[bytes]) -> Path:
    """The unfinished file, once something stands in it."""
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        for part in folder.glob(".*.part"):
            with contextlib.suppress(OSError):
                if part.stat().st_size > 0:
                    return part
        time.sleep(0.02)
    raise AssertionError(f"no film began: {process.communicate()}")


def test_killed_half_way_the_old_film_still_stands(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(OLD)
    process = _start(target)
    part = _wait_for_part(tmp_path, process)
    process.kill()
    process.communicate()
    assert target.read_bytes() == OLD
    assert set(tmp_path.iterdir()) == {target, part}
    foreign = tmp_path / ".a.part"
    foreign.touch()
    with files.replacing(tmp_path / "b") as living:
        assert not part.exists(), "the next who writes there clears up"
        files._CLEARED.clear()
        files.write_bytes(tmp_path / "c", b"new")
        assert living.exists(), "and leaves alone what is being written"
    assert {path.name for path in tmp_path.iterdir()} == {"film.mp4", "b", "c", ".a.part"}


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX knows them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_clears_up_and_says_so_in_one_line(number: int, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(OLD)
    process = _start(target)
    _wait_for_part(tmp_path, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert err == b"ravine: stopped; nothing was left half written\n"
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes() == OLD
