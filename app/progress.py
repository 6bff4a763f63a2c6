"""A progress bar of one line on stderr, for a person who waits; silent when nobody watches."""

import sys
import time
from typing import TextIO

WIDTH = 28
EVERY_SECONDS = 0.1


class Progress:
    """Call it with how much is done; it redraws its line ten times a second on a terminal, at each tenth part elsewhere."""

    def __init__(self, label: str, *, shown: bool | None = None, stream: TextIO | None = None) -> None:
        """`shown`: always or never; None asks whether the stream is a terminal."""
        self.stream = stream if stream is not None else sys.stderr
        self.terminal = self.stream.isatty()
        self.shown = self.terminal if shown is None else shown
        self.label = label
        self._start = time.monotonic()
        self._drawn = self._share = -1.0
        self._length = 0

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Show `done` of `total`."""
        now = time.monotonic()
        share = min(max(done / total, 0.0), 1.0) if total else 1.0
        if not self.shown or (now - self._drawn < EVERY_SECONDS and done < total):
            return
        if not self.terminal and int(10 * share) == int(10 * self._share):
            return
        self._drawn, self._share = now, share
        spent = now - self._start
        left = f"  {clock(spent / share - spent)} left" if 0.02 < share < 1 else ""
        filled = round(share * WIDTH)
        self._write(f"{self.label}  {'█' * filled}{'░' * (WIDTH - filled)} {share:4.0%}{left}{f'  {note}' if note else ''}")

    def close(self) -> None:
        """Clear the line, so that what is printed next starts at its beginning."""
        if self._length:
            self._write("")
            self.stream.write("\r")
            self.stream.flush()
            self._length = 0

    def _write(self, line: str) -> None:
        encoding = self.stream.encoding or "ascii"
        line = line.encode(encoding, "replace").decode(encoding)
        self.stream.write("\r" + line + " " * (self._length - len(line)))
        self.stream.flush()
        self._length = len(line)


def clock(seconds: float) -> str:
    """A duration for a person: `7 s`, `2:05 min`."""
    whole = max(round(seconds), 0)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d} min"
