"""One decorator for every kernel, and a cache of compiled code that heals itself.

`kernel` is `numba.njit(nogil=True, error_model="numpy")`: no fast-math (the same bytes on every CPU), no `parallel`
(threads run tiles instead), division by zero gives inf as NumPy does. Compiled code is kept in one folder per version of
the kernels. The folder's name is a hash of every source file in `core/`, because Numba does not notice that a kernel
which another one calls has changed. A file in it that cannot be read, or whose digest is wrong, is dropped and compiled
anew: a damaged cache costs a second, never a start.
"""

import contextlib
import functools
import hashlib
import importlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

Function = TypeVar("Function", bound=Callable[..., Any])

caching: Any = importlib.import_module("numba.core.caching")  # its classes are untyped

DIGEST_BYTES = hashlib.sha256().digest_size
CACHE_VARIABLE = "RAVINE_CACHE_DIR"


@functools.cache
def sources_digest() -> str:
    """A hash of every kernel source, and of the Numba that compiles them: the version of the compiled code."""
    digest = hashlib.sha256(numba.__version__.encode())
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    if not any(root.rglob("*.py")):  # a frozen build has no sources beside it; its executable stands for them
        digest.update(str(os.path.getmtime(root)).encode() if root.exists() else b"frozen")
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> Path:
    """The folder of compiled kernels: the user's cache, or a temporary one where that cannot be written."""
    wished = os.environ.get(CACHE_VARIABLE)
    root = Path(wished) if wished else Path(platformdirs.user_cache_dir("ravine", appauthor=False)) / "kernels"
    folder = root / sources_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        user = os.getuid() if hasattr(os, "getuid") else 0
        folder = Path(tempfile.gettempdir()) / f"ravine-kernels-{user}" / sources_digest()
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def drop_old_caches() -> int:
    """Remove compiled kernels of other versions of the sources; return how many folders went."""
    ours = cache_folder()
    removed = 0
    for folder in ours.parent.iterdir():
        if folder != ours and folder.is_dir() and len(folder.name) == len(ours.name):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


class _Locator(caching._CacheLocator):  # type: ignore[misc]
    """Tells Numba where to keep a kernel: our folder, whether or not the source file can be found."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._py_file = function.__code__.co_filename
        self._line = function.__code__.co_firstlineno
        self._module = function.__module__

    def ensure_cache_path(self) -> None:
        cache_folder().mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(cache_folder())

    def get_source_stamp(self) -> str:
        return sources_digest()

    def get_disambiguator(self) -> str:
        return f"{self._module}-{self._line}"

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> "_Locator":
        return cls(function)


class _Impl(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Locator,)


class _CheckedFile(caching.IndexDataCacheFile):  # type: ignore[misc]
    """Compiled code with a digest in front, so that a flipped bit is noticed before it runs."""

    def _load_data(self, name: str) -> Any:
        data = Path(self._data_path(name)).read_bytes()
        digest, body = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
        if hashlib.sha256(body).digest() != digest:
            raise ValueError(f"compiled kernel {name} is damaged")
        return pickle.loads(body)  # our own folder, our own digest: not user input

    def _save_data(self, name: str, data: Any) -> None:
        body = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(body).digest() + body)


class _HealingCache(caching.FunctionCache):  # type: ignore[misc]
    """Numba's cache, except that whatever goes wrong in it means "compile", never an exception."""

    _impl_class = _Impl

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = _CheckedFile(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=self._impl.locator.get_source_stamp(),
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever a broken pickle raises
            self._wipe()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception:  # a full disk, or an index that another process left broken
            self._wipe()

    def _wipe(self) -> None:
        for path in cache_folder().glob(f"{self._impl.filename_base}*"):
            with contextlib.suppress(OSError):
                path.unlink()


def kernel(function: Function) -> Function:
    """Compile `function` on its first call, for the argument types of that call, and keep the result on disk."""
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    dispatcher._cache = _HealingCache(function)
    return cast(Function, dispatcher)


def inline(function: Function) -> Function:
    """A kernel only ever called by other kernels: compiled into its callers, with nothing of its own on disk."""
    return cast(Function, numba.njit(nogil=True, error_model="numpy")(function))
