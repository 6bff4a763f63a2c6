"""A person without a plan: any key, knob, mouse or resize in any order, as a state machine over the real window.

What may be done next hangs on nothing that takes its time: the same choices must lead the same way, run after run.
Whatever happens, no slot raises, Qt warns of nothing, and once it is quiet the window shows what a fresh stage shows.
"""

import sys
import traceback
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from PySide6.QtCore import QPoint, QPointF, Qt, qInstallMessageHandler
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.comparing import compare, part
from app.knobs.row import ChoiceRow, NumberRow, SwitchRow
from app.main_window import Window
from app.session import Session
from app.settings import Settings
from app.share.shown import shown
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import THEMES
from tests.app.toy_scene import wait

KEY, NONE, CTRL = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
PLAIN = [
    *(KEY.Key_Space, KEY.Key_Left, KEY.Key_Right, KEY.Key_Home, KEY.Key_End, KEY.Key_Up, KEY.Key_Down, KEY.Key_R),
    *(KEY.Key_F1, KEY.Key_F2, KEY.Key_F3, KEY.Key_F5, KEY.Key_F11, KEY.Key_Escape, KEY.Key_PageDown, KEY.Key_PageUp),
    *(KEY.Key_B, KEY.Key_W, KEY.Key_L, KEY.Key_Period, KEY.Key_Question, KEY.Key_Tab, KEY.Key_Backtab, KEY.Key_Return),
    *(KEY.Key_S, KEY.Key_E, KEY.Key_Z, KEY.Key_Backspace, KEY.Key_4),
]
WITH_CTRL = [KEY.Key_K, KEY.Key_1, KEY.Key_2, KEY.Key_3, KEY.Key_D, KEY.Key_Plus, KEY.Key_Minus, KEY.Key_Comma]
TYPED = ["", "0", "-1", "nan", "1e400", "0.3", "7", "1,5", "²", "½", "ten", "  2 ", "−0.5", "1_0", "0x10", "9" * 400]
SIZES = [(640, 400), (960, 600), (1199, 700), (1280, 720), (1366, 768), (1500, 950)]
SHARE = st.floats(0.0, 1.0)
PLACE = st.tuples(SHARE, SHARE)
PATIENCE = 150.0  # seconds for one run: of the largest, on a busy machine, or one whose kernels are compiled on the way
HARMLESS = "This plugin does not support "  # of the platform without a display


