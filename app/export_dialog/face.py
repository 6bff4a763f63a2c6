"""Face: the dialog's parts in their places: the picture on the left, the form on the right, what goes on at the bottom."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.export_dialog.bottom import Bottom
from app.export_dialog.options import Options
from app.export_dialog.preview import Preview
from app.export_dialog.result import Result
from app.export_dialog.scrub import Scrub
from app.style import ThemeNow


class Face(QWidget):
    """Holds the parts and knows nothing of what they are for."""

    def __init__(self, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview, self.slider = Preview(theme, self), Scrub(theme, self)
        self.slider.setAccessibleName("Frame of the preview")
        self.place, self.facts, self.guess = QLabel(self), QLabel(self), QLabel(self)
        self.place.setProperty("role", "muted")
        self.facts.setAccessibleName("What will be made")
        self.guess.setProperty("role", "muted")
        self.guess.setWordWrap(True)
        self.guess.setToolTip("An estimate from rates measured beforehand; after an export, from how that one went.")
        self.card, self.options, self.bottom = Result(self), Options(theme, self), Bottom(self)
        self.form = QScrollArea(self)
        self.form.setWidget(self.options)
        self.form.setWidgetResizable(True)
        self.form.setFrameShape(QFrame.Shape.NoFrame)
        self.form.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.form.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = self._row = QHBoxLayout()
        row.setSpacing(24)
        row.addLayout(self._left(), 1)
        row.addWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(12)
        column.addLayout(row, 1)
        column.addWidget(self.bottom)

    def _left(self) -> QVBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(7)
        left.addWidget(self.preview, 1000)
        frame = QHBoxLayout()
        frame.addWidget(self.slider, 1)
        frame.addWidget(self.place)
        left.addLayout(frame)
        left.addWidget(self.facts)
        left.addWidget(self.guess)
        left.addStretch(1)
        left.addWidget(self.card)
        return left

    def set_slim(self, slim: bool) -> None:
        """Do without the picture, for which a small window has no room: the facts stand above the form then."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if slim else QBoxLayout.Direction.LeftToRight)
        self._row.setStretch(0, 0 if slim else 1)
        self._row.setStretch(1, 1 if slim else 0)
        for widget in (self.preview, self.slider, self.place):
            widget.setHidden(slim)
