"""Simulate a scene and save every number of the run: .npz (NumPy), .csv (a tidy table) or .json."""

import argparse
from pathlib import Path

from app import data_files, subject


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("scene", metavar="SCENE", help="a scene's name, a view (.ravine), a link, or an exported file")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="run.npz, run.csv or run.json")
    subject.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Simulate and write."""
    data_files.writer_for(options.output)  # a wrong ending is told before the work, not after it
    chosen = subject.of(subject.told(options.scene, options.settings, options.seed))
    recording = chosen.record()
    data_files.write(recording, chosen.slug, options.output)
    shapes = ", ".join(f"{name} {' × '.join(map(str, values.shape))}" for name, values in recording.arrays().items())
    print(f"{options.output}: {shapes}")
    return 0
