"""A machine that has next to nothing: no OpenGL, no sound, no fonts of ours, a home where nothing can be written."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, pathlib
from PySide6 import QtGui, QtOpenGLWidgets, QtWidgets

class Refused(QtWidgets.QWidget):
    def __init__(self, *_):
        raise RuntimeError("there is no OpenGL here")

QtOpenGLWidgets.QOpenGLWidget = QtGui.QOpenGLContext = Refused  # pyqtgraph derives from one
for name in ("QtMultimedia", "QtMultimediaWidgets"):
    sys.modules[f"PySide6.{name}"] = None  # importing it fails
import scenes.theme
scenes.theme.ASSETS = pathlib.Path(sys.argv[1])
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import window
from app.main_window import Window

def look():
    for shown in QApplication.topLevelWidgets():
        if isinstance(shown, Window) and shown.session.recording is not None and not shown.session.busy:
            shown.session.pause()
            shown.session.seek(9)
            shown.view.picture()
            print(shown.view.caption)
            print(" ".join(notice.text for notice in shown.notices._waiting))
            colors = shown.grab().toImage()
            print(len({colors.pixel(x, y) for x in range(0, colors.width(), 7) for y in range(0, colors.height(), 7)}))
            timer.stop()
            shown.close()

application = window.application()
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
sys.exit(window.run("momentum-ravine"))
"""


def test_the_window_works_and_says_in_sentences_what_it_does_without(tmp_path: Path) -> None:
    home, assets = tmp_path / "home", tmp_path / "assets"
    home.write_text("a file, so nothing can be made in it")
    (assets / "fonts").mkdir(parents=True)
    (assets / "fonts" / "Inter-Regular.otf").write_bytes(b"no font at all")
    env = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    env |= {"HOME": str(home), "XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", "")}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(assets)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    said = run.stdout.splitlines()
    assert len(said) == 3, said
    caption, notices, colors = said
    assert caption.startswith("Loss at step 9")
    assert notices.count("Nothing can be remembered for the next start") == 1
    assert int(colors) > 50, "there is a picture"
    assert "Inter and Source Code Pro cannot be loaded from assets/fonts: letters look otherwise here." in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.count("\n") == 1, run.stderr
