"""Forecast: what will be made, in one line, and how large and how long about, in another."""

from pathlib import Path

from app.export.job import Drawing, Job
from app.export.make import film_frames, still_frame
from app.export_dialog.estimate import Estimate, Memory, bytes_text, estimate
from app.export_dialog.rules import Choice
from app.export_dialog.runner import Done
from app.progress import clock
from app.session import AnyScene
from app.subject import Subject
from core.recording import Recording


class Forecast:
    """Keeps what finished exports taught."""

    def __init__(self) -> None:
        self.small_seconds = 0.03  # how long a small picture takes here
        self._memory = Memory()
        self._last: tuple[str, str, Estimate] | None = None

    def told(
        self, choice: Choice, subject: Subject, target: Path, drawing: Drawing, recording: Recording, scene: type[AnyScene]
    ) -> tuple[str, str]:
        """Both lines; a `UsageError` says what does not fit this run."""
        if choice.format is None:
            self._last = None
            return f"Every array of the run, steps 0 to {recording.last}", _numbers(recording)
        job = Job(subject, target, drawing)
        width, height = job.drawing.size
        shape = f"{width} × {height}"
        if choice.kind in ("film", "sequence"):
            frames = film_frames(job, recording, scene())
            if choice.kind == "sequence":
                facts = f"{shape}, {len(frames)} pictures"
            else:
                facts = f"{shape}, {len(frames) / job.fps:.1f} s, {len(frames)} frames at {job.fps:.3g} a second"
        else:
            k = still_frame(job, recording)
            frames, facts = [k], f"{shape}, frame {k} of {recording.last}"
        plain = estimate(choice.key, job.drawing.size, frames, self.small_seconds)
        self._last = (subject.slug, choice.key, plain)
        likely = self._memory.corrected(subject.slug, choice.key, plain)
        basis = ", going by your last one" if likely.own else ""
        return facts, f"Estimate: {bytes_text(likely.size)}, {clock(max(likely.seconds, 1.0))} to make{basis}."

    def learn(self, done: Done) -> None:
        """An export ended whose estimate was told last."""
        if self._last is not None:
            self._memory.learn(*self._last, done.took, done.size)


def _numbers(recording: Recording) -> str:
    arrays = recording.arrays()
    count = sum(values.size for values in arrays.values())
    return f"{len(arrays)} arrays, {count:,} numbers: {', '.join(arrays)}."
