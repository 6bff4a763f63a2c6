"""Warmup: why a run begins with a small learning rate, on sixteen deep Post-LN nets per group.

Drag the end of the warmup. Without one the nets do not diverge, they go blind: within a handful of full steps the outputs of
all digits are the same, and the loss stays that of guessing. Adam's v̂ is as noisy in those steps as theory says; yet a v̂ that
was measured beforehand saves hardly a net. What does the harm is that the first steps are long in every weight and all go one
way: as many steps in random directions would change nothing. With layer norm before the branches none of this happens.
"""

from typing import ClassVar

import numpy as np

from core.digit_blocks import LEARNED, trailing_loss, window
from core.simulations.warmup import SIMULATION, WarmupParams, WarmupRecording
from core.theory.adam import rectification
from scenes.kit.bundle import Bundle
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed, short
from scenes.kit.pane import Grab, Handle
from scenes.kit.seed_rows import GroupRow, SeedRows
from scenes.layout import Column, Row, Shape, Split
from scenes.optimizers import warmup_words as words
from scenes.optimizers.warmup_groups import GROUPS, lines
from scenes.optimizers.warmup_reasons import Likeness, Noise
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DASH, DOT

TOP_RATE = 0.033  # the rate axis stands still while its handle is dragged
MOST_GROUPS = 4


