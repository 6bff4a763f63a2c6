"""The cache of compiled kernels against the rest of the machine: real disks, other processes, a build without sources."""

import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import compiler, jit, kernel_folder

CALLER = """
from core.jit import inline, kernel

@inline
def factor(x):
    return x * 2.0

@kernel
def doubled(x):
    return factor(x)
"""
PROGRAM = """
from core import compiler
from core.caller import doubled
from core.kernel_folder import cache_folder, wished_folder
value = doubled(4.0)
print(value, sum(doubled.stats.cache_hits.values()), len(compiler.unkept), wished_folder() in cache_folder().parents)
"""


class House:
    """A core of its own with one kernel, run in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.cache, self.temporary = folder / "house", folder / "cache", folder / "temporary"
        core = self.root / "core"
        core.mkdir(parents=True)
        self.temporary.mkdir()
        (core / "__init__.py").touch()
        for module in (jit, compiler, kernel_folder):
            shutil.copy(str(module.__file__), core)
        (core / "caller.py").write_text(CALLER)

    def begin(self) -> "subprocess.Popen[str]":
        places = {kernel_folder.CACHE_VARIABLE: str(self.cache), "TMPDIR": str(self.temporary)}
        environment = os.environ | places | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", PROGRAM]
        return subprocess.Popen(
            command, cwd=self.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def start(self) -> tuple[str, ...]:
        """What a process says: the value, whether it found compiled code, how much it could not keep, whether in its place."""
        return self.end(self.begin())

    @staticmethod
    def end(process: "subprocess.Popen[str]") -> tuple[str, ...]:
        said, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint
        assert complaint == ""
        return tuple(said.split())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def disk(house: House) -> Iterator[Path]:
    """A tiny disk of its own where the kernels are kept."""
    house.cache.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(house.cache)]
    if (
        not hasattr(os, "getuid")
        or os.getuid() != 0
        or shutil.which("mount") is None
        or subprocess.run(command, check=False).returncode
    ):
        pytest.skip("only the administrator may mount a disk")
    yield house.cache
    subprocess.run(["umount", str(house.cache)], check=True)


def test_a_disk_that_is_really_full(house: House, disk: Path) -> None:
    assert house.start() == ("8.0", "0", "1", "True"), "it works, and knows that nothing was kept"
    left = [path for path in disk.rglob("*") if path.is_file() and path.stat().st_size]
    assert not [path for path in left if path.suffix == ".nbc"], "nor is half a file left"
    subprocess.run(["mount", "-o", "remount,size=1m", str(disk)], check=True)
    assert house.start() == ("8.0", "0", "0", "True")
    assert house.start() == ("8.0", "1", "0", "True")


def test_a_disk_that_is_really_read_only(house: House, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=1m,ro", str(disk)], check=True)
    assert house.start() == ("8.0", "0", "0", "False")
    assert house.start() == ("8.0", "1", "0", "False"), "the temporary files take it instead"
    assert list(disk.iterdir()) == []


def test_processes_that_start_at_once_do_not_harm_each_other(house: House) -> None:
    for said in map(house.end, [house.begin() for _ in range(2)]):
        assert (said[0], said[2:]) == ("8.0", ("0", "True"))
    assert house.start() == ("8.0", "1", "0", "True")
    names = sorted(path.name for path in house.cache.rglob("*") if path.is_file())
    assert len(names) == 1, f"one file for one kernel: {names}"


def test_a_frozen_build_keeps_its_kernels_without_any_source(house: House) -> None:
    assert compileall.compile_dir(house.root, quiet=1, legacy=True)
    for source in house.root.rglob("*.py"):
        source.unlink()
    assert house.start() == ("8.0", "0", "0", "True")
    assert house.start() == ("8.0", "1", "0", "True")
