"""Compile the kernels of every scene ahead of the first use, and drop compiled code of older versions."""

import argparse
import sys
from typing import Any

from app import simulations, warmup
from app.export import offscreen
from app.failure import reason
from app.progress import Progress
from core import jit
from core.recording import Recording
from scenes.discovery import all_scenes
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import STUDIO


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--first", metavar="SCENE", help="begin with this scene, and print a line after each")


def draw(scene: type[Scene[Any, Any]], recording: Recording) -> None:
    """Draw one small frame, for the kernels that only a picture needs."""
    show = Show(scene, STUDIO)
    show.load(recording)
    show.frame(320, 180)
    show.close()


def run(options: argparse.Namespace) -> int:
    """Simulate everything once; a kernel is compiled when it is first called."""
    found = simulations.all_simulations()
    if options.first in found:
        found = {options.first: found[options.first]} | found
    offscreen.start()
    scenes = all_scenes()
    progress = Progress("warming")
    broken: list[str] = []
    try:
        for number, (slug, simulation) in enumerate(found.items()):
            progress(number, len(found), slug)
            try:
                recording = simulation.simulate(simulation.params(), 0)
                list(simulation.claims(recording))
                if slug in scenes:  # drawing calls kernels too, e.g. for a heat map
                    draw(scenes[slug], recording)
            except Exception as error:  # the others can still be compiled
                broken.append(f"{slug}: {type(error).__name__}: {reason(error)}")
            if options.first:  # the window, which waits for its own scene
                print(f"{number + 1} of {len(found)}: {slug}", flush=True)
        progress(len(found), len(found))
    finally:
        progress.close()
    jit.drop_old_caches()
    ready = f"{len(found) - len(broken)} of {len(found)} scenes are compiled"
    if any(jit.cache_folder().glob("*.nbc")):
        print(f"{ready}; the code is kept in {jit.cache_folder()}")
        if not broken:
            warmup.mark()  # the window need not do it again
    else:
        print(f"{ready}, but {jit.cache_folder()} took none of it (full, or not ours to write): each start compiles anew")
    for line in broken:
        print(f"ravine: {line}", file=sys.stderr)
    return 1 if broken else 0
