"""The parts of the export dialog that need no window: the words for the command line, rules, estimates, lines of progress."""

import argparse
import io
import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import subject
from app.commands import drawing_options, export_command
from app.data_files import WRITERS
from app.export.formats import FORMATS
from app.export.job import Drawing, Job
from app.export.lines import Lines
from app.export_dialog import orders, rules
from app.export_dialog.estimate import RATES, Estimate, Memory, bytes_text, estimate
from app.export_dialog.runner import traces
from app.failure import UsageError
from app.main import main
from app.subject import Subject
from scenes.theme import THEMES
from tests.app import decoding, fake_scene
from tests.app.fake_scene import SlideParams

ALL = rules.choices()


def read_back(words: list[str]) -> Job:
    """The job that the command line makes of these words."""
    parser = argparse.ArgumentParser()
    export_command.arguments(parser)
    command, *rest = words
    assert command == "export"
    options = parser.parse_args(rest)
    params = SlideParams.parse(options.settings)
    return Job(Subject(options.scene, params, options.seed or 0), options.output, drawing_options.drawing(options))


drawings = st.builds(
    Drawing,
    size=st.tuples(st.integers(180, 1920), st.integers(180, 1080)),
    theme=st.sampled_from(sorted(THEMES)),
    title=st.booleans(),
    caption=st.booleans(),
)
films = st.fixed_dictionaries(
    {
        "fps": st.none() | st.floats(10, 120),
        "seconds": st.none() | st.floats(0.1, 3600),
        "all_steps": st.booleans(),
        "hold": st.just(Drawing.hold) | st.tuples(st.floats(0, 9), st.floats(0, 9)),
        "slow": st.booleans(),
        "span": st.none() | st.tuples(st.integers(0, 9), st.integers(10, 99)),
    }
)
knobs = st.builds(
    SlideParams,
    speed=st.floats(0.1, 10),
    steps=st.integers(1, 500),
    color=st.sampled_from(["good", "bad"]),
    broken=st.booleans(),
)


@given(drawings, films, st.none() | st.integers(0, 999), st.booleans(), knobs, st.integers(0, 2**63 - 1), st.sampled_from(ALL))
def test_the_words_make_exactly_the_job(
    drawing: Drawing,
    film: dict[str, Any],
    frame: int | None,
    transparent: bool,
    params: SlideParams,
    seed: int,
    choice: rules.Choice,
) -> None:
    if choice.format is None:
        return
    moving = choice.kind in ("film", "sequence")
    wish = {name: getattr(drawing, name) for name in Drawing.__dataclass_fields__} | {
        "transparent": transparent and choice.format.transparent,
        **(film if moving else {"frame": frame}),
    }
    name = "a %03d.png" if choice.kind == "sequence" else f"my film{choice.ending}"
    job = Job(Subject("sliding-box", params, seed), Path("/some where") / name, Drawing(**wish))
    assert read_back(orders.export(job)) == job


def test_a_command_to_copy_leaves_out_what_is_usual_and_quotes_what_must_be() -> None:
    job = Job(Subject("sliding-box", SlideParams(steps=9), 4), Path("my film.mp4"))
    text = orders.text(orders.export(job))
    if sys.platform != "win32":
        assert shlex.split(text) == ["ravine", "export", "sliding-box", "-o", "my film.mp4", "--set", "steps=9", "--seed", "4"]
    assert orders.record(Subject("sliding-box", SlideParams()), Path("a.csv")) == ["record", "sliding-box", "-o", "a.csv"]


def test_the_dialog_offers_what_the_engine_writes_and_nothing_else() -> None:
    keys = [choice.key for choice in ALL]
    assert sorted(keys) == sorted([*FORMATS, "png sequence", *(ending[1:] for ending in WRITERS)])
    assert [choice.summary for choice in ALL if not choice.summary] == []
    assert list(dict.fromkeys(choice.group for choice in ALL)) == ["Film", "Picture", "Figure", "Data"]
    assert set(RATES) == {choice.key for choice in ALL if choice.format is not None}


