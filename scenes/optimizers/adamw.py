"""AdamW: weight decay taken out of the gradient, first alone, then in what it makes of a map of trainings.

Look at the three kinds of weights first: AdamW takes the same share of each, Adam + L2 takes the length η where there is no
gradient, whatever λ is, and hardly anything where gradients are loud. Then at the maps: where a normalized net trains well ends
along a level line for AdamW, and along a line of slope −2 for Adam + L2, since there only η²λ counts.
"""

import math
from typing import ClassVar, Self

from core.decay_edge import edge_of
from core.proofs.decay import SLOPE_TOLERANCE
from core.simulations.adamw import SIMULATION, AdamwParams, AdamwRecording
from core.theory.decay import SLOPES
from scenes.kit.numbers import fixed, short
from scenes.layout import Shape, Split
from scenes.optimizers import adamw_decay, adamw_map
from scenes.optimizers.adamw_decay import FORMULAS, DecayStory
from scenes.optimizers.adamw_map import MapStory
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage

MARKED = {"learning_rate": 0.03, "weight_decay": 0.1}  # a cell that is good for both methods
UNMOVED = 0.9  # above this share a weight has hardly moved
GONE = 0.02  # below this share a weight counts as gone


class AdamW(Scene[AdamwParams, AdamwRecording]):
    """Two stories in one room: the decay alone, and the map."""

    title = "Adam and AdamW"
    question = "Why take weight decay out of the gradient?"
    look = "AdamW takes the same share of every weight. Adam + L2 takes more the quieter a weight’s gradients are."
    cards = (8,)
    formulas = FORMULAS
    seconds = 12.0
    overlays = False  # of two maps one would hide the other
    simulation = SIMULATION
    layout = adamw_decay.LAYOUT
    others = (adamw_map.LAYOUT,)
    large = adamw_decay.LARGE
    layouts: ClassVar[dict[Shape, Split]] = adamw_decay.LAYOUTS
    presets = (
        Preset("The decay alone"),
        Preset("A tiny λ", {"weight_decay": 0.001}),
        Preset("Loud gradients", {"loud": 50.0, "weight_decay": 1.0}),
        Preset("The map", {"show": "map", "resolution": "32", **MARKED}),
        Preset("Any η will do", {"show": "map", "resolution": "32", "learning_rate": 0.002, "weight_decay": 10.0}),
        Preset("In PyTorch’s λ", {"show": "map", "resolution": "32", "axis": "pytorch", **MARKED}),
        Preset("Not normalized", {"show": "map", "resolution": "32", "normalized": False, **MARKED}),
        Preset("64 × 64", {"show": "map", "resolution": "64", **MARKED}),
    )

    def build(self, stage: Stage) -> None:
        """Both stories; one of them is shown."""
        self.stories: dict[str, DecayStory | MapStory] = {"decay": DecayStory(stage), "map": MapStory(stage)}

    def prepare(self, recording: AdamwRecording) -> None:
        """The story that is asked for."""
        self.story = self.stories[recording.params.show]
        for story in self.stories.values():
            for pane in story.panes:
                pane.hide(story is not self.story)
        self.story.prepare(recording)

    def agree(self, other: Self) -> None:
        """The same colours for the same loss."""
        if isinstance(self.story, MapStory) and isinstance(other.story, MapStory):
            self.story.agree(other.story)

    def draw(self, recording: AdamwRecording, k: int) -> None:
        """Frame k of it."""
        self.story.draw(recording, k)

    def sentence(self, recording: AdamwRecording) -> str:
        """What these settings show."""
        return _map_sentence(recording) if recording.params.show == "map" else self._decay_sentence(recording)

    def _decay_sentence(self, recording: AdamwRecording) -> str:
        params = recording.params
        share = params.learning_rate * params.weight_decay
        if share > 2.0:
            return f"ηλ = {short(share, 2)} is above 2: AdamW’s decay overshoots, and its weights grow with each step."
        ends = recording.weight[0, :, -1]
        if ends[0] > UNMOVED:
            if recording.weight[1, 0, -1] > UNMOVED:
                return (
                    f"Hardly a weight has moved yet: {params.steps} steps of η = {short(params.learning_rate)} do not lead far."
                )
            return "AdamW’s weights shrink by ηλ a step; Adam + L2 takes no more than about η a step, however large λ is."
        if recording.weight[1, 0, -1] > 0.9 and ends[0] < 0.5:
            return "λ hardly moves AdamW’s weights; Adam + L2 still takes about η a step where there is no gradient."
        if ends[2] - ends[0] < 0.05:
            return "λθ outdoes even loud gradients here: Adam + L2 takes about η a step of every weight."
        return self.look

    def caption(self, recording: AdamwRecording, k: int) -> str:
        """What is left of the weights, or the losses at the marked cell."""
        params = recording.params
        if params.show == "map":
            look = recording.look(k)
            losses = [short(float(loss)) if math.isfinite(loss) else "diverged" for loss in recording.test_loss[:, look]]
            known = "" if recording.share_known == 1.0 else f" {100.0 * recording.share_known:.0f} % of the map is trained."
            return f"Test loss of the marked nets after {k} steps: Adam + L2 {losses[0]}, AdamW {losses[1]}.{known}"
        coupled, decoupled = ([fixed(float(value), 2) for value in means] for means in recording.weight[:, :, k])
        return (
            f"Left after {k} steps: Adam + L2 {', '.join(coupled)} (no, quiet, loud gradients), AdamW {decoupled[0]} of each."
        )

    def events(self, recording: AdamwRecording) -> tuple[Event, ...]:
        """When a weight without gradient is gone, and when a net diverged."""
        found = []
        if recording.params.show == "decay":
            for method, name in enumerate(adamw_decay.NAMES):
                gone = (abs(recording.weight[method, 0]) < GONE).nonzero()[0]
                if gone.size:
                    found.append(Event(int(gone[0]), f"{name}: weight without gradient gone"))
        else:
            for name, ending in zip(adamw_decay.NAMES, recording.endings, strict=True):
                if ending.failed:
                    found.append(Event(ending.step, f"{name} diverged", "bad"))
        return tuple(found)

    def settle(self, params: AdamwParams, changed: str) -> AdamwParams:
        """A knob that only the other story shows brings that story."""
        story = {"quiet": "decay", "loud": "decay", "resolution": "map", "normalized": "map", "axis": "map"}.get(changed)
        return params if story is None else params.replace(show=story)


