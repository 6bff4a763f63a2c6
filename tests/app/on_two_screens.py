"""What a lecturer does with a laptop and a projector. Run by test_two_screens.py, in a process that has both."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.main_window import Window
from app.presenting import screens
from app.presenting.audience import Audience
from app.presenting.desk import Desk
from scenes.theme import PROJECTOR
from tests.app.toy_scene import wait

KEY = Qt.Key
# Remarks of Qt's platform without displays, when a window moves from one of its screens to another.
pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", "The cached device pixel ratio value was stale", extend=True
)


def named(name: str) -> QScreen:
    return next(screen for screen in QGuiApplication.screens() if screen.name() == name)


@pytest.fixture
def lecture(window: Window) -> Iterator[Window]:
    """A window that presents on the projector."""
    window.resize(1300, 820)
    press(window, KEY.Key_F5)
    wait(lambda: window.presenter.projecting)
    yield window
    if window.presenter.on:
        window.presenter.toggle()


def press(window: Window, key: Qt.Key, on: QWidget | None = None) -> None:
    QTest.keyClick(on or window, key)


def parts(window: Window) -> tuple[Audience, Desk]:
    audience, desk = window.presenter.audience, window.presenter.desk
    assert audience is not None
    assert desk is not None
    return audience, desk


def test_the_stage_goes_to_the_projector_and_the_desk_to_the_laptop(lecture: Window) -> None:
    audience, desk = parts(lecture)
    assert audience.screen() is named("PROJECTOR")
    assert audience.geometry() == named("PROJECTOR").geometry()
    assert audience.isFullScreen()
    assert lecture.screen() is named("LAPTOP")
    assert desk.isVisible()
    wait(lambda: desk.size() == lecture.size())
    picture = audience.view.picture()
    assert (picture.width(), picture.height()) == (1280, 720)
    assert picture.pixelColor(2, 2) == QColor(PROJECTOR.colors["background"])
    assert lecture.session.theme_name == "studio", "the laptop keeps its own look"
    press(lecture, KEY.Key_Escape)
    assert not lecture.presenter.on
    wait(lambda: not desk.isVisible())
    assert lecture.view.isVisible()
    assert not lecture.isFullScreen()


def test_a_clicker_steps_whatever_has_the_focus(lecture: Window) -> None:
    _, desk = parts(lecture)
    session = lecture.session
    for widget in (desk.view, desk.panel.entry("rate").slider, desk.panel.entry("rate").entry, desk.timeline.track):
        widget.setFocus()
        session.seek(0)
        press(lecture, KEY.Key_PageDown, on=widget)
        press(lecture, KEY.Key_PageDown, on=widget)
        press(lecture, KEY.Key_PageUp, on=widget)
        assert session.k == 1, type(widget).__name__
    assert session.params.values()["rate"] == 0.1, "no knob took the key for itself"


def test_keys_work_on_the_projectors_window_too(lecture: Window) -> None:
    audience, _ = parts(lecture)
    audience.activateWindow()
    wait(audience.isActiveWindow)
    lecture.session.seek(0)
    press(lecture, KEY.Key_PageDown, on=audience)
    assert lecture.session.k == 1
    press(lecture, KEY.Key_Escape, on=audience)
    assert not lecture.presenter.on


def test_blanking_is_for_the_audience_alone(lecture: Window) -> None:
    audience, desk = parts(lecture)
    for key, color in ((KEY.Key_B, "#000000"), (KEY.Key_Period, "#000000"), (KEY.Key_W, "#ffffff")):
        press(lecture, key)
        assert audience.view.grab().toImage().pixelColor(400, 300) == QColor(color)
        assert desk.view.blank is None
        assert "plain" in desk.state.text()
        press(lecture, key)
        assert audience.view.blank is None
        assert desk.state.text() == ""


def test_a_projector_that_is_unplugged_takes_nothing_along(lecture: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    audience, desk = parts(lecture)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    session = lecture.session
    session.turn(rate=0.3)
    session.seek(4)
    with monkeypatch.context() as unplugged:
        unplugged.setattr(screens, "others", lambda window: [])
        application.screenRemoved.emit(named("PROJECTOR"))
        assert lecture.presenter.on
        assert not audience.isVisible()
        assert desk.isVisible()
        assert "projector is gone" in desk.state.text()
        wait(lecture.isActiveWindow)
        press(lecture, KEY.Key_PageDown)
        assert session.k == 5, "the lesson goes on"
    application.screenAdded.emit(named("PROJECTOR"))
    wait(lambda: lecture.presenter.projecting)
    assert audience.screen() is named("PROJECTOR")
    assert (session.k, session.params.values()["rate"]) == (5, 0.3)
    assert desk.state.text() == ""
    assert audience.view.caption == "" or audience.view.isVisible()


def test_a_projector_that_is_plugged_in_later_is_taken(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    with monkeypatch.context() as alone:
        alone.setattr(screens, "others", lambda window: [])
        press(window, KEY.Key_F5)
        assert window.presenter.on
        assert window.presenter.audience is None
        assert window.isFullScreen(), "with one screen the stage fills it"
        assert window.view.theme is PROJECTOR
    application.screenAdded.emit(named("PROJECTOR"))
    wait(lambda: window.presenter.projecting)
    assert not window.isFullScreen()
    press(window, KEY.Key_Escape)
    assert window.view.theme is window.session.theme


def test_the_screen_that_was_chosen_is_remembered(lecture: Window) -> None:
    _, desk = parts(lecture)
    assert desk.screen_choice.currentData() == "PROJECTOR"
    desk.screen_choice.activated.emit(desk.screen_choice.findData("PROJECTOR"))
    assert lecture.settings().projector == "PROJECTOR"
    assert screens.projector(lecture, "a screen of another room") is named("PROJECTOR")


def test_what_is_pointed_at_and_drawn_shows_on_both(lecture: Window) -> None:
    audience, desk = parts(lecture)
    press(lecture, KEY.Key_L)
    start, end = QPoint(300, 260), QPoint(420, 320)
    params = lecture.session.params
    QTest.mousePress(desk.view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(desk.view, end)
    QTest.mouseRelease(desk.view, Qt.MouseButton.LeftButton, pos=end)
    wait(lambda: lecture.presenter.marks.spot == desk.view.to_stage(QPointF(end)))
    assert lecture.session.params == params, "drawing edits nothing"
    there = audience.view.from_stage(desk.view.to_stage(QPointF(start))).toPoint()
    for view, at in ((desk.view, start), (audience.view, there)):
        color = view.grab().toImage().pixelColor(at * view.devicePixelRatioF())
        assert color.red() > 2 * color.blue(), type(view.window()).__name__
    press(lecture, KEY.Key_E)
    color = audience.view.grab().toImage().pixelColor(there)
    assert color.red() < 2 * color.blue() + 30
    press(lecture, KEY.Key_S)
    assert lecture.presenter.marks.spotlight
    corner = audience.view.grab().toImage().pixelColor(3, 3)
    assert corner.lightnessF() < 0.5, "all but the spot is dark"


def test_a_pane_fills_both_pictures_and_lets_go(lecture: Window) -> None:
    audience, desk = parts(lecture)
    audience.view.picture()
    desk.view.picture()
    press(lecture, KEY.Key_Z)
    for view in (audience.view, desk.view):
        view.picture()
        assert view.show_ is not None
        assert view.show_.stage.seen is not None
    press(lecture, KEY.Key_Z)
    audience.view.picture()
    assert audience.view.show_ is not None
    assert audience.view.show_.stage.seen is None


def test_closing_the_projectors_window_ends_presenting(lecture: Window) -> None:
    audience, _ = parts(lecture)
    audience.close()
    assert not lecture.presenter.on
    wait(lecture.isActiveWindow)
    press(lecture, KEY.Key_F5)
    wait(lambda: lecture.presenter.projecting)
    lecture.close()
    assert not lecture.presenter.on
