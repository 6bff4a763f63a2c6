"""Canvas: a pane that a scene paints itself, for nets, cubes and other pictures that are no plots."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from scenes.kit.pane import Pane
from scenes.theme import Theme

Paint = Callable[[QPainter], None]


class Canvas(Pane):
    """Two painting functions, one for the still layer and one for the live one, in the stage's logical pixels."""

    def __init__(self, rect: QRectF, theme: Theme) -> None:
        super().__init__(rect, theme)
        self.draw_still: Paint | None = None
        self.draw_live: Paint | None = None

    def paint_still(self, painter: QPainter) -> None:
        """Paint the still picture, then the still marks."""
        if self.draw_still:
            self.draw_still(painter)
        super().paint_still(painter)

    def paint_live(self, painter: QPainter) -> None:
        """Paint the live picture, then the live marks."""
        if self.draw_live:
            self.draw_live(painter)
        super().paint_live(painter)
