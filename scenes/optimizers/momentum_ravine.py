"""Momentum ravine: SGD is thrown from wall to wall, momentum cancels the swings and gathers speed along the floor.

Look at the swings, then at the slopes of the loss curves beside their dashed predictions. Nesterov's limit of stability is
the lowest of the three, (2 + 2β)/(1 + 2β): at the learning rate that makes SGD zig-zag it runs away, at half of it it goes
straightest. Try both, then the critical momentum on the small map.
"""

from typing import ClassVar

import numpy as np

from core.recording import Outcome
from core.simulations.momentum_ravine import SIMULATION, MomentumRavineParams, MomentumRavineRecording, suggested
from core.surfaces import hessian, named, sample, value
from scenes.kit.curves import Curve
from scenes.kit.field import Field
from scenes.kit.marks import Label, Marker
from scenes.kit.numbers import fixed, short
from scenes.kit.pane import Grab, Handle
from scenes.kit.rate_map import RateMap
from scenes.kit.step_arrows import StepArrows
from scenes.kit.trails import Trails
from scenes.kit.words import Cell, Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.optimizers import momentum_words
from scenes.optimizers.momentum_words import MOMENTUM, NAMES
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DASH, DASH_DOT, DOT, SOLID

ROLES = tuple(f"optimizer.{method}" for method in NAMES)
DASHES = (DOT, SOLID, DASH_DOT)
HEADS = ("disc", "diamond", "square")
TITLE_RATES, HEADS_RATES = "Error kept per step", ("", "measured", "theory", "loss")
TITLE_PLAIN, HEADS_PLAIN = "Where they stand", ("", "loss", "lowest", "distance")


