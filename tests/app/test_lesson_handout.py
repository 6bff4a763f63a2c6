"""The handout: pages that hold every slide, the same bytes each time, and answers only at the end."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from app.failure import WorkError
from app.lessons import handout as handouts
from app.lessons import library
from app.lessons.handout import SIZES, handout
from app.lessons.paper import Piece, set_on_pages
from app.lessons.read import parse
from app.main import main

TEXT = """title = "Three & more"
cards = []
about = "About it."
[[slide]]
scene = "norm-axes"
frame = 10
caption = "A caption."
takeaway = "A takeaway."
[[slide]]
scene = "norm-axes"
frame = 10
takeaway = "Only at the end."
[slide.question]
ask = "How many sets?"
choices = ["{sets[batch]}", "many"]
answer = "many"
reveal = [10, "last"]
after = "Many."
[[slide]]
scene = "momentum-ravine"
frame = 1
[slide.question]
ask = "Where?"
point = { area = "map", x = "path[sgd, 2, 0]" }
reveal = [1, 2]
after = "There."
[[slide]]
scene = "momentum-ravine"
frame = 1
[slide.question]
ask = "How much?"
knob = { name = "momentum", value = ["0.2", 0.4] }
reveal = [1, 2]
after = "So much."
"""


def quiet(done: float, total: float, note: str) -> None:
    """A progress that nobody sees."""


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Every paragraph that is set, with the number of its page."""
    found: list[tuple[int, str]] = []

    def noting(*given: Any) -> list[list[tuple[float, Piece]]]:
        pages = set_on_pages(*given)
        found.extend((number, piece.text) for number, page in enumerate(pages) for _, piece in page if hasattr(piece, "text"))
        return pages

    monkeypatch.setattr(handouts, "set_on_pages", noting)
    return found


@pytest.mark.parametrize("paper", SIZES)
def test_a_pdf_of_the_right_size_with_the_same_bytes_each_time(paper: str, qtbot: QtBot) -> None:
    lesson = parse(TEXT.encode(), Path("x.toml"))
    content, pages = handout(lesson, quiet, paper)
    assert content.startswith(b"%PDF-")
    if paper == "a4":
        assert content == handout(lesson, quiet, paper)[0]
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", content)
    assert len(boxes) == pages
    width, height = (float(side) for side in boxes[0])
    assert (width, height) == pytest.approx(tuple(0.75 * side for side in SIZES[paper]), abs=1.0)
    assert b"Three &amp; more" in content


def test_answers_stand_on_the_last_pages_and_nowhere_else(words: list[tuple[int, str]], qtbot: QtBot) -> None:
    _, pages = handout(parse(TEXT.encode(), Path("x.toml")), quiet)
    (first,) = [page for page, text in words if text == "Answers"]
    before = [text for page, text in words if page < first]
    after = [text for page, text in words if page >= first]
    for text in ("Three & more", "About it.", "A caption.", "A takeaway.", "2   How many sets?", "A   6", "B   many"):
        assert text in before
    assert "Your value of momentum β (0 to 0.999):" in before
    assert "Mark the spot in the picture." in before
    for text in ("B   many", "Many.", "Only at the end.", "At x = −6.85", "There.", "Momentum β: 0.2 to 0.4", "So much."):
        assert text in after
        assert text == "B   many" or text not in before
    assert first < pages


def test_a_lesson_without_questions_has_no_answers(words: list[tuple[int, str]], qtbot: QtBot) -> None:
    _, pages = handout(parse(TEXT[: TEXT.index("[[slide]]", 90)].encode(), Path("x.toml")), quiet)
    assert pages == 1
    assert "Answers" not in [text for _, text in words]


def test_without_a_takeaway_a_caption_is_all_that_is_said(words: list[tuple[int, str]], qtbot: QtBot) -> None:
    plain = TEXT[: TEXT.index("[[slide]]", 90)].replace('takeaway = "A takeaway."\n', "")
    handout(parse(plain.encode(), Path("x.toml")), quiet)
    assert [text for _, text in words if text.strip()][-1] == "A caption."


