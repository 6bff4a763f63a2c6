"""Vector items: pyqtgraph's items painted one by one, for a device that loses track of clipping.

Qt's SVG writer keeps the last clip when a painter goes back to a wider one, so that after `QGraphicsScene.render` tick labels
are cut away. Here every item is painted with a fresh painter state and at most one clip.
"""

from typing import Any

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

CLIPS_CHILDREN = QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape


def paint_items(scene: Any, painter: QPainter) -> None:
    """Paint every visible item of pyqtgraph's `scene`, the lowest first, in the painter's coordinates."""
    scene.prepareForPaint()  # pyqtgraph places its items only now
    base = painter.worldTransform()
    for item in reversed(scene.items()):
        if not item.isVisible() or not item.effectiveOpacity():
            continue
        painter.save()
        frame = _clipping_ancestor(item)
        if frame is not None:
            painter.setWorldTransform(frame.sceneTransform() * base)
            painter.setClipPath(frame.shape())
        painter.setWorldTransform(item.sceneTransform() * base)
        painter.setOpacity(item.effectiveOpacity())
        option = QStyleOptionGraphicsItem()
        option.exposedRect = item.boundingRect()
        item.paint(painter, option, None)
        painter.restore()


def _clipping_ancestor(item: QGraphicsItem) -> QGraphicsItem | None:
    above = item.parentItem()
    while above is not None and not above.flags() & CLIPS_CHILDREN:
        above = above.parentItem()
    return above
