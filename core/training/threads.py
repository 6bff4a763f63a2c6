"""Work in pieces on several threads: kernels let go of Python's lock, so pieces of a simulation can run side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
THREADS = 4


def in_order(pieces: Iterable[Callable[[], T]], threads: int = THREADS) -> Iterator[T]:
    """What the pieces return, in their order, whichever ends first: so the number of threads cannot be seen in a result.

    Whoever stops iterating waits for the pieces under way at most; those not begun are dropped.
    """
    pool = ThreadPoolExecutor(threads)
    try:
        for future in [pool.submit(piece) for piece in pieces]:
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
