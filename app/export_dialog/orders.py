"""Orders: a job in the words of the command line. The dialog hands them to a child, and a person may copy them."""

import shlex
import subprocess
import sys
from pathlib import Path

from app.export.job import Drawing, Job
from app.subject import Subject


def export(job: Job) -> list[str]:
    """The words of `ravine export` that make exactly this job; what is left to the default is left out."""
    drawing, plain = job.drawing, Drawing()
    words = ["export", job.subject.slug, "-o", str(job.target), *_subject(job.subject)]
    if drawing.size != plain.size:
        words += ["--size", f"{drawing.size[0]}x{drawing.size[1]}"]
    if job.format.kind in ("film", "sequence"):
        words += _film(job)
    if drawing.frame is not None:
        words += ["--frame", str(drawing.frame)]
    if drawing.theme != plain.theme:
        words += ["--theme", drawing.theme]
    switches = {"--no-title": not drawing.title, "--no-caption": not drawing.caption, "--transparent": drawing.transparent}
    return words + [flag for flag, on in switches.items() if on]


def _film(job: Job) -> list[str]:
    drawing, plain = job.drawing, Drawing()
    words = []
    if job.fps != Job(job.subject, job.target).fps:
        words += ["--fps", repr(job.fps)]
    if drawing.all_steps:
        words += ["--all-steps"]
    if drawing.seconds is not None:
        words += ["--seconds", repr(drawing.seconds)]
    if drawing.hold != plain.hold:
        words += ["--hold", f"{drawing.hold[0]!r},{drawing.hold[1]!r}"]
    if drawing.slow:
        words += ["--slow"]
    if drawing.span is not None:
        words += ["--frames", f"{drawing.span[0]}:{drawing.span[1]}"]
    return words


def record(subject: Subject, target: Path) -> list[str]:
    """The words of `ravine record` that save the numbers of this subject."""
    return ["record", subject.slug, "-o", str(target), *_subject(subject)]


def _subject(subject: Subject) -> list[str]:
    """Knobs that are not at their defaults, and the seed."""
    words: list[str] = []
    for knob in subject.params.knobs():
        value = getattr(subject.params, knob.name)
        if value != knob.default:
            text = ("on" if value else "off") if isinstance(value, bool) else str(value)
            words += ["--set", f"{knob.name}={text}"]
    return words + (["--seed", str(subject.seed)] if subject.seed else [])


def text(words: list[str]) -> str:
    """The words as one line for a terminal."""
    whole = ["ravine", *words]
    return subprocess.list2cmdline(whole) if sys.platform == "win32" else shlex.join(whole)
