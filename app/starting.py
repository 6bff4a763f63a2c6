"""Starting: what goes on behind the window once its first picture is painted.

The gallery is filled, since every scene has to be imported and every lesson read for that; the compiler is loaded; and kernels
that this machine has not compiled yet are, in a process of their own. Until the kernels of a scene are there, Python itself
runs it if it can (`core.simulation`), else it waits.
"""

import contextlib
import gc
import importlib
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QTimerEvent, Signal

from app.failure import reason
from app.main_window import Window
from app.warmup import Warmup, ready
from core import kernel_folder
from core.pair import JOINT
from core.simulation import Simulation
from scenes.discovery import survey
from scenes.kit.formula import typesetter
from scenes.scene import Scene

if TYPE_CHECKING:
    from app.lessons.library import Library

KEPT_NOWHERE = "Compiled kernels cannot be kept in {} (full, or not ours to write)"
DIALOG = "app.export_dialog.dialog"  # what takes longest to load of what a person may ask for
PATIENCE_MS = 4000  # a first picture that takes longer does not hold up the rest
BREATH_MS = 250  # after it, what a person does at once comes before all that


class _Background(threading.Thread):
    """Does one thing after the other and hands on what comes of it, until told to end."""

    def __init__(self) -> None:
        super().__init__(name="ravine-starting", daemon=True)
        self._tasks: queue.SimpleQueue[tuple[Callable[[], Any], Callable[[Any], object]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._ended = False

    def do(self, task: Callable[[], Any], then: Callable[[Any], object] = lambda result: None) -> None:
        self._tasks.put((task, then))

    def end(self) -> None:
        with self._lock:
            self._ended = True
        self._tasks.put(None)

    def run(self) -> None:
        while (item := self._tasks.get()) is not None:
            task, then = item
            try:
                result = task()
            except Exception:
                sys.excepthook(*sys.exc_info())
                continue
            with self._lock:
                if self._ended:
                    return
                then(result)


class Starter(QObject):
    """Belongs to a window, from its first picture to its end."""

    _surveyed = Signal(object)
    _read = Signal(object)
    _loaded = Signal(str)

    def __init__(self, window: Window, warmup: Warmup | None = None) -> None:
        super().__init__(window)
        self.session, self.status, self.gallery = window.session, window.status, window.gallery
        self.warmup = warmup or Warmup(self)
        self.done: set[str] = set()  # scenes whose kernels were compiled while the window was open
        self.loaded: set[str] = set()  # scenes that Python ran before, and need not any more
        self.alone = False  # whether this process has to compile for itself
        self._begun = self._closed = False
        self._background = _Background()
        self._surveyed.connect(self._gather)
        self._read.connect(self._offer)
        self._loaded.connect(self._release)
        self.warmup.progressed.connect(lambda number, count, slug: self._say(slug, f": {number} of {count}"))
        self.warmup.compiled.connect(self._take)
        self.warmup.finished.connect(self._go_on)
        self.session.changed.connect(self._follow)
        window.view.loaded.connect(self._breathe)
        window.closed.connect(self.close)
        self._patience = self.startTimer(PATIENCE_MS)

    # -- whether a scene may run ---------------------------------------------------------------------------------------

    def compiled(self, slug: str, simulation: Simulation[Any, Any]) -> bool:
        """Whether the scene can run compiled without keeping anybody waiting for longer than that run takes."""
        return (simulation.interpretable is None or slug in self.loaded) and self._there(slug)

    def _there(self, slug: str) -> bool:
        """Whether nobody but this process need compile anything for the scene."""
        return self.alone or slug in self.done or ready(slug)

    def _follow(self, what: frozenset[str]) -> None:
        if "scene" in what and self.session.scene is not None:
            self._hold()
            if self._begun:
                self._want()
        if self.session.waiting and not self._begun:  # there will be no picture before the rest has begun
            QTimer.singleShot(0, self, self.begin)

    def _hold(self) -> None:
        scene = self.session.scene
        if scene is not None:
            self.session.hold(not self.compiled(_slug(scene), scene.simulation))

    def _release(self, slug: str) -> None:
        self.loaded.add(slug)
        self._hold()

    # -- one thing after the other -------------------------------------------------------------------------------------

    def _breathe(self) -> None:
        if not self._begun:
            self._wait_no_longer()
            self._patience = self.startTimer(BREATH_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        """The first picture is there, or takes too long and may never come."""
        self.begin()

    def begin(self) -> None:
        """On with the rest."""
        if not self._begun and not self._closed:
            self._begun = True
            self._wait_no_longer()
            if not gc.isenabled():
                gc.freeze()  # what a start loads stays to the end, and need never be looked through
                gc.enable()
            self._background.start()
            self._background.do(survey, self._surveyed.emit)
            self._background.do(_lessons, self._read.emit)
            self._background.do(lambda: importlib.import_module("core.compiler"))
            self._want()
            self._background.do(typesetter)  # the next scene's formulas
            self._background.do(lambda: importlib.import_module(DIALOG))

    def _wait_no_longer(self) -> None:
        if self._patience:
            self.killTimer(self._patience)
            self._patience = 0

    def _gather(self, found: tuple[Mapping[str, Any], Mapping[str, Exception]]) -> None:
        self.session.gather(*found)
        if self.session.broken:
            self.session.tell(" ".join(filter(None, (self.session.message, missing(self.session.broken)))))
        if not self.warmup.running and not self.alone:
            self._compile_rest()

    def _offer(self, found: "Library") -> None:
        """List the lessons in the gallery, those of the user's own among them; one that cannot be read is named."""
        self.gallery.offer({slug: (lesson.title, lesson.about) for slug, lesson in found.lessons.items()})
        if found.broken and not self.session.message:
            self.session.tell(f"{reason(next(iter(found.broken.values())))}.")

    def _want(self) -> None:
        """See to it that the scene on the screen can run compiled, before anything else."""
        scene = self.session.scene
        if scene is None:
            return
        if self._there(_slug(scene)):
            self._prepare(_slug(scene))
        else:
            self._compile(_slug(scene))

    def _take(self, slug: str) -> None:
        self.done.add(slug)
        self._prepare(slug)

    def _prepare(self, slug: str) -> None:
        """A scene's kernels are there: it may run; one that Python runs meanwhile, once they are loaded."""
        scene = self.session.scene
        if scene is None or _slug(scene) != slug:
            return
        if scene.simulation.interpretable is not None and slug not in self.loaded:
            simulation = scene.simulation
            self._background.do(lambda: _load(slug, simulation), self._loaded.emit)
        else:
            self._hold()

    def _compile_rest(self) -> None:
        missing = [slug for slug in self.session.scenes if not self._there(slug)]
        if missing:
            self._compile(missing[0])

    def _compile(self, slug: str) -> None:
        if slug != self.warmup.working_on:
            self._say(slug)
            self.warmup.want(slug)

    def _say(self, slug: str, progress: str = "") -> None:
        known = self.session.scenes.get(slug)
        name = known.title if known is not None else slug.replace("-", " ")
        self.status.show_background(f"Preparing kernels{progress} ({name})")

    def _go_on(self) -> None:
        """The process has ended: all is compiled, or nobody else will do it."""
        self.status.show_background("")
        folder = kernel_folder.cache_folder()
        if not self.warmup.kept:
            self.session.tell(f"{KEPT_NOWHERE.format(folder.parent)}: they are compiled anew at each start.")
        elif kernel_folder.wished_folder() not in folder.parents:
            self.session.tell(f"{KEPT_NOWHERE.format(kernel_folder.wished_folder())}, only among the temporary files.")
        self.alone = True
        self._want()

    def close(self) -> None:
        """The window closes: so does all this."""
        if not self._closed:
            self._closed = True
            self._wait_no_longer()
            self.session.changed.disconnect(self._follow)
            self.warmup.close()
            self._background.end()
            if self._begun:
                self._background.join(timeout=2.0)
            gc.unfreeze()


def _slug(scene: type[Scene[Any, Any]]) -> str:
    """Whose kernels a scene runs with: its own, or those of the scene that it doubles."""
    return scene.slug().partition(JOINT)[0]


def _lessons() -> "Library":
    """Every lesson there is."""
    from app.lessons.library import library  # with the rest of lessons, once the first picture is there

    return library()


def _load(slug: str, simulation: Simulation[Any, Any]) -> str:
    """What the scene runs with comes from the disk, or is compiled here if it has to be; should it fail, its own run tells."""
    with contextlib.suppress(Exception):
        list(simulation.claims(simulation.simulate(simulation.params(), 0)))
    return slug


def missing(broken: Mapping[str, Exception]) -> str:
    """One sentence about the scenes that could not be imported; nothing if all could."""
    if not broken:
        return ""
    name, error = next(iter(broken.items()))
    file = name.removeprefix("scenes.").replace(".", "/") + ".py"
    others = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    return f"The scene in {file}{others} is left out: {type(error).__name__}: {reason(error)}. `ravine list` has the details."
