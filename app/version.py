"""The version of the program, as it was installed."""

import importlib
from functools import cache


@cache
def version() -> str:
    """The installed version, e.g. "0.1.0"; "unknown" in a copy that was never installed."""
    metadata = importlib.import_module("importlib.metadata")  # it brings the library for e-mail with it
    try:
        return str(metadata.version("ravine"))
    except metadata.PackageNotFoundError:
        return "unknown"
