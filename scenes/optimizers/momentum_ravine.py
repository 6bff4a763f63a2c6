"""Momentum ravine: SGD zig-zags between the walls, momentum and Nesterov run along the floor.

Look at the widths of the first swings, then at the slopes of the loss curves beside their dashed predictions. Try the
critical momentum on the small map, then a learning rate just beyond the stability limit.
"""

import numpy as np

from core.recording import F64, Outcome
from core.simulations.momentum_ravine import SIMULATION, MomentumRavineParams, MomentumRavineRecording, suggested
from core.surfaces import hessian, named, sample, value
from core.theory.momentum import critical_momentum, rate, stability_limit
from scenes.kit.field import Field
from scenes.kit.marks import Arrow, Curve, Label, Marker
from scenes.kit.numbers import fixed, short
from scenes.kit.pane import Grab, Handle
from scenes.kit.plot import Plot
from scenes.kit.trails import Trails
from scenes.kit.words import Cell, Entry
from scenes.layout import Column, Row
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DASH, DASH_DOT, DOT, SOLID

NAMES = {"sgd": "SGD", "momentum": "Momentum", "nesterov": "Nesterov"}
ROLES = tuple(f"optimizer.{method}" for method in NAMES)
DASHES = (DOT, SOLID, DASH_DOT)
HEADS = ("disc", "diamond", "square")
MOMENTUM = tuple(NAMES).index("momentum")


