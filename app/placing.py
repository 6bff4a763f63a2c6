"""Placing: where the window stands, taken from what was remembered, and what to remember of it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.settings import Settings

SMALLEST = (640, 400)
FARTHEST = 1 << 20  # pixels; a file may say anything, and Qt takes no larger numbers than 2³¹


def place(window: QWidget, settings: Settings) -> None:
    """Put the window where it was, as far as there still is a screen there."""
    width, height = max(settings.width, SMALLEST[0]), max(settings.height, SMALLEST[1])
    screen = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(min(width, screen.width()), min(height, screen.height()))
    if settings.x is not None and settings.y is not None and max(abs(settings.x), abs(settings.y)) < FARTHEST:
        there = QRect(settings.x, settings.y, window.width(), 60)
        if any(other.availableGeometry().intersects(there) for other in QGuiApplication.screens()):
            window.move(settings.x, settings.y)
    if settings.maximized:
        window.setWindowState(Qt.WindowState.WindowMaximized)


def placed(window: QWidget) -> QRect:
    """Where the window stands when it is neither maximized nor full screen."""
    box = window.normalGeometry()
    return window.geometry() if box.isEmpty() else box
