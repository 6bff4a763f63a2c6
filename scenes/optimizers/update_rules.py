"""Update rules: an optimizer as a debugger shows it, line by line, with what it keeps, what it makes anew, and where θ goes.

One frame is one line. Step to see what a line writes, from what to what; step back to see it unwritten. Switch to PyTorch's
form: for Adam and AdamW the lines differ and the path does not, for Nesterov the points are ahead by βv, for momentum the
paths part once the learning rate falls.
"""

import numpy as np
from PySide6.QtCore import QRectF

from core.params import Value
from core.recording import F64
from core.simulations.update_rules import (
    MINIMUM,
    SIMULATION,
    UpdateRulesParams,
    UpdateRulesRecording,
    curvatures,
    setting,
    suggested,
)
from scenes.kit.field import Field
from scenes.kit.listing import Listing, Row
from scenes.kit.marks import Arrow, Label, Marker
from scenes.kit.pane import Grab, Handle
from scenes.kit.trails import Trails
from scenes.kit.watch import Reading, Watch, Watched, figures_for
from scenes.layout import Column, Shape, Split
from scenes.layout import Row as Across
from scenes.optimizers import update_words as words
from scenes.optimizers.update_captions import caption
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DOT, SOLID, STUDIO, Theme

GRID = (150, 60)  # points of the map's height field
FARTHEST = 12.0  # a point farther out does not widen the map
DOMAIN = (-7.0, 4.0, -1.5, 4.0)  # what the map shows at least


def arranged(shape: Shape, theme: Theme) -> Split:
    """Code at the left and what it writes at the right, the point below; on square pictures the point gives way."""
    if shape == "wide":
        left = Column((2.3 if theme.large else 1.62, "code"), (1.0, "map"))
        right = Column((7.0, "watch"), (1.0, "note"))
        return Across((1.03 if theme.large else 1.08, left), (1.0, right))
    if shape == "tall":
        return Column((1.25 if theme.large else 1.0, "code"), (1.25, "watch"), (0.8, "map"), (0.2, "note"))
    if theme.large:
        return Column((1.0, "code"), (1.0, "watch"))
    return Column((1.1, "code"), (1.0, Across((2.25, "watch"), (1.0, "map"), keep=True)))


