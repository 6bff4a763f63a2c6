"""Provenance: every picture and film says in its metadata what it shows, so that it can be opened and made again.

One line of JSON that starts with `{"ravine"`: version, scene, knobs, seed, and how it was drawn. Each format keeps it where its
own tools look: a tEXt chunk (PNG, APNG), a comment (GIF, MP4, WebM), XMP (WebP, PDF), <desc> (SVG). It is pure ASCII
and free of the characters XML escapes, so one search finds it in all of them.
"""

import json
import stat
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from app.failure import UsageError, reason
from app.version import VERSION

SUFFIXES = (".mp4", ".webm", ".gif", ".apng", ".webp", ".png", ".svg", ".pdf")
MARK = b'{"ravine": '
LONGEST = 1 << 20  # bytes of JSON that are read at most
REACH = 1 << 26  # bytes at either end of a file that are searched
PIECE = 1 << 20  # bytes that are looked at together


@dataclass(frozen=True)
class Provenance:
    """What a file shows: slug, knobs and seed of the scene, the version that drew it, and the settings of the drawing."""

    slug: str
    params: dict[str, object]
    seed: int
    version: str
    drawing: dict[str, object]


def text(slug: str, params: dict[str, Any], seed: int, drawing: dict[str, Any]) -> str:
    """The line of JSON that goes into a file."""
    body = {"ravine": VERSION, "scene": slug, "params": params, "seed": seed, "drawing": drawing}
    line = json.dumps(body, allow_nan=False)
    for character in "<>&":  # these can only stand within strings
        line = line.replace(character, f"\\u{ord(character):04x}")
    return line


def xmp(title: str, about: str) -> str:
    """The line as the description in an XMP packet, the metadata that PDF and WebP hold."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title, quote=False)}</rdf:li></rdf:Alt></dc:title>'
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{about}</rdf:li></rdf:Alt></dc:description>'
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )


def is_file_name(name: str) -> bool:
    """Whether `name` names a file that we write rather than a scene."""
    return name.lower().endswith(SUFFIXES)


def read(path: Path) -> Provenance:
    """What the file at `path` shows; a `UsageError` says why that cannot be told."""
    try:
        found = _find(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {reason(error)}") from error
    if found is None:
        raise UsageError(f"{path} was not made by Ravine, or lost its metadata on the way")
    slug, params, seed, drawing = (found.get(key) for key in ("scene", "params", "seed", "drawing"))
    sound = isinstance(slug, str) and isinstance(params, dict) and type(seed) is int and 0 <= seed < 2**63
    if not sound or not isinstance(drawing, dict):
        raise UsageError(f"{path} carries metadata of Ravine that cannot be understood")
    return Provenance(str(slug), dict(params or {}), int(seed or 0), str(found["ravine"]), drawing)


def _find(path: Path) -> dict[str, Any] | None:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        start = _search(file)
        if start is None:
            return None
        # A GIF cuts its comment into blocks of at most 255 bytes, each with its length in front.
        blocks = path.suffix.lower() == ".gif"
        file.seek(max(start - 1, 0) if blocks else start)
        raw = _joined(file.read(LONGEST + LONGEST // 255)) if blocks else file.read(LONGEST)
    try:
        found, _ = json.JSONDecoder().raw_decode(raw.decode("ascii", "replace"))
    except (ValueError, RecursionError):  # no JSON, or a number of thousands of digits; nested too deep
        return {"ravine": "?"}
    return found if isinstance(found, dict) else None


def _search(file: BinaryIO) -> int | None:
    """Where the mark first stands, near the beginning or the end: that is where our formats keep it, and a film may be huge."""
    size = file.seek(0, 2)
    found = _search_between(file, 0, min(REACH, size))
    if found is None and size > REACH:
        found = _search_between(file, max(size - REACH, REACH - len(MARK)), size)
    return found


def _search_between(file: BinaryIO, at: int, end: int) -> int | None:
    kept = b""
    file.seek(at)
    while read := file.read(min(PIECE, end - at)):
        piece = kept + read
        found = piece.find(MARK)
        if found >= 0:
            return at - len(kept) + found
        at += len(read)
        kept = piece[-len(MARK) + 1 :]
    return None


def _joined(blocks: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while at < len(blocks) and blocks[at]:
        parts.append(blocks[at + 1 : at + 1 + blocks[at]])
        at += 1 + blocks[at]
    return b"".join(parts)
