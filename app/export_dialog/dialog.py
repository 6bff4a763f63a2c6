"""Dialog: from what the window shows and what a person chooses to an export that runs, ends or is ended."""

import contextlib
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.export.job import Drawing, Job
from app.export_dialog import orders
from app.export_dialog.face import Face
from app.export_dialog.forecast import Forecast
from app.export_dialog.preview import Look
from app.export_dialog.runner import Done, Runner
from app.failure import UsageError, WorkError, reason
from app.files import make_folder
from app.session import Session
from app.style import px
from app.subject import Subject

SIZE = (1120, 690)
REPLACED = "A file of this name is there; it is replaced once the new one is complete."
SLIM = 860  # below this width of the window there is no room for the picture beside the form
MARGINS = 40  # of the window that stay in sight beside the dialog


class ExportDialog(QDialog):
    """Exports what the window shows. It stays open beside the window, and follows it until the export begins."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setObjectName("export")
        self.setAccessibleName("Export")
        self.runner, self.forecast = Runner(self), Forecast()
        self.runner.progressed.connect(self._progress)
        self.runner.made.connect(self._made)
        self.runner.failed.connect(self._failed)
        self._folder: Path | None = None  # made for this export; it goes again if nothing comes of it
        self._build()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.refresh)
        self.options.changed.connect(self._later.start)
        self.preview.painted.connect(self._later.start)
        self.card.said.connect(self.bottom.say)

    def _build(self) -> None:
        face = self.face = Face(lambda: self.session.theme, self)
        self.options, self.bottom, self.form = face.options, face.bottom, face.form
        self.preview, self.slider, self.place = face.preview, face.slider, face.place
        self.facts, self.guess, self.card = face.facts, face.guess, face.card
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(face)
        self.slider.valueChanged.connect(self._slide)
        self.bottom.export.clicked.connect(self.start)
        self.bottom.cancel.clicked.connect(self.cancel)
        self.bottom.shut.clicked.connect(self.reject)
        self.bottom.command.clicked.connect(self.copy_command)

    # -- what the window shows -----------------------------------------------------------------------------------------

    def open_for(self, kind: str = "") -> None:
        """Show it for what the window shows now. `kind`: choose this kind of file."""
        session = self.session
        session.pause()
        if not self.isVisible():
            session.changed.connect(self._follow)
            self.options.show_theme(session.theme_name)
            self._take_scene()
            parent = self.parentWidget()
            if parent is not None:
                room = parent.size()
                self.face.set_slim(room.width() < px(session, SLIM))
                self.resize(min(SIZE[0], room.width() - MARGINS), min(SIZE[1], room.height() - MARGINS))
        if kind:
            self.options.kinds.choose(kind)
        self._fit()
        self.show()
        self.activateWindow()
        self.options.kinds.button(self.options.choice.key).setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def _fit(self) -> None:
        """Give the form the width it needs."""
        self.form.setFixedWidth(self.options.minimumSizeHint().width() + 10)

    def _take_scene(self) -> None:
        session, scene = self.session, self.session.scene
        if scene is None:
            return
        self.setWindowTitle(f"Export – {scene.title}")
        self.options.place.suggest(scene.slug())
        self._take_run()
        self.options.show_frame(session.k)
        self.slider.setValue(session.k)

    def _take_run(self) -> None:
        session = self.session
        if session.scene is not None:
            self.options.show_run(session.last, session.scene.seconds)
        self.slider.setRange(0, session.last)

    def _follow(self, what: frozenset[str]) -> None:
        self.options.now = self.session.k
        if self.runner.running:
            return
        if "scene" in what:
            self._take_scene()
        if "recording" in what:
            self._take_run()
        if "k" in what:
            self.slider.setValue(self.session.k)
        if "theme" in what:
            self._fit()
        if what & {"scene", "recording", "k"}:
            self._later.start()

    def _slide(self, k: int) -> None:
        """The preview's frame; for a picture that is the frame it will show."""
        if self.options.choice.kind in ("still", "vector") and self.options.frame.text() != str(k):
            self.options.show_frame(k)
        self._later.start()

    # -- what will be made ---------------------------------------------------------------------------------------------

    def subject(self) -> Subject | None:
        """The scene, knobs and seed of the picture in the window."""
        scene, recording = self.session.scene, self.session.recording
        return Subject(scene.slug(), recording.params, recording.seed) if scene is not None and recording is not None else None

    def words(self) -> list[str]:
        """The command line that makes what is chosen; a `UsageError` says what is wrong with it."""
        subject = self.subject()
        if subject is None:
            raise UsageError("There is no run to export yet")
        target = self.options.place.target()
        if self.options.choice.format is None:
            return orders.record(subject, target)
        return orders.export(Job(subject, target, self.options.drawing()))

    def refresh(self) -> None:
        """Bring preview, facts, estimate and buttons to what is chosen."""
        self._later.stop()
        if not self.isVisible() or self.runner.running:
            return
        scene, recording = self.session.scene, self.session.recording
        facts = guess = failure = ""
        drawing = Drawing()
        try:
            target = self._target(self.words())
            drawing, subject = self.options.drawing(), self.subject()
            if scene is not None and recording is not None and subject is not None:
                facts, guess = self.forecast.told(self.options.choice, subject, target, drawing, recording, scene)
        except UsageError as error:
            failure = reason(error).rstrip(".") + "."
        self.facts.setText(facts)
        self.guess.setText(guess)
        self.bottom.name_export("Export" if self.options.choice.format is not None else "Save data")
        self.bottom.ready(failure, REPLACED if not failure and self.options.place.replaces() else "")
        if scene is None or recording is None:
            self.preview.look_at(None)
            return
        k = self._shown_frame(drawing)
        self.place.setText(f"frame {k} of {recording.last}")
        try:
            size = Job(Subject(scene.slug(), recording.params), Path("a.png"), Drawing(size=self.options.pixels())).drawing.size
        except UsageError:
            size = Drawing().size
        self.preview.look_at(
            Look(scene, recording, k, size, self.options.theme(), drawing.title, drawing.caption, drawing.transparent)
        )
        self.forecast.small_seconds = self.preview.seconds

    def _shown_frame(self, drawing: Drawing) -> int:
        k, last = self.slider.value(), self.session.last
        if self.options.choice.kind in ("still", "vector"):
            k = min(max(last if drawing.frame is None else drawing.frame, 0), last)
            if k != self.slider.value():
                blocked = self.slider.blockSignals(True)
                self.slider.setValue(k)
                self.slider.blockSignals(blocked)
        elif drawing.span is not None:
            k = min(max(k, drawing.span[0]), drawing.span[1])
        return min(k, last)

    @staticmethod
    def _target(words: list[str]) -> Path:
        return Path(words[words.index("-o") + 1])

    # -- the export ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin the export, in a process of its own."""
        if self.runner.running:
            return
        self.refresh()
        try:
            words = self.words()
            target = self._target(words)
            if "%" in target.name and not target.parent.exists():
                make_folder(target.parent)
                self._folder = target.parent
        except WorkError as error:
            self.bottom.say(reason(error).rstrip(".") + ".", True)
            return
        self.card.hide()
        self.options.setEnabled(False)
        self.slider.setEnabled(False)
        self.bottom.work("Starting …")
        self.runner.start(words, target)

    def _progress(self, share: float, left: float) -> None:
        self.bottom.progress(share, left)

    def _made(self, done: Done) -> None:
        self._folder = None
        self.forecast.learn(done)
        self.card.show_done(done, self.preview.image)
        self._rest(f"{done.target.name} is complete.")
        self.card.open.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, sentence: str) -> None:
        kept = " The old file is as it was." if self.runner.target.is_file() else ""
        self._clear_folder()
        self._rest(sentence + kept, bad=True)

    def cancel(self) -> None:
        """End the export at once; nothing of it stays."""
        if self.runner.running:
            self.runner.cancel()
            self._clear_folder()
            self._rest("Cancelled; nothing was written.")

    def _clear_folder(self) -> None:
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._folder.rmdir()
            self._folder = None

    def _rest(self, sentence: str, bad: bool = False) -> None:
        self.options.setEnabled(True)
        self.slider.setEnabled(True)
        self.bottom.rest()
        self._take_run()
        self.refresh()
        self.bottom.say(sentence, bad)
        self.bottom.export.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy_command(self) -> None:
        """Put the command that does the same onto the clipboard."""
        try:
            QGuiApplication.clipboard().setText(orders.text(self.words()))
        except UsageError as error:
            self.bottom.say(reason(error), True)
        else:
            self.bottom.say("The command is on the clipboard; a script that runs it makes the same file.", False)

    # -- the end -------------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc and Close: end the export if one runs, close the dialog otherwise."""
        if self.runner.running:
            self.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The child ends with the dialog."""
        self.cancel()
        super().closeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: hold no stage."""
        super().hideEvent(event)
        if event.spontaneous():  # minimized, perhaps to let it work on
            return
        self.cancel()
        self._later.stop()
        self.preview.let_go()
        self.session.changed.disconnect(self._follow)
