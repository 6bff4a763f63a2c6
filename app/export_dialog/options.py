"""Options: the form of the dialog, from the kind of file down to its name; what it says is a Drawing of the engine."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.export.job import Drawing
from app.export_dialog.fields import LABELS, Field, Labelled, explain
from app.export_dialog.kinds import Kinds
from app.export_dialog.place import Place
from app.export_dialog.rules import SIZES, Choice, why_not
from app.failure import UsageError
from app.knobs.controls import Choices
from app.style import ThemeNow, heading
from scenes.theme import THEMES

OWN = "Own size"


class Options(QWidget):
    """Everything that can be chosen. `changed`: something was."""

    changed = Signal()

    def __init__(self, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.last, self.now = 0, 0  # the last frame of the run, and the one in the window
        self.kinds, self.place = Kinds(self), Place(self)
        self._rows: list[tuple[QWidget, str, str]] = []  # what an option of the Drawing is set with, and what it does
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(7)
        for title, part in (
            ("Format", self.kinds),
            ("Picture", self._picture()),
            ("Film", self._film()),
            ("File", self.place),
        ):
            column.addWidget(heading(title, self))
            column.addWidget(part)
            column.addSpacing(4)
        column.addStretch(1)
        self.kinds.chosen.connect(self._follow)
        self.place.changed.connect(self.changed)
        self.place.ending.connect(self._take_ending)
        self._follow()

    # -- the form ------------------------------------------------------------------------------------------------------

    def _picture(self) -> QWidget:
        part, grid = self._part()
        self.sizes = Choices(self._theme, part)
        self.sizes.setAccessibleName("Size")
        self.sizes.view().setAccessibleName("Size")
        for width, height in SIZES:
            self.sizes.addItem(f"{width} × {height}", (width, height))
        self.sizes.addItem(OWN)
        self.sizes.setCurrentIndex(SIZES.index(Drawing().size))
        self.width_field = Field("Width", 64, "Pixels; in figures units of 1/96 inch.", part)
        self.height_field = Field("Height", 64, "Pixels; in figures units of 1/96 inch.", part)
        self.sizes.currentIndexChanged.connect(self._take_preset)
        for field, value in zip((self.width_field, self.height_field), Drawing().size, strict=True):
            field.setText(str(value))
            field.textEdited.connect(self._match_preset)
        self._row(grid, "Size", "size", self.sizes, self.width_field, QLabel("×", part), self.height_field)
        self.themes = QButtonGroup(part)
        looks = QWidget(part)
        row = QHBoxLayout(looks)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name in THEMES:
            button = QPushButton(name.capitalize(), looks)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{name.capitalize()} theme")
            button.toggled.connect(lambda on: self.changed.emit() if on else None)
            self.themes.addButton(button)
            row.addWidget(button)
        self._row(grid, "Theme", "theme", looks)
        self.title = self._switch(part, "Title", "title", "The question and what to look at, above the picture.", on=True)
        self.caption = self._switch(part, "Caption", "caption", "The sentence with live numbers, below the picture.", on=True)
        self.transparent = self._switch(part, "No background", "transparent", "Transparent: what lies behind shows through.")
        self._row(grid, "Shown", "", self.title, self.caption, self.transparent)
        return part

    def _film(self) -> QWidget:
        part, grid = self._part()
        self.seconds = self._field(part, "Length", "seconds", "Seconds from start to end.")
        self.all_steps = self._switch(part, "Every step once", "all_steps", "As long as it takes to show each step of the run.")
        self._row(grid, "Length", "", self.seconds, QLabel("s", part), self.all_steps)
        self.fps = self._field(part, "Frames a second", "fps", "From 10 to 120; a GIF takes the nearest it can hold.")
        self.slow = self._switch(part, "Slow at marks", "slow", "Slow down around the events marked on the timeline.")
        self._row(grid, "Pace", "", self.fps, QLabel("frames a second", part), self.slow)
        self.first = self._field(part, "First frame", "span", "The frame of the run where the film begins.")
        self.final = self._field(part, "Last frame", "span", "The frame of the run where the film ends.")
        self._row(grid, "Frames", "", self.first, QLabel("to", part), self.final)
        self.frame = self._field(part, "Frame", "frame", "The frame of the run that a picture or figure shows.")
        self.here = QPushButton("As in the window", part)
        self.here.setProperty("role", "link")
        self.here.setAutoDefault(False)
        self.here.clicked.connect(lambda: self.show_frame(self.now))
        self._rows.append((self.here, "frame", "The frame that the window shows now."))
        self._row(grid, "Frame", "", self.frame, self.here)
        return part

    def _part(self) -> tuple[QWidget, QGridLayout]:
        part = QWidget(self)
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        return part, grid

    def _row(self, grid: QGridLayout, name: str, option: str, *parts: QWidget) -> None:
        line = grid.rowCount()
        label = QLabel(name, grid.parentWidget())
        label.setMinimumWidth(LABELS)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in parts:
            row.addWidget(part)
            if option:
                self._rows.append((part, option, getattr(part, "about", "")))
        row.addStretch(1)
        grid.addWidget(label, line, 0)
        grid.addLayout(row, line, 1)

    def _field(self, part: QWidget, name: str, option: str, about: str) -> Field:
        field = Field(name, 64, about, part)
        field.textChanged.connect(self.changed)
        self._rows.append((field, option, about))
        return field

    def _switch(self, part: QWidget, name: str, option: str, about: str, on: bool = False) -> Labelled:
        made = Labelled(name, self._theme, about, part)
        made.toggle.setChecked(on)
        made.toggle.toggled.connect(self._settle)
        self._rows.append((made, option, about))
        return made

    # -- what follows from what ----------------------------------------------------------------------------------------

    @property
    def choice(self) -> Choice:
        """The kind of file that is chosen."""
        return self.kinds.choice

    def _follow(self) -> None:
        """The kind changed: the ending follows, and what is of no use is switched off."""
        self.place.follow(self.choice)
        self._settle()

    def _settle(self) -> None:
        choice = self.choice
        for widget, option, about in self._rows:
            reason = why_not(choice, option)
            if option == "seconds" and not reason and self.all_steps.toggle.isChecked():
                reason = "Every step is shown once, which decides the length."
            explain(widget, reason, about)
        self.fps.setPlaceholderText(f"{choice.format.fps:g}" if choice.format is not None else "")
        self.changed.emit()

    def _take_preset(self, index: int) -> None:
        size = self.sizes.itemData(index)
        if size is None:
            self.width_field.setFocus()
            self.width_field.selectAll()
        else:
            for field, value in zip((self.width_field, self.height_field), size, strict=True):
                field.setText(str(value))
        self.changed.emit()

    def _match_preset(self) -> None:
        typed = f"{self.width_field.text()} × {self.height_field.text()}"
        with QSignalBlocker(self.sizes):
            found = self.sizes.findText(typed)
            self.sizes.setCurrentIndex(found if found >= 0 else self.sizes.count() - 1)
        self.changed.emit()

    def _take_ending(self, ending: str) -> None:
        sequence = ending.startswith("%")
        for choice in self.kinds.choices:
            if choice.ending == ending.removeprefix("%") and (choice.kind == "sequence") == sequence:
                if choice is not self.choice:
                    self.place.typed_ending(choice.ending)
                    self.kinds.choose(choice.key)
                return

    # -- the session's side --------------------------------------------------------------------------------------------

    def show_run(self, last: int, seconds: float) -> None:
        """The defaults that follow from the run."""
        self.last = last
        self.seconds.setPlaceholderText(f"{seconds:g}")
        self.first.setPlaceholderText("0")
        self.final.setPlaceholderText(str(last))
        self.frame.setPlaceholderText(str(last))

    def show_theme(self, name: str) -> None:
        """Choose a theme."""
        for button in self.themes.buttons():
            button.setChecked(button.text().lower() == name)

    def show_frame(self, k: int) -> None:
        """Choose the frame of a picture."""
        self.frame.setText(str(k))

    # -- what it says --------------------------------------------------------------------------------------------------

    def pixels(self) -> tuple[int, int]:
        """The size in pixels."""
        width, height = self.width_field.whole(), self.height_field.whole()
        if width is None or height is None:
            if self.choice.format is None:
                return Drawing().size
            raise UsageError("Give the picture a width and a height")
        return width, height

    def theme(self) -> str:
        """The name of the theme."""
        checked = self.themes.checkedButton()
        return checked.text().lower() if checked is not None else Drawing().theme

    def span(self) -> tuple[int, int] | None:
        """First and last frame of the film; None: the whole run."""
        first, final = self.first.whole(), self.final.whole()
        if first is None and final is None:
            return None
        span = (0 if first is None else first, self.last if final is None else final)
        return None if span == (0, self.last) else span

    def drawing(self) -> Drawing:
        """The drawing that is asked for; a `UsageError` names a field that cannot be read. What is switched off is left out."""
        drawing = Drawing(
            size=self.pixels(),
            theme=self.theme(),
            title=self.title.on(),
            caption=self.caption.on(),
            transparent=self.transparent.on(),
            frame=self.frame.whole(),
        )
        if self.choice.kind in ("film", "sequence"):
            drawing = replace(
                drawing,
                fps=self.fps.number(),
                seconds=self.seconds.number(),
                all_steps=self.all_steps.on(),
                slow=self.slow.on(),
                span=self.span(),
            )
        return drawing
