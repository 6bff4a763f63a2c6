"""Actions: what the window does for each key, by the names in the table of keys."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.comparing import toggle

if TYPE_CHECKING:
    from app.main_window import Window


def actions(window: "Window") -> dict[str, Callable[[], object]]:
    """Every action, bound to this window."""
    session = window.session
    return {
        "toggle": session.toggle,
        "on": window.classroom.go_on,
        "before": window.classroom.go_back,
        "take back": window.classroom.take_back,
        **{f"slide {number}": partial(window.classroom.jump, number - 1) for number in range(1, 10)},
        "forward": lambda: session.step(1),
        "back": lambda: session.step(-1),
        "start": lambda: session.seek(0),
        "end": lambda: session.seek(session.last),
        "faster": lambda: session.shift_speed(1),
        "slower": lambda: session.shift_speed(-1),
        "search": window.arranging.search,
        "reset": window.classroom.reset,
        "compare": lambda: toggle(session),
        "gallery": window.arranging.toggle_gallery,
        "panel": window.arranging.toggle_panel,
        "studio": lambda: session.set_theme("studio"),
        "paper": lambda: session.set_theme("paper"),
        "projector": lambda: session.set_theme("projector"),
        "full screen": window.toggle_full_screen,
        "help": window.toggle_help,
        "preferences": window.toggle_preferences,
        "larger text": lambda: session.set_text_scale(session.text_scale + 0.25),
        "smaller text": lambda: session.set_text_scale(session.text_scale - 0.25),
        "export": lambda: window.exporter.open(),
        "copy frame": window.exporter.copy_frame,
        "save": window.sharer.save,
        "open": window.sharer.open,
        "copy link": window.sharer.copy_link,
        "paste": window.sharer.paste,
        "add slide": window.slides.add,
        "present": window.presenter.toggle,
        "escape": window.escape,
        "black": lambda: window.presenter.blank("#000000"),
        "white": lambda: window.presenter.blank("#ffffff"),
        "pointer": window.presenter.marks.toggle_pointer,
        "spotlight": window.presenter.marks.toggle_spotlight,
        "erase": window.presenter.marks.erase,
        "zoom": window.presenter.zoom,
    }
