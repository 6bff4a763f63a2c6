"""Draw a scene as a film, a picture or a figure; the ending of the file chooses the format.

.mp4 .webm           films                      .png   a picture (frame-%04d.png: every frame)
.gif .apng .webp     films that play anywhere   .svg .pdf   figures of lines and text
"""

import argparse
from pathlib import Path

from app import subject
from app.commands import drawing_options
from app.export.formats import format_of
from app.export.job import Job
from app.export.make import Made, make
from app.progress import Progress, clock


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("scene", metavar="SCENE", help="a scene's name, or an exported file to draw anew")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where to write")
    parser.add_argument("--progress", action="store_true", help="show progress even where stderr is no terminal")
    subject.arguments(parser)
    drawing_options.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Make the file."""
    format_of(options.output)  # a wrong ending is told first
    job = Job(subject.subject(options.scene, options.settings, options.seed), options.output, drawing_options.drawing(options))
    print(described(film(job, True if options.progress else None), job))
    return 0


def film(job: Job, shown: bool | None = None) -> Made:
    """Make one file with a progress bar; `shown` as Progress has it."""
    progress = Progress(job.target.name, shown=shown)
    try:
        return make(job, progress)
    finally:
        progress.close()


def described(made: Made, job: Job) -> str:
    """What was made, in one line."""
    width, height = job.drawing.size
    facts = [f"{width}×{height}"]
    if made.seconds:
        facts.append(f"{made.seconds:.1f} s at {job.fps:g} frames a second")
    elif made.frames > 1:
        facts.append(f"{made.frames} pictures")
    facts.append(f"{made.size / 1e6:.1f} MB" if made.size >= 1e5 else f"{made.size / 1e3:.1f} kB")
    if made.took >= 1:
        facts.append(f"made in {clock(made.took)}")
    return f"{made.target}: {', '.join(facts)}"
