"""Listing: lines of code with the names in the colours of their curves, and the line that has just run lit."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from scenes.kit.pane import Pane
from scenes.theme import Theme

TOKEN = re.compile(r"\d[\d.]*(?:e[-−]?\d+)?|\w+|\s+|.")
KEYWORDS = frozenset({"for", "in", "if", "else"})
INDENT = 2.2  # letters
MARGIN = 1.0  # letters left of the least indented row; the numbers stand in the indentation


@dataclass(frozen=True)
class Row:
    """A line of the listing: its text, the number beside it if it is one that lights up, and how deep it stands."""

    text: str
    number: int = 0
    depth: int = 0


def lit_ground(theme: Theme) -> str:
    """The role of the ground that a lit line stands on: every colour of an idea can be read on it."""
    return "raised" if theme.color("text").lightnessF() > 0.5 else "background"


def paint_lit(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A lit row's ground: a frame in the accent's colour, and a bar at its left."""
    painter.setPen(theme.pen("accent", 0.8))
    painter.setBrush(theme.color(lit_ground(theme)))
    painter.drawRoundedRect(rect, 7, 7)
    painter.fillRect(QRectF(rect.left(), rect.top() + 3, 2.5 * theme.line, rect.height() - 6), theme.color("accent"))


class Listing(Pane):
    """Code on a card, as large as it fits. The rows stand still; what is lit is painted over them."""

    def __init__(self, rect: QRectF, theme: Theme, title: str = "") -> None:
        super().__init__(rect, theme)
        self.title = title
        self.rows: tuple[Row, ...] = ()
        self.roles: dict[str, str] = {}
        self.lit: tuple[int, ...] = ()
        self._font = theme.font("label", code=True)
        self._step = 1.0

    def set(self, title: str, rows: tuple[Row, ...], roles: dict[str, str]) -> None:
        """Show `rows` under `title`; `roles` names the colours of the names, all others are plain."""
        if (title, rows, roles) != (self.title, self.rows, self.roles):
            self.title, self.rows, self.roles = title, rows, roles
            self._fit()
            self.touch()

    def light(self, *lit: int) -> None:
        """Light the rows at these places, and no others."""
        self.lit = lit

    @property
    def card(self) -> QRectF:
        """What the code stands on."""
        return self.rect.adjusted(0, 1.6 * self.theme.sizes["label"] if self.title else 0.0, 0, 0)

    def _fit(self) -> None:
        """The largest letters, from the label's size up, with which all rows have room, and the height of a row."""
        theme, card = self.theme, self.card.adjusted(0, 10, 0, -10)
        letters = max((len(row.text) + INDENT * row.depth for row in self.rows), default=1) + 2.0 * MARGIN
        self._step = min(card.height() / max(len(self.rows), 1), 2.3 * theme.sizes["body"])
        share = QFontMetricsF(theme.font("title", code=True)).horizontalAdvance("0") / theme.sizes["title"]
        pixels = min(1.4 * theme.sizes["body"], card.width() / letters / share, self._step / 1.3)
        self._font = theme.font("label", code=True)
        self._font.setPixelSize(int(max(pixels, 30.0 if theme.large else 0.75 * theme.sizes["label"])))

    def row_rect(self, place: int) -> QRectF:
        """Where the row at `place` stands."""
        card = self.card
        top = card.top() + (card.height() - self._step * len(self.rows)) / 2
        return QRectF(card.left(), top + place * self._step, card.width(), self._step)

    def paint_still(self, painter: QPainter) -> None:
        """Title, card and all rows."""
        theme = self.theme
        if self.title:
            painter.setFont(theme.font("label", bold=True))
            painter.setPen(theme.color("text"))
            head = QRectF(self.rect.left(), self.rect.top(), self.rect.width(), 1.5 * theme.sizes["label"])
            painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.title)
        painter.setPen(theme.pen("border", 0.3))
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(self.card, 10, 10)
        for place in range(len(self.rows)):
            self._row(painter, place, False)
        super().paint_still(painter)

    def paint_live(self, painter: QPainter) -> None:
        """The lit rows, over the still ones."""
        for place in self.lit:
            paint_lit(painter, self.row_rect(place).adjusted(5, 1, -5, -1), self.theme)
            self._row(painter, place, True)
        super().paint_live(painter)

    def _row(self, painter: QPainter, place: int, lit: bool) -> None:
        theme, row, rect = self.theme, self.rows[place], self.row_rect(place)
        font = QFont(self._font)
        metrics = QFontMetricsF(font)
        advance = metrics.horizontalAdvance("0")
        base = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
        if lit:
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        if row.number:
            painter.setPen(theme.color("accent" if lit else "muted"))
            painter.drawText(QPointF(rect.left() + MARGIN * advance, base), str(row.number))
        column = MARGIN + INDENT * row.depth
        for token in TOKEN.findall(row.text):
            if not token.isspace():
                painter.setPen(theme.color(self._role(token, bool(row.number))))
                painter.drawText(QPointF(rect.left() + column * advance, base), token)
            column += len(token)

    def _role(self, token: str, runs: bool) -> str:
        if token in self.roles:
            return self.roles[token]
        return "text" if runs and token not in KEYWORDS and re.match(r"\w", token) else "muted"
