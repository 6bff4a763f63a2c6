"""The formulas that are shipped as drawings are what ziamath makes of them now.

`RAVINE_GOLDEN=write python -m pytest tests/scenes/test_outlines.py` writes them anew.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from app.subject import OPENING
from scenes.discovery import find
from scenes.kit.formula import dressed, svg, typeset
from scenes.kit.outlines import FILE, key
from scenes.theme import STUDIO, THEMES

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


def made() -> dict[str, str]:
    """The opening scene's formulas in every theme, drawn now."""
    wanted = [dressed(line, theme) for theme in THEMES.values() for line in find(OPENING).formulas]
    return {key(*formula): typeset(*formula) for formula in wanted}


def test_the_shipped_formulas_are_those_of_the_opening_scene_as_they_are_drawn_now() -> None:
    fresh = made()
    if os.environ.get("RAVINE_GOLDEN") == "write":
        FILE.write_text(json.dumps(fresh, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert kept.keys() == fresh.keys()
    for name, drawing in fresh.items():
        assert NUMBER.sub("#", kept[name]) == NUMBER.sub("#", drawing)
        # The thousandths of a pixel may differ: Python 3.12 sums floats more exactly than 3.11.
        for ours, theirs in zip(NUMBER.findall(kept[name]), NUMBER.findall(drawing), strict=True):
            assert abs(float(ours) - float(theirs)) <= 0.002, f"{name}: {ours} and {theirs}"


def test_any_other_formula_is_drawn_when_it_is_needed() -> None:
    formula = dressed(r"a^2 + b^2 = c^2", STUDIO)
    assert key(*formula) not in json.loads(FILE.read_text(encoding="utf-8"))
    assert svg(*formula) == typeset(*formula).encode()


def test_the_opening_scenes_formulas_need_no_typesetter() -> None:
    program = (
        "import sys\n"
        "from scenes.discovery import find\n"
        "from scenes.kit.formula import dressed, svg\n"
        "from scenes.theme import THEMES\n"
        f"formulas = find({OPENING!r}).formulas\n"
        "drawn = [svg(*dressed(line, theme)) for theme in THEMES.values() for line in formulas]\n"
        "print(len(drawn), 'ziamath' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == [str(3 * len(find(OPENING).formulas)), "False"], done.stderr
