"""Row: one knob in the panel: its name and symbol, its value to type into, and a slider, a list, a switch or a line of text."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.keys import keep_space
from app.knobs.controls import Choices, Entry, Toggle
from app.knobs.slider import Slider
from app.style import ThemeNow, restyle
from core.params import Knob, ParamError, Value, words

AROUND = 13  # characters of a text that are shown on each side of a fault


class Row(QWidget):
    """Base: the label, its tooltip, and the signal that a person wants another value."""

    turned = Signal(str, object)
    complained = Signal()  # a sentence under the knob says why a value was not taken

    def __init__(self, knob: Knob, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knob = knob
        name = f"{knob.label} {knob.symbol}".strip()
        self.label = QLabel(name, self)
        self.label.setWordWrap(True)  # in a narrow window, or with large letters
        self.label.setToolTip(f"{knob.help} ({knob.range_text()}{f' {knob.unit}' if knob.unit else ''})")
        self.label.installEventFilter(self)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(0)
        self.grid.setColumnStretch(0, 1)
        self.grid.addWidget(self.label, 0, 0)

    def name(self, widget: QWidget) -> None:
        """Give a control of this row its accessible name and what the knob does."""
        widget.setAccessibleName(self.knob.label)
        widget.setAccessibleDescription(self.knob.help)
        widget.setToolTip(self.label.toolTip())

    def show_value(self, value: Value) -> None:
        """Show the value that holds now."""
        raise NotImplementedError

    def reset(self) -> None:
        """Ask for the default."""
        self.turned.emit(self.knob.name, self.knob.default)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click on the label resets too."""
        if watched is self.label and event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            self.reset()
            return True
        return False


