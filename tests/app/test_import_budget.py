"""How much is imported before the first painted frame: a start is as fast as what it loads, and modules can be counted.

`import_budget.txt` beside this file lists what may be. Seconds depend on the machine (`make bench` measures them); a
module that joined the start without need is seen here, by its name.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUDGET = Path(__file__).with_name("import_budget.txt")
OURS = ("app", "core", "scenes")
HOW = "if the first picture needs it, add it to tests/app/import_budget.txt; else import it when it is used"

PROGRAM = """
import os, sys
from app import stage_view
from app.main import main

paint = stage_view.StageView.paintEvent

def watched(view, event):
    paint(view, event)
    if view.session.recording is not None and view._painted:
        print(" ".join(sorted(sys.modules)), flush=True)
        os._exit(0)

stage_view.StageView.paintEvent = watched
main([])
"""


def budget() -> tuple[set[str], dict[str, int]]:
    """Our modules by name, and how many there may be of each other package (`standard`: Python's own)."""
    lines = [line.partition("#")[0].split() for line in BUDGET.read_text(encoding="utf-8").splitlines()]
    return {line[0] for line in lines if len(line) == 1}, {line[0]: int(line[1]) for line in lines if len(line) == 2}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("start")
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(folder),
        "RAVINE_CACHE_DIR": str(folder / "kernels"),
    }
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not (folder / "kernels").exists(), "the first picture needs no kernels, so it need not look for them either"
    return done.stdout.split()


def package(module: str) -> str:
    """What a module belongs to, as the budget counts it."""
    name = module.partition(".")[0]
    return "standard" if name in sys.stdlib_module_names or name.startswith("_") else name


def chapter(module: str) -> bool:
    """Whether it is the folder of a chapter: discovery looks into each of them, and they hold nothing but scenes."""
    floor, _, name = module.partition(".")
    return floor == "scenes" and name not in ("", "kit") and (ROOT / floor / name / "__init__.py").exists()


def test_no_module_of_ours_has_joined_the_start(imported: list[str]) -> None:
    allowed, _ = budget()
    ours = {module for module in imported if module.partition(".")[0] in OURS and not chapter(module)}
    assert "app.main_window" in ours
    newcomers = sorted(ours - allowed)
    assert not newcomers, f"imported before the first frame: {', '.join(newcomers)}; {HOW}"
    gone = sorted(allowed - ours)
    assert not gone, f"no longer imported before the first frame, take it off the list: {', '.join(gone)}"


def test_no_other_package_has_joined_or_grown(imported: list[str]) -> None:
    _, allowed = budget()
    others = [module for module in imported if module.partition(".")[0] not in OURS]
    counts = Counter(map(package, others))
    newcomers = sorted(set(counts) - set(allowed))
    assert not newcomers, f"imported before the first frame: {', '.join(newcomers)}; {HOW}"
    for name, count in counts.items():
        members = ", ".join(module for module in others if package(module) == name)
        assert count <= allowed[name], f"{name} has {count} modules before the first frame, {allowed[name]} may be: {members}"
    assert not allowed.keys() & {"numba", "llvmlite", "ziamath", "av"}, "a first picture must never wait for these"
