"""Open the window at a scene, at a view that was saved or linked to, or at what an exported film or picture shows.

Where there is no display, the scene is filmed to ravine-tour.mp4 in the current folder instead.
"""

import argparse
import gc
import importlib
from pathlib import Path

from app import display
from app import subject as subjects
from app.keeping import start
from app.subject import OPENING, Subject
from scenes.theme import THEMES

TOUR = Path("ravine-tour.mp4")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "scene",
        metavar="SCENE",
        nargs="?",
        help="a scene's name, a view (.ravine), a link, an exported file; none: what was shown last",
    )
    parser.add_argument("--theme", choices=tuple(THEMES), help="%(choices)s")
    parser.add_argument("--reset", action="store_true", help="start with defaults; what was remembered is kept aside")
    subjects.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Open the window, or film."""
    view = subjects.view(options.scene or OPENING, options.settings, options.seed)
    said = forget() if options.reset else ""
    if said:
        print(said, flush=True)
    why_not = display.obstacle()
    if why_not is None:
        window = importlib.import_module("app.window")  # only now: nothing else needs all of it
        shown = importlib.import_module("app.share.shown")
        if options.scene is None and not options.settings:
            return int(window.run(None, None, options.seed, options.theme, note=said))  # it remembers what was shown last
        notes = [*shown.remarks(view), said]
        look = options.theme or view.theme
        return int(window.run(view.slug, view.params, view.seed, look, view.frame, " ".join(filter(None, notes))))
    gc.enable()  # there is no window to do it
    print(f"There is no display ({why_not}): filming {view.slug} to {TOUR} instead.", flush=True)
    return tour(subjects.of(view), options.theme or view.theme)


def forget() -> str:
    """Put what was remembered aside, and say where it is now."""
    kept = start.reset()
    where = f"; what was remembered is kept as {' and '.join(map(str, kept))}" if kept else ", and nothing was remembered"
    return f"Ravine starts with its defaults{where}."


def tour(chosen: Subject, theme: str | None) -> int:
    """Film a scene into the current folder."""
    from app.commands.export_command import described, film  # a window need not load them
    from app.export.job import Drawing, Job

    job = Job(chosen, TOUR, Drawing(theme=theme or Drawing.theme))
    print(described(film(job, shown=True), job))
    return 0
