"""Health: what this machine offers to Ravine, each point with a verdict and what to do.

Nothing of Qt or FFmpeg is imported before it is asked for, so that the report also comes where they do not load.
"""

import importlib
import importlib.util
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app import display
from app.failure import reason
from app.version import VERSION

LIBRARIES = ("PySide6-Essentials", "pyqtgraph", "numpy", "numba", "av", "ziamath", "contourpy", "msgspec", "platformdirs")
ENCODERS = {
    "libx264": "mp4",
    "libvpx-vp9": "webm",
    "gif": "gif",
    "apng": "apng",
    "libwebp_anim": "webp",
}


@dataclass(frozen=True)
class Point:
    """One thing looked at. `problem`: whether work is impossible without it; `advice`: what to do, if anything."""

    name: str
    finding: str
    problem: bool = False
    advice: str = ""


def examine() -> list[Point]:
    """Look at everything; what breaks while it is looked at is a problem of its own."""
    points: list[Point] = []
    for name, look in CHECKS.items():
        try:
            points += look()
        except Exception as error:  # a doctor must not fall ill
            points.append(Point(name, f"{type(error).__name__}: {reason(error)}", True, "install Ravine anew: make setup"))
    return points


def _program() -> list[Point]:
    system = f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} processors"
    return [Point("Ravine", f"version {VERSION}"), Point("Python", platform.python_version()), Point("system", system)]


def _libraries() -> list[Point]:
    points = []
    for name in LIBRARIES:
        try:
            points.append(Point(name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            # An application bundle carries libraries without their papers; then the import decides.
            modules = {"PySide6-Essentials": "PySide6"}
            there = importlib.util.find_spec(modules.get(name, name)) is not None
            points.append(Point(name, "bundled" if there else "missing", not there, "" if there else f"pip install {name}"))
    return points


def _qt() -> list[Point]:
    try:
        importlib.import_module("PySide6.QtWidgets")
        importlib.import_module("PySide6.QtSvg")
    except ImportError as error:
        advice = "packaging/system-libraries installs what Qt needs (on Debian and Ubuntu)"
        return [Point("Qt", f"cannot be loaded: {reason(error)}", True, advice)]
    return [Point("Qt", "loads; OpenGL is not needed")]


def _display() -> list[Point]:
    why_not = display.obstacle()
    if why_not is None:
        return [Point("display", "a window can be opened")]
    return [Point("display", f"none: {why_not}", False, "films, pictures and data files work without one")]


def _encoders() -> list[Point]:
    codec = importlib.import_module("av.codec")
    available = codec.codecs_available
    points = []
    for name, form in ENCODERS.items():
        there = name in available and _can_encode(codec, name)
        points.append(
            Point(
                f".{form}", f"encoder {name}" if there else f"no encoder {name}", not there, "" if there else "pip install av"
            )
        )
    return points


def _can_encode(codec: object, name: str) -> bool:
    try:
        return bool(codec.Codec(name, "w").is_encoder)  # type: ignore[attr-defined]
    except Exception:
        return False


def _fonts() -> list[Point]:
    theme = importlib.import_module("scenes.theme")
    offscreen = importlib.import_module("app.export.offscreen")
    offscreen.start()
    families = theme.load_fonts()
    return [Point("font", f"{theme.FONT_FAMILY}, {len(families)} bundled files")]


def _cache() -> list[Point]:
    kept = importlib.import_module("core.kernel_folder")
    folder: Path = kept.cache_folder()
    files = list(folder.glob("*.nbc")) if folder.is_dir() else []
    size = sum(file.stat().st_size for file in files)
    temporary = folder.is_relative_to(tempfile.gettempdir()) and not os.environ.get(kept.CACHE_VARIABLE)
    advice = "" if files else "`ravine warm` compiles ahead of the first use"
    if temporary:
        advice = f"the usual folder cannot be written; set {kept.CACHE_VARIABLE} to one that can"
    return [Point("compiled kernels", f"{len(files)} files, {size / 1e6:.1f} MB in {folder}", False, advice)]


def _lessons() -> list[Point]:
    library = importlib.import_module("app.lessons.folders")
    count = len(library.files(library.own_folder()))
    own = f"{count} in {library.own_folder()}" if count else f"none yet; they go into {library.own_folder()}"
    return [Point("own lessons", own)]


def _disk() -> list[Point]:
    free = shutil.disk_usage(Path.cwd()).free
    low = free < 200e6
    advice = "a film of one minute takes about 10 MB, an APNG up to 1 GB" if low else ""
    return [Point("free space here", f"{free / 1e9:.1f} GB", free < 20e6, advice)]


CHECKS: dict[str, Callable[[], list[Point]]] = {
    "Ravine": _program,
    "libraries": _libraries,
    "Qt": _qt,
    "display": _display,
    "encoders": _encoders,
    "font": _fonts,
    "compiled kernels": _cache,
    "own lessons": _lessons,
    "free space here": _disk,
}
