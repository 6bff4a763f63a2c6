"""Draw a scene as a film, a picture or a figure; the ending of the file chooses the format.

  .mp4 .webm           films                      .png   a picture (frame-%04d.png: every frame)
  .gif .apng .webp     films that play anywhere   .svg .pdf   figures of lines and text

Many at once: `ravine export --all -o films` draws every scene, `ravine export recipe.toml` what a recipe lists.
"""

import argparse
import sys
from pathlib import Path

from app import subject
from app.commands import drawing_options
from app.export import batch, lines, recipe
from app.export.formats import FORMATS, format_of
from app.export.job import Drawing, Job
from app.export.make import Made, make
from app.failure import UsageError
from app.files import make_folder
from app.progress import Progress, clock
from scenes import discovery


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add(
        "scene",
        metavar="SCENE",
        nargs="?",
        help="a scene's name, a view (.ravine), a link, an exported file to draw anew, or a recipe (.toml)",
    )
    add("-o", "--output", metavar="FILE", type=Path, help="where to write; for --all and recipes a folder")
    add("--all", action="store_true", help="every scene, into the folder given by -o")
    add("--formats", default="mp4", metavar="A,B", help="with --all: the formats to write, mp4 if left out")
    add("--jobs", type=int, default=2, metavar="N", help="with --all and recipes: how many at a time, 2 if left out")
    add("--resume", action="store_true", help="leave out what stands there already, made with exactly these settings")
    add("--progress", action="store_true", help="show progress even where stderr is no terminal")
    add("--progress-lines", action="store_true", help="for one file: progress and result as lines of JSON on stdout")
    subject.arguments(parser)
    drawing_options.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Make the file, or the files."""
    if not 1 <= options.jobs <= 64:
        raise UsageError(f"jobs: {options.jobs} is outside its range (1 to 64)")
    if options.all:
        return _many(_every_scene(options), options)
    if options.scene is None:
        raise UsageError("name a scene, a recipe, or --all (see `ravine export --help`)")
    if options.scene.lower().endswith(".toml"):
        if drawing_options.drawing(options) != Drawing() or options.settings or options.seed is not None:
            raise UsageError("a recipe says itself how to draw; only -o, --jobs, --resume and --progress go with it")
        return _many(recipe.read(Path(options.scene), _folder(options.output)), options)
    if options.output is None:
        raise UsageError("say with -o which file to write, e.g. -o film.mp4")
    form = format_of(options.output)  # a wrong ending is told first
    view = subject.told(options.scene, options.settings, options.seed)
    frame = view.frame if form.kind in ("still", "vector") else None
    job = Job(subject.of(view), options.output, drawing_options.drawing(options, frame, view.theme))
    if options.resume and batch.complete(job):
        print(f"{job.target} is complete already")
        return 0
    if options.progress_lines:
        lines.film(job)
        return 0
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


def _every_scene(options: argparse.Namespace) -> list[Job]:
    if options.scene is not None or options.settings:
        raise UsageError("--all is for every scene: name none, and turn no knob with --set")
    folder = _folder(options.output)
    if folder is None:
        raise UsageError("say with -o which folder to write to, e.g. -o films")
    forms = [form.strip().lower().removeprefix(".") for form in options.formats.split(",")]
    unknown = next((form for form in forms if form not in FORMATS), None)
    if unknown is not None:
        raise UsageError(f"formats: {unknown!r} is not one of {', '.join(FORMATS)}")
    drawing = drawing_options.drawing(options)
    return [
        Job(subject.subject(slug, (), options.seed), folder / f"{slug}.{form}", drawing)
        for slug in discovery.all_scenes()
        for form in dict.fromkeys(forms)
    ]


def _folder(output: Path | None) -> Path | None:
    """Where many files go, if that is said; what is called like a film is meant to be one."""
    if output is not None and output.suffix.lower().removeprefix(".") in FORMATS and not output.is_dir():
        raise UsageError(f"many files are made, so -o names a folder, and {output.name!r} ends like one of them")
    return output


def _many(jobs: list[Job], options: argparse.Namespace) -> int:
    for folder in {job.target.parent for job in jobs}:
        make_folder(folder)
    progress = Progress("exporting", shown=True if options.progress else None)
    try:
        result = batch.run(jobs, options.jobs, options.resume, progress)
    finally:
        progress.close()
    by_target = {job.target: job for job in jobs}
    for made in result.made:
        print(described(made, by_target[made.target]))
    if result.skipped:
        print(f"{len(result.skipped)} of {len(jobs)} files were complete already")
    for _, why in result.failed:
        print(f"ravine: {why}", file=sys.stderr)
    return 1 if result.failed else 0
