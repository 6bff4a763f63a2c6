"""Pane: a rectangle of the stage, with a still layer and a live layer.

The still layer changes with the recording, the theme and the size; it is painted once and kept. The live layer is
painted for every frame. A mark is anything that can paint itself in a pane.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from core.params import Params, Value
from scenes.theme import Theme


class Mark(Protocol):
    """Something drawn in a pane, in logical coordinates of the stage."""

    def paint(self, painter: QPainter) -> None:
        """Draw with `painter`; leave its state as it was, except pen and brush."""


@dataclass(frozen=True)
class Grab:
    """A pull on a handle: where the pointer is and where it was pressed, in the pane's coordinates, and the params then."""

    x: float
    y: float
    from_x: float
    from_y: float
    params: Params


@dataclass(frozen=True)
class Handle:
    """A place on a pane that edits knobs when it is pressed and pulled. Nothing else on the stage edits anything.

    name: what it is, for the tooltip and the screen reader, e.g. "start point".
    edit: grab → the knob values it asks for; the session clips nothing, so keep them within the knobs' ranges.
    at:   where it stands, in the pane's coordinates; None: anywhere in the pane.
    """

    name: str
    edit: Callable[[Grab], Mapping[str, Value]]
    at: Callable[[], tuple[float, float]] | None = None


class Pane:
    """A rectangle with marks. Its own coordinates are the stage's; a plot overrides `map` and `unmap`."""

    def __init__(self, rect: QRectF, theme: Theme) -> None:
        self.rect = rect
        self.theme = theme
        self.still: list[Mark] = []
        self.live: list[Mark] = []
        self.handles: list[Handle] = []
        self.describe: Callable[[float, float], str] | None = None  # what lies under the pointer, for a tooltip
        self.hidden = False  # by the scene: where panes share a place, all but one of them are
        self.covered = False  # by a lesson, which keeps it back for now
        self.lent = False  # to another pane, which paints its marks
        self.on_change: Callable[[Pane], None] = lambda pane: None  # the stage's: paint the still layer anew

    @property
    def seen(self) -> bool:
        """Whether it is drawn, and takes the mouse."""
        return not (self.hidden or self.covered or self.lent)

    def hide(self, hidden: bool) -> None:
        """Leave the pane out of the picture, or take it in again."""
        if hidden != self.hidden:
            self.hidden = hidden
            self.show_or_not()
            self.on_change(self)

    def cover(self, covered: bool) -> None:
        """Keep the pane back, or no longer."""
        self.covered = covered
        self.show_or_not()

    def lend(self) -> None:
        """Leave it to another pane to paint the marks of this one."""
        self.lent = True
        self.show_or_not()

    def show_or_not(self) -> None:
        """What is drawn for the pane by others is drawn as long as it is seen."""

    def touch(self) -> None:
        """Say that the still layer has changed; of no concern while the pane is not seen."""
        if self.seen:
            self.on_change(self)

    def changed(self, mark: Mark) -> None:
        """Say that a mark has been set: of concern to the still layer only if it stands there."""
        if any(mark is other for other in self.still):
            self.touch()

    def point(self, x: float, y: float) -> QPointF:
        """The stage point of the pane's (x, y)."""
        return QPointF(x, y)

    def unmap(self, point: QPointF) -> tuple[float, float]:
        """The pane's coordinates of a stage point."""
        return point.x(), point.y()

    @property
    def room(self) -> QRectF:
        """The part of the pane that its marks may cover."""
        return self.rect

    def contains(self, point: QPointF) -> bool:
        """Whether a stage point lies in the part of the pane that handles and zooming act on."""
        return self.seen and self.room.contains(point)

    def paint_still(self, painter: QPainter) -> None:
        """Paint what does not change from frame to frame."""
        for mark in self.still:
            mark.paint(painter)

    def paint_live(self, painter: QPainter) -> None:
        """Paint what changes from frame to frame."""
        for mark in self.live:
            mark.paint(painter)
