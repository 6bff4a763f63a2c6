"""Processes to be killed: for each line on its input one that does what the line says, from one that has all of it loaded.

`SECONDS save FILE` writes two views to the same file, in turns, until it is killed after so long; `SECONDS export WORDS` is the
command line, and with `-` instead of seconds it may come to its end. "ended" and how long it lived follow each.
"""

import importlib
import itertools
import os
import signal
import sys
import time
from pathlib import Path

from app import subject
from app.main import main
from app.share import view_file
from app.share.view import View
from tests.app.toy_scene import Growth

VIEWS = tuple(View("growth", Growth.simulation.params(rate=0.25, name="σ" * 8), seed, 5) for seed in (1, 123_456))


def act(line: str) -> None:
    word, _, more = line.partition(" ")
    if word == "save":
        for view in itertools.cycle(VIEWS):
            view_file.write(view, Path(more))
    sys.exit(main([word, *more.split()]))


if __name__ == "__main__":
    for module in (
        "app.commands.export_command",
        "app.export.make",
        "app.export.encoders",
        "core.compiler",
        "scenes.kit.formula",
    ):
        importlib.import_module(module)  # all that an export needs
    subject.subject("momentum-ravine").record()
    for line in sys.stdin:
        moment, _, what = line.strip().partition(" ")
        began = time.monotonic()
        child = os.fork()
        if not child:
            act(what)
        if moment != "-":
            time.sleep(float(moment))
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(f"ended {time.monotonic() - began}", flush=True)
