"""View files: what was saved comes back the same; old ones open, newer ones say so, broken ones are one sentence."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from app import simulations, toml_text
from app.failure import UsageError
from app.share import view_file
from app.share.view import View
from app.subject import find
from app.version import VERSION
from core.params import Params, choice, real, switch, text, whole
from tests.app.hostile import views
from tests.app.toy_scene import Decay


@dataclass(frozen=True, kw_only=True)
class Everything(Params):
    rate: float = real(0.1, 1e-9, 1e9, scale="log", label="Rate", symbol="η", unit="%", help="A number.")
    count: int = whole(3, 0, 10**6, label="Count", help="A whole number.")
    kind: str = choice("plain", ("plain", "odd"), label="Kind", help="A word.")
    on: bool = switch(False, label="On", help="Yes or no.")
    formula: str = text("x", 60, label="f(x, y)", help="A line of text.")
    frame: int = whole(0, 0, 9, label="Frame", help="Called like something else.", view=True)


class Toy:
    params = Everything


def toy(slug: str) -> Any:
    if slug != "toy":
        raise UsageError(f"there is no scene called {slug!r}")
    return Toy


@given(views(Everything, "toy"))
@settings(max_examples=150)
def test_what_is_written_is_read_again(view: View) -> None:
    written = view_file.text(view)
    assert view_file.parse(written, toy) == view
    assert view_file.text(view_file.parse(written, toy)) == written


@pytest.mark.parametrize("slug", sorted(simulations.survey()[0]))
def test_every_scene_can_be_saved_with_any_knobs(slug: str) -> None:
    @given(views(find(slug).params, slug))
    @settings(max_examples=15)
    def check(view: View) -> None:
        assert view_file.parse(view_file.text(view), find) == view

    check()


def test_it_can_be_read_by_a_person() -> None:
    params = Everything(rate=0.25, formula='say "x" \\ y')
    lines = view_file.text(View("toy", params, 7, 45, "paper")).splitlines()
    assert lines[0].startswith("# A view of Ravine.")
    assert [line for line in lines[1:8] if line] == [
        "format = 1",
        f'program = "{VERSION}"',
        'scene = "toy"',
        "seed = 7",
        "frame = 45",
        'theme = "paper"',
    ]
    assert re.fullmatch("rate = 0.25 +# Rate η: 1e-09 to 1e[+]09 %", lines[9])
    assert any(line.startswith('formula = "say \\"x\\" \\\\ y"') for line in lines)
    assert [line.partition(" ")[0] for line in lines[9:]] == list(params.values()), "all of them, defaults too"


# A file as people wrote it by hand before there was a format: the entry of a recipe on its own.
BEFORE_FORMATS = """
scene = "toy"
set = { rate = 0.5, kind = "odd" }
seed = 3
frame = 12
"""


def test_a_file_of_an_older_format_opens() -> None:
    assert view_file.parse(BEFORE_FORMATS, toy) == View("toy", Everything(rate=0.5, kind="odd"), 3, 12)
    assert len(view_file.UPGRADES) == view_file.FORMAT, "one step for each format that there was"


def test_a_file_of_a_newer_format_says_so() -> None:
    newer = 'format = 2\nprogram = "3.1.4"\nscene = ["anything", "else"]\nhologram = true\n'
    with pytest.raises(UsageError, match=r"made by a newer version of Ravine \(3\.1\.4, format 2\).* reads format 1 and older"):
        view_file.parse(newer, toy)


def test_a_knob_that_came_later_takes_its_default_and_that_is_said() -> None:
    lines = view_file.text(View("toy", Everything(count=5))).splitlines()
    view = view_file.parse("\n".join(line for line in lines if not line.startswith("formula")), toy)
    assert view.params == Everything(count=5)
    assert view.note == "The file does not say formula: the default is taken."
    few = view_file.parse("\n".join(lines[: next(n for n, line in enumerate(lines) if line.startswith("count")) + 1]), toy)
    names = [knob.name for knob in Everything.knobs()]
    after = names[names.index("count") + 1 :]
    assert few.note == f"The file does not say {', '.join(after[:-1])} and {after[-1]}: the defaults are taken."


def test_a_knob_of_a_newer_program_is_explained() -> None:
    with pytest.raises(UsageError, match=r"glow: no such knob .*made by Ravine 99\.1, which is newer than this one"):
        view_file.parse('format = 1\nprogram = "99.1"\nscene = "toy"\n[knobs]\nglow = 1', toy)
    with pytest.raises(UsageError) as told:
        view_file.parse('format = 1\nprogram = "0.0.1"\nscene = "toy"\n[knobs]\nglow = 1', toy)
    assert "newer" not in str(told.value)


GOOD = 'format = 1\nscene = "toy"\n'
WRONG = {
    "format = 1": "scene is missing",
    'format = "1"': "format: it is not a whole number",
    "format = -1": "format: it is not a whole number",
    "format = true": "format: it is not a whole number",
    "format = 1\nscene = 5": "scene: 5 is not the name of a scene",
    "format = 1\nscene = 'no-such'": "there is no scene called 'no-such'",
    "format = 1\nscene = '../../etc/passwd'": "is not the name of a scene",
    "scene = 'toy'\n[knobs]": "format is missing",
    GOOD + "speed = 1": "speed: no such entry (known: format, program",
    GOOD + "seed = -1": "seed: -1 is not a whole number from 0",
    GOOD + "seed = 1.0": "seed: 1.0 is not a whole number",
    GOOD + "seed = 9223372036854775808": "seed: 9223372036854775808 is not",
    GOOD + "frame = true": "frame: True is not a whole number",
    GOOD + "theme = 3": "theme: 3 is not the name of a theme",
    GOOD + "knobs = 3": "knobs: they stand in a table",
    GOOD + "knobs = { rate = -1 }": "rate: -1 is outside its range (1e-09 to 1e+09)",
    GOOD + "knobs = { rate = nan }": "rate: nan is not a finite number",
    GOOD + "knobs = { count = 1.5 }": "count: 1.5 is not a whole number",
    GOOD + "knobs = { kind = 'blue' }": "kind: 'blue' is not one of plain, odd",
    GOOD + "knobs = { on = 1 }": "on: 1 is neither on nor off",
    GOOD + "knobs = { formula = '" + "x" * 61 + "' }": "is too long (up to 60 characters)",
    GOOD + "knobs = { rate = 1979-05-27 }": "rate: datetime.date(1979, 5, 27) is not a number",
    GOOD + "knobs = { rate = 0x" + "f" * 9000 + " }": "rate: inf is not a finite number",
    GOOD + "knobs = { kind = 0x" + "f" * 9000 + " }": "kind: what stands there is not one of",
    GOOD + "seed = 0x" + "f" * 9000: "seed: what stands there is not a whole number",
    GOOD + "seed = " + "9" * 9000: "a number has too many digits",
    GOOD + "scene = 'toy'": "Cannot overwrite a value",
    GOOD + "seed = ": "Invalid value (at line 3)",
    "a = " + "[" * 5000: "nested too deep",
    ".".join("a" * 30_000) + " = 1": "a key has more than 16 parts",
    "format = 0x" + "f" * 9000: "made by a newer version of Ravine (format of many digits)",
    '"\\u001b[31m\\n" = 1\nformat = 1': "no such entry",
}


@pytest.mark.parametrize("content", WRONG, ids=[said[:40] for said in WRONG.values()])
def test_what_is_wrong_with_a_file_is_one_sentence_that_names_it(content: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.ravine"
    path.write_text(content)
    with pytest.raises(UsageError) as told:
        view_file.read(path, toy)
    said = str(told.value)
    assert said.startswith(f"{path}: ")
    assert WRONG[content] in said
    assert said.isprintable()
    assert len(said) <= 400


def test_what_editors_do_to_a_file_does_no_harm(tmp_path: Path) -> None:
    path, view = tmp_path / "a.ravine", View("toy", Everything(formula="σ(x) — y"), 5)
    path.write_bytes(b"\xef\xbb\xbf" + view_file.text(view).replace("\n", "\r\n").encode())
    assert view_file.read(path, toy) == view
    path.write_text(view_file.text(view), encoding="utf-16")
    with pytest.raises(UsageError, match="it is not a text in UTF-8"):
        view_file.read(path, toy)


def test_what_is_no_plain_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ravine")
    (tmp_path / "folder.ravine").mkdir()
    (tmp_path / "large.ravine").write_bytes(b"#" * (view_file.LARGEST_FILE + 1))
    for name, said in (
        ("pipe", "it is not a file"),
        ("folder", "it is not a file"),
        ("large", "larger than 64 kB"),
        ("absent", "No such file"),
        ("nul\0", "embedded null byte"),
    ):
        with pytest.raises(UsageError, match=f"cannot be read: .*{said}"):
            view_file.read(tmp_path / f"{name}.ravine", toy)


def test_dots_in_strings_and_comments_are_no_parts_of_a_key() -> None:
    dots = "." * 40
    content = f'a = "{dots}" # {dots}\nb = \'{dots}\'\nc = """\n{dots}\n"""\nd = \'\'\'\n{dots}\'\'\'\ne = "\\"{dots}"\nf = 1.5'
    assert set(toml_text.parse(content)) == set("abcdef")
    for hidden in ('"\\"" . ', "'\"'. ", '"a#b". '):  # a key is counted, whatever is quoted in it
        with pytest.raises(UsageError, match="parts"):
            toml_text.parse(f"{hidden}{'a.' * 40}b = 1")


def test_a_view_of_the_toy_scene_says_what_its_knobs_are() -> None:
    written = view_file.text(View("decay", Decay.simulation.params()))
    assert "# Rate r: 0.001 to 1 %" in written
    assert "# Mirrored: true or false" in written
    assert replace(view_file.parse(written, lambda _: Decay.simulation), note="").params == Decay.simulation.params()
