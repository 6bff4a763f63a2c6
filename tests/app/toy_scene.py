"""A small scene for the tests of the window: a decaying line, with one knob of every kind, and a gate to hold a run up."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QApplication

from app.session import Session
from core.claims import Claim
from core.params import ParamError, Params, choice, real, switch, text, whole
from core.recording import F64, Recording, array
from core.simulation import Simulation
from scenes.kit.curves import Curve
from scenes.kit.marks import Marker
from scenes.kit.pane import Grab, Handle
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage

BROKEN, SLOW = 19, 20  # numbers of steps with which the simulation fails, or waits for the gate
GATE = threading.Event()
RUNS: list[tuple[float, int]] = []  # every run that was begun, (rate, seed)


def named(given: str) -> None:
    """A name has no digits."""
    digit = next((place for place, character in enumerate(given) if character.isdigit()), None)
    if digit is not None:
        raise ParamError(f"a name has no digit such as {given[digit]}", digit)


@dataclass(frozen=True, kw_only=True)
class DecayParams(Params):
    rate: float = real(
        0.1, 0.001, 1.0, scale="log", label="Rate", symbol="r", unit="%", help="Share that is lost.", group="Decay"
    )
    start: float = real(2.0, -5.0, 5.0, label="Start", help="Where it begins.", group="Decay")
    steps: int = whole(12, 2, 20, label="Steps", help="How long.", group="Run")
    method: str = choice("plain", ("plain", "very_odd"), label="Method", help="How.", group="Run")
    mirrored: bool = switch(False, label="Mirrored", help="Upside down.", group="Run")
    angle: float = real(0.0, 0.0, 90.0, label="Angle", help="Seen from where.", group="View", view=True)
    name: str = text("x", 8, rule=named, label="Name", help="What it is called.", group="View")
    rarely: float = real(1.0, 0.0, 2.0, label="Rarely", help="Hardly ever turned.", folded=True)


@dataclass(frozen=True, eq=False, kw_only=True)
class DecayRecording(Recording):
    values: F64 = array("step")

    @classmethod
    def lengths(cls, params: DecayParams) -> dict[str, int]:
        return {"step": params.steps + 1}

    @property
    def last(self) -> int:
        return len(self.values) - 1


def simulate(params: DecayParams, seed: int) -> DecayRecording:
    RUNS.append((params.rate, seed))
    if params.steps == BROKEN:
        raise ZeroDivisionError("the toy was asked to break")
    if params.steps == SLOW:
        GATE.wait(20.0)
    values = params.start * (1.0 - params.rate) ** np.arange(params.steps + 1.0) * (-1.0 if params.mirrored else 1.0)
    return DecayRecording(params=params, seed=seed, values=values)


def claims(recording: DecayRecording) -> list[Claim]:
    ratio = float(recording.values[1] / recording.values[0])
    return [_claim("the ratio is 1 − r", 1.0 - float(recording.params.values()["rate"]), ratio), _claim("a half", 0.5, ratio)]


def _claim(name: str, predicted: float, measured: float) -> Claim:
    return Claim(
        name=name,
        scene="decay",
        source="this test",
        predicted=predicted,
        measured=measured,
        tolerance=1e-12,
        because="rounding",
    )


class Decay(Scene[DecayParams, DecayRecording]):
    title = "Decay"
    question = "How fast does it fall?"
    look = "The line falls."
    cards = (1,)
    seconds = 1.3
    presets: ClassVar[tuple[Preset, ...]] = (Preset("Usual"), Preset("Quick", {"rate": 0.5}))
    simulation: ClassVar[Simulation[Any, Any]] = Simulation("decay", DecayParams, DecayRecording, simulate, claims, lambda: ())

    def build(self, stage: Stage) -> None:
        self.plot = stage.plot(stage.areas(self.layout)["main"])
        self.plot.zoomable = True
        self.curve, self.dot = Curve(self.plot, "data"), Marker(self.plot, "accent")
        self.plot.live += [self.curve, self.dot]
        self.first = 0.0
        self.plot.handles.append(Handle("start", self.pull, lambda: (0.0, self.first)))
        self.plot.describe = lambda x, y: f"value {y:.2f}"

    def pull(self, grab: Grab) -> dict[str, float]:
        return {"start": min(max(grab.y, -5.0), 5.0)}

    def prepare(self, recording: DecayRecording) -> None:
        self.first = float(recording.values[0])
        self.plot.set_range((-1.0, recording.last + 1.0), (-5.0, 5.0))

    def draw(self, recording: DecayRecording, k: int) -> None:
        self.curve.set(np.arange(k + 1.0), recording.values[: k + 1])
        self.dot.set(float(k), float(recording.values[k]))

    def caption(self, recording: DecayRecording, k: int) -> str:
        return f"After {k} steps it is {recording.values[k]:.3f}."

    def events(self, recording: DecayRecording) -> tuple[Event, ...]:
        return (Event(3, "third step"), Event(4, "a failure of the fourth step", "bad"))

    def settle(self, params: DecayParams, changed: str) -> DecayParams:
        return params.replace(start=1.0) if changed == "method" else params

    @classmethod
    def chapter(cls) -> str:
        return "units"


class Growth(Decay):
    title = "Growth"
    question = "What rises?"
    presets = ()
    simulation: ClassVar[Simulation[Any, Any]] = Simulation("growth", DecayParams, DecayRecording, simulate, claims, lambda: ())

    @classmethod
    def chapter(cls) -> str:
        return "depth"


SCENES: dict[str, type[Scene[Any, Any]]] = {"decay": Decay, "growth": Growth}


def wait(until: Callable[[], bool], seconds: float = 10.0) -> None:
    """Let Qt work until something is so."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not happen"
        QApplication.processEvents()
        time.sleep(0.002)


def ready(session: Session) -> None:
    """Wait for the run that is going on, then stand still at the first frame."""
    wait(lambda: not session.busy and session.recording is not None)
    session.pause()
    session.seek(0)
