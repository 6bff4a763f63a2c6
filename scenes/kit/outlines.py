"""Outlines: the formulas of the opening scene as they were drawn when the program was made.

Loading ziamath and its font takes as long as all the rest of the first picture, so what that picture needs is shipped:
`assets/formulas.json`, the SVG of each line of LaTeX by text size and colour, as ziamath made it. A test holds it beside what
ziamath makes now (`tests/scenes/test_outlines.py`, which also writes it). All other formulas are drawn when they are needed.
"""

import json
from functools import cache

from scenes.theme import ASSETS

FILE = ASSETS / "formulas.json"


def key(latex: str, color: str, size: int) -> str:
    """The name of one drawing in the file."""
    return f"{size} {color} {latex}"


@cache
def _shipped() -> dict[str, str]:
    try:
        drawings: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # they only save time: the typesetter draws the same
        return {}
    return drawings


def shipped(latex: str, color: str, size: int) -> str | None:
    """The drawing that came with the program, if there is one of this formula."""
    return _shipped().get(key(latex, color, size))
