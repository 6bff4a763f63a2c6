"""Soak: hours of a person without a plan in one process, with `make soak`: nothing may pile up while windows come and go.

After each window its threads, timers, widgets and open files are counted, and the memory of the process is noted: what it
holds once the allocator has given back what nobody uses, for holes between what is used come and go by a hundred megabytes
and hide a leak of one. A few windows of it run with every other test; then only the counts are judged, since memory settles
late.
"""

import ctypes
import gc
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from PySide6.QtWidgets import QApplication

from app import memory
from app.lessons.library import library
from scenes.discovery import all_scenes
from scenes.show import Show
from scenes.theme import STUDIO
from tests.app.toy_scene import GATE, SCENES
from tests.app.window_machine import Person
from tests.conftest import leftovers, settle

ROUNDS = int(os.environ.get("RAVINE_SOAK", "0"))
SEED = int(os.environ.get("RAVINE_SOAK_SEED", str(time.time_ns() % 10**6)))
STEPS = int(os.environ.get("RAVINE_SOAK_STEPS", "100"))
WARM = 0.3  # share of the rounds after which memory has settled
SLOPE = 1.0  # megabytes a minute that it may grow by afterwards
EVERY = 25  # rounds between two lines of the report, and what one machine plays: each remembers every choice it ever made


def give_back() -> None:
    """Have the C library return its unused memory to the system, where it can (glibc)."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def resident() -> float:
    """Megabytes of memory this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def open_files() -> int:
    """How many files, pipes and sockets are open; 0 where the system does not say."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


class Ledger:
    """What is there after each window."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.most = 0.0  # megabytes before anything was given back, at the worst
        self.minutes: list[float] = []
        self.megabytes: list[float] = []
        self.counts: list[dict[str, int]] = []

    def note(self) -> None:
        """Count, once everything that was told to go is gone."""
        settle()
        if ROUNDS or len(self.counts) % 5 == 0:
            gc.collect()
        self.most = max(self.most, resident())
        give_back()
        self.minutes.append((time.monotonic() - self.start) / 60.0)
        self.megabytes.append(resident())
        self.counts.append({kind: len(things) for kind, things in leftovers().items()} | {"files": open_files()})
        if ROUNDS and len(self.counts) % EVERY == 0:
            print(
                f"{len(self.counts)} windows, {self.minutes[-1]:.1f} min, {self.megabytes[-1]:.0f} MB "
                f"(with holes {self.most:.0f} at most), {self.slope():+.2f} MB a minute, {self.counts[-1]}",
                file=sys.__stderr__,
                flush=True,
            )

    def slope(self) -> float:
        """Megabytes a minute, by least squares after the warm-up."""
        first = int(WARM * len(self.minutes))
        x, y = np.array(self.minutes[first:]), np.array(self.megabytes[first:])
        return float(np.polyfit(x, y, 1)[0]) if len(x) > 2 and np.ptp(x) > 0 else 0.0

    def grown(self) -> dict[str, int]:
        """By how much each count is higher in the last third than it was in the second; in the first, things settle."""
        third = max(1, len(self.counts) // 3)
        early, late = self.counts[-2 * third : -third], self.counts[-third:]
        return {
            kind: rise
            for kind in late[0]
            if (rise := min(count[kind] for count in late) - max(count[kind] for count in early)) > 0
        }


def see_everything_once() -> None:
    """Run and draw every preset of every scene: kernels that some window is the first to need would look like a leak."""
    for scene in all_scenes().values():
        for preset in scene.presets:
            recording = scene.simulation.simulate(scene.simulation.params.from_mapping(preset.values), 0)
            show = Show(scene, STUDIO)
            show.load(recording, recording.last)
            show.frame(1280, 720)
            show.close()
            assert all(claim.holds for claim in scene.simulation.claims(recording))
            settle()


def test_windows_come_and_go_and_nothing_piles_up(qapp: QApplication) -> None:
    if ROUNDS:
        memory.let_go_of_large_blocks()  # as the program does at its start
        see_everything_once()
    GATE.set()
    ledger = Ledger()
    known = all_scenes()
    folder = tempfile.TemporaryDirectory(prefix="ravine-soak-")

    def regular() -> type[Person]:
        class Regular(Person):
            scenes = known if ROUNDS else SCENES | {"momentum-ravine": known["momentum-ravine"]}
            lessons = tuple(library().lessons) if ROUNDS else ()
            films = Path(folder.name) if ROUNDS else None

            def teardown(self) -> None:
                super().teardown()
                ledger.note()

        return Regular

    with folder:
        left = ROUNDS or 8
        while left > 0:
            play = regular()
            if ROUNDS:
                seed(SEED + left)(play)
            run_state_machine_as_test(
                play,
                settings=settings(
                    max_examples=min(left, EVERY),
                    stateful_step_count=STEPS if ROUNDS else 12,
                    derandomize=not ROUNDS,
                    database=None,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
                    phases=(Phase.generate,),
                ),
            )
            left -= EVERY
    GATE.clear()
    assert ledger.counts, "no window was opened"
    assert not ledger.grown(), f"left behind after {len(ledger.counts)} windows: {ledger.grown()}"
    if ROUNDS and ledger.minutes[-1] > 5.0:
        assert ledger.slope() < SLOPE, f"memory grows by {ledger.slope():.2f} MB a minute"
