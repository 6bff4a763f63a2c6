"""Lines: progress and result as lines of JSON on stdout, for a program that started this one and shows them to a person.

While the work goes on `{"done": 12, "total": 720}`, ten times a second at most; at its end
`{"made": "film.mp4", "frames": 720, "seconds": 12.0, "took": 9.3, "bytes": 2816020}`. What went wrong stands on stderr.
"""

import json
import os
import sys
import time
from typing import TextIO

from app.export.job import Job
from app.export.make import Made, make

EVERY_SECONDS = 0.1


class Lines:
    """A progress that writes lines. When nobody reads them any more, the work ends as with Ctrl+C."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream if stream is not None else sys.stdout
        self._written = float("-inf")

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Say that `done` of `total` is done."""
        now = time.monotonic()
        if done >= total or now - self._written >= EVERY_SECONDS:
            self._written = now
            self.write({"done": done, "total": total})

    def write(self, body: dict[str, object]) -> None:
        """Write one line at once."""
        try:
            self.stream.write(json.dumps(body) + "\n")
            self.stream.flush()
        except OSError:  # whoever started this is gone
            raise KeyboardInterrupt from None


def film(job: Job) -> Made:
    """Make one file, telling a program how it goes. The window that waits for it goes first."""
    if hasattr(os, "nice"):
        os.nice(5)
    lines = Lines()
    made = make(job, lines)
    lines.write(
        {
            "made": str(made.target),
            "frames": made.frames,
            "seconds": made.seconds,
            "took": made.took,
            "bytes": made.size,
        }
    )
    return made
