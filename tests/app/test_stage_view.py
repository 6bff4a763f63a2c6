"""The stage in the window: the same picture however one came to it, handles, zoom, themes, what a screen reader hears."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.main_window import Window
from scenes.kit.plot import Plot
from scenes.show import Show
from scenes.theme import THEMES
from tests.app.toy_scene import GATE, SLOW, Decay, Growth, ready, wait


def plot(window: Window) -> Plot:
    window.view.sync()
    assert window.view.show_ is not None
    found = window.view.show_.stage.panes[0]
    assert isinstance(found, Plot)
    return found


def spot(window: Window, x: float, y: float) -> QPoint:
    return window.view.from_stage(plot(window).point(x, y)).toPoint()


def wheel(window: Window, at: QPoint, notches: int) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where,
        window.view.mapToGlobal(where),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(window.view, event)


def drag(window: Window, start: QPoint, end: QPoint) -> None:
    kinds, left = QEvent.Type, Qt.MouseButton.LeftButton
    for kind, at, button in (
        (kinds.MouseButtonPress, start, left),
        (kinds.MouseMove, end, left),
        (kinds.MouseButtonRelease, end, left),
    ):
        buttons = Qt.MouseButton.NoButton if kind == kinds.MouseButtonRelease else left
        point = QPointF(at)
        event = QMouseEvent(kind, point, window.view.mapToGlobal(point), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(window.view, event)


def test_scrubbing_to_a_frame_shows_what_playing_to_it_shows(window: Window) -> None:
    session = window.session
    session.set_speed(8.0)
    frames: dict[int, QImage] = {}
    session.changed.connect(lambda what: frames.__setitem__(session.k, window.view.picture().copy()))
    session.play()
    wait(lambda: not session.playing)
    played = dict(frames)
    assert 12 in played
    for k in sorted(played, reverse=True):
        session.seek(k)
        assert window.view.picture() == played[k], f"frame {k}"


def test_the_window_shows_what_an_export_of_the_same_size_shows(window: Window) -> None:
    session = window.session
    session.seek(7)
    picture = window.view.picture()
    show = Show(Decay, session.theme, chrome=False)
    assert session.recording is not None
    show.load(session.recording, 7)
    assert picture == show.frame(picture.width(), picture.height())
    show.close()


def test_the_picture_has_one_pixel_for_each_of_the_screen(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(window.view), "devicePixelRatioF", lambda self: 2.0)
    picture = window.view.picture()
    assert picture.width() == 2 * window.view.width()
    assert picture.devicePixelRatio() == 2.0


def test_a_handle_that_is_dragged_turns_its_knob_and_the_runs_follow(window: Window) -> None:
    session = window.session
    before = window.view.picture().copy()
    drag(window, spot(window, 0.0, 2.0), spot(window, 0.0, -3.0))
    wait(lambda: not session.busy)
    assert session.params.values()["start"] == pytest.approx(-3.0, abs=0.05)
    assert window.panel.entry("start").slider.value() == window.panel.entry("start").slider.scale.place(
        float(session.params.values()["start"])
    )
    assert window.view.picture() != before


def test_the_wheel_zooms_about_the_pointer_and_a_double_click_undoes_it(window: Window) -> None:
    session = window.session
    session.seek(6)
    whole = window.view.picture().copy()
    at = spot(window, 6.0, 1.0)
    wheel(window, at, 3)
    x, y = plot(window).unmap(window.view.to_stage(QPointF(at)))
    assert (x, y) == pytest.approx((6.0, 1.0), abs=0.02)
    assert window.view.picture() != whole
    session.turn(rate=0.2)
    ready(session)
    (low, high), _ = plot(window).shown
    assert high - low < 10.0, "another run is looked at through the same window"
    session.turn(rate=0.1)
    ready(session)
    session.seek(6)
    QTest.mouseDClick(window.view, Qt.MouseButton.LeftButton, pos=at)
    assert window.view.picture() == whole
    wheel(window, at, 2)
    wheel(window, at, -4)
    assert window.view.picture() == whole, "nobody zooms out further than the whole"


def test_a_zoomed_plot_can_be_moved(window: Window) -> None:
    wheel(window, spot(window, 6.0, 0.0), 6)
    (before, _), _ = plot(window).shown
    start = spot(window, 6.0, 0.0)
    drag(window, start, start + QPoint(40, 0))
    (after, _), _ = plot(window).shown
    assert after < before


def test_themes_switch_live(window: Window, theme_name: str) -> None:
    window.session.set_theme("paper" if theme_name != "paper" else "studio")
    window.view.picture()
    window.session.set_theme(theme_name)
    picture = window.view.picture()
    assert picture.pixelColor(1, 1) == THEMES[theme_name].color("background")
    assert window.grab().toImage().pixelColor(3, window.height() // 2) == THEMES[theme_name].color("background")
    assert [button.text() for button in window.topbar.themes.buttons() if button.isChecked()] == [theme_name.capitalize()]


def test_a_screen_reader_hears_the_live_numbers(window: Window) -> None:
    window.session.seek(4)
    window.view.picture()
    interface = QAccessible.queryAccessibleInterface(window.view)
    assert interface.text(QAccessible.Text.Name) == "Stage: Decay"
    assert interface.text(QAccessible.Text.Description) == "After 4 steps it is 1.312. step 4 / 12"
    assert window.status.caption.text() == "After 4 steps it is 1.312."


def test_before_the_first_run_nothing_is_said_of_the_former_scene_and_the_mouse_finds_nothing(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.view.picture()
    here = spot(window, 0.0, 2.0)

    def nowhere(*_: object) -> None:
        raise AttributeError("there is no recording yet")

    monkeypatch.setattr(Growth, "pull", nowhere)
    GATE.clear()
    window.session.open(Growth, Growth.simulation.params(steps=SLOW))
    drag(window, here, here + QPoint(40, 40))  # in the moment before the new stage is built
    wait(lambda: window.view.accessibleName() == "Stage: Growth")
    drag(window, here, here + QPoint(40, 40))
    assert window.status.caption.accessibleName() == ""
    assert window.session.params.values()["steps"] == SLOW
    assert window.session.params.values()["start"] == 2.0
    assert window.session.message == ""
    GATE.set()
    ready(window.session)


def test_the_hint_says_what_the_mouse_can_do(window: Window) -> None:
    window.view.picture()
    assert window.lead.hint.text() == "drag the start · scroll to zoom"


def test_a_scene_that_cannot_be_drawn_costs_its_picture_and_not_the_window(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: seen.append(str(error)))

    def fail(*_: object) -> None:
        raise RuntimeError("no brush")

    monkeypatch.setattr(Growth, "draw", fail)
    window.session.open(Growth)
    ready(window.session)
    window.view.repaint()
    assert "no brush" in seen
    monkeypatch.undo()
    window.session.open(Decay)
    ready(window.session)
    window.view.picture()
    assert window.view.caption.startswith("After 0 steps")
