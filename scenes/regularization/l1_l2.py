"""L1 and L2: the contours of the loss meet a diamond in a corner, where a weight is exactly 0; a ball has no corners.

As λ grows the sets shrink and the points where they are touched move, for two weights on the maps and for ten below. Drag the
minimum into and out of the shaded wedges: from there, and only from there, a corner is touched. On the right is how descent
gets there: proximal steps land on 0 itself, subgradient steps only rattle around it. That an L2 penalty is weight decay
under SGD and not under Adam is a descent too; the scene `adamw` goes on from there.
"""

from typing import ClassVar

import numpy as np

from core.simulations.l1_l2 import MOST, SIMULATION, L1L2Params, L1L2Recording
from scenes.kit.coefficient_paths import CoefficientPaths
from scenes.kit.constraint_map import ConstraintMap
from scenes.kit.descents import Descents
from scenes.kit.numbers import fixed
from scenes.kit.pane import Grab, Handle
from scenes.kit.shrink_plot import ShrinkPlot
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.regularization import l1_l2_words as words
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DASH_DOT, DOT, SOLID

ROLES = ("series.1", "series.2", "series.3")  # of the penalties
SHAPES = ("diamond", "disc", "square")
MAPS = ("L1: diamond", "L2: ball", "Elastic net: both")
TEN = ("Ten weights: L1 (lasso)", "Ten weights: L2 (ridge)", "Ten weights: elastic net")
PAIR = (("series.4", SOLID), ("series.7", DASH_DOT))
WEIGHTS = (*PAIR, *(("series.8", SOLID),) * 3, *(("faint", DOT),) * 5)
KINDS = (
    Entry("feature 1", *PAIR[0]),
    Entry("feature 2", *PAIR[1]),
    Entry("also matter", *WEIGHTS[2]),
    Entry("no effect", *WEIGHTS[5]),
)
DENSE = (3.4, 0.9)  # a zigzag stays whole in it
RULES = {
    "proximal": Entry("proximal", "text"),
    "subgradient": Entry("subgradient", "gradient", DENSE),
    "decreasing": Entry("subgradient, η/√k", "series.7", DOT),
    "sgd_l2": Entry("SGD + L2", "optimizer.sgd"),
    "sgd_decay": Entry("SGD, decay", "text", DOT),
    "adam_l2": Entry("Adam + L2", "optimizer.adam", DASH_DOT),
    "adamw": Entry("AdamW", "optimizer.adamw"),
}
UNDER = {"l1": "under L1", "l2": "under L2", "elastic_net": "under the net", "weight_decay": "L2 or decay"}
LOW, HIGH = -2.8, 2.8  # where minimum and start may be dragged
TICKS = [(0.0, "λ = 0"), (0.5, "½ λₘₐₓ"), (1.0, "λₘₐₓ")]


