"""Film: frames a second of an export at 1920 × 1080 beside encoding alone and beside matplotlib, and memory.

Encoding alone is the same encoder fed with pictures that were painted beforehand. Matplotlib draws its FuncAnimation of
the same picture with the same x264 preset, if the variable RAVINE_BENCH_MATPLOTLIB names a Python that has matplotlib and
imageio-ffmpeg; otherwise that row stays empty. Memory is what the system says a process of its own held at most.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app import data_files
from app.export import make, offscreen, pipeline
from app.export.encoders import Film
from app.export.job import Drawing, Job
from app.subject import subject
from benchmarks.rows import Row, best_seconds
from core.recording import U8
from scenes.show import Show

SIZE = (1920, 1080)
SCENE = "momentum-ravine"
ROOT = Path(__file__).resolve().parent.parent
Runs = list[tuple[int, int]]

MEMORY = """
import resource, sys
from pathlib import Path
from app.export.job import Drawing, Job
from app.export.make import make
from app.subject import subject
width, height, seconds = map(int, sys.argv[2:])
page = resource.getpagesize() / 1e6
held = {}
def progress(done, total, note=""):
    for part in (0.25, 0.98):
        if part not in held and done > part * total:
            held[part] = int(Path("/proc/self/statm").read_text().split()[1]) * page
make(Job(subject("momentum-ravine"), Path(sys.argv[1]), Drawing(size=(width, height), seconds=seconds)), progress)
# Not getrusage: its highest value is inherited from whoever started the process.
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6, held[0.98] - held[0.25])
"""


def run() -> list[Row]:
    """Frames a second, and megabytes."""
    offscreen.start()
    chosen = subject(SCENE)
    recording = chosen.record()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "film.mp4"
        show = make._show(Job(chosen, target, Drawing(size=SIZE)))
        show.load(recording)
        ours = 0.0
        # As it comes: a frame of the run stands for six of the film; and at its worst: every frame is new.
        for name, runs in (
            ("6 film frames a step", [(k, 6) for k in range(30)]),
            ("1 film frame a step", [(k, 1) for k in range(60)]),
        ):
            film, alone = _rates(show, runs, target)
            ours = film  # the last: matplotlib also draws each frame anew
            rows.append(Row(f"film 1080p, {name}, beside encoding alone", film, "frames/s", alone, film / alone, 0.7))
        show.close()
        rows.append(_matplotlib(Path(folder), ours))
        if sys.platform == "linux":
            rows += _memory(Path(folder))
    return rows


def _rates(show: Show, runs: Runs, target: Path) -> tuple[float, float]:
    """Frames a second of painting and encoding, and of encoding alone."""
    painted: list[tuple[U8, int]] = []
    for k, count in runs:
        show.seek(k)
        painted.append((pipeline.Buffer(SIZE, False).paint(show), count))

    def ours() -> None:
        sink = Film(target, "mp4", SIZE, 60.0, "", False)
        pipeline.run(show, runs, SIZE, sink, make.silent)

    def alone() -> None:
        sink = Film(target, "mp4", SIZE, 60.0, "", False)
        for pixels, count in painted:
            sink.add(pixels, count)
        sink.close()

    frames = sum(count for _, count in runs)
    film, encoding = best_seconds([ours, alone], 3)
    return frames / film, frames / encoding


def _matplotlib(folder: Path, ours: float) -> Row:
    name = "film 1080p beside matplotlib's FuncAnimation"
    python = os.environ.get("RAVINE_BENCH_MATPLOTLIB")
    if not python:
        return Row(f"{name} (no matplotlib here)", ours, "frames/s")
    data = folder / "run.npz"
    chosen = subject(SCENE)
    data_files.write(chosen.record(), SCENE, data)
    script = Path(__file__).with_name("_film_matplotlib.py")
    done = subprocess.run(
        [python, str(script), str(data), str(folder / "theirs.mp4")], capture_output=True, text=True, check=True
    )
    theirs = float(done.stdout.split()[-1])
    return Row(name, ours, "frames/s", theirs, ours / theirs, 5.0)


def _memory(folder: Path) -> list[Row]:
    rows = []
    for size, seconds in (((3840, 2160), 3), (SIZE, 60)):
        started = time.perf_counter()
        words = [sys.executable, "-c", MEMORY, str(folder / "memory.mp4"), *map(str, size), str(seconds)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        peak, growth = map(float, done.stdout.split())
        took = time.perf_counter() - started
        if size == SIZE:
            name = f"film 1080p of {seconds} s ({took:.0f} s to make): growth after a quarter"
            rows.append(Row(name, growth, "MB", target=30.0, fewer=True))
        else:
            rows.append(Row("film 4K: memory of the whole process", peak, "MB", target=800.0, fewer=True))
    return rows
