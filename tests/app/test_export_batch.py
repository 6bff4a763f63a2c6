"""Many exports at once: from every scene or a recipe, in parallel, going on after a failure, taking up where it stopped."""

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from app import provenance
from app.export import batch, child
from app.export.job import Drawing, Job
from app.export.make import Made
from app.main import main
from app.subject import subject
from tests.app import decoding, fake_scene


@pytest.fixture(autouse=True)
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The fake scene; and children that work in this process, as another one would not know it."""
    fake_scene.install(monkeypatch)
    started: list[Path] = []

    class Here:
        def __init__(self, job: Job) -> None:
            started.append(job.target)
            self.job = job
            self.connection, line = multiprocessing.Pipe(duplex=False)
            monkeypatch.setattr(signal, "signal", lambda *_: None)
            monkeypatch.setattr(os, "nice", lambda _: 0)
            child._work(job, line)
            line.close()

        def report(self) -> child.Report:
            latest = child.Report()
            while self.connection.poll() and not latest.over:
                latest = self.connection.recv()
            self.connection.close()
            return latest

        def cancel(self) -> None:
            raise AssertionError("nothing was to be cancelled")

    monkeypatch.setattr(batch, "Child", Here)
    return started


RECIPE = """
folder = "figures"
theme = "paper"
size = "320x180"

[[export]]
scene = "sliding-box"
file = ["box.png", "box.svg"]
set = { speed = 2.5 }
seed = 4

[[export]]
scene = "sliding-box"
file = "late.png"
frame = 99

