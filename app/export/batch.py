"""Batch: many exports, a few at a time, each in a process of its own; one that fails does not stop the rest."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from app import provenance
from app.export.child import Child, Report
from app.export.formats import numbered
from app.export.job import Job
from app.export.make import Made
from app.failure import UsageError

Progress = Callable[[float, float, str], None]
TICK_SECONDS = 0.1


@dataclass
class Result:
    """How a batch ended: what was made, what was complete already, and the sentence for each that failed."""

    made: list[Made] = field(default_factory=list)
    skipped: list[Job] = field(default_factory=list)
    failed: list[tuple[Job, str]] = field(default_factory=list)


def complete(job: Job) -> bool:
    """Whether the file of this job stands already, made by this version with exactly these settings.

    A file appears under its name only when it is whole; so its metadata is enough to know. In a row of pictures number 0
    is written last.
    """
    target = numbered(job.target, 0) if job.format.kind == "sequence" else job.target
    try:
        there = provenance.read(target)
    except UsageError:
        return False
    wanted = json.loads(job.provenance())
    found = {
        "ravine": there.version,
        "scene": there.slug,
        "params": there.params,
        "seed": there.seed,
        "drawing": there.drawing,
    }
    return bool(found == wanted)


def run(jobs: Sequence[Job], at_once: int, resume: bool, progress: Progress) -> Result:
    """Make every job. `resume`: leave out those that are complete. An exception in `progress` stops all of them."""
    result = Result()
    todo: list[Job] = []
    for job in jobs:
        if resume and complete(job):
            result.skipped.append(job)
        else:
            todo.append(job)
    waiting, running = list(reversed(todo)), list[Child]()
    over = 0
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(Child(waiting.pop()))
            wait([child.connection for child in running], TICK_SECONDS)
            reports = [(child, child.report()) for child in running]
            for child, report in reports:
                if report.over:
                    running.remove(child)
                    over += 1
                    _note(result, child.job, report)
            under_way = sum(report.share for _, report in reports if not report.over)
            progress(over + under_way, len(todo), f"{over} of {len(todo)} files")
    except BaseException:
        for child in running:
            child.cancel()
        raise
    return result


def _note(result: Result, job: Job, report: Report) -> None:
    if report.made is not None:
        result.made.append(report.made)
    else:
        named = str(job.target) in report.failure
        result.failed.append((job, report.failure if named else f"{job.target}: {report.failure}"))
