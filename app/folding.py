"""Folding: what a row of controls does without where a window is too narrow for all of it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget


def fold(row: QHBoxLayout, room: int, groups: Sequence[Sequence[QWidget]]) -> None:
    """Hide as many of these groups of a row, the first ones first, as it takes until the row fits into `room` pixels."""
    need = row.minimumSize().width() + sum(_share(row, widget) for group in groups for widget in group if widget.isHidden())
    for group in groups:
        folded = need > room
        if folded:
            need -= sum(_share(row, widget) for widget in group)
        for widget in group:
            widget.setHidden(folded)


def _share(row: QHBoxLayout, widget: QWidget) -> int:
    """The least room that a widget takes in its row, shown or not."""
    least = max(widget.minimumWidth(), widget.minimumSizeHint().width())
    return min(least, widget.maximumWidth()) + row.spacing()


class Sideways(QScrollArea):
    """Holds a row of controls: as wide as they are where there is room, else they can be moved to and fro under it."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """All of it."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """It can shrink to nothing."""
        return QSize(0, self._content.minimumSizeHint().height())
