"""Place: the name and the folder of the file. An ending that is typed chooses the kind, and a kind sets the ending."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.export_dialog.fields import LABELS
from app.export_dialog.rules import Choice
from app.failure import UsageError
from app.topbar import Elided

Location = QStandardPaths.StandardLocation
LOCATIONS = {"film": Location.MoviesLocation, "data": Location.DocumentsLocation}
ROW = "-frames/frame-%04d"  # a row of pictures gets a folder of its own


class Place(QWidget):
    """Where the file goes."""

    changed = Signal()
    ending = Signal(str)  # a person typed this ending

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: Path | None = None
        self._choice: Choice | None = None
        self._stem = self._own = self._row = ""  # suggested, typed, and typed for a row of pictures
        self.name = QLineEdit(self)
        self.name.setAccessibleName("File name")
        self.name.textEdited.connect(self._typed)
        self.folder_label = Elided(self)
        self.choose = QPushButton("Choose …", self)
        self.choose.setAccessibleName("Choose the folder")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._ask)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        label = QLabel("Name", self)
        label.setBuddy(self.name)
        label.setMinimumWidth(LABELS)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(QLabel("Folder", self), 1, 0)
        row = QHBoxLayout()
        row.addWidget(self.folder_label, 1)
        row.addWidget(self.choose)
        grid.addLayout(row, 1, 1)

    # -- what it says --------------------------------------------------------------------------------------------------

    def folder(self) -> Path:
        """The chosen folder, or where files of this kind usually lie."""
        if self._chosen is not None:
            return self._chosen
        kind = self._choice.kind if self._choice is not None else ""
        usual = Path(QStandardPaths.writableLocation(LOCATIONS.get(kind, Location.PicturesLocation)))
        return usual if usual.is_dir() else Path.home()

    def target(self) -> Path:
        """The whole path; a `UsageError` if there is no name."""
        name = self.name.text().strip()
        if not name or name.startswith("."):
            raise UsageError("Give the file a name")
        ending = self._choice.ending if self._choice is not None else ""
        if ending and not name.lower().endswith(ending):
            name += ending
        return self.folder() / Path(name).expanduser()

    # -- what changes it -----------------------------------------------------------------------------------------------

    def suggest(self, stem: str) -> None:
        """A name for the scene that is shown, unless a person gave one."""
        self._stem = stem
        self._write()

    def follow(self, choice: Choice) -> None:
        """The ending and the folder of this kind of file."""
        self._choice = choice
        self._write()

    def set_folder(self, folder: Path) -> None:
        """Put files here from now on."""
        self._chosen = folder
        self._write()

    def _write(self) -> None:
        """Write the name that follows from what is known; one that stands there already gets a number."""
        choice = self._choice
        if choice is None:
            return
        stem, row = self._own or self._stem, ROW if choice.kind == "sequence" else ""
        name = self._row if row and self._row else f"{stem}{row}{choice.ending}"
        number = 2
        while not self._own and name != self._row and self.taken(name):
            name, number = f"{stem}-{number}{row}{choice.ending}", number + 1
        self.name.setText(name)
        self._tell()

    def taken(self, name: str) -> bool:
        """Whether a file of this name, or for a row of pictures its folder, is there."""
        path = self.folder() / name
        return (path.parent if "%" in name else path).exists()

    def _typed(self, text: str) -> None:
        choice = self._choice
        name = text.strip()
        if "%" in name:
            self._row = name
        elif choice is not None:
            self._own = name[: -len(choice.ending)] if name.lower().endswith(choice.ending) else name
        self._tell()
        dot = name.rfind(".")
        if dot > 0:
            self.ending.emit(name[dot:].lower() if "%" not in name else "%" + name[dot:].lower())

    def typed_ending(self, ending: str) -> None:
        """The ending that was typed turned out to choose a kind: it is no part of the name's stem."""
        if self._own.lower().endswith(ending):
            self._own = self._own[: -len(ending)]

    def _tell(self) -> None:
        self.folder_label.show_text(str(self.folder()))
        self.changed.emit()

    def replaces(self) -> bool:
        """Whether there is a file of this name."""
        try:
            return self.target().is_file()
        except (OSError, ValueError, UsageError, RuntimeError):
            return False

    def _ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder for the export", str(self.folder()))
        if folder:
            self.set_folder(Path(folder))
