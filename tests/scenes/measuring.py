"""A device that is painted on and takes down what reaches it: every text with its height, every stroke with its width."""

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPen,
    QTextItem,
    QTransform,
)


@dataclass(frozen=True)
class Written:
    """A text as it was painted: pixels of its font, its colour, and the box it fills on the device."""

    text: str
    pixels: float
    color: QColor
    box: QRectF


@dataclass(frozen=True)
class Stroke:
    """A line as it was painted: its width in pixels of the device, and its colour."""

    width: float
    color: QColor


@dataclass
class Findings:
    """Everything that was painted, in order."""

    texts: list[Written] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)


class _Engine(QPaintEngine):
    def __init__(self, found: Findings) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.found = found
        self.transform, self.pen = QTransform(), QPen()

    def begin(self, device: QPaintDevice) -> bool:
        self.setActive(True)
        return True

    def end(self) -> bool:
        self.setActive(False)
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        dirty = state.state()
        if dirty & QPaintEngine.DirtyFlag.DirtyTransform:
            self.transform = QTransform(state.transform())
        if dirty & QPaintEngine.DirtyFlag.DirtyPen:
            self.pen = QPen(state.pen())

    def drawTextItem(self, at: Any, item: QTextItem) -> None:
        font = QFont(item.font())
        metrics = QFontMetricsF(font)
        box = QRectF(at.x(), at.y() - metrics.ascent(), metrics.horizontalAdvance(item.text()), metrics.height())
        if item.text().strip():
            self.found.texts.append(
                Written(item.text(), font.pixelSize() * self._scale(), self.pen.color(), self.transform.mapRect(box))
            )

    def _stroke(self, *shape: object) -> None:
        if self.pen.style() != Qt.PenStyle.NoPen and self.pen.color().alpha() > 0:
            self.found.strokes.append(Stroke(self.pen.widthF() * self._scale(), self.pen.color()))

    drawPath = drawPolygon = drawLines = drawRects = drawEllipse = drawPoints = _stroke

    def drawPixmap(self, *picture: object) -> None:
        """Pictures have no strokes."""

    def drawImage(self, *picture: object, **flags: object) -> None:
        """Nor have these."""

    def _scale(self) -> float:
        return float(abs(self.transform.determinant()) ** 0.5)


class Ledger(QPaintDevice):
    """Paint on it, then read `found`."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.found = Findings()
        self._size = (width, height)
        self._engine = _Engine(self.found)

    def paintEngine(self) -> QPaintEngine:
        return self._engine

    def metric(self, what: QPaintDevice.PaintDeviceMetric) -> int:
        kinds = QPaintDevice.PaintDeviceMetric
        width, height = self._size
        known = {
            kinds.PdmWidth: width,
            kinds.PdmHeight: height,
            kinds.PdmWidthMM: width // 4,
            kinds.PdmHeightMM: height // 4,
            kinds.PdmNumColors: 2**24,
            kinds.PdmDepth: 32,
            kinds.PdmDpiX: 96,
            kinds.PdmDpiY: 96,
            kinds.PdmPhysicalDpiX: 96,
            kinds.PdmPhysicalDpiY: 96,
            kinds.PdmDevicePixelRatio: 1,
        }
        return known.get(what, int(QPaintDevice.devicePixelRatioFScale()))
