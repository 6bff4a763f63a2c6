"""PDF: a show's present frame, or pages of anything, as lines and text; bytes that depend on nothing but what is drawn."""

import re
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter, QRawFont, QTextLayout

from app import provenance
from scenes.show import Show
from scenes.theme import STUDIO

POINTS = 72.0 / 96.0  # a PDF point is 1/72 inch, a pixel of ours 1/96
EPOCH = b"D:19800101000000Z"
PRIVATE = range(0xE000, 0xF900)  # Unicode leaves these to fonts
MAP = re.compile(rb"(beginbfrange\n)(.*?)(endbfrange)", re.DOTALL)


def pdf(show: Show, size: tuple[int, int], title: str, about: str) -> bytes:
    """The present frame as a PDF of one page that is exactly the picture, its text in embedded parts of the bundled font."""

    def draw(painter: QPainter, new_page: Callable[[], object]) -> None:
        show.paint(painter, *size)

    return document(size, title, about, draw)


def document(
    size: tuple[float, float], title: str, about: str, draw: Callable[[QPainter, Callable[[], object]], None]
) -> bytes:
    """A PDF of pages of `size` (pixels), drawn by `draw(painter, new_page)`, with `about` in its metadata."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(96)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    page = QSizeF(size[0] * POINTS, size[1] * POINTS)
    layout = QPageLayout(
        QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch),
        QPageLayout.Orientation.Portrait,
        QMarginsF(0, 0, 0, 0),
    )
    writer.setPageLayout(layout)
    writer.setTitle(title)
    writer.setCreator("Ravine")
    writer.setDocumentXmpMetadata(QByteArray(provenance.xmp(title, about).encode("utf-8")))
    writer.setDocumentId(QUuid.createUuidV5(QUuid(), about.encode()))
    with QPainter(writer) as painter:  # ended even if the drawing fails
        draw(painter, writer.newPage)
    return _readable(_undated(bytes(content.data())))


def _undated(content: bytes) -> bytes:
    """The same PDF without the time it was written at. The lengths stay, as the table at its end counts bytes."""

    def fixed(found: re.Match[bytes]) -> bytes:
        date = found.group(2)
        return found.group(1) + (EPOCH + b" " * len(date))[: len(date)] + found.group(3)

    return re.sub(rb"(/(?:CreationDate|ModDate) ?\()(D:[^)]*)(\))", fixed, content)


def _readable(content: bytes) -> bytes:
    """The same PDF with every letter said to be itself, so that searching and copying work.

    Qt names a glyph by the first code point that leads to it: a space becomes a tab, and digits of equal width become private
    code points of the font. The tables are uncompressed, and the lengths stay.
    """
    meant = {b"<0009>": b"<0020>"} | {b"<%04X>" % code: b"<%04X>" % ord(letter) for code, letter in _hidden().items()}

    def named(found: re.Match[bytes]) -> bytes:
        entries = re.sub(rb"<[0-9A-F]{4}>(?=[ \]])", lambda code: meant.get(code.group(), code.group()), found.group(2))
        return found.group(1) + entries + found.group(3)

    return MAP.sub(named, content)


@cache
def _hidden() -> dict[int, str]:
    """The letters that the bundled font draws with glyphs of private code points, by these."""
    font = STUDIO.font()
    private = "".join(map(chr, PRIVATE))
    codes: dict[int, int] = {}
    for letter, glyph in zip(private, QRawFont.fromFont(font).glyphIndexesForString(private), strict=True):
        if glyph:
            codes.setdefault(glyph, ord(letter))
    hidden: dict[int, str] = {}
    for letter in map(chr, range(33, 127)):
        line = QTextLayout(letter, font)
        line.beginLayout()
        line.createLine()
        line.endLayout()
        for run in line.glyphRuns():
            hidden.update({codes[glyph]: letter for glyph in run.glyphIndexes() if glyph in codes})
    return hidden
