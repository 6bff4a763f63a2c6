"""The compiler behind `core.jit`: Numba with our options, and a cache of compiled code that heals itself.

No fast-math (the same bytes on every CPU), no `parallel` (threads run tiles instead), division by zero gives inf as NumPy
does. Compiled code lies in `core.kernel_folder`'s folder. A file in it that cannot be read, or whose digest is wrong, is
dropped and compiled anew: a damaged cache costs a second, never a start.

Numba takes half a second to load, so this module is imported when the first kernel is called, not before.
"""

import contextlib
import hashlib
import importlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba

from core import kernel_folder

caching: Any = importlib.import_module("numba.core.caching")  # its classes are untyped

# Numba leaves LLVM's straight-line vectorizer off, since old versions of it miscompiled; small networks are twice as fast
# with it. It reorders no sum, so results keep their bytes.
numba_config: Any = numba.config  # its attributes come from the environment, unknown to types
numba_config.SLP_VECTORIZE = int(llvmlite.binding.llvm_version_info >= (20, 0, 0))

# An option of Numba without a public name; should a later version lack it, kernels are slower and nothing else.
_BORROW: dict[str, Any] = (
    {"_nrt": False} if hasattr(importlib.import_module("numba.core.options").DefaultOptions, "_nrt") else {}
)
OPTIONS: dict[str, dict[str, Any]] = {"kernel": {}, "loop": _BORROW, "inline": {"forceinline": True}}
relied_on: set[Path] = set()  # files of compiled code that this process read or wrote
unkept: list[str] = []  # what could not be put on the disk in this process: each start compiles it anew
DIGEST_BYTES = hashlib.sha256().digest_size


def dispatcher(function: Callable[..., Any], kind: str) -> Any:
    """Numba's dispatcher for `function`: it compiles, or finds on disk, what each call's argument types need.

    kind: the name of the decorator in `core.jit`. What is put into its callers has nothing of its own on disk.
    """
    made: Any = numba.njit(nogil=True, error_model="numpy", **OPTIONS[kind])(function)
    if kind != "inline":
        made._cache = HealingCache(function)
    return made


class _Locator(caching._CacheLocator):  # type: ignore[misc]
    """Tells Numba where to keep a kernel: our folder, whether or not the source file can be found."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._py_file = function.__code__.co_filename  # Numba asks for it by this name when it warns
        self._line = function.__code__.co_firstlineno
        self._module = function.__module__

    def ensure_cache_path(self) -> None:
        kernel_folder.cache_folder().mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(kernel_folder.cache_folder())

    def get_source_stamp(self) -> str:
        """The version of the sources: all of core, and the kernel's own file should it lie elsewhere."""
        stamp = kernel_folder.sources_digest()
        file = Path(self._py_file)
        if not file.is_relative_to(kernel_folder.ROOT):
            with contextlib.suppress(OSError):
                stamp += hashlib.sha256(file.read_bytes()).hexdigest()
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
        relied_on.add(self._path(key))

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
        if (stamp, saved_key) != (self._source_stamp, key):
            return None
        relied_on.add(path)
        return data

    def flush(self) -> None:
        """Forget nothing: a file is replaced when its kernel is compiled anew."""

    def forget(self, key: Any) -> None:
        """Remove the file of one signature, as far as that can be done."""
        with contextlib.suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: Any) -> Path:
        name = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
        return Path(self._cache_path) / f"{self._index_name.removesuffix('.nbi')}.{name}.nbc"


class HealingCache(caching.FunctionCache):  # type: ignore[misc]
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
        """The compiled code for a signature; None if there is none that can be trusted."""
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever a broken pickle raises
            self._cache_file.forget(self._index_key(sig, target_context.codegen()))
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code, or remember that it could not be kept."""
        try:
            super().save_overload(sig, data)
        except Warning:  # the tests turn warnings into errors: a kernel that can never be cached is a fault of ours
            raise
        except Exception:  # a full disk, a folder that went read-only: the kernel works, the next start compiles again
            self._cache_file.forget(self._index_key(sig, data.codegen))
            unkept.append(f"{self._name}{sig}")
