"""Exports from the dialog for real, in a child process: what comes of them, and of those that are cancelled or break down."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import data_files, own_process, provenance
from app.export_dialog.dialog import ExportDialog
from app.main_window import Window
from app.session import Session
from app.settings import Settings
from scenes.discovery import find
from scenes.show import Show
from scenes.theme import THEMES
from tests.app import decoding
from tests.app.toy_scene import ready, wait

SLUG = "momentum-ravine"
OLD = b"the old file"


@pytest.fixture
def window(qapp: QApplication) -> Iterator[Window]:
    """The window over a real scene: a child knows no other."""
    scene = find(SLUG)
    session = Session({SLUG: scene}, parent=qapp)
    made = Window(session, Settings(width=1280, height=720))
    made.show()
    session.open(scene, scene.simulation.params(steps=30, momentum=0.5), 3)
    wait(lambda: not session.busy and session.recording is not None, 60)
    ready(session)
    yield made
    made.dispose()
    session.close()
    session.deleteLater()


@pytest.fixture
def dialog(window: Window, tmp_path: Path) -> ExportDialog:
    """The dialog with a small picture chosen, in a folder that holds an old film."""
    (tmp_path / "film.mp4").write_bytes(OLD)
    window.exporter.open()
    made = window.exporter.dialog
    assert made is not None
    options = made.options
    options.place.set_folder(tmp_path)
    name(made, "film.mp4")
    options.width_field.setText("320")
    options.height_field.setText("180")
    options.fps.setText("20")
    return made


def name(dialog: ExportDialog, text: str) -> None:
    dialog.options.place.name.selectAll()
    QTest.keyClicks(dialog.options.place.name, text)


def run(dialog: ExportDialog) -> None:
    """Export, to whatever end."""
    QTest.mouseClick(dialog.bottom.export, Qt.MouseButton.LeftButton)
    assert dialog.runner.running
    wait(lambda: not dialog.runner.running, 60)


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start_long(dialog: ExportDialog, tmp_path: Path) -> None:
    """Begin a film of ten minutes, and wait until it is under way."""
    dialog.options.seconds.setText("600")
    dialog.options.slow.toggle.setChecked(True)
    QTest.mouseClick(dialog.bottom.export, Qt.MouseButton.LeftButton)
    wait(lambda: dialog.bottom.bar.maximum() > 0 and bool(list(tmp_path.glob(".film.mp4.*.part"))), 60)
    assert dialog.runner.running


def child(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let the child be a Python program instead."""
    monkeypatch.setattr(own_process, "command", lambda *words: [sys.executable, "-P", "-c", program, *words])


def test_a_film_through_the_dialog_is_the_film_of_what_is_shown(dialog: ExportDialog, tmp_path: Path) -> None:
    shares: list[float] = []
    dialog.runner.progressed.connect(lambda share, left: shares.append(share))
    dialog.options.seconds.setText("1")
    dialog.options.show_theme("paper")
    run(dialog)
    assert dialog.bottom.sentence.text() == "film.mp4 is complete."
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert listing(tmp_path) == ["film.mp4"]
    frames = decoding.film(tmp_path / "film.mp4")
    assert len(frames) == 20
    recording = dialog.session.recording
    assert recording is not None
    show = Show(find(SLUG), THEMES["paper"])
    for at, k in ((0, 0), (-1, recording.last)):
        show.load(recording, k)
        image = show.frame(320, 180)
        wanted = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(180, 320, 4)[..., 2::-1]
        error = np.abs(frames[at][1][..., :3].astype(float) - wanted)
        assert error.mean() < 4.0, "of 255; 4:2:0 blurs the colours of thin lines"
    show.close()
    made = provenance.read(tmp_path / "film.mp4")
    assert (made.slug, made.seed, made.params) == (SLUG, 3, recording.params.values())
    assert made.drawing["theme"] == "paper"


