"""Compile the kernels of every scene ahead of the first use, and drop compiled code of older versions."""

import argparse
import sys

from app import simulations
from app.failure import reason
from app.progress import Progress
from core import jit


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--first", metavar="SCENE", help="begin with this scene, and print a line after each")


def run(options: argparse.Namespace) -> int:
    """Simulate everything once; a kernel is compiled when it is first called."""
    found = simulations.all_simulations()
    if options.first in found:
        found = {options.first: found[options.first]} | found
    progress = Progress("warming")
    broken: list[str] = []
    try:
        for number, (slug, simulation) in enumerate(found.items()):
            progress(number, len(found), slug)
            try:
                list(simulation.claims(simulation.simulate(simulation.params(), 0)))
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
    else:
        print(f"{ready}, but {jit.cache_folder()} took none of it (full, or not ours to write): each start compiles anew")
    for line in broken:
        print(f"ravine: {line}", file=sys.stderr)
    return 1 if broken else 0