class L1L2(Scene[L1L2Params, L1L2Recording]):
    """Three maps with a penalty each, ten weights under the same penalties, and the steps that lead there."""

    title = "L1 and L2 geometry"
    question = "Why does L1 set weights to exactly zero?"
    look = words.LOOK
    cards = (19,)
    formulas = (
        r"\textcolor{series.1}{L_1:} \; w \leftarrow \mathrm{sign}(w) \, \max(|w| - \eta\lambda, \, 0)",
        r"\textcolor{series.2}{L_2:} \; w \leftarrow w \, / \, (1 + \eta\lambda)",
    )
    seconds = 12.0
    simulation = SIMULATION
    layout = Row(
        (
            3.1,
            Column(
                (1.35, Row((1.0, "map_0"), (1.0, "map_1"), (1.0, "map_2"))),
                (0.1, "kinds"),
                (1.0, Row((1.0, "path_0"), (1.0, "path_1"), (1.0, "path_2"))),
            ),
        ),
        (1.0, Column((1.0, "prox"), (0.38, "formula"), (0.2, "rules"), (0.95, "steps"))),
    )
    large = Column(
        (1.5, Row((1.0, "map_0"), (1.0, "map_1"), (1.0, "map_2"))),
        (0.1, "kinds"),
        (1.0, Row((1.0, "path_0"), (1.0, "path_1"), (1.0, "path_2"))),
    )
    layouts: ClassVar[dict[Shape, Split]] = {
        "square": Column(
            (1.25, Row((1.0, "map_0"), (1.0, "map_1"), keep=True)),
            (0.08, "kinds"),
            (1.1, Row((1.0, "path_0"), (1.0, "path_1"), keep=True)),
        ),
        "half": Column(
            (1.4, Row((1.0, "map_0"), (1.0, "map_1"), keep=True)),
            (0.23, "kinds"),  # two lines
            (1.0, Row((1.0, "path_0"), (1.0, "path_1"), keep=True)),
        ),
        "tall": Column(
            (1.0, Row((1.0, "map_0"), (1.0, "map_1"), keep=True)),
            (0.72, Row((1.0, "path_0"), (1.0, "path_1"), keep=True)),
            (0.08, "kinds"),
            (1.0, Row((1.0, "map_2"), (1.0, "path_2"), keep=True)),
            (0.08, "rules"),
            (0.72, Row((1.0, "prox"), (1.0, "steps"), keep=True)),
        ),
    }
    presets = (
        Preset("Diamond"),
        Preset("Ball", {"walk": "l2", "correlation": 0.0, "orthonormal": True}),
        Preset("Elastic net", {"walk": "elastic_net", "share": 0.7, "strength": 0.9}),
        Preset("Corner missed", {"minimum_1": 2.0, "minimum_2": 1.9}),
        Preset("Two correlated features", {"correlation": 0.95, "minimum_1": 2.3, "minimum_2": 0.5}),
        Preset("Subgradient jitters", {"learning_rate": 0.5}),
        Preset("All zero at λ max", {"strength": 1.0}),
        Preset("L2 is weight decay, for SGD", {"walk": "weight_decay"}),
    )

    def build(self, stage: Stage) -> None:
        """Maps above, paths below, one column for each penalty; on the right what becomes of a weight, and descents."""
        areas = stage.areas(self.layout, self.layouts, self.large)
        self.maps: list[ConstraintMap] = []
        self.paths: list[CoefficientPaths] = []
        for number, (role, shape) in enumerate(zip(ROLES, SHAPES, strict=True)):
            plot = stage.plot(areas[f"map_{number}"], title=MAPS[number], axes=False, grid=False)
            view = ConstraintMap(plot, role, shape, 4)
            plot.handles += [
                Handle("minimum", self._move_minimum, view.minimum_place),
                Handle("start", self._move_start, view.start_place),
            ]
            self.maps.append(view)
        stage.legend(areas["kinds"], *KINDS)
        for number, role in enumerate(ROLES):
            plot = stage.plot(areas[f"path_{number}"], title=TEN[number])
            plot.set_ticks("bottom", TICKS)
            plot.handles.append(Handle("penalty λ", self._strengthen))
            self.paths.append(CoefficientPaths(plot, role, WEIGHTS))
        self.shrink = ShrinkPlot(stage.plot(areas["prox"], title="Least squares → penalized"), ROLES, SHAPES)
        stage.formula(areas["formula"], *self.formulas)
        self.rules = stage.legend(areas["rules"])
        self.descents = Descents(stage.plot(areas["steps"], title="Weight 2 by step"), 4)

    def prepare(self, recording: L1L2Recording) -> None:
        """Loss, ranges and minima of this recording."""
        params, shares = recording.params, [share for _, share in recording.settings()]
        for number, view in enumerate(self.maps):
            view.prepare(recording.gram, recording.minimum, recording.solution[number], shares[number])
        low, high = float(recording.path.min()), float(recording.path.max())
        headroom = 0.45 if self.shrink.plot.theme.large else 0.26  # for the count of zeros
        span = (np.floor(2.0 * low - 0.2) / 2.0, np.ceil(2.0 * (high + headroom * (high - low))) / 2.0)
        for number, below in enumerate(self.paths):
            below.prepare(recording.grid, recording.path[number], recording.relative, recording.weights[number], span)
        self.shrink.prepare(recording.path[1, 0])
        entries = tuple(RULES[name] for name in recording.methods)
        if entries != self.rules.entries:
            self.rules.set(entries)
        goals = recording.solution[recording.walked]
        chosen = int(np.argmin(np.abs(goals[-1]) + 1e-9 * np.abs(recording.minimum)))
        self.descents.prepare(recording.walk[..., chosen], goals[:, chosen], entries)
        self.descents.plot.set_title(f"Weight {chosen + 1} by step, {UNDER[params.walk]}")

    def draw(self, recording: L1L2Recording, k: int) -> None:
        """Sets, minima and descents at the λ of frame k."""
        self.grown = k / recording.last
        params, settings = recording.params, recording.settings(k)
        for view in self.maps:
            view.draw(k)
            view.descend(np.empty((0, 0, 2)), (), (np.nan, np.nan))
        styles = tuple((entry.role, entry.dash, 0.8) for entry in self.descents.entries)
        self.maps[recording.walked].descend(recording.walk[k], styles, (params.start_1, params.start_2))
        for below in self.paths:
            below.draw(k)
        strength = float(recording.relative[k]) * recording.ten_max
        self.shrink.draw(recording.weights[:, k], strength, [share for _, share in settings])
        self.descents.draw(k)

    def sentence(self, recording: L1L2Recording) -> str:
        """What these settings show."""
        return words.sentence(recording)

    def caption(self, recording: L1L2Recording, k: int) -> str:
        """Where the diamond is met, and how many of the ten weights are 0."""
        return words.caption(recording, k)

    def place(self, recording: L1L2Recording, k: int) -> str:
        """The present λ."""
        return f"λ = {fixed(float(recording.relative[k]), 2)} λₘₐₓ"

    def events(self, recording: L1L2Recording) -> tuple[Event, ...]:
        """When corners are met."""
        return words.events(recording)

    def _move_minimum(self, grab: Grab) -> dict[str, float]:
        return {"minimum_1": float(np.clip(grab.x, LOW, HIGH)), "minimum_2": float(np.clip(grab.y, LOW, HIGH))}

    def _move_start(self, grab: Grab) -> dict[str, float]:
        return {"start_1": float(np.clip(grab.x, LOW, HIGH)), "start_2": float(np.clip(grab.y, LOW, HIGH))}

    def _strengthen(self, grab: Grab) -> dict[str, float]:
        """The rule follows the pointer: at a frame on the way λ has grown to a part of its setting only."""
        return {"strength": float(np.clip(grab.x / self.grown if self.grown > 0.0 else grab.x, 0.0, MOST))}
