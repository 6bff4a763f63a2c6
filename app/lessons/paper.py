"""Paper: pieces of text and pictures that are measured first and then set on pages, those of one block together.

Lengths are pixels of 1/96 inch, as everywhere in the PDF.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from app.lessons.slate import Slate
from scenes.kit.chrome import MARGIN
from scenes.layout import SIZES
from scenes.theme import Theme

WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
LEADING = 1.32  # of a line, in sizes of its letters
BOX = 11.0  # side of a box to tick


class Piece(Protocol):
    """Something that takes the width of a page and tells its height."""

    def height(self, width: float) -> float:
        """How tall it is at this width."""

    def paint(self, painter: QPainter, at: QPointF, width: float) -> None:
        """Draw it with its upper left corner at `at`."""


@dataclass(frozen=True)
class Words:
    """A paragraph; `mark` stands before it, and `space` above it."""

    text: str
    theme: Theme
    pixels: int = 14
    bold: bool = False
    role: str = "text"
    space: float = 5.0
    mark: str = ""  # "box": to tick; "bar": what to take away; or a letter

    @property
    def font(self) -> QFont:
        """The bundled font at its size."""
        font = self.theme.font("body", self.bold)
        font.setPixelSize(self.pixels)
        return font

    @property
    def indent(self) -> float:
        """Where the text begins."""
        return 22.0 if self.mark else 0.0

    def height(self, width: float) -> float:
        """Its lines, and the space above."""
        box = QRectF(0, 0, width - self.indent, 1e5)
        return self.space + QFontMetricsF(self.font).boundingRect(box, WRAP, self.text).height()

    def paint(self, painter: QPainter, at: QPointF, width: float) -> None:
        """Draw mark and text."""
        tall = self.height(width) - self.space
        top = at.y() + self.space
        if self.mark == "box":
            painter.setPen(self.theme.pen("muted", 0.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(at.x() + 2, top + 0.5 * QFontMetricsF(self.font).height() - 0.5 * BOX, BOX, BOX))
        elif self.mark == "bar":
            painter.fillRect(QRectF(at.x() + 4, top + 2, 3, tall - 4), self.theme.color("accent"))
        painter.setFont(self.font)
        painter.setPen(self.theme.color(self.role))
        painter.drawText(QRectF(at.x() + self.indent, top, width - self.indent, tall + 1), WRAP, self.text)


@dataclass(frozen=True)
class Figure:
    """A slide's stage, as it is asked or as it is revealed, as lines and text."""

    slate: Slate
    revealed: bool
    share: float  # of the page's width
    space: float = 9.0

    def _scale(self, width: float) -> float:
        return width * self.share / (SIZES["wide"][0] - 2 * MARGIN)

    def height(self, width: float) -> float:
        """That of a stage without the margins around it."""
        return self.space + (SIZES["wide"][1] - MARGIN) * self._scale(width)

    def paint(self, painter: QPainter, at: QPointF, width: float) -> None:
        """Draw the stage."""
        if self.revealed:
            self.slate.reveal()
        else:
            self.slate.ask()
        painter.save()
        painter.translate(at.x(), at.y() + self.space)
        painter.scale(self._scale(width), self._scale(width))
        painter.translate(-MARGIN, -0.6 * MARGIN)
        self.slate.show.paint(painter, *SIZES["wide"])
        painter.restore()


@dataclass(frozen=True)
class Rule:
    """A line to write on, or between two blocks."""

    theme: Theme
    space: float = 26.0
    share: float = 0.85

    def height(self, width: float) -> float:
        """The space above the line."""
        return self.space

    def paint(self, painter: QPainter, at: QPointF, width: float) -> None:
        """Draw the line."""
        painter.setPen(self.theme.pen("border", 0.3))
        painter.drawLine(QPointF(at.x(), at.y() + self.space), QPointF(at.x() + width * self.share, at.y() + self.space))


Block = Sequence[Piece]


def set_on_pages(blocks: Sequence[Block | None], width: float, height: float, gap: float) -> list[list[tuple[float, Piece]]]:
    """The pages: for each the pieces with their y. A block stays on one page; None begins a new one."""
    pages: list[list[tuple[float, Piece]]] = [[]]
    y = 0.0
    for block in blocks:
        if block is None:
            if pages[-1]:
                pages.append([])
            y = 0.0
            continue
        tall = sum(piece.height(width) for piece in block)
        if pages[-1] and y + gap + tall > height:
            pages.append([])
            y = 0.0
        y += gap if pages[-1] else 0.0
        for piece in block:
            pages[-1].append((y, piece))
            y += piece.height(width)
    return pages
