"""Opening: a window where there is a display; without one a sentence and a film, never an abort of Qt's."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app import display
from app.main import main
from tests.app import decoding, fake_scene

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No display, and a folder to stand in."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_display_it_says_which_variables_are_missing(bare: Path) -> None:
    assert display.obstacle() == "neither DISPLAY nor WAYLAND_DISPLAY is set"


def test_a_forced_platform_that_needs_no_display_is_respected(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.obstacle() is None


@pytest.mark.parametrize("forced", ["", "xcb"])
def test_a_dead_x_display_is_noticed_beforehand(forced: str, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    if forced:
        monkeypatch.setenv("QT_QPA_PLATFORM", forced)
    found = display.obstacle()
    assert found is not None
    assert "':4711' does not answer" in found or "lacks a library" in found


def test_a_dead_wayland_display_is_noticed_and_a_living_one_taken(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    assert display.obstacle() is not None
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(bare / "wayland-9"))
        assert display.obstacle() is not None  # nobody listens yet
        line.listen()
        monkeypatch.setattr(display, "_plugin", lambda platform: None)
        assert display.obstacle() is None


def test_without_a_display_the_scene_is_filmed(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    fake_scene.install(monkeypatch)
    assert main(["sliding-box", "--set", "speed=2", "--theme", "paper"]) == 0
    out, err = capsys.readouterr()
    first, last = out.splitlines()
    assert first.startswith("There is no display (neither DISPLAY")
    assert first.endswith("filming sliding-box to ravine-tour.mp4 instead.")
    assert last.startswith("ravine-tour.mp4: 1920×1080, 1.0 s")
    assert "ravine-tour.mp4" in err  # the progress bar
    assert "100%" in err
    frames = decoding.film(Path("ravine-tour.mp4"))
    assert len(frames) == 60
    assert frames[0][1][0, 0, 0] > 240  # Paper


def test_from_the_shell_with_a_dead_display_it_ends_well(bare: Path) -> None:
    environment = {**os.environ, "DISPLAY": ":4711", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "app"], cwd=bare, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("There is no display (")
    assert "Traceback" not in done.stderr
    assert "qt.qpa" not in done.stderr
    assert [path.name for path in bare.iterdir()] == ["ravine-tour.mp4"]


def test_where_the_film_cannot_be_written_either_that_is_one_line(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    fake_scene.install(monkeypatch)
    (bare / "ravine-tour.mp4").mkdir()
    assert main(["sliding-box"]) == 1
    assert capsys.readouterr().err.endswith("ravine: ravine-tour.mp4 could not be written: it is a folder\n")
