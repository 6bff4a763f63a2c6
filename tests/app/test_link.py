"""Links: short and readable, they lead to exactly the view they were made of, and never silently to another one."""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import provenance, simulations, subject
from app.failure import UsageError
from app.main import main
from app.share import link, view_file
from app.share.view import View
from core.params import Params, real
from tests.app import fake_scene
from tests.app.hostile import views
from tests.app.test_view_file import Everything, toy

PLAIN = re.compile(r"ravine:[a-z0-9-]+(\?[A-Za-z0-9_.~=&%,:/-]+)?#[a-z2-9]{4}")


@given(views(Everything, "toy", themes=False))
@settings(max_examples=150)
def test_a_link_leads_to_the_view_it_was_made_of(view: View) -> None:
    made = link.text(view)
    assert link.read(made, toy) == view
    assert PLAIN.fullmatch(made), "nothing in it needs care in a mail, a slide or a shell's quotes"
    assert link.within(f"See <{made}>, or “{made}”.") == made


@pytest.mark.parametrize("slug", sorted(simulations.survey()[0]))
def test_every_scene_can_be_linked_to(slug: str) -> None:
    @given(views(subject.find(slug).params, slug, themes=False))
    @settings(max_examples=15)
    def check(view: View) -> None:
        made = link.text(view)
        assert link.read(made, subject.find) == view
        assert len(made) < link.LONGEST

    check()


def test_it_names_only_what_is_not_as_usual() -> None:
    view = subject.view("momentum-ravine", ["learning_rate=0.09", "momentum=0.7"])
    assert link.text(view).startswith("ravine:momentum-ravine?learning_rate=0.09&momentum=0.7#")
    assert re.fullmatch("ravine:momentum-ravine#....", link.text(subject.view("momentum-ravine")))
    shown = View("toy", Everything(on=True, count=10**6, rate=1e8, frame=3), 2, 40)
    assert link.text(shown).startswith("ravine:toy?rate=100000000&count=1000000&on=on&knob.frame=3&seed=2&frame=40#")


@dataclass(frozen=True, kw_only=True)
class Later(Everything):
    """The same knobs in a later version, where one has another default."""

    rate: float = real(0.2, 1e-9, 1e9, label="Rate", help="A number.")


@dataclass(frozen=True, kw_only=True)
class Grown(Everything):
    """… and where there is one more."""

    depth: float = real(0.2, 0.0, 1.0, label="Depth", help="A number.")


@pytest.mark.parametrize("kind", [Later, Grown])
def test_a_link_that_may_mean_something_else_by_now_says_so(kind: type[Params]) -> None:
    made = link.text(View("toy", Everything(count=5)))
    assert link.read(made, toy).note == ""
    scene: Any = type("Scene", (), {"params": kind})
    view = link.read(made, lambda slug: scene)
    assert view.params.values()["count"] == 5
    assert "defaults have changed" in view.note


def test_a_link_that_was_cut_short_says_so() -> None:
    made = link.text(View("toy", Everything(count=512, on=True), 0, 40))
    for length in range(len("ravine:toy"), len(made)):
        with contextlib.suppress(UsageError):  # some cuts leave no sense at all
            assert "cut short" in link.read(made[:length], toy).note


def test_people_may_write_links_by_hand() -> None:
    assert link.read(" Ravine:toy?count=7&theme=paper ", toy).params == Everything(count=7)
    assert link.read("ravine:toy?theme=paper", toy).theme == "paper"
    assert link.read("ravine:toy?formula=x%20%2B%20%CF%83(y)", toy).params == Everything(formula="x + σ(y)")
    made = link.text(View("toy", Everything()))
    assert link.read(made.replace("#", "?count=7#"), toy) == View("toy", Everything(count=7)), "the check is of the scene"


