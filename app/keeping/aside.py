"""Aside: a file that cannot be used is moved to a free name beside itself, not deleted; of 99 names the last is used again."""

import os
from pathlib import Path

from app.files import real

MOST = 99


def keep_aside(path: Path, why: str) -> Path | None:
    """Move `settings.json` to `settings.broken.json`, or `settings.broken-2.json` …; None if it cannot be moved.

    If it is a link, what it leads to is moved, beside itself: a new file is written to the same place.
    """
    path = real(path)
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
