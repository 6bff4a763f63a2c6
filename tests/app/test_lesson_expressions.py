"""Expressions of a lesson: what they come to, what is refused, and that no text does anything else."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons import evaluate, expect, live
from app.lessons.expect import Claimed
from app.lessons.expression import Expression, LessonError, parse
from core.claims import Claim
from core.simulations import update_rules
from tests.app.fake_scene import SLIDE, SlideParams, SlideRecording, proofs, simulate

RUN: SlideRecording = simulate(SlideParams(speed=2.0), 1)  # place[left] = 1, 3, 5, … 17; hits = 0, 3, … 24; 9 steps

VALUES = {
    "1.5": 1.5,
    "-2 ** 2": -4.0,
    "(1 + 2) * 3 - 4 / 8": 8.5,
    "2 ** 0.5": math.sqrt(2),
    "place[left, 0]": 1.0,
    "place['left', last]": 17.0,
    "place[1, 2]": -4.0,
    "place[left, last - 1]": 15.0,
    "place[left, speed]": 5.0,
    "hits[2]": 6.0,
    "max(hits)": 24.0,
    "max(hits[:3])": 6.0,
    "sum(hits[1:3])": 9.0,
    "mean(place[left])": 9.0,
    "min(3, 1, 2)": 1.0,
    "abs(place[right, 1])": 2.0,
    "log10(1000)": 3.0,
    "sqrt(16)": 4.0,
    "first(hits > 4)": 2.0,
    "last": 8.0,
    "speed": 2.0,
    "seed": 1.0,
    "color": "good",
    "ended[0]": 7.0,
    "outcome[0]": "diverged",
    "outcome[0] == diverged": True,
    "color != bad": True,
    "1 < speed < 3": True,
    "1 < speed < 2": False,
    "all(hits >= 0)": True,
    "any(hits > 100)": False,
    "hits[0] / hits[0] == 1": False,  # 0/0 is no number, and equals nothing
    "1e300 * 1e300 > 1": True,  # infinite, without a warning
    "-9 ** 9 ** 9 ** 9 < 0": True,  # float64: done at once
}


@pytest.mark.parametrize("text", VALUES)
def test_what_it_comes_to(text: str) -> None:
    found = evaluate.value(parse(text), RUN)
    assert type(found) is type(VALUES[text])
    assert found == (pytest.approx(VALUES[text]) if isinstance(found, float) else VALUES[text])


REFUSED = {
    "": "is not an expression",
    "1 +": "is not an expression",
    "place[left, 0": "is not an expression",
    "a; b": "is not an expression",
    "speed = 3": "is not an expression",
    "__import__('os')": "the functions are abs",
    "().__class__": "means nothing here",
    "place.dtype": "means nothing here",
    "lambda: 1": "means nothing here",
    "[x for x in hits]": "means nothing here",
    "{1: 2}": "means nothing here",
    "f'{speed}'": "means nothing here",
    "speed if speed else 1": "means nothing here",
    "hits @ hits": "means nothing here",
    "7 // 2": "means nothing here",
    "not speed": "means nothing here",
    "speed and hits": "means nothing here",
    "hits is hits": "means nothing here",
    "hits[::2]": "means nothing here",
    "max(hits, default=1)": "means nothing here",
    "max(*hits)": "means nothing here",
    "(hits)[0][1]": "only a name takes an index",
    "True": "is neither a number nor a name",
    "None": "is neither a number nor a name",
    "1j": "is neither a number nor a name",
    "(" * 60 + "1" + ")" * 60 + "+" + "(1+" * 30 + "1" + ")" * 30: "nested too deeply",
    "-" * 290 + "1": "nested too deeply",
    "1" * 301: "longer than 300 characters",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused_as_it_is_written(text: str) -> None:
    with pytest.raises(LessonError) as refused:
        parse(text)
    assert REFUSED[text] in str(refused.value)
    assert len(str(refused.value)) < 200


MEANINGLESS = {
    "nothing + 1": "nothing is not a number",
    "place[up, 0]": "there is no entry called 'up'",
    "place[left, 9]": "there is no entry 9: they are numbered from 0 to 8",
    "place[2, 0]": "numbered from 0 to 1 (left, right)",
    "place[left, -1]": "-1 is not an index",
    "place[left, 0.5]": "0.5 is not an index",
    "place[left, 0, 0]": "place takes 2 indices at most",
    "hits[1, 1]": "hits takes 1 index at most",
    "speed[0]": "speed takes no index",
    "params[0]": "params takes no index",
    "color + 1": "good is not a number",
    "color < bad": "cannot be compared so",
    "color == 1": "cannot be compared so",
    "sum(hits[3:3])": "sum of nothing",
    "sqrt(1, 2)": "sqrt takes one value",
    "all(hits)": "all takes a comparison",
    "hits[1:] + place": "do not go together",
    "hits == hits[:3]": "do not go together",
}


@pytest.mark.parametrize("text", MEANINGLESS)
def test_what_means_nothing_for_this_run(text: str) -> None:
    with pytest.raises(LessonError) as refused:
        evaluate.value(parse(text), RUN)
    assert MEANINGLESS[text] in str(refused.value)


def test_a_fact_of_the_run_that_is_no_number_is_only_a_word() -> None:
    run = update_rules.simulate(update_rules.UpdateRulesParams(), 0)
    assert not isinstance(run.program, str | float)
    assert evaluate.value(parse("program"), run) == "program"
    with pytest.raises(LessonError, match="program is not a number"):
        evaluate.value(parse("program + 1"), run)


def test_a_frame_has_to_be_in_the_run() -> None:
    assert evaluate.frame(parse("last"), RUN) == 8
    for text in ("9", "-1", "1.5", "color", "hits", "first(hits > 100)"):
        with pytest.raises(LessonError):
            evaluate.frame(parse(text), RUN)


def test_names_can_be_checked_before_there_is_a_run() -> None:
    assert evaluate.unknown(parse("place[anything, last] + speed * max(hits)"), SLIDE) == ""
    assert evaluate.unknown(parse("outcome[0] == diverged"), SLIDE) == ""
    assert evaluate.unknown(parse("color == bad"), SLIDE) == ""
    assert evaluate.unknown(parse("speed + sped"), SLIDE) == "sped"
    assert evaluate.unknown(parse("params"), SLIDE) == "params"


ALPHABET = st.sampled_from(
    ["place", "hits", "speed", "left", "last", "max", "first", "[", "]", "(", ")", ",", ":", "+", "-", "*"]
)
TOKENS = st.lists(
    ALPHABET | st.sampled_from(["**", "<", "==", "0", "7", "1e999", "'", "\\", ".", "{", "\0", "λ", " "]), max_size=14
)


@given(st.one_of(st.text(max_size=60), TOKENS.map(" ".join), TOKENS.map("".join)))
def test_any_text_is_an_expression_or_one_clear_error(text: str) -> None:
    try:
        found: object = evaluate.value(parse(text), RUN)
    except LessonError as error:
        said = str(error)
    else:
        said = ""
        assert isinstance(found, float | str | bool | np.ndarray)
    assert "\n" not in said


# -- expectations ----------------------------------------------------------------------------------------------------------

CLAIMS = tuple(proofs())
WRONG = Claim(name="it flies", scene="x", source="y", predicted=1.0, measured=2.0, tolerance=0.1, because="z")


def complaint(text: str) -> str:
    return expect.complaint(expect.read(text), RUN, (*CLAIMS, WRONG))


def test_an_expectation_that_holds_says_nothing() -> None:
    assert complaint("place[left, last] > 16") == ""
    assert complaint("all(hits[1:] > hits[:last])") == ""
    assert complaint("claim: the box moves 1 m in a step") == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("place[left, last] < 16", "'place[left, last] < 16' does not hold: 17 against 16"),
        ("1 < speed < 2", "does not hold: 1 against 2 against 2"),
        ("outcome[0] == completed", "does not hold: diverged against completed"),
        ("all(hits > 3)", "does not hold: true for 7 of 9"),
        ("any(hits > 30)", "does not hold: true for 0 of 9"),
        ("all()", "all takes one value"),
        ("hits > 3", "compares many numbers: say all(…) or any(…)"),
        ("place[right, last] > 0", "does not hold: nan against 0"),
        ("place[right, last] <= 0", "does not hold: nan against 0"),
        ("place[up, 1] > 0", "there is no entry called 'up'"),
        ("claim: it swims", "makes no claim called 'it swims' (it makes: the box moves 1 m in a step; the box moves 2 m"),
        ("claim: it flies", "'it flies' does not hold: predicted 1, measured 2, error 1, tolerance 0.1"),
    ],
)
def test_an_expectation_that_fails_says_why_with_the_numbers(text: str, why: str) -> None:
    assert why in complaint(text)


def test_an_expectation_has_to_be_able_to_fail() -> None:
    for text in ("speed", "1 + 1", "max(hits)", "claim:", "claim: "):
        with pytest.raises(LessonError):
            expect.read(text)
    assert expect.read("claim: a") == Claimed("a")


# -- texts with numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("{speed}", "2"),
        ("{-speed}", "−2"),
        ("{speed / 3}", "0.667"),
        ("{speed / 4}", "0.5"),
        ("{speed / 3:.2g}", "0.67"),
        ("{speed / 3:.1f}", "0.7"),
        ("{speed / 4:.0%}", "50\u00a0%"),
        ("{1000 * hits[last]}", "24\u202f000"),
        ("{speed * 1e-9}", "2.0·10⁻⁹"),
        ("{color} and {outcome[0]}", "good and diverged"),
        ("{max(hits[3:])}", "24"),
        ("{place[right, last]}", "–"),
        ("{{speed}} is {speed}", "{speed} is 2"),
    ],
)
def test_a_text_takes_numbers_of_the_run(text: str, written: str) -> None:
    assert live.read(text).written(RUN) == written


@pytest.mark.parametrize("text", ["{", "}", "a } b", "{speed", "{}", "{1 +}", "{speed:.99g}", "{speed!r}", "{speed:>9}"])
def test_a_number_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(LessonError):
        live.read(text)


@pytest.mark.parametrize("text", ["{hits}", "{speed > 1}", "{place[up, 0]}"])
def test_what_is_no_number_is_not_written(text: str) -> None:
    with pytest.raises(LessonError):
        live.read(text).written(RUN)


def test_equal_texts_are_equal_expressions() -> None:
    assert parse("1 + 1") == parse(" 1 + 1 ")
    assert parse("1 + 1") != parse("2")
    assert str(Expression("x", parse("1").tree)) == "x"
