"""Zoom: which part of a plot is looked at. A state of the view; films and stills always show the whole."""

from PySide6.QtCore import QPointF

from scenes.kit.pane import Pane
from scenes.kit.plot import Plot
from scenes.stage import Stage

STEP = 1.18  # one notch of a wheel
DEEPEST = 1e-6  # of the whole range
Span = tuple[float, float]


class Zoom:
    """The ranges a person chose, by the place of the plot on its stage, so that they outlive a new recording or theme."""

    def __init__(self) -> None:
        self._scene: object = None
        self._chosen: dict[int, tuple[Span, Span]] = {}
        self._places: dict[Pane, int] = {}

    def forget_unless(self, scene: object) -> None:
        """Keep the zoom when the same scene is built anew, in another theme."""
        if scene is not self._scene:
            self._scene = scene
            self._chosen.clear()

    def let_go(self) -> None:
        """Hold no pane any more; what was chosen is kept."""
        self._places.clear()

    def restore(self, stage: Stage) -> bool:
        """After a recording was loaded, look at the chosen parts again; whether there are any."""
        self._places = {pane: place for place, pane in enumerate(stage.panes)}
        for pane, place in self._places.items():
            if isinstance(pane, Plot) and place in self._chosen:
                pane.look_at(*self._chosen[place])
        return bool(self._chosen)

    def holds(self, pane: Pane) -> bool:
        """Whether this pane is zoomed."""
        return self._places.get(pane, -1) in self._chosen

    def reset(self, pane: Pane) -> bool:
        """Show the whole of a pane again; whether it was zoomed."""
        if not isinstance(pane, Plot) or self._chosen.pop(self._places.get(pane, -1), None) is None:
            return False
        pane.look_at()
        return True

    def turn(self, pane: Pane, about: QPointF, notches: float) -> bool:
        """Zoom in (or out, back to the whole at most) about a stage point; whether anything changed."""
        if not isinstance(pane, Plot) or not pane.zoomable or pane not in self._places:
            return False
        place = self._places[pane]
        whole_x, whole_y = pane.x_range, pane.y_range
        factor = STEP**-notches
        inner = pane.inner
        left, right = (about.x() + (edge - about.x()) * factor for edge in (inner.left(), inner.right()))
        top, bottom = (about.y() + (edge - about.y()) * factor for edge in (inner.top(), inner.bottom()))
        x0, y0 = pane.unmap(QPointF(left, bottom))
        x1, y1 = pane.unmap(QPointF(right, top))
        if x1 - x0 >= whole_x[1] - whole_x[0] or y1 - y0 >= whole_y[1] - whole_y[0]:
            return self.reset(pane)
        if (x1 - x0) < DEEPEST * (whole_x[1] - whole_x[0]):
            return False
        self._look(pane, place, (x0, x1), (y0, y1))
        return True

    def pan(self, pane: Pane, start: QPointF, end: QPointF) -> None:
        """Move a zoomed plot along with the pointer."""
        place = self._places.get(pane)
        if not isinstance(pane, Plot) or place is None or place not in self._chosen:
            return
        shift = end - start
        x0, y0 = pane.unmap(pane.inner.bottomLeft() - shift)
        x1, y1 = pane.unmap(pane.inner.topRight() - shift)
        self._look(pane, place, (x0, x1), (y0, y1))

    def _look(self, pane: Plot, place: int, x: Span, y: Span) -> None:
        self._chosen[place] = (x, y)
        pane.look_at(x, y)
