"""One decorator for every kernel, and a cache of compiled code that heals itself.

`kernel` is `numba.njit(nogil=True, error_model="numpy")`: no fast-math (the same bytes on every CPU), no `parallel`
(threads run tiles instead), division by zero gives inf as NumPy does. Compiled code is kept in one folder per version of
the kernels. The folder's name is a hash of every source file in `core/`, because Numba does not notice that a kernel
which another one calls has changed. A file in it that cannot be read, or whose digest is wrong, is dropped and compiled
anew: a damaged cache costs a second, never a start.
"""

import atexit
import contextlib
import functools
import hashlib
import importlib
import os
import pickle
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import llvmlite.binding
import numba
import platformdirs

Function = TypeVar("Function", bound=Callable[..., Any])

caching: Any = importlib.import_module("numba.core.caching")  # its classes are untyped

# Numba leaves LLVM's straight-line vectorizer off, since old versions of it miscompiled; small networks are twice as fast
# with it. It reorders no sum, so results keep their bytes.
if llvmlite.binding.llvm_version_info >= (20, 0, 0):
    numba_config: Any = numba.config  # its attributes come from the environment, unknown to types
    numba_config.SLP_VECTORIZE = 1

# An option of Numba without a public name; should a later version lack it, kernels are slower and nothing else.
_BORROW: dict[str, Any] = (
    {"_nrt": False} if hasattr(importlib.import_module("numba.core.options").DefaultOptions, "_nrt") else {}
)

DIGEST_BYTES = hashlib.sha256().digest_size
CACHE_VARIABLE = "RAVINE_CACHE_DIR"
ROOT = Path(__file__).resolve().parent


@functools.cache
def sources_digest() -> str:
    """A hash of every kernel source, and of the Numba that compiles them: the version of the compiled code."""
    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    paths = sorted(ROOT.rglob("*.py"))
    for path in paths:
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    if not paths:  # a frozen build has no sources beside it; the executable that holds them stands for them
        program = os.stat(sys.executable)
        digest.update(f"{program.st_size} {program.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> Path:
    """The folder of compiled kernels: the user's cache, or a temporary one where that cannot be written."""
    wished = os.environ.get(CACHE_VARIABLE)
    root = Path(wished) if wished else Path(platformdirs.user_cache_dir("ravine", appauthor=False)) / "kernels"
    folder = root.absolute() / sources_digest()
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
        shared = Path(tempfile.gettempdir()) / f"ravine-kernels-{os.getuid()}"
        with contextlib.suppress(OSError):
            shared.mkdir(mode=0o700, exist_ok=True)
            found = shared.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022:
                return shared
    try:
        own = Path(tempfile.mkdtemp(prefix="ravine-kernels-"))
    except OSError:  # nowhere to write at all: kernels are compiled anew on each start
        return Path(tempfile.gettempdir()) / "ravine-kernels-nowhere"
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


class _Locator(caching._CacheLocator):  # type: ignore[misc]
    """Tells Numba where to keep a kernel: our folder, whether or not the source file can be found."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._file = Path(function.__code__.co_filename)
        self._line = function.__code__.co_firstlineno
        self._module = function.__module__

    def ensure_cache_path(self) -> None:
        cache_folder().mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(cache_folder())

    def get_source_stamp(self) -> str:
        """The version of the sources: all of core, and the kernel's own file should it lie elsewhere."""
        stamp = sources_digest()
        if not self._file.is_relative_to(ROOT):
            with contextlib.suppress(OSError):
                stamp += hashlib.sha256(self._file.read_bytes()).hexdigest()
        return stamp

    def get_disambiguator(self) -> str:
        return f"{self._module}-{self._line}"

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> "_Locator":
        return cls(function)


class _Impl(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Locator,)


class _Shelf(caching.IndexDataCacheFile):  # type: ignore[misc]
    """The files of one kernel: one for each signature, named by it, with a digest in front.

    Numba keeps an index beside numbered files; two processes that write at once can make it point to the wrong
    one. A name that follows from the signature needs no index, and a digest notices a flipped bit before the code runs.
    """

    def save(self, key: Any, data: Any) -> None:
        body = self._dump((self._source_stamp, key, data))
        with self._open_for_write(self._path(key)) as file:
            file.write(hashlib.sha256(body).digest() + body)

    def load(self, key: Any) -> Any:
        path = self._path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        digest, body = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
        if hashlib.sha256(body).digest() != digest:
            raise ValueError(f"compiled kernel {path.name} is damaged")
        stamp, saved_key, data = pickle.loads(body)  # our own folder, our own digest: not user input
        return data if (stamp, saved_key) == (self._source_stamp, key) else None

    def flush(self) -> None:
        """Forget nothing: a file is replaced when its kernel is compiled anew."""

    def forget(self, key: Any) -> None:
        """Remove the file of one signature, as far as that can be done."""
        with contextlib.suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: Any) -> Path:
        name = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
        return Path(self._cache_path) / f"{self._index_name.removesuffix('.nbi')}.{name}.nbc"


class _HealingCache(caching.FunctionCache):  # type: ignore[misc]
    """Numba's cache, except that whatever goes wrong in it means "compile", never an exception."""

    _impl_class = _Impl

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = _Shelf(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=self._impl.locator.get_source_stamp(),
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever a broken pickle raises
            self._cache_file.forget(self._index_key(sig, target_context.codegen()))
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Warning:  # the tests turn warnings into errors: a kernel that can never be cached is a fault of ours
            raise
        except Exception:  # a full disk, a folder that went read-only: the kernel works, the next start compiles again
            self._cache_file.forget(self._index_key(sig, data.codegen))


def kernel(function: Function) -> Function:
    """Compile `function` on its first call, for the argument types of that call, and keep the result on disk."""
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    dispatcher._cache = _HealingCache(function)
    return cast(Function, dispatcher)


def loop(function: Function) -> Function:
    """A kernel that allocates nothing, and neither does what it calls: it only reads and writes arrays it is given.

    Numba counts references to every array argument on entry and on return, atomically, and cannot remove all of that
    where there are many branches: some 200 ns per call, half a training step of a small net. Here the caller holds the arrays.
    """
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy", **_BORROW)(function)
    dispatcher._cache = _HealingCache(function)
    return cast(Function, dispatcher)


def inline(function: Function) -> Function:
    """A kernel only ever called by other kernels: LLVM must put its body into each caller; nothing of its own on disk."""
    return cast(Function, numba.njit(nogil=True, error_model="numpy", forceinline=True)(function))
