"""Aside: a file that cannot be used is moved to a free name beside itself, not deleted; of 99 names the last is used again."""

import os
from pathlib import Path

MOST = 99


def keep_aside(path: Path, why: str) -> Path | None:
    """Move `settings.json` to `settings.broken.json`, or `settings.broken-2.json` …; None if it cannot be moved."""
    for number in range(1, MOST + 1):
        target = path.with_name(f"{path.stem}.{why}{f'-{number}' if number > 1 else ''}{path.suffix}")
        if not os.path.exists(target):
            break
    try:
        if not os.path.isfile(path):
            return None
        path.replace(target)
    except OSError:
        return None
    return target
