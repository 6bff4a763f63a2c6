"""Opens the window and keeps it going until it is closed: settings, kernels, faults, signals."""

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtWidgets import QApplication

from app import faults, settings
from app.main_window import Window
from app.session import Session
from app.starting import Starter
from app.style import palette
from core.params import Params
from scenes.discovery import Shelf, find, survey
from scenes.theme import THEMES

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


def run(scene_slug: str | None = None, params: Params | None = None, seed: int = 0, theme: str | None = None) -> int:
    """Open the window at a scene and return the exit code once it is closed.

    Without a slug the scene and theme of the last time are shown. `UnknownSceneError` if there is no such scene.
    """
    app = application()
    path = settings.settings_path()
    remembered, complaint = settings.load(path)
    look = theme or (remembered.theme if remembered.theme in THEMES else "studio")
    app.setPalette(palette(THEMES[look]))
    with faults.caught() as taken, _terminable(app):
        session = Session(Shelf(), theme=look)  # the gallery is filled once the first picture is painted
        slug = scene_slug or first(session.scenes, remembered.scene, OPENING)
        scene = find(slug, session.scenes)
        window = Window(session, remembered)
        taken.happened.connect(session.tell)
        Starter(window)
        session.open(scene, params, seed)
        window.show()
        if complaint:
            session.tell(complaint)
        switch = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            code = app.exec()
        finally:
            sys.setswitchinterval(switch)
            window.close()
        failure = settings.save(window.settings(), path)
        if failure:
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
    """Ctrl+C and a polite kill close the window, although Python does not see signals inside Qt's loop."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    previous = {number: signal.signal(number, lambda *_: app.quit()) for number in (signal.SIGINT, signal.SIGTERM)}
    waker = signal.set_wakeup_fd(writer.fileno())
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: _drain(reader))  # Python runs its handler on the way
    try:
        yield
    finally:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(waker)
        for number, handler in previous.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()


def _drain(reader: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        reader.recv(512)
