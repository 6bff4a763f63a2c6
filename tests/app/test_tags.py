"""Tags: what is written behind a finished file, and that a file which is not as it should be stays as it is."""

import struct
from pathlib import Path

import pytest

from app import provenance
from app.export import tags
from app.failure import UsageError


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ("gif", "the GIF does not end as it should"),
        ("apng", "the PNG does not end as it should"),
        ("webp", "the WebP does not begin as it should"),
    ],
)
def test_a_file_of_another_kind_is_left_as_it_is(form: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    path.write_bytes(b"something else altogether, and long enough")
    with pytest.raises(ValueError, match=why):
        tags.tag(path, form, "A film", "{}")
    assert path.read_bytes() == b"something else altogether, and long enough"


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body


def test_a_webp_that_stands_still_is_given_its_text_and_no_length(tmp_path: Path) -> None:
    chunks = chunk(b"VP8X", bytes([0x10]) + bytes(9)) + chunk(b"VP8L", b"the picture!")
    path = tmp_path / "a.webp"
    path.write_bytes(chunk(b"RIFF", b"WEBP" + chunks))
    about = provenance.text("growth", {"rate": 0.5}, 3, {})
    tags.tag(path, "webp", "A picture", about, 1000)
    content = path.read_bytes()
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8
    assert content[20] == 0x10 | tags.XMP_FLAG
    assert content[21 : 12 + len(chunks)] == chunks[9:], "the picture is the same"
    found = provenance.read(path)
    assert (found.slug, found.params, found.seed) == ("growth", {"rate": 0.5}, 3)


def test_a_folder_shows_nothing_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(UsageError, match=r"a\.png cannot be read: it is not a file"):
        provenance.read(tmp_path / "a.png")
