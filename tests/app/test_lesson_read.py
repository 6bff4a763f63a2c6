"""Reading a lesson: what a good file says, and for every kind of mistake one sentence with file, line and reason."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.failure import UsageError, WorkError
from app.lessons.lesson import Choices, Lesson, Setting, Spot
from app.lessons.read import LARGEST_FILE, parse, read
from app.lessons.staging import Runs, complaints, rehearse, stage
from app.lessons.write import Shot, append
from tests.app import fake_scene
from tests.app.lesson_texts import GOOD

PLACE = Path("box.toml")


@pytest.fixture(autouse=True)
def scene(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_scene.install(monkeypatch)


def lesson(text: str) -> Lesson:
    return parse(text.encode(), PLACE)


def test_what_a_good_file_says() -> None:
    found = lesson(GOOD)
    assert (found.slug, found.title, found.cards, found.about) == ("box", "Where the box is", (7,), "It slides.")
    first, second = found.slides
    assert first.subject.params.values()["speed"] == 2.0
    assert [str(end) for end in first.frames] == ["0", "last"]
    assert first.question is None
    assert second.subject.seed == 3
    assert second.question is not None
    assert isinstance(second.question.answer, Choices)
    assert second.question.answer.right == 1
    assert second.question.cover == ("main",)
    assert second.question.subject == second.subject


def test_what_it_comes_to_with_its_runs() -> None:
    found = lesson(GOOD)
    runs = Runs()
    assert complaints(found, runs) == []
    plain, asked = rehearse(found, runs)
    assert (plain.view.first, plain.view.last, plain.view.line) == (0, 6, "At 12 m in the end.")
    assert plain.reveal is None
    assert plain.view.open
    assert asked.view.headline == "How far after 8 steps?"
    assert asked.view.line == "A\u20028    B\u200211    C\u2002nowhere"
    assert (asked.view.first, asked.view.last, asked.view.covered, asked.view.open) == (2, 2, ("main",), False)
    assert asked.reveal is not None
    assert (asked.reveal.first, asked.reveal.last, asked.reveal.line, asked.reveal.covered) == (2, 8, "11 m.", ())
    assert asked.truth is not None
    assert asked.truth.choice == 1


def test_slides_of_the_same_run_share_it() -> None:
    found = lesson(GOOD.replace("set = { speed = 2.0, steps = 6 }", "seed = 3"))
    runs = Runs()
    first, second = (runs.record(slide.subject) for slide in found.slides)
    assert first.arrays()["place"] is second.arrays()["place"]


CHANGED: list[tuple[str, str, int, str]] = [  # what is replaced, by what, the line, and the reason
    ('title = "Where the box is"\n', "", 1, "title is missing: a lesson needs one"),
    ("cards = [7]", "cards = [0]", 2, "cards: 0 is not a whole number from 1 to 999"),
    ("cards = [7]", "cards = [true]", 2, "cards: True is not a whole number"),
    ("cards = [7]", "", 1, "cards is missing"),
    ("about", "abuot", 3, "abuot: a lesson has no such key; did you mean about?"),
    ("cards = [7]", "cards = [" + "9" * 40 + "]", 2, "cards: a very large number is not a whole number from 1 to 999"),
    ("about = ", "xyz = ", 3, "known: title, about, cards, slide"),
    ('about = "It slides."', 'about = "a\\u0007b"', 3, "about: it holds characters that cannot be shown"),
    ('about = "It slides."', "about = '''\n " + "x" * 401 + "'''", 3, "about: it has 401 characters, and 400 is the most"),
    ('"It slides."', "7", 3, "about: 7 is not a text"),
    ('"It slides."', '" "', 3, "about: it is empty"),
    ('"sliding-box"\nset', '"slidingbox"\nset', 6, "scene: there is no scene called 'slidingbox'; did you mean sliding-box?"),
    ('scene = "sliding-box"\nset', "set", 5, "scene is missing: a slide needs one"),
    ("speed = 2.0", "sped = 2.0", 7, "sped: no such knob (known: speed, steps, color, broken)"),
    ("speed = 2.0", "speed = 20", 7, "speed: 20 is outside its range (0.1 to 10)"),
    ("speed = 2.0", 'speed = "fast"', 7, "speed: 'fast' is not a number (0.1 to 10)"),
    ("steps = 6", "steps = 6.5", 7, "steps: 6.5 is not a whole number"),
    ("steps = 6", "steps = nan", 7, "steps: nan is not a finite number"),
    ("steps = 6", "steps = 1979-05-27", 7, "is not a number"),
    ("set = { speed = 2.0, steps = 6 }", "set = 3", 7, "set: 3 is not a table of keys and values"),
    ("seed = 3", "seed = -1", 15, "seed: -1 is not a whole number from 0 to"),
    ("seed = 3", "seed = 1.5", 15, "seed: 1.5 is not a whole number"),
    ("frame = 2\n", "", 13, "a slide needs either frame or play, one of them"),
    ("frame = 2\n", "frame = 2\nplay = [0, 2]\n", 13, "a slide needs either frame or play, one of them"),
    ('play = [0, "last"]', "play = [0]", 8, "play: it has 1 entries, and 2 are asked for"),
    ('play = [0, "last"]', "play = 0", 8, "play: 0 is not a list"),
    ('play = [0, "last"]', "play = [0, true]", 8, "play: True is neither a number nor an expression"),
    ('play = [0, "last"]', 'play = [0,\n "lost"]', 9, "play: 'lost': a run has no lost; it has broken, color, ended, hits"),
    ('play = [0, "last"]', 'play = [0, "import os"]', 8, "play: 'import os' is not an expression"),
    ('caption = "At {place[left, last]} m in the end."\n', "", 5, "caption is missing: a slide needs one"),
    ("{place[left, last]} m in", "{plcae[left, last]} m in", 9, "caption: 'plcae[left, last]': a run has no plcae"),
    ("{place[left, last]} m in", "{place[left, last} m in", 9, "caption: 'place[left, last' is not an expression"),
    ('["place[left, last] == 12"]', "[]", 11, "expect: it has 0 entries, and 1 to 20 are asked for"),
    ('["place[left, last] == 12"]', '[\n"speed > 1",\n"speed"]', 13, "expect: 'speed' says nothing that could be wrong"),
    ('expect = ["place[left, last] == 12"]', 'hide = ["map"]', 11, "hide: 'map' is no area of this scene, which has main"),
    ("ask = ", 'title = "x"\nask = ', 19, "title: a question has no such key"),
    ("seed = 3", 'title = "?"', 15, "title: a slide with a question has the question for its headline"),
    ('ask = "How far after {last} steps?"\n', "", 18, "ask is missing: a question needs one"),
    ("choices", "chioces", 18, "a question needs choices, point or knob, one of them"),
    ('choices = ["{last}", "{last + seed}", "nowhere"]', 'choices = ["a", "a"]', 20, "choices: two of them are the same"),
    ('choices = ["{last}", "{last + seed}", "nowhere"]', 'choices = ["a"]', 20, "choices: it has 1 entries, and 2 to 6"),
    ('answer = "{last + seed}"', 'answer = "12"', 21, "answer: '12' is not one of the choices"),
    ('answer = "{last + seed}"\n', "", 18, "answer is missing: a question needs one"),
    ('cover = ["main"]', 'cover = ["loss"]', 22, "cover: 'loss' is no area of this scene, which has main"),
    ('reveal = [2, "last"]\n', "", 18, "reveal is missing: a question needs one"),
    ('after = "{place[left, last]} m."\n', "", 18, "after is missing: a question needs one"),
    ("[slide.question]", "[slide.question]\nreveal_set = { wide = 2 }", 19, "wide: no such knob"),
    ("[[slide]]", "[slide]", 13, "this is no TOML: "),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), CHANGED, ids=range(len(CHANGED)))
def test_a_mistake_is_one_sentence_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(UsageError) as wrong:
        lesson(GOOD.replace(old, new, 1))
    said = str(wrong.value)
    assert said.startswith(f"box.toml, line {line}: "), said
    assert reason in said
    assert "\n" not in said


POINT = 'point = { area = "main", x = "1" }'
QUESTION = re.compile(r"choices.*\nanswer.*\ncover.*\n")
OTHERS: list[tuple[str, int, str]] = [
    ("point = { x = 1 }", 20, "area is missing: a point needs one"),
    ('point = { area = "main" }', 20, "a point needs x, y or both"),
    ('point = { area = "map", x = 1 }', 20, "area: 'map' is no area of this scene"),
    ('point = { area = "main", x = "lost" }', 20, "x: 'lost': a run has no lost"),
    ('point = { area = "main", x = 1, within = 2 }', 20, "within: 2 is not a number above 0 and up to 1"),
    ('point = { area = "main", x = 1, z = 1 }', 20, "z: a point has no such key"),
    (POINT + '\ncover = ["main"]', 21, "cover: main is where to point, so it has to be seen"),
    (POINT + '\nknob = { name = "speed", value = 1 }', 18, "a question needs choices, point or knob, one of them"),
    ('knob = { name = "sped", value = 1 }', 20, "sped: no such knob"),
    ('knob = { name = "color", value = 1 }', 20, "name: color is no number"),
    ('knob = { name = "speed" }', 20, "value is missing: a knob needs one"),
    ('knob = { name = "speed", value = [1] }', 20, "value: it has 1 entries, and 2 are asked for"),
    ('knob = { name = "speed", value = [1, "x"] }', 20, "value: 'x': a run has no x"),
]


@pytest.mark.parametrize(("answer", "line", "reason"), OTHERS, ids=range(len(OTHERS)))
def test_so_is_one_in_a_spot_or_a_knob(answer: str, line: int, reason: str) -> None:
    with pytest.raises(UsageError) as wrong:
        lesson(QUESTION.sub(lambda _: answer + "\n", GOOD))
    assert str(wrong.value).startswith(f"box.toml, line {line}: "), str(wrong.value)
    assert reason in str(wrong.value)


def test_where_to_point_cannot_be_left_out_of_the_slide() -> None:
    hiding = GOOD.replace("frame = 2\n", 'frame = 2\nhide = ["main"]\n')
    with pytest.raises(UsageError) as wrong:
        lesson(QUESTION.sub(POINT + "\n", hiding))
    assert str(wrong.value) == "box.toml, line 17: hide: main is where to point, so it has to be seen"
    assert lesson(hiding.replace('cover = ["main"]\n', "")).slides[1].hide == ("main",), "with choices it can"


RUN: list[tuple[str, str, int, str]] = [  # mistakes that only the run can tell
    ("frame = 2\n", "frame = 9\n", 16, "frame: frame 9 is not in this run, which has frames 0 to 8"),
    ("frame = 2\n", "frame = 3\n", 23, "reveal: the hidden part begins at frame 2, but the slide goes on to frame 3 before it"),
    ('play = [0, "last"]', "play = [3, 2]", 8, "play: frame 2 comes before frame 3"),
    ('play = [0, "last"]', 'play = [0, "speed / 4"]', 8, "play: frame 0.5 is not in this run"),
    ('reveal = [2, "last"]', "reveal = [2, 9]", 23, "reveal: frame 9 is not in this run"),
    ("{place[left, last]} m in", "{place[up, last]} m in", 9, "caption: 'place[up, last]': there is no entry called 'up'"),
    ("{place[left, last]} m in", "{hits} m in", 9, "caption: 'hits' is an array of 7 values, not a number"),
    ("== 12", "== 13", 11, "expect: 'place[left, last] == 13' does not hold: 12 against 13"),
    ("== last + seed", "< last", 25, "expect: 'place[left, last] < last' does not hold: 11 against 8"),
    (
        '["place[left, last] == 12"]',
        '["speed > 1",\n "claim: it flies"]',
        12,
        "expect: this run makes no claim called 'it flies'",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), RUN, ids=range(len(RUN)))
def test_what_the_run_does_not_bear_out_is_told_the_same_way(old: str, new: str, line: int, reason: str) -> None:
    found = complaints(lesson(GOOD.replace(old, new, 1)), Runs())
    assert len(found) == 1
    assert found[0].startswith(f"box.toml, line {line}: "), found
    assert reason in found[0]
    with pytest.raises(WorkError, match=re.escape(reason)):
        rehearse(lesson(GOOD.replace(old, new, 1)), Runs())


def test_another_run_may_be_revealed_and_then_the_first_be_shown_whole() -> None:
    text = GOOD.replace("frame = 2\n", 'play = [0, "last"]\n').replace("reveal =", "reveal_set = { speed = 3 }\nreveal =")
    found = lesson(text.replace("== last + seed", "== 3 * last + seed"))
    assert complaints(found, Runs()) == []
    asked = stage(found, found.slides[1], Runs().record)
    assert asked.view.last == 8
    assert asked.reveal is not None
    assert asked.reveal.line == "27 m."


def test_the_truth_of_a_spot_and_of_a_knob_is_worked_out() -> None:
    text = QUESTION.sub('point = { area = "main", x = "place[left, last]", within = 0.2 }\n', GOOD)
    found = lesson(text)
    assert isinstance(found.slides[1].question.answer, Spot)  # type: ignore[union-attr]
    assert stage(found, found.slides[1], Runs().record).truth.spot == (11.0, None)  # type: ignore[union-attr]
    found = lesson(QUESTION.sub('knob = { name = "speed", value = ["last / 8", "seed"] }\n', GOOD))
    assert isinstance(found.slides[1].question.answer, Setting)  # type: ignore[union-attr]
    asked = stage(found, found.slides[1], Runs().record)
    assert asked.truth is not None
    assert asked.truth.range == (1.0, 3.0)
    assert asked.view.line == "Set it: speed, from 0.1 to 10."
    for value, reason in (
        ("last * 2", "speed: 16 is outside its range"),
        ("hits", "is an array"),
        ('["seed", 1]', "is no range"),
    ):
        written = value if value.startswith("[") else f'"{value}"'
        wrong = lesson(QUESTION.sub(f'knob = {{ name = "speed", value = {written} }}\n', GOOD))
        with pytest.raises(UsageError, match=re.escape(reason)) as told:
            stage(wrong, wrong.slides[1], Runs().record)
        assert str(told.value).startswith("box.toml, line 20: ")


def test_a_file_that_is_no_lesson_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with pytest.raises(UsageError, match=r"x\.toml cannot be read: No such file"):
        read(path)
    with pytest.raises(UsageError, match="cannot be read: it is not a file"):
        read(tmp_path)
    path.write_bytes(b"title = 'x'\ncards = []\n\xff\n")
    with pytest.raises(UsageError, match=r"x\.toml, line 3: this is no TOML: it is not a text in UTF-8"):
        read(path)
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(UsageError, match="cannot be read: it is larger than 128 kB"):
        read(path)
    for text, line in (
        ("a = 1\nb = = 2", 2),
        ("a = [", 1),
        ("a = " + "[" * 5000, 1),
        ("a = " + "9" * 5000, 1),
        ("a = 1\na = 2", 2),
    ):
        with pytest.raises(UsageError, match=rf"x\.toml, line {line}: this is no TOML: "):
            parse(text.encode(), path)
    with pytest.raises(UsageError, match=re.escape("line 1: there is no [[slide]]")):
        parse(b"title = 'x'\ncards = []\n", path)
    with pytest.raises(UsageError, match="line 3: slide: 3 is not a list"):
        parse(b"title = 'x'\ncards = []\nslide = 3", path)
    with pytest.raises(UsageError, match="line 4: slide: write slides as tables"):
        parse(b"title = 'x'\ncards = []\nslide = [\n3]", path)


CHAINS = {
    "key": (f"title = 'x'\n{'a.' * 20000}a=1", 2),
    "header": ("title = '''\n\n'''\n[" + ".".join("a" * 20000) + "]", 4),
    "quoted": ("title = 'x'\n\n" + '"a" . ' * 10000 + "b = 1", 3),
    "within a table": (f"[[slide]]\nset = {{ {'a.' * 20000}a = 1 }}", 2),
}


@pytest.mark.parametrize("kind", CHAINS)
def test_a_key_of_endless_parts_is_refused_before_it_is_read(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own reader is busy for minutes with such a key, so it must not see it."""
    text, line = CHAINS[kind]
    monkeypatch.setattr(tomllib, "loads", lambda _: pytest.fail("it came to the reader"))
    with pytest.raises(UsageError) as wrong:
        lesson(text)
    assert str(wrong.value) == f"box.toml, line {line}: this is no TOML: a key has more than 16 parts"


