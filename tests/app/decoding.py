"""Reads back what the program writes, without using its code."""

import re
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from core.recording import U8


def still(path: Path) -> U8:
    """A PNG as (height, width, 4) red, green, blue, alpha."""
    return film(path)[0][1]


def film(path: Path, codec: str = "") -> list[tuple[Fraction, U8]]:
    """Every frame of a film with its time in seconds, as red, green, blue, alpha; `codec`: a decoder by name."""
    if path.suffix == ".webp":
        return webp(path)
    frames = []
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        decoder: Any = av.CodecContext.create(codec, "r") if codec else None
        packets = file.demux(stream)
        decoded = (f for p in packets for f in (decoder.decode(p) if decoder else p.decode()))
        for frame in decoded:
            # With BT.709 undone as it was tagged, as a player does it.
            pixels: Any = frame.reformat(format="rgba").to_ndarray()
            frames.append((Fraction(frame.pts or 0) * Fraction(stream.time_base or 1), pixels))
    return frames


def webp_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a RIFF file."""
    assert content[:4] == b"RIFF"
    assert content[8:12] == b"WEBP"
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8
    chunks, at = [], 12
    while at < len(content):
        length = struct.unpack("<I", content[at + 4 : at + 8])[0]
        chunks.append((content[at : at + 4], content[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    assert at == len(content)
    return chunks


def webp(path: Path) -> list[tuple[Fraction, U8]]:
    """An animated WebP: each of its pictures laid over the ones before."""
    chunks = webp_chunks(path.read_bytes())
    width, height = (1 + int.from_bytes(chunks[0][1][at : at + 3], "little") for at in (4, 7))
    canvas = np.zeros((height, width, 4), dtype=np.uint8)
    frames, time = [], 0
    for name, body in chunks:
        if name != b"ANMF":
            continue
        x, y, w, h, duration = (int.from_bytes(body[at : at + 3], "little") for at in (0, 3, 6, 9, 12))
        blend, dispose = not body[15] & 2, body[15] & 1
        flags = 0x10 if body[16:20] == b"ALPH" else 0
        head = b"VP8X" + struct.pack("<I", 10) + bytes([flags, 0, 0, 0]) + body[6:12]
        inner = b"WEBP" + (head if flags else b"") + body[16:]
        context: Any = av.CodecContext.create("webp", "r")
        (picture,) = context.decode(av.Packet(b"RIFF" + struct.pack("<I", len(inner)) + inner))
        patch = picture.to_ndarray(format="rgba").astype(float)
        place = (slice(2 * y, 2 * y + h + 1), slice(2 * x, 2 * x + w + 1))
        alpha = patch[..., 3:] / 255 if blend else 1.0
        canvas[place] = np.round(patch * alpha + canvas[place] * (1 - alpha))
        frames.append((Fraction(time, 1000), canvas.copy()))
        time += duration
        if dispose:
            canvas[place] = 0
    frames.append((Fraction(time, 1000), canvas.copy()))  # when it ends
    return frames


def pdf_text(content: bytes) -> list[str]:
    """The lines of text of a PDF: its strings, read with the table of letters that belongs to their font."""
    objects = {int(found.group(1)): found.group(2) for found in re.finditer(rb"(\d+) 0 obj\s*(.*?)endobj", content, re.DOTALL)}
    fonts: dict[bytes, dict[bytes, str]] = {}
    for number, body in objects.items():
        if to_unicode := re.search(rb"/ToUnicode (\d+) 0 R", body):
            fonts[b"F%d" % number] = _letters(_stream(objects[int(to_unicode.group(1))]))
    lines = []
    for body in objects.values():
        if not re.search(rb"stream\r?\n", body):
            continue
        for block in re.findall(rb"BT(.*?)ET", _stream(body), re.DOTALL):
            font = re.search(rb"/(F\d+) ", block)
            assert font
            letters = fonts[font.group(1)]
            codes = b"".join(re.findall(rb"<([0-9a-fA-F]+)> Tj", block)).lower()
            lines.append("".join(letters.get(codes[at : at + 4], "\ufffd") for at in range(0, len(codes), 4)))
    return lines


def _stream(body: bytes) -> bytes:
    start = re.search(rb"stream\r?\n", body)
    assert start
    content = body[start.end() : body.rindex(b"endstream")]
    return zlib.decompress(content) if b"/FlateDecode" in body[: start.start()] else content


def _letters(table: bytes) -> dict[bytes, str]:
    letters: dict[bytes, str] = {}
    for low, _, letter in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>", table):
        letters[low.lower()] = chr(int(letter, 16))
    for low, _, many in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> \[([^\]]*)\]", table):
        for offset, letter in enumerate(re.findall(rb"<([0-9A-F]{4})>", many)):
            letters[b"%04x" % (int(low, 16) + offset)] = chr(int(letter, 16))
    return letters
