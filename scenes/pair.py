"""Pair: two runs of a scene that differ in one knob, side by side or one laid over the other: one clock, one seed, one scale.

A pair is a scene like any other, made from the one it doubles: it stands on the same stage, is scrubbed, exported and
presented by the same code. `momentum-ravine+momentum` is the pair of the momentum ravine whose runs differ in the
momentum, side by side; with `++` the curves and paths of B are laid over A's, paler. On a square picture, where two would
be too narrow, they always are, if the scene allows it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar, cast

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from core.pair import JOINT, PREFIX, PairParams, PairRecording, pair_of
from core.params import Knob, ParamError, Params, Value
from core.recording import Recording
from core.simulation import Simulation
from scenes.kit.curves import Curve
from scenes.kit.marks import Label
from scenes.kit.pane import Grab, Handle, Mark, Pane
from scenes.kit.plot import Plot
from scenes.kit.words import Text
from scenes.layout import GAP
from scenes.part import Part, rows
from scenes.scene import Event, Scene
from scenes.stage import Stage

AnyScene = type[Scene[Any, Any]]
PALE = 0.42  # how much of B's strokes is left where it is laid over A
NAMES = ("A", "B")


class Pair(Scene[PairParams, PairRecording]):
    """Base of the pairs of all scenes."""

    single: ClassVar[AnyScene]  # the scene that is doubled
    overlaid: ClassVar[bool]  # whether B is laid over A

    def build(self, stage: Stage) -> None:
        """The scene twice, each under a line that names its value of the knob and over its own caption."""
        self.over = self.overlaid or (stage.shape == "square" and self.single.overlays)
        told = not stage.framing.headed or stage.framing.captioned
        stage.framing.captioned = False  # each run has a caption of its own
        room = stage.framing.room()
        label = stage.theme.sizes["label"]
        heights = {"name": 1.3 * label, "scene": 0.0} | ({"caption": (2.9 if self.over else 2.8) * label} if told else {})
        self.names: list[Text] = []
        self.captions: list[Text] = []
        parts: list[Part] = []
        for side, half in enumerate(_halves(room, stage, self.over)):
            areas = rows(half, heights, 0.25 * GAP)
            name, caption = areas["name"], areas.get("caption", QRectF())
            if self.over:  # both names on one line, both captions one under the other
                name = QRectF(name.left() + side * name.width() / 2, name.top(), name.width() / 2, name.height())
                caption = QRectF(
                    caption.left(), caption.top() + side * caption.height() / 2, caption.width(), caption.height() / 2
                )
            self.names.append(stage.text(name, "text", "label", bold=True))
            parts.append(Part(stage, areas["scene"], stage.shape if self.over else "half", ghost=self.over and side == 1))
            self.captions.append(stage.text(caption, "text", "label"))
        captioned = [pane.rect for pane in self.captions]
        self.line = stage.text(captioned[0].united(captioned[1]), "text", "label")  # in the place of both captions
        self.framing = stage.framing
        self.sides = (self.single(), self.single())
        for side, (scene, part) in enumerate(zip(self.sides, parts, strict=True)):
            scene.build(part)
            for pane in part.panes:
                pane.handles = [self._of_side(handle, side) for handle in pane.handles]
        for area, place in parts[0].places.items():  # what is said of an area goes for both
            stage.places[area] = place.united(parts[1].places.get(area, QRectF()))
        stage.sides = tuple(part.places for part in parts)
        self.plots = list(zip(*([pane for pane in part.panes if isinstance(pane, Plot)] for part in parts), strict=True))
        if self.over:
            for below, above in self.plots:
                below.still[:0] = [Pale(above, lambda pane: [m for m in pane.still if isinstance(m, Curve)])]
                below.live[:0] = [Pale(above, lambda pane: [m for m in pane.live if not isinstance(m, Label)])]

    def _of_side(self, handle: Handle, side: int) -> Handle:
        """A handle of one run, as the pair has it: it reads that run's params, and edits B's knob under B's name."""
        name = self.knob().name

        def edit(grab: Grab) -> Mapping[str, Value]:
            params = grab.params.sides()[side] if isinstance(grab.params, PairParams) else grab.params
            asked = handle.edit(replace(grab, params=params))
            return {PREFIX + key if side == 1 and key == name else key: value for key, value in asked.items()}

        return replace(handle, edit=edit)

    def prepare(self, recording: PairRecording) -> None:
        """Both runs, then one scale for both."""
        runs = (recording.first, recording.second)
        for scene, run in zip(self.sides, runs, strict=True):
            scene.prepare(run)
        for scene, other in zip(self.sides, reversed(self.sides), strict=True):
            scene.agree(other)
        for first, second in self.plots:
            _agree(first, second)
        for name, pane in zip(NAMES, self.names, strict=True):
            pane.set(f"{name}: {self._setting(recording.params, name)}{' (pale)' if self.over and name == 'B' else ''}")

    def draw(self, recording: PairRecording, k: int) -> None:
        """Frame k of both; a shorter run waits at its end."""
        runs = (recording.first, recording.second)
        for name, scene, run, caption in zip(NAMES, self.sides, runs, self.captions, strict=True):
            at = min(k, run.last)
            scene.draw(run, at)
            said = f"{name}: {scene.caption(run, at)}" if self.over else scene.caption(run, at)
            caption.set(said if self.framing.instead is None else "")
        self.line.set(self.framing.instead or "")

    def caption(self, recording: PairRecording, k: int) -> str:
        """Both captions, for whoever cannot see the two."""
        runs = zip(NAMES, self.sides, (recording.first, recording.second), strict=True)
        return " ".join(f"{name}: {scene.caption(run, min(k, run.last))}" for name, scene, run in runs)

    def sentence(self, recording: PairRecording) -> str:
        """In what they differ."""
        params, label = recording.params, self.knob().label
        a, b = (self._setting(params, name) for name in NAMES)
        if a == b:
            return f"Twice the same run, still: turn “{label} in B”."
        return f"A and B differ in one knob alone: {a} and {b.removeprefix(_named(self.knob()) + ' = ')}."

    def place(self, recording: PairRecording, k: int) -> str:
        """Where the longer run stands."""
        longer = recording.second if recording.second.last > recording.first.last else recording.first
        return self.single().place(longer, min(k, longer.last))

    def events(self, recording: PairRecording) -> tuple[Event, ...]:
        """The moments of both, named by the run they belong to."""
        runs: tuple[tuple[str, Recording], ...] = (("A", recording.first), ("B", recording.second))
        return tuple(
            replace(event, label=f"{name}: {event.label}") for name, run in runs for event in self.single().events(run)
        )

    def settle(self, params: PairParams, changed: str) -> PairParams:
        """What follows in A, as the scene itself says; B has the same but for its own knob."""
        if changed.startswith(PREFIX):
            return params
        first, _ = params.sides()
        settled: Params = self.single().settle(first, changed)
        return params.replace(**settled.values())

    @classmethod
    def knob(cls) -> Knob:
        """The knob in which the runs differ."""
        kind: type[PairParams] = cls.simulation.params
        return kind.differing()

    @classmethod
    def chapter(cls) -> str:
        """The chapter of the scene that is doubled."""
        return cls.single.chapter()

    def _setting(self, params: PairParams, name: str) -> str:
        knob, side = self.knob(), params.sides()[NAMES.index(name)]
        return f"{_named(knob)} = {knob.text(side.values()[knob.name])}"


