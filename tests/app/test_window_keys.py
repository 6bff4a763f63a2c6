"""The window as a person meets it: keys, panels, search, presenting, accessible names, nothing left behind."""

import re

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QLineEdit, QListWidget, QWidget

from app.keys import KEYS
from app.main_window import Window
from app.session import Session
from app.settings import Settings
from tests.app.toy_scene import GATE, SLOW, Decay, Growth, ready, wait

KEY = Qt.Key


def press(window: Window, key: Qt.Key, *, on: QWidget | None = None, ctrl: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(on or QApplication.focusWidget() or window, key, modifier)


def test_the_keys_of_time(window: Window) -> None:
    session = window.session
    press(window, KEY.Key_Right)
    press(window, KEY.Key_Right)
    assert session.k == 2
    press(window, KEY.Key_Left)
    assert session.k == 1
    press(window, KEY.Key_End)
    assert session.k == session.last
    press(window, KEY.Key_Home)
    assert session.k == 0
    press(window, KEY.Key_Up)
    assert session.speed == 2.0
    for _ in range(6):
        press(window, KEY.Key_Down)
    assert session.speed == 0.25
    press(window, KEY.Key_Space)
    assert session.playing
    press(window, KEY.Key_Space)
    assert not session.playing


def test_a_text_field_keeps_its_keys(window: Window) -> None:
    entry = window.panel.entry("rate").entry
    entry.setFocus()
    for key in (KEY.Key_Space, KEY.Key_Right, KEY.Key_End, KEY.Key_R, KEY.Key_Question):
        press(window, key)
    assert not window.session.playing
    assert window.session.k == 0
    assert not window.help.isVisible()
    assert window.session.speed == 1.0
    assert window.session.params == Decay.simulation.params()


def test_at_the_start_space_plays(session: Session) -> None:
    made = Window(session)
    made.show()
    session.open(Decay)
    ready(session)
    made.activateWindow()
    wait(made.isActiveWindow)
    assert QApplication.focusWidget() is made.view
    press(made, KEY.Key_Space)
    assert session.playing
    made.dispose()


def test_tab_goes_from_the_top_over_the_stage_to_the_knobs(window: Window) -> None:
    parts = [window.topbar, window.gallery, window.view, window.timeline, window.panel]
    order: list[QWidget] = []
    window.topbar.gallery_button.setFocus()
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        part = next(part for part in parts if part is focused or part.isAncestorOf(focused))
        if not order or order[-1] is not part:
            order.append(part)
        press(window, KEY.Key_Tab)
    assert order[:5] == parts
    assert len(order) == 5 or order[5] is window.topbar, "round and round"


def test_a_slider_keeps_its_arrows_and_leaves_space_to_the_player(window: Window) -> None:
    slider = window.panel.entry("start").slider
    slider.setFocus()
    press(window, KEY.Key_Right)
    assert window.session.k == 0
    assert float(window.session.params.values()["start"]) > 2.0
    press(window, KEY.Key_Space)
    assert window.session.playing
    ready(window.session)


def test_a_button_reached_with_tab_is_pressed_with_space(window: Window) -> None:
    window.timeline.loop.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, KEY.Key_Space)
    assert window.session.loop
    assert not window.session.playing


def test_ctrl_k_searches_by_title_question_and_chapter(window: Window) -> None:
    gallery = window.gallery
    assert gallery.shown() == ["decay", "growth"]
    press(window, KEY.Key_K, ctrl=True)
    assert QApplication.focusWidget() is gallery.search
    for text, found in (("grow", ["growth"]), ("FAST fall", ["decay"]), ("depth", ["growth"]), ("xyz", [])):
        gallery.search.setText(text)
        assert gallery.shown() == found
    assert gallery.none.isVisible()
    gallery.search.setText("rises")
    press(window, KEY.Key_Return)
    assert window.session.scene is Growth
    press(window, KEY.Key_Escape)
    assert gallery.shown() == ["decay", "growth"]
    ready(window.session)
    assert window.topbar.headline.text() == "What rises?"


def test_enter_without_a_word_opens_nothing_and_a_choice_leads_back_to_the_stage(window: Window) -> None:
    press(window, KEY.Key_K, ctrl=True)
    press(window, KEY.Key_Return)
    assert window.session.scene is Decay
    window.gallery.search.setText("rises")
    press(window, KEY.Key_Return)
    ready(window.session)
    assert window.gallery.search.text() == ""
    assert window.view.hasFocus()
    press(window, KEY.Key_Space)
    assert window.session.playing


def test_a_search_borrows_the_room_of_a_gallery_that_is_put_away(window: Window) -> None:
    window.resize(1280, 720)
    wait(lambda: not window.gallery.isVisible())
    for leave in (KEY.Key_Escape, KEY.Key_Return):
        press(window, KEY.Key_K, ctrl=True)
        assert window.gallery.isVisible()
        window.gallery.search.setText("rises")
        press(window, leave)
        assert not window.gallery.isVisible()
    assert window.settings().gallery is None, "it was not asked for to stay"
    ready(window.session)


