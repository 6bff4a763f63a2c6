"""Give a lesson: the stage full screen, on the projector if there is one, with notes and knobs on the laptop.

LESSON is the name of a lesson that `ravine list` shows, a card's number, or a file of your own (my.toml).
"""

import argparse
import importlib

from app import display
from app.failure import WorkError
from app.lessons.library import find
from scenes.theme import THEMES


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("lesson", metavar="LESSON", help="a lesson's name, a card's number, or a file")
    parser.add_argument("--theme", choices=tuple(THEMES), help="of the window on the laptop; the audience sees projector")


def run(options: argparse.Namespace) -> int:
    """Open the window, and present."""
    lesson = find(options.lesson)
    why_not = display.obstacle()
    if why_not is not None:
        raise WorkError(f"there is no display to present on ({why_not}); `ravine handout` makes pages of a lesson")
    window = importlib.import_module("app.window")
    subject = lesson.slides[0].subject
    return int(window.run(subject.slug, subject.params, subject.seed, options.theme, lesson))
