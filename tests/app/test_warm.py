"""`ravine warm`: for a person it compiles everything; for a window first what is on the screen, and it ends with it."""

import dataclasses
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLockFile

from app import own_process, simulations, warmup
from app.commands import warm_command
from app.main import main
from core import compiler, kernel_folder
from tests.app.fake_scene import SLIDE, SlideParams, SlideRecording

ROOT = Path(__file__).resolve().parents[2]
SLUGS = ("a-scene", "b-scene", "c-scene")
runs: list[str] = []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Path:
    """Three simulations to compile, and an empty folder for what comes of it."""
    runs.clear()
    for module in (warmup, kernel_folder):
        monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(kernel_folder, "drop_old_caches", lambda: 0)
    monkeypatch.setattr(compiler, "unkept", [])
    monkeypatch.setattr(warm_command, "_beside_a_window", lambda: None)
    monkeypatch.setattr(simulations, "survey", lambda: ({slug: simulation(slug) for slug in SLUGS}, {}))
    return tmp_path


def simulation(slug: str, act: Callable[[], object] = lambda: None) -> Any:
    def run(params: SlideParams, seed: int) -> SlideRecording:
        runs.append(slug)
        act()
        return SLIDE.simulate(params, seed)

    return dataclasses.replace(SLIDE, slug=slug, simulate=run, claims=lambda recording: ())


def lock_on(path: Path) -> QLockFile:
    """As another process holds it."""
    lock = QLockFile(str(path))
    assert lock.tryLock(0)
    return lock


def marks(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.ready"))


def test_for_a_person_it_compiles_everything_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warmup.mark("a-scene", ())
    assert main(["warm"]) == 0
    assert runs == list(SLUGS), "what was compiled before may be damaged"
    assert marks(folder) == [f"{slug}.ready" for slug in SLUGS]
    assert capsys.readouterr().out == f"3 of 3 scenes are compiled; the code is kept in {folder}\n"


@pytest.mark.parametrize("harm", ["gone", "cut", "mark"])
def test_a_scene_whose_compiled_code_is_gone_or_cut_is_compiled_again(folder: Path, harm: str) -> None:
    kernel, other = folder / "a kernel.nbc", folder.parent / "elsewhere.nbc"
    for path in (kernel, other):
        path.write_bytes(b"code")
    warmup.mark("a-scene", {kernel, other})
    assert warmup.ready("a-scene")
    other.unlink()
    assert warmup.ready("a-scene"), "it lies in the folder of another version"
    if harm == "gone":
        kernel.unlink()
    elif harm == "cut":
        kernel.write_bytes(b"cod")
    else:
        (folder / "a-scene.ready").write_text("a kernel.nbc 4\na k")
    assert not warmup.ready("a-scene")
    assert main(["warm", "--first", "a-scene"]) == 0
    assert "a-scene" in runs


def test_for_a_window_it_begins_with_what_is_on_the_screen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warmup.mark("a-scene", ())
    assert main(["warm", "--first", "c-scene"]) == 0
    assert runs == ["c-scene", "b-scene"]
    said = ["begins 2 of 3: c-scene", "ready 2 of 3: c-scene", "begins 3 of 3: b-scene", "ready 3 of 3: b-scene"]
    out, err = capsys.readouterr()
    assert out.splitlines() == said
    assert err == ""
    assert not list(folder.glob("*.lock"))
    assert all(warmup.LINE.fullmatch(line) for line in said)


def test_what_another_process_compiles_is_left_to_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = lock_on(folder / "b-scene.lock")
    other = threading.Timer(0.4, lambda: warmup.mark("b-scene", ()))
    other.start()
    assert main(["warm", "--first", "a-scene"]) == 0
    other.join()
    lock.unlock()
    assert runs == ["a-scene", "c-scene"]
    assert capsys.readouterr().out.splitlines()[-1] == "ready 3 of 3: b-scene"


def test_what_the_window_waits_for_is_waited_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = lock_on(folder / "b-scene.lock")
    other = threading.Timer(0.4, lambda: warmup.mark("b-scene", ()))
    other.start()
    assert main(["warm", "--first", "b-scene"]) == 0
    other.join()
    lock.unlock()
    assert runs == ["a-scene", "c-scene"]
    assert capsys.readouterr().out.splitlines()[:3] == [
        "begins 1 of 3: b-scene",
        "ready 1 of 3: b-scene",
        "begins 2 of 3: a-scene",
    ]


def test_what_another_process_gave_up_is_taken_over(folder: Path) -> None:
    lock = lock_on(folder / "a-scene.lock")
    other = threading.Timer(0.4, lock.unlock)
    other.start()
    assert main(["warm", "--first", "a-scene"]) == 0
    other.join()
    assert runs[0] == "a-scene"
    assert len(marks(folder)) == 3


@pytest.mark.parametrize("arguments", [["warm"], ["warm", "--first", "a-scene"]])
def test_where_nothing_is_kept_it_leaves_no_mark(folder: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    full = simulation("a-scene", lambda: compiler.unkept.append("a kernel"))
    monkeypatch.setattr(simulations, "survey", lambda: ({"a-scene": full, "b-scene": simulation("b-scene")}, {}))
    assert main(arguments) == (warmup.UNKEPT if "--first" in arguments else 0)
    assert marks(folder) == []
    assert runs == (["a-scene"] if "--first" in arguments else ["a-scene", "b-scene"])


def test_a_broken_scene_is_told_and_not_tried_at_each_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = simulation("b-scene", lambda: [][0])
    monkeypatch.setattr(
        simulations, "survey", lambda: ({"a-scene": simulation("a-scene"), "b-scene": broken}, {"x": OSError("gone")})
    )
    assert main(["warm", "--first", "b-scene"]) == 1
    assert runs == ["b-scene", "a-scene"]
    assert marks(folder) == ["a-scene.ready", "b-scene.ready"]
    assert capsys.readouterr().err.splitlines() == [
        "ravine: x: OSError: gone",
        "ravine: b-scene: IndexError: list index out of range",
    ]


def test_only_the_scenes_that_are_named(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(simulations, "alone", {slug: simulation(slug) for slug in SLUGS}.get)
    assert main(["warm", "b-scene"]) == 0
    assert runs == ["b-scene"]
    assert marks(folder) == ["b-scene.ready"]


def test_it_ends_with_its_window(tmp_path: Path) -> None:
    environment = own_process.environment()
    environment.insert(kernel_folder.CACHE_VARIABLE, str(tmp_path))
    places = {name: environment.value(name) for name in environment.keys()}  # noqa: SIM118  it is no dict
    command = [*own_process.command("warm"), "--first", "momentum-ravine"]
    assert command[0] == sys.executable
    with subprocess.Popen(
        command, cwd=tmp_path, env=places, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().startswith("begins 1 of ")
        process.stdin.close()
        assert process.wait(timeout=20) == 0
    assert not list(tmp_path.rglob("*.ready"))