def test_a_finished_file_can_be_opened_shown_copied_and_dragged_out(
    dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return len(opened) < 3

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    name(dialog, "still.png")
    run(dialog)
    card, target = dialog.card, tmp_path / "still.png"
    assert card.isVisible()
    assert "made in" in card.facts.text()
    for button in (card.open, card.reveal) if sys.platform == "linux" else (card.open,):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened[0] == str(target)
    assert sys.platform != "linux" or opened[1] == str(tmp_path)
    QTest.mouseClick(card.copy, Qt.MouseButton.LeftButton)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.urls() == [QUrl.fromLocalFile(str(target))]
    assert QGuiApplication.clipboard().image().width() == 320
    assert dialog.bottom.sentence.text() == "still.png is on the clipboard."
    dragged: list[Any] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, actions: dragged.append((drag.mimeData().urls(), actions)))
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(6, 6))
    QTest.mouseMove(card, QPoint(7, 6))
    assert dragged == [], "a trembling hand drags nothing"
    QTest.mouseMove(card, QPoint(60, 30))
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 30))
    assert dragged == [([QUrl.fromLocalFile(str(target))], Qt.DropAction.CopyAction)]
    opened[:] = ["", ""]
    QTest.mouseClick(card.open, Qt.MouseButton.LeftButton)
    assert dialog.bottom.sentence.text() == f"No program opened still.png; it is in {tmp_path}."


def test_cancel_leaves_nothing_but_the_old_file(dialog: ExportDialog, tmp_path: Path) -> None:
    start_long(dialog, tmp_path)
    process = dialog.runner._process
    assert process is not None
    pid = process.processId()
    assert not dialog.options.isEnabled()
    QTest.mouseClick(dialog.bottom.cancel, Qt.MouseButton.LeftButton)
    assert not dialog.runner.running
    wait(lambda: listing(tmp_path) == ["film.mp4"])
    if os.name == "posix":
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert (tmp_path / "film.mp4").read_bytes() == OLD
    assert dialog.bottom.sentence.text().startswith("Cancelled")
    assert dialog.options.isEnabled()
    assert dialog.bottom.export.isVisible()
    assert not dialog.card.isVisible()


