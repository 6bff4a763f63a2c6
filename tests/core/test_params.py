"""Knobs: what may be typed, what is refused, and the sentence that says so."""

import math
from dataclasses import FrozenInstanceError, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.params import Knob, ParamError, Params, choice, real, switch, text, whole


@dataclass(frozen=True, kw_only=True)
class Example(Params):
    rate: float = real(0.1, 0.001, 1.0, label="Learning rate", help="How far a step goes.", scale="log", symbol="η")
    steps: int = whole(100, 1, 5000, label="Steps", help="How many updates.", group="Run")
    surface: str = choice("bowl", ("bowl", "saddle"), label="Surface", help="What is descended.")
    noisy: bool = switch(False, label="Noise", help="Whether gradients are noisy.", folded=True)


RANGES = {"rate": "0.001 to 1", "steps": "1 to 5000", "surface": "bowl, saddle", "noisy": "on or off"}
ACCEPTED = {**RANGES, "noisy": "neither on nor off"}  # what a refusal says would have been fine


def test_the_declaration_travels_with_the_field() -> None:
    assert [knob.name for knob in Example.knobs()] == ["rate", "steps", "surface", "noisy"]
    rate, steps, surface, noisy = Example.knobs()
    assert (rate.kind, rate.default, rate.low, rate.high, rate.scale, rate.symbol) == ("real", 0.1, 0.001, 1.0, "log", "η")
    assert (steps.kind, steps.default, steps.low, steps.high, steps.group) == ("whole", 100, 1, 5000, "Run")
    assert (surface.kind, surface.default, surface.choices) == ("choice", "bowl", ("bowl", "saddle"))
    assert (noisy.kind, noisy.default, noisy.folded) == ("switch", False, True)
    assert {knob.name: knob.range_text() for knob in Example.knobs()} == RANGES


def test_defaults_and_values() -> None:
    assert Example().values() == {"rate": 0.1, "steps": 100, "surface": "bowl", "noisy": False}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["rate=0.5"], {"rate": 0.5}),
        (["rate=1"], {"rate": 1.0}),
        (["rate=1e-3"], {"rate": 0.001}),
        ([" rate = 0.25 "], {"rate": 0.25}),
        (["steps=5000", "rate=1e-2"], {"steps": 5000, "rate": 0.01}),
        (["steps=1e3"], {"steps": 1000}),
        (["surface=saddle"], {"surface": "saddle"}),
        (["steps=1", "steps=2"], {"steps": 2}),
        ([], {}),
    ],
)
def test_settings_as_they_are_typed(settings: list[str], expected: dict[str, object]) -> None:
    made = Example.parse(settings)
    assert made.values() == {**Example().values(), **expected}
    assert {name: type(value) for name, value in made.values().items()} == {
        "rate": float,
        "steps": int,
        "surface": str,
        "noisy": bool,
    }


@pytest.mark.parametrize("word", ["on", "true", "yes", "1", "ON", "True", " yes "])
def test_words_for_on(word: str) -> None:
    assert Example.parse([f"noisy={word}"]).noisy is True


@pytest.mark.parametrize("word", ["off", "false", "no", "0", "OFF"])
def test_words_for_off(word: str) -> None:
    assert Example(noisy=True).replace(noisy=Example.knob("noisy").parse(word)).noisy is False


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("rate=-1", "-1"),
        ("rate=1.5", "1.5"),
        ("rate=1.0000000001", "1.0000000001"),
        ("rate=0", "0"),
        ("rate=abc", "'abc'"),
        ("rate=", "''"),
        ("rate=nan", "nan"),
        ("rate=inf", "inf"),
        ("rate=-inf", "-inf"),
        ("rate=1e999", "inf"),
        ("rate=0,5", "'0,5'"),
        ("rate=on", "'on'"),
        ("steps=1.5", "1.5"),
        ("steps=0", "0"),
        ("steps=5001", "5001"),
        ("steps=nan", "nan"),
        ("steps=inf", "inf"),
        ("surface=Bowl", "'Bowl'"),
        ("surface=", "''"),
        ("surface=1", "'1'"),
        ("noisy=maybe", "'maybe'"),
        ("noisy=", "''"),
        ("noisy=2", "'2'"),
    ],
)
def test_a_refusal_names_knob_value_and_range_in_one_line(setting: str, shown: str) -> None:
    name = setting.partition("=")[0]
    with pytest.raises(ParamError) as refused:
        Example.parse([setting])
    sentence = str(refused.value)
    assert sentence.startswith(f"{name}: ")
    assert shown in sentence
    assert ACCEPTED[name] in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "values",
    [
        {"rate": True},
        {"steps": True},
        {"rate": "0.1"},
        {"rate": None},
        {"rate": math.nan},
        {"rate": math.inf},
        {"rate": 2.0},
        {"rate": [0.1]},
        {"steps": 10.5},
        {"steps": "10"},
        {"surface": 1},
        {"surface": ["bowl"]},
        {"surface": None},
        {"noisy": 1},
        {"noisy": "on"},
        {"noisy": None},
        {"rate": 10**400},
        {"steps": 10**400},
    ],
)
def test_values_of_a_file_are_checked_by_type_and_range(values: dict[str, object]) -> None:
    (name,) = values
    with pytest.raises(ParamError, match=rf"^{name}: ") as refused:
        Example.from_mapping(values)
    assert ACCEPTED[name] in str(refused.value)


