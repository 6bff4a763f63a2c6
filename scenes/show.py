"""Show: a scene on a stage with a recording; the one way to a picture, for window, film, still and tests."""

from typing import Any

from PySide6.QtGui import QImage, QPainter

from core.recording import Recording
from scenes.layout import Shape
from scenes.scene import Scene
from scenes.stage import Stage
from scenes.theme import Theme


class Show:
    """Builds the scene once, prepares it for a recording, and seeks to frames in any order."""

    def __init__(
        self,
        scene: type[Scene[Any, Any]],
        theme: Theme,
        shape: Shape = "wide",
        *,
        chrome: bool = True,
        title: bool = True,
        caption: bool = True,
        transparent: bool = False,
        headline: str = "",
        look: str = "",
    ) -> None:
        """`headline`, `look`: other words above the picture than the scene's own; it keeps the room that they need."""
        self.stage = Stage(theme, shape, chrome=chrome, title=title, caption=caption, transparent=transparent)
        self.scene = scene()
        self.look = look
        self.stage.framing.headline, self.stage.framing.look = headline or scene.question, look or scene.look
        self.scene.build(self.stage)
        self.silent = False  # whether the line below keeps the scene's own sentence to itself
        self.below = ""  # what it says instead
        self.recording: Recording | None = None
        self.k = 0

    def load(self, recording: Recording, k: int = 0) -> None:
        """Take a new recording and stand at frame k, or at its last frame if it has fewer."""
        self.recording = recording
        self.scene.prepare(recording)
        self.stage.set_look(self.look or self.scene.sentence(recording))
        self.seek(k)

    def say(self, look: str) -> None:
        """Other words under the headline, from now on."""
        self.look = look
        self.stage.set_look(look)

    def seek(self, k: int) -> None:
        """Stand at frame k, kept within the recording."""
        recording = self._loaded()
        self.k = min(max(k, 0), recording.last)
        framing = self.stage.framing
        framing.instead = self.below if self.silent or self.below else None
        self.scene.draw(recording, self.k)
        framing.caption = self.scene.caption(recording, self.k) if framing.instead is None else framing.instead
        framing.place = self.scene.place(recording, self.k)

    def frame(self, width: int, height: int) -> QImage:
        """The present frame as a new picture of this size."""
        kind = QImage.Format.Format_ARGB32_Premultiplied if self.stage.transparent else QImage.Format.Format_RGB32
        return self.stage.frame(QImage(width, height, kind))

    def paint(self, painter: QPainter, width: int, height: int) -> None:
        """The present frame onto any device, as vectors where it takes them."""
        self._loaded()
        self.stage.paint(painter, width, height)

    def close(self) -> None:
        """Let go of the stage."""
        self.stage.close()

    def _loaded(self) -> Recording:
        if self.recording is None:
            raise RuntimeError("a show needs a recording before it can be drawn")
        return self.recording
