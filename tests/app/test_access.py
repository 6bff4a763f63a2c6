"""For everybody: letters twice as large, no motion, all of it by keyboard with a focus that can be seen, and in words."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSlider, QWidget

from app.looks import LARGEST_TEXT
from app.main_window import Window
from app.session import Session
from app.settings import Settings
from scenes.theme import PROJECTOR, STUDIO
from tests.app.toy_scene import Decay, Growth, ready, wait

KEY = Qt.Key


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_letters_grow_and_none_is_cut_off(window: Window, scale: float) -> None:
    window.resize(1900, 1000)
    window.session.set_text_scale(scale)
    wait(lambda: window.width() == 1900)
    QApplication.processEvents()
    button = window.topbar.primary
    assert button.fontInfo().pixelSize() == round(14 * scale)
    cut = [
        f"{widget.text()!r}: {widget.width()} < {widget.sizeHint().width()}"
        for widget in window.findChildren(QPushButton)
        if widget.isVisible() and widget.text() and widget.width() < widget.sizeHint().width() - 1
    ]
    assert not cut
    low = [
        label.text()
        for label in window.findChildren(QLabel)
        if label.isVisible() and label.text() and label.height() < label.fontMetrics().height() - 2
    ]
    assert not low
    assert window.session.theme.sizes == (PROJECTOR if scale > 1 else STUDIO).sizes, "the stage's letters grow too"


def test_keys_make_letters_larger_and_smaller_within_bounds(window: Window) -> None:
    session = window.session
    for _ in range(6):
        QTest.keyClick(window, KEY.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert session.text_scale == LARGEST_TEXT
    for _ in range(6):
        QTest.keyClick(window, KEY.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert session.text_scale == 1.0


@pytest.mark.parametrize(("written", "read"), [(1.5, 1.5), (0.0, 1.0), (9.0, 2.0), (math.nan, 1.0)])
def test_size_and_motion_are_remembered_and_kept_within_bounds(session: Session, written: float, read: float) -> None:
    window = Window(session, Settings(text_scale=written, calm=True))
    assert session.text_scale == read
    assert session.calm
    kept = window.settings()
    assert (kept.text_scale, kept.calm) == (read, True)
    window.dispose()


def test_with_reduced_motion_a_scene_stands_at_its_end(session: Session) -> None:
    session.set_calm(True)
    session.open(Decay)
    wait(lambda: session.recording is not None and not session.busy)
    assert not session.playing
    assert session.k == session.last
    session.play()
    assert session.playing, "it plays when it is asked to"
    session.pause()


def test_preferences_are_set_by_keyboard_and_put_away(window: Window) -> None:
    QTest.keyClick(window, KEY.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    preferences = window.preferences
    assert preferences.isVisible()
    half = preferences.scales.button(150)
    half.setFocus()
    QTest.keyClick(half, KEY.Key_Space)
    assert window.session.text_scale == 1.5
    preferences.calm.setFocus()
    QTest.keyClick(preferences.calm, KEY.Key_Space)
    assert window.session.calm
    assert not window.session.playing, "Space was the button's"
    QTest.keyClick(window, KEY.Key_Escape)
    assert not preferences.isVisible()


def test_tab_reaches_everything_and_the_focus_shows(window: Window) -> None:
    window.resize(1500, 950)
    session = window.session
    session.open(Growth)
    ready(session)
    window.view.setFocus()
    seen: list[QWidget] = []
    unseen: list[str] = []
    for _ in range(200):
        QTest.keyClick(window, KEY.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in seen:
            break
        seen.append(focused)
        if focused is window.view:
            continue
        with_focus = focused.grab().toImage()
        focused.clearFocus()
        QApplication.processEvents()
        if focused.grab().toImage() == with_focus:
            unseen.append(f"{type(focused).__name__} {focused.accessibleName()}")
        focused.setFocus(Qt.FocusReason.TabFocusReason)
    assert {window.gallery.search, window.gallery.list, window.timeline.play, window.timeline.track} <= set(seen)
    sliders = {row.slider for row in window.panel.rows.values() if hasattr(row, "slider") and row.isVisible()}
    assert sliders
    assert sliders <= {widget for widget in seen if isinstance(widget, QSlider)}
    assert not unseen, "the focus does not show on these"


def test_the_stage_is_described_in_words_with_its_numbers(window: Window) -> None:
    window.session.seek(3)
    window.view.picture()
    interface = QAccessible.queryAccessibleInterface(window.view)
    assert interface is not None
    described = interface.text(QAccessible.Text.Description)
    assert "After 3 steps it is" in described
    assert "step 3 / 12" in described
    assert interface.text(QAccessible.Text.Name) == "Stage: Decay"
