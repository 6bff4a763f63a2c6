"""Status: the row under the stage: the sentence with live numbers, or what went wrong, and how long work is coming along."""

from PySide6.QtCore import Qt, QTimerEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.keys import keep_space
from app.session import Session
from app.topbar import Elided

PATIENCE_MS = 250  # work that is done sooner is not worth a word
NOTE_MS = 4000  # how long something said in passing stays


class Status(QWidget):
    """One row of fixed height, so that nothing jumps when it has something to say."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self._caption = self._background = ""
        self._patience = self._noting = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 24, 6)
        row.setSpacing(10)
        self.failure = Elided(self)
        self.failure.setObjectName("failure")
        self.caption = Elided(self)
        self.dismiss = QPushButton("Dismiss", self)
        self.dismiss.setProperty("role", "link")
        self.dismiss.setAccessibleName("Dismiss the message")
        self.dismiss.clicked.connect(lambda: session.tell(""))
        self.work = QLabel(self)
        self.work.setProperty("role", "muted")
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(130)
        self.bar.setAccessibleName("Progress")
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setProperty("role", "link")
        self.cancel.setAccessibleName("Cancel the run")
        self.cancel.clicked.connect(session.cancel)
        keep_space(self.dismiss, self.cancel)
        row.addWidget(self.failure, 1)
        row.addWidget(self.caption, 1)
        for widget in (self.dismiss, self.work, self.bar, self.cancel):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        session.changed.connect(self._follow)
        self._follow(frozenset({"message", "busy"}))

    def show_caption(self, caption: str) -> None:
        """The sentence with live numbers."""
        self._caption = caption
        self.caption.show_text(caption)

    def note(self, what: str) -> None:
        """Say in passing that something was done; it goes by itself."""
        if self.cancel.isVisibleTo(self):
            return
        self.show_work("")
        self.work.setText(what)
        self.work.show()
        self._noting = self.startTimer(NOTE_MS)

    def show_work(self, what: str, cancellable: bool = False) -> None:
        """Say what is being worked on; nothing: it is done, and what goes on in the background may show again."""
        passing, what = bool(what), what or self._background
        if self._noting:
            self.killTimer(self._noting)
            self._noting = 0
        self.work.setText(what)
        self.work.setVisible(bool(what))
        self.bar.setVisible(passing)
        self.bar.setRange(0, 0)
        self.cancel.setVisible(passing and cancellable)

    def show_background(self, what: str) -> None:
        """Say what goes on beside all that a person does; nothing: it is over."""
        before, self._background = self._background, what
        if self.work.text() == before or not self.work.isVisibleTo(self):
            self.show_work("")

    def _follow(self, what: frozenset[str]) -> None:
        if "message" in what:
            message = self.session.message
            self.failure.show_text(message)
            self.failure.setVisible(bool(message))
            self.dismiss.setVisible(bool(message))
            self.caption.setVisible(not message)
        if "busy" in what:
            self._wait(self.session.busy)
        if "progress" in what and self.cancel.isVisibleTo(self):
            self._show_progress()

    def _wait(self, busy: bool) -> None:
        if self._patience:
            self.killTimer(self._patience)
            self._patience = 0
        if busy and not self.session.waiting:
            self._patience = self.startTimer(PATIENCE_MS)
        elif not busy and self.cancel.isVisibleTo(self):
            self.show_work("")

    def timerEvent(self, event: QTimerEvent) -> None:
        """The run takes long enough to be worth a word, or a word was there for long enough."""
        if event.timerId() == self._noting:
            self.show_work("")
            return
        self.killTimer(self._patience)
        self._patience = 0
        if self.session.busy and not self.session.waiting:
            self.show_work("Simulating …", cancellable=True)
            self._show_progress()

    def _show_progress(self) -> None:
        """How much of the run is done; a bar without an end as long as it does not say."""
        share = self.session.progress
        self.bar.setRange(0, 1000 if share > 0.0 else 0)
        self.bar.setValue(round(1000 * share))
