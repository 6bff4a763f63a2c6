"""Formula: LaTeX as vector outlines, by ziamath, in the theme's colour.

A term takes the colour of an idea by its role: `\\textcolor{optimizer.momentum}{\\beta v}`.
"""

import importlib
import re
from functools import cache, lru_cache
from typing import Any

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from scenes.kit.outlines import shipped
from scenes.kit.pane import Pane
from scenes.theme import Theme


@lru_cache(maxsize=512)
def svg(latex: str, color: str, size: int) -> bytes:
    """One line of LaTeX as an SVG document: the one that came with the program, or a new one."""
    return (shipped(latex, color, size) or typeset(latex, color, size)).encode()


def typeset(latex: str, color: str, size: int) -> str:
    """One line of LaTeX as ziamath draws it, in this colour and text size."""
    drawing: str = typesetter().Latex(latex, size=size, color=color).svg()
    return drawing


@cache
def typesetter() -> Any:
    """ziamath, loaded when the first formula is drawn."""
    importlib.import_module("ziamath.config").config.svg2 = False  # its default, symbols with a view box, is drawn blank by Qt
    return importlib.import_module("ziamath.zmath")


def dressed(latex: str, theme: Theme) -> tuple[str, str, int]:
    """`latex` with the roles in its colour commands replaced by this theme's colours; the theme's ink, and its size of text."""
    colored = re.sub(r"textcolor\{([a-z0-9_.]+)\}", lambda found: f"textcolor{{{theme.colors[found[1]]}}}", latex)
    return colored, theme.colors["text"], round(1.5 * theme.sizes["body"])


class Formula(Pane):
    """Lines of LaTeX, left-aligned one under the other, shrunk to fit the pane; the current one may be marked."""

    def __init__(self, rect: QRectF, theme: Theme, lines: tuple[str, ...] = (), title: str = "", card: bool = True) -> None:
        super().__init__(rect, theme)
        self.lines, self.title, self.card = lines, title, card

    def set(self, lines: tuple[str, ...]) -> None:
        """Show these lines."""
        if lines != self.lines:
            self.lines = lines
            self.touch()

    def paint_still(self, painter: QPainter) -> None:
        """Draw title, card and lines."""
        theme, rect = self.theme, self.rect
        if self.title:
            height = 1.5 * theme.sizes["label"]
            painter.setFont(theme.font("label", bold=True))
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(rect.left(), rect.top(), rect.width(), height), self.title)
            rect = rect.adjusted(0, height + 6, 0, 0)
        if self.card:
            painter.setPen(theme.pen("border", 0.3))
            painter.setBrush(theme.color("panel"))
            painter.drawRoundedRect(rect, 10, 10)
            rect = rect.adjusted(24, 12, -24, -12)
        drawings = [QSvgRenderer(QByteArray(svg(*dressed(line, theme)))) for line in self.lines]
        sizes = [drawing.viewBoxF().size() for drawing in drawings]
        if not drawings:
            return
        gap = 14.0
        tall = sum(size.height() for size in sizes) + gap * (len(sizes) - 1)
        scale = min(1.0, rect.width() / max(size.width() for size in sizes), rect.height() / tall)
        y = rect.top() + (rect.height() - tall * scale) / 2
        for drawing, size in zip(drawings, sizes, strict=True):
            drawing.render(painter, QRectF(rect.left(), y, size.width() * scale, size.height() * scale))
            y += (size.height() + gap) * scale
