"""Every format, read back: the frames are those of the pictures, for as long as they should stand, with their origin inside."""

import json
import re
import struct
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from app import provenance
from app.export.job import Drawing, Job
from app.export.make import make
from app.main import main
from app.subject import subject
from core.recording import U8
from tests.app import decoding, fake_scene

SIZE = "640x360"
FILMS = ("mp4", "webm", "gif", "apng", "webp")
FORMATS = (*FILMS, "png", "svg", "pdf")
# The largest mean error of a frame against the PNG of it, in steps of 255, and the largest of a pixel away from edges.
# H.264 and VP9 halve the resolution of colour; a GIF has 256 colours and a pattern; APNG loses nothing.
MEAN_ERROR = {"mp4": 0.8, "webm": 0.8, "gif": 2.0, "apng": 0.0, "webp": 1.2}
FLAT_ERROR = {"mp4": 3, "webm": 6, "gif": 12, "apng": 0, "webp": 3}


@pytest.fixture(autouse=True)
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object) -> None:
    fake_scene.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


def _export(name: str, *more: str) -> Path:
    assert main(["export", "sliding-box", "-o", name, "--size", SIZE, *more]) == 0
    return Path(name)


def _picture(k: int, *more: str) -> U8:
    return decoding.still(_export(f"still-{k}.png", "--frame", str(k), *more))


@pytest.mark.parametrize("form", FILMS)
def test_a_film_shows_the_frames_of_the_pictures(form: str) -> None:
    frames = decoding.film(_export(f"film.{form}", "--fps", "10", "--seconds", "1.7", "--hold", "0,0"))
    expected = [0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7, 8, 8]
    for number, k in enumerate(expected):
        shown = [pixels for time, pixels in frames if time <= Fraction(number, 10) + Fraction(1, 1000)][-1]
        error = np.abs(shown[..., :3].astype(int) - _picture(k)[..., :3].astype(int))
        assert error.mean() <= MEAN_ERROR[form]
        # Corners of the picture, and the middle of the box, where nothing is near.
        box = round((0.05 + 0.8 * k / 8 + 0.05) * 640)
        for y, x in ((2, 2), (357, 2), (2, 637), (180, box)):
            assert error[y, x].max() <= FLAT_ERROR[form]


@pytest.mark.parametrize("form", ["mp4", "webm"])
def test_a_film_has_its_length_and_says_which_colours_it_means(form: str) -> None:
    import av

    path = _export(f"film.{form}", "--fps", "30", "--seconds", "0.8")
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert stream.codec_context.name == {"mp4": "h264", "webm": "vp9"}[form]
        assert (stream.width, stream.height, stream.pix_fmt) == (640, 360, "yuv420p")
        assert stream.average_rate == 30
        frame, *rest = file.decode(video=0)
        assert len(rest) == 23
        assert (frame.colorspace, frame.color_range) == (1, 1)  # BT.709, limited range
        if form == "mp4":
            assert (frame.color_primaries, frame.color_trc) == (1, 1)