def test_escape_cancels_first_and_closes_then(dialog: ExportDialog, tmp_path: Path) -> None:
    start_long(dialog, tmp_path)
    QTest.keyClick(dialog.bottom.cancel, Qt.Key.Key_Escape)
    assert not dialog.runner.running
    assert dialog.isVisible()
    QTest.keyClick(dialog.bottom.export, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize("which", ["dialog", "window"])
def test_closing_ends_the_child(window: Window, dialog: ExportDialog, tmp_path: Path, which: str) -> None:
    start_long(dialog, tmp_path)
    (dialog if which == "dialog" else window).close()
    assert not dialog.runner.running
    if which == "dialog":
        wait(lambda: listing(tmp_path) == ["film.mp4"])  # a busy machine takes longer than the window waits
    assert listing(tmp_path) == ["film.mp4"]


@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
def test_a_killed_child_gives_a_sentence_and_the_window_lives_on(dialog: ExportDialog, tmp_path: Path) -> None:
    start_long(dialog, tmp_path)
    process = dialog.runner._process
    assert process is not None
    os.kill(process.processId(), signal.SIGKILL)
    wait(lambda: not dialog.runner.running)
    said = "film.mp4 was not made: its process broke down. The old file is as it was."
    assert dialog.bottom.sentence.text() == said
    assert dialog.bottom.sentence.property("role") == "bad"
    assert listing(tmp_path) == ["film.mp4"]
    assert (tmp_path / "film.mp4").read_bytes() == OLD
    dialog.options.seconds.setText("0.2")
    run(dialog)
    assert dialog.bottom.sentence.text() == "film.mp4 is complete."


def test_a_child_whose_window_is_gone_stops_and_leaves_nothing(tmp_path: Path) -> None:
    """Even a window that was killed ends its child: nobody reads its lines any more."""
    command = own_process.command("export", SLUG, "-o", str(tmp_path / "a.mp4"), "--size", "320x180")
    words = [*command, "--seconds", "600", "--progress-lines"]
    environment = os.environ | {"PYTHONPATH": str(own_process.ROOT)}
    child = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert b"total" in child.stdout.readline()
    child.stdout.close()
    assert child.stderr is not None
    said = child.stderr.read()
    child.stderr.close()
    assert child.wait(60) != 0
    assert b"stopped; nothing was left half written" in said
    assert listing(tmp_path) == []


def test_a_cancelled_row_of_pictures_goes_with_its_folder(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.options.kinds.choose("png sequence")
    dialog.options.seconds.setText("600")
    folder = tmp_path / "film-frames"
    QTest.mouseClick(dialog.bottom.export, Qt.MouseButton.LeftButton)
    wait(lambda: len(list(folder.glob("*.png"))) > 2, 60)
    dialog.cancel()
    assert listing(tmp_path) == ["film.mp4"]


def test_a_row_of_pictures_is_copied_as_its_folder(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.options.kinds.choose("png sequence")
    dialog.options.seconds.setText("0.2")
    run(dialog)
    assert listing(tmp_path / "film-frames") == [f"frame-{n:04d}.png" for n in range(4)]
    assert dialog.card.path == tmp_path / "film-frames"
    assert dialog.card.facts.text().startswith("4 pictures")


@pytest.mark.parametrize("ending", ["npz", "csv", "json"])
def test_data_from_the_window_are_those_of_the_run(dialog: ExportDialog, tmp_path: Path, ending: str) -> None:
    name(dialog, f"run.{ending}")
    run(dialog)
    assert dialog.bottom.sentence.text() == f"run.{ending} is complete."
    recording = dialog.session.recording
    assert recording is not None
    wanted = tmp_path / f"wanted.{ending}"
    data_files.write(recording, SLUG, wanted)
    assert (tmp_path / f"run.{ending}").read_bytes() == wanted.read_bytes()
    if ending == "json":
        assert json.loads(wanted.read_text())["meta"]["seed"] == 3


def test_an_absent_folder_is_named(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.options.place.set_folder(tmp_path / "gone")
    run(dialog)
    assert "there is no folder" in dialog.bottom.sentence.text()
    assert str(tmp_path / "gone") in dialog.bottom.sentence.text()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_named(dialog: ExportDialog, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    run(dialog)
    tmp_path.chmod(0o700)
    assert "Permission denied. The old file is as it was." in dialog.bottom.sentence.text()


PATCHED = "import sys, errno, os, time; from app import main; from app.export import encoders; {}; sys.exit(main.main())"


@pytest.mark.parametrize(
    ("patch", "sentence"),
    [
        (
            "os.fsync = lambda file: (_ for _ in ()).throw(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))",
            "film.mp4 could not be written: No space left on device.",
        ),
        (
            "init = encoders.Container.__init__; "
            "encoders.Container.__init__ = lambda self, *a, **o: init(self, *a, **o | {'codec': 'libnowhere'})",
            "this machine has no encoder for .mp4; `ravine doctor` lists those there are.",
        ),
        ("os.abort()", "film.mp4 was not made: its process broke down."),
        ("1 / 0", "film.mp4 was not made: its process ended with code 1 (ZeroDivisionError: division by zero)."),
        ("sys.exit(0)", "film.mp4 was not made"),
    ],
    ids=["full disk", "no encoder", "crash", "fault", "nothing made"],
)
def test_what_goes_wrong_in_the_child_is_one_sentence(
    dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patch: str, sentence: str
) -> None:
    child(monkeypatch, PATCHED.format(patch))
    dialog.options.seconds.setText("0.2")
    run(dialog)
    said = dialog.bottom.sentence.text()
    assert sentence in said
    assert said.endswith(" The old file is as it was.")
    assert (tmp_path / "film.mp4").read_bytes() == OLD
    assert listing(tmp_path) == ["film.mp4"]


def test_a_child_that_cannot_be_started_is_told(dialog: ExportDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_process, "command", lambda *words: ["/nowhere/ravine", *words])
    QTest.mouseClick(dialog.bottom.export, Qt.MouseButton.LeftButton)
    wait(lambda: not dialog.runner.running)
    assert "could not be started" in dialog.bottom.sentence.text()


def test_after_an_export_the_estimate_goes_by_it(dialog: ExportDialog) -> None:
    dialog.options.seconds.setText("0.5")
    run(dialog)
    assert dialog.guess.text().startswith("Estimate: ")
    assert "going by your last one" in dialog.guess.text()
    assert dialog.card.facts.text().partition(",")[0] in dialog.guess.text()
    dialog.options.kinds.choose("gif")
    dialog.refresh()
    assert "last one" not in dialog.guess.text()


def test_a_folder_called_app_where_a_person_stands_is_not_ours(
    dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise RuntimeError('not this one')")
    monkeypatch.chdir(tmp_path)
    name(dialog, "a.svg")
    run(dialog)
    assert dialog.bottom.sentence.text() == "a.svg is complete."
