"""Sharp and flat: what noise has to do with the minimum that is found, and what sharpness is worth.

Look at the heaps first: the same starts and the same noise, and three methods that run at three temperatures. Then at batch
size and learning rate on the map, and at the dotted test surface. Then the caveats: a net that gets as sharp as you like
without any change of its function, and data on which methods that fit the training set alike answer differently.
"""

from typing import ClassVar

from core.sharp_flat.knobs import SharpFlatParams, suggested
from core.sharp_flat.recording import SharpFlatRecording
from core.simulations.sharp_flat import SIMULATION
from scenes.layout import Shape, Split
from scenes.optimizers import sharp_flat_rescaling, sharp_flat_wilson
from scenes.optimizers import sharp_flat_words as words
from scenes.optimizers.sharp_flat_rescaling import RescalingStory
from scenes.optimizers.sharp_flat_valleys import LARGE, LAYOUT, LAYOUTS, ValleyStory
from scenes.optimizers.sharp_flat_wilson import WilsonStory
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage

TOLD_BY = {
    **dict.fromkeys(
        ("batch", "momentum", "sharpness", "barrier", "shift", "depth", "noise", "start", "reach", "shown"), "valleys"
    ),
    "factor": "rescaling",
    **dict.fromkeys(("positive", "examples"), "wilson"),
}


class SharpFlat(Scene[SharpFlatParams, SharpFlatRecording]):
    """Three stories in one room: two valleys, one net in many forms, and Wilson's data."""

    title = "Sharp and flat minima"
    question = "Does noise find the better minimum?"
    look = words.LOOK
    cards = (24,)
    formulas = (
        r"x \leftarrow x - \eta\,\left(L'(x) + \frac{\sigma}{\sqrt{B}}\,\xi\right)",
        r"p(x) \propto e^{-L(x)/T}, \quad T = \frac{\eta\,\sigma^2}{2B}",
        r"\nabla^2 L(D\theta) = D^{-1}\, \nabla^2 L(\theta)\, D^{-1}",
    )
    seconds = 12.0
    overlays = False  # heaps would hide heaps
    simulation = SIMULATION
    layout = LAYOUT
    large = LARGE
    layouts: ClassVar[dict[Shape, Split]] = LAYOUTS
    others = (sharp_flat_rescaling.LAYOUT, sharp_flat_wilson.LAYOUT)
    presets = (
        Preset("Noise as temperature"),
        Preset("Large batch", {"batch": 256}),
        Preset("Momentum runs hotter", {"batch": 64, "shown": "momentum"}),
        Preset("Adam counts √B", {"batch": 4, "shown": "adam"}),
        Preset("Too steep for η", {"learning_rate": 0.12, "batch": 128}),
        Preset("Shifted test surface", {"shift": 0.1}),
        Preset("Sharpness rescaled", {"story": "rescaling", **suggested("rescaling")}),
        Preset("Wilson’s data", {"story": "wilson", **suggested("wilson")}),
    )

    def build(self, stage: Stage) -> None:
        """All stories; one of them is shown."""
        self.stories: dict[str, ValleyStory | RescalingStory | WilsonStory] = {
            "valleys": ValleyStory(stage),
            "rescaling": RescalingStory(stage),
            "wilson": WilsonStory(stage),
        }

    def prepare(self, recording: SharpFlatRecording) -> None:
        """The story that is told."""
        self.story = self.stories[recording.params.story]
        for story in self.stories.values():
            for pane in story.panes:
                pane.hide(story is not self.story)
        self.story.prepare(recording)

    def draw(self, recording: SharpFlatRecording, k: int) -> None:
        """Frame k of it."""
        self.story.draw(recording, k)

    def sentence(self, recording: SharpFlatRecording) -> str:
        """What these settings show."""
        return words.sentence(recording)

    def caption(self, recording: SharpFlatRecording, k: int) -> str:
        """What is there at frame k, in numbers."""
        return words.caption(recording, k)

    def place(self, recording: SharpFlatRecording, k: int) -> str:
        """The step, or the factor."""
        return words.place(recording, k)

    def events(self, recording: SharpFlatRecording) -> tuple[Event, ...]:
        """When something has happened."""
        return words.events(recording)

    def settle(self, params: SharpFlatParams, changed: str) -> SharpFlatParams:
        """A knob that one story alone reads brings that story, and a story brings its own learning rate and steps."""
        if changed == "story":
            return params.replace(**suggested(params.story))
        story = TOLD_BY.get(changed, params.story)
        return params if story == params.story else params.replace(story=story, **suggested(story))
