"""Part: a region of a stage in which a scene builds as if it had a stage of its own; several scenes can share a stage so."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF

from scenes.kit.chrome import Chrome
from scenes.kit.pane import Pane
from scenes.layout import Shape
from scenes.stage import AnyPane, Stage


class Part(Stage):
    """A rectangle of `whole` in which panes are placed and added; `whole` paints them.

    A `ghost` keeps its panes to itself: nothing of them is painted but what others take from them.
    """

    def __init__(self, whole: Stage, rect: QRectF, shape: Shape, *, ghost: bool = False) -> None:
        # No view of its own: panes of a part stand on the whole stage, in its coordinates.
        self.theme, self.transparent = whole.theme, whole.transparent
        self.shape = shape
        self.width, self.height = round(rect.width()), round(rect.height())
        self.framing = Chrome(whole.theme, rect.width(), rect.height(), headed=False, captioned=False, lines=1)
        self.panes: list[Pane] = []
        self.places: dict[str, QRectF] = {}
        self._view = whole._view
        self._whole, self._rect, self._ghost = whole, rect, ghost

    def room(self) -> QRectF:
        """All of the rectangle."""
        return self._rect

    def add(self, pane: AnyPane) -> AnyPane:
        """Put a pane into the part, and so on the stage."""
        if self._ghost:
            pane.lend()
        else:
            self._whole.add(pane)
        if not pane.rect.isEmpty():
            self.panes.append(pane)
        return pane


def rows(rect: QRectF, heights: Mapping[str, float], gap: float) -> dict[str, QRectF]:
    """`rect` cut from top to bottom into rows by name; a height of 0 takes what the others leave."""
    left = rect.height() - sum(heights.values()) - gap * (len(heights) - 1)
    found: dict[str, QRectF] = {}
    y = rect.top()
    for name, height in heights.items():
        tall = height or left
        found[name] = QRectF(rect.left(), y, rect.width(), tall)
        y += tall + gap
    return found
