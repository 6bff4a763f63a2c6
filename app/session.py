"""Session: the only owner of state. Every part of the window reads it, and asks it for changes; nothing else holds any.

One signal, `changed`, carries the names of what changed: scene, params, seed, recording, k, theme, playing, speed, loop,
busy, progress, claims, message, aside, span, calm, scenes.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.looks import Looks
from app.simulator import Answer, Checked, Progress, Simulator
from core.claims import Claim
from core.jit import interpret
from core.params import ParamError, Params, Value
from core.recording import Recording
from scenes.discovery import survey
from scenes.pair import Pair
from scenes.scene import Event, Preset, Scene

AnyScene = Scene[Any, Any]
NOT_STARTED = 0  # no ticket: a run that waits for its kernels
UNTOLD = "The picture shows the last run that worked; change a knob, or press R to reset them all."


class Session(Looks):
    """A scene, its params and seed, their recording, and the frame that is shown."""

    failed = Signal(object)  # an exception of a scene or its simulation that was caught for them: it has been told, not logged

    def __init__(
        self, scenes: Mapping[str, type[AnyScene]] | None = None, theme: str = "studio", parent: QObject | None = None
    ) -> None:
        """`scenes`: the gallery, by slug; all that there are, when left out."""
        super().__init__(theme, parent)
        found, broken = survey() if scenes is None else (scenes, {})
        self.scenes: Mapping[str, type[AnyScene]] = found
        self.broken: Mapping[str, Exception] = broken  # modules that could not be imported
        self.scene: type[AnyScene] | None = None
        self.params: Params = Params()
        self.seed = 0
        self._events: tuple[Event, ...] = ()
        self._claims: tuple[Claim, ...] | None = None
        self.busy = False
        self.progress = 0.0  # of the run that is going on, 0 to 1; 0 where it cannot say
        self.held = False  # while the scene's kernels are being compiled, only runs that Python itself can do are started
        self.message = ""
        self.aside = ""  # why the scene is set aside until it is opened anew; empty: it is not
        self.at: int | None = None  # the frame to stand at once there is a recording; None: play from the start
        self._complaint = ""  # what was said about the last run that broke; the next one that works takes it back
        self._teller: AnyScene | None = None
        self._opening = False
        self.turned = ""  # the knob that a person turned last
        self._ticket = 0  # of the newest run that was asked for
        self._simulator = Simulator(self)
        self._simulator.answered.connect(self._take_answer)
        self._simulator.progressed.connect(self._take_progress)
        self._simulator.checked.connect(self._take_claims)

    # -- what can be read ----------------------------------------------------------------------------------------------

    @property
    def events(self) -> tuple[Event, ...]:
        """The moments of the recording that may be seen."""
        return self._events if self.edge is None else tuple(event for event in self._events if event.k <= self.last)

    @property
    def claims(self) -> tuple[Claim, ...] | None:
        """What theory says about the recording; None as long as it is not known, or not to be known yet."""
        return self._claims if self.edge is None else None

    @property
    def look(self) -> str:
        """What to look at, in the scene's words."""
        if self._teller is None:
            return ""
        return self._teller.sentence(self.recording) if self.recording is not None else self._teller.look

    @property
    def place(self) -> str:
        """Where the timeline stands, in the scene's words."""
        if self._teller is None or self.recording is None:
            return ""
        return self._teller.place(self.recording, self.k)

    @property
    def waiting(self) -> bool:
        """Whether a run that was asked for waits until its kernels are compiled."""
        return self.busy and self._ticket == NOT_STARTED

    # -- scene and knobs -----------------------------------------------------------------------------------------------

    def open(self, scene: type[AnyScene], params: Params | None = None, seed: int = 0, frame: int | None = None) -> None:
        """Show a scene: simulate, play once, then wait; or stand at a frame."""
        self._playback.stop()
        self._simulator.drop()
        self.scene, self._teller = scene, scene()
        self.seconds = scene.seconds
        self.params = scene.simulation.params() if params is None else params
        self.seed, self.k, self.at, self._opening = seed, 0, frame, True
        self.recording, self._events, self._claims, self.message, self.aside = None, (), None, "", ""
        self.span = self.edge = None
        self.busy = False
        self._choose_mode()
        self._say("scene", "params", "seed", "recording", "k", "playing", "claims", "message", "aside", "span")
        self._simulate()

    def gather(self, scenes: Mapping[str, type[AnyScene]], broken: Mapping[str, Exception]) -> None:
        """Take the gallery, once all of it is known."""
        self.scenes, self.broken = scenes, broken
        self._say("scenes")

    def stand(self, scene: type[AnyScene], recording: Recording, k: int) -> None:
        """Show a run that is there already, at frame k."""
        self._playback.stop()
        self._simulator.drop()
        changed = {"params", "seed", "busy", "claims", "message", "playing", "span", "aside"}
        if scene is not self.scene:
            self.scene, self._teller = scene, scene()
            self.seconds = scene.seconds
            changed.add("scene")
        self.span = self.edge = None
        self.params, self.seed, self._opening = recording.params, recording.seed, False
        self.message, self.recording, self.aside = "", None, ""
        self._claims, self.busy = None, False
        self._say(*changed)
        self.k = k
        self._show(recording)
        self._ticket = self._simulator.check(scene.simulation, recording)

    def turn(self, **values: Value) -> None:
        """A person turns knobs; the scene may let others follow. `ParamError` if a value is out of range."""
        if self._teller is None:
            return
        params = self.params.replace(**values)
        for name in values:
            params = self._teller.settle(params, name)
            self.turned = name
        self.set_params(params)

    def apply(self, preset: Preset) -> None:
        """Take a preset: its knobs, the rest at their defaults."""
        if self.scene is not None:
            self.set_params(self.scene.simulation.params.from_mapping(preset.values))

    def reset(self) -> None:
        """Every knob to its default."""
        if self.scene is not None:
            self.set_params(self.scene.simulation.params())

    def set_params(self, params: Params) -> None:
        """Take these params; knobs that only choose a view simulate nothing."""
        turned = {name for name, value in params.values().items() if getattr(self.params, name) != value}
        if not turned:
            return
        self.tell("")
        self.params = params
        if not all(params.knob(name).view for name in turned):
            self.confine()  # what a lesson hides of one run is not hidden of another
        self._say("params")
        if all(params.knob(name).view for name in turned):
            if self.recording is not None:
                self._show(self.recording)
        else:
            self._simulate()

    # -- two runs ------------------------------------------------------------------------------------------------------

    @property
    def pair(self) -> type[Pair] | None:
        """The scene, if it is a pair of runs."""
        return self.scene if self.scene is not None and issubclass(self.scene, Pair) else None

    def set_seed(self, seed: int) -> None:
        """Draw other random numbers."""
        if seed < 0 or seed >= 2**63:
            raise ParamError(f"seed: {seed} is outside its range (0 to 2⁶³ − 1)")
        if seed != self.seed:
            self.seed = seed
            self._say("seed")
            self._simulate()

    def _simulate(self) -> None:
        if self.scene is None:
            return
        simulation, self._ticket = self.scene.simulation, NOT_STARTED
        interpretable = simulation.interpretable is not None and simulation.interpretable(self.params)
        if interpretable or not self.held:
            self._ticket = self._simulator.request(simulation, self.params, self.seed, interpreted=self.held)
        self.progress = 0.0
        if not self.busy:
            self.busy = True
            self._say("busy")

    def hold(self, held: bool) -> None:
        """While `held`, start no run but those that Python itself can do; afterwards make up for it."""
        released = self.held and not held
        self.held = held
        self._choose_mode()
        if released and self.busy:
            self._simulate()
            self._say("busy")

    def _choose_mode(self) -> None:
        """What this thread draws is computed as the other one simulates it: by Python as long as there are no kernels."""
        able = self.scene.simulation.interpretable if self.scene is not None and self.held else None
        interpret(able is not None and (self.recording is None or able(self.recording.params)))

    def cancel(self) -> None:
        """Give up the run that is going on: back to the knobs of the picture."""
        if not self.busy:
            return
        self._simulator.drop()
        self.busy = False
        if self.recording is not None:
            self.params, self.seed = self.recording.params, self.recording.seed
            self.tell("The run was cancelled; the knobs are back where the picture was made.")
        else:
            self.tell("The run was cancelled; turn a knob to start another.")
        self._say("busy", "params", "seed")

    def _take_progress(self, progress: Progress) -> None:
        if progress.ticket == self._ticket:
            self.progress = progress.share
            self._say("progress")

    def _take_answer(self, answer: Answer) -> None:
        self.busy = not answer.whole or answer.ticket != self._ticket
        if answer.recording is None:
            self._take_failure(answer)
            return
        recording = answer.recording
        if self.message == self._complaint:
            self.tell("")
        self._say("busy")
        if recording is not self.recording:
            self._show(recording, answer.whole)

    def _take_failure(self, answer: Answer) -> None:
        """Say why there is no recording. A scene that breaks before it showed anything starts once more, with its defaults."""
        title = self.scene.title if self.scene is not None else "The scene"
        broken = f"{title} could not be simulated: {answer.error.rstrip('.')}."
        self._complaint = broken if self.recording is None else f"{broken} {UNTOLD}"
        self.tell(self._complaint)
        self._say("busy")
        if answer.fault is None:
            return
        self.failed.emit(answer.fault)
        if self.recording is not None or self.scene is None:
            return
        if self.params != self.scene.simulation.params():
            self._complaint = ""  # it stays true when the defaults work
            self.tell(f"{broken} It starts with its defaults instead.")
            self.params = self.scene.simulation.params()
            self._say("params")
            self._simulate()
        else:
            self.set_aside(f"{title} could not be simulated.")

    def _show(self, recording: Recording, whole: bool = True) -> None:
        """Take a recording, under the view that is set now."""
        views = {knob.name: getattr(self.params, knob.name) for knob in self.params.knobs() if knob.view}
        if any(getattr(recording.params, name) != value for name, value in views.items()):
            recording = recording.with_params(recording.params.replace(**views))
        at_end = self.recording is not None and self.k == self.recording.last and not self.playing
        fresh = self._opening
        self._opening = False
        self.recording, self.aside = recording, "" if whole else self.aside
        self._choose_mode()
        self.k = (
            min(max(self.at or 0, 0), recording.last) if fresh else recording.last if at_end else min(self.k, recording.last)
        )
        try:
            self._events = self._teller.events(recording) if self._teller is not None else ()
        except Exception as error:
            self._events = ()
            self.tell(f"The events of this run could not be found: {error}.")
            self.failed.emit(error)
        self._time()
        self._playback.place(self.k)
        self._say("recording", "k", "aside")
        if fresh and self.at is None:
            if self.calm:
                self.seek(recording.last)
            else:
                self.play()

    def _take_claims(self, checked: Checked) -> None:
        self._claims = checked.claims
        self._say("claims")
        if checked.error:
            self.tell(f"The claims of this run could not be checked: {checked.error.rstrip('.')}.")
        if checked.fault is not None:
            self.failed.emit(checked.fault)

    def set_aside(self, why: str) -> None:
        """Give the scene up until it is opened anew, or until a run gives another recording."""
        self.pause()
        self._simulator.drop()
        self.busy, self.aside = False, why
        self._say("busy", "aside")

    # -- the rest ------------------------------------------------------------------------------------------------------

    def tell(self, message: str) -> None:
        """Say one sentence in the status line; an empty one clears it."""
        if message != self.message:
            self.message = message
            self._say("message")

    def close(self) -> None:
        """Stop the clock and the worker."""
        self._playback.stop()
        self._simulator.close()
        interpret(False)
