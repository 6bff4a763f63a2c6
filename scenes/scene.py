"""Scene: the contract between a recording and the stage.

A scene is one file of a chapter's folder. It names its simulation, builds its panes once, prepares what stays still
for a recording, and draws frame k. `draw` is random access and silent: the same recording and k give the same pixels in
any order. It reads no clock, draws no random number and remembers no earlier frame; ranges come from the recording. From
that one rule follow rewinding, scrubbing, export and the tests.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

from core.params import Params, Value
from core.recording import Recording
from core.simulation import Simulation
from scenes.layout import Column, Row, Shape, Split
from scenes.stage import Stage

P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Recording)
EventKind = Literal["note", "good", "bad"]


@dataclass(frozen=True)
class Preset:
    """A named setting that tells one part of the story: some knobs, the rest at their defaults."""

    name: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """A moment worth a mark on the timeline."""

    k: int
    label: str
    kind: EventKind = "note"


class Scene(Generic[P, R]):
    """Base of every scene. The attributes describe it; the methods draw it.

    `sentence`, `place`, `events` and `settle` are also asked of a scene that was never built: they read their arguments alone.
    """

    title: ClassVar[str]  # its name in the gallery, e.g. "Momentum ravine"
    question: ClassVar[str]  # the headline on the stage
    look: ClassVar[str]  # one sentence: what to look at
    cards: ClassVar[tuple[int, ...]]  # the concept cards it answers
    formulas: ClassVar[tuple[str, ...]] = ()  # LaTeX, as shown on the stage or in the panel
    presets: ClassVar[tuple[Preset, ...]] = ()
    seconds: ClassVar[float] = 12.0  # the natural length of its film
    layout: ClassVar[Split] = Row((1.0, Column((1.0, "main"))))
    layouts: ClassVar[dict[Shape, Split]] = {}  # for the shapes in which `layout`, its rows on end, would not do
    large: ClassVar[Split | None] = None  # the wide shape in a theme of large text, where less has room
    others: ClassVar[tuple[Split, ...]] = ()  # wide layouts of stories that take turns with that of `layout` on one stage
    overlays: ClassVar[bool] = True  # whether two runs can be laid over each other: the story is told by curves and paths
    simulation: ClassVar[Simulation[Any, Any]]

    def build(self, stage: Stage) -> None:
        """Make the panes and their marks. Called once for a stage; knows no recording yet."""
        raise NotImplementedError

    def prepare(self, recording: R) -> None:
        """Set what depends on the recording but not on the frame: ranges, axes, heat maps, theory lines."""
        raise NotImplementedError

    def agree(self, other: Self) -> None:
        """Beside another run of this scene: take over what colours and sizes must share with it.

        Called after both were prepared; the ranges of plots are made equal without it.
        """

    def draw(self, recording: R, k: int) -> None:
        """Set every live mark to frame k, 0 ≤ k ≤ recording.last."""
        raise NotImplementedError

    def caption(self, recording: R, k: int) -> str:
        """One sentence with live numbers: the line under the picture, and what a screen reader is told."""
        raise NotImplementedError

    def sentence(self, recording: R) -> str:
        """What to look at in this recording: `look`, unless its settings tell another story."""
        return self.look

    def place(self, recording: R, k: int) -> str:
        """Where the timeline stands, for a person."""
        return f"step {k} / {recording.last}"

    def events(self, recording: R) -> tuple[Event, ...]:
        """Moments to mark on the timeline."""
        return ()

    def settle(self, params: P, changed: str) -> P:
        """What other knobs follow when a person turns the knob `changed`, e.g. a surface's own good start."""
        return params

    @classmethod
    def slug(cls) -> str:
        """The scene's name on the command line."""
        return cls.simulation.slug

    @classmethod
    def chapter(cls) -> str:
        """The chapter: the folder that the scene's file lies in."""
        return cls.__module__.split(".")[1]