WRONG = {
    "ravine:": "scene: '' is not the name of a scene",
    "ravine:No Such": "is not the name of a scene",
    "ravine:nowhere#abcd": "there is no scene called 'nowhere'",
    "ravine:2:toy?x=1": "it was made by a newer version of Ravine",
    "ravine:toy?count": "'count': a setting is written name=value",
    "ravine:toy?count=1&count=2": "count: it is named twice",
    "ravine:toy?frame=1&frame=2": "frame: it is named twice",
    "ravine:toy?speed=1": "speed: no such knob (known: rate",
    "ravine:toy?count=many": "count: 'many' is not a number",
    "ravine:toy?count=1e400": "count: inf is not a finite number",
    "ravine:toy?rate=nan": "rate: nan is not a finite number",
    "ravine:toy?kind=PLAIN": "kind: 'PLAIN' is not one of plain, odd",
    "ravine:toy?on=maybe": "on: 'maybe' is neither on nor off",
    "ravine:toy?formula=%ff": "formula: its value is not UTF-8",
    "ravine:toy?formula=a%0Ab": "holds characters that cannot be shown",
    "ravine:toy?formula=%00": "holds characters that cannot be shown",
    "ravine:toy?seed=-1": "seed: '-1' is not a whole number",
    "ravine:toy?seed=٣": "seed: '٣' is not a whole number",
    "ravine:toy?frame=9999999999999999999": "frame: '9999999999999999999' is not",
    "ravine:toy?theme=%1b[31m": "theme: '\\x1b[31m' is not the name of a theme",
    "ravine:toy?knob.knob.rate=1": "no such knob",
    "ravine:toy?formula=" + "x" * 9000: "longer than 8192 characters",
}


@pytest.mark.parametrize("words", WRONG, ids=[said[:40] for said in WRONG.values()])
def test_what_is_wrong_with_a_link_is_one_sentence(words: str) -> None:
    with pytest.raises(UsageError) as told:
        link.read(words, toy)
    assert WRONG[words] in str(told.value)
    assert str(told.value).startswith("the link ravine:")
    assert str(told.value).isprintable()
    assert len(str(told.value)) <= 400


@given(st.text(alphabet="abcdefghijkmnpqrstuvwxyz23456789", min_size=4, max_size=4))
def test_another_check_than_the_right_one_is_told(mark: str) -> None:
    right = link.check(Everything)
    assert (link.read(f"ravine:toy#{mark}", toy).note == "") == (mark == right)


def test_the_first_link_in_a_text_is_found() -> None:
    for words in ("nothing here; ravine is a word", "ravine:", "ravine::", "<ravine:>", "ravine:.", "ravine: a word"):
        assert link.within(words) is None
    assert link.within("ravine:: ravine:2:toy.") == "ravine:2:toy"
    assert link.within("try ravine:toy?count=7, then ravine:toy") == "ravine:toy?count=7"
    assert link.within("x" * 100_000 + " ravine:toy") is None, "who copied a novel did not mean a link"


# -- on the command line -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object) -> Path:
    fake_scene.install(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_record_and_export_take_links_and_view_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kind = fake_scene.SLIDE.params
    view = View("sliding-box", kind(speed=2.5, color="bad"), 12, 3, "paper")
    view_file.write(view, folder / "box.ravine")
    made = link.text(view)
    assert main(["record", made, "-o", "a.npz"]) == 0
    assert main(["record", "box.ravine", "-o", "b.npz"]) == 0
    assert (folder / "a.npz").read_bytes() == (folder / "b.npz").read_bytes()
    size = ["--size", "320x180"]
    assert main(["export", "box.ravine", "-o", "a.png", *size]) == 0
    assert main(["export", made, "-o", "b.png", "--theme", "paper", *size]) == 0
    assert (folder / "a.png").read_bytes() == (folder / "b.png").read_bytes()
    assert main(["export", "a.png", "-o", "c.png", *size]) == 0
    assert (folder / "c.png").read_bytes() == (folder / "a.png").read_bytes(), "a picture is drawn anew as it was"
    drawn = provenance.read(folder / "a.png")
    assert (drawn.drawing["frame"], drawn.drawing["theme"], drawn.seed) == (3, "paper", 12)
    assert main(["export", "box.ravine", "-o", "a.gif", "--theme", "studio", *size]) == 0, "a film has no one frame"
    assert provenance.read(folder / "a.gif").drawing["theme"] == "studio"
    assert main(["export", "box.ravine", "-o", "d.png", "--frame", "5", "--set", "speed=3", "--seed", "1", *size]) == 0
    drawn = provenance.read(folder / "d.png")
    assert (drawn.drawing["frame"], drawn.params["speed"], drawn.params["color"], drawn.seed) == (5, 3.0, "bad", 1)
    assert capsys.readouterr().err == ""


def test_on_the_command_line_what_is_to_be_known_of_a_link_goes_to_stderr(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "ravine:sliding-box?speed=2", "-o", "a.npz"]) == 0
    assert "cut short" in capsys.readouterr().err
    for words in (["record", "ravine:sliding-box?speed=x", "-o", "a.npz"], ["ravine:2:x"], ["absent.ravine"]):
        assert main(words) == 2
        assert capsys.readouterr().err.count("\n") == 1
