"""Opens the window and keeps it going until it is closed: settings, kernels, faults, signals."""

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtWidgets import QApplication

from app import faults, memory, recovery, settings
from app.keeping import start
from app.main_window import Window
from app.session import Session
from app.share.shown import finder
from app.starting import Starter
from app.style import palette
from core.params import Params
from scenes.discovery import Shelf, find, survey
from scenes.theme import THEMES

if TYPE_CHECKING:
    from app.lessons.lesson import Lesson

OPENING = "momentum-ravine"
SWITCH_SECONDS = 0.0005  # how long the simulating thread may keep Python from the one that paints


def application() -> QApplication:
    """The one application object, with its name and a style that looks the same everywhere."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("Ravine")
    app.setApplicationDisplayName("Ravine")
    app.setStyle("Fusion")
    return app


def run(
    scene_slug: str | None = None,
    params: Params | None = None,
    seed: int | None = None,
    theme: str | None = None,
    frame: int | None = None,
    note: str = "",
    lesson: "Lesson | None" = None,
) -> int:
    """Open the window at a scene and return the exit code once it is closed; with a lesson, present that at once.

    Without a slug the view of the last time is shown, with another seed if one is given. `note`: a sentence for the person.
    `UnknownSceneError` if there is no such scene.
    """
    memory.let_go_of_large_blocks()
    app = application()
    with _terminable(app), start.begun() as begun, faults.caught(crash=begun.sentinel.trace) as taken:
        session = Session(Shelf())  # the gallery is filled once the first picture is painted
        view = begun.view(finder(session)) if scene_slug is None else None
        remembered = begun.settings
        look = next(name for name in (theme, view and view.theme, remembered.theme, "studio") if name in THEMES)
        session.set_theme(look)
        app.setPalette(palette(THEMES[look]))
        if view is not None:
            scene_slug, params, frame = view.slug, view.params, view.frame
            seed = view.seed if seed is None else seed
        slug = scene_slug or first(session.scenes, OPENING if begun.crash else remembered.scene, OPENING)
        scene = find(slug, session.scenes)
        window = Window(session, remembered)
        recovery.attach(taken, window)
        Starter(window)
        session.open(scene, params, seed or 0, frame)
        window.show()
        if lesson is not None:
            window.classroom.open(lesson)
            window.presenter.toggle()
        autosave = recovery.keep(begun, window, note)
        ending = app.commitDataRequest.connect(lambda _: autosave.finish())  # the system ends everything, and asks only once
        switch = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            code = app.exec()
        finally:
            sys.setswitchinterval(switch)
            app.commitDataRequest.disconnect(ending)
            failures = [autosave.finish()]
            window.close()
        failures.append(settings.save(window.settings(), begun.settings_path))
        for failure in filter(None, () if autosave.told else failures):
            print(f"ravine: {failure}", file=sys.stderr)
        session.deleteLater()
        window.dispose()
    return code


def first(scenes: Mapping[str, object], *wished: str) -> str:
    """The first of the wished slugs that there is; else whatever scene there is."""
    found = next((slug for slug in (*wished, *scenes) if slug in scenes), "")
    return found or next(iter(survey()[0]), OPENING)


@contextlib.contextmanager
def _terminable(app: QCoreApplication) -> Iterator[None]:
    """Ctrl+C, a polite kill and a terminal that goes close the window, although Python sees no signals inside Qt's loop.

    Python runs a handler between any two of its steps, amid a paint too. Whoever quit there would take the window from under
    the painter, so the handlers do nothing: the number that Python writes into a pipe is read when Qt's loop comes to it.
    """
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants it to live on
        numbers.append(signal.SIGHUP)
    waker = signal.set_wakeup_fd(writer.fileno())  # first, so that none is lost between the two
    previous = {number: signal.signal(number, lambda *_: None) for number in numbers}
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: app.quit() if set(_arrived(reader)) & set(numbers) else None)
    try:
        yield
    finally:
        notifier.setEnabled(False)
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(waker)
        reader.close()
        writer.close()


def _arrived(reader: socket.socket) -> bytes:
    """The numbers of the signals that came."""
    try:
        return reader.recv(512)
    except BlockingIOError:
        return b""
