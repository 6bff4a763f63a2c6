"""What the process asks of the C library's allocator, once at its start."""

import sys

LARGE = 4 << 20  # bytes; with one megabyte, fetching pages for what a step of training needs for a moment costs a fifth more
SPARE = 16 << 20  # bytes that may stay free at the end of a heap: without them it would shrink and grow at every step
SPARE_END, THRESHOLD, ARENAS = -1, -3, -8  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX of glibc's mallopt


def let_go_of_large_blocks() -> None:
    """Have pictures and runs go back to the system as soon as nobody needs them (glibc; elsewhere this does nothing).

    By itself glibc takes a block of up to 32 MB from its heaps once one such was freed, and each thread has a heap of its own;
    small things that outlive a run then hold the pages around them. After forty windows of `make soak` that was 120 MB of 550.
    """
    if sys.platform != "linux":
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((THRESHOLD, LARGE), (SPARE_END, SPARE), (ARENAS, 2)):
            mallopt(option, value)
