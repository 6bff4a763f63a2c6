"""Frame: pyqtgraph's view of a plane with an axis on its left and one below it.

pyqtgraph's own `PlotItem` is the same and more: seven menus, a form of settings and two axes nobody sees, which take four times
as long to make as what is drawn. A picture has no use for them, and a start and every scene that is opened waits for them.
"""

from PySide6.QtWidgets import QGraphicsGridLayout

from scenes.kit.graphics import pg

PLACES = {"left": (0, 0), "bottom": (1, 1)}  # row and column; the plane is at (0, 1)


class Frame(pg.GraphicsWidget):  # type: ignore[misc]
    """`plane`: where things stand in the plot's own coordinates; `axes`: those on its left and below it."""

    def __init__(self, left: pg.AxisItem, bottom: pg.AxisItem) -> None:
        super().__init__()
        grid = QGraphicsGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self.plane = pg.ViewBox(parent=self, enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self.plane.disableAutoRange()
        grid.addItem(self.plane, 0, 1)
        grid.setRowStretchFactor(0, 100)
        grid.setColumnStretchFactor(1, 100)
        self.axes = {"left": left, "bottom": bottom}
        for side, axis in self.axes.items():
            axis.linkToView(self.plane)
            axis.setZValue(0.5)  # above images, below what wants to stand over the axes
            axis.setFlag(axis.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
            grid.addItem(axis, *PLACES[side])

    def set_log(self, x: bool, y: bool) -> None:
        """Which axes are logarithmic."""
        for axis in self.axes.values():
            axis.setLogMode(x, y)