def test_a_lesson_that_is_not_true_is_not_printed(qtbot: QtBot) -> None:
    text = TEXT.replace('caption = "A caption."', 'caption = "A caption."\nexpect = ["sets[batch] == 7", "sets[layer] == 7"]')
    with pytest.raises(
        WorkError, match=re.escape("x.toml, line 8: expect: 'sets[batch] == 7' does not hold: 6 against 7 (and 1")
    ):
        handout(parse(text.encode(), Path("x.toml")), quiet)


class Brick:
    """A piece of a fixed height."""

    def __init__(self, tall: float) -> None:
        self.tall = tall

    def height(self, width: float) -> float:
        return self.tall

    def paint(self, painter: QPainter, at: QPointF, width: float) -> None:
        raise AssertionError


def test_blocks_stay_together_and_begin_new_pages_where_they_must() -> None:
    def block(*talls: float) -> list[Piece]:
        return [Brick(tall) for tall in talls]

    blocks = [block(30, 20), block(30, 10), block(10), None, block(5), None, block(400), block(1)]
    pages = set_on_pages(blocks, 50, 100, 10)
    assert [[y for y, _ in page] for page in pages] == [[0, 30, 60, 90], [0], [0], [0], [0]]
    doubled = [None, block(5), None, None, block(6)]
    assert [[y for y, _ in page] for page in set_on_pages(doubled, 50, 100, 10)] == [[0], [0]], "no page stays empty"


# -- the command -----------------------------------------------------------------------------------------------------------


def test_the_command_writes_a_handout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(TEXT)
    assert main(["handout", "mine.toml", "-o", "mine.pdf", "--letter"]) == 0
    assert capsys.readouterr().out.startswith("mine.pdf: 4 slides of 'Three & more' on 4 pages, 0.")
    assert Path("mine.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ("handout", 2, "the following arguments are required: LESSON, -o/--output"),
        ("handout momentum", 2, "the following arguments are required: -o/--output"),
        ("handout momentum -o x.png", 2, "'x.png' does not end in .pdf"),
        ("handout momentumm -o x.pdf", 2, "there is no lesson called 'momentumm'; did you mean momentum?"),
        ("handout none.toml -o x.pdf", 2, "none.toml cannot be read: No such file"),
        ("handout bad.toml -o x.pdf", 2, "bad.toml, line 6: frame: frame 999 is not in this run"),
        ("handout false.toml -o x.pdf", 1, "false.toml, line 8: expect: 'sets[batch] == 7' does not hold: 6 against 7"),
        ("handout good.toml -o none/x.pdf", 1, "none/x.pdf could not be written: there is no folder none"),
    ],
)
def test_a_mistake_is_one_line(
    words: str, code: int, why: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    good = TEXT[: TEXT.index("[[slide]]", 90)]
    Path("good.toml").write_text(good)
    Path("bad.toml").write_text(good.replace("frame = 10", "frame = 999"))
    Path("false.toml").write_text(good.replace('A caption."', 'A caption."\nexpect = ["sets[batch] == 7"]'))
    assert main(words.split()) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ravine: ")
    assert err.count("\n") == 1
    assert why in err
    assert not list(tmp_path.glob("*.p*"))


def test_the_list_names_every_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["lessons"]
    assert {"slug": "06-momentum", "title": "Momentum in a ravine", "cards": [6], "slides": 7} in listed
    assert [each["slug"] for each in listed] == list(library.library().lessons)
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert "Lessons\n  00-tour " in shown
    assert "Momentum in a ravine, 7 slides: Why a memory" in shown


def test_a_broken_lesson_of_ones_own_is_told_beside_the_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.toml").write_text("title = 1")
    monkeypatch.setattr(library, "own_folder", lambda: tmp_path)
    assert main(["list", "--json"]) == 0
    out, err = capsys.readouterr()
    assert '"slug": "06-momentum"' in out
    assert err == f"ravine: {tmp_path}/bad.toml, line 1: title: 1 is not a text\n"


def test_the_doctor_names_the_folder_of_ones_own_lessons(capsys: pytest.CaptureFixture[str], qapp: object) -> None:
    main(["doctor"])
    assert re.search(r"✓ own lessons +none yet; they go into .*lessons", capsys.readouterr().out)
