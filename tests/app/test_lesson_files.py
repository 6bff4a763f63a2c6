"""Where lessons are found, and how a view becomes a slide of one: nothing that a person wrote is ever disturbed."""

import os
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.failure import UsageError, WorkError
from app.lessons import folders, library, write
from app.lessons.read import parse, read
from app.lessons.staging import Runs, complaints
from app.lessons.write import Shot
from app.subject import Subject
from tests.app import fake_scene
from tests.app.fake_scene import SlideParams
from tests.app.lesson_texts import GOOD


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One bundled lesson and an empty folder of the user's own."""
    fake_scene.install(monkeypatch)
    (tmp_path / "bundled").mkdir()
    (tmp_path / "bundled" / "07-box.toml").write_text(GOOD)
    (tmp_path / "bundled" / "00-tour.toml").write_text(GOOD.replace("cards = [7]", "cards = [7, 8, 9]"))
    for module in (library, write):
        monkeypatch.setattr(module, "own_folder", lambda: tmp_path / "own")
    monkeypatch.setattr(library, "BUNDLED", tmp_path / "bundled")


def own(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "own").mkdir(exist_ok=True)
    (tmp_path / "own" / name).write_text(text)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("07-box", "07-box"),
        ("box", "07-box"),
        ("7", "07-box"),
        ("07", "07-box"),
        ("tour", "00-tour"),
        ("0", "00-tour"),
        ("8", "00-tour"),
    ],
)
def test_a_lesson_is_found_by_name_and_by_card(name: str, slug: str) -> None:
    assert library.find(name).slug == slug


def test_a_lesson_is_found_by_its_file(tmp_path: Path) -> None:
    assert library.find(str(tmp_path / "bundled" / "07-box.toml")).slug == "07-box"
    with pytest.raises(UsageError, match=r"elsewhere\.toml cannot be read"):
        library.find("elsewhere.toml")


@pytest.mark.parametrize(
    ("name", "hint"), [("boks", "did you mean box"), ("33", "`ravine list` shows them"), ("", "shows them")]
)
def test_a_name_that_nobody_has_is_an_error(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        library.find(name)


def test_ones_own_lessons_come_with_the_others_and_before_them(tmp_path: Path) -> None:
    own(tmp_path, "mine.toml", GOOD.replace("cards = [7]", "cards = []"))
    own(tmp_path, "07-box.toml", GOOD.replace("Where the box is", "Mine"))
    own(tmp_path, "notes.txt", "no lesson")
    found = library.library()
    assert list(found.lessons) == ["00-tour", "07-box", "mine"]
    assert found.lessons["07-box"].title == "Mine"
    assert library.find("box").title == "Mine"
    assert found.broken == {}


def test_a_lesson_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    own(tmp_path, "bad.toml", "title = 3")
    found = library.library()
    assert list(found.lessons) == ["00-tour", "07-box"]
    ((path, why),) = found.broken.items()
    assert path.name == "bad.toml"
    assert "bad.toml, line 1: title: 3 is not a text" in str(why)
    with pytest.raises(UsageError, match="title: 3"):
        library.find("bad")


def test_a_hostile_file_in_ones_folder_hides_no_lesson_and_takes_no_time(tmp_path: Path) -> None:
    own(tmp_path, "a-chain.toml", "a." * 20000 + "a=1")
    own(tmp_path, "b-notepad.toml", "\ufeff" + GOOD)
    (tmp_path / "own" / "c-zero.toml").symlink_to("/dev/zero")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "own" / "d-pipe.toml")
    start = time.process_time()
    found = library.library()
    assert time.process_time() - start < 1.0
    assert list(found.lessons) == ["00-tour", "07-box", "b-notepad"]
    assert [path.name for path in found.broken] == ["a-chain.toml"]
    with pytest.raises(UsageError, match=r"a-chain\.toml, line 1: this is no TOML: a key has more than 16 parts"):
        library.find("a-chain")


