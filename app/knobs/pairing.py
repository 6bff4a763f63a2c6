"""Pairing: what stands above the knobs while two runs are shown: in which knob they differ, how they lie, and the way back."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.comparing import compare, part
from app.keys import keep_space
from app.knobs.controls import Choices
from app.session import Session
from app.style import heading
from scenes.pair import Pair


class Pairing(QWidget):
    """The knob to choose, side by side or laid over, and one run again."""

    def __init__(self, session: Session, pair: type[Pair], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setAccessibleName("Two runs")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(7)
        column.addWidget(heading("A and B differ in", self))
        self.knob = Choices(lambda: session.theme, self)
        self.knob.setAccessibleName("The knob in which A and B differ")
        for knob in pair.single.simulation.params.knobs():
            if not knob.view:
                self.knob.addItem(f"{knob.label} {knob.symbol}".strip(), knob.name)
        self.knob.setCurrentIndex(self.knob.findData(pair.knob().name))
        self.knob.activated.connect(self._choose)
        column.addWidget(self.knob)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.beside = self._segment(row, "Side by side", not pair.overlaid, False)
        self.over = self._segment(row, "Laid over", pair.overlaid, True)
        self.beside.setVisible(pair.single.overlays)
        self.over.setVisible(pair.single.overlays)
        row.addStretch(1)
        self.end = QPushButton("One run", self)
        self.end.setProperty("role", "link")
        self.end.setToolTip("Go on with A alone (Ctrl+D)")
        self.end.clicked.connect(lambda: self._later(lambda: part(session)))
        keep_space(self.end)
        row.addWidget(self.end)
        column.addLayout(row)
        note = QLabel("Every other knob turns both.", self)
        note.setProperty("role", "muted")
        column.addWidget(note)

    def _segment(self, row: QHBoxLayout, text: str, chosen: bool, over: bool) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setChecked(chosen)
        button.clicked.connect(lambda: self._compare(over))
        keep_space(button)
        row.addWidget(button)
        return button

    def _choose(self, index: int) -> None:
        self._compare(self.over.isChecked())

    def _compare(self, over: bool) -> None:
        name = str(self.knob.currentData())
        self._later(lambda: compare(self.session, name, over=over))

    def _later(self, act: Callable[[], None]) -> None:
        """Not in the middle of a click: the panel is made anew, and this widget goes with the old one."""
        QTimer.singleShot(0, self.session, act)
