"""Waiting: what the stage shows where there is no picture: what is coming and why it waits, or why a scene is set aside."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from scenes.layout import SIZES
from scenes.theme import Theme

FIRST_TIME = "Ravine compiles this scene’s kernels, once on this machine. The run starts by itself in a moment."
ASIDE = "It is set aside; everything else works. Choose it again, or turn a knob, to try anew."


def paint(painter: QPainter, theme: Theme, words: tuple[str, str], width: int, height: int) -> None:
    """Headline and sentence, in the middle of a picture of this size."""
    across, down = SIZES["wide"]
    scale = min(width / across, height / down)
    painter.translate((width - scale * across) / 2, (height - scale * down) / 2)
    painter.scale(scale, scale)
    wrapped = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
    y = 0.4 * down
    for size, bold, role, text in (("title", True, "text", words[0]), ("lead", False, "muted", words[1])):
        painter.setFont(theme.font(size, bold=bold))
        painter.setPen(theme.color(role))
        box = painter.drawText(QRectF(0.1 * across, y, 0.8 * across, 0.3 * down), wrapped, text)
        y = box.bottom() + 1.1 * theme.sizes["body"]
