"""Bottom: the last rows of the dialog: a sentence, the progress with the time that is left, and the buttons."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.progress import clock
from app.style import restyle

FINE = 1000  # steps of the bar


class Bottom(QWidget):
    """What is going on, and what can be done about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setAccessibleName("Message")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the export")
        self.bar.setMinimumWidth(160)
        self.command = self._button("Copy command", "The command line that makes the same file, for a script")
        self.command.setProperty("role", "link")
        self.cancel = self._button("Cancel", "End the export at once (Esc)")
        self.shut = self._button("Close", "Close this dialog (Esc)")
        self.export = self._button("Export", "Make the file (Enter)")
        self.export.setObjectName("primary")
        self.export.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.bar, 1)
        for button in (self.command, self.cancel, self.shut, self.export):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        self._standing = ""  # what is to be said about what is chosen
        self.rest()

    def _button(self, name: str, about: str) -> QPushButton:
        button = QPushButton(name, self)
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        button.setAccessibleDescription(about)
        button.setToolTip(about)
        return button

    def say(self, sentence: str, bad: bool = False) -> None:
        """Say one sentence."""
        role = "bad" if bad else "muted"
        self.sentence.setText(sentence)
        self.sentence.setAccessibleDescription(sentence)
        if self.sentence.property("role") != role:
            self.sentence.setProperty("role", role)
            restyle(self.sentence)

    def ready(self, failure: str, note: str = "") -> None:
        """Whether the export can begin; if not, why. `note`: what to know before it does."""
        self.export.setEnabled(not failure)
        self.command.setEnabled(not failure)
        self.export.setToolTip(failure or "Make the file (Enter)")
        if (failure or note) != self._standing:
            self._standing = failure or note
            self.say(self._standing, bad=bool(failure))

    def name_export(self, name: str) -> None:
        """What the button that begins is called."""
        self.export.setText(name)
        self.export.setAccessibleName(name)

    def work(self, sentence: str) -> None:
        """An export runs; nothing is known yet of how far it is."""
        self.say(sentence)
        self.bar.setRange(0, 0)
        self._show(True)
        self.cancel.setFocus()

    def progress(self, share: float, left: float) -> None:
        """How far it is, and how many seconds are left (below 0: not known)."""
        self.bar.setRange(0, FINE)
        self.bar.setValue(round(share * FINE))
        self.say(f"{share:.0%}" + (f", {clock(left)} left" if left >= 0 else ""))

    def rest(self) -> None:
        """Nothing runs."""
        self._show(False)

    def _show(self, working: bool) -> None:
        self.bar.setVisible(working)
        self.cancel.setVisible(working)
        for button in (self.command, self.shut, self.export):
            button.setVisible(not working)