@pytest.mark.parametrize("choice", [c for c in ALL if c.format is not None], ids=lambda c: c.key)
def test_a_rule_forbids_exactly_what_the_engine_refuses_or_ignores(choice: rules.Choice) -> None:
    name = "a-%02d.png" if choice.kind == "sequence" else f"a{choice.ending}"
    who = Subject("sliding-box", SlideParams())
    plain = Job(who, Path(name))
    tries = {"fps": 20.0, "seconds": 3.0, "all_steps": True, "slow": True, "span": (0, 2), "frame": 1, "transparent": True}
    for option, value in tries.items():
        try:
            means_something = Job(who, Path(name), Drawing(**{option: value})).settings() != plain.settings()  # type: ignore[arg-type]
        except UsageError:
            means_something = False
        reason = rules.why_not(choice, option)
        assert bool(reason) == (not means_something), option
        assert not reason or reason.endswith(".")


def test_data_have_no_picture_to_choose() -> None:
    data = next(choice for choice in ALL if choice.key == "csv")
    for option in Drawing.__dataclass_fields__:
        assert rules.why_not(data, option)


def test_an_estimate_grows_with_what_there_is_to_do() -> None:
    small = estimate("mp4", (1280, 720), range(100), 0.01)
    assert estimate("mp4", (1280, 720), range(200), 0.01).seconds > small.seconds
    assert estimate("mp4", (1920, 1080), range(100), 0.01).size == pytest.approx(small.size * 2.25)
    assert estimate("mp4", (1280, 720), range(100), 0.5).seconds > 50
    still = estimate("mp4", (1280, 720), [7] * 100, 0.01)
    assert still.seconds < small.seconds
    assert still.size < small.size


def test_an_own_export_corrects_the_estimate_of_its_kind_and_scene_alone() -> None:
    memory, told = Memory(), Estimate(4.0, 1000.0)
    memory.learn("a", "mp4", told, 9.5, 3000.0)
    again = memory.corrected("a", "mp4", told)
    assert again.own
    assert [again.seconds, again.size] == pytest.approx([9.5, 3000.0])
    for slug, key in (("a", "gif"), ("b", "mp4")):
        assert memory.corrected(slug, key, told) == told


@pytest.mark.parametrize(
    ("count", "text"), [(12.0, "12 bytes"), (2400, "2.4 kB"), (99e3, "99 kB"), (3.44e6, "3.4 MB"), (2e9, "2.0 GB")]
)
def test_sizes_are_said_with_two_figures(count: float, text: str) -> None:
    assert bytes_text(count) == text


def test_traces_are_what_an_export_of_this_target_may_leave(tmp_path: Path) -> None:
    names = (
        ".a.mp4.x1.ravine.part",
        ".b.mp4.x1.ravine.part",
        "a.mp4",
        ".f-007.png.q.ravine.part",
        "f-007.png",
        "f-x.png",
        "f-12.png",
        "f-007.png.txt",
    )
    for name in names:
        (tmp_path / name).touch()
    assert {path.name for path in traces(tmp_path / "a.mp4")} == {".a.mp4.x1.ravine.part"}
    assert {path.name for path in traces(tmp_path / "f-%03d.png")} == {".f-007.png.q.ravine.part", "f-007.png", "f-12.png"}
    assert traces(tmp_path / "nowhere" / "a.mp4") == {}


def test_lines_are_few_and_the_last_one_comes() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    for done in range(1001):
        lines(done, 1000)
    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert said[0] == {"done": 0, "total": 1000}
    assert said[-1] == {"done": 1000, "total": 1000}
    assert len(said) < 500


def test_a_program_that_exports_reads_lines(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_scene.install(monkeypatch)
    monkeypatch.setattr("os.nice", lambda _: 0, raising=False)
    target = tmp_path / "a.gif"
    assert main(["export", "sliding-box", "-o", str(target), "--size", "320x180", "--progress-lines"]) == 0
    out, err = capsys.readouterr()
    *steps, last = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert [step["total"] for step in steps] == [25] * len(steps)
    assert last["made"] == str(target)
    assert last["frames"] == 25
    assert last["bytes"] == target.stat().st_size
    assert len(decoding.film(target)) >= 9
    assert subject.subject(str(target)).slug == "sliding-box"