class NumberRow(Row):
    """A real or whole knob."""

    def __init__(self, knob: Knob, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(knob, theme, parent)
        self._value: Value = knob.default
        self._said = ("", False)
        self.entry = Entry(self)
        self.entry.setProperty("role", "value")
        self.entry.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.name(self.entry)
        self.slider = Slider(knob, theme, self)
        self.name(self.slider)
        self.failure = QLabel(self)
        self.failure.setProperty("role", "bad")
        self.failure.setWordWrap(True)
        self.failure.hide()
        self.grid.addWidget(self.entry, 0, 1)
        self.grid.addWidget(self.slider, 1, 0, 1, 2)
        self.grid.addWidget(self.failure, 2, 0, 1, 2)
        self.slider.turned.connect(lambda value: self.turned.emit(knob.name, value))
        self.slider.reset.connect(self.reset)
        self.entry.returnPressed.connect(self._apply)
        self.entry.editingFinished.connect(self._left)
        self.entry.given_up.connect(self._restore)
        self.entry.nudged.connect(lambda way: self.slider.setValue(self.slider.value() + way * self.slider.singleStep()))
        self.show_value(knob.default)

    def show_value(self, value: Value) -> None:
        """Show the value that holds now, in entry and slider."""
        self._value = value
        self._restore()
        self.slider.show_value(float(value))
        self.slider.setAccessibleDescription(f"{self.entry.text()}. {self.knob.help}")

    def _restore(self) -> None:
        self.entry.setText(self.knob.text(self._value))
        self._say("")

    def _apply(self) -> None:
        text = self.entry.text().replace("−", "-").strip().removesuffix(self.knob.unit).strip()
        try:
            value = self.knob.parse(text)
        except ParamError as error:
            self._say(f"{error}. It stays at {self.knob.text(self._value)}.")
            self.complained.emit()
            return
        self.entry.setModified(False)
        self._say("")
        if value == self._value:
            self._restore()
        self.turned.emit(self.knob.name, value)
        self.entry.selectAll()

    def _left(self) -> None:
        if not self.entry.hasFocus():
            sentence = self.failure.text()
            self.entry.setText(self.knob.text(self._value))
            self._say(sentence, bad=False)

    def _say(self, sentence: str, bad: bool = True) -> None:
        marked = bool(sentence) and bad
        if (sentence, marked) == self._said:
            return
        self._said = (sentence, marked)
        self.failure.setText(sentence)
        self.failure.setVisible(bool(sentence))
        self.entry.setProperty("bad", marked)
        self.entry.setAccessibleDescription(sentence or self.knob.help)
        restyle(self.entry)


class ChoiceRow(Row):
    """A knob that takes one of several words."""

    def __init__(self, knob: Knob, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(knob, theme, parent)
        self.box = Choices(theme, self)
        self.name(self.box)
        self.box.view().setAccessibleName(knob.label)
        for choice in knob.choices:
            self.box.addItem(words(choice), choice)
        self.box.activated.connect(lambda index: self.turned.emit(knob.name, self.box.itemData(index)))
        self.grid.setVerticalSpacing(4)
        self.grid.addWidget(self.box, 1, 0, 1, 2)

    def show_value(self, value: Value) -> None:
        """Show the choice that holds now."""
        self.box.setCurrentIndex(self.box.findData(value))


class TextRow(Row):
    """A knob that takes a line of text. A fault in it is told with a mark under its place."""

    def __init__(self, knob: Knob, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(knob, theme, parent)
        self._value = str(knob.default)
        self.entry = Entry(self)
        self.entry.setMaxLength(2 * knob.longest)  # room to paste what is too long, and be told so
        self.name(self.entry)
        self.failure = QLabel(self)
        self.failure.setProperty("role", "bad")
        self.failure.setWordWrap(True)
        self.failure.hide()
        self.caret = QLabel(self)  # the text around the fault, and a caret under it
        self.caret.setProperty("role", "code")
        self.caret.setTextFormat(Qt.TextFormat.PlainText)
        self.caret.hide()
        self.grid.setVerticalSpacing(4)
        self.grid.addWidget(self.entry, 1, 0, 1, 2)
        self.grid.addWidget(self.caret, 2, 0, 1, 2)
        self.grid.addWidget(self.failure, 3, 0, 1, 2)
        self.entry.returnPressed.connect(self._apply)
        self.entry.editingFinished.connect(self._left)
        self.entry.given_up.connect(lambda: self.show_value(self._value))

    def show_value(self, value: Value) -> None:
        """Show the text that holds now."""
        self._value = str(value)
        self.entry.setText(self._value)
        if not self.entry.hasFocus():
            self.entry.home(False)  # a long text is read from its beginning
        self._say("")

    def _apply(self) -> None:
        text = self.entry.text()
        try:
            value = self.knob.parse(text)
        except ParamError as error:
            self._say(f"{error}.")
            if error.at is not None:
                lead = len(text) - len(text.lstrip())
                self.entry.setSelection(min(lead + error.at, max(len(text) - 1, 0)), 1)  # the fault stands out
                self.caret.setText(pointed_at(text, lead + error.at))
                self.caret.show()
            self.complained.emit()
            return
        self._say("")
        self.turned.emit(self.knob.name, value)

    def _left(self) -> None:
        if not self.entry.hasFocus() and self.failure.text():
            self.show_value(self._value)

    def _say(self, sentence: str) -> None:
        self.caret.hide()
        self.failure.setText(sentence)
        self.failure.setVisible(bool(sentence))
        self.entry.setProperty("bad", bool(sentence))
        self.entry.setAccessibleDescription(sentence or self.knob.help)
        restyle(self.entry)


class SwitchRow(Row):
    """A knob that is on or off."""

    def __init__(self, knob: Knob, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(knob, theme, parent)
        self.toggle = Toggle(theme, self)
        self.name(self.toggle)
        keep_space(self.toggle)
        self.toggle.clicked.connect(lambda on: self.turned.emit(knob.name, on))
        self.grid.addWidget(self.toggle, 0, 1)

    def show_value(self, value: Value) -> None:
        """Show whether it is on."""
        self.toggle.setChecked(bool(value))


def pointed_at(text: str, at: int) -> str:
    """Two lines: the part of a text around character `at`, and a caret under it."""
    first = max(min(at - AROUND, len(text) - 2 * AROUND), 0)
    lead = "…" if first else ""
    shown = text[first : first + 2 * AROUND + 1]
    return f"{lead}{shown}{'…' if first + len(shown) < len(text) else ''}\n{' ' * (len(lead) + at - first)}^"


def row(knob: Knob, theme: ThemeNow, parent: QWidget | None = None) -> Row:
    """The row that suits a knob."""
    kinds = {"choice": ChoiceRow, "switch": SwitchRow, "text": TextRow}
    return kinds.get(knob.kind, NumberRow)(knob, theme, parent)
