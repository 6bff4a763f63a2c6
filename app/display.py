"""Display: whether a window can be opened here. Qt itself does not ask: without a display it aborts the process."""

import contextlib
import ctypes
import importlib.util
import os
import socket
import sys
import time
from pathlib import Path

TRIES = 3
PAUSE_SECONDS = 0.2


def obstacle() -> str | None:
    """Why no window can be opened, as the rest of a sentence that begins "There is no display:"; None if one can."""
    if sys.platform != "linux":
        return None
    wished = os.environ.get("QT_QPA_PLATFORM", "")
    if wished and not wished.startswith(("xcb", "wayland")):
        return None  # somebody chose a platform that needs no display, and means it
    x_asked, wayland_asked = bool(os.environ.get("DISPLAY")), bool(os.environ.get("WAYLAND_DISPLAY"))
    wayland = wayland_asked and not wished.startswith("xcb") and _plugin("wayland") is None and _wayland_answers()
    if wayland:
        return None
    if not x_asked:
        return "neither DISPLAY nor WAYLAND_DISPLAY is set" if not wayland_asked else "the Wayland display does not answer"
    missing = _plugin("xcb")
    if missing:
        return f"Qt lacks a library of the system ({missing})"
    if not _x_answers():
        return f"the X display {os.environ['DISPLAY']!r} does not answer"
    if wayland_asked and not wished:
        os.environ["QT_QPA_PLATFORM"] = "xcb"  # Qt would try Wayland first
    return None


def _plugin(platform: str) -> str | None:
    """What keeps Qt's plug-in for a platform from being loaded; None if nothing does."""
    found = importlib.util.find_spec("PySide6")
    folders = found.submodule_search_locations if found else None
    if not folders:
        return "PySide6 is not installed"
    names = sorted((Path(folders[0]) / "Qt" / "plugins" / "platforms").glob(f"libq{platform}*.so"))
    if not names:
        return f"no plug-in for {platform}"
    try:
        ctypes.CDLL(str(names[0]), mode=os.RTLD_LAZY)
    except OSError as error:
        return str(error).partition(":")[0]
    return None


def _x_answers() -> bool:
    """Connects as Qt does, with the same library, so that cookies and hosts are treated alike."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)  # a server whose last client just left begins anew, and answers nobody meanwhile
        connection = xcb.xcb_connect(None, None)
        alive = xcb.xcb_connection_has_error(connection) == 0
        xcb.xcb_disconnect(connection)
        if alive:
            return True
    return False


def _wayland_answers() -> bool:
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / os.environ["WAYLAND_DISPLAY"]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2.0)
        line.connect(str(path))
        return True
    return False