def test_while_kernels_are_compiled_the_stage_says_so(session: Session) -> None:
    session.hold(True)
    made = Window(session)
    made.show()
    session.open(Decay)
    background, picture = session.theme.color("background"), made.view.picture()
    seen = [picture.pixelColor(picture.width() // 2 + x, y) for x in range(-60, 60) for y in range(0, picture.height(), 2)]
    assert any(color != background for color in seen)
    session.hold(False)
    ready(session)
    made.dispose()


def test_a_scene_in_the_gallery_opens_with_a_click(window: Window) -> None:
    items = window.gallery.list
    item = next(items.item(n) for n in range(items.count()) if items.item(n).text() == "Growth")
    QTest.mouseClick(items.viewport(), Qt.MouseButton.LeftButton, pos=items.visualItemRect(item).center())
    assert window.session.scene is Growth
    assert items.currentItem().text() == "Growth"
    ready(window.session)


def test_the_help_lists_every_key_and_goes_again(window: Window) -> None:
    press(window, KEY.Key_Question)
    assert window.help.isVisible()
    for key in KEYS:
        assert key.says in window.help.accessibleDescription()
    press(window, KEY.Key_Escape)
    assert not window.help.isVisible()


def test_presenting_shows_the_stage_alone_and_obeys_a_clicker(window: Window) -> None:
    session = window.session
    press(window, KEY.Key_PageDown)
    assert session.k == 0, "only while presenting"
    press(window, KEY.Key_F5)
    assert window.view.isVisible()
    for part in (window.topbar, window.gallery, window.panel, window.timeline, window.status, window.lead):
        assert not part.isVisible()
    wait(lambda: window.view.size() == window.size())
    window.view.picture()
    assert window.view.show_ is not None
    assert window.view.show_.stage.framing.headed
    press(window, KEY.Key_PageDown)
    press(window, KEY.Key_PageDown)
    press(window, KEY.Key_PageUp)
    assert session.k == 1
    for key, color in ((KEY.Key_B, "#000000"), (KEY.Key_Period, "#000000"), (KEY.Key_W, "#ffffff")):
        press(window, key)
        assert window.view.grab().toImage().pixelColor(40, 40) == QColor(color)
        press(window, key)
        assert window.view.blank is None
    press(window, KEY.Key_F5)
    wait(window.panel.isVisible)
    press(window, KEY.Key_F5)
    press(window, KEY.Key_Escape)
    wait(window.panel.isVisible)
    assert not window.isFullScreen()


def test_the_light_pointer_follows_the_mouse(window: Window) -> None:
    press(window, KEY.Key_F5)
    press(window, KEY.Key_L)
    wait(lambda: window.view.size() == window.size())
    at = QPoint(300, 200)
    QTest.mouseMove(window.view, at)
    wait(lambda: window.view.marks.spot == window.view.to_stage(QPointF(at)))
    red = window.view.grab().toImage().pixelColor(at)
    assert red.red() > 2 * red.blue()


@pytest.mark.parametrize(("key", "name"), [(KEY.Key_1, "studio"), (KEY.Key_2, "paper"), (KEY.Key_3, "projector")])
def test_themes_have_keys(window: Window, key: Qt.Key, name: str) -> None:
    press(window, key, ctrl=True)
    assert window.session.theme_name == name


def test_the_sides_give_way_on_a_small_window(window: Window) -> None:
    above = window.topbar.headline.x()
    window.resize(1280, 720)
    wait(lambda: window.width() == 1280)
    assert not window.gallery.isVisible()
    wait(lambda: window.topbar.headline.x() < above)
    wait(lambda: window.view.width() >= 960)
    press(window, KEY.Key_F2)
    assert window.gallery.isVisible()
    press(window, KEY.Key_F3)
    assert not window.panel.isVisible()
    press(window, KEY.Key_F3)
    window.resize(960, 600)
    wait(lambda: window.width() == 960)
    assert window.minimumWidth() <= 960


def test_knobs_give_their_room_to_the_stage_and_come_back_when_asked(window: Window) -> None:
    assert window.topbar.panel_button.text() == ""
    window.resize(1000, 640)
    wait(lambda: not window.panel.isVisible())
    assert window.settings().panel is None
    assert window.topbar.panel_button.text().strip() == "Knobs"
    QTest.mouseClick(window.topbar.panel_button, Qt.MouseButton.LeftButton)
    assert window.panel.isVisible()


def test_every_widget_a_person_can_reach_has_an_accessible_name(window: Window) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QListWidget)
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in window.findChildren(QWidget)
        if (isinstance(widget, kinds) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
        and not widget.accessibleName()
        and not re.match("qt_|QComboBox", widget.objectName() or type(widget).__name__)
        and "ScrollBar" not in type(widget).__name__
        and widget.parentWidget() is not None
        and not isinstance(widget.parentWidget(), QComboBox)
    ]
    assert nameless == []


def test_a_long_run_says_so_and_can_be_cancelled(window: Window) -> None:
    session = window.session
    session.turn(steps=SLOW)
    wait(lambda: window.status.cancel.isVisible())
    assert window.status.work.text() == "Simulating …"
    QTest.mouseClick(window.status.cancel, Qt.MouseButton.LeftButton)
    assert not window.status.bar.isVisible()
    assert "cancelled" in window.status.failure.accessibleName()
    GATE.set()
    press(window, KEY.Key_Escape, on=window.view)
    assert window.status.caption.isVisible()


def test_what_the_window_remembers_brings_it_back(window: Window) -> None:
    window.session.set_theme("paper")
    press(window, KEY.Key_F3)
    kept = window.settings()
    assert (kept.theme, kept.scene, kept.width, kept.height, kept.panel) == ("paper", "decay", 1500, 950, False)
    again = Window(window.session, kept)
    again.show()
    assert not again.panel.isVisible()
    again.dispose()


@pytest.mark.parametrize("far", [90_000, -90_000, 10**30])
def test_a_place_outside_every_screen_is_not_taken(far: int, window: Window) -> None:
    lost = Window(window.session, Settings(x=far, y=far, width=abs(far), height=far))
    screen = QApplication.primaryScreen().availableGeometry()
    assert lost.width() <= max(screen.width(), 960)
    assert lost.x() < 10_000
    lost.dispose()