def _map_sentence(recording: AdamwRecording) -> str:
    """How the good settings lie, in measured slopes."""
    if recording.share_known < 1.0:
        return "Each cell is one training, from the same start on the same data; coarse cells come first."
    params, slopes = recording.params, [edge_of(losses).slope for losses in recording.map_loss]
    if not all(math.isfinite(slope) for slope in slopes):
        return "Too few settings do much better than guessing for their edge to have a slope."
    first, second = fixed(slopes[0], 1), fixed(slopes[1], 1)
    theory = SLOPES[params.normalized]
    if any(abs(slope - expected) > SLOPE_TOLERANCE for slope, expected in zip(slopes, theory, strict=True)):
        expected = f"{fixed(theory[0], 0)} and {fixed(theory[1], 0)}"
        return f"The edges’ slopes are {first} and {second} here; theory, for long and quiet trainings, says {expected}."
    if params.normalized and params.axis == "paper":
        return f"AdamW’s edge is level (slope {second}): η and decay can be chosen apart. Adam + L2’s is not ({first})."
    if params.axis == "pytorch":
        tilted = fixed(slopes[1] - 1.0, 1)
        return f"PyTorch multiplies λ by η: AdamW’s edge tilts from slope {second} to {tilted}. Adam + L2’s is {first}."
    return f"Where weights’ lengths count, it is Adam + L2’s edge that is level ({first}); AdamW’s climbs ({second})."
