"""Encoders: pictures into mp4, webm, apng and animated webp, by FFmpeg's libraries through PyAV.

MP4: H.264 4:2:0, colours converted to BT.709 and said to be so, index in front. WebM: VP9, with a second layer for
transparency. APNG and WebP keep a picture that does not change as one long one.
"""

import contextlib
from fractions import Fraction
from pathlib import Path
from typing import Any, Self, cast

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from core.recording import U8

MILLISECOND = Fraction(1, 1000)
LARGE = 2560 * 1440  # pixels; beyond, x264's habit of looking ahead costs most of a gigabyte
FRUGAL = "bframes=0:rc-lookahead=4:sync-lookahead=0:sliced-threads=1"


def rate(fps: float) -> Fraction:
    """Frames a second as a fraction of small numbers."""
    return Fraction(fps).limit_denominator(1001)


class Container:
    """An open file of FFmpeg's. Leaving the block closes it, well or not."""

    def __init__(
        self,
        path: Path,
        form: str,
        size: tuple[int, int],
        *,
        codec: str,
        pixels: str,
        rate: Fraction,
        time_base: Fraction,
        options: dict[str, str],
        container: dict[str, str],
        comment: str = "",
    ) -> None:
        """`codec`, `pixels`, `options`: FFmpeg's names; `container`: options of the file around it."""
        self.pixels, self.time_base = pixels, time_base
        # bitexact: no random identity and no date in the file
        self._file = av.open(str(path), "w", format=form, options={"fflags": "+bitexact"} | container)
        self._closed = False
        try:
            self.stream = cast(av.VideoStream, self._file.add_stream(codec, rate=rate, options=options))
            self.stream.width, self.stream.height = size
            self.stream.pix_fmt = pixels
            self.stream.codec_context.time_base = time_base
            if comment:
                self._file.metadata["comment"] = comment
        except BaseException:
            self.abandon()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    def encode(self, frame: Any, at: int) -> None:
        """Encode one frame at the time `at`, in units of the time base."""
        frame.pts, frame.time_base = at, self.time_base
        for packet in self.stream.encode(frame):
            self._file.mux(packet)

    def finish(self) -> None:
        """Encode what is still on its way, and complete the file. A full disk may show only here."""
        for packet in self.stream.encode(None):
            self._file.mux(packet)
        self._closed = True
        self._file.close()

    def abandon(self) -> None:
        """Let go of an incomplete file."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(Exception):
                self._file.close()


def as_frame(pixels: U8) -> Any:
    """The picture as FFmpeg sees it, in the same memory."""
    return av.VideoFrame.from_numpy_buffer(pixels, format="bgra")


class Film:
    """mp4 and webm: a constant number of frames a second."""

    def __init__(self, path: Path, form: str, size: tuple[int, int], fps: float, about: str, transparent: bool) -> None:
        if form == "mp4":
            codec, options, container = "libx264", {"preset": "veryfast", "crf": "18"}, {"movflags": "+faststart"}
            pixels = "yuv420p"
            if size[0] * size[1] > LARGE:
                options["x264-params"] = FRUGAL
        else:
            codec, container = "libvpx-vp9", {}
            options = {"crf": "28", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1", "tile-columns": "2"}
            options |= {"auto-alt-ref": "0"} if transparent else {}
            pixels = "yuva420p" if transparent else "yuv420p"
        self.file = Container(
            path,
            form,
            size,
            codec=codec,
            pixels=pixels,
            rate=rate(fps),
            time_base=1 / rate(fps),
            options=options,
            container=container,
            comment=about,
        )
        context = self.file.stream.codec_context
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        self._next = 0

    def add(self, pixels: U8, count: int) -> None:
        """Encode a picture `count` times."""
        frame = as_frame(pixels).reformat(
            format=self.file.pixels, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG, threads=1
        )
        for _ in range(count):
            self.file.encode(frame, self._next)
            self._next += 1

    def close(self) -> None:
        """Complete the file."""
        self.file.finish()


class Animation:
    """apng and animated webp: each picture stands as long as it should."""

    def __init__(self, path: Path, form: str, size: tuple[int, int], fps: float, last_count: int) -> None:
        self.fps = fps
        last = Fraction(last_count) / rate(fps)
        if form == "apng":
            codec, pixels, options = "apng", "rgba", {"pred": "up", "compression_level": "1"}
            container = {"plays": "0", "final_delay": str(last.limit_denominator(1000))}
        else:
            codec, pixels, options, container = "libwebp_anim", "bgra", {"quality": "90"}, {"loop": "0"}
        self.file = Container(
            path,
            form,
            size,
            codec=codec,
            pixels=pixels,
            rate=rate(fps),
            time_base=MILLISECOND,
            options=options,
            container=container,
        )
        self._next = 0

    def add(self, pixels: U8, count: int) -> None:
        """Encode a picture that stands for `count` frames."""
        frame = as_frame(pixels).reformat(format=self.file.pixels)
        self.file.encode(frame, round(self._next * 1000 / self.fps))
        self._next += count

    def close(self) -> None:
        """Complete the file."""
        self.file.finish()
