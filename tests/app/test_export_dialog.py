"""The export dialog as a person meets it: what it offers, shows and says before anything is exported; copying the frame."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QSlider, QWidget

from app.export.job import Drawing, Job
from app.export_dialog.dialog import ExportDialog
from app.export_dialog.rules import choices, why_not
from app.main_window import Window
from app.style import restyle
from app.subject import Subject
from core.recording import U8
from scenes.show import Show
from scenes.theme import THEMES
from tests.app.toy_scene import SLOW, Decay, Growth, ready, wait

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(window: Window, tmp_path: Path) -> Iterator[ExportDialog]:
    QTest.keyClick(window.view, KEY.Key_E, CTRL)
    made = window.exporter.dialog
    assert made is not None
    made.options.place.set_folder(tmp_path)
    painted(made)
    yield made
    made.close()


def painted(dialog: ExportDialog) -> QImage:
    """The preview, once it shows what is chosen."""
    QApplication.processEvents()
    dialog.refresh()
    dialog.preview.render_now()
    return dialog.preview.image


def pixels(image: QImage) -> U8:
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    return np.frombuffer(plain.constBits(), dtype=np.uint8).reshape(plain.height(), plain.width(), 4).copy()


def set_text(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text) if text else QTest.keyClick(field, KEY.Key_Delete)


def test_ctrl_e_and_the_button_open_it_and_esc_closes_it(window: Window) -> None:
    window.session.play()
    QTest.keyClick(window.view, KEY.Key_E, CTRL)
    dialog = window.exporter.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not window.session.playing
    assert dialog.windowTitle() == "Export – Decay"
    wait(dialog.isActiveWindow)
    QTest.keyClick(dialog.options.kinds.button("mp4"), KEY.Key_Escape)
    assert not dialog.isVisible()
    (button,) = [b for b in window.topbar.findChildren(QAbstractButton) if b.accessibleName() == "Export"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.exporter.dialog is dialog, "it remembers what was chosen"
    assert dialog.isVisible()


def test_before_there_is_a_run_there_is_nothing_to_export(window: Window) -> None:
    window.session.recording = None
    QTest.keyClick(window.view, KEY.Key_E, CTRL)
    assert window.exporter.dialog is None
    assert "nothing to export" in window.session.message


@pytest.mark.parametrize("choice", choices(), ids=lambda choice: choice.key)
def test_options_follow_the_kind_of_file(dialog: ExportDialog, choice: object) -> None:
    options = dialog.options
    for switch in (options.transparent, options.all_steps, options.slow):
        switch.toggle.setChecked(True)
    for field, text in ((options.fps, "20"), (options.first, "2"), (options.final, "9"), (options.frame, "4")):
        field.setText(text)
    (chosen,) = [c for c in choices() if c == choice]
    QTest.mouseClick(options.kinds.button(chosen.key), Qt.MouseButton.LeftButton)
    parts: dict[str, QWidget] = {
        "size": options.sizes,
        "theme": options.themes.buttons()[0],
        "title": options.title.toggle,
        "transparent": options.transparent.toggle,
        "fps": options.fps,
        "all_steps": options.all_steps.toggle,
        "slow": options.slow.toggle,
        "span": options.first,
        "frame": options.frame,
    }
    for option, widget in parts.items():
        reason = why_not(chosen, option)
        assert widget.isEnabled() == (not reason), option
        if reason:
            assert widget.toolTip() == reason
            assert widget.accessibleDescription() == reason
    assert not options.seconds.isEnabled(), "every step is shown once"
    drawing = options.drawing()
    if chosen.format is not None:
        job = Job(Subject("decay", Decay.simulation.params()), options.place.target(), drawing)
        assert job.format.name == chosen.format.name
        assert drawing.span == ((2, 9) if chosen.kind in ("film", "sequence") else None)
        assert drawing.frame == (4 if chosen.kind in ("still", "vector") else None)
    dialog.refresh()
    assert dialog.bottom.export.isEnabled()
    assert dialog.bottom.export.text() == ("Save data" if chosen.format is None else "Export")


def test_a_disabled_option_says_why(dialog: ExportDialog) -> None:
    toggle = dialog.options.transparent.toggle
    assert not toggle.isEnabled()
    assert "mp4 has no transparency; webm, gif" in toggle.toolTip()


def test_the_preview_is_the_picture_that_will_be_exported(dialog: ExportDialog) -> None:
    options = dialog.options
    options.kinds.choose("png")
    set_text(options.frame, "7")
    options.show_theme("paper")
    options.caption.toggle.setChecked(False)
    image = painted(dialog)
    assert dialog.session.recording is not None
    show = Show(Decay, THEMES["paper"], caption=False)
    show.load(dialog.session.recording, 7)
    np.testing.assert_array_equal(pixels(image), pixels(show.frame(image.width(), image.height())))
    show.close()
    assert dialog.slider.value() == 7
    assert dialog.place.text() == "frame 7 of 12"


@pytest.mark.parametrize("size", [(1080, 1080), (1080, 1920), (1280, 720), (700, 300)])
def test_the_preview_has_the_shape_of_the_size(dialog: ExportDialog, size: tuple[int, int]) -> None:
    set_text(dialog.options.width_field, str(size[0]))
    set_text(dialog.options.height_field, str(size[1]))
    known = dialog.options.sizes.findText(f"{size[0]} × {size[1]}")
    assert dialog.options.sizes.currentText() == ("Own size" if known < 0 else f"{size[0]} × {size[1]}")
    image = painted(dialog)
    assert image.width() / image.height() == pytest.approx(size[0] / size[1], rel=0.02)
    assert dialog.facts.text().startswith(f"{size[0]} × {size[1]}, 1.3 s")


def test_without_a_background_the_preview_shows_through(dialog: ExportDialog) -> None:
    dialog.options.kinds.choose("webm")
    dialog.options.transparent.toggle.setChecked(True)
    assert pixels(painted(dialog))[2, 2, 3] == 0
    dialog.options.kinds.choose("mp4")
    assert pixels(painted(dialog))[2, 2, 3] == 255


def test_the_slider_chooses_the_frame_of_a_picture_and_only_looks_at_one_of_a_film(dialog: ExportDialog) -> None:
    dialog.slider.setValue(3)
    painted(dialog)
    assert dialog.options.frame.text() == "0"
    dialog.options.kinds.choose("svg")
    dialog.slider.setValue(5)
    painted(dialog)
    assert dialog.options.drawing().frame == 5
    dialog.session.seek(9)
    assert dialog.options.drawing().frame == 9
    dialog.slider.setValue(2)
    QTest.mouseClick(dialog.options.here, Qt.MouseButton.LeftButton)
    assert dialog.options.drawing().frame == 9


def test_it_follows_the_window_to_other_knobs_and_scenes(dialog: ExportDialog) -> None:
    session = dialog.session
    session.turn(steps=6)
    ready(session)
    painted(dialog)
    assert dialog.slider.maximum() == 6
    assert dialog.options.final.placeholderText() == "6"
    assert "--set steps=6" in " ".join(dialog.words())
    session.open(Growth)
    ready(session)
    painted(dialog)
    assert dialog.windowTitle() == "Export – Growth"
    assert dialog.options.place.target().name == "growth.mp4"


def test_while_a_new_run_is_on_its_way_the_shown_one_is_exported(dialog: ExportDialog) -> None:
    dialog.session.turn(steps=SLOW)
    assert dialog.session.busy
    assert "steps" not in " ".join(dialog.words())


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("width_field", "x", "Width: 'x' is not a whole number."),
        ("width_field", "", "Give the picture a width and a height."),
        ("height_field", "90", "sides of 180 to 3840 pixels"),
        ("fps", "500", "fps: 500 is outside its range (10 to 120)."),
        ("seconds", "1e9", "seconds: 1e+09 is outside"),
        ("final", "99", "frames 0:99 are not within this run, which has frames 0 to 12."),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(dialog: ExportDialog, field: str, text: str, sentence: str) -> None:
    set_text(getattr(dialog.options, field), text)
    painted(dialog)
    assert sentence in dialog.bottom.sentence.text()
    assert not dialog.bottom.export.isEnabled()
    assert dialog.bottom.export.toolTip() == dialog.bottom.sentence.text()
    getattr(dialog.options, field).setText("1080" if field in ("width_field", "height_field") else "12")
    painted(dialog)
    assert dialog.bottom.sentence.text() == ""
    assert dialog.bottom.export.isEnabled()


def test_a_name_chooses_the_kind_and_a_kind_the_ending(dialog: ExportDialog, tmp_path: Path) -> None:
    options, place = dialog.options, dialog.options.place
    assert place.target() == tmp_path / "decay.mp4"
    set_text(place.name, "lecture 3.gif")
    assert options.choice.key == "gif"
    assert place.target() == tmp_path / "lecture 3.gif"
    options.kinds.choose("pdf")
    assert place.target() == tmp_path / "lecture 3.pdf"
    set_text(place.name, "figure")
    assert place.target() == tmp_path / "figure.pdf"
    options.kinds.choose("png sequence")
    assert place.target() == tmp_path / "figure-frames" / "frame-%04d.png"
    set_text(place.name, "f%03d.png")
    assert options.choice.key == "png sequence"
    assert place.target() == tmp_path / "f%03d.png"
    set_text(place.name, " ")
    painted(dialog)
    assert dialog.bottom.sentence.text() == "Give the file a name."


def test_an_own_file_is_not_replaced_without_a_word(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "decay.gif").touch()
    dialog.options.kinds.choose("gif")
    assert dialog.options.place.target().name == "decay-2.gif"
    set_text(dialog.options.place.name, "decay.gif")
    painted(dialog)
    assert "it is replaced once the new one is complete" in dialog.bottom.sentence.text()
    assert dialog.bottom.export.isEnabled()


def test_files_go_where_files_of_their_kind_usually_lie(
    window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "MoviesLocation").mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda kind: str(tmp_path / kind.name))
    window.exporter.open()
    assert window.exporter.dialog is not None
    place = window.exporter.dialog.options.place
    assert place.folder() == tmp_path / "MoviesLocation"
    window.exporter.dialog.options.kinds.choose("png")
    assert place.folder() == Path.home(), "there is no folder for pictures"


def test_the_command_that_does_the_same_can_be_copied(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.session.turn(rate=0.5)
    ready(dialog.session)
    dialog.options.kinds.choose("svg")
    QTest.mouseClick(dialog.bottom.command, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text == f"ravine export decay -o {tmp_path / 'decay.svg'} --set rate=0.5 --frame 0"


def test_the_numbers_of_a_run_are_described(dialog: ExportDialog) -> None:
    dialog.options.kinds.choose("csv")
    painted(dialog)
    assert dialog.facts.text() == "Every array of the run, steps 0 to 12"
    assert "13 numbers: values" in dialog.guess.text()
    assert dialog.words()[:2] == ["record", "decay"]


def test_a_scene_that_cannot_be_drawn_costs_its_preview_only(
    dialog: ExportDialog, monkeypatch: pytest.MonkeyPatch, qtbot: object
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no")

    caught: list[object] = []
    monkeypatch.setattr("sys.excepthook", lambda *about: caught.append(about[0]))
    monkeypatch.setattr(Decay, "draw", broken)
    dialog.slider.setValue(4)
    assert painted(dialog).isNull()
    assert caught == [ZeroDivisionError]
    assert dialog.preview.failure
    assert dialog.bottom.export.isEnabled()
    dialog.preview.grab()


@pytest.mark.parametrize("size", [(1500, 950), (1280, 720), (960, 600)])
def test_it_fits_the_window_in_every_theme(window: Window, theme_name: str, size: tuple[int, int]) -> None:
    window.resize(*size)
    window.session.set_theme(theme_name)
    window.exporter.open()
    dialog = window.exporter.dialog
    assert dialog is not None
    painted(dialog)
    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1]
    assert dialog.options.theme() == theme_name
    for widget in dialog.options.findChildren(QWidget):
        if widget.isVisible() and widget.parentWidget() is not None and not isinstance(widget.parentWidget(), QComboBox):
            assert widget.mapTo(dialog.options, widget.rect().topRight()).x() <= dialog.options.width(), widget.accessibleName()
    assert dialog.preview.width() >= 320
    assert dialog.bottom.geometry().bottom() <= dialog.height()


def test_everything_can_be_reached_with_tab_and_has_a_name(dialog: ExportDialog) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QSlider)
    reached: set[QWidget] = set()
    widget = dialog.focusWidget()
    assert widget is not None
    for _ in range(60):
        reached.add(widget)
        QTest.keyClick(widget, KEY.Key_Tab)
        widget = dialog.focusWidget()
    wanted = {
        w
        for w in dialog.findChildren(QWidget)
        if isinstance(w, kinds) and w.isVisible() and w.isEnabled() and w.objectName() != "qt_spinbox_lineedit"
    }
    chips = {dialog.options.kinds.button(choice.key) for choice in choices()} | set(dialog.options.themes.buttons())
    missed = [w.accessibleName() for w in wanted - reached - chips]
    assert missed == []
    assert reached & chips, "the chosen chip stands for its group"
    assert [type(w).__name__ for w in wanted if not w.accessibleName()] == []
    dialog.options.kinds.button("mp4").setFocus()
    QTest.keyClick(dialog.options.kinds.button("mp4"), KEY.Key_Right)
    assert dialog.options.choice.key == "webm"


def test_ctrl_shift_c_copies_the_frame_as_picture_and_svg(window: Window) -> None:
    window.session.seek(5)
    QTest.keyClick(window.view, KEY.Key_C, CTRL | SHIFT)
    mime = QGuiApplication.clipboard().mimeData()
    picture = QGuiApplication.clipboard().image()
    assert (picture.width(), picture.height()) == (1920, 1080)
    assert window.session.recording is not None
    show = Show(Decay, window.session.theme)
    show.load(window.session.recording, 5)
    np.testing.assert_array_equal(pixels(picture), pixels(show.frame(1920, 1080)))
    show.close()
    root = ET.fromstring(bytes(mime.data("image/svg+xml").data()))
    texts = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any("How fast does it fall?" in text for text in texts)
    assert any("After 5 steps it is" in text for text in texts)
    assert window.status.work.isVisible()
    assert "clipboard" in window.status.work.text()
    assert not window.status.bar.isVisible()


def test_a_frame_that_cannot_be_copied_is_told(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.export_dialog.copying.pictures.svg", lambda *_: 1 / 0)
    QGuiApplication.clipboard().setText("mine")
    QTest.keyClick(window.view, KEY.Key_C, CTRL | SHIFT)
    assert "could not be copied" in window.session.message
    assert QGuiApplication.clipboard().text() == "mine"


def test_a_closed_dialog_holds_no_stage_and_listens_to_nothing(window: Window) -> None:
    window.exporter.open()
    dialog = window.exporter.dialog
    assert dialog is not None
    painted(dialog)
    dialog.close()
    assert dialog.preview._show is None
    window.session.seek(4)
    wait(lambda: True)
    assert not dialog._later.isActive()
    window.exporter.open()
    assert not painted(dialog).isNull()


def test_the_default_drawing_is_the_engines(dialog: ExportDialog) -> None:
    assert dialog.options.drawing() == Drawing(theme="studio", frame=None)
    restyle(dialog)
