"""The version of the program, as it was installed."""

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """The installed version, e.g. "0.1.0"; "unknown" in a copy that was never installed."""
    try:
        return metadata.version("ravine")
    except metadata.PackageNotFoundError:
        return "unknown"
