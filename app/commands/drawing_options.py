"""The options that say how something is drawn, for one file and for many."""

import argparse
import re

from app.export.job import Drawing
from scenes.theme import THEMES


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add(
        "--size",
        type=size,
        default=Drawing.size,
        metavar="WxH",
        help="pixels, 1920x1080 if left out; 1:1 and 9:16 have layouts too",
    )
    add("--fps", type=number, metavar="N", help="frames a second, 10 to 120 (mp4, webm 60; apng, webp 30; gif 25)")
    add("--seconds", type=number, metavar="S", help="length of the film; the scene's own if left out")
    add("--all-steps", action="store_true", help="show every step once, however long that takes")
    add("--hold", type=pair, default=Drawing.hold, metavar="A,B", help="seconds to stand still at start and end (0.6,1.6)")
    add("--slow", action="store_true", help="slow down around marked events")
    add("--frames", type=span, metavar="A:B", help="only frames A to B of the run")
    add(
        "--frame",
        type=int,
        metavar="K",
        help="the frame of a picture; that of a file, or the last, if left out: there the whole run is drawn",
    )
    add("--theme", choices=tuple(THEMES), help="%(choices)s; that of a file, or studio, if left out")
    add("--no-title", action="store_true", help="without the headline")
    add("--no-caption", action="store_true", help="without the sentence at the bottom")
    add("--transparent", action="store_true", help="without a background")


def drawing(options: argparse.Namespace, frame: int | None = None, theme: str | None = None) -> Drawing:
    """The drawing that the options ask for; frame and theme of a view where they say nothing."""
    return Drawing(
        size=options.size,
        fps=options.fps,
        seconds=options.seconds,
        all_steps=options.all_steps,
        hold=options.hold,
        slow=options.slow,
        span=options.frames,
        frame=frame if options.frame is None else options.frame,
        theme=options.theme or theme or Drawing.theme,
        title=not options.no_title,
        caption=not options.no_caption,
        transparent=options.transparent,
    )


def size(text: str) -> tuple[int, int]:
    """`1920x1080`."""
    found = re.fullmatch(r"([0-9]{1,6})[x×]([0-9]{1,6})", text.strip())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size like 1920x1080")
    return int(found.group(1)), int(found.group(2))


def number(text: str) -> float:
    """A plain number."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if value != value:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


def pair(text: str) -> tuple[float, float]:
    """`0.6,1.6`."""
    before, comma, after = text.partition(",")
    if not comma:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers like 0.6,1.6")
    return number(before), number(after)


def span(text: str) -> tuple[int, int]:
    """`10:80`."""
    found = re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9})", text.strip())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range like 10:80")
    return int(found.group(1)), int(found.group(2))
