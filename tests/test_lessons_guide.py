"""The example in docs/lessons.md is a lesson that works, as it stands there, and the guide knows every key."""

import re
from pathlib import Path

import pytest

from app.failure import UsageError
from app.lessons.lesson import Choices, Setting, Spot
from app.lessons.read import parse
from app.lessons.staging import Runs, complaints

GUIDE = (Path(__file__).resolve().parent.parent / "docs" / "lessons.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
PLACE = Path("lessons/damping.toml")


def test_the_example_is_a_lesson_that_is_true() -> None:
    lesson = parse(EXAMPLE.encode(), PLACE)
    assert complaints(lesson, Runs()) == []
    kinds = [type(slide.question.answer) for slide in lesson.slides if slide.question is not None]
    assert kinds == [Choices, Spot, Setting]


def test_the_mistakes_it_shows_are_those_one_gets() -> None:
    late, unknown = re.findall(r"^    (lessons/damping\.toml, line .*)$", GUIDE, re.MULTILINE)
    lesson = parse(EXAMPLE.replace("frame = 0", "frame = 300").encode(), PLACE)
    assert complaints(lesson, Runs()) == [late]
    with pytest.raises(UsageError) as wrong:
        parse(EXAMPLE.replace("momentum = 0 }", "momentun = 0 }").encode(), PLACE)
    assert str(wrong.value).startswith(unknown.removesuffix("…"))


def test_it_names_every_key() -> None:
    for text in (
        "x = 1\n" + EXAMPLE,
        EXAMPLE.replace("frame = 0", "x = 1\nframe = 0"),
        EXAMPLE.replace("ask = ", "x = 1\nask = ", 1),
    ):
        with pytest.raises(UsageError, match="known: ") as wrong:
            parse(text.encode(), PLACE)
        for key in str(wrong.value).rpartition("known: ")[2].split(", "):
            assert f"`{key}`" in GUIDE or f"`[slide.{key}]`" in GUIDE or f"`[[{key}]]`" in GUIDE, key