class Person(RuleBasedStateMachine):
    """Sits before a window over `scenes`, which whoever derives from it names."""

    scenes: dict[str, type[Scene[Any, Any]]]
    lessons: tuple[str, ...] = ()  # that may be opened
    films: Path | None = None  # the folder of films that are begun and cancelled

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.filmed = False
        self._hook = sys.excepthook
        sys.excepthook = lambda kind, error, trace: self.wrong.append("".join(traceback.format_exception(kind, error, trace)))
        self._handler: Any = qInstallMessageHandler(self._hear)
        self.session = Session(self.scenes)
        self.window = Window(self.session, Settings(width=1280, height=720))
        self.window.show()
        self.session.open(next(iter(self.scenes.values())))
        self.window.activateWindow()

    def teardown(self) -> None:
        try:
            self.choose_preset(1)
            self.look_closely()
        finally:
            self.window.dispose()
            self.session.close()
            self.session.deleteLater()
            QApplication.processEvents()
            qInstallMessageHandler(self._handler)
            sys.excepthook = self._hook

    def _hear(self, kind: object, context: object, message: str) -> None:
        if not message.startswith(HARMLESS):
            self.wrong.append(message)

    def _at(self, widget: QWidget, share: tuple[float, float]) -> QPoint:
        return QPoint(round(share[0] * (widget.width() - 1)), round(share[1] * (widget.height() - 1)))

    # -- what a person does --------------------------------------------------------------------------------------------

    @rule(key=st.sampled_from(PLAIN))
    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, NONE)

    @rule(key=st.sampled_from(WITH_CTRL))
    def press_with_ctrl(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, CTRL)

    @rule(knob=st.integers(0, 30), share=SHARE, typed=st.sampled_from(TYPED), by=st.sampled_from(["slide", "type", "reset"]))
    def turn(self, knob: int, share: float, typed: str, by: str) -> None:
        rows = list(self.window.panel.rows.values())
        row = rows[knob % len(rows)]
        if isinstance(row, NumberRow) and by == "slide":
            row.slider.setValue(round(share * row.slider.maximum()))
        elif isinstance(row, NumberRow) and by == "type":
            row.entry.setText(typed)
            QTest.keyClick(row.entry, KEY.Key_Return)
        elif isinstance(row, ChoiceRow):
            row.box.activated.emit(round(share * (row.box.count() - 1)))
        elif isinstance(row, SwitchRow):
            row.toggle.click()
        else:
            row.reset()

    @rule(number=st.integers(0, 20))
    def choose_preset(self, number: int) -> None:
        if self.window.panel.presets is not None:
            chips = self.window.panel.presets.chips
            chips[number % len(chips)][0].click()

    @rule(turns=st.booleans())
    def share(self, turns: bool) -> None:
        """Copy a link, go elsewhere, paste it."""
        if self.window.classroom.talk is not None:
            return
        before = shown(self.session)
        assert before is not None
        self.window.sharer.copy_link()
        if turns:
            self.session.reset()
        self.window.sharer.paste()
        after = shown(self.session)
        assert after is not None
        assert (after.slug, after.params, after.seed, after.frame) == (before.slug, before.params, before.seed, before.frame)

    @rule(knob=st.integers(0, 30), over=st.booleans())
    def compare(self, knob: int, over: bool) -> None:
        """Two runs, or one again."""
        session = self.session
        single = session.pair.single if session.pair is not None else session.scene
        assert single is not None
        names = [own.name for own in single.simulation.params.knobs() if not own.view]
        if session.pair is not None and knob % 3 == 0:
            part(session)
        else:
            compare(session, names[knob % len(names)], over=over and single.overlays)

    @precondition(lambda self: self.lessons)
    @rule(number=st.integers(0, 20))
    def open_lesson(self, number: int) -> None:
        self.window.classroom.open_named(self.lessons[number % len(self.lessons)])

    @precondition(lambda self: self.lessons)
    @rule(steps=st.integers(-2, 4), hands=st.integers(0, 3))
    def teach(self, steps: int, hands: int) -> None:
        talk = self.window.classroom.talk
        if talk is None:
            return
        for _ in range(abs(steps)):
            talk.next() if steps > 0 else talk.previous()
        talk.raise_hands(0, hands)
        if steps == 0:
            self.window.classroom.close_lesson()

    @precondition(lambda self: self.films is not None)
    @rule(milliseconds=st.integers(0, 400))
    def begin_a_film_and_cancel_it(self, milliseconds: int) -> None:
        if self.filmed or self.session.recording is None:
            return
        self.filmed = True  # one a window: a process takes its time
        folder = self.films
        assert folder is not None
        self.window.exporter.open()
        dialog = self.window.exporter.dialog
        assert dialog is not None
        dialog.options.place.set_folder(folder)
        dialog.bottom.export.click()
        QTest.qWait(milliseconds)
        dialog.runner.cancel()
        dialog.close()
        assert not [path for path in folder.iterdir() if path.suffix == ".part"]

    @rule(share=SHARE)
    def scrub(self, share: float) -> None:
        track = self.window.timeline.track
        QTest.mousePress(track, Qt.MouseButton.LeftButton, NONE, self._at(track, (0.5, 0.7)))
        QTest.mouseMove(track, self._at(track, (share, 0.7)))
        QTest.mouseRelease(track, Qt.MouseButton.LeftButton, NONE, self._at(track, (share, 0.7)))

    @rule(slug=st.integers(0, 20))
    def open(self, slug: int) -> None:
        self.session.open(list(self.scenes.values())[slug % len(self.scenes)])

    @rule(name=st.sampled_from(sorted(THEMES)))
    def wear(self, name: str) -> None:
        self.session.set_theme(name)

    @rule(size=st.sampled_from(SIZES))
    def resize(self, size: tuple[int, int]) -> None:
        self.window.resize(*size)

    @rule(start=PLACE, end=PLACE, double=st.booleans())
    def drag(self, start: tuple[float, float], end: tuple[float, float], double: bool) -> None:
        view = self.window.view
        QTest.mousePress(view, Qt.MouseButton.LeftButton, NONE, self._at(view, start))
        QTest.mouseMove(view, self._at(view, end))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, NONE, self._at(view, end))
        if double:
            QTest.mouseDClick(view, Qt.MouseButton.LeftButton, NONE, self._at(view, end))

    @rule(place=PLACE, notches=st.integers(-3, 3))
    def scroll(self, place: tuple[float, float], notches: int) -> None:
        view = self.window.view
        at = QPointF(self._at(view, place))
        QApplication.sendEvent(
            view,
            QWheelEvent(
                at,
                view.mapToGlobal(at),
                QPoint(),
                QPoint(0, 120 * notches),
                Qt.MouseButton.NoButton,
                NONE,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )

    @rule(milliseconds=st.integers(0, 60))
    def watch(self, milliseconds: int) -> None:
        QTest.qWait(milliseconds)

    @rule(on=st.booleans())
    def loop(self, on: bool) -> None:
        self.session.set_loop(on)

    # -- what must be so -----------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_wrong(self) -> None:
        QApplication.processEvents()
        assert not self.wrong, self.wrong
        assert 0 <= self.session.k <= self.session.last

    @rule()
    def look_closely(self) -> None:
        """Stand still; the window must show what a fresh stage shows, and its controls what holds."""
        session, view = self.session, self.window.view
        wait(lambda: not session.busy, PATIENCE)
        session.pause()
        recording = session.recording
        if recording is None:
            assert session.message
            return
        if not session.message:
            assert recording.params == session.params
            assert recording.seed == session.seed
        for name, row in self.window.panel.rows.items():
            if isinstance(row, NumberRow):
                wanted = session.seed if name == "seed" else session.params.values()[name]
                assert row.slider.value() == row.slider.scale.place(float(wanted)), name
        view.picture()
        if self.window.classroom.talk is not None or view.show_ is None:
            return  # a lesson has words of its own around the picture, or waits for its run
        for pane in view.show_.stage.panes:
            if view.zoom.reset(pane):
                view.redraw()
        shown = view.picture()
        fresh = Show(session.scene, view.theme, chrome=self.window.presenter.on)  # type: ignore[arg-type]
        if 0 <= view.focus < len(fresh.stage.panes):
            fresh.stage.look_at(fresh.stage.panes[view.focus])
        fresh.load(recording, session.k)
        wanted_picture = fresh.stage.frame(QImage(shown.size(), shown.format()))
        wanted_picture.setDevicePixelRatio(shown.devicePixelRatio())
        fresh.close()
        assert shown == wanted_picture
        assert not self.wrong, self.wrong
