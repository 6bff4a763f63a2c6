"""The README names every command there is, and none that is not."""

import re
from pathlib import Path

from app.main import COMMANDS
from scenes.discovery import all_scenes

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_commands_are_those_of_the_program() -> None:
    named = set(re.findall(r"^\| `ravine (\w+)", README, re.MULTILINE))
    assert named | {"open"} == set(COMMANDS)
    assert "| `ravine [SCENE" in README  # open, the command that may be left out


def test_its_targets_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"make ([a-z-]+)", README))
    assert {"run", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_scenes_it_speaks_of_exist() -> None:
    words = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", README))
    assert words
    assert words <= set(all_scenes())


def test_the_files_it_points_to_exist() -> None:
    for name in re.findall(r"`((?:[A-Z]+\.md|LICENSE|assets/[^`]+))`", README):
        assert (ROOT / name).exists(), name