class UpdateRules(Scene[UpdateRulesParams, UpdateRulesRecording]):
    """Code, values, and the point on a map."""

    title = "Update rules as code"
    question = "What does an optimizer remember?"
    look = "Each line lights up as it runs; what it writes is lit beside it, from the old value to the new."
    cards = (18,)
    formulas = (
        r"v \leftarrow \beta v + \eta g, \quad \theta \leftarrow \theta - v",
        r"\theta \leftarrow \theta - \eta\lambda\theta - \eta\,\frac{\hat m}{\sqrt{\hat v} + \varepsilon}",
    )
    seconds = 30.0
    overlays = False
    simulation = SIMULATION
    layout = arranged("wide", STUDIO)
    presets = (
        Preset("AdamW"),
        Preset("Momentum", {"method": "momentum", "weight_decay": 0.0, **suggested("momentum")}),
        Preset("Nesterov", {"method": "nesterov", "weight_decay": 0.0, **suggested("nesterov")}),
        Preset("RMSprop", {"method": "rmsprop", "weight_decay": 0.0, **suggested("rmsprop")}),
        Preset("Adam", {"method": "adam", "weight_decay": 0.0, **suggested("adam")}),
        Preset("PyTorch’s form", {"pytorch": True}),
        Preset("Weight decay: Adam against AdamW", {"method": "adam", "weight_decay": 0.5, "updates": 30, "beside": "adamw"}),
        Preset("Why divide by 1 − βᵗ", {"method": "adam", "weight_decay": 0.0, "correction": False}),
        Preset("The rate falls", {"method": "momentum", "weight_decay": 0.0, "drop": 6, **suggested("momentum")}),
    )

    def build(self, stage: Stage) -> None:
        """The listing, the watch, the map and the note on the second run."""
        areas = {"map": QRectF(), "note": QRectF()} | stage.areas(arranged(stage.shape, stage.theme))
        self.brief = stage.theme.large and stage.shape in ("square", "half")  # large letters leave room for the lines that run
        self.code = stage.add(Listing(areas["code"], stage.theme))
        self.watch = stage.add(Watch(areas["watch"], stage.theme, ("x", "y")))
        self.map = stage.plot(areas["map"], axes=False, grid=False)
        self.map.zoomable = True
        self.field = Field(self.map, 10)
        self.note = stage.text(areas["note"], "muted", "label")
        self.lowest, self.origin = Marker(self.map, "theory", "x", 8.0), Marker(self.map, "theory", "ring", 7.0)
        self.lowest_name, self.origin_name = (Label(self.map, "muted", side=side) for side in ("above", "below"))
        self.map.still += [self.lowest, self.origin, self.lowest_name, self.origin_name]
        self.second = Trails(self.map, ("optimizer.other",), (DOT,), width=1.1)
        self.trail = Trails(self.map, ("text",), (SOLID,), width=1.1)
        self.pull, self.move = Arrow(self.map, "gradient"), Arrow(self.map, "velocity")
        self.ring = Marker(self.map, "optimizer.other", "ring", 14.0)
        self.ahead = Marker(self.map, "velocity", "ring", 8.0)
        self.head = Marker(self.map, "text", "disc", 8.0)
        self.named = Label(self.map, "gradient", side="right")
        self.map.live += [self.second, self.trail, self.pull, self.move, self.ring, self.head, self.ahead, self.named]
        self.map.handles.append(Handle("start point", self._move_start, lambda: self.start))
        self.start = (0.0, 0.0)

    # -- what stays for a recording ------------------------------------------------------------------------------------

    def prepare(self, recording: UpdateRulesRecording) -> None:
        """The code and its colours, what is watched, and the map."""
        roles = words.roles(recording)
        heads = () if self.brief else self._heads(recording)
        loop = (Row(text, number, 1) for number, text in enumerate(recording.lines, start=1))
        self.code.set(words.heading(recording), (*heads, *loop), roles)
        self.first = len(heads)  # the place of the first line that runs
        every = len(recording.lines)
        watched = {}
        for place, name in enumerate(recording.names):
            values = recording.values[:, place]
            reach = np.stack((np.nanmin(values, axis=0), np.nanmax(values, axis=0)), axis=1)
            watched[name] = Watched(
                name,
                roles.get(name, "text"),
                words.torch_name(recording, name),
                (0, 0) if name == "t" else (figures_for(reach[0]), figures_for(reach[1])),
                name in words.SINGLE,
                name != "t",
                values[::every].T.copy(),
                reach,
            )
        program = recording.program
        self.watch.set(
            (
                ("kept between updates", tuple(watched[name] for name in program.kept)),
                ("made in every update", tuple(watched[name] for name in program.made)),
            )
        )
        self.note.set(words.note(recording))
        self._prepare_map(recording)

    def _heads(self, recording: UpdateRulesRecording) -> tuple[Row, ...]:
        """What stands over the lines of an update: values that the knobs give, the setup, and the head of the loop."""
        params = recording.params
        rates = {**setting(params).rates, "lr0": params.learning_rate}
        memories = [name for name in recording.program.given if name in ("b1", "b2", "eps")]
        others = [name for name in recording.program.given if name not in memories]
        rows = (others, memories) if len(memories) == 3 else ([*recording.program.given],)
        shown = (
            Row(f"{', '.join(names)} = {', '.join(words.plain(rates[name], words.FIGURES.get(name, 3)) for name in names)}")
            for names in rows
        )
        return (*shown, Row(recording.setup), Row(f"for update in range({params.updates}):"))

    def _prepare_map(self, recording: UpdateRulesRecording) -> None:
        params = recording.params
        self.start = (params.start_x, params.start_y)
        seen = np.concatenate((recording.path, recording.beside))
        seen = seen[np.abs(seen).max(axis=1) <= FARTHEST]
        x_low, x_high = min(DOMAIN[0], float(seen[:, 0].min()) - 1.0), max(DOMAIN[1], float(seen[:, 0].max()) + 1.0)
        y_low, y_high = min(DOMAIN[2], float(seen[:, 1].min()) - 1.0), max(DOMAIN[3], float(seen[:, 1].max()) + 1.0)
        # One unit is as long in x as in y: only then does a gradient stand at right angles to the contours.
        inner = self.map.inner
        shape = inner.width() / inner.height() if inner.height() > 0 else 1.0
        width, height = max(x_high - x_low, (y_high - y_low) * shape), max(y_high - y_low, (x_high - x_low) / shape)
        x_mid, y_mid = (x_low + x_high) / 2, (y_low + y_high) / 2
        x_span, y_span = (x_mid - width / 2, x_mid + width / 2), (y_mid - height / 2, y_mid + height / 2)
        self.map.set_range(x_span, y_span)
        xs, ys = np.linspace(*x_span, GRID[0]), np.linspace(*y_span, GRID[1])
        flat, steep = curvatures(params).tolist()
        self.field.set(xs, ys, 0.5 * (flat * (xs[None, :] - MINIMUM[0]) ** 2 + steep * (ys[:, None] - MINIMUM[1]) ** 2))
        self.lowest.set(*MINIMUM)
        origin = (0.0, 0.0) if params.weight_decay > 0.0 else (np.nan, np.nan)
        self.origin.set(*origin)
        roomy = inner.width() > 600.0
        self.lowest_name.set(*MINIMUM, "lowest loss" if roomy else "")
        self.origin_name.set(*origin, "0, where decay pulls" if roomy else "")
        role = f"optimizer.{params.method}"
        self.trail.roles, self.head.role = (role,), role
        points, beside = recording.values[:, recording.names.index("theta")].copy(), recording.beside.copy()
        points[self._left_after(recording.path) * len(recording.lines) + 1 :] = np.nan
        beside[self._left_after(beside) + 1 :] = np.nan
        self.trail.set_paths(points[None, :, 0], points[None, :, 1])
        self.second.set_paths(beside[None, :, 0], beside[None, :, 1])

    def _left_after(self, path: F64) -> int:
        """After how many updates a path has left the map, for a run that ends far outside; else the number of all updates."""
        (x_low, x_high), (y_low, y_high) = self.map.x_range, self.map.y_range
        x, y = path.T
        seen = np.flatnonzero((x >= x_low) & (x <= x_high) & (y >= y_low) & (y <= y_high))
        lost = np.abs(path[-1]).max() > FARTHEST
        return min(int(seen[-1]) + 1, len(path) - 1) if lost else len(path) - 1

    # -- frames --------------------------------------------------------------------------------------------------------

    def draw(self, recording: UpdateRulesRecording, k: int) -> None:
        """The line that has just run, what it wrote, and where θ stands."""
        update, number = recording.at(k)
        setup = (self.first - 2,) if self.first else ()  # the row that makes the buffers, where it is shown
        self.code.light(*((self.first + number - 1,) if k else setup))
        self.watch.show({name: self._reading(recording, name, k) for name in recording.names})
        done = update if number == len(recording.lines) else max(update - 1, 0)
        self.trail.set(k)
        self.second.set(done)
        here = recording.of("theta", k)
        self.head.set(*here.tolist())
        self.ring.set(*recording.beside[done].tolist())
        self._draw_arrows(recording, k)

    def _reading(self, recording: UpdateRulesRecording, name: str, k: int) -> Reading:
        """The value of a name at frame k, and whether the lit line or this update wrote it."""
        update, number = recording.at(k)
        loop = recording.program.loop
        writes = [place for place, line in enumerate(loop, start=1) if name in line.targets]
        now = recording.of(name, k)
        if k == 0:
            return Reading(now, None, False, 0)
        before = recording.of(name, k - 1) if number in writes else None
        written = any(place <= number for place in writes)
        kept = name in recording.program.kept
        return Reading(now, before, not written and not kept, update if written else update - 1)

    def _draw_arrows(self, recording: UpdateRulesRecording, k: int) -> None:
        """Downhill from where the gradient was taken; ahead of the last line, where θ will go."""
        update, number = recording.at(k)
        nowhere = (np.nan,) * 4
        self.pull.set(*nowhere)
        self.move.set(*nowhere)
        self.ahead.set(np.nan, np.nan)
        self.named.set(np.nan, np.nan, "")
        targets = [line.targets[0] for line in recording.program.loop]
        if k == 0 or number == len(targets):
            return
        if "ahead" in targets and number > targets.index("ahead"):
            self.ahead.set(*recording.of("ahead", k).tolist())
        if number > targets.index("g"):
            at = recording.of("ahead" if "ahead" in targets else "theta", k)
            downhill = -recording.of("g", k)
            longest = float(np.hypot(*downhill))
            unit = (self.map.x_range[1] - self.map.x_range[0]) * 0.09
            tip = at + downhill / longest * unit if longest > 0.0 else at
            self.pull.set(*at.tolist(), *tip.tolist())
            self.named.set(float(tip[0]), float(tip[1]), "−g")
        if number == len(targets) - 1:
            self.move.set(*recording.of("theta", k).tolist(), *recording.path[update].tolist())

    # -- words ---------------------------------------------------------------------------------------------------------

    def sentence(self, recording: UpdateRulesRecording) -> str:
        """What this method keeps, or what the form, the decay, the correction or the schedule changes."""
        return words.sentence(recording)

    def caption(self, recording: UpdateRulesRecording, k: int) -> str:
        """What the lit line does, with its numbers."""
        return caption(recording, k)

    def place(self, recording: UpdateRulesRecording, k: int) -> str:
        """Update and line."""
        update, number = recording.at(k)
        if k == 0:
            return "before update 1"
        return f"update {update} / {recording.params.updates}, line {number} / {len(recording.lines)}"

    def events(self, recording: UpdateRulesRecording) -> tuple[Event, ...]:
        """The first line of each update."""
        return tuple(
            Event(1 + update * len(recording.lines), f"update {update + 1}") for update in range(recording.params.updates)
        )

    def settle(self, params: UpdateRulesParams, changed: str) -> UpdateRulesParams:
        """A newly chosen method brings its own rates; PyTorch's form and no correction exclude each other."""
        values: dict[str, Value] = {}
        if changed == "method":
            values = suggested(params.method)
        elif changed == "pytorch" and params.pytorch:
            values = {"correction": True}
        elif changed == "correction" and not params.correction:
            values = {"pytorch": False}
        return params.replace(**values)

    def _move_start(self, grab: Grab) -> dict[str, Value]:
        low, high = -10.0, 10.0
        return {"start_x": float(np.clip(grab.x, low, high)), "start_y": float(np.clip(grab.y, low, high))}