def test_mp4_can_be_played_before_it_has_arrived() -> None:
    content = _export("film.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_odd_sizes_become_even_where_they_must() -> None:
    assert main(["export", "sliding-box", "-o", "film.mp4", "--size", "321x181"]) == 0
    assert decoding.film(Path("film.mp4"))[0][1].shape[:2] == (182, 322)
    assert main(["export", "sliding-box", "-o", "film.gif", "--size", "321x181"]) == 0
    assert decoding.film(Path("film.gif"))[0][1].shape[:2] == (181, 321)


@pytest.mark.parametrize("size", ["320x180", "400x400", "360x640", "500x300"])
def test_any_shape_fills_the_picture(size: str) -> None:
    width, height = map(int, size.split("x"))
    assert main(["export", "sliding-box", "-o", "a.png", "--size", size]) == 0
    pixels = decoding.still(Path("a.png"))
    assert pixels.shape == (height, width, 4)
    assert (pixels[..., 3] == 255).all()
    assert (pixels[0, 0] == pixels[-1, -1]).all()


def test_gif_and_its_kin_stand_still_as_long_as_the_film() -> None:
    arguments = ("--fps", "10", "--seconds", "3", "--hold", "0.5,0.8")
    content = _export("film.gif", *arguments).read_bytes()
    marks = [at for at in range(len(content) - 8) if content[at : at + 4] == b"\x21\xf9\x04" + content[at + 3 : at + 4]]
    delays = [struct.unpack("<H", content[at + 4 : at + 6])[0] for at in marks]
    assert sum(delays) == 300
    assert delays[0] >= 50
    assert delays[-1] >= 80
    assert b"NETSCAPE2.0" in content  # repeats for ever
    total = 0.0
    content = _export("film.apng", *arguments).read_bytes()
    for at in range(len(content)):
        if content[at : at + 4] == b"fcTL":
            over, under = struct.unpack(">HH", content[at + 24 : at + 28])
            total += over / under
    assert total == pytest.approx(3.0, abs=0.01)
    assert decoding.film(_export("film.webp", *arguments))[-1][0] == 3


def test_a_sequence_is_one_picture_for_each_frame_of_the_film() -> None:
    _export("frame-%04d.png", "--fps", "10", "--seconds", "1.7", "--hold", "0,0")
    files = sorted(Path().glob("frame-*.png"))
    assert [file.name for file in files] == [f"frame-{number:04d}.png" for number in range(17)]
    for file, k in zip(files, [0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7, 8, 8], strict=True):
        np.testing.assert_array_equal(decoding.still(file), _picture(k))


def test_a_part_of_a_film_shows_that_part() -> None:
    frames = decoding.film(_export("film.apng", "--frames", "2:4", "--all-steps", "--hold", "0,0", "--fps", "10"))
    assert len(frames) == 3
    for (_, pixels), k in zip(frames, (2, 3, 4), strict=True):
        np.testing.assert_array_equal(pixels, _picture(k))


@pytest.mark.parametrize("form", ["png", "apng", "gif", "webp", "webm"])
def test_a_transparent_file_has_no_background(form: str) -> None:
    path = _export(f"a.{form}", "--transparent", "--no-title", "--no-caption", "--seconds", "0.2")
    pixels = decoding.film(path, "libvpx-vp9" if form == "webm" else "")[-1][1]
    lost = 3 if form == "webm" else 0
    assert pixels[5, 5, 3] <= lost
    assert pixels[355, 320, 3] <= lost
    box = pixels[180, round(0.9 * 640)]
    assert box[3] >= 255 - lost
    color = _picture(8)[180, round(0.9 * 640), :3].astype(int)
    assert np.abs(box[:3] - color).max() <= 4


def test_half_transparent_pixels_keep_their_colour() -> None:
    # Edges of letters: whatever lies below shows through, and the letter's own colour is not darkened.
    pixels = decoding.still(_export("a.png", "--transparent"))
    partly = (pixels[..., 3] > 40) & (pixels[..., 3] < 215)
    assert partly.sum() > 100
    rows = np.zeros_like(partly)
    rows[:24] = True  # the headline, in one light colour
    letters = pixels[partly & rows][:, :3].astype(int)
    assert np.abs(letters - np.array([0xEE, 0xF1, 0xF7])).max() <= 8


def test_title_and_caption_can_be_left_out_one_by_one() -> None:
    full, bare = _picture(4), _picture(4, "--no-title", "--no-caption")
    no_title, no_caption = _picture(4, "--no-title"), _picture(4, "--no-caption")
    top, bottom = np.s_[:60], np.s_[330:]
    assert len(np.unique(full[top].reshape(-1, 4), axis=0)) > 10
    assert len(np.unique(bare.reshape(-1, 4), axis=0)) < 10
    assert len(np.unique(no_title[top].reshape(-1, 4), axis=0)) == 1
    np.testing.assert_array_equal(no_title[bottom], full[bottom])
    assert len(np.unique(no_caption[bottom].reshape(-1, 4), axis=0)) == 1
    np.testing.assert_array_equal(no_caption[top], full[top])


def test_themes_change_the_picture() -> None:
    corners = {theme: tuple(_picture(0, "--theme", theme)[0, 0, :3]) for theme in ("studio", "paper", "projector")}
    assert corners == {"studio": (13, 16, 23), "paper": (252, 251, 248), "projector": (255, 255, 255)}


def test_svg_holds_text_as_text_and_lines_as_lines() -> None:
    tree = ElementTree.fromstring(_export("a.svg").read_text(encoding="utf-8"))
    space = "{http://www.w3.org/2000/svg}"
    assert tree.attrib["viewBox"] == "0 0 640 360"
    assert (tree.attrib["width"], tree.attrib["height"]) == ("640", "360")
    texts = ["".join(text.itertext()).strip() for text in tree.iter(f"{space}text")]
    assert "Where is the box & why?" in texts
    assert "The box is at 8 m." in texts
    assert all(text.attrib["font-family"].startswith("Inter, ") for text in tree.iter(f"{space}text"))
    assert not list(tree.iter(f"{space}image"))
    title = tree.find(f"{space}title")
    assert title is not None
    assert title.text == "Sliding box"


def test_pdf_holds_text_as_text_on_a_page_of_the_right_size() -> None:
    content = _export("a.pdf").read_bytes()
    lines = decoding.pdf_text(content)
    assert "Where is the box & why?" in lines
    assert "The box is at 8 m." in lines
    assert b"/MediaBox [0 0 480.000000 270.000000]" in content
    assert b"/Subtype /Image" not in content
    assert b"/FontFile2" in content


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_command_gives_the_same_bytes(form: str) -> None:
    # For mp4, webm, apng and webp equal decoded frames are what is promised; on one machine the bytes are equal too.
    first = _export(f"first.{form}", "--seed", "7", "--seconds", "0.5").read_bytes()
    assert _export(f"second.{form}", "--seed", "7", "--seconds", "0.5").read_bytes() == first


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_tells_what_it_shows_and_can_be_made_again(form: str) -> None:
    more = ("--seconds", "0.5", "--theme", "paper")
    path = _export(f"a.{form}", "--set", "speed=2.5", "--set", "color=bad", "--seed", "12", *more)
    made = provenance.read(path)
    assert (made.slug, made.seed) == ("sliding-box", 12)
    assert made.params == {"speed": 2.5, "steps": 8, "color": "bad", "broken": False}
    assert made.drawing["theme"] == "paper"
    assert main(["export", str(path), "-o", f"again.{form}", "--size", SIZE, *more]) == 0
    assert Path(f"again.{form}").read_bytes() == path.read_bytes()
    opened = subject(str(path), ["speed=3"])
    assert (opened.slug, opened.seed) == ("sliding-box", 12)
    assert opened.params.values() == {"speed": 3.0, "steps": 8, "color": "bad", "broken": False}


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n", b'{"ravine": ', b'x{"ravine": "1", "scene": 5}', b'{"ravine": [' * 9999]
)
def test_a_foreign_or_damaged_file_is_refused_in_one_line(content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.png", "a.gif"):
        Path(name).write_bytes(content)
        assert main(["export", name, "-o", "b.png"]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_metadata_of_a_foreign_version_is_checked_like_typed_knobs(capsys: pytest.CaptureFixture[str]) -> None:
    about = {"ravine": "9", "scene": "sliding-box", "params": {"speed": 1e9}, "seed": 0, "drawing": {}}
    Path("a.png").write_bytes(json.dumps(about).encode())
    assert main(["export", "a.png", "-o", "b.png"]) == 2
    assert "speed: 1e+09 is outside its range" in capsys.readouterr().err


def test_progress_counts_up_to_the_end() -> None:
    seen: list[tuple[float, float]] = []
    job = Job(subject("sliding-box"), Path("a.mp4"), Drawing(size=(320, 180), seconds=0.5))
    made = make(job, lambda done, total, note: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (30, 30)
    assert made.frames == 30
    assert made.size == Path("a.mp4").stat().st_size


def test_no_text_of_an_svg_is_cut_away_and_no_letter_of_a_formula_outlined(monkeypatch: pytest.MonkeyPatch) -> None:
    # Qt forgets to take back the clip of a plot, which would hide its tick labels; and outlines what has no outline.
    monkeypatch.undo()
    job = Job(subject("momentum-ravine", ["steps=20"]), Path("a.svg").absolute(), Drawing())
    make(job)
    content = job.target.read_text(encoding="utf-8")
    tree = ElementTree.fromstring(content)
    job.target.unlink()
    space = "{http://www.w3.org/2000/svg}"
    boxes: dict[str, tuple[float, ...]] = {}
    for clip in tree.iter(f"{space}clipPath"):
        points = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", clip[0].attrib["d"]), dtype=float)
        boxes[f"url(#{clip.attrib['id']})"] = (*points.min(axis=0), *points.max(axis=0))
    seen = 0
    for outer in tree.iter(f"{space}g"):
        if "clip-path" not in outer.attrib:
            continue
        left, top, right, bottom = boxes[outer.attrib["clip-path"]]
        for inner in outer:
            a, b, c, d, e, f = map(float, re.findall(r"-?[\d.]+(?:e-?\d+)?", inner.attrib["transform"]))
            for text in inner.iter(f"{space}text"):
                x, y = float(text.attrib["x"]), float(text.attrib["y"])
                assert left - 1 <= a * x + c * y + e <= right + 1, text.text
                assert top - 1 <= b * x + d * y + f <= bottom + 1, text.text
                seen += 1
    ticks = ["".join(text.itertext()).strip() for text in tree.iter(f"{space}text")]
    assert {"0.2", "0.4", "0.6", "0.8", "10⁻²"} <= set(ticks)
    assert seen > 0
    assert "stroke-miterlimit" not in content
