"""One decorator for every kernel.

A kernel is compiled by Numba when it is first called, and kept on disk (`core.compiler` says how). Until then the name
holds a light stand-in, so that importing a module with kernels costs nothing: loading Numba alone takes longer than a window
needs to appear. Kernels that call each other see the stand-ins as globals, and Numba, which compiles the caller, asks them
for what they stand for.

While there is no compiled code yet, a small run need not wait for it: inside `interpreted()` the kernels of this thread are
the Python they are written in. What they compute has the same bytes as long as it is made of the operations of IEEE 754 and
nothing raises where compiled code gives inf; who relies on that proves it by a test.
"""

import contextlib
import functools
import importlib
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


class _Thread(threading.local):
    interprets = False  # whether this thread runs its kernels as Python
    inside = False  # whether it is within one that runs so


_thread = _Thread()
_lock = threading.Lock()


def interpreting() -> bool:
    """Whether this thread runs its kernels as Python now."""
    return _thread.interprets


def interpret(on: bool) -> None:
    """From now on run this thread's kernels as Python, or compiled."""
    _thread.interprets = on


@contextlib.contextmanager
def interpreted() -> Iterator[None]:
    """Meanwhile run this thread's kernels as Python."""
    before = _thread.interprets
    _thread.interprets = True
    try:
        yield
    finally:
        _thread.interprets = before


class Kernel:
    """Stands for a kernel until its first call, and hands every call on to the dispatcher from then on."""

    def __init__(self, function: Callable[..., Any], kind: str) -> None:
        functools.update_wrapper(self, function)
        self.py_func, self._kind = function, kind
        self._dispatcher: Any = None

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """What the function returns, compiled; or as Python, where this thread runs so."""
        if _thread.interprets:
            return self._interpret(*arguments, **named)
        return (self._dispatcher or self.dispatcher)(*arguments, **named)

    def _interpret(self, *arguments: Any, **named: Any) -> Any:
        """As Python; compiled code does not warn of overflow, so neither does this."""
        if _thread.inside:
            return self.py_func(*arguments, **named)
        _thread.inside = True
        try:
            with np.errstate(all="ignore"):
                return self.py_func(*arguments, **named)
        finally:
            _thread.inside = False

    @property
    def dispatcher(self) -> Any:
        """Numba's dispatcher; the first time it is asked for, Numba is loaded."""
        if self._dispatcher is None:
            made = importlib.import_module("core.compiler").dispatcher(self.py_func, self._kind)
            with _lock:  # two threads may get here at once; one dispatcher has to win, since callers are compiled for it
                self._dispatcher = self._dispatcher or made
        return self._dispatcher

    @property
    def _numba_type_(self) -> Any:
        """What Numba takes this for where a kernel that is being compiled calls it."""
        return self.dispatcher._numba_type_

    def __getattr__(self, name: str) -> Any:
        """Whatever else a dispatcher offers: its statistics, its signatures, its machine code."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.dispatcher, name)

    def __repr__(self) -> str:
        return f"<{self._kind} {self.py_func.__module__}.{self.py_func.__qualname__}>"


def kernel(function: Function) -> Function:
    """Compile `function` on its first call, for the argument types of that call, and keep the result on disk."""
    return cast(Function, Kernel(function, "kernel"))


def loop(function: Function) -> Function:
    """A kernel that allocates nothing, and neither does what it calls: it only reads and writes arrays it is given.

    Numba counts references to every array argument on entry and on return, atomically, and cannot remove all of that
    where there are many branches: some 200 ns per call, half a training step of a small net. Here the caller holds the arrays.
    """
    return cast(Function, Kernel(function, "loop"))


def inline(function: Function) -> Function:
    """A kernel only ever called by other kernels: LLVM must put its body into each caller; nothing of its own on disk."""
    return cast(Function, Kernel(function, "inline"))
