"""What this machine offers, what is missing, and what to do about it; the exit code is 1 if something needed is missing."""

import argparse
import json

from app import health


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="for programs: one JSON document")


def run(options: argparse.Namespace) -> int:
    """Look and report."""
    points = health.examine()
    well = not any(point.problem for point in points)
    if options.json:
        body = [{"name": p.name, "ok": not p.problem, "finding": p.finding, "advice": p.advice} for p in points]
        print(json.dumps({"ok": well, "checks": body}, ensure_ascii=False))
        return 0 if well else 1
    width = max(len(point.name) for point in points)
    for point in points:
        print(f"{'✗' if point.problem else '✓'} {point.name:{width}}  {point.finding}")
        if point.advice:
            print(f"  {'':{width}}  → {point.advice}")
    print("Everything Ravine needs is here." if well else "Something Ravine needs is missing; see ✗ above.")
    return 0 if well else 1
