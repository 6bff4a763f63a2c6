"""Screens: on which one to present. Names outlive plugs; places and sizes do not."""

from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


def others(window: QWidget) -> list[QScreen]:
    """The screens that the window does not stand on."""
    own = window.screen()
    return [screen for screen in QGuiApplication.screens() if screen is not own]


def projector(window: QWidget, wished: str) -> QScreen | None:
    """The screen to present on: the one called `wished` if it is there, else the first other one; None if there is but one."""
    found = others(window)
    return next((screen for screen in found if screen.name() == wished), found[0] if found else None)


def title(screen: QScreen) -> str:
    """A screen as a person knows it: its name and size."""
    size = screen.size() * screen.devicePixelRatio()
    return f"{screen.name() or 'screen'}, {size.width()} × {size.height()}"
