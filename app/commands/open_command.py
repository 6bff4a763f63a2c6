"""Open the window at a scene, or at the scene that an exported film or picture shows.

Where there is no display, the scene is filmed to ravine-tour.mp4 in the current folder instead.
"""

import argparse
import gc
import importlib
from pathlib import Path

from app import display
from app import subject as subjects
from app.subject import OPENING, Subject
from scenes.theme import THEMES

TOUR = Path("ravine-tour.mp4")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "scene", metavar="SCENE", nargs="?", help="a scene's name, or an exported file; none: the last one shown"
    )
    parser.add_argument("--theme", choices=tuple(THEMES), help="%(choices)s")
    subjects.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Open the window, or film."""
    chosen = subjects.subject(options.scene or OPENING, options.settings, options.seed)
    why_not = display.obstacle()
    if why_not is None:
        window = importlib.import_module("app.window")  # only now: nothing else needs all of it
        if options.scene is None and not options.settings:
            return int(window.run(None, None, chosen.seed, options.theme))  # it remembers the scene of the last time
        return int(window.run(chosen.slug, chosen.params, chosen.seed, options.theme))
    gc.enable()  # there is no window to do it
    print(f"There is no display ({why_not}): filming {chosen.slug} to {TOUR} instead.", flush=True)
    return tour(chosen, options.theme)


def tour(chosen: Subject, theme: str | None) -> int:
    """Film a scene into the current folder."""
    export, jobs = importlib.import_module("app.commands.export_command"), importlib.import_module("app.export.job")
    job = jobs.Job(chosen, TOUR, jobs.Drawing(theme=theme or jobs.Drawing.theme))
    print(export.described(export.film(job, shown=True), job))
    return 0