class MomentumRavine(Scene[MomentumRavineParams, MomentumRavineRecording]):
    """Three methods from one start on one surface, their rates beside theory, and the map of all learning rates."""

    title = "Momentum ravine"
    question = "Why does momentum tame a ravine?"
    look = momentum_words.LOOK
    cards = (6,)
    formulas = (
        r"v \leftarrow \textcolor{velocity}{\beta v} + \textcolor{gradient}{\nabla L(\theta)}",
        r"\theta \leftarrow \theta - \eta v",
    )
    seconds = 12.0
    simulation = SIMULATION
    layout = Row(
        (2.2, Column((0.1, "legend"), (2.0, "map"), (1.2, "loss"))),
        (1.0, Column((1.5, "rates"), (0.85, "table"), (0.75, "formula"))),
    )
    large = Row(
        (1.84, Column((0.1, "legend"), (1.45, "map"), (1.15, "loss"))),
        (1.0, Column((1.5, "rates"), (1.0, "table"))),
    )
    layouts: ClassVar[dict[Shape, Split]] = {
        "square": Column((0.12, "legend"), (1.4, "map"), (1.0, "loss")),
        "tall": Column((0.08, "legend"), (1.4, "map"), (0.85, "loss"), (0.95, "rates"), (0.6, "table"), (0.42, "formula")),
    }
    presets = (
        Preset("The ravine"),
        Preset("Nesterov's stride", {"learning_rate": 0.042, "momentum": 0.66}),
        Preset("Best rate", {"learning_rate": 1 / 9, "momentum": 4 / 9}),
        Preset("Too much β", {"momentum": 0.95}),
        Preset("Beyond the limit", {"learning_rate": 0.09, "momentum": 0.7}),
        Preset("Noise", {"noise": 3.0}),
        Preset("Rosenbrock", {"surface": "rosenbrock", **suggested("rosenbrock")}),
        Preset("Rastrigin", {"surface": "rastrigin", **suggested("rastrigin")}),
    )

    def build(self, stage: Stage) -> None:
        """The map with its trails, the loss, the (η, β) map, the table of rates and the update rule."""
        areas = stage.areas(self.layout, self.layouts, self.large)
        stage.legend(areas["legend"], *(Entry(NAMES[m], r, d) for m, r, d in zip(NAMES, ROLES, DASHES, strict=True)))
        self.map = stage.plot(areas["map"], axes=False, grid=False)
        self.map.zoomable = True
        self.field = Field(self.map)
        self.trails = Trails(self.map, ROLES, DASHES, width=1.15)
        self.minima = [Marker(self.map, "theory", "x", 8.0) for _ in range(4)]
        self.start = Marker(self.map, "text", "ring", 11.0)
        self.step = StepArrows(self.map)
        self.heads = [Marker(self.map, role, shape, 9.0) for role, shape in zip(ROLES, HEADS, strict=True)]
        self.lost = Label(self.map, "bad", bold=True)
        self.lost_at = [Marker(self.map, "bad", "x", 9.0) for _ in ROLES]
        self.map.still += self.minima
        self.map.live += [self.trails, self.start, self.step, *self.heads, *self.lost_at, self.lost]
        self.map.handles.append(Handle("start point", self._move_start, lambda: (self.start.x, self.start.y)))

        self.loss = stage.plot(areas["loss"], title="Loss by step (dashed: predicted)", log_y=True)
        self.loss.zoomable = True
        self.predicted = [Curve(self.loss, role, 0.8, DASH, 0.75) for role in ROLES]
        self.losses = Trails(self.loss, ROLES, DASHES, dots=False)
        self.loss.live += [*self.predicted, self.losses]

        title = "Momentum’s rate for every η and β"
        rates = stage.plot(areas["rates"], title=title, x="learning rate η", y="momentum β", log_x=True)
        rates.handles.append(Handle("learning rate and momentum", self._choose_rates))
        self.rates = RateMap(rates, "optimizer.momentum")
        self.table = stage.table(areas["table"], TITLE_RATES, HEADS_RATES, (1.21, 1.06, 0.83, 1.12))
        stage.formula(areas["formula"], *self.formulas, title="Momentum’s update")

    def prepare(self, recording: MomentumRavineRecording) -> None:
        """Surface, ranges, predictions and the (η, β) map of this recording."""
        params = recording.params
        self._prepare_map(recording)
        self._prepare_loss(recording)
        self.rates.set(params.learning_rate, params.momentum, *_curvatures(params))

    def _prepare_map(self, recording: MomentumRavineRecording) -> None:
        params, surface = recording.params, named(recording.params.surface)
        x_low, x_high, y_low, y_high = surface.domain
        x_low, x_high = min(x_low, params.start_x - 0.5), max(x_high, params.start_x + 0.5)
        y_low, y_high = min(y_low, params.start_y - 0.5), max(y_high, params.start_y + 0.5)
        # One unit is as long in x as in y: only then does a gradient stand at right angles to the contours.
        shape = self.map.inner.width() / self.map.inner.height()
        width, height = max(x_high - x_low, (y_high - y_low) * shape), max(y_high - y_low, (x_high - x_low) / shape)
        x_mid, y_mid = (x_low + x_high) / 2, (y_low + y_high) / 2
        x_span, y_span = (x_mid - width / 2, x_mid + width / 2), (y_mid - height / 2, y_mid + height / 2)
        self.map.set_range(x_span, y_span)
        xs, ys = np.linspace(*x_span, 220), np.linspace(*y_span, 110)
        self.field.set(xs, ys, sample(params.surface, xs, ys, params.condition, params.rotation))
        for marker, at in zip(self.minima, [*surface.minima, *[(np.nan, np.nan)] * 4], strict=False):
            marker.set(*at)
        self.start.set(params.start_x, params.start_y)
        self.left_at = [self._last_on_map(recording, run) for run in range(len(NAMES))]
        shown = recording.path.copy()
        for run, left in enumerate(self.left_at):
            shown[run, left + 2 :] = np.nan  # one step over the edge is enough to see where it went
        self.trails.set_paths(shown[..., 0], shown[..., 1])

    def _prepare_loss(self, recording: MomentumRavineRecording) -> None:
        """Loss above the lowest value there is, on a log axis; plain where the surface has no lowest value."""
        params, steps = recording.params, np.arange(recording.last + 1.0)
        minima = named(params.surface).minima
        code = named(params.surface).code
        lowest = value(code, *minima[0], params.condition, params.rotation) if minima else 0.0
        above = recording.loss - lowest
        start, shown = float(above[0, 0]), above[np.isfinite(above)]
        if minima:
            positive = shown[shown > 0]
            low = max(float(positive.min(initial=1.0)), 1e-18 * max(start, 1e-300))
            high = min(max(float(positive.max(initial=1e-9)), start), 1e4 * max(start, 1e-300))
            ends = np.floor(np.log10(low)), np.ceil(np.log10(max(high, 2 * low)))
            pad = 0.08 * (ends[1] - ends[0])  # so that the numbers at the ends have room beside the axis
            span = (10.0 ** (ends[0] - pad), 10.0 ** (ends[1] + pad))
        else:
            reach = 6.0 * max(abs(start), 1.0)
            low, high = max(float(shown.min()), -reach), min(float(shown.max()), reach)
            span = (low - 0.05 * (high - low) - 1e-9, high + 0.05 * (high - low) + 1e-9)
        title = "Loss by step" if recording.eigenvalues or not minima else "Loss above the lowest, by step"
        self.loss.set_title(title + (" (dashed: predicted)" if recording.eigenvalues else ""))
        self.loss.set_scale(log_y=bool(minima))
        self.loss.set_range((0.0, float(recording.last)), span)
        self.losses.set_paths(np.tile(steps, (len(NAMES), 1)), np.maximum(above, 0.0) if minima else above)
        for curve, factor in zip(self.predicted, recording.predicted_rates, strict=True):
            with np.errstate(over="ignore"):
                curve.set(steps, start * factor ** (2.0 * steps))

    def draw(self, recording: MomentumRavineRecording, k: int) -> None:
        """Trails and heads at step k, momentum's last step taken apart, and the table."""
        self.trails.set(k)
        self.losses.set(k)
        runaways = self._runaways(recording, k)
        for run, head in enumerate(self.heads):
            head.set(*recording.path[run, k].tolist())
            x, y = recording.path[run, self.left_at[run]].tolist() if run in runaways else (np.nan, np.nan)
            self.lost_at[run].set(x, y)
        if runaways:
            x, y = recording.path[runaways[0], self.left_at[runaways[0]]].tolist()
            self.lost.set(x, y, momentum_words.lost(recording, runaways))
        else:
            self.lost.set(np.nan, np.nan, "")
        self._draw_step(recording, k)
        self._draw_table(recording, k)

    def _draw_step(self, recording: MomentumRavineRecording, k: int) -> None:
        """Momentum's last step as two arrows, head to tail: −ηβv carried over from before, −η∇L pulled by the gradient."""
        params, before = recording.params, max(k - 1, 0)
        at = recording.path[MOMENTUM, before]
        carried = at - params.learning_rate * params.momentum * recording.velocity[MOMENTUM, before]
        landed = carried - params.learning_rate * recording.gradient[MOMENTUM, k]
        self.step.set(at, carried, landed)

    def _draw_table(self, recording: MomentumRavineRecording, k: int) -> None:
        """On the quadratic rates beside theory; elsewhere the loss, the lowest so far and the way left to a minimum."""
        rows: list[tuple[Cell | str, ...]] = []
        rated = bool(recording.eigenvalues)
        minima = np.array(named(recording.surface).minima).reshape(-1, 2)
        for run, method in enumerate(recording.methods):
            loss = recording.loss[run, : k + 1]
            name = Cell(NAMES[method], ROLES[run], bold=True)
            now = Cell(short(loss[-1]) if np.isfinite(loss[-1]) else "diverged", "text" if np.isfinite(loss[-1]) else "bad")
            if rated:
                pair = (recording.measured_rates[run], recording.predicted_rates[run])
                rows.append((name, *(fixed(rate, 3) for rate in pair), now))
            else:
                left = np.hypot(*(minima - recording.path[run, k]).T)
                rows.append((name, now, short(float(np.nanmin(loss))), short(float(left.min())) if left.size else "–"))
        self.table.title = TITLE_RATES if rated else TITLE_PLAIN
        self.table.set(rows, HEADS_RATES if rated else HEADS_PLAIN)

    def sentence(self, recording: MomentumRavineRecording) -> str:
        """The ravine's own story where these settings tell it, or theirs, or what is special about another surface."""
        return momentum_words.sentence(recording)

    def caption(self, recording: MomentumRavineRecording, k: int) -> str:
        """Who is where; when a run gets away, why."""
        return momentum_words.caption(recording, k, self._runaways(recording, k))

    def _runaways(self, recording: MomentumRavineRecording, k: int) -> list[int]:
        """The runs that have left the map for good by step k, or broke off."""
        return [run for run, left in enumerate(self.left_at) if k > left]

    def events(self, recording: MomentumRavineRecording) -> tuple[Event, ...]:
        """When a method converged or diverged."""
        found = []
        for method, ending in zip(recording.methods, recording.endings, strict=True):
            if ending.outcome is Outcome.DIVERGED:
                found.append(Event(ending.step, f"{NAMES[method]} diverged", "bad"))
            elif ending.outcome is Outcome.CONVERGED:
                found.append(Event(ending.step, f"{NAMES[method]} converged", "good"))
        return tuple(found)

    def settle(self, params: MomentumRavineParams, changed: str) -> MomentumRavineParams:
        """A newly chosen surface brings its own start and learning rate: no other would show anything."""
        return params.replace(**suggested(params.surface)) if changed == "surface" else params

    def _last_on_map(self, recording: MomentumRavineRecording, run: int) -> int:
        """The last step at which a run that ends off the map, higher than it began, was still on it; else its last step."""
        path, loss = recording.path[run], recording.loss[run]
        (x_low, x_high), (y_low, y_high) = self.map.x_range, self.map.y_range
        seen = (path[:, 0] >= x_low) & (path[:, 0] <= x_high) & (path[:, 1] >= y_low) & (path[:, 1] <= y_high)
        lost = not seen[-1] and not loss[-1] <= loss[0]
        return int(np.flatnonzero(seen)[-1]) if lost and seen.any() else recording.last

    def _move_start(self, grab: Grab) -> dict[str, float]:
        knob = MomentumRavineParams.knob("start_x")
        low, high = knob.low or 0.0, knob.high or 0.0
        return {"start_x": float(np.clip(grab.x, low, high)), "start_y": float(np.clip(grab.y, low, high))}

    def _choose_rates(self, grab: Grab) -> dict[str, float]:
        low, high = (MomentumRavineParams.knob("learning_rate").low or 0.0), 1.0
        return {"learning_rate": float(np.clip(grab.x, low, high)), "momentum": float(np.clip(grab.y, 0.0, 0.999))}


def _curvatures(params: MomentumRavineParams) -> tuple[float, float]:
    """(λ_flat, λ_steep) of the Hessian at the lowest point; NaN where there is none or it is not curved upwards."""
    surface = named(params.surface)
    if not surface.minima:
        return np.nan, np.nan
    xx, xy, yy = hessian(surface.code, *surface.minima[0], params.condition, params.rotation)
    if not np.isfinite([xx, xy, yy]).all():
        return np.nan, np.nan
    flat, steep = np.linalg.eigvalsh(np.array([[xx, xy], [xy, yy]])).tolist()
    return (flat, steep) if flat > 0 else (np.nan, np.nan)
