"""Fields: the small parts of the dialog's form, and how each says why it is of no use just now."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from app.failure import UsageError
from app.knobs.controls import Toggle
from app.style import ThemeNow

T = TypeVar("T")
LABELS = 68  # pixels of the column of names


class Field(QLineEdit):
    """A short text to type; left empty, what stands there in grey holds."""

    def __init__(self, name: str, width: int, about: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(width)
        self.setAccessibleName(name)
        self.name, self.about = name, about
        explain(self, "", about)

    def whole(self) -> int | None:
        """The whole number that was typed; None if nothing was."""
        return self._read(int, "a whole number")

    def number(self) -> float | None:
        """The number that was typed; None if nothing was."""
        return self._read(lambda text: float(text.replace(",", ".")), "a number")

    def _read(self, convert: Callable[[str], T], what: str) -> T | None:
        text = self.text().strip()
        if not text or not self.isEnabled():
            return None
        try:
            return convert(text)
        except ValueError:
            raise UsageError(f"{self.name}: {text!r} is not {what}") from None


class Labelled(QWidget):
    """A switch with its name beside it."""

    def __init__(self, name: str, theme: ThemeNow, about: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.about = about
        self.toggle = Toggle(theme, self)
        self.toggle.setAccessibleName(name)
        self.label = QLabel(name, self)
        self.label.setBuddy(self.toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        row.addWidget(self.toggle)
        row.addWidget(self.label)
        self.label.mouseReleaseEvent = lambda _: self.toggle.click()  # type: ignore[method-assign]
        explain(self, "", about)

    def on(self) -> bool:
        """Whether it is switched on and has a meaning."""
        return self.toggle.isChecked() and self.isEnabled()


def explain(widget: QWidget, reason: str, about: str) -> None:
    """Switch a widget off and say why; without a reason it is on and says what it does."""
    widget.setEnabled(not reason)
    for part in (widget, *widget.findChildren(QWidget)):
        part.setToolTip(reason or about)
        if part.focusPolicy() != Qt.FocusPolicy.NoFocus:
            part.setAccessibleDescription(reason or about)