[[export]]
scene = "sliding-box"
file = "bare.png"
theme = "studio"
title = false
frame = 2
"""


def test_a_recipe_makes_what_it_lists_and_tells_what_failed(fake: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    Path("recipe.toml").write_text(RECIPE)
    assert main(["export", "recipe.toml"]) == 1
    out, err = capsys.readouterr()
    assert err == "ravine: figures/late.png: frame: 99 is outside its range (0 to 8 in this run)\n"
    assert len(out.splitlines()) == 3
    assert sorted(path.name for path in Path("figures").iterdir()) == ["bare.png", "box.png", "box.svg"]
    made = provenance.read(Path("figures/box.svg"))
    assert (made.params["speed"], made.seed, made.drawing["theme"]) == (2.5, 4, "paper")
    assert decoding.still(Path("figures/bare.png")).shape == (180, 320, 4)
    assert decoding.still(Path("figures/box.png"))[0, 0, 0] > 240
    assert decoding.still(Path("figures/bare.png"))[0, 0, 0] < 20


def test_a_recipe_may_ask_for_a_part_of_the_run(fake: list[Path]) -> None:
    part = 'file = "part-%02d.png"\nframes = [2, 4]\nall_steps = true\nhold = [0, 0]\nfps = 10'
    stills = "".join(f'[[export]]\nscene = "sliding-box"\nfile = "still-{k}.png"\nframe = {k}\n' for k in (2, 4))
    Path("recipe.toml").write_text(f'size = "320x180"\n[[export]]\nscene = "sliding-box"\n{part}\n{stills}')
    assert main(["export", "recipe.toml"]) == 0
    assert [path.name for path in sorted(Path().glob("part-*.png"))] == ["part-00.png", "part-01.png", "part-02.png"]
    for number, k in ((0, 2), (2, 4)):
        assert (decoding.still(Path(f"part-{number:02d}.png")) == decoding.still(Path(f"still-{k}.png"))).all()


def test_resume_makes_only_what_is_missing_or_made_differently(fake: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    Path("recipe.toml").write_text(RECIPE.replace("frame = 99", "frame = 7"))
    assert main(["export", "recipe.toml"]) == 0
    fake.clear()
    assert main(["export", "recipe.toml", "--resume"]) == 0
    assert fake == []
    assert "4 of 4 files were complete already" in capsys.readouterr().out
    Path("figures/box.svg").unlink()
    Path("figures/bare.png").write_bytes(b"damaged")
    Path("recipe.toml").write_text(RECIPE.replace("frame = 99", "frame = 6"))
    assert main(["export", "recipe.toml", "--resume"]) == 0
    assert sorted(path.name for path in fake) == ["bare.png", "box.svg", "late.png"]


def test_resume_knows_whether_a_row_of_pictures_is_complete(fake: list[Path]) -> None:
    words = ["export", "sliding-box", "-o", "f-%02d.png", "--size", "320x180", "--seconds", "0.2", "--resume"]
    assert main(words) == 0
    stamp = Path("f-05.png").stat().st_mtime_ns
    assert main(words) == 0
    assert Path("f-05.png").stat().st_mtime_ns == stamp
    Path("f-00.png").unlink()  # the one that is written last
    assert main(words) == 0
    assert Path("f-05.png").stat().st_mtime_ns != stamp


def test_all_draws_every_scene_in_every_format_asked_for(fake: list[Path]) -> None:
    assert main(["export", "--all", "-o", "films/today", "--formats", "png,svg", "--size", "320x180", "--seed", "3"]) == 0
    assert sorted(path.name for path in Path("films/today").iterdir()) == ["sliding-box.png", "sliding-box.svg"]
    assert provenance.read(Path("films/today/sliding-box.png")).seed == 3


def test_a_folder_that_is_there_may_be_called_like_a_film(fake: list[Path]) -> None:
    Path("a.mp4").mkdir()
    assert main(["export", "--all", "-o", "a.mp4", "--formats", "png", "--size", "320x180"]) == 0
    assert [path.name for path in Path("a.mp4").iterdir()] == ["sliding-box.png"]


WRONG = {
    "": "it has no [[export]] entry",
    "export = 3": "it has no [[export]] entry",
    "[[export]]\nfile = 'a.png'": "export 1: scene is missing",
    "[[export]]\nscene = 'sliding-box'": "export 1: file is missing",
    "[[export]]\nscene = 'slidingbox'\nfile = 'a.png'": "did you mean sliding-box?",
    "[[export]]\nscene = 'sliding-box'\nfile = '../a.png'": "lies outside the recipe's folder",
    "[[export]]\nscene = 'sliding-box'\nfile = '/tmp/a.png'": "lies outside the recipe's folder",
    "[[export]]\nscene = 'sliding-box'\nfile = 'C:a.png'": "lies outside the recipe's folder",
    "folder = '..'\n[[export]]\nscene = 'sliding-box'\nfile = 'a.png'": "lies outside the recipe's folder",
    "colour = 1\n[[export]]\nscene = 'sliding-box'\nfile = 'a.png'": "colour: no such setting",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\ncolour = 1": "colour: no such setting",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nset = { speed = 'fast' }": "speed: 'fast' is not a number",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nset = { speed = 99 }": "speed: 99 is outside its range",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nset = 3": "set: write it as a table",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nseed = -1": "seed: -1 is not a whole number",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nsize = 3": "size: 3 is not a size",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nfps = true": "fps: True is not a number",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nfps = nan": "fps: nan is outside its range",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nhold = 3": "hold: 3 is not two numbers",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nframes = [1]": "frames: [1] is not two frames",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nslow = 1": "slow: 1 is neither true nor false",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\ntheme = 'neon'": "theme: 'neon' is not one of",
    "[[export]]\nscene = 'sliding-box'\nfile = ['a.png', 'a.png']": "two exports write a.png",
    "[[export]]\nscene = 'sliding-box'\nfile = [3]": "file: 3 is not a name",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nframe = 1.5": "frame: 1.5 is not a whole number",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\nframes = [1, true]": "frames: True is not a whole number",
    "[[export]]\nscene = 'sliding-box'\nfile = 'a.png'\ntheme = 3": "theme: 3 is not a name",
    "[[export]]\nscene = 'sliding-box'\nfile = \"a\\u0000b.png\"": "export 1: file: 'a\\x00b.png' holds a character that",
    "[[export]]\nscene = 'sliding-box'\nfile = ['a.png', \"\\u202eb.png\"]": "export 1: file: '\\u202eb.png' holds a character",
    "folder = \"a\\u0000\"\n[[export]]\nscene = 'sliding-box'\nfile = 'a.png'": "folder: 'a\\x00' holds a character that",
    "not toml": "cannot be read",
    "a = " + "[" * 5000: "cannot be read",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_recipe_is_one_line_before_any_work(
    text: str, fake: list[Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Path("recipe.toml").write_text(text)
    assert main(["export", "recipe.toml"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("ravine: recipe.toml")
    assert err.count("\n") == 1
    assert WRONG[text] in err
    assert [path.name for path in tmp_path.iterdir()] == ["recipe.toml"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("export --all", "which folder"),
        ("export --all sliding-box -o a", "name none"),
        ("export --all -o a --set speed=1", "turn no knob"),
        ("export --all -o a --formats mp4,avi", "'avi' is not one of"),
        ("export --all -o a --jobs 0", "jobs: 0 is outside"),
        ("export --all -o a.mp4", "-o names a folder, and 'a.mp4' ends like one of them"),
        ("export --all -o b/A.PNG", "-o names a folder, and 'A.PNG' ends like one of them"),
        ("export recipe.toml -o a.pdf", "-o names a folder, and 'a.pdf' ends like one of them"),
        ("export --all -o a\0b", "'a\\x00b' is not a name that a file can have"),
        ("export sliding-box -o a\0b.png", "'a\\x00b.png' is not a name that a file can have"),
        ("export sliding-box -o a\0b.mp4", "'a\\x00b.mp4' is not a name that a file can have"),
        ("export sliding-box -o a\0/b.png --resume", "'a\\x00/b.png' is not a name that a file can have"),
        ("record sliding-box -o a\0b.npz", "'a\\x00b.npz' is not a name that a file can have"),
        ("export recipe.toml --fps 30", "a recipe says itself how to draw"),
        ("export absent.toml", "absent.toml cannot be read: No such file"),
        ("export", "name a scene, a recipe, or --all"),
        ("export sliding-box", "which file to write"),
    ],
)
def test_a_mistake_in_the_command_is_one_line(
    words: str, why: str, fake: list[Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(words.split()) == 2
    err = capsys.readouterr().err
    assert why in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def _job(name: str, **drawing: object) -> Job:
    return Job(subject("momentum-ravine", ["steps=40"]), Path(name), Drawing(size=(320, 180), **drawing))  # type: ignore[arg-type]


def _end(running: child.Child) -> child.Report:
    end = time.monotonic() + 120
    while not running.report().over and time.monotonic() < end:
        time.sleep(0.02)
    return running.report()


def test_a_process_of_its_own_reports_what_it_made() -> None:
    running = child.Child(_job("film.mp4", seconds=0.5))
    last = _end(running)
    assert isinstance(last.made, Made)
    assert last.made.frames == 30
    assert last.made.size == Path("film.mp4").stat().st_size
    assert not running._process.is_alive()


def test_a_process_that_dies_is_told_in_one_sentence_and_leaves_nothing() -> None:
    Path("film.mp4").write_bytes(b"old")
    running = child.Child(_job("film.mp4", seconds=600.0))
    end = time.monotonic() + 120
    while running.report().share == 0 and time.monotonic() < end:
        time.sleep(0.01)
    running._process.kill()
    assert "its process ended without a word (signal 9)" in _end(running).failure
    assert [path.name for path in Path().iterdir()] == ["film.mp4"]
    assert Path("film.mp4").read_bytes() == b"old"


def test_cancelling_is_quick_and_leaves_nothing() -> None:
    running = child.Child(_job("film.gif", seconds=60.0))
    end = time.monotonic() + 120
    while running.report().share == 0 and time.monotonic() < end:
        time.sleep(0.01)
    running.cancel()
    assert running.report().failure == "cancelled"
    assert list(Path().iterdir()) == []


def test_several_processes_work_and_one_failure_stops_nobody() -> None:
    seen: list[float] = []
    jobs = [_job("a.png"), _job("b.png", frame=9999), _job("nowhere/c.png"), _job("d.png", theme="paper")]
    result = batch.run(jobs, 2, False, lambda done, total, note: seen.append(done / total))
    assert sorted(made.target.name for made in result.made) == ["a.png", "d.png"]
    failed = {job.target.name: why for job, why in result.failed}
    assert "frame: 9999 is outside" in failed["b.png"]
    assert "there is no folder nowhere" in failed["c.png"]
    assert seen[-1] == 1.0
    assert json.loads(jobs[3].provenance())["drawing"]["theme"] == "paper"
    assert batch.complete(jobs[0])
    assert not batch.complete(jobs[1])


def test_stopping_a_batch_stops_its_processes() -> None:
    def stop(done: float, total: float, note: str) -> None:
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.run([_job("a.mp4", seconds=600.0), _job("b.mp4", seconds=600.0)], 2, False, stop)
    assert multiprocessing.active_children() == []
    assert list(Path().iterdir()) == []
