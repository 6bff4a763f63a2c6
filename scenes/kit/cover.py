"""Cover: a plain panel where an area is kept back, because what stands there would answer a question too early."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from scenes.kit.pane import Pane
from scenes.theme import DASH, Theme

CORNER = 10.0


class Cover(Pane):
    """A dashed outline with a question mark, in the still layer."""

    def __init__(self, rect: QRectF, theme: Theme) -> None:
        super().__init__(rect, theme)

    def paint_still(self, painter: QPainter) -> None:
        """Draw the panel."""
        theme, rect = self.theme, self.rect.adjusted(2, 2, -2, -2)
        painter.setPen(theme.pen("border", 0.6, DASH))
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(rect, CORNER, CORNER)
        font = theme.font("title", True)
        font.setPixelSize(max(8, round(min(1.2 * theme.sizes["title"], 0.6 * rect.height()))))
        painter.setFont(font)
        painter.setPen(theme.color("faint"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "?")
