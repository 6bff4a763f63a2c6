"""Actions: what the window does for each key, by the names in the table of keys."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.main_window import Window


def actions(window: "Window") -> dict[str, Callable[[], object]]:
    """Every action, bound to this window."""
    session = window.session
    return {
        "toggle": session.toggle,
        "forward": lambda: session.step(1),
        "back": lambda: session.step(-1),
        "start": lambda: session.seek(0),
        "end": lambda: session.seek(session.last),
        "faster": lambda: session.shift_speed(1),
        "slower": lambda: session.shift_speed(-1),
        "search": window.search,
        "reset": session.reset,
        "gallery": window.toggle_gallery,
        "panel": window.toggle_panel,
        "studio": lambda: session.set_theme("studio"),
        "paper": lambda: session.set_theme("paper"),
        "projector": lambda: session.set_theme("projector"),
        "full screen": window.toggle_full_screen,
        "help": window.toggle_help,
        "export": lambda: window.exporter.open(),
        "copy frame": window.exporter.copy_frame,
        "save": window.sharer.save,
        "open": window.sharer.open,
        "copy link": window.sharer.copy_link,
        "paste": window.sharer.paste,
        "present": window.presenter.toggle,
        "escape": window.escape,
        "black": lambda: window.presenter.blank("#000000"),
        "white": lambda: window.presenter.blank("#ffffff"),
        "pointer": window.presenter.toggle_pointer,
    }
