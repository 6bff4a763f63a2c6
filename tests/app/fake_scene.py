"""A tiny scene of its own, so that what is tested here does not change with the program's scenes."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app import simulations
from core.claims import Claim
from core.params import Params, choice, real, switch, whole
from core.recording import F64, I64, Ending, Outcome, Recording, array
from core.simulation import Simulation
from scenes import discovery
from scenes.scene import Event, Scene
from scenes.stage import Stage


@dataclass(frozen=True, kw_only=True)
class SlideParams(Params):
    speed: float = real(1.0, 0.1, 10.0, scale="log", label="Speed", help="How far a step goes.")
    steps: int = whole(8, 1, 500, label="Steps", help="How many steps there are.")
    color: str = choice("good", ("good", "bad"), label="Colour", help="Of the box.")
    broken: bool = switch(False, label="Broken", help="Whether the theory is wrong.")


@dataclass(frozen=True, eq=False, kw_only=True)
class SlideRecording(Recording):
    """place: where the box is, metres, (run, step); hits: whole numbers, (step,)."""

    params: SlideParams
    place: F64 = array("run", "step", unit="m")
    hits: I64 = array("step")
    runs: tuple[str, ...] = ("left", "right")

    @classmethod
    def lengths(cls, params: SlideParams) -> dict[str, int]:
        return {"run": 2, "step": params.steps + 1}

    @property
    def last(self) -> int:
        return int(self.place.shape[1]) - 1


def simulate(params: SlideParams, seed: int) -> SlideRecording:
    steps = np.arange(params.steps + 1)
    place = np.stack([steps * params.speed + seed, -steps * params.speed])
    place[1, -1] = np.nan
    if params.steps > 2:
        place[1, -2], place[1, -3] = np.inf, -np.inf
    ending = Ending(Outcome.DIVERGED, params.steps - 1)
    return SlideRecording(params=params, seed=seed, place=place, hits=steps * 3, endings=(ending,))


def proofs() -> Iterable[Claim]:
    for speed in (1.0, 2.0):
        yield Claim(
            name=f"the box moves {speed:g} m in a step",
            scene="sliding-box",
            source="Newton 1687",
            predicted=speed,
            measured=float(np.diff(simulate(SlideParams(speed=speed), 0).place[0])[0]),
            tolerance=1e-12,
            because="one product",
        )


SLIDE: Simulation[SlideParams, SlideRecording] = Simulation(
    "sliding-box", SlideParams, SlideRecording, simulate, claims=lambda recording: (), proofs=proofs
)


class SlidingBox(Scene[SlideParams, SlideRecording]):
    title = "Sliding box"
    question = "Where is the box & why?"
    look = "It slides."
    cards = (99,)
    seconds = 1.0
    simulation = SLIDE

    def build(self, stage: Stage) -> None:
        self.canvas = stage.canvas(QRectF(0, 0, stage.width, stage.height))
        self.canvas.draw_live = self._paint
        self.width, self.height, self.theme = stage.width, stage.height, stage.theme

    def prepare(self, recording: SlideRecording) -> None:
        self.last = max(recording.last, 1)

    def draw(self, recording: SlideRecording, k: int) -> None:
        self.at, self.role = 0.05 + 0.8 * k / self.last, recording.params.color

    def _paint(self, painter: QPainter) -> None:
        box = QRectF(self.at * self.width, 0.4 * self.height, 0.1 * self.width, 0.2 * self.height)
        painter.fillRect(box, self.theme.color(self.role))

    def caption(self, recording: SlideRecording, k: int) -> str:
        return f"The box is at {recording.place[0, k]:g} m."

    def events(self, recording: SlideRecording) -> tuple[Event, ...]:
        return (Event(recording.last // 2, "half way"),)

    @classmethod
    def chapter(cls) -> str:
        return "optimizers"


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program know this scene and no other."""
    monkeypatch.setattr(simulations, "all_simulations", lambda: {"sliding-box": SLIDE})
    monkeypatch.setattr(discovery, "all_scenes", lambda: {"sliding-box": SlidingBox})
