"""Tags: writes the line of provenance into formats whose encoder has no place for it, at the end of the complete file."""

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

from app import provenance

CHUNK_END = 12  # bytes of PNG's last chunk, IEND
XMP_FLAG = 0x04  # in the first byte of WebP's VP8X chunk


def tag(path: Path, form: str, title: str, about: str, last_milliseconds: int = 0) -> None:
    """Put `about` into the file; for WebP also set how long its last picture stands, which the encoder guesses."""
    if form not in ("gif", "apng", "webp"):
        return
    if form == "webp":
        about = provenance.xmp(title, about)
    with path.open("rb+") as file:
        {"gif": _gif, "apng": _apng, "webp": _webp}[form](file, about.encode("utf-8"), last_milliseconds)


def commented_png(content: bytes, about: str) -> bytes:
    """A PNG, or the end of one, with `about` in a tEXt chunk before its end chunk. (Qt would compress a long text.)"""
    rest, end = content[:-CHUNK_END], content[-CHUNK_END:]
    if end[4:8] != b"IEND":
        raise ValueError("the PNG does not end as it should")
    body = b"tEXtComment\x00" + about.encode("ascii")
    return rest + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + end


def _gif(file: BinaryIO, about: bytes, _: int) -> None:
    """A comment extension before the trailer."""
    file.seek(-1, 2)
    if file.read(1) != b";":
        raise ValueError("the GIF does not end as it should")
    file.seek(-1, 2)
    blocks = (about[start : start + 255] for start in range(0, len(about), 255))
    file.write(b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00;")


def _apng(file: BinaryIO, about: bytes, _: int) -> None:
    """A tEXt chunk before the end chunk."""
    file.seek(-CHUNK_END, 2)
    end = file.read(CHUNK_END)
    file.seek(-CHUNK_END, 2)
    file.write(commented_png(end, about.decode("ascii")))


def _webp(file: BinaryIO, about: bytes, last_milliseconds: int) -> None:
    """An XMP chunk at the end, the flag that says so, and the length of the last picture."""
    head = file.read(30)
    if head[:4] != b"RIFF" or head[12:16] != b"VP8X":
        raise ValueError("the WebP does not begin as it should")
    last, at = 0, 12
    while True:
        file.seek(at)
        chunk = file.read(8)
        if len(chunk) < 8:
            break
        if chunk[:4] == b"ANMF":
            last = at
        length = struct.unpack("<I", chunk[4:])[0]
        at += 8 + length + length % 2
    if last:
        file.seek(last + 8 + 12)
        file.write(struct.pack("<I", min(last_milliseconds, 0xFFFFFF))[:3])
    file.seek(0, 2)
    file.write(b"XMP " + struct.pack("<I", len(about)) + about + b"\x00" * (len(about) % 2))
    total = file.tell()
    file.seek(20)
    file.write(bytes([head[20] | XMP_FLAG]))
    file.seek(4)
    file.write(struct.pack("<I", total - 8))