def test_a_byte_order_mark_is_no_part_of_a_lesson(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_bytes(GOOD.encode("utf-8-sig"))
    assert read(path).slides == lesson(GOOD).slides
    assert read(path).source.lines == lesson(GOOD).source.lines
    path.write_bytes(b"title = 'x'\n\xff\n".replace(b"title", b"\xef\xbb\xbftitle"))
    with pytest.raises(UsageError, match=r"box\.toml, line 2: "):
        read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files there")
def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.toml")
    for name in ("zero.toml", "pipe.toml"):
        for use in (read, lambda path: append(path, Shot(lesson(GOOD).slides[0].subject, 0, False, "x"))):
            with pytest.raises(UsageError, match=rf"{name} cannot be read: it is not a file"):
                use(tmp_path / name)


def test_what_a_file_holds_does_nothing_to_a_terminal() -> None:
    with pytest.raises(UsageError) as wrong:
        lesson('"\\u001b[31m\\u0007" = 1\n' + GOOD)
    assert str(wrong.value).isprintable()


def test_other_line_ends_are_the_same_lesson() -> None:
    assert parse(GOOD.replace("\n", "\r\n").encode(), PLACE).slides == lesson(GOOD).slides


def fitting(text: str) -> None:
    """Any text is a lesson whose runs can be tried, or one clear error."""
    try:
        said = complaints(parse(text.encode("utf-8", "replace"), PLACE), Runs())
    except UsageError as error:
        said = [str(error)]
    assert all(re.match(r"box\.toml, line \d+: .", why) and "\n" not in why for why in said)


@given(st.text(max_size=200))
def test_any_text_gives_a_lesson_or_one_clear_error(text: str) -> None:
    fitting(text)


PIECES = st.sampled_from(
    ["", "\n", '"', "'", "[", "]", "{", "}", "=", "#", "[[slide]]\n", "nan", "-1", "true", "last", "\\", ",", "é", "9" * 40]
)


@given(st.integers(0, len(GOOD)), st.integers(0, 12), PIECES, st.booleans())
def test_so_does_a_lesson_that_was_damaged_anywhere(at: int, gone: int, piece: str, whole_line: bool) -> None:
    end = GOOD.find("\n", at) if whole_line else at + gone
    fitting(GOOD[:at] + piece + GOOD[max(end, at) :])
