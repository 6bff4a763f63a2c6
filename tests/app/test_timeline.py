"""The timeline: scrubbing, marks of events, the place, speed and loop."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.main_window import Window
from scenes.scene import Event
from tests.app.toy_scene import wait

LEFT = Qt.MouseButton.LeftButton


def test_a_click_goes_there_and_a_drag_scrubs(window: Window) -> None:
    session, track = window.session, window.timeline.track
    QTest.mousePress(track, LEFT, pos=QPoint(round(track.x_of(8)), 42))
    assert session.k == 8
    QTest.mouseMove(track, QPoint(round(track.x_of(11)), 42))
    wait(lambda: session.k == 11)
    QTest.mouseRelease(track, LEFT, pos=QPoint(round(track.x_of(11)), 42))
    assert not session.playing
    assert window.timeline.place.text() == "step 11 / 12"


def test_scrubbing_while_it_plays_goes_on_playing(window: Window) -> None:
    session, track = window.session, window.timeline.track
    session.set_speed(0.25)
    session.play()
    QTest.mousePress(track, LEFT, pos=QPoint(round(track.x_of(6)), 42))
    assert not session.playing
    QTest.mouseRelease(track, LEFT, pos=QPoint(round(track.x_of(6)), 42))
    assert session.playing
    session.pause()


def test_a_click_on_a_mark_goes_exactly_there(window: Window) -> None:
    track = window.timeline.track
    QTest.mouseClick(track, LEFT, pos=QPoint(round(track.x_of(4)) + 4, 30))
    assert window.session.k == 4


def test_labels_of_events_never_overlap_and_failures_come_first(window: Window) -> None:
    track = window.timeline.track
    for width in (1200, 500, 200, 130):
        track.resize(width, track.height())
        placed = track.labels()
        for number, (box, _) in enumerate(placed):
            assert box.left() >= 0
            assert box.right() <= width
            assert not any(box.intersects(other) for other, _ in placed[:number])
    track.resize(260, track.height())
    window.session._events = (*(Event(k, f"note of step {k}") for k in range(12)), Event(5, "it broke", "bad"))
    assert track.labels()[0][1].label == "it broke"
    assert {event.label for event in track.events_near(track.x_of(5))} >= {"it broke", "note of step 5"}


def test_the_buttons(window: Window) -> None:
    session, buttons = window.session, window.timeline._buttons
    for name, k in (("end", 12), ("step back", 11), ("step", 12), ("start", 0)):
        QTest.mouseClick(buttons[name], LEFT)
        assert session.k == k
    QTest.mouseClick(buttons["play"], LEFT)
    assert session.playing
    assert buttons["play"].accessibleName() == "Pause"
    QTest.mouseClick(buttons["play"], LEFT)
    assert not session.playing
    QTest.mouseClick(buttons["loop"], LEFT)
    assert session.loop
    session.set_speed(0.25)
    assert window.timeline.speed.text() == "¼×"
    window.timeline._speeds.actions()[-1].trigger()
    assert session.speed == 8.0
