"""Compile the kernels of every scene, or of those named, ahead of the first use; drop compiled code of older versions."""

import argparse
import importlib
import os
import sys
import threading
import time
from types import ModuleType
from typing import Any

from PySide6.QtCore import QLockFile

from app import simulations, subject, warmup
from app.export import offscreen
from app.failure import reason
from app.progress import Progress
from core import kernel_folder
from core.recording import Recording
from core.simulation import Simulation
from scenes import discovery
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import STUDIO

LOOK_AGAIN_SECONDS = 0.2  # while another process compiles what is left

Found = dict[str, Simulation[Any, Any]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("scenes", metavar="SCENE", nargs="*", help="a scene's name; every scene if none is given")
    parser.add_argument(
        "--first",
        metavar="SCENE",
        help="for a window: begin with this scene, leave out what is compiled, say in lines how far it is, and end when the "
        "standard input does",
    )


def run(options: argparse.Namespace) -> int:
    """Simulate everything once; a kernel is compiled when it is first called."""
    if options.first:
        _beside_a_window()
    found, broken = simulations.survey()
    faults = [f"{name}: {type(error).__name__}: {reason(error)}" for name, error in broken.items()]
    offscreen.start()
    if options.first:
        return _for_a_window({slug: found[slug] for slug in sorted(found, key=lambda slug: slug != options.first)}, faults)
    if options.scenes:
        found, faults = {slug: subject.find(slug) for slug in options.scenes}, []
    progress = Progress("warming")
    try:
        for number, (slug, simulation) in enumerate(found.items()):
            progress(number, len(found), slug)
            faults += _compile(slug, simulation)
        progress(len(found), len(found))
    finally:
        progress.close()
    kernel_folder.drop_old_caches()
    folder = kernel_folder.cache_folder()
    count = len(options.scenes or [*found, *broken])
    done = f"{count - len(faults)} of {count} scenes are compiled"
    if _kept():
        print(f"{done}; the code is kept in {folder}")
    else:
        print(f"{done}, but {folder} did not take it (full, or not ours to write): each start compiles anew")
    return _end(faults)


def _for_a_window(found: Found, faults: list[str]) -> int:
    """Compile what is not compiled yet, scene by scene; what another process is busy with is left to that one."""
    first = next(iter(found))
    waiting = [slug for slug in found if not warmup.ready(slug)]
    told = ""
    while waiting:
        slug, lock = _free(waiting, first)
        done = [other for other in waiting if warmup.ready(other)]
        if slug not in done:
            if slug != told:
                told = slug
                print(f"begins {len(found) - len(waiting) + 1} of {len(found)}: {slug}", flush=True)
            if lock is None:
                time.sleep(LOOK_AGAIN_SECONDS)
            else:
                faults += _compile(slug, found[slug])
                if not _kept():
                    return warmup.UNKEPT
                done.append(slug)
        for other in done:
            waiting.remove(other)
            print(f"ready {len(found) - len(waiting)} of {len(found)}: {other}", flush=True)
    kernel_folder.drop_old_caches()
    return _end(faults)


def _free(waiting: list[str], first: str) -> tuple[str, QLockFile | None]:
    """The next scene that no other process compiles, and the lock on it; without a lock one to wait for.

    The first is never left for another: somebody is looking at it.
    """
    for slug in waiting:
        lock = QLockFile(str(kernel_folder.cache_folder() / f"{slug}.lock"))
        lock.setStaleLockTime(0)  # it holds as long as its process lives
        if lock.tryLock(0) or lock.error() != QLockFile.LockError.LockFailedError:
            return slug, lock
        if slug == first:
            break
    return waiting[0], None


def _compile(slug: str, simulation: Simulation[Any, Any]) -> list[str]:
    """Use the kernels of one scene once, as a window does; what went wrong, if anything."""
    faults = []
    try:
        recording = simulation.simulate(simulation.params(), 0)
        list(simulation.claims(recording))
        scene = discovery.alone(slug)
        if scene is not None:  # drawing calls kernels too, e.g. for a heat map
            draw(scene, recording)
    except Exception as error:  # the others can still be compiled
        faults.append(f"{slug}: {type(error).__name__}: {reason(error)}")
    if _kept():
        warmup.mark(slug, _compiler().relied_on)  # even if it is broken: there is nothing more to compile
    return faults


def draw(scene: type[Scene[Any, Any]], recording: Recording) -> None:
    """Draw one small frame, for the kernels that only a picture needs."""
    show = Show(scene, STUDIO)
    show.load(recording)
    show.frame(320, 180)
    show.close()


def _kept() -> bool:
    """Whether all that was compiled so far is on the disk."""
    return not _compiler().unkept


def _compiler() -> ModuleType:
    """The compiler, which takes half a second to load."""
    return importlib.import_module("core.compiler")


def _end(faults: list[str]) -> int:
    for line in faults:
        print(f"ravine: {line}", file=sys.stderr)
    return 1 if faults else 0


def _beside_a_window() -> None:
    """Give way to the window, and do not outlive it: its end closes our standard input, however it comes."""
    if hasattr(os, "nice"):
        os.nice(10)

    def listen() -> None:
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=listen, name="ravine-window", daemon=True).start()
