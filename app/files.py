"""Every file the program writes is written here: beside its target under another name, and moved when it is complete.

Whatever happens, the file at the target is either the old one or the new one, never half of one. A process that is killed
leaves at most a file that ends in `.ravine.part`, and the next one that writes into the folder clears it away: whoever writes
holds a lock, which the system lets go of with the process. Files from elsewhere are read here too, within a bound.
"""

import contextlib
import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.failure import UsageError, WorkError, reason

try:
    import fcntl
except ImportError:  # Windows: what was left stays, since nothing says whether it is still being written
    fcntl = None  # type: ignore[assignment]

PART = ".ravine.part"
LONGEST_NAME = 180  # bytes of a target's name that stand in the name of its unfinished file; systems take 255 in all
ATTEMPTS = 10  # of making a file that nobody takes for one left behind
WAITS = (0.05, 0.2, 0.5) if os.name == "nt" else ()  # seconds: a virus scanner may hold a new file for a moment
_CLEARED: set[Path] = set()  # folders this process has looked through: a film of pictures writes thousands into one


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """The path of an empty file beside `target` to write to; when the block ends well it becomes `target`.

    A link stays: what it leads to is replaced. The new file has the permissions of the old one, or those that `open` gives.
    When the block raises, it is removed, and an error of the system becomes a `WorkError` naming the target.
    """
    part: Path | None = None
    place = target
    hold = -1
    try:
        place = real(target)
        mode = _mode(place)
        _clear(place.parent)
        part, hold = _beside(place)
        yield part
        with part.open("rb+") as file:
            if fcntl is not None:
                os.chmod(part, mode)  # not before, since whoever may not write a file may replace it
            os.fsync(file.fileno())
        _move(part, place)
        part = None
    except OSError as error:
        why = f"there is no folder {place.parent}" if isinstance(error, FileNotFoundError) else reason(error)
        raise WorkError(f"{target} could not be written: {why}") from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
        if hold >= 0:
            os.close(hold)


def write_bytes(target: Path, content: bytes) -> None:
    """Put `content` at `target`, whole or not at all."""
    with replacing(target) as part, part.open("wb") as file:
        file.write(content)


def read_bounded(path: Path, largest: int) -> bytes:
    """The content of a file; a `UsageError` if it is no plain file (a pipe would wait for ever), or larger than expected."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(f"{path} cannot be read: it is not a file")
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {reason(error)}") from error
    if len(content) > largest:
        raise UsageError(f"{path} cannot be read: it is larger than {largest // 1024} kB")
    return content


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, or say in one sentence why not."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkError(f"the folder {folder} could not be made: {reason(error)}") from error
    except ValueError as error:
        raise _no_name(folder) from error


def real(target: Path) -> Path:
    """Where what is written to `target` comes to stand: itself, or if it is a link, where that leads to, there or not."""
    return Path(os.path.realpath(target)) if os.path.islink(target) else target


def parts_of(targets: Iterable[Path]) -> list[Path]:
    """The unfinished files of these targets that stand beside them, and no others'."""
    begun: dict[Path, set[str]] = {}
    for place in map(real, targets):
        begun.setdefault(place.parent, set()).add(_beginning(place.name))
    found: list[Path] = []
    for folder, beginnings in begun.items():
        with contextlib.suppress(OSError):
            names = [path for path in folder.iterdir() if path.name.endswith(PART)]
            found += [path for path in names if path.name.removesuffix(PART).rpartition(".")[0] in beginnings]
    return found


def _mode(target: Path) -> int:
    """The permissions that a new file at `target` is to have; an error if what stands there is no file."""
    try:
        found = os.stat(target).st_mode
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    except ValueError as error:
        raise _no_name(target) from error
    if not stat.S_ISREG(found):
        raise OSError(errno.EINVAL, "it is a folder" if stat.S_ISDIR(found) else "it is not a file")
    return stat.S_IMODE(found) & 0o777


def _no_name(path: Path) -> UsageError:
    return UsageError(f"{str(path)!r} is not a name that a file can have")


def _beginning(name: str) -> str:
    """How the name of an unfinished file of `name` begins, all but what tells it from others of that name.

    A name may be so long that nothing can be added to it: then its first letters and a number made from all of it stand for it.
    """
    raw = os.fsencode(name)
    if len(raw) <= LONGEST_NAME:
        return f".{name}"
    import hashlib  # seldom needed, and not by a start

    return f".{raw[:LONGEST_NAME].decode('utf-8', 'ignore')}~{hashlib.sha256(raw).hexdigest()[:16]}"


def _beside(target: Path) -> tuple[Path, int]:
    """A new empty file in the target's folder that only the user may read, and what holds its lock."""
    for _ in range(ATTEMPTS):
        handle, name = tempfile.mkstemp(prefix=f"{_beginning(target.name)}.", suffix=PART, dir=target.parent)
        if fcntl is None:
            os.close(handle)
            return Path(name), -1
        with contextlib.suppress(OSError):  # where nothing can be locked nothing is cleared either
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink:  # else it was cleared away before it was locked
            return Path(name), handle
        os.close(handle)
    raise OSError(errno.EBUSY, "another program removes what is being written")


def _clear(folder: Path) -> None:
    """Remove what processes that were killed have left in a folder."""
    if fcntl is None or folder in _CLEARED:
        return
    _CLEARED.add(folder)
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*{PART}"):
            with contextlib.suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def _move(part: Path, target: Path) -> None:
    for wait in WAITS:
        with contextlib.suppress(PermissionError):
            os.replace(part, target)
            return
        time.sleep(wait)
    os.replace(part, target)
