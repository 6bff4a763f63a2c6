"""Colour bar: what the colours of signed numbers mean, from −limit over 0 to +limit."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter

from scenes.kit.numbers import short
from scenes.kit.pane import Pane
from scenes.theme import Theme


class ColorBar(Pane):
    """A horizontal strip of the diverging colours, with its ends named and its title where there is room, in the live layer."""

    def __init__(self, rect: QRectF, theme: Theme) -> None:
        super().__init__(rect, theme)
        self.title, self.limit = "", 1.0

    def set(self, title: str, limit: float) -> None:
        """Colours reach from −limit to +limit; `title` says of what."""
        self.title, self.limit = title, limit

    def paint_live(self, painter: QPainter) -> None:
        """Draw strip, ends and title."""
        theme, rect = self.theme, self.rect
        font = theme.font("small")
        metrics, gap = QFontMetricsF(font), 10.0
        ends = (short(-self.limit, 2), short(self.limit, 2))
        title = f"{self.title} " if metrics.horizontalAdvance(self.title + "".join(ends)) < 0.6 * rect.width() else ""
        words = (title + ends[0], ends[1])
        left, right = (metrics.horizontalAdvance(word) + gap for word in words)
        line = QRectF(rect.left(), rect.top(), rect.width(), 1.3 * theme.sizes["label"])
        height = 0.6 * theme.sizes["small"]
        strip = QRectF(line.left() + left, line.center().y() - height / 2, max(line.width() - left - right, 10.0), height)
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        for number, color in enumerate(theme.diverging):
            gradient.setColorAt(number / (len(theme.diverging) - 1), color)
        painter.setPen(theme.pen("border", 0.4))
        painter.setBrush(gradient)
        painter.drawRoundedRect(strip, 4, 4)
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        for word, side in zip(words, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
            painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, word)
