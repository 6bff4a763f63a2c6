"""Lines of code that run: what they may hold, in which order they compute, and that nothing else can be reached from them."""

import numpy as np
import pytest

from core.lines import Value, line, power


def run(text: str, **names: Value) -> Value:
    (value,) = line(text).run(names, {"double": lambda x: 2.0 * x}).values()
    return value


def test_reads_as_python_does_from_left_to_right() -> None:
    a, b, c = 0.1, 0.2, 0.3
    assert run("y = a - b * c - a", a=a, b=b, c=c) == a - b * c - a
    assert run("y = a * b * c", a=a, b=b, c=c) == (a * b) * c != a * (b * c)
    assert run("y = a / b / c", a=a, b=b, c=c) == (a / b) / c
    assert run("y = -a + (b - c)", a=a, b=b, c=c) == -a + (b - c)
    assert run("y = 1 - a**3", a=a) == 1 - (a * a) * a


def test_works_on_vectors_entry_by_entry() -> None:
    v = np.array([4.0, 9.0])
    np.testing.assert_array_equal(run("y = double(v) / (np.sqrt(v) + 1)", v=v), [8.0 / 3.0, 18.0 / 4.0])
    np.testing.assert_array_equal(run("y = np.zeros(2)"), [0.0, 0.0])


def test_chooses() -> None:
    for t, expected in ((2, 5.0), (3, 5.0), (4, 0.5)):
        assert run("y = r if t <= 3 else r / 10", r=5.0, t=t) == expected


def test_several_names_at_once() -> None:
    found = line("m, t = np.zeros(2), 0").run({}, {})
    assert list(found) == ["m", "t"]
    assert found["t"] == 0


def test_says_what_it_reads_and_writes_and_changes_nothing() -> None:
    part = line("v = b * v + (1 - b) * g * g")
    assert part.targets == ("v",)
    assert part.reads == ("b", "v", "g")
    names: dict[str, Value] = {"b": 0.9, "v": np.ones(2), "g": np.ones(2)}
    part.run(names, {})
    np.testing.assert_array_equal(names["v"], np.ones(2))


def test_a_power_is_the_product_that_a_loop_keeps() -> None:
    product = 1.0
    for exponent in range(1, 200):
        product *= 0.999
        assert power(0.999, exponent) == product
    assert power(0.9, 0) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "y = x.__class__",
        "y = np.load(x)",
        "y = np.sqrt(x, out=x)",
        "y = open(x, x)",
        "y = [x]",
        "y = 'x'",
        "y = lambda: 0",
        "y = x[0]",
        "y = x if x > 1 else 2",
        "y = x % 2",
        "y = grad.__globals__(x)",
        "y += 1",
        "y",
        "y = 1; z = 2",
        "y = z = 1",
        "y, z = 1",
        "y.z = 1",
        "import os",
    ],
)
def test_holds_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot hold|is not one assignment|one value"):
        line(text)


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        run("y = nobody")
    with pytest.raises(KeyError):
        run("y = open(x)", x=1.0)
