"""Place: what a mark that draws many points needs of its pane, be it a plot or a surface seen in space."""

from typing import Protocol

from PySide6.QtCore import QRectF

from core.recording import F64
from scenes.theme import Theme


class Place(Protocol):
    """A pane that maps data to the stage; `shown` changes whenever the mapping does."""

    theme: Theme

    @property
    def inner(self) -> QRectF:
        """The part that marks may cover."""

    @property
    def shown(self) -> object:
        """A key of the present mapping."""

    def mapped(self, x: F64, y: F64) -> F64:
        """Stage coordinates (n, 2) of points (x, y); NaN where there is no place for one."""
