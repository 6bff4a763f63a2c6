"""Help: an overlay that lists every key."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.keys import KEYS, SHOWN
from app.session import Session
from app.style import heading, px
from app.veil import Veil

FOOT = "If something is odd: `ravine --reset` starts with defaults, and keeps what was remembered aside."
ROOMY = 1150  # from this width on every line has room
SLIM = 900  # below this width the columns stand below each other
GROUPS = (("Time", "Export"), ("Window",), ("Share", "Presenting"))  # by column


class Help(Veil):
    """A click or Esc closes it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, parent, "Every key")
        self.setAccessibleDescription(". ".join(f"{' or '.join(key.keys)}: {key.says}" for key in KEYS if key.says))
        self._words: list[QLabel] = []
        card = self.card
        inner = QVBoxLayout(card)
        inner.setContentsMargins(28, 26, 28, 22)
        inner.setSpacing(18)
        columns = self._columns = QHBoxLayout()
        inner.addLayout(columns)
        columns.setSpacing(36)
        for groups in GROUPS:
            column = QVBoxLayout()
            column.setSpacing(22)
            for group in groups:
                column.addLayout(self._column(group, card))
            column.addStretch(1)
            columns.addLayout(column)
        foot = QLabel(FOOT, card)
        foot.setProperty("role", "muted")
        foot.setWordWrap(True)
        inner.addWidget(foot)

    def _column(self, group: str, card: QWidget) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        grid.addWidget(heading(group, card), 0, 0, 1, 2)
        keys = [key for key in KEYS if key.group == group and key.says]
        for line, key in enumerate(keys, start=1):
            caps = QHBoxLayout()
            for text in key.keys:
                cap = QLabel("1 – 9" if text == "1" else SHOWN.get(text, text), card)
                cap.setObjectName("key")
                caps.addWidget(cap, 0, Qt.AlignmentFlag.AlignVCenter)
            caps.addStretch(1)
            grid.addLayout(caps, line, 0)
            says = QLabel(key.says, card)
            self._words.append(says)
            grid.addWidget(says, line, 1)
        grid.setRowStretch(len(keys) + 1, 1)
        return grid

    def fit(self) -> None:
        """In a small window the words take two lines where they must, and in a slim one there is one column."""
        width = self.width()
        slim = width < px(self.session, SLIM)
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if slim else QBoxLayout.Direction.LeftToRight)
        for says in self._words:
            says.setWordWrap(width < px(self.session, ROOMY))
        self.keep_height()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Away."""
        self.hide()
