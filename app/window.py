"""Opens the window and keeps it going until it is closed: settings, kernels, faults, signals."""

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from app import faults, recovery, settings
from app.failure import reason
from app.keeping import start
from app.lessons.lesson import Lesson
from app.lessons.library import library
from app.main_window import Window
from app.session import Session
from app.share.shown import finder
from app.style import palette
from app.warmup import Warmup, ready
from core.params import Params
from scenes.discovery import find
from scenes.theme import THEMES

LESSONS_MS = 600  # after the window stands; reading them is not what anybody waits for
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
    lesson: Lesson | None = None,
) -> int:
    """Open the window at a scene and return the exit code once it is closed; with a lesson, present that at once.

    Without a slug the view of the last time is shown, with another seed if one is given. `note`: a sentence for the person.
    `UnknownSceneError` if there is no such scene.
    """
    app = application()
    with start.begun() as begun, faults.caught(crash=begun.sentinel.trace) as taken, _terminable(app):
        session = Session()
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
        warmup = Warmup(window)
        window.closed.connect(warmup.close)
        if not ready():
            prepare(window, warmup, slug)
        window.show()
        session.open(scene, params, seed or 0, frame)
        if lesson is not None:
            window.classroom.open(lesson)
            window.presenter.toggle()
        QTimer.singleShot(LESSONS_MS, window, lambda: offer_lessons(window))
        if session.broken:
            session.tell(missing(session.broken))
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


def offer_lessons(window: Window) -> None:
    """List the lessons in the gallery, those of the user's own among them; one that cannot be read is named."""
    found = library()
    window.gallery.offer({slug: (lesson.title, lesson.about) for slug, lesson in found.lessons.items()})
    if found.broken and not window.session.message:
        window.session.tell(f"{reason(next(iter(found.broken.values())))}.")


def first(scenes: Mapping[str, object], *wished: str) -> str:
    """The first of the wished slugs that there is; else whatever scene there is."""
    return next((slug for slug in (*wished, *scenes) if slug in scenes), OPENING)


def missing(broken: Mapping[str, Exception]) -> str:
    """One sentence about the scenes that could not be imported; nothing if all could."""
    if not broken:
        return ""
    name, error = next(iter(broken.items()))
    file = name.removeprefix("scenes.").replace(".", "/") + ".py"
    others = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    return f"The scene in {file}{others} is left out: {type(error).__name__}: {reason(error)}. `ravine list` has the details."


def prepare(window: Window, warmup: Warmup, slug: str) -> None:
    """Compile the kernels in another process; the scene's runs wait for their own, the window waits for nothing."""
    session, status = window.session, window.status

    def done() -> None:
        status.show_work("")
        session.hold(False)

    session.hold(True)
    status.show_work("Preparing kernels, once …")
    warmup.progressed.connect(lambda done: status.show_work(f"Preparing kernels, once: {done}"))
    warmup.first.connect(lambda: session.hold(False))
    warmup.finished.connect(done)
    warmup.start(slug)


@contextlib.contextmanager
def _terminable(app: QCoreApplication) -> Iterator[None]:
    """Ctrl+C, a polite kill and a terminal that goes close the window, although Python sees no signals inside Qt's loop."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants it to live on
        numbers.append(signal.SIGHUP)
    previous = {number: signal.signal(number, lambda *_: app.quit()) for number in numbers}
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
