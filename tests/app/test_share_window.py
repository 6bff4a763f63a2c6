"""Sharing in the window: saving, opening, links, the clipboard, dropped files; a view comes back as it was."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QClipboard, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app import simulations
from app.export import pictures
from app.export.job import Drawing, Job
from app.main_window import Window
from app.settings import Settings
from app.share import link, view_file
from app.share.door import ENDINGS, Sharer, offered
from app.share.shown import shown
from app.share.view import View
from app.subject import Subject
from tests.app.test_window_keys import press
from tests.app.toy_scene import GATE, SCENES, SLOW, Decay, Growth, ready, wait

KEY = Qt.Key
ODD = Growth.simulation.params(rate=0.25, name="σ & x", mirrored=True, angle=30.0)
VIEW = View("growth", ODD, 7, 5, "paper")


@pytest.fixture
def clipboard(qapp: QApplication) -> QClipboard:
    found = QGuiApplication.clipboard()
    found.clear()
    return found


def settled(window: Window) -> View:
    """What is shown once the run is done."""
    wait(lambda: not window.session.busy and window.session.recording is not None)
    found = shown(window.session)
    assert found is not None
    return found


def make(window: Window, view: View) -> None:
    window.sharer.show(view)
    settled(window)


def opens(monkeypatch: pytest.MonkeyPatch, answer: Path | None) -> list[str]:
    """A person who chooses a file to open; the folders that the dialog began with."""
    began: list[str] = []

    def ask(parent: object, title: str, start: str, filters: str) -> tuple[str, str]:
        began.append(start)
        return (str(answer) if answer is not None else "", filters)

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    return began


def saves(monkeypatch: pytest.MonkeyPatch, answer: Path | None) -> list[str]:
    """A person who types a name to save under; the names that the dialog began with."""
    began: list[str] = []

    def ask(dialog: QFileDialog) -> int:
        began.append(dialog.selectedFiles()[0])
        if answer is not None:
            dialog.setDirectory(str(answer.parent))
            dialog.selectFile(answer.name)
        return int(answer is not None)

    monkeypatch.setattr(QFileDialog, "exec", ask)
    return began


def test_what_is_saved_opens_again_as_it_was(window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make(window, VIEW)
    began = saves(monkeypatch, tmp_path / "talk")
    press(window, KEY.Key_S, ctrl=True)
    assert Path(began[0]).name == "growth.ravine"
    assert [path.name for path in tmp_path.iterdir()] == ["talk.ravine"], "the ending is added"
    assert window.status.work.text() == "Saved as talk.ravine."
    window.session.open(Decay)
    window.session.set_theme("studio")
    ready(window.session)
    began = opens(monkeypatch, tmp_path / "talk.ravine")
    press(window, KEY.Key_O, ctrl=True)
    assert settled(window) == VIEW
    assert began == [str(tmp_path)], "the folder of the last time"
    assert not window.session.playing
    assert window.timeline.track.session.k == 5
    assert window.settings().folder == str(tmp_path)


def test_the_picture_that_comes_back_is_the_same(window: Window, tmp_path: Path) -> None:
    make(window, VIEW)
    before = QImage(window.view.picture())
    window.sharer.save_to(tmp_path / "a.ravine")
    made = link.text(VIEW)
    for name in (str(tmp_path / "a.ravine"), made):
        window.session.open(Decay)
        ready(window.session)
        assert window.sharer.open_name(name)
        settled(window)
        assert window.view.picture() == before


def test_whoever_gives_up_choosing_changes_nothing(window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = shown(window.session)
    saves(monkeypatch, None)
    opens(monkeypatch, None)
    press(window, KEY.Key_S, ctrl=True)
    press(window, KEY.Key_O, ctrl=True)
    assert shown(window.session) == before
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_copied_and_pasted(window: Window, clipboard: QClipboard) -> None:
    make(window, VIEW)
    QTest.keyClick(window, KEY.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    made = clipboard.text()
    assert made == link.text(VIEW)
    assert window.status.work.text() == "The link is on the clipboard."
    window.session.open(Decay)
    ready(window.session)
    clipboard.setText(f"Look at <{made}>!")
    press(window, KEY.Key_V, ctrl=True, on=window.view)
    assert settled(window) == VIEW
    assert window.notices.current is None


def test_in_a_text_field_ctrl_v_pastes_text(window: Window, clipboard: QClipboard) -> None:
    clipboard.setText(link.text(VIEW))
    entry = window.panel.entry("rate").entry
    entry.setFocus()
    entry.selectAll()
    press(window, KEY.Key_V, ctrl=True)
    assert window.session.scene is Decay
    assert entry.text().startswith("ravine:")
    entry.setText("0.1")


def test_a_path_on_the_clipboard_is_opened_and_anything_else_is_not(
    window: Window, clipboard: QClipboard, tmp_path: Path
) -> None:
    view_file.write(VIEW, tmp_path / "a.ravine")
    clipboard.setText(f'"{tmp_path / "a.ravine"}"\n')
    press(window, KEY.Key_V, ctrl=True, on=window.view)
    assert settled(window) == VIEW
    for words in ("", "some words", "x" * 10**6, "a\x00b.ravine", "\n.ravine\n.ravine"):
        clipboard.setText(words)
        press(window, KEY.Key_V, ctrl=True, on=window.view)
        assert window.session.message == ""
        assert window.status.work.text() == "There is no link and no file of Ravine on the clipboard."
    assert shown(window.session) == VIEW


def mime_of(*paths: Path, text: str = "") -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    if text:
        mime.setText(text)
    return mime


def drop(window: Window, mime: QMimeData) -> bool:
    """Drag something over the window and let it go; whether the window took it."""
    return over(window, mime) and let_go(window, mime)


def over(window: Window, mime: QMimeData) -> bool:
    """Drag something over the window; whether the window would take it."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(window.view.geometry().center(), copy, mime, left, none)
    enter.setAccepted(False)
    QApplication.sendEvent(window.view, enter)  # a part of the window; it passes it on to the window
    return enter.isAccepted()


