"""Kinds: the chips to choose a kind of file with, in one line for each group of them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.export_dialog.fields import LABELS
from app.export_dialog.rules import Choice, choices


class Kinds(QWidget):
    """Every kind of file there is. Tab goes to the chosen one, the arrows choose."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = choices()
        self.choice = self.choices[0]
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for line, group in enumerate(dict.fromkeys(choice.group for choice in self.choices)):
            label = QLabel(group, self)
            label.setMinimumWidth(LABELS)
            grid.addWidget(label, line, 0)
            row = QHBoxLayout()
            row.setSpacing(6)
            for choice in self.choices:
                if choice.group == group:
                    row.addWidget(self._chip(choice))
            row.addStretch(1)
            grid.addLayout(row, line, 1)
        self.summary = QLabel(self)
        self.summary.setProperty("role", "muted")
        grid.addWidget(self.summary, grid.rowCount(), 0, 1, 2)
        self.choose(self.choice.key)

    def _chip(self, choice: Choice) -> QPushButton:
        chip = QPushButton(choice.label, self)
        chip.setProperty("role", "chip")
        chip.setCheckable(True)
        chip.setAutoDefault(False)
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        chip.setAccessibleName(f"{choice.group}: {choice.label}")
        chip.setAccessibleDescription(choice.summary)
        chip.setToolTip(choice.summary)
        chip.toggled.connect(lambda on, key=choice.key: self.choose(key) if on else None)
        self._group.addButton(chip)
        self._buttons[choice.key] = chip
        return chip

    def button(self, key: str) -> QPushButton:
        """The chip of a kind."""
        return self._buttons[key]

    def choose(self, key: str) -> None:
        """Choose a kind by its key."""
        before, self.choice = self.choice, next(choice for choice in self.choices if choice.key == key)
        self._buttons[key].setChecked(True)
        self.summary.setText(self.choice.summary)
        if self.choice is not before:
            self.chosen.emit()
