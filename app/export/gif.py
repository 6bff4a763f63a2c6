"""GIF: one palette of 256 colours for the whole film, ordered dithering, and delays that a GIF can hold.

The palette is found from a few dozen pictures spread over the film, painted beforehand; then the film is painted as
any other. Memory stays flat that way: FFmpeg's usual recipe keeps every picture until the palette is known. Dithering with
a fixed 8 × 8 pattern leaves still parts of the picture still, so a film is small; error diffusion would make them flicker.
"""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from app.export.encoders import Container, as_frame
from core.recording import U8

HUNDREDTH = Fraction(1, 100)
SAMPLES = 40  # pictures that the palette is made from


def palette(pictures: Iterable[U8], size: tuple[int, int], transparent: bool) -> Any:
    """The 256 colours that serve all `pictures` best."""
    graph = av.filter.Graph()
    source = _source(graph, size, "in")
    chooser = graph.add("palettegen", f"stats_mode=full:reserve_transparent={int(transparent)}")
    sink = graph.add("buffersink")
    source.link_to(chooser)
    chooser.link_to(sink)
    graph.configure()
    for number, pixels in enumerate(pictures):
        frame = as_frame(pixels.copy())  # the filter may keep it, the painter uses the memory again
        frame.pts, frame.time_base = number, HUNDREDTH
        source.push(frame)
    source.push(None)
    return sink.pull()


class Gif:
    """Takes pictures, matches them to the palette and encodes what changed."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float, last_count: int, colors: Any, transparent: bool) -> None:
        self.delay = round(100.0 / fps)
        graph = av.filter.Graph()
        self._source = _source(graph, size, "film")
        chosen = graph.add_buffer(width=16, height=16, format=colors.format.name, time_base=HUNDREDTH, name="palette")
        options = "dither=bayer:bayer_scale=4:diff_mode=rectangle" + (":alpha_threshold=128" if transparent else "")
        matcher = graph.add("paletteuse", options)
        self._sink = graph.add("buffersink")
        self._source.link_to(matcher, 0, 0)
        chosen.link_to(matcher, 0, 1)
        matcher.link_to(self._sink)
        graph.configure()
        colors.pts, colors.time_base = 0, HUNDREDTH
        chosen.push(colors)
        chosen.push(None)
        self._graph = graph
        self.file = Container(
            path,
            "gif",
            size,
            codec="gif",
            pixels="pal8",
            rate=Fraction(100, self.delay),
            time_base=HUNDREDTH,
            options={},
            container={"loop": "0", "final_delay": str(self.delay * last_count)},
        )
        self._next = 0

    def add(self, pixels: U8, count: int) -> None:
        """Encode a picture that stands for `count` frames."""
        frame = as_frame(pixels.copy())  # the filter compares it with the next one
        frame.pts, frame.time_base = self._next, HUNDREDTH
        self._source.push(frame)
        self._next += self.delay * count
        self._drain()

    def close(self) -> None:
        """Complete the file."""
        self._source.push(None)
        self._drain()
        self.file.finish()

    def _drain(self) -> None:
        while True:
            try:
                frame = self._sink.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            self.file.encode(frame, frame.pts or 0)


def _source(graph: Any, size: tuple[int, int], name: str) -> Any:
    return graph.add_buffer(width=size[0], height=size[1], format="bgra", time_base=HUNDREDTH, name=name)