class Warmup(Scene[WarmupParams, WarmupRecording]):
    """The schedules, sixteen runs under each, which of them learn, and two reasons that are given for what happens."""

    title = "Warmup and decay"
    question = "Why start with a small learning rate?"
    look = "Same weights, batches, steps and sum of learning rates in every group: only the start differs."
    cards = (23,)
    formulas = (
        r"\eta_t = \eta \, t / W \quad (t \leq W)",
        r"\frac{\sigma(\hat{v}_t)}{\mathrm{E}[\hat{v}_t]} = \sqrt{\frac{2}{n_t}} \qquad n_t \approx t",
    )
    seconds = 14.0
    simulation = SIMULATION
    layout = Row(
        (1.25, Column((0.9, "schedule"), (1.3, "loss"))),
        (1.0, Column((0.68, "seeds"), (1.0, "alike"), (0.9, "noise"))),
    )
    large = Row(
        (1.05, Column((0.85, "schedule"), (1.15, "loss"))),
        (1.0, Column((0.72, "seeds"), (1.2, "alike"))),
    )
    layouts: ClassVar[dict[Shape, Split]] = {
        "square": Column((0.65, "seeds"), (1.0, "loss"), (0.88, "schedule")),
        "tall": Column((0.5, "seeds"), (1.2, "loss"), (0.85, "schedule"), (0.9, "alike"), (0.8, "noise")),
    }
    presets = (
        Preset("With and without"),
        Preset("Too short a warmup", {"warmup": 5}),
        Preset("Pre-LN needs none", {"norm": "pre"}),
        Preset("A shallow stack", {"depth": 4}),
        Preset("RAdam instead", {"third": "radam"}),
        Preset("Inverse square root, 2017", {"schedule": "inverse_sqrt"}),
        Preset("Four decays, one budget", {"compare": "decays", "learning_rate": 0.012}),
    )

    def build(self, stage: Stage) -> None:
        """Schedules with their handles, losses, cells of the seeds; how alike outputs are, and how noisy v̂."""
        areas = stage.areas(self.layout, self.layouts, self.large)
        self.schedule = stage.plot(areas["schedule"], title="Learning rate")
        self.rates = [Curve(self.schedule, "text", 1.2) for _ in range(MOST_GROUPS)]
        self.corner, self.end = (Marker(self.schedule, "text", "ring", 11.0) for _ in range(2))
        self.corner_label = Label(self.schedule, "text", side="above")
        self.schedule.still += [*self.rates, self.corner_label, self.corner, self.end]
        self.now = Rule(self.schedule, "faint", 0.6)
        self.dots = [Marker(self.schedule, "text", "disc", 6.5) for _ in range(MOST_GROUPS)]
        self.schedule.live += [self.now, *self.dots]
        self.schedule.handles += [
            Handle("peak and end of the warmup", self._move_corner, lambda: (self.corner.x, self.corner.y)),
            Handle("floor and end of the decay", self._move_end, lambda: (self.end.x, self.end.y)),
        ]

        self.loss = stage.plot(areas["loss"], title="Loss")
        self.loss.zoomable = True
        self.losses = Bundle(self.loss)
        self.guess, self.bar = Rule(self.loss, "theory", 0.8, DASH), Rule(self.loss, "muted", 0.6, DOT)
        self.guess_label = Label(self.loss, "theory", side="above")
        self.loss.live += [self.losses, self.bar, self.guess, self.guess_label]

        heads = ("",) if stage.theme.large else ("", "loss")
        self.seeds = SeedRows(stage.canvas(areas["seeds"]), "", heads)
        self.likeness = Likeness(
            stage.plot(areas["alike"], title="How alike the outputs of two digits are, by batch", log_x=True)
        )
        noise = "How far v̂ is off its mean, by batch (dashed: theory)"
        self.noise = Noise(stage.plot(areas["noise"], title=noise, log_x=True, log_y=True))

    def prepare(self, recording: WarmupRecording) -> None:
        """Schedules, all curves, theory."""
        self._prepare_schedule(recording)
        self._prepare_losses(recording)
        self.likeness.prepare(recording)
        self.noise.prepare(recording)

    def _prepare_schedule(self, recording: WarmupRecording) -> None:
        params, updates = recording.params, np.arange(1.0, recording.params.steps + 1.0)
        self.applied = recording.rate.copy()
        for number, name in enumerate(recording.groups):
            if name == "radam":  # what is left of the rate once RAdam has shortened it
                self.applied[number] *= rectification(params.beta2, updates)
        top = max(TOP_RATE, 1.06 * float(recording.rate.max()))
        self.schedule.set_range((-0.018 * params.steps, 1.0 + 1.025 * params.steps), (-0.13 * top, top))
        for number, curve in enumerate(self.rates):
            inside = number < len(recording.groups)
            _, role, dash = GROUPS[recording.groups[number]] if inside else ("", "text", ())
            curve.style = (role, 1.2, dash, 1.0)
            curve.set(updates, self.applied[number] if inside else np.full(params.steps, np.nan))
        peak, rising = params.learning_rate, min(params.warmup, params.steps)
        self.corner.set(float(rising), peak)
        self.corner_label.set(float(rising), peak, f"W = {params.warmup}, η = {short(peak)}")
        falling = params.schedule in ("cosine", "linear")
        end = 1.0 + max(round(params.decay_end * params.steps), 1)  # the first update at the floor, perhaps after the last one
        self.end.set(end if falling else np.nan, params.floor * peak if falling else np.nan)
        spent = f"Σ η = {short(recording.budget)} in every group"
        if "radam" in recording.groups:
            spent = f"Σ η = {short(recording.budget)}, {short(float(np.nansum(self.applied[-1])))} after RAdam’s r"
        hint = "" if self.schedule.theme.large else " (drag the rings)"
        self.schedule.set_title(f"Learning rate{hint}, {spent}")

    def _prepare_losses(self, recording: WarmupRecording) -> None:
        self.trailing, self.has_learned, self.known = trailing_loss(recording.loss), recording.learned(), recording.known
        large, guess = self.loss.theme.large, recording.guess
        self.losses.set_lines(np.arange(recording.last + 1.0), lines(recording, self.trailing, large=large, crosses=True))
        high = float(self.trailing[np.isfinite(self.trailing)].max(initial=guess))
        self.loss.set_range((0.0, float(recording.last)), (0.0, min(max(1.06 * high, 1.25 * guess), 2.2 * guess)))
        shown = "5 of 16 runs" if large else "16 runs, thick: their median"
        self.loss.set_title(f"Loss, mean of the last {window(recording.last)} batches ({shown})")
        self.guess.set(y=guess)
        self.bar.set(y=LEARNED * guess)
        self.guess_label.set(0.8 * recording.last, guess, f"guessing: {fixed(guess, 2)}")
        self.seeds.title = f"Which of 16 seeds learn (loss below {fixed(LEARNED * guess, 2)})"

    def draw(self, recording: WarmupRecording, k: int) -> None:
        """Curves up to step k, the rates of the next update, and which runs have learned by now."""
        self.losses.set(k)
        self.likeness.draw(k)
        self.noise.draw(k)
        update = min(k, recording.last - 1)
        self.now.set(x=float(update + 1))
        for number, dot in enumerate(self.dots):
            inside = number < len(recording.groups)
            dot.role = GROUPS[recording.groups[number]][1] if inside else "text"
            dot.set(float(update + 1), float(self.applied[number, update]) if inside else np.nan)
        self._draw_seeds(recording, k)

    def _draw_seeds(self, recording: WarmupRecording, k: int) -> None:
        over, rows = k == recording.last, []
        for number, name in enumerate(recording.groups):
            title, role, dash = GROUPS[name]
            known = self.known[number]
            missing = int((known & ~self.has_learned[number, :, k]).sum())
            texts = ["–", "–"]
            if known.any():
                texts = [f"{missing} fail" if over else f"{missing} not yet"]
                texts.append(fixed(float(np.median(self.trailing[number, known, k])), 2))
            rows.append(GroupRow(title, role, dash, tuple(texts[: len(self.seeds.heads)]), alarmed=over and missing > 0))
        self.seeds.set(tuple(rows), self.has_learned[..., k], self.known, over=over)

    def sentence(self, recording: WarmupRecording) -> str:
        """What the counts of these settings show."""
        return words.sentence(recording)

    def caption(self, recording: WarmupRecording, k: int) -> str:
        """How alike the outputs have become, and how noisy v̂ is by then."""
        return words.caption(recording, k)

    def events(self, recording: WarmupRecording) -> tuple[Event, ...]:
        """Where outputs have become alike, where most runs have learned, where the warmup ends."""
        return words.events(recording)

    def _move_corner(self, grab: Grab) -> dict[str, float | int]:
        knob = WarmupParams.knob("learning_rate")
        rate = float(np.clip(grab.y, knob.low, knob.high))
        return {"warmup": round(float(np.clip(grab.x, 0.0, grab.params.values()["steps"]))), "learning_rate": rate}

    def _move_end(self, grab: Grab) -> dict[str, float]:
        values, low = grab.params.values(), WarmupParams.knob("decay_end").low
        share, level = (grab.x - 1.0) / float(values["steps"]), grab.y / float(values["learning_rate"])
        return {"decay_end": float(np.clip(share, low, 1.0)), "floor": float(np.clip(level, 0.0, 1.0))}
