"""Chrome: what frames the panes of a stage: headline and sentence above, caption and place below."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from scenes.kit.words import draw_text
from scenes.theme import Theme

MARGIN = 56.0


class Chrome:
    """The words around the panes of a stage `width` × `height`; `lines` the caption may take."""

    def __init__(self, theme: Theme, width: float, height: float, *, headed: bool, captioned: bool, lines: int) -> None:
        self.theme, self.width, self.height, self.lines = theme, width, height, lines
        self.headed, self.captioned = headed, captioned
        self.headline = self.look = self.caption = self.place = ""
        self.instead: str | None = None  # what is said in the place of every sentence of the scene's own

    def room(self) -> QRectF:
        """What is left for the panes."""
        top = self._boxes()[1].bottom() + 0.5 * self.theme.sizes["lead"] if self.headed else MARGIN * 0.6
        bottom = MARGIN * 0.55 + self.theme.sizes["label"] * 1.7 * self.lines if self.captioned else MARGIN * 0.6
        return QRectF(MARGIN, top, self.width - 2 * MARGIN, self.height - top - bottom)

    def paint_still(self, painter: QPainter) -> None:
        """Headline and sentence."""
        if self.headed:
            headline, look = self._boxes()
            draw_text(painter, headline, self.theme, self.headline, "text", "title", True)
            draw_text(painter, look, self.theme, self.look, "muted", "lead")

    def paint_live(self, painter: QPainter) -> None:
        """Caption and place."""
        if not self.captioned:
            return
        theme, height = self.theme, self.theme.sizes["label"] * 1.45 * self.lines
        box = QRectF(MARGIN, self.height - MARGIN * 0.4 - height, self.width - 2 * MARGIN, height)
        painter.setFont(theme.font("label"))
        painter.setPen(theme.color("faint"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self.place)
        room = painter.fontMetrics().horizontalAdvance(self.place) + 30
        draw_text(painter, box.adjusted(0, 0, -room, 0), theme, self.caption, "text", "label")

    def _boxes(self) -> tuple[QRectF, QRectF]:
        """Where headline and sentence stand: as many lines as they need, two at most."""
        boxes, y = [], MARGIN * 0.6
        for text, size, bold in ((self.headline, "title", True), (self.look, "lead", False)):
            line = self.theme.sizes[size] * 1.35
            room = QRectF(0, 0, self.width - 2 * MARGIN, 2 * line)
            needed = QFontMetricsF(self.theme.font(size, bold)).boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()
            boxes.append(QRectF(MARGIN, y, room.width(), line if needed < 1.5 * line else 2 * line))
            y = boxes[-1].bottom()
        return boxes[0], boxes[1]
