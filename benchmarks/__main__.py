"""`python -m benchmarks [--json FILE] [NAME…]`: run every benchmark of this folder and print one table.

A benchmark is a module with a function `run() -> Iterable[Row]`; nothing has to be registered. The exit code is 0 whether
or not targets are reached: times say something about a machine, so they are read, not tested.
"""

import argparse
import importlib
import json
import pkgutil
import platform
import sys
from dataclasses import asdict
from pathlib import Path

import benchmarks
from benchmarks.rows import Row


def names() -> list[str]:
    """The benchmarks there are: every module of the package with a `run`."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_"))
    return [name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "run")]


def line(row: Row) -> str:
    """A row as text."""
    beside = f"{row.beside:12.4g}" if row.beside is not None else " " * 12
    ratio = f"{row.ratio:7.2f}" if row.ratio is not None else " " * 7
    sign = "≤" if row.fewer else "≥"
    target = f"{sign} {row.target:g}" if row.target is not None else ""
    verdict = {True: "reached", False: "MISSED", None: ""}[row.reached]
    return f"{row.name:58} {row.figure:12.4g} {beside} {row.unit:20} {ratio}  {target:8} {verdict}"


def main() -> int:
    """Run, print, and write the JSON file if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Ravine beside C, in one run.")
    parser.add_argument("only", nargs="*", help="names of benchmarks; all of them if none is given")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args()
    available = names()
    unknown = [name for name in options.only if name not in available]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(available)}")
    print(f"{'':58} {'Ravine':>12} {'beside':>12} {'unit':20} {'ratio':>7}  target")
    rows: list[tuple[str, Row]] = []
    for name in options.only or available:
        for row in importlib.import_module(f"benchmarks.{name}").run():
            print(line(row), flush=True)
            rows.append((name, row))
    if options.json:
        machine = {"machine": platform.machine(), "system": platform.system(), "python": platform.python_version()}
        body = [{"benchmark": name, **asdict(row), "reached": row.reached} for name, row in rows]
        options.json.write_text(json.dumps({"machine": machine, "rows": body}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
