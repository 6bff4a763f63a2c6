"""Notices: a quiet bar under the top bar, for what a person should know but need not answer: a fault, a crash last time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from app.keys import ARROWS, claimed, keep_space
from app.style import restyle

WAITING = 6  # as many notices at most; what goes wrong after that is in the log
LOWEST = 40  # pixels of its height
LINE = 40  # letters that should go on a line beside the buttons; where they do not, the buttons go below


@dataclass(frozen=True)
class Notice:
    """One thing to say.

    details: what is put onto the clipboard for whoever asks for it; empty: there is nothing more to say.
    act:     what can be done about it, as the words on a button and what it does; the notice goes with it.
    """

    text: str
    kind: Literal["note", "bad"] = "note"
    details: Callable[[], str] | None = None
    act: tuple[str, Callable[[], object]] | None = None


class Words(QScrollArea):
    """The text of a notice; where it is longer than its room, it takes the focus, and the arrows scroll it."""

    def __init__(self, label: QLabel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidget(label)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Text of the notice")

    def event(self, event: QEvent) -> bool:
        """Claim the arrows before they become shortcuts."""
        return claimed(event, ARROWS) or super().event(event)


class Notices(QWidget):
    """Shows the oldest notice that waits; `changed` says that there is something to show now, or nothing any more."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self.setAccessibleName("Notices")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._waiting: list[Notice] = []
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 12, 0)
        whole.setSpacing(0)
        self.stripe = QFrame(self)
        self.stripe.setObjectName("stripe")
        self.stripe.setFixedWidth(4)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setContentsMargins(0, 4, 0, 4)
        self.words = Words(self.label, self)
        self.more = QLabel(self)
        self.more.setProperty("role", "muted")
        self.action, self.copy, self.away = QPushButton(self), QPushButton("Copy details", self), QPushButton("Dismiss", self)
        self.action.setAccessibleName("Act on the notice")
        self.copy.setAccessibleName("Copy the details of the notice")
        self.away.setAccessibleName("Dismiss the notice")
        self._split = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._split.setContentsMargins(12, 0, 0, 0)
        self._split.setSpacing(8)
        self._split.addWidget(self.words, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.more)
        self._split.addLayout(self._buttons)
        whole.addWidget(self.stripe)
        whole.addLayout(self._split, 1)
        for button, act in ((self.action, self._act), (self.copy, self._copy), (self.away, self.dismiss)):
            button.setProperty("role", "small")
            button.clicked.connect(act)
            keep_space(button)
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def current(self) -> Notice | None:
        """What is shown."""
        return self._waiting[0] if self._waiting else None

    def tell(self, notice: Notice) -> None:
        """Show a notice, after those that wait already. One that says the same as another waits only once."""
        if len(self._waiting) < WAITING and all(notice.text != other.text for other in self._waiting):
            self._waiting.append(notice)
            self._show()
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.text))

    def dismiss(self) -> None:
        """The notice was read; the next one comes."""
        if self._waiting:
            del self._waiting[0]
            self._show()

    def fit(self, width: int, most: int) -> int:
        """Take no more than `most` pixels of height in a window of this width, and say how many.

        Where too few letters would fit on a line beside the buttons, these go below; a text without enough room scrolls.
        """
        inside = width - self.stripe.width() - 24
        beside = inside - self._buttons.sizeHint().width() - self._split.spacing()
        stacked = beside < LINE * self.label.fontMetrics().averageCharWidth()
        self._split.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._split.setContentsMargins(12, 0, 0, 6 if stacked else 0)
        below = self._buttons.sizeHint().height() + self._split.spacing() + 6 if stacked else 0
        needed = max(LOWEST, self.label.heightForWidth(inside if stacked else beside))
        room = max(LOWEST, most - below)
        self.words.setFixedHeight(min(needed, room))
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus if needed > room else Qt.FocusPolicy.NoFocus)
        return min(needed, room) + below

    def _act(self) -> None:
        notice = self.current
        if notice is not None and notice.act is not None:
            self.dismiss()
            notice.act[1]()

    def _copy(self) -> None:
        notice = self.current
        if notice is not None and notice.details is not None:
            QGuiApplication.clipboard().setText(notice.details())
            self.copy.setText("Copied")

    def _show(self) -> None:
        notice = self.current
        if notice is not None:
            self.label.setText(notice.text)
            self.label.setAccessibleName(notice.text)
            self.label.setToolTip(notice.text)
            self.stripe.setProperty("kind", notice.kind)
            restyle(self.stripe)
            self.more.setText(f"+{len(self._waiting) - 1}" if len(self._waiting) > 1 else "")
            self.more.setVisible(len(self._waiting) > 1)
            self.copy.setText("Copy details")
            self.copy.setVisible(notice.details is not None)
            self.action.setVisible(notice.act is not None)
            if notice.act is not None:
                self.action.setText(notice.act[0])
                self.action.setAccessibleName(notice.act[0])
        self.changed.emit()
