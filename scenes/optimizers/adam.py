"""Adam: what one step is made of, how long it is, and what bias correction is for.

Constant gradients first: without the correction the first steps are three to six times too long, not too short; the map
shows for which β₁ and β₂ they would be short. Then a lone spike after a long silence, coin tosses, and an ill-scaled ravine in
which each coordinate has a step of its own. Reddi's example shows what a short memory of squares leads to.
"""

from typing import ClassVar

import numpy as np

from core.simulations.adam import SIMULATION, AdamParams, AdamRecording, suggested
from scenes.kit.beta_map import BetaMap
from scenes.kit.numbers import whole
from scenes.kit.pane import Grab, Handle
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.optimizers import adam_words as words
from scenes.optimizers.adam_drift import DriftView
from scenes.optimizers.adam_ravine import RavineView
from scenes.optimizers.adam_spike import SpikeView
from scenes.optimizers.adam_stream import StreamView
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import DASH, DASH_DOT, DOT

LEGENDS = {
    "constant": (
        Entry("with bias correction", "text"),
        Entry("without", "text", DOT),
        Entry("theory", "theory", DASH),
    ),
    "surface": (
        Entry("Adam", "optimizer.adam"),
        Entry("without correction", "optimizer.adam", DOT),
        Entry("SGD", "optimizer.sgd", DASH_DOT),
        Entry("−g", "gradient"),
    ),
    "reddi": (
        Entry("Adam", "optimizer.adam"),
        Entry("AMSGrad", "optimizer.other", DASH_DOT),
        Entry("theory", "theory", DASH),
    ),
}
FORMULAS = (
    r"\textcolor{velocity}{m} \leftarrow \beta_1 \textcolor{velocity}{m} + (1-\beta_1)\,\textcolor{gradient}{g}",
    r"\textcolor{series.1}{v} \leftarrow \beta_2 \textcolor{series.1}{v} + (1-\beta_2)\,\textcolor{gradient}{g}^2",
    r"\textcolor{velocity}{\hat m} = \frac{\textcolor{velocity}{m}}{1-\beta_1^t} \qquad "
    r"\textcolor{series.1}{\hat v} = \frac{\textcolor{series.1}{v}}{1-\beta_2^t}",
    r"\theta \leftarrow \theta - \eta\,\textcolor{optimizer.adam}{\frac{\hat m}{\sqrt{\hat v}+\varepsilon}}",
)


