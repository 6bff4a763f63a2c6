"""Where compiled kernels are kept: one folder per version of their sources, the user's own or a temporary one.

The folder's name is a hash of every source file in `core/`, because Numba does not notice that a kernel which another one
calls has changed. Nothing here loads Numba, so a window can ask what is compiled before it needs the compiler.
"""

import atexit
import contextlib
import functools
import importlib
import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path

CACHE_VARIABLE = "RAVINE_CACHE_DIR"
ROOT = Path(__file__).resolve().parent
COMPILERS = ("numba", "llvmlite")
TEMPORARY = "ravine-kernels-"


def compiler_version() -> str:
    """The versions of Numba and of the LLVM under it, read without loading either where that can be."""
    from importlib import metadata  # no start has to wait for it

    try:
        return " ".join(metadata.version(name) for name in COMPILERS)
    except metadata.PackageNotFoundError:  # a frozen build may carry the packages without their papers
        return " ".join(str(importlib.import_module(name).__version__) for name in COMPILERS)


@functools.cache
def sources_digest() -> str:
    """A hash of every kernel source, and of the Numba that compiles them: the version of the compiled code."""
    import hashlib  # no start has to wait for it

    digest = hashlib.sha256(compiler_version().encode())
    paths = sorted(ROOT.rglob("*.py"))
    for path in paths:
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    if not paths:  # a frozen build has no sources beside it; the executable that holds them stands for them
        program = os.stat(sys.executable)
        digest.update(f"{program.st_size} {program.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def wished_folder() -> Path:
    """Where compiled kernels belong if nothing speaks against it."""
    wished = os.environ.get(CACHE_VARIABLE)
    if wished:
        return Path(wished).absolute()
    platformdirs = importlib.import_module("platformdirs")
    return Path(platformdirs.user_cache_dir("ravine", appauthor=False)) / "kernels"


@functools.cache
def cache_folder() -> Path:
    """The folder of compiled kernels of this version: the wished one, or a temporary one where that cannot be written."""
    folder = wished_folder() / sources_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return _temporary_folder() / sources_digest()
    return folder


def _temporary_folder() -> Path:
    """A folder for this user among the temporary files, shared between runs.

    Compiled code is run as it is found, so a folder that somebody else made or may write to is not used: then this run
    gets one of its own.
    """
    if hasattr(os, "getuid"):
        shared = Path(tempfile.gettempdir()) / f"{TEMPORARY}{os.getuid()}"
        with contextlib.suppress(OSError):
            shared.mkdir(mode=0o700, exist_ok=True)
            found = shared.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022:
                return shared
    try:
        own = Path(tempfile.mkdtemp(prefix=TEMPORARY))
    except OSError:  # nowhere to write at all: kernels are compiled anew on each start
        return Path(tempfile.gettempdir()) / f"{TEMPORARY}nowhere"
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def drop_old_caches() -> int:
    """Remove compiled kernels of other versions of the sources; return how many folders went."""
    ours = cache_folder()
    removed = 0
    for folder in ours.parent.iterdir() if ours.parent.is_dir() else ():
        if folder != ours and folder.is_dir() and re.fullmatch("[0-9a-f]{16}", folder.name):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
