"""The command line as a script meets it: exit codes, one line for a mistake, JSON of the promised shape."""

import json
from pathlib import Path
from typing import Any

import pytest

from app import claims
from app.main import COMMANDS, main
from core.claims import Claim
from tests.app import fake_scene


@pytest.fixture(autouse=True)
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_scene.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


MISTAKES = {
    "record nowhere -o a.npz": "there is no scene called 'nowhere'",
    "record slidingbox -o a.npz": "did you mean sliding-box?",
    "record sliding-box -o a.xlsx": "'a.xlsx' does not end in",
    "record sliding-box": "-o/--output",
    "record sliding-box -o a.npz --set speed=-1": "speed: -1 is outside its range (0.1 to 10)",
    "record sliding-box -o a.npz --set speed=nan": "not a finite number",
    "record sliding-box -o a.npz --set speed=fast": "speed: 'fast' is not a number",
    "record sliding-box -o a.npz --set steps=1.5": "not a whole number",
    "record sliding-box -o a.npz --set color=blue": "color: 'blue' is not one of good, bad",
    "record sliding-box -o a.npz --set sped=1": "sped: no such knob (known: speed, steps",
    "record sliding-box -o a.npz --set speed": "write a setting as name=value",
    "record sliding-box -o a.npz --seed 1.5": "'1.5' is not a whole number",
    "record sliding-box -o a.npz --seed -1": "-1 is outside 0 to",
    "export sliding-box -o a.avi": "'a.avi' does not end in one of .mp4",
    "export sliding-box -o film": "'film' does not end in one of",
    "export sliding-box -o a-%d.mp4": "only pictures are numbered",
    "export sliding-box -o a-%d-%d.png": "only pictures are numbered",
    "export sliding-box -o a.mp4 --size huge": "'huge' is not a size like 1920x1080",
    "export sliding-box -o a.mp4 --size 100x100": "size 100x100 is outside the range",
    "export sliding-box -o a.mp4 --size 3840x3840": "no more pixels than 3840x2160",
    "export sliding-box -o a.mp4 --fps 9": "fps: 9 is outside its range (10 to 120)",
    "export sliding-box -o a.mp4 --fps nan": "'nan' is not a number",
    "export sliding-box -o a.mp4 --seconds 0": "seconds: 0 is outside its range",
    "export sliding-box -o a.mp4 --hold 1": "'1' is not two numbers",
    "export sliding-box -o a.mp4 --hold=-1,1": "hold: -1 is outside its range",
    "export sliding-box -o a.mp4 --theme neon": "invalid choice: 'neon'",
    "export sliding-box -o a.mp4 --frame 3": "frame chooses the frame of a picture",
    "export sliding-box -o a.mp4 --transparent": ".mp4 cannot be transparent",
    "export sliding-box -o a.png --frame 9": "frame: 9 is outside its range (0 to 8 in this run)",
    "export sliding-box -o a.mp4 --frames 3:9": "frames 3:9 are not within this run",
    "export sliding-box -o a.mp4 --frames 5:3": "frames 5:3 are not within this run",
    "export missing.mp4 -o a.png": "missing.mp4 cannot be read: No such file",
    "verify nowhere": "there is no scene called 'nowhere'",
    "exprot sliding-box": "did you mean `ravine export`?",
    "nowhere": "there is no scene called 'nowhere'",
    "sliding-box --theme neon": "invalid choice",
    "list --yaml": "unrecognized arguments: --yaml",
    "--frobnicate": "unrecognized arguments: --frobnicate",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_2_and_leaves_no_file(
    words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ravine: ")
    assert err.count("\n") == 1
    assert MISTAKES[words] in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", ["record sliding-box -o {}/a.npz", "export sliding-box -o {}/a.png", "export sliding-box -o {}/a.mp4"]
)
@pytest.mark.parametrize("folder", ["absent", "a-file", "/proc"])
def test_a_folder_that_takes_no_files_is_one_line_and_exit_code_1(
    words: str, folder: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("not a folder")
    assert main(words.format(folder).split()) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"ravine: {folder}/a.")
    assert err.count("\n") == 1
    assert "could not be written: " in err
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


def test_a_target_that_is_a_folder_stays_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.npz").mkdir()
    assert main(["record", "sliding-box", "-o", "a.npz"]) == 1
    assert "it is a folder" in capsys.readouterr().err or (tmp_path / "a.npz").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_help_names_every_command_and_none_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in COMMANDS:
        assert name in shown
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: ravine {name}")


def test_version_is_that_of_the_installed_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip().startswith("ravine ")


def test_list_as_json_has_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert set(listed) == {"scenes", "lessons"}
    (scene,) = listed["scenes"]
    assert scene["slug"] == "sliding-box"
    assert scene["title"] == "Sliding box"
    assert scene["chapter"] == "optimizers"
    assert scene["cards"] == [99]
    speed, _, color, broken = scene["params"]
    assert speed == {"name": "speed", "type": "real", "default": 1.0, "low": 0.1, "high": 10.0, "choices": []}
    assert color["choices"] == ["good", "bad"]
    assert (color["low"], broken["default"]) == (None, False)


def test_list_for_people_names_scene_and_knobs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert "sliding-box" in shown
    assert "speed = 1.0  (0.1 to 10)" in shown


def _verify(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = main(["verify", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_verify_as_json_has_the_promised_shape(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, found = _verify(["sliding-box"], capsys)
    assert code == 0
    assert len(found["claims"]) == 2
    first = found["claims"][0]
    assert first == {
        "name": "the box moves 1 m in a step",
        "scene": "sliding-box",
        "source": "Newton 1687",
        "predicted": 1.0,
        "measured": 1.0,
        "error": 0.0,
        "tolerance": 1e-12,
        "holds": True,
    }


def test_verify_fails_when_a_claim_does_not_hold(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong() -> list[Claim]:
        good = list(fake_scene.proofs())
        numbers = {"predicted": 1.0, "measured": float("nan"), "tolerance": 0.1, "because": "none"}
        return [*good, Claim(name="a number that is missing", scene="sliding-box", source="nobody", **numbers)]  # type: ignore[arg-type]

    monkeypatch.setattr(claims, "sources", lambda: [claims.Source("sliding-box", ("sliding-box",), wrong)])
    code, found = _verify([], capsys)
    assert code == 1
    assert [claim["holds"] for claim in found["claims"]] == [True, True, False]
    assert found["claims"][2]["error"] == "nan"
    assert main(["verify"]) == 1
    shown = capsys.readouterr().out
    assert "2 of 3 claims hold" in shown
    assert "✗  a number that is missing" in shown


def test_a_proof_that_breaks_off_is_a_claim_that_fails_and_the_rest_is_heard(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[Claim]:
        raise ZeroDivisionError("by zero")

    slide = claims.Source("sliding-box", ("sliding-box",), fake_scene.proofs)
    monkeypatch.setattr(claims, "sources", lambda: [claims.Source("other", ("other",), broken), slide])
    code, found = _verify([], capsys)
    assert code == 1
    assert [claim["holds"] for claim in found["claims"]] == [False, True, True]
    assert "ZeroDivisionError" in found["claims"][0]["name"]


def test_doctor_reports_every_point_with_a_verdict(capsys: pytest.CaptureFixture[str], qapp: object) -> None:
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    names = [check["name"] for check in report["checks"]]
    for expected in ("Ravine", "Python", "numba", "Qt", "display", ".mp4", ".webp", "font", "compiled kernels"):
        assert expected in names
    assert all(check["ok"] for check in report["checks"])


def test_doctor_says_what_to_do_when_an_encoder_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    import av.codec

    monkeypatch.setattr(av.codec, "codecs_available", {"gif", "apng", "libx264", "libwebp_anim"})
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert "✗ .webm" in shown
    assert "no encoder libvpx-vp9" in shown
    assert "missing" in shown.splitlines()[-1]