def test_values_of_a_file_that_are_fine() -> None:
    made = Example.from_mapping({"rate": 1, "steps": 10.0, "noisy": True})
    assert made == Example(rate=1.0, steps=10, noisy=True)
    assert type(made.rate) is float
    assert type(made.steps) is int


def test_an_unknown_knob_is_named_beside_the_known_ones() -> None:
    known = r"known: rate, steps, surface, noisy"
    for make in (
        lambda: Example.parse(["nonsense=1"]),
        lambda: Example.from_mapping({"nonsense": 1}),
        lambda: Example().replace(nonsense=1),
        lambda: Example.knob("nonsense"),
    ):
        with pytest.raises(ParamError, match=rf"^nonsense: .*{known}"):
            make()


@pytest.mark.parametrize("setting", ["rate", "", "rate 0.1"])
def test_a_setting_needs_an_equals_sign(setting: str) -> None:
    with pytest.raises(ParamError, match="name=value"):
        Example.parse([setting])


def test_a_long_value_is_cut_so_that_the_sentence_stays_readable() -> None:
    with pytest.raises(ParamError) as refused:
        Example.parse(["rate=" + "x" * 10_000])
    assert len(str(refused.value)) < 200


def test_what_exists_is_valid_and_cannot_be_changed() -> None:
    with pytest.raises(ParamError, match="rate: 2 is outside its range"):
        Example(rate=2.0)
    with pytest.raises(FrozenInstanceError):
        Example().rate = 0.2  # type: ignore[misc]


def test_replace_turns_some_knobs_of_a_copy() -> None:
    first = Example(rate=0.2)
    second = first.replace(steps=7)
    assert (second.rate, second.steps) == (0.2, 7)
    assert first.steps == 100
    with pytest.raises(ParamError, match=r"^steps: "):
        first.replace(steps=0)


def test_equal_settings_are_equal_and_may_be_keys() -> None:
    assert Example(rate=0.5) == Example.parse(["rate=0.5"])
    assert len({Example(), Example(), Example(rate=0.5)}) == 2


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_real_knob_takes_exactly_its_range(value: float) -> None:
    knob = Example.knob("rate")
    if 0.001 <= value <= 1.0:
        assert knob.check(value) == value
        assert knob.parse(repr(value)) == value
    else:
        with pytest.raises(ParamError, match=r"^rate: "):
            knob.check(value)


@given(st.text(max_size=30))
def test_any_text_is_a_value_or_a_refusal_of_one_line(text: str) -> None:
    for knob in Example.knobs():
        refusal = ""
        try:
            value = knob.parse(text)
        except ParamError as refused:
            refusal = str(refused)
        else:
            assert knob.check(value) == value
        assert "\n" not in refusal


@given(st.builds(Example, rate=st.floats(0.001, 1.0), steps=st.integers(1, 5000), noisy=st.booleans()))
def test_values_make_the_same_params_again(params: Example) -> None:
    assert Example.from_mapping(params.values()) == params
    assert Example.parse([f"{name}={value}" for name, value in params.values().items()]) == params


def test_a_knob_is_plain_data() -> None:
    knob = Knob(name="x", kind="real", default=0.0, label="x", help="x", low=-1.0, high=1.0)
    assert knob == Knob(name="x", kind="real", default=0.0, label="x", help="x", low=-1.0, high=1.0)
    assert hash(knob) == hash(Knob(name="x", kind="real", default=0.0, label="x", help="x", low=-1.0, high=1.0))


def even(given: str) -> None:
    if len(given) % 2:
        raise ParamError("an odd number of characters", len(given) - 1)


@dataclass(frozen=True, kw_only=True)
class Named(Params):
    name: str = text("ab", 6, rule=even, label="Name", help="What it is called.")


def test_a_text_is_taken_as_it_is() -> None:
    assert Named.parse([" name = a = bc "]).name == "a = bc"
    assert Named(name="").name == ""
    assert Named.knob("name").range_text() == "up to 6 characters"


@pytest.mark.parametrize(
    ("value", "says"),
    [("abcdefgh", "too long"), ("a\nbc", "cannot be shown"), (3, "is not a text"), ("abc", "name: an odd number")],
)
def test_a_text_that_is_refused(value: object, says: str) -> None:
    with pytest.raises(ParamError, match=says) as caught:
        Named.knob("name").check(value)
    assert "\n" not in str(caught.value)
    assert caught.value.at == (2 if value == "abc" else None)