def let_go(window: Window, mime: QMimeData) -> bool:
    """Let go of what was dragged over the window; whether the window took it."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(window.view.geometry().center()), copy, mime, left, none)
    event.setAccepted(False)
    QApplication.sendEvent(window.view, event)
    return event.isAccepted()


def test_a_file_that_is_dropped_is_opened(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "a.ravine"
    view_file.write(VIEW, path)
    assert drop(window, mime_of(tmp_path / "notes.txt", path))
    assert settled(window) == VIEW
    assert not drop(window, mime_of(tmp_path / "notes.txt"))
    assert over(window, mime_of(path))
    assert not let_go(window, mime_of(tmp_path / "notes.txt")), "nor if it turns out to be something else"
    assert shown(window.session) == VIEW
    assert drop(window, mime_of(text=link.text(replace(VIEW, seed=8))))
    assert settled(window).seed == 8


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {slug: scene.simulation for slug, scene in SCENES.items()}
    monkeypatch.setattr(simulations, "all_simulations", lambda: found)


def test_a_picture_brings_its_scene_back(window: Window, known: None, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    job = Job(Subject(VIEW.slug, ODD, VIEW.seed), path, Drawing(frame=5, theme="paper"))
    path.write_bytes(pictures.png(QImage(8, 8, QImage.Format.Format_RGB32), job.provenance()))
    assert drop(window, mime_of(path))
    assert settled(window) == VIEW


def test_a_view_without_a_frame_plays_from_the_start(window: Window) -> None:
    window.sharer.show(replace(VIEW, frame=None))
    wait(lambda: window.session.playing)
    ready(window.session)


def test_a_frame_behind_the_end_is_the_end(window: Window) -> None:
    window.sharer.show(replace(VIEW, frame=10**9))
    assert settled(window).frame == window.session.last == 12
    assert not window.session.playing


def test_a_look_that_is_not_known_here_is_told_and_left_alone(window: Window) -> None:
    window.sharer.show(replace(VIEW, theme="neon"))
    assert settled(window).theme == "studio"
    assert "no theme called 'neon'" in window.notices.label.text()


def test_a_link_that_may_mean_something_else_is_opened_and_told(window: Window, clipboard: QClipboard) -> None:
    clipboard.setText("ravine:growth?rate=0.25#abcd")
    press(window, KEY.Key_V, ctrl=True, on=window.view)
    assert settled(window).params == Growth.simulation.params(rate=0.25)
    assert "defaults have changed" in window.notices.label.text()
    press(window, KEY.Key_Escape, on=window.view)
    assert not window.notices.isVisible()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "scene is missing"),
        ('scene = "tower"', "there is no scene called 'tower'"),
        ('scene = "decay"\nset = { rate = 9 }', "rate: 9 is outside its range (0.001 to 1)"),
        ("format = 7", "made by a newer version of Ravine"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence_and_the_window_stays(
    window: Window, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "a.ravine").write_text(content)
    before = shown(window.session)
    assert drop(window, mime_of(tmp_path / "a.ravine"))
    assert said in window.session.message
    assert window.session.message.endswith(".")
    assert shown(window.session) == before


def test_a_place_that_takes_no_file_is_told(window: Window, tmp_path: Path) -> None:
    window.sharer.save_to(tmp_path / "absent" / "a.ravine")
    assert "could not be written: there is no folder" in window.session.message


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_says_what_can_be_done_and_does_it(window: Window, clipboard: QClipboard) -> None:
    QTest.mouseClick(window.topbar.share_button, Qt.MouseButton.LeftButton)
    menu = window.topbar.share_menu
    assert menu.isVisible()
    entries = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert list(entries) == ["Save …", "Open …", "Copy link", "Open from the clipboard", "Add as a slide …"]
    assert entries["Copy link"].text().endswith("Ctrl+Shift+L")
    entries["Copy link"].trigger()
    assert clipboard.text().startswith("ravine:decay")
    menu.close()
    window.resize(1000, 640)
    wait(lambda: window.topbar.share_button.text() == "")
    assert window.topbar.share_button.accessibleName() == "Share"


def test_while_a_run_goes_on_what_was_asked_for_is_shared(window: Window) -> None:
    window.session.turn(steps=SLOW)
    found = shown(window.session)
    assert found is not None
    assert found.params.values()["steps"] == SLOW
    GATE.set()
    assert settled(window).params == found.params


def test_before_there_is_a_scene_there_is_nothing_to_share(window: Window, clipboard: QClipboard, tmp_path: Path) -> None:
    window.session.scene = None
    sharer = window.sharer
    for act in (sharer.save, lambda: sharer.save_to(tmp_path / "a.ravine"), sharer.copy_link):
        act()
        assert window.session.message == "There is nothing to share yet."
        window.session.tell("")
    assert clipboard.text() == ""
    assert list(tmp_path.iterdir()) == []


def test_what_else_a_clipboard_may_hold(qapp: QApplication) -> None:
    assert offered(None) is None
    assert offered(QMimeData()) is None
    mime = QMimeData()
    mime.setImageData(QImage(3, 3, QImage.Format.Format_RGB32))
    mime.setUrls([QUrl("https://example.com/a.ravine")])
    assert offered(mime) is None, "nothing is fetched"
    assert offered(mime_of(Path("/tmp/x.RAVINE"))) == "/tmp/x.RAVINE"
    assert all(offered(mime_of(Path(f"/tmp/x{ending}"))) for ending in ENDINGS)


def test_dialogs_begin_where_there_is_a_folder(window: Window, tmp_path: Path) -> None:
    made: Callable[[str], Sharer] = lambda folder: Sharer(window.session, window, print, print, folder)  # noqa: E731
    assert made(str(tmp_path))._start() == tmp_path
    assert made(str(tmp_path / "gone"))._start().is_dir()
    again = Window(window.session, Settings(folder="\x00"))
    assert again.sharer._start().is_dir()
    again.dispose()
