"""Notes: what the lecturer reads at the desk: the speaker's notes of the slide, and what comes next."""

from PySide6.QtCore import QSize, Qt, QTimerEvent
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.lessons.slate import Slate
from app.presenting.talk import Phase, Stop, Talk
from app.style import heading
from scenes.theme import PROJECTOR

PREVIEW = QSize(340, 191)
PATIENCE_MS = 350  # the next slide is drawn once the present one stands


class Notes(QWidget):
    """Notes in letters that can be read while standing, and a picture of the next stop."""

    def __init__(self, talk: Talk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.talk = talk
        self.setAccessibleName("Notes")
        self._drawing = 0
        self._pictures: dict[Stop, QPixmap] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(heading("Next", self))
        self.coming = QLabel(self)
        self.coming.setFixedSize(PREVIEW)
        self.coming.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.coming.setFrameShape(QFrame.Shape.Box)
        self.coming.setProperty("role", "muted")
        column.addWidget(self.coming)
        column.addWidget(heading("Notes", self))
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setObjectName("notes")
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName("Speaker’s notes")
        scroll.setWidget(self.text)
        column.addWidget(scroll, 1)
        talk.moved.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Notes of the present slide; the picture of what comes next, a moment later."""
        staged = self.talk.slide
        self.text.setText(staged.notes if staged is not None else "")
        self.text.setAccessibleName(self.text.text())
        if self._drawing:
            self.killTimer(self._drawing)
        self._drawing = self.startTimer(PATIENCE_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        """The present slide stands: draw the next."""
        self.killTimer(self._drawing)
        self._drawing = 0
        self._draw()

    def _draw(self) -> None:
        talk = self.talk
        if talk.at + 1 == len(talk.stops):
            self.coming.setText("The lesson ends here.")
            return
        stop = talk.stops[talk.at + 1]
        staged = talk.staged.get(stop.slide)
        if staged is None:
            self.coming.setText(talk.broken.get(stop.slide, "Its run is being made."))
            return
        if stop not in self._pictures:
            slate = Slate(talk.lesson, staged, PROJECTOR)
            if stop.phase is Phase.SHOW:
                slate.ask()
            else:
                slate.reveal()
            if stop.phase is Phase.TAKEAWAY:
                slate.show.say(staged.takeaway)
            ratio = self.devicePixelRatioF()
            picture = QPixmap.fromImage(slate.frame(round(PREVIEW.width() * ratio), round(PREVIEW.height() * ratio)))
            picture.setDevicePixelRatio(ratio)
            self._pictures[stop] = picture
            slate.close()
        self.coming.setPixmap(self._pictures[stop])
        self.coming.setAccessibleName(f"Next: {staged.view.headline or staged.slide.subject.slug}")

    def close_down(self) -> None:
        """Draw no more."""
        if self._drawing:
            self.killTimer(self._drawing)
            self._drawing = 0
        self.talk.moved.disconnect(self.follow)