def test_a_slide_is_added_to_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(GOOD.encode("utf-8-sig"))
    assert len(write.append(path, SHOT).slides) == 3
    assert path.read_bytes().startswith(GOOD.encode("utf-8-sig"))


def test_files_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert folders.files(tmp_path / "nowhere") == []
    assert folders.own_folder().name == "lessons"


# -- writing ---------------------------------------------------------------------------------------------------------------

SHOT = Shot(Subject("sliding-box", SlideParams(speed=2.5, color="bad", broken=True), 4), 3, False, 'It {slides} "here"\\')


def test_a_view_becomes_a_slide() -> None:
    assert write.block(SHOT) == (
        '[[slide]]\nscene = "sliding-box"\nset = { speed = 2.5, color = "bad", broken = true }\nseed = 4\nframe = 3\n'
        'caption = "It {{slides}} \\"here\\"\\\\"\n'
    )
    assert write.block(Shot(Subject("sliding-box", SlideParams()), 8, True, "Done.", "End")) == (
        '[[slide]]\ntitle = "End"\nscene = "sliding-box"\nframe = "last"\ncaption = "Done."\n'
    )


def test_a_new_lesson_gets_a_file_of_its_own(tmp_path: Path) -> None:
    first = write.begin("Wo die Kiste ist?", SHOT)
    second = write.begin("Wo die Kiste ist!", SHOT)
    assert [path.relative_to(tmp_path).as_posix() for path in (first, second)] == [
        "own/wo-die-kiste-ist.toml",
        "own/wo-die-kiste-ist-2.toml",
    ]
    found = read(first)
    assert (found.title, found.cards, len(found.slides)) == ("Wo die Kiste ist?", (), 1)
    assert found.slides[0].subject == SHOT.subject
    assert found.slides[0].caption.pieces == ("It ", "{", "slides", "}", ' "here"\\')
    assert complaints(found, Runs()) == []
    assert write.begin("∇", SHOT).name == "lesson.toml"
    with pytest.raises(UsageError, match="title: it is empty"):
        write.begin(" ", SHOT)
    assert len(folders.files(tmp_path / "own")) == 3


@pytest.mark.parametrize("tail", ["", "\n", "\n\n", "\n# the end", "\n\n\n   # odd"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_slide_is_added_and_every_byte_before_it_stays(tail: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    before = ("# by hand\n" + GOOD.rstrip() + tail).replace("\n", ending).encode()
    path.write_bytes(before)
    found = write.append(path, SHOT)
    after = path.read_bytes()
    assert after.startswith(before)
    assert len(found.slides) == 3
    assert read(path).slides == found.slides
    assert found.slides[2].subject == SHOT.subject
    if ending == "\r\n":
        assert after.count(b"\n") == after.count(b"\r\n")
    assert [each.name for each in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title = 3", "title: 3 is not a text"),
        ('title = "x"\ncards = []\nslide = [{ scene = "sliding-box", frame = 0, caption = "x" }]\n', "no slide can be added"),
        (GOOD + "# " + "x" * (131_072 - len(GOOD) - 2), "is too large for another slide"),
    ],
    ids=["broken", "inline", "full"],
)
def test_what_cannot_take_a_slide_stays_as_it_is(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=reason):
        write.append(path, SHOT)
    assert path.read_text() == text
    with pytest.raises(WorkError, match="cannot be read: No such file"):
        write.append(tmp_path / "none.toml", SHOT)


@given(st.text())
def test_any_text_survives_being_quoted(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"x = {write.quoted(text)}") == {"x": text}


@given(st.floats(0.1, 10.0), st.integers(1, 500))
def test_any_value_of_a_knob_survives_being_written(speed: float, steps: int) -> None:
    params = SlideParams(speed=speed, steps=steps)
    text = f'title = "x"\ncards = []\n{write.block(Shot(Subject("sliding-box", params), 0, False, "x"))}'
    assert parse(text.encode(), Path("x.toml")).slides[0].subject.params == params
