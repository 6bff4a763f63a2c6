"""Every file the program writes is written here: beside its target under another name, and moved when it is complete.

Whatever happens, the file at the target is either the old one or the new one, never half of one. A process that is killed
leaves at most a file that ends in `.part`. Files from elsewhere are read here too, within a bound.
"""

import contextlib
import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.failure import UsageError, WorkError, reason

PART = ".part"


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """The path of an empty file beside `target` to write to; when the block ends well it becomes `target`.

    When the block raises, it is removed, and an error of the system becomes a `WorkError` naming the target.
    """
    part: Path | None = None
    try:
        part = _beside(target)
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        _move(part, target)
        part = None
    except OSError as error:
        why = f"there is no folder {target.parent}" if isinstance(error, FileNotFoundError) else reason(error)
        raise WorkError(f"{target} could not be written: {why}") from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


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


def _beside(target: Path) -> Path:
    """A new empty file in the target's folder, with the permissions a file made by `open` would have."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=PART, dir=target.parent)
    os.close(handle)
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
    return Path(name)


def _move(part: Path, target: Path) -> None:
    for wait in (0.05, 0.2, 0.5):
        try:
            os.replace(part, target)
        except PermissionError:  # on Windows a virus scanner may hold a new file for a moment
            if os.name != "nt":
                raise
            time.sleep(wait)
        else:
            return
    os.replace(part, target)
