"""Preview: a small picture of what will be exported, by the same code, painted when there is time for it."""

import sys
import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style import ThemeNow
from core.recording import Recording
from scenes.layout import shape_for
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import THEMES

LAZY_MS = 90
SQUARE = 9  # pixels of the pattern that stands for no background


@dataclass(frozen=True, eq=False)
class Look:
    """What to show: `built` says which stage, `k` which frame, `size` the shape of the picture."""

    scene: type[Scene[Any, Any]]
    recording: Recording
    k: int
    size: tuple[int, int]
    theme: str
    title: bool = True
    caption: bool = True
    transparent: bool = False

    def built(self) -> tuple[object, ...]:
        """Everything that asks for another stage when it changes."""
        return (self.scene, self.theme, shape_for(*self.size), self.title, self.caption, self.transparent)


class Preview(QWidget):
    """Shows a `Look`. `painted` says that it is on the screen; `seconds` how long its frame took."""

    painted = Signal()

    def __init__(self, theme: ThemeNow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look: Look | None = None
        self._show: Show | None = None
        self._built: tuple[object, ...] = ()
        self.image = QImage()
        self.seconds = 0.03
        self.failure = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LAZY_MS)
        self._timer.timeout.connect(self.render_now)
        self.setMinimumSize(320, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview")

    def look_at(self, look: Look | None) -> None:
        """Show this soon; changes that follow each other quickly are taken together."""
        self._look = look
        self._limit()
        if not self._timer.isActive():
            self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture takes the room there is."""
        super().resizeEvent(event)
        if self._look is not None:
            self.look_at(self._look)

    def _limit(self) -> None:
        """Be no taller than the picture: the room that is left over goes below everything."""
        width, height = self._look.size if self._look is not None else (16, 9)
        limit = round((self.width() - 2) * height / width) + 2
        if self.maximumHeight() != limit:
            self.setMaximumHeight(max(limit, self.minimumHeight()))

    def box(self) -> QRectF:
        """The rectangle of the picture within the widget."""
        width, height = self._look.size if self._look is not None else (16, 9)
        scale = min((self.width() - 2) / width, (self.height() - 2) / height)
        size = (max(width * scale, 1.0), max(height * scale, 1.0))
        return QRectF((self.width() - size[0]) / 2, 1.0, *size)

    def render_now(self) -> None:
        """Paint the picture. A scene that cannot be drawn costs its preview, not the dialog."""
        self._timer.stop()
        look = self._look
        if look is None:
            return
        try:
            self._render(look)
            self.failure = ""
        except Exception as error:
            self._drop()
            self.image, self.failure = QImage(), "The preview could not be drawn."
            sys.excepthook(type(error), error, error.__traceback__)
        self.update()
        self.painted.emit()

    def _render(self, look: Look) -> None:
        if look.built() != self._built:
            self._drop()
            self._show = Show(
                look.scene,
                THEMES[look.theme],
                shape_for(*look.size),
                title=look.title,
                caption=look.caption,
                transparent=look.transparent,
            )
            self._built = look.built()
        show = self._show
        assert show is not None
        if show.recording is not look.recording:
            show.load(look.recording, look.k)
        size = (self.box().size() * self.devicePixelRatioF()).toSize().expandedTo(QSize(2, 2))
        settled = self.image.size() == size
        started = time.perf_counter()
        show.seek(look.k)
        self.image = show.frame(size.width(), size.height())
        if settled:  # the first picture of a size paints its still layer too
            self.seconds = time.perf_counter() - started
        self.setAccessibleDescription(show.stage.framing.caption)

    def let_go(self) -> None:
        """Hold no stage while nobody looks."""
        self._timer.stop()
        self._look = None
        self._drop()

    def _drop(self) -> None:
        self._built = ()
        if self._show is not None:
            self._show.close()
            self._show = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in a thin frame; where it has no background, the pattern that says so."""
        theme, box = self._theme(), self.box()
        painter = QPainter(self)
        if self._look is not None and self._look.transparent:
            _checks(painter, box, theme.color("raised"), theme.color("border"))
        elif self.image.isNull():
            painter.fillRect(box, theme.color("panel"))
        painter.setPen(theme.color("bad" if self.failure else "muted"))
        if self.image.isNull():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.failure or "Drawing …")
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, self.image)
        painter.setPen(QPen(theme.color("border"), 1.0))
        painter.drawRect(box)
        painter.end()


def _checks(painter: QPainter, box: QRectF, one: QColor, other: QColor) -> None:
    painter.fillRect(box, one)
    painter.save()
    painter.setClipRect(box)
    for row in range(int(box.height()) // SQUARE + 1):
        for column in range(row % 2, int(box.width()) // SQUARE + 1, 2):
            painter.fillRect(QRectF(box.left() + column * SQUARE, box.top() + row * SQUARE, SQUARE, SQUARE), other)
    painter.restore()
