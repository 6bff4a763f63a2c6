"""`kill -9` at any moment of a save and of an export: nothing of the old file is lost, nothing half written bears its name.

A few moments with every other test; fifty of each with `make kill`.
"""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import files
from app.share import view_file
from tests.app import decoding
from tests.app.victims import VIEWS

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = int(os.environ.get("RAVINE_KILL", "0")) or 4
OLD = b"the old film"
FILM = "--size 320x180 --seconds 1 --fps 30"
SAVE_SECONDS = 0.05  # some dozens of saves
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no such kill there")


class Victims:
    """Processes that do something until they are killed."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.app.victims"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, line: str, moment: float | None) -> float:
        """Let one begin and kill it after so many seconds; without a moment, wait for it. How long it lived."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{'-' if moment is None else moment} {line}\n")
        self._parent.stdin.flush()
        for said in self._parent.stdout:  # a child that came to its end has said something too
            if said.startswith("ended "):
                return float(said.split()[1])
        raise AssertionError("nobody is there any more")

    def end(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.stdout.close()
        self._parent.wait(60)


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    made = Victims()
    yield made
    made.end()


def killed(victims: Victims, line: str, target: Path, seconds: float, whole: Callable[[bytes], bool]) -> tuple[int, int, int]:
    """Kill it at each moment, and look. How often the old file was there, the new one, and how often something was left."""
    rng = random.Random() if "RAVINE_KILL" in os.environ else random.Random(1)
    old = new = left = 0
    for _ in range(MOMENTS):
        moment = rng.uniform(0.0, seconds)
        before = target.read_bytes()
        victims.run(line, moment)
        after = target.read_bytes()
        assert after == before or whole(after), f"killed after {moment:.4f} s"
        old, new = old + (after == before), new + (after != before)
        parts = [path for path in target.parent.iterdir() if path != target]
        left += bool(parts)
        assert all(path.name.startswith(f".{target.name}.") and path.name.endswith(files.PART) for path in parts)
        assert len(parts) <= 1, "each clears away what the last one left"
    files._CLEARED.discard(target.parent)
    files.write_bytes(target, b"in the end")
    assert list(target.parent.iterdir()) == [target]
    return old, new, left


def test_killed_amid_a_save(victims: Victims, tmp_path: Path) -> None:
    target, texts = tmp_path / "a.ravine", {view_file.text(view).encode() for view in VIEWS}
    view_file.write(VIEWS[0], target)
    told = killed(victims, f"save {target}", target, SAVE_SECONDS, lambda content: content in texts)
    report("saves", told)


def test_killed_amid_an_export(victims: Victims, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    target = tmp_path / "film.mp4"
    line = f"export momentum-ravine -o {target} {FILM}"
    seconds = victims.run(line, None)
    frames = len(decoding.film(target))
    assert frames >= 30

    def whole(content: bytes) -> bool:
        return len(decoding.film(target)) == frames

    target.write_bytes(OLD)
    told = killed(victims, line, target, 1.05 * seconds, whole)
    report("exports", told)


def report(what: str, told: tuple[int, int, int]) -> None:
    if "RAVINE_KILL" in os.environ:
        print(
            f"\n{MOMENTS} {what} killed: {told[0]} times the old file, {told[1]} the new one, {told[2]} leftovers, all cleared"
        )
