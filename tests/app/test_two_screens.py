"""Presenting with a laptop and a projector: the tests of on_two_screens.py, in a process that has two screens.

Qt reads its screens once, when it starts, so these tests cannot share the process of the others.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def screen(name: str, x: int, width: int, height: int, ratio: float) -> dict[str, object]:
    place = {"x": x, "y": 0, "width": width, "height": height}
    return {"name": name, **place, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": ratio}


def test_presenting_on_two_screens(tmp_path: Path) -> None:
    screens = [screen("LAPTOP", 0, 1440, 900, 2.0), screen("PROJECTOR", 1440, 1280, 720, 1.0)]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"synchronousWindowSystemEvents": False, "windowFrameMargins": False, "screens": screens}))
    command = [sys.executable, "-m", "pytest", str(HERE / "on_two_screens.py"), "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "RAVINE_TEST_SCREENS": str(config)}
    root = HERE.parent.parent
    run = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
