"""Looks: theme, size of the letters, and whether things move by themselves. What a session has of a person's own taste."""

from PySide6.QtCore import QObject

from app.transport import Transport
from scenes.theme import THEMES, Theme, enlarged

LARGE = 1.25  # from this scale of the window's letters on, those of the stage are larger too
LARGEST_TEXT = 2.0


class Looks(Transport):
    """How the window and its stage look."""

    def __init__(self, theme: str = "studio", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.calm = False  # whether nothing moves unless it is asked to
        self.text_scale = 1.0  # of the window's letters
        self.theme_name = theme if theme in THEMES else "studio"

    @property
    def theme(self) -> Theme:
        """The tokens of the present theme; with larger letters on the stage if the window's are."""
        return enlarged(self.theme_name) if self.text_scale >= LARGE else THEMES[self.theme_name]

    def set_theme(self, name: str) -> None:
        """Switch the look of window and stage."""
        if name in THEMES and name != self.theme_name:
            self.theme_name = name
            self._say("theme")

    def set_text_scale(self, scale: float) -> None:
        """How large the letters are, between 1 and 2 times the usual."""
        scale = min(max(scale, 1.0), LARGEST_TEXT)
        if scale != self.text_scale:
            self.text_scale = scale
            self._say("theme")

    def set_calm(self, calm: bool) -> None:
        """Whether a scene that is opened stands at its end instead of playing."""
        if calm != self.calm:
            self.calm = calm
            self._say("calm")