class Adam(Scene[AdamParams, AdamRecording]):
    """Gradient, running means and step of one coordinate, or the steps of two in a ravine."""

    title = "Adam, bias correction"
    question = "What is one step of Adam made of?"
    look = "Uncorrected, m fills sooner than √v: the first steps are 3 to 6 times too long."
    cards = (7,)
    formulas = FORMULAS
    seconds = 12.0
    simulation = SIMULATION
    layout = Row(
        (2.0, Column((0.1, "legend"), (1.0, "mean"), (1.0, "root"), (1.25, "step"))),
        (1.0, Column((1.05, "formula"), (1.1, "table"), (1.3, "side"))),
    )
    large = Row(
        (2.0, Column((0.1, "legend"), (1.0, "mean"), (1.0, "root"), (1.3, "step"))),
        (1.0, Column((1.0, "formula"), (1.25, "side"))),
    )
    layouts: ClassVar[dict[Shape, Split]] = {
        "square": Column((0.1, "legend"), (1.0, "mean"), (1.0, "root"), (1.25, "step")),
        "tall": Column(
            (0.1, "legend"),
            (0.9, "mean"),
            (0.9, "root"),
            (1.1, "step"),
            (1.0, Row((1.0, "formula"), (1.0, "table"), keep=True)),
            (1.0, "side"),
        ),
    }
    presets = (
        Preset("Constant gradient"),
        Preset("Too short for once", {"beta1": 0.99, "beta2": 0.9, "steps": 300}),
        Preset("A lone spike", {"signal": "spike"}),
        Preset("Coin tosses", {"signal": "noise", "steps": 200}),
        Preset("As small as ε", {"scale": 1e-8}),
        Preset("Ill-scaled ravine", {"signal": "surface", "steps": 200}),
        Preset("Turned by 45°", {"signal": "surface", "rotation": 45.0, "steps": 200}),
        Preset("Reddi’s example", {"signal": "reddi", **suggested("reddi")}),
    )

    def build(self, stage: Stage) -> None:
        """Panes of one coordinate and panes of the ravine in the same places; formula and table beside them."""
        areas = stage.areas(self.layout, self.layouts, self.large)
        self.legend = stage.legend(areas["legend"])
        self.stream = StreamView(stage, areas)
        self.ravine = RavineView(stage, areas, Handle("start point", self._move_start, self._start_place))
        stage.formula(areas["formula"], *self.formulas)
        self.table = stage.table(areas["table"], "", ("", "without", "corrected"), (1.1, 1.0, 1.1))

        self.betas = stage.plot(areas["side"], title="First step without correction", x="β₁", y="β₂", grid=False)
        self.map = BetaMap(self.betas, "optimizer.adam")
        self.betas.handles.append(Handle("β₁ and β₂", lambda grab: BetaMap.chosen(grab.x, grab.y)))
        self.lone = stage.plot(areas["side"], title="Step of a lone gradient at t", x="t", log_x=True)
        self.spike = SpikeView(self.lone)
        self.lone.handles.append(Handle("time of the lone gradient", _choose_time))
        self.drift = stage.plot(areas["side"], title="Drift per period, for every β₂", x="β₂")
        self.drifts = DriftView(self.drift)
        self.drift.handles.append(Handle("β₂", lambda grab: {"beta2": float(np.clip(grab.x, 0.0, 0.9999))}))

    def prepare(self, recording: AdamRecording) -> None:
        """Which panes there are, and all that stays the same while they play."""
        params, signal = recording.params, recording.params.signal
        self.stream.hide(signal)
        self.ravine.hide(signal)
        self.betas.hide(signal not in ("constant", "noise"))
        self.lone.hide(signal != "spike")
        self.drift.hide(signal != "reddi")
        self.legend.set(LEGENDS.get(signal, LEGENDS["constant"]))
        if signal == "surface":
            self.ravine.prepare(recording)
            return
        self.stream.prepare(recording)
        if signal == "reddi":
            self.drifts.set(params)
        elif signal == "spike":
            self.spike.set(recording)
        else:
            self.map.set(params.beta1, params.beta2)

    def draw(self, recording: AdamRecording, k: int) -> None:
        """Everything up to update k, and the numbers of update k."""
        (self.ravine if recording.params.signal == "surface" else self.stream).draw(recording, k)
        title, heads, rows = words.table(recording, k)
        self.table.title = title
        self.table.set(rows, heads)

    def sentence(self, recording: AdamRecording) -> str:
        """What these settings show."""
        return words.sentence(recording)

    def caption(self, recording: AdamRecording, k: int) -> str:
        """What update k is made of."""
        return words.caption(recording, k)

    def place(self, recording: AdamRecording, k: int) -> str:
        """The number of updates made."""
        return f"update {whole(recording.first + k)} / {whole(recording.first + recording.last)}"

    def events(self, recording: AdamRecording) -> tuple[Event, ...]:
        """The longest uncorrected step, the spike, runs that leave, Reddi's ends."""
        return words.events(recording)

    def settle(self, params: AdamParams, changed: str) -> AdamParams:
        """New gradients bring the settings with which they tell their story."""
        return params.replace(**suggested(params.signal)) if changed == "signal" else params

    def _start_place(self) -> tuple[float, float]:
        return self.ravine.start.x, self.ravine.start.y

    def _move_start(self, grab: Grab) -> dict[str, float]:
        return {"start_x": float(np.clip(grab.x, -10.0, 10.0)), "start_y": float(np.clip(grab.y, -10.0, 10.0))}


def _choose_time(grab: Grab) -> dict[str, int]:
    knob = AdamParams.knob("spike_at")
    return {"spike_at": int(np.clip(round(grab.x), knob.low or 1, knob.high or 1))}
