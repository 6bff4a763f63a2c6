"""Race: optimizers on one surface, or on your own f(x, y); at one learning rate for all, or each tuned with the same budget.

At one learning rate a race tells which method that rate suits. Look at the table, then switch on Fair race: a search gives each
its own rate for the same number of gradients, and the order changes. With a cloud of starts, colour tells where each one ends.
"""

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, QSizeF

from core.params import Value
from core.race.ground import OWN
from core.race.knobs import RaceParams, suggested
from core.race.recording import RaceRecording
from core.recording import F64, I64
from core.simulations.race import SIMULATION
from scenes.kit.charts import Charts
from scenes.kit.cloud import Cloud
from scenes.kit.marks import Marker
from scenes.kit.pane import Grab, Handle, Pane
from scenes.kit.relief import Relief
from scenes.kit.solid import orbit
from scenes.kit.trails import Trails
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.optimizers.race_loss import LossCurves
from scenes.optimizers.race_maps import Face, dress
from scenes.optimizers.race_tables import Tuning, fill
from scenes.optimizers.race_words import HEADS, NAMES, caption, note, place, sentence, styles
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage

MOST = len(HEADS)


class Race(Scene[RaceParams, RaceRecording]):
    """Map, landscape, loss and table of up to four racers, or of their clouds."""

    title = "Race"
    question = "Which optimizer wins?"
    look = "One learning rate for all: the race is decided before it starts. Switch on Fair race."
    cards = ()
    seconds = 12.0
    simulation = SIMULATION
    layout = Column(
        (0.07, "legend"),
        (1.8, Row((1.15, "map"), (1.0, "beside"))),
        (1.0, Row((1.3, "loss"), (1.0, Column((1.0, "table"), (0.3, "note"))))),
    )
    large = Column((1.6, Row((1.0, "map"), (1.0, "beside"))), (1.0, Row((1.1, "loss"), (1.0, "table"))))
    layouts: ClassVar[dict[Shape, Split]] = {
        "square": Column((0.1, "legend"), (1.5, "map"), (0.9, "loss")),
        "tall": Column((0.06, "legend"), (1.25, "map"), (1.1, "beside"), (0.85, "loss"), (0.6, "table"), (0.17, "note")),
    }
    presets = (
        Preset("One rate for all"),
        Preset("Adam’s rate for all", {"learning_rate": 0.15}),
        Preset("Fair race", {"fair": True, "beside": "learning_rates"}),
        Preset("Time, not steps", {"fair": True, "axis": "seconds"}),
        Preset(
            "Ten thousand starts",
            {
                **suggested("himmelblau"),
                "surface": "himmelblau",
                "learning_rate": 0.01,
                "third": "none",
                "starts": 10_000,
                "basins": True,
                "beside": "clouds",
            },
        ),
        Preset(
            "Who finds the deepest?",
            {
                **suggested("styblinski_tang"),
                "surface": "styblinski_tang",
                "fourth": "rmsprop",
                "fair": True,
                "starts": 2500,
                "basins": True,
                "beside": "clouds",
            },
        ),
        Preset("Your own f(x, y)", {"surface": OWN, "learning_rate": 0.05, "start_x": -3.4, "start_y": -2.0}),
        Preset(
            "Rosenbrock",
            {
                **suggested("rosenbrock"),
                "surface": "rosenbrock",
                "third": "nesterov",
                "fourth": "adam",
                "fair": True,
                "steps": 300,
            },
        ),
    )

    def build(self, stage: Stage) -> None:
        """The map and what may stand beside it, the charts that take the place of both, the loss and the table."""
        areas = stage.areas(self.layout, self.layouts, self.large)
        self.prepared: tuple[F64, I64, RaceParams] | None = None
        self.legend = stage.legend(areas["legend"])
        self.map = stage.plot(areas["map"], axes=False, grid=False)
        self.map.zoomable = True
        self.face = Face(self.map)
        blank = ("text",) * MOST
        self.trails = Trails(self.map, blank, width=1.15)
        self.start = Marker(self.map, "text", "ring", 11.0)
        self.heads = [Marker(self.map, "text", shape, 9.0) for shape in HEADS]
        self.map.live += [self.trails, self.start, *self.heads]
        self.map.handles.append(Handle("start point", self._move_start, lambda: (self.start.x, self.start.y)))

        self.relief = stage.add(Relief(areas["beside"], stage.theme, "The surface, its height on a log scale"))
        self.raised = Trails(self.relief, blank, width=1.0, dots=False)
        self.tops = [Marker(self.relief, "text", shape, 7.0) for shape in HEADS]
        self.drops = Cloud(self.relief)
        self.relief.live += [self.drops, self.raised, *self.tops]
        self.relief.handles.append(Handle("drag to orbit", self._orbit))
        self.tuning = Tuning(stage, areas["beside"])
        self.charts = stage.add(Charts(areas["map"].united(areas["beside"]), stage.theme))
        self.faces = [Face(chart) for chart in self.charts.charts]

        self.loss = LossCurves(stage, areas["loss"])

        title = QRectF(areas["loss"].topLeft(), QSizeF(areas["loss"].width(), 1.5 * stage.theme.sizes["label"]))
        stage.add(Pane(title, stage.theme)).handles.append(Handle("press for steps, gradients or seconds", self._turn_axis))
        self.table = stage.table(areas["table"], "", ("",))
        self.note = stage.text(areas["note"], "faint", "small")
        self.numbers = (areas["table"], areas["table"].united(areas["note"]))  # room of a race's table, and of a cloud's

    # -- what stays for a recording ------------------------------------------------------------------------------------

    def prepare(self, recording: RaceRecording) -> None:
        """Styles of the racers, what stands where, ranges, heat maps; while a person orbits, the landscape alone."""
        flat = recording.params.replace(azimuth=0.0, elevation=45.0)
        known = self.prepared
        if known is None or known[0] is not recording.path or known[1] is not recording.basin_map or known[2] != flat:
            self._prepare_flat(recording)
            self.prepared = (recording.path, recording.basin_map, flat)
        if not self.relief.hidden and not self.relief.rect.isEmpty():
            self._prepare_relief(recording)

    def _prepare_flat(self, recording: RaceRecording) -> None:
        params = recording.params
        self.styles = styles(recording.racers)
        chosen = params.values()[params.cloud_of]
        self.racer = recording.racers.index(chosen) if chosen in recording.racers else 0
        self.many = params.starts > 1 and params.beside == "clouds" and len(recording.racers) > 1
        tuned = params.fair and params.beside == "learning_rates"
        self.map.hide(self.many)
        self.charts.hide(not self.many)
        self.relief.hide(self.many or tuned)
        self.tuning.plot.hide(self.many or not tuned)
        self.legend.set(tuple(Entry(style.name, style.role, style.dash) for style in self.styles))
        for marks in (self.heads, self.tops):
            for marker, style in zip(marks, self.styles, strict=False):
                marker.role = style.role
        if self.many:
            self._prepare_charts(recording)
        else:
            self._prepare_map(recording)
        if not self.tuning.plot.hidden:
            self.tuning.set(recording, self.styles)
        self.loss.set(recording, self.styles)
        self.table.rect = self.numbers[params.starts > 1]  # it stands in the live layer, so this moves nothing else
        self.note.set(note(recording))

    def _prepare_charts(self, recording: RaceRecording) -> None:
        charts = self.charts.arrange([(style.name, style.role) for style in self.styles])
        for racer, face in enumerate(self.faces[: len(charts)]):
            face.set(recording, racer, recording.params.ground.domain)

    def _prepare_map(self, recording: RaceRecording) -> None:
        params, (x_low, x_high, y_low, y_high) = recording.params, recording.params.ground.domain
        single, x, y = params.starts == 1, params.start_x, params.start_y
        if single:  # a start beyond the domain is shown too
            pad = 0.03 * (x_high - x_low)
            x_low, x_high, y_low, y_high = min(x_low, x - pad), max(x_high, x + pad), min(y_low, y - pad), max(y_high, y + pad)
        self.face.set(recording, self.racer, (x_low, x_high, y_low, y_high))
        dress(self.drops, recording, self.racer)
        self.start.set(*((x, y) if single else (np.nan, np.nan)))
        self.paths = self._shown_paths(recording) if single else np.full((len(self.styles), recording.last + 1, 2), np.nan)
        for trails in (self.trails, self.raised):
            trails.dress(tuple(style.role for style in self.styles), tuple(style.dash for style in self.styles))
            trails.set_paths(self.paths[..., 0], self.paths[..., 1])

    def _shown_paths(self, recording: RaceRecording) -> F64:
        """The paths of single runs (racer, step, 2), each cut one step after it has left the map for good."""
        paths = recording.path[:, :, 0].copy()
        (x_low, x_high), (y_low, y_high) = self.map.x_range, self.map.y_range
        for path in paths:
            seen = (path[:, 0] >= x_low) & (path[:, 0] <= x_high) & (path[:, 1] >= y_low) & (path[:, 1] <= y_high)
            if not seen[-1] and seen.any():
                path[int(np.flatnonzero(seen)[-1]) + 2 :] = np.nan
        return paths

    def _prepare_relief(self, recording: RaceRecording) -> None:
        params, field = recording.params, self.face.field
        ground = params.ground
        x_low, x_high, y_low, y_high = ground.domain
        around = field.scaled(ground.sample(np.linspace(x_low, x_high, 60), np.linspace(y_low, y_high, 60)))
        top = float(around[np.isfinite(around)].max(initial=1e-9))

        def heights(x: F64, y: F64) -> F64:  # what is beyond the numbers is as high as it gets
            return np.minimum(field.scaled(ground.at(x, y)[0].reshape(np.shape(x))), top) / top

        levels = np.linspace(0.0, 1.0, field.count + 2)[1:-1] / top
        self.relief.set(ground.domain, heights, levels[levels < 1.0].tolist(), params.azimuth, params.elevation)

    # -- frames --------------------------------------------------------------------------------------------------------

    def draw(self, recording: RaceRecording, k: int) -> None:
        """Everybody at step k."""
        if self.many:
            for racer, face in enumerate(self.faces[: self.charts.count]):
                face.cloud.set(recording.path[racer, k])
        elif recording.params.starts > 1:
            self.face.cloud.set(recording.path[self.racer, k])
            self.drops.set(recording.path[self.racer, k])
        for trails in (self.trails, self.raised):
            trails.set(k)
        self.loss.draw(k)
        for racer in range(MOST):
            at = self.paths[racer, k].tolist() if racer < len(self.styles) and not self.many else (np.nan, np.nan)
            self.heads[racer].set(*at)
            self.tops[racer].set(*at)
        fill(self.table, recording, k, self.styles)

    # -- words ---------------------------------------------------------------------------------------------------------

    def caption(self, recording: RaceRecording, k: int) -> str:
        """Where everybody is."""
        return caption(recording, k)

    def sentence(self, recording: RaceRecording) -> str:
        """The story of this race."""
        return sentence(recording)

    def place(self, recording: RaceRecording, k: int) -> str:
        """The step, or what it has cost."""
        return place(recording, k)

    def events(self, recording: RaceRecording) -> tuple[Event, ...]:
        """When racers arrive or fail; of a cloud, when half of it has arrived."""
        found = []
        for racer, (method, ending) in enumerate(zip(recording.racers, recording.endings, strict=True)):
            many = recording.params.starts > 1
            since = recording.settled[racer] if many and recording.minima else recording.arrival[racer]
            arrived, half = np.sort(since[since >= 0]), (len(since) - 1) // 2
            if ending.failed:
                found.append(Event(ending.step, f"{NAMES[method]} failed", "bad"))
            elif len(arrived) > half:
                found.append(Event(int(arrived[half]), f"{'half of ' if many else ''}{NAMES[method]} arrived", "good"))
        return tuple(found)

    # -- knobs that follow ---------------------------------------------------------------------------------------------

    def settle(self, params: RaceParams, changed: str) -> RaceParams:
        """A surface brings its start and learning rate, a formula its surface, a cloud its basins, a fair race its search."""
        follow: dict[str, Value] = {}
        if changed == "formula":
            follow |= {"surface": OWN} if params.surface == OWN else {"surface": OWN, **suggested(OWN)}
        if changed == "surface":
            follow |= suggested(params.surface)
        if changed == "fair":
            follow["beside"] = "learning_rates" if params.fair else "clouds" if params.starts > 1 else "surface"
        if changed == "starts":
            follow["basins"] = params.starts > 1
            follow["beside"] = "clouds" if params.starts > 1 else "learning_rates" if params.fair else "surface"
        return params.replace(**follow)

    def _move_start(self, grab: Grab) -> dict[str, Value]:
        knob = RaceParams.knob("start_x")
        low, high = knob.low or 0.0, knob.high or 0.0
        return {"start_x": float(np.clip(grab.x, low, high)), "start_y": float(np.clip(grab.y, low, high))}

    def _orbit(self, grab: Grab) -> dict[str, Value]:
        if not isinstance(grab.params, RaceParams):
            return {}
        azimuth, elevation = orbit(grab, grab.params.azimuth, grab.params.elevation)
        return {"azimuth": azimuth, "elevation": max(elevation, RaceParams.knob("elevation").low or 0.0)}

    def _turn_axis(self, grab: Grab) -> dict[str, Value]:
        """A press goes on to the next kind of cost."""
        if not isinstance(grab.params, RaceParams):
            return {}
        kinds = RaceParams.knob("axis").choices
        return {"axis": kinds[(kinds.index(grab.params.axis) + 1) % len(kinds)]}
