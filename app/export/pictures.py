"""Still pictures: a show's present frame as PNG, SVG or PDF, as bytes that depend on nothing but the frame."""

import re
from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRect, QSize, QSizeF, QUuid
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from app import provenance
from scenes.show import Show
from scenes.theme import FONT_FAMILY

POINTS = 72.0 / 96.0  # a PDF point is 1/72 inch, a pixel of ours 1/96
FALLBACK = f"{FONT_FAMILY}, 'Helvetica Neue', Arial, sans-serif"
QUALITY = 80  # Qt's name for how little a PNG is compressed: 63 ms and 0.85 MB at 1080p instead of 215 ms at its default
EPOCH = b"D:19800101000000Z"


def png(image: QImage, about: str) -> bytes:
    """`image` as PNG with `about` in a text chunk."""
    image.setText("Comment", about)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG", QUALITY):  # type: ignore[call-overload]
        raise RuntimeError("Qt could not write a PNG picture")
    return bytes(content.data())


def svg(show: Show, size: tuple[int, int], title: str, about: str) -> bytes:
    """The present frame as SVG 1.1: lines as paths, text as text in the bundled font, or a common one."""
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(QSize(*size))
    generator.setViewBox(QRect(0, 0, *size))
    painter = QPainter(generator)
    show.paint(painter, *size)
    painter.end()
    text = bytes(content.data()).decode("utf-8")
    text = text.replace(f'font-family="{FONT_FAMILY}"', f'font-family="{FALLBACK}"')
    head = f"<title>{escape(title)}</title>\n<desc>{about}</desc>"
    text = re.sub(r"<title>.*?</title>\s*<desc>.*?</desc>", lambda _: head, text, count=1, flags=re.DOTALL)
    return text.encode("utf-8")


def pdf(show: Show, size: tuple[int, int], title: str, about: str) -> bytes:
    """The present frame as a PDF of one page that is exactly the picture, its text in embedded parts of the bundled font."""
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
    painter = QPainter(writer)
    show.paint(painter, *size)
    painter.end()
    return _undated(bytes(content.data()))


def _undated(content: bytes) -> bytes:
    """The same PDF without the time it was written at. The lengths stay, as the table at its end counts bytes."""

    def fixed(found: re.Match[bytes]) -> bytes:
        date = found.group(2)
        return found.group(1) + (EPOCH + b" " * len(date))[: len(date)] + found.group(3)

    return re.sub(rb"(/(?:CreationDate|ModDate) ?\()(D:[^)]*)(\))", fixed, content)
