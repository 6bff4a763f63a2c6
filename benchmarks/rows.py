"""What every benchmark is made of: a row of the table, best-of-several timing, and C built on the spot."""

import ctypes
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# ISO C keeps gcc from fusing a·b + c into one rounding: kernels do not either, so that bits are the same on every machine.
C_FLAGS = ("-O3", "-march=native", "-shared", "-fPIC", "-std=c11")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    figure: what we measured, in `unit`;  beside: the same figure of what we compare with, or None;
    ratio:  ours against theirs, larger is better, or None;  target: what the ratio (or else the figure) has to reach;
    fewer:  the target is an upper bound on the figure (a time), not a lower one.
    """

    name: str
    figure: float
    unit: str
    beside: float | None = None
    ratio: float | None = None
    target: float | None = None
    fewer: bool = False

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        value = self.figure if self.ratio is None else self.ratio
        return value <= self.target if self.fewer else value >= self.target


def best_seconds(rivals: Sequence[Callable[[], object]], rounds: int = 9) -> list[float]:
    """The shortest time of each rival, in seconds, after one unmeasured call; in turns, so that a busy machine hits all."""
    for rival in rivals:
        rival()
    best = [float("inf")] * len(rivals)
    for _ in range(rounds):
        for place, rival in enumerate(rivals):
            start = time.perf_counter()
            rival()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def build_c(source: Path) -> ctypes.CDLL | None:
    """Compile a C file with gcc -O3 -march=native and load it; None where there is no gcc."""
    gcc = shutil.which("gcc")
    if gcc is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="ravine-bench-"))
    library = folder / f"{source.stem}.so"
    subprocess.run([gcc, *C_FLAGS, "-o", str(library), str(source), "-lm"], check=True)
    loaded = ctypes.CDLL(str(library))
    shutil.rmtree(folder, ignore_errors=True)
    return loaded
