"""Waiting: what the stage shows while the kernels are being compiled: the question, and why it waits."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.session import Session
from scenes.layout import SIZES

FIRST_TIME = "Ravine compiles this scene’s kernels, once on this machine. The run starts by itself in a moment."


def paint(painter: QPainter, session: Session, width: int, height: int) -> None:
    """Question and sentence, in the middle of a picture of this size."""
    if session.scene is None:
        return
    theme, (across, down) = session.theme, SIZES["wide"]
    scale = min(width / across, height / down)
    painter.translate((width - scale * across) / 2, (height - scale * down) / 2)
    painter.scale(scale, scale)
    wrapped = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
    y = 0.4 * down
    for size, bold, role, text in (("title", True, "text", session.scene.question), ("lead", False, "muted", FIRST_TIME)):
        painter.setFont(theme.font(size, bold=bold))
        painter.setPen(theme.color(role))
        box = painter.drawText(QRectF(0.1 * across, y, 0.8 * across, 0.3 * down), wrapped, text)
        y = box.bottom() + 1.1 * theme.sizes["body"]
