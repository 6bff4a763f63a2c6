"""Layout: a stage divided into named areas by rows and columns, for any shape of picture.

`Row((3, "map"), (2, Column((1, "rates"), (1, "formula"))))` splits by weights. On a stage that is taller than wide
a `Row` stands on end, so one description serves 16:9, 1:1 and 9:16.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF

Shape = Literal["wide", "square", "tall", "half"]  # half: beside another on one stage
SIZES: dict[Shape, tuple[int, int]] = {"wide": (1920, 1080), "square": (1080, 1080), "tall": (1080, 1920), "half": (960, 900)}
GAP = 28.0


class Split:
    """Areas side by side (`Row`) or one under the other (`Column`), each with a weight."""

    def __init__(self, *parts: "tuple[float, str | Split]", keep: bool = False) -> None:
        """`parts` are (weight, area name or further split); `keep` forbids a row to stand on end."""
        self.parts = parts
        self.keep = keep


class Row(Split):
    """Areas from left to right."""


class Column(Split):
    """Areas from top to bottom."""


@dataclass(frozen=True)
class Format:
    """The logical size of a stage of one shape."""

    shape: Shape

    @property
    def width(self) -> int:
        """Logical width."""
        return SIZES[self.shape][0]

    @property
    def height(self) -> int:
        """Logical height."""
        return SIZES[self.shape][1]


def shape_for(width: int, height: int) -> Shape:
    """The stage shape that fits a picture of this size best."""
    ratio = width / height
    return "wide" if ratio > 1.3 else "square" if ratio > 0.75 else "tall"


def divide(split: "str | Split", rect: QRectF, shape: Shape) -> dict[str, QRectF]:
    """The rectangle of every named area, with `GAP` between neighbours."""
    if isinstance(split, str):
        return {split: rect}
    upright = isinstance(split, Column) or (shape != "wide" and not split.keep)
    total = sum(weight for weight, _ in split.parts)
    room = (rect.height() if upright else rect.width()) - GAP * (len(split.parts) - 1)
    areas: dict[str, QRectF] = {}
    offset = rect.top() if upright else rect.left()
    for weight, part in split.parts:
        extent = room * weight / total
        if upright:
            inner = QRectF(rect.left(), offset, rect.width(), extent)
        else:
            inner = QRectF(offset, rect.top(), extent, rect.height())
        areas.update(divide(part, inner, shape))
        offset += extent + GAP
    return areas
