"""The panel: knobs made from Params, sliders, typed numbers, resets, presets, claims."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.knobs.badges import Badges
from app.knobs.pairing import Pairing
from app.knobs.presets import Presets
from app.knobs.row import ChoiceRow, SwitchRow, TextRow, pointed_at
from app.knobs.slider import Scale
from app.main_window import Window
from core.params import Knob, words
from scenes.scene import Preset
from tests.app.toy_scene import Decay, Growth, ready, wait


def number(low: float, high: float, scale: str = "linear", kind: str = "real") -> Scale:
    return Scale(Knob("x", kind, low, "X", "", low=low, high=high, scale=scale))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [(0.001, 1.0, "linear"), (1e-7, 1.0, "log"), (-5.0, 5.0, "linear"), (1.0, 1000.0, "log"), (0.0, 180.0, "linear")],
)
def test_a_slider_reaches_both_ends_exactly_and_never_turns_back(low: float, high: float, kind: str) -> None:
    scale = number(low, high, kind)
    values = [scale.value(place) for place in range(scale.places + 1)]
    assert (values[0], values[-1]) == (low, high)
    assert all(a <= b for a, b in pairwise(values))
    assert scale.value(scale.place(values[300])) == values[300]


def test_a_log_slider_gives_every_decade_the_same_room() -> None:
    scale = number(0.001, 1000.0, "log")
    places = [scale.place(10.0**decade) for decade in range(-3, 4)]
    assert {b - a for a, b in pairwise(places)} <= {166, 167}


def test_a_slider_of_whole_numbers_has_one_place_for_each() -> None:
    scale = number(2, 20, kind="whole")
    assert [scale.value(place) for place in range(scale.places + 1)] == list(range(2, 21))
    assert isinstance(scale.value(3), int)


def test_there_is_one_row_for_every_knob_in_its_group(window: Window) -> None:
    assert [*window.panel.rows] == [
        *[knob.name for knob in Decay.simulation.params.knobs() if not knob.folded],
        "rarely",
        "seed",
    ]
    headings = [label.text() for label in window.panel.findChildren(QLabel) if label.property("role") == "heading"]
    assert headings[:4] == ["PRESETS", "DECAY", "RUN", "VIEW"]


def test_a_slider_that_is_dragged_gives_a_new_recording_and_a_new_picture(window: Window) -> None:
    session, row = window.session, window.panel.entry("start")
    session.seek(1)
    before = window.view.picture().copy()
    at = QPoint(round(row.slider.width() * 0.8), row.slider.height() // 2)
    QTest.mousePress(row.slider, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(row.slider, Qt.MouseButton.LeftButton, pos=at)
    wait(lambda: not session.busy)
    assert session.params.values()["start"] == pytest.approx(3.0, abs=0.3)
    assert session.recording is not None
    assert session.recording.params == session.params
    assert row.entry.text() == f"{session.params.values()['start']:.6g}"
    assert window.view.picture() != before


def test_a_number_that_is_typed_counts_after_enter(window: Window) -> None:
    row = window.panel.entry("rate")
    assert row.entry.text() == "0.1%"
    row.entry.setFocus()
    row.entry.selectAll()
    QTest.keyClicks(row.entry, "0.25 %")
    assert window.session.params.values()["rate"] == 0.1
    QTest.keyClick(row.entry, Qt.Key.Key_Return)
    assert window.session.params.values()["rate"] == 0.25
    assert row.slider.value() == row.slider.scale.place(0.25)
    ready(window.session)


@pytest.mark.parametrize("text", ["seven", "7", "-1", "nan", "", "1e400", "0,2"])
def test_a_bad_number_keeps_the_old_one_and_says_why(window: Window, text: str) -> None:
    row = window.panel.entry("rate")
    row.entry.setFocus()
    row.entry.selectAll()
    QTest.keyClicks(row.entry, text) if text else row.entry.clear()
    QTest.keyClick(row.entry, Qt.Key.Key_Return)
    assert window.session.params.values()["rate"] == 0.1
    assert row.failure.isVisible()
    assert "rate" in row.failure.text()
    assert "0.001 to 1" in row.failure.text()
    assert row.entry.property("bad")
    QTest.keyClick(row.entry, Qt.Key.Key_Escape)
    assert row.entry.text() == "0.1%"
    assert not row.failure.isVisible()


def test_leaving_a_half_typed_number_gives_it_up(window: Window) -> None:
    row = window.panel.entry("rate")
    row.entry.setFocus()
    row.entry.selectAll()
    QTest.keyClicks(row.entry, "0.9")
    window.view.setFocus()
    assert row.entry.text() == "0.1%"
    assert window.session.params.values()["rate"] == 0.1


def test_a_double_click_resets_one_knob_and_r_all(window: Window, qtbot: QtBot) -> None:
    session = window.session
    session.turn(rate=0.3, start=-1.0)
    QTest.mouseDClick(window.panel.entry("rate").slider, Qt.MouseButton.LeftButton)
    assert (session.params.values()["rate"], session.params.values()["start"]) == (0.1, -1.0)
    QTest.mouseDClick(window.panel.entry("start").label, Qt.MouseButton.LeftButton)
    assert session.params.values()["start"] == 2.0
    session.turn(rate=0.3, start=-1.0)
    QTest.keyClick(window.view, Qt.Key.Key_R)
    assert session.params == Decay.simulation.params()
    ready(session)


def test_names_of_the_field_are_written_as_they_are() -> None:
    assert [words(name) for name in ("sgd", "adam_l2", "rmsprop", "three_hump_camel", "none")] == [
        "SGD",
        "Adam L2",
        "RMSprop",
        "Three hump camel",
        "None",
    ]


def test_choices_and_switches(window: Window) -> None:
    session = window.session
    method, mirrored = window.panel.rows["method"], window.panel.rows["mirrored"]
    assert isinstance(method, ChoiceRow)
    assert isinstance(mirrored, SwitchRow)
    assert [method.box.itemText(n) for n in range(method.box.count())] == ["Plain", "Very odd"]
    method.box.setFocus()
    QTest.keyClick(method.box, Qt.Key.Key_Down)
    assert session.params.values()["method"] == "very_odd"
    assert session.params.values()["start"] == 1.0
    QTest.mouseClick(mirrored.toggle, Qt.MouseButton.LeftButton)
    assert session.params.values()["mirrored"] is True
    session.reset()
    assert not mirrored.toggle.isChecked()
    assert method.box.currentText() == "Plain"
    ready(session)


def test_knobs_that_are_rarely_turned_are_folded_away(window: Window) -> None:
    row = window.panel.entry("rarely")
    assert not row.isVisible()
    assert window.panel.more is not None
    QTest.mouseClick(window.panel.more, Qt.MouseButton.LeftButton)
    assert row.isVisible()
    assert window.panel.entry("seed").isVisible()


def test_a_preset_sets_its_knobs_and_shows_that_it_holds(window: Window) -> None:
    assert window.panel.presets is not None
    chips = {preset.name: chip for chip, preset in window.panel.presets.chips}
    assert chips["Usual"].isChecked()
    window.session.turn(start=1.0)
    assert not chips["Usual"].isChecked()
    QTest.mouseClick(chips["Quick"], Qt.MouseButton.LeftButton)
    assert window.session.params == Decay.simulation.params(rate=0.5)
    assert chips["Quick"].isChecked()
    ready(window.session)


def test_claims_are_shown_with_a_tick_or_a_cross(window: Window) -> None:
    badges = window.panel.findChildren(Badges)[0]
    wait(lambda: len(badges.cards) == 2)
    assert [card.sign.text() for card in badges.cards] == ["✓", "✗"]
    assert badges.summary.text() == "1 of 2 claims hold."
    assert "measured 0.9000" in badges.cards[0].numbers.text()
    assert "error 80 %" in badges.cards[1].numbers.text()


def test_another_scene_has_its_own_panel_and_nothing_of_the_old_is_left(window: Window) -> None:
    old = len(window.panel.findChildren(QAbstractButton))
    window.session.open(Growth)
    ready(window.session)
    assert window.panel.presets is None
    assert len(window.panel.findChildren(QAbstractButton)) < old


def test_a_knob_that_the_scene_settles_otherwise_shows_what_holds(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Decay, "settle", lambda self, params, changed: params.replace(start=2.0))
    row = window.panel.entry("start")
    row.slider.setValue(row.slider.maximum())
    assert row.slider.value() == row.slider.scale.place(2.0)
    assert row.entry.text() == "2"


def test_a_number_half_typed_survives_what_happens_elsewhere(window: Window) -> None:
    row = window.panel.entry("rate")
    row.entry.setFocus()
    row.entry.selectAll()
    QTest.keyClicks(row.entry, "0.4")
    window.session.turn(start=1.0)
    assert row.entry.text() == "0.4"
    QTest.keyClick(row.entry, Qt.Key.Key_Return)
    assert window.session.params.values()["rate"] == 0.4
    ready(window.session)


def test_presets_take_two_lines_and_the_rest_waits_in_a_menu(window: Window) -> None:
    session = window.session
    presets = tuple(Preset(f"A setting called {rate}", {"rate": rate}) for rate in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7))
    made = Presets(session, presets)
    made.resize(300, 10)
    made.show()
    seen = [chip for chip, _ in made.chips if chip.isVisibleTo(made)]
    assert 1 <= len(seen) < 6
    assert made.rest.text().startswith(f"{6 - len(seen)} more")
    assert made.height() <= 2 * made.rest.height() + 10
    boxes = [chip.geometry() for chip in [*seen, made.rest]]
    assert all(not a.intersects(b) for n, a in enumerate(boxes) for b in boxes[:n])
    offered = [action for action in made.menu.actions() if action.isVisible()]
    assert [action.text() for action in offered] == [preset.name for preset in presets[len(seen) :]]
    offered[-1].trigger()
    assert session.params.values()["rate"] == 0.7
    assert made.rest.isChecked()
    assert made.rest.text().startswith("A setting called 0.7")
    assert made.rest.geometry().right() < 300
    made.resize(2000, 10)
    assert not made.rest.isVisibleTo(made)
    ready(session)
    made.close()
    made.deleteLater()


def test_small_numbers_are_written_as_people_type_them() -> None:
    knob = Knob(name="epsilon", kind="real", default=1e-5, low=1e-8, high=1.0, scale="log", label="Epsilon", help="")
    for value, text in ((1e-5, "1e−5"), (2.5e-8, "2.5e−8"), (0.25, "0.25"), (1e10, "1e+10")):
        assert knob.text(value) == text
        assert float(text.replace("−", "-")) == value


def test_a_text_counts_after_enter_and_a_fault_in_it_stands_out(window: Window) -> None:
    session, row = window.session, window.panel.rows["name"]
    assert isinstance(row, TextRow)
    row.entry.setFocus()
    row.entry.selectAll()
    QTest.keyClicks(row.entry, "ab r")  # letters and spaces are the entry's, not the window's
    QTest.keyClick(row.entry, Qt.Key.Key_Return)
    wait(lambda: session.params.values()["name"] == "ab r")
    row.entry.setText("ab3c")
    QTest.keyClick(row.entry, Qt.Key.Key_Return)
    assert session.params.values()["name"] == "ab r"
    assert row.failure.isVisibleTo(row)
    assert "digit" in row.failure.text()
    assert (row.entry.selectionStart(), row.entry.selectedText()) == (2, "3")
    assert row.caret.isVisibleTo(row)
    assert row.caret.text() == "ab3c\n  ^"
    QTest.keyClick(row.entry, Qt.Key.Key_Escape)
    assert row.entry.text() == "ab r"
    assert not row.failure.isVisibleTo(row)
    assert not row.caret.isVisibleTo(row)


@pytest.mark.parametrize("at", [0, 5, 26, 27, 60, 98, 99])
def test_the_caret_stands_under_the_fault_of_a_long_text(at: int) -> None:
    text = "".join(chr(0x4E00 + place) for place in range(100))
    shown, caret = pointed_at(text, at).split("\n")
    assert len(shown) <= 30
    assert shown[caret.index("^")] == text[at]
    assert shown.strip("…") in text
    assert shown.startswith("…") == (not text.startswith(shown.strip("…")))
    assert shown.endswith("…") == (not text.endswith(shown.strip("…")))


def test_two_runs_are_chosen_and_left_in_the_panel(window: Window) -> None:
    session = window.session
    QTest.keyClick(window.view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    ready(session)
    (pairing,) = window.panel.findChildren(Pairing)
    assert "b_rate" in window.panel.rows
    pairing.knob.setCurrentIndex(pairing.knob.findData("start"))
    pairing.knob.activated.emit(pairing.knob.currentIndex())
    wait(lambda: session.pair is not None and session.pair.knob().name == "start")
    ready(session)
    (pairing,) = window.panel.findChildren(Pairing)
    pairing.over.click()
    wait(lambda: session.pair is not None and session.pair.overlaid)
    ready(session)
    wait(lambda: window.view.caption.startswith("A: "))
    (pairing,) = window.panel.findChildren(Pairing)
    pairing.end.click()
    wait(lambda: session.pair is None)
    ready(session)
    assert not window.panel.findChildren(Pairing)
