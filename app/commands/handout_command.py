"""Print a lesson: its slides as figures with captions and questions, the answers on the last pages, as a PDF."""

import argparse
from pathlib import Path

from app.export import offscreen
from app.failure import UsageError
from app.files import write_bytes
from app.lessons import library
from app.lessons.handout import handout
from app.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("lesson", metavar="LESSON", help="a lesson's name, a card's number, or a file of your own (.toml)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where to write, e.g. handout.pdf")
    parser.add_argument("--letter", action="store_true", help="US Letter instead of A4")


def run(options: argparse.Namespace) -> int:
    """Rehearse the lesson and write it."""
    if options.output.suffix.lower() != ".pdf":
        raise UsageError(f"{options.output.name!r} does not end in .pdf")
    lesson = library.find(options.lesson)
    offscreen.start()
    progress = Progress(options.output.name)
    try:
        content, pages = handout(lesson, progress, "letter" if options.letter else "a4")
    finally:
        progress.close()
    write_bytes(options.output, content)
    count = f"{pages} page{'s' if pages > 1 else ''}"
    print(f"{options.output}: {len(lesson.slides)} slides of {lesson.title!r} on {count}, {len(content) / 1e6:.1f} MB")
    return 0