class MomentumRavine(Scene[MomentumRavineParams, MomentumRavineRecording]):
    """Three methods from one start on one surface, their rates beside theory, and the map of all learning rates."""

    title = "Momentum ravine"
    question = "Why does momentum tame a ravine?"
    look = "Same start, same learning rate: SGD creeps along the floor of the ravine, momentum gathers speed on it."
    cards = (6,)
    formulas = (r"v \leftarrow \beta v + \nabla L(\theta)", r"\theta \leftarrow \theta - \eta v")
    seconds = 12.0
    simulation = SIMULATION
    layout = Row(
        (2.2, Column((0.09, "legend"), (2.0, "map"), (1.2, "loss"))),
        (1.0, Column((1.5, "rates"), (0.85, "table"), (0.75, "formula"))),
    )
    presets = (
        Preset("The ravine"),
        Preset("SGD zig-zags", {"learning_rate": 0.076}),
        Preset("Momentum at its best", {"learning_rate": 1 / 9, "momentum": 4 / 9}),
        Preset("Too much momentum", {"momentum": 0.95}),
        Preset("Only momentum survives", {"learning_rate": 0.09, "momentum": 0.7}),
        Preset("Noisy gradients", {"noise": 3.0}),
        Preset("Rosenbrock", {"surface": "rosenbrock", **suggested("rosenbrock")}),
        Preset("Rastrigin", {"surface": "rastrigin", **suggested("rastrigin")}),
    )

    def build(self, stage: Stage) -> None:
        """The map with its trails, the loss, the (η, β) map, the table of rates and the update rule."""
        areas = stage.areas(self.layout)
        stage.legend(areas["legend"], *(Entry(NAMES[m], r, d) for m, r, d in zip(NAMES, ROLES, DASHES, strict=True)))
        self.map = stage.plot(areas["map"], axes=False, grid=False)
        self.field = Field(self.map)
        self.trails = Trails(self.map, ROLES, DASHES, width=1.15)
        self.minima = [Marker(self.map, "theory", "x", 8.0) for _ in range(4)]
        self.start = Marker(self.map, "text", "ring", 11.0)
        self.pull = Arrow(self.map, "gradient")
        self.carry = Arrow(self.map, "velocity")
        self.heads = [Marker(self.map, role, shape, 9.0) for role, shape in zip(ROLES, HEADS, strict=True)]
        self.lost = [Label(self.map, "bad", bold=True, side=side) for side in ("above", "below", "right")]
        self.lost_at = [Marker(self.map, "bad", "x", 9.0) for _ in ROLES]
        self.map.still += self.minima
        self.map.live += [self.trails, self.start, self.pull, self.carry, *self.heads, *self.lost_at, *self.lost]
        self.map.handles.append(Handle("start point", self._move_start, lambda: (self.start.x, self.start.y)))

        self.loss = stage.plot(areas["loss"], title="Loss (dashed: predicted)", x="step", log_y=True)
        self.predicted = [Curve(self.loss, role, 0.8, DASH, 0.75) for role in ROLES]
        self.losses = Trails(self.loss, ROLES, DASHES, dots=False)
        self.loss.live += [*self.predicted, self.losses]

        self._build_rates(
            stage.plot(areas["rates"], title="Momentum's rate for every η and β", x="learning rate η", log_x=True)
        )
        self.table = stage.table(
            areas["table"], "Error kept per step", ("", "simulated", "theory", "loss now"), (1.3, 1, 0.85, 1.15)
        )
        stage.formula(
            areas["formula"],
            r"v \leftarrow \beta v + \nabla L(\theta)",
            r"\theta \leftarrow \theta - \eta v",
            title="Momentum's update",
        )

    def _build_rates(self, plot: Plot) -> None:
        theme = plot.theme
        self.rates = plot
        beyond = (theme.colors["raised"],) * 2
        fast = (theme.colors["data"], theme.field[0], theme.colors["panel"])
        self.rate_colors = np.concatenate((theme.ramp(fast, 128), theme.ramp(beyond, 128)))
        self.critical, self.critical_flat = Curve(plot, "theory", 0.9, DASH), Curve(plot, "theory", 0.6, DASH)
        self.limit = Curve(plot, "bad", 0.9)
        self.unstable = Label(plot, "bad", side="middle")
        self.here = Marker(plot, "optimizer.momentum", "diamond", 10.0)
        plot.still += [self.critical, self.critical_flat, self.limit, self.unstable]
        plot.live.append(self.here)
        plot.handles.append(Handle("learning rate and momentum", self._choose_rates))

    def prepare(self, recording: MomentumRavineRecording) -> None:
        """Surface, ranges, predictions and the (η, β) map of this recording."""
        self._prepare_map(recording)
        self._prepare_loss(recording)
        self._prepare_rates(recording)

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
        xs, ys = np.linspace(*x_span, 300), np.linspace(*y_span, 150)
        self.field.set(xs, ys, sample(params.surface, xs, ys, params.condition, params.rotation))
        for marker, at in zip(self.minima, [*surface.minima, *[(np.nan, np.nan)] * 4], strict=False):
            marker.set(*at)
        self.start.set(params.start_x, params.start_y)
        self.trails.set_paths(recording.path[..., 0], recording.path[..., 1])

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
            span = (10.0 ** np.floor(np.log10(low)), 10.0 ** np.ceil(np.log10(max(high, 2 * low))))
        else:
            reach = 6.0 * max(abs(start), 1.0)
            low, high = max(float(shown.min()), -reach), min(float(shown.max()), reach)
            span = (low - 0.05 * (high - low) - 1e-9, high + 0.05 * (high - low) + 1e-9)
        self.loss.set_scale(log_y=bool(minima))
        self.loss.set_range((0.0, float(recording.last)), span)
        self.losses.set_paths(np.tile(steps, (len(NAMES), 1)), np.where(above <= 0, span[0], above) if minima else above)
        for curve, factor in zip(self.predicted, recording.predicted_rates, strict=True):
            with np.errstate(over="ignore"):
                curve.set(steps, start * factor ** (2.0 * steps))

    def _prepare_rates(self, recording: MomentumRavineRecording) -> None:
        """The spectral radius of heavy ball over all (η, β), the critical curve, the limit and where we are.

        Off the quadratic the curvatures are those of the Hessian at the lowest point: what holds close to it.
        """
        params = recording.params
        flat, steep = _curvatures(params)
        self.here.set(params.learning_rate, params.momentum)
        known = 0.0 < flat <= steep < np.inf
        low, high = (0.01 / steep, 8.0 / steep) if known else (1e-4, 1.0)
        span = (min(low, params.learning_rate / 1.5), max(high, params.learning_rate * 1.5))
        etas, betas = np.geomspace(*span, 120), np.linspace(0.0, 0.999, 90)
        self.rates.set_range(span, (0.0, 1.0))
        factor = rate("momentum", etas[None, :], betas[:, None], (flat, steep)) if known else np.ones((90, 120))
        edges = (float(np.log10(span[0])), float(np.log10(span[1])))
        self.rates.image(factor, edges, (0.0, 1.0), (0.5, 1.5), self.rate_colors)
        for curve, lam, kind in ((self.critical, steep, "steep"), (self.critical_flat, flat, "flat")):
            crossing = critical_momentum("momentum", etas, lam) if known else np.full_like(etas, np.nan)
            curve.set(etas, np.where((etas * lam <= 1.0) | (kind == "steep"), crossing, np.nan))
        self.limit.set(stability_limit("momentum", betas) / steep if known else np.full_like(betas, np.nan), betas)
        self.unstable.set(*((float(np.sqrt(4.2 / steep * span[1])), 0.5, "diverges") if known else (np.nan, np.nan, "")))

    def draw(self, recording: MomentumRavineRecording, k: int) -> None:
        """Trails and heads at step k, momentum's last step taken apart, and the table."""
        self.trails.set(k)
        self.losses.set(k)
        for run, (head, ending) in enumerate(zip(self.heads, recording.endings, strict=True)):
            head.set(*recording.path[run, k].tolist())
            broken = ending.outcome is Outcome.DIVERGED and k >= ending.step
            name, x_seen, y_seen = NAMES[recording.methods[run]], *self._last_seen(recording.path[run])
            self.lost[run].set(x_seen, y_seen, f"{name} diverged" if broken else "")
            self.lost_at[run].set(*((x_seen, y_seen) if broken else (np.nan, np.nan)))
        params = recording.params
        at = recording.path[MOMENTUM, max(k - 1, 0)]
        carried = at - params.learning_rate * params.momentum * recording.velocity[MOMENTUM, max(k - 1, 0)]
        landed = carried - params.learning_rate * recording.gradient[MOMENTUM, k]
        self.carry.set(*at.tolist(), *carried.tolist())
        self.pull.set(*carried.tolist(), *landed.tolist())
        rows: list[tuple[Cell | str, ...]] = []
        for run, method in enumerate(recording.methods):
            simulated, theory = recording.measured_rates[run], recording.predicted_rates[run]
            rows.append(
                (
                    Cell(NAMES[method], ROLES[run], bold=True),
                    fixed(simulated, 4) if np.isfinite(simulated) else "–",
                    fixed(theory, 4) if np.isfinite(theory) else "–",
                    Cell("diverged", "bad") if not np.isfinite(recording.loss[run, k]) else short(recording.loss[run, k]),
                )
            )
        self.table.set(rows)

    def caption(self, recording: MomentumRavineRecording, k: int) -> str:
        """Who is where; after a divergence, why."""
        params, (_, steep) = recording.params, _curvatures(recording.params)
        lost = [run for run, ending in enumerate(recording.endings) if ending.failed and k >= ending.step]
        if lost:
            who = " and ".join(NAMES[recording.methods[run]] for run in lost)
            limit = float(stability_limit(recording.methods[lost[0]], params.momentum))
            pushed = params.learning_rate * steep
            if recording.surface == "quadratic" and pushed > limit:
                return f"{who} diverged: ηλ = {short(pushed)} is beyond the limit {short(limit)}, so every swing is wider."
            return f"{who} diverged at step {recording.endings[lost[0]].step}: the steps outgrew the surface's curvature."
        now = [short(recording.loss[run, k]) for run in range(len(NAMES))]
        return f"After {k} steps the loss is {now[0]} with SGD, {now[1]} with momentum, {now[2]} with Nesterov."

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

    def _last_seen(self, path: F64) -> tuple[float, float]:
        """The last point of a run that lies on the map."""
        (x_low, x_high), (y_low, y_high) = self.map.x_range, self.map.y_range
        seen = (path[:, 0] >= x_low) & (path[:, 0] <= x_high) & (path[:, 1] >= y_low) & (path[:, 1] <= y_high)
        x, y = path[np.flatnonzero(seen)[-1] if seen.any() else 0].tolist()
        return x, y

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
