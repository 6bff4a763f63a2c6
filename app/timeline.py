"""Timeline: the row under the stage, like a video player's."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from app.folding import fold
from app.icons import icon
from app.keys import keep_space
from app.playback import SPEEDS
from app.session import Session
from app.style import px
from app.track import Track

BAR = 60  # pixels of the track beyond its least length, for which buttons with a key of their own make room


class Timeline(QWidget):
    """Start, step back, play, step, end; the track; where it stands; loop and speed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setObjectName("timeline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Timeline and playback")
        self._buttons: dict[str, QToolButton] = {}
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 16, 5)
        row.setSpacing(10)
        self._add(row, "start", "To the start (Home)", lambda: session.seek(0))
        self._add(row, "step back", "One step back (←)", lambda: session.step(-1))
        self.play = self._add(row, "play", "Play (Space)", session.toggle, 40)
        self._add(row, "step", "One step on (→)", lambda: session.step(1))
        self._add(row, "end", "To the end (End)", lambda: session.seek(session.last))
        self.track = Track(session, self)
        row.addSpacing(4)
        row.addWidget(self.track, 1)
        self.place = QLabel(self)
        self.place.setAccessibleName("Place on the timeline")
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.place)
        self.loop = self._add(row, "loop", "Start over at the end", lambda: session.set_loop(not session.loop))
        self.loop.setCheckable(True)
        self.speed = QPushButton(self)
        keep_space(self.speed)
        self.speed.setToolTip("Speed (↑ faster, ↓ slower)")
        self._speeds = QMenu(self.speed)
        self._speeds.setAccessibleName("Speed")
        for speed in SPEEDS:
            self._speeds.addAction(speed_text(speed)).triggered.connect(lambda _=False, s=speed: session.set_speed(s))
        self.speed.clicked.connect(self._choose_speed)
        row.addWidget(self.speed)
        session.changed.connect(self._follow)
        self._follow(frozenset({"theme", "k", "recording", "playing", "speed", "loop"}))

    def _add(self, row: QHBoxLayout, name: str, tip: str, act: Callable[[], object], size: int = 34) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setAccessibleName(tip.split(" (")[0])
        button.setFixedSize(size, size)
        button.setIconSize(QSize(size // 2 + 2, size // 2 + 2))
        keep_space(button)
        button.clicked.connect(act)
        if name == "play":
            button.setObjectName("play")
        self._buttons[name] = button
        row.addWidget(button)
        return button

    def set_low(self, low: bool) -> None:
        """Take less height."""
        margin = 0 if low else 5
        self._row.setContentsMargins(16, margin, 16, margin)

    def _fit(self) -> None:
        """Do without buttons that have keys where the track would be too short to aim at."""
        groups = (("start", "end"), ("step back", "step"), ("loop",))
        fold(self._row, self.width() - BAR, [[self._buttons[name] for name in group] for group in groups])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._fit()

    def _choose_speed(self) -> None:
        self._speeds.popup(self.speed.mapToGlobal(QPoint(0, -self._speeds.sizeHint().height())))

    def _follow(self, what: frozenset[str]) -> None:
        session = self.session
        if what & {"theme", "playing"}:
            theme = session.theme
            self.speed.setFixedWidth(px(session, 70))
            for name, button in self._buttons.items():
                if name != "play":
                    button.setIcon(icon(name, theme.color("text")))
            self.play.setIcon(icon("pause" if session.playing else "play", theme.color("on_accent")))
            self.play.setAccessibleName("Pause" if session.playing else "Play")
            self.play.setToolTip(f"{'Pause' if session.playing else 'Play'} (Space)")
        if what & {"k", "recording"}:
            self.place.setText(session.place)
            wide = self.place.fontMetrics().horizontalAdvance(session.place) + 6
            self.place.setMinimumWidth(max(self.place.minimumWidth() if "recording" not in what else 0, wide))
        if what & {"theme", "recording"}:
            self._fit()
        if "speed" in what:
            self.speed.setText(speed_text(session.speed))
            self.speed.setAccessibleName(f"Speed {speed_text(session.speed)}")
        if "loop" in what:
            self.loop.setChecked(session.loop)


def speed_text(speed: float) -> str:
    """A speed as people write it: ½×."""
    return {0.25: "¼×", 0.5: "½×"}.get(speed, f"{speed:g}×")
