"""Notices: a quiet bar under the top bar, for what a person should know but need not answer: a fault, a crash last time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.keys import keep_space
from app.style import restyle

WAITING = 6  # as many notices at most; what goes wrong after that is in the log


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


class Notices(QWidget):
    """Shows the oldest notice that waits; `changed` says that there is something to show now, or nothing any more."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self.setAccessibleName("Notices")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._waiting: list[Notice] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(8)
        self.stripe = QFrame(self)
        self.stripe.setObjectName("stripe")
        self.stripe.setFixedWidth(4)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setMinimumHeight(40)
        self.label.setContentsMargins(12, 4, 0, 4)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.more = QLabel(self)
        self.more.setProperty("role", "muted")
        self.action, self.copy, self.away = QPushButton(self), QPushButton("Copy details", self), QPushButton("Dismiss", self)
        self.action.setAccessibleName("Act on the notice")
        self.copy.setAccessibleName("Copy the details of the notice")
        self.away.setAccessibleName("Dismiss the notice")
        row.addWidget(self.stripe)
        row.addWidget(self.label, 1)
        row.addWidget(self.more)
        for button, act in ((self.action, self._act), (self.copy, self._copy), (self.away, self.dismiss)):
            button.setProperty("role", "small")
            button.clicked.connect(act)
            keep_space(button)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
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
