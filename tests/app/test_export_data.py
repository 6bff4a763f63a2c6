"""Data files: read back with other programs' readers, equal to the recording, the same bytes each time."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from app.main import main
from tests.app import fake_scene


@pytest.fixture(autouse=True)
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_scene.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


def _record(name: str, *more: str) -> bytes:
    assert main(["record", "sliding-box", "-o", name, *more]) == 0
    return Path(name).read_bytes()


@pytest.mark.parametrize("name", ["run.npz", "run.csv", "run.json"])
def test_the_same_run_gives_the_same_bytes(name: str) -> None:
    first = _record(name, "--set", "speed=0.3", "--seed", "5")
    assert _record(name, "--set", "speed=0.3", "--seed", "5") == first
    assert _record(name, "--set", "speed=0.3", "--seed", "6") != first


def test_npz_holds_arrays_and_meta() -> None:
    _record("run.npz", "--set", "speed=0.3", "--seed", "5")
    expected = fake_scene.simulate(fake_scene.SlideParams(speed=0.3), 5)
    with np.load("run.npz", allow_pickle=False) as loaded:
        assert set(loaded.files) == {"place", "hits", "meta"}
        np.testing.assert_array_equal(loaded["place"], expected.place)
        assert loaded["place"].dtype == np.float64
        assert loaded["hits"].dtype == np.int64
        meta = json.loads(loaded["meta"].item())
    assert meta["scene"] == "sliding-box"
    assert meta["seed"] == 5
    assert meta["params"] == {"speed": 0.3, "steps": 8, "color": "good", "broken": False}
    assert meta["outcomes"][0]["outcome"] == "diverged"
    assert meta["runs"] == ["left", "right"]


def test_csv_is_tidy_with_units_and_names() -> None:
    _record("run.csv")
    with open("run.csv", encoding="utf-8", newline="") as file:
        meta, *rows = list(csv.DictReader(file))
    assert list(meta) == ["quantity", "run", "step", "value", "unit"]
    assert meta["quantity"] == "meta"
    assert json.loads(meta["unit"])["params"]["speed"] == 1.0
    expected = fake_scene.simulate(fake_scene.SlideParams(), 0)
    place = [row for row in rows if row["quantity"] == "place"]
    assert len(place) == expected.place.size
    assert {row["unit"] for row in place} == {"m"}
    for row in place:
        value = expected.place[["left", "right"].index(row["run"]), int(row["step"])]
        assert float(row["value"]) == value or (math.isnan(value) and row["value"] == "NaN")
    assert {row["value"] for row in place} >= {"NaN", "Inf", "-Inf"}
    hits = [row for row in rows if row["quantity"] == "hits"]
    assert [row["value"] for row in hits] == [str(3 * step) for step in range(9)]
    assert {row["run"] for row in hits} == {""}


def test_json_is_plain_and_says_what_nan_is() -> None:
    text = _record("run.json").decode()
    assert "NaN" not in text
    assert "Infinity" not in text
    loaded = json.loads(text)
    place = loaded["arrays"]["place"]
    assert place["axes"] == ["run", "step"]
    assert place["unit"] == "m"
    assert place["shape"] == [2, 9]
    assert place["values"][0] == [float(step) for step in range(9)]
    assert place["values"][1][-3:] == ["-inf", "inf", None]
    assert loaded["meta"]["scene"] == "sliding-box"
