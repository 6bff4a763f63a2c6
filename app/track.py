"""Track: the bar of the timeline. Click or drag anywhere to go there; events stand on it as marks with labels."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QToolTip, QWidget

from app.session import Session
from app.style import px
from scenes.scene import Event

TALL = 62
EDGE = 11.0  # room for the knob at both ends
LINE = 42.0  # where the bar runs, from the top
THICK = 8.0
NEAR = 6.0  # pixels within which a mark is under the pointer
ROLES = {"note": "muted", "good": "good", "bad": "bad"}
RANK = {"bad": 0, "good": 1, "note": 2}


class Track(QSlider):
    """A slider over the frames of the recording, drawn as a video player's."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.session = session
        self._scrubbing = False
        self._resume = False
        self.setObjectName("track")
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._fit()
        self.valueChanged.connect(self._moved)
        session.changed.connect(self._follow)
        self._follow(frozenset({"recording", "k"}))

    def _fit(self) -> None:
        """Leave room for the labels above the bar, whatever their size."""
        self._label = px(self.session, 12)
        grown = round(1.4 * (self._label - 12))
        self._line = LINE + grown
        self.setFixedHeight(TALL + grown)

    def sizeHint(self) -> QSize:
        """Wide, and tall enough for labels above the bar."""
        return QSize(400, self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        """As narrow as a window allows."""
        return QSize(120, self.maximumHeight())

    def _follow(self, what: frozenset[str]) -> None:
        if not what & {"recording", "k", "theme", "span"}:
            return
        if "theme" in what:
            self._fit()
        self.blockSignals(True)
        self.setRange(0, self.session.last)
        self.setValue(self.session.k)
        self.blockSignals(False)
        if not self.session.playing:
            self.setAccessibleDescription(self.session.place)
        self.update()

    def _moved(self, k: int) -> None:
        self.session.pause()
        self.session.seek(k)

    # -- where things stand --------------------------------------------------------------------------------------------

    def x_of(self, k: float) -> float:
        """The x of frame k."""
        return EDGE + (self.width() - 2 * EDGE) * (k / max(self.session.last, 1))

    def k_at(self, x: float) -> int:
        """The frame at x, within the recording."""
        share = (x - EDGE) / max(self.width() - 2 * EDGE, 1.0)
        return min(max(round(share * self.session.last), 0), self.session.last)

    def labels(self) -> list[tuple[QRectF, Event]]:
        """The labels there is room for, those of failures first, none over another."""
        metrics = QFontMetricsF(self._label_font())
        placed: list[tuple[QRectF, Event]] = []
        for event in sorted(self.session.events, key=lambda e: (RANK[e.kind], e.k)):
            width = metrics.horizontalAdvance(event.label)
            left = min(max(self.x_of(event.k) - width / 2, 0.0), self.width() - width)
            box = QRectF(left, LINE - 35, width, metrics.height())
            if left >= 0 and not any(box.adjusted(-8, 0, 8, 0).intersects(other) for other, _ in placed):
                placed.append((box, event))
        return placed

    def events_near(self, x: float) -> list[Event]:
        """The events whose marks are under the pointer."""
        return [event for event in self.session.events if abs(self.x_of(event.k) - x) <= NEAR]

    # -- the mouse -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there, and follow the pointer; playing goes on when it is let go."""
        if event.button() == Qt.MouseButton.LeftButton and self.session.recording is not None:
            self._scrubbing, self._resume = True, self.session.playing
            self.session.pause()
            self.session.seek(self._snapped(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub."""
        if self._scrubbing:
            self.session.seek(self.k_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._scrubbing:
            self._scrubbing = False
            if self._resume and self.session.k < self.session.last:
                self.session.play()

    def _snapped(self, x: float) -> int:
        near = self.events_near(x)
        return near[0].k if near else self.k_at(x)

    def event(self, event: QEvent) -> bool:
        """Keep the arrows for the slider while it has the focus; tell what a mark means."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            x = event.pos().x()
            text = "\n".join(e.label for e in self.events_near(x))
            QToolTip.showText(event.globalPos(), text or f"frame {self.k_at(x)}", self)
            return True
        return super().event(event)

    # -- painting ------------------------------------------------------------------------------------------------------

    def _label_font(self) -> QFont:
        font = self.font()
        font.setPixelSize(self._label)
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar, what has been played of it, the marks with their labels, the knob."""
        theme = self.session.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(EDGE, self._line - THICK / 2, self.width() - 2 * EDGE, THICK)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(whole, THICK / 2, THICK / 2)
        at = self.x_of(self.session.k)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(QRectF(whole.left(), whole.top(), max(at - whole.left(), THICK), THICK), THICK / 2, THICK / 2)
        self._paint_events(painter)
        painter.setPen(QPen(theme.color("accent"), 3.0 if self.hasFocus() else 0.01))
        painter.setBrush(theme.color("text"))
        painter.drawEllipse(QPointF(at, self._line), 8.5, 8.5)
        painter.end()

    def _paint_events(self, painter: QPainter) -> None:
        theme = self.session.theme
        labelled = self.labels()
        named = {id(event) for _, event in labelled}
        for event in self.session.events:
            painter.setPen(QPen(theme.color(ROLES[event.kind]), 2.0))
            x = self.x_of(event.k)
            painter.drawLine(QPointF(x, self._line - (15 if id(event) in named else 9)), QPointF(x, self._line + THICK / 2))
        painter.setFont(self._label_font())
        for box, event in labelled:
            painter.setPen(theme.color(ROLES[event.kind]))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, event.label)
