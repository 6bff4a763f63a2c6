"""The one name that a wheel adds to site-packages: it finds the program and starts it.

In a checkout `app`, `core` and `scenes` are importable as they are; a wheel carries them in `_bundle` beside this file.
"""

import sys
from pathlib import Path

_BUNDLE = Path(__file__).resolve().parent / "_bundle"
if _BUNDLE.is_dir():
    sys.path.insert(0, str(_BUNDLE))


def main() -> int:
    """Run the command line with the arguments of this process; return its exit code."""
    from app.main import main as start

    return start()
