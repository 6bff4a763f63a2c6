"""Presets: named settings as chips in at most two lines; those there is no room for wait in a menu at the end."""

from PySide6.QtCore import QEvent, QRect, QSize, QTimerEvent
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from app.keys import keep_space
from app.session import Session
from scenes.scene import Preset

LINES = 2
GAP = 6


class Presets(QWidget):
    """A chip per preset; the one that holds now is pressed, and the menu's chip bears its name if it is in there."""

    def __init__(self, session: Session, presets: tuple[Preset, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setAccessibleName("Presets")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        defaults = session.scene.simulation.params if session.scene is not None else None
        self._made = [defaults.from_mapping(preset.values) if defaults is not None else None for preset in presets]
        self.chips = [(self._chip(preset), preset) for preset in presets]
        self.menu = QMenu(self)
        self.menu.setAccessibleName("More presets")
        self.rest = QPushButton(self)
        self.rest.setProperty("role", "chip")
        self.rest.setCheckable(True)
        keep_space(self.rest)
        self.rest.clicked.connect(self._open)
        self._actions: list[QAction] = []
        for preset in presets:
            action = self.menu.addAction(preset.name)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, p=preset: self.take(p))
            self._actions.append(action)
        self._shown = len(presets)
        self._measuring = 0

    def _chip(self, preset: Preset) -> QPushButton:
        chip = QPushButton(preset.name, self)
        chip.setProperty("role", "chip")
        chip.setCheckable(True)
        chip.setAccessibleName(f"Preset {preset.name}")
        keep_space(chip)
        chip.clicked.connect(lambda _=False: self.take(preset))
        return chip

    def take(self, preset: Preset) -> None:
        """Set its knobs."""
        self.session.apply(preset)
        self.show_which()  # a chip that was pressed again stays pressed

    def show_which(self) -> None:
        """Press the chip of the preset that holds now."""
        hidden = ""
        for number, (chip, preset) in enumerate(self.chips):
            holds = self._made[number] == self.session.params
            chip.setChecked(holds)
            self._actions[number].setChecked(holds)
            if holds and number >= self._shown:
                hidden = preset.name
        text = hidden or f"{len(self.chips) - self._shown} more"
        self.rest.setChecked(bool(hidden))
        if self.rest.text() != f"{text}  ▾":
            self.rest.setText(f"{text}  ▾")
            self.rest.setAccessibleName(f"Preset {hidden}; more presets" if hidden else "More presets")
            self._place()

    def _open(self) -> None:
        self.show_which()
        self.menu.popup(self.rest.mapToGlobal(self.rest.rect().bottomLeft()))

    # -- room ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many chips as fit."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme may have larger letters: measure once the chips wear it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and not self._measuring:
            self._measuring = self.startTimer(0)

    def timerEvent(self, event: QTimerEvent) -> None:
        """The chips wear their style."""
        self.killTimer(self._measuring)
        self._measuring = 0
        self._fit()

    def sizeHint(self) -> QSize:
        """Two lines at most."""
        return QSize(120, self._height())

    def minimumSizeHint(self) -> QSize:
        """It gets narrow before it gets tall."""
        return self.sizeHint()

    def _height(self) -> int:
        line = self.rest.sizeHint().height()
        used = max((box.bottom() + 1 for box in self._boxes(self._shown)), default=line)
        return max(used, line)

    def _boxes(self, shown: int) -> list[QRect]:
        """Where the first `shown` chips stand, and after them the menu's chip if there are others."""
        widgets = [chip for chip, _ in self.chips[:shown]]
        if shown < len(self.chips):
            widgets.append(self.rest)
        boxes, x, y = [], 0, 0
        for widget in widgets:
            size = widget.sizeHint()
            if x > 0 and x + size.width() > self.width():
                x, y = 0, y + size.height() + GAP
            boxes.append(QRect(x, y, min(size.width(), max(self.width(), 1)), size.height()))
            x += size.width() + GAP
        return boxes

    def _fit(self) -> None:
        line = self.rest.sizeHint().height() + GAP
        self._shown = len(self.chips)
        while self._shown > 1 and any(box.top() >= LINES * line for box in self._boxes(self._shown)):
            self._shown -= 1
        self.show_which()
        self._place()

    def _place(self) -> None:
        boxes = self._boxes(self._shown)
        for number, (chip, _) in enumerate(self.chips):
            chip.setVisible(number < self._shown)
            self._actions[number].setVisible(number >= self._shown)
            if number < self._shown:
                chip.setGeometry(boxes[number])
        self.rest.setVisible(self._shown < len(self.chips))
        if self._shown < len(self.chips):
            self.rest.setGeometry(boxes[-1])
        self.setFixedHeight(self._height())