class Pale:
    """Marks of another pane, laid over this one paler."""

    def __init__(self, pane: Pane, chosen: Callable[[Pane], list[Mark]]) -> None:
        self.pane, self.chosen = pane, chosen

    def paint(self, painter: QPainter) -> None:
        """Paint them with less opacity."""
        painter.save()
        painter.setOpacity(PALE)
        for mark in self.chosen(self.pane):
            mark.paint(painter)
        painter.restore()


def paired(scene: AnyScene, name: str, *, over: bool = False) -> type[Pair]:
    """The pair of `scene` whose runs differ in the knob called `name`; a `ParamError` if there is no such pair."""
    if over and not scene.overlays:
        raise ParamError(f"two pictures of “{scene.title}” cannot be laid over each other, only put side by side")
    single: Any = scene  # a class, whatever types say of the hash of its objects
    return _made(single, pair_of(scene.simulation, name), over)


@lru_cache(maxsize=64)  # the same pair is the same class: the window keeps the stage of a scene that stays
def _made(scene: AnyScene, simulation: Simulation[Any, Any], over: bool) -> type[Pair]:
    knob = simulation.params.differing()
    slug = simulation.slug.replace(JOINT, 2 * JOINT) if over else simulation.slug
    described = {
        "__doc__": f"Two runs of “{scene.title}” that differ in {knob.label}.",
        "single": scene,
        "overlaid": over,
        "title": f"{scene.title}: two values of {knob.label}",
        "question": scene.question,
        "look": f"Two runs that differ in one knob: {knob.label}.",
        "cards": scene.cards,
        "formulas": scene.formulas,
        "layout": scene.layout,  # what is said of an area goes for both
        "others": scene.others,
        "seconds": scene.seconds,
        "simulation": replace(simulation, slug=slug),
    }
    return cast(type[Pair], type(f"{scene.__name__}Pair", (Pair,), described))


def _named(knob: Knob) -> str:
    return f"{knob.label} {knob.symbol}".strip()


def _halves(room: QRectF, stage: Stage, over: bool) -> tuple[QRectF, QRectF]:
    """Where A and B stand: both everywhere, or side by side on a wide stage, one above the other on a tall one."""
    if over:
        return room, room
    if stage.shape == "wide":
        width = (room.width() - 2 * GAP) / 2
        return (
            QRectF(room.left(), room.top(), width, room.height()),
            QRectF(room.right() - width, room.top(), width, room.height()),
        )
    height = (room.height() - GAP) / 2
    return (
        QRectF(room.left(), room.top(), room.width(), height),
        QRectF(room.left(), room.bottom() - height, room.width(), height),
    )


def _agree(first: Plot, second: Plot) -> None:
    """The same ranges for both: those that hold either's."""
    if (first.log_x, first.log_y) != (second.log_x, second.log_y):
        return
    x = (min(first.x_range[0], second.x_range[0]), max(first.x_range[1], second.x_range[1]))
    y = (min(first.y_range[0], second.y_range[0]), max(first.y_range[1], second.y_range[1]))
    for plot in (first, second):
        plot.set_range(x, y)
