"""The cache of compiled kernels: found again, never stale, and healed from whatever happens to a file."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from numba.core.errors import NumbaWarning

from core import compiler, jit, kernel_folder

KERNEL = """
from core.jit import kernel

@kernel
def scaled(a: float, b: float) -> float:
    return a * 3.0 + b
"""


class Bench:
    """A folder of kernels, and a module that is imported anew for each start that a test wants to see."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.module = folder / "bench_kernels.py"
        self.module.write_text(KERNEL)
        self.cache = cache

    def start(self) -> tuple[float, bool]:
        """Use the kernel as a fresh process would; its value, and whether compiled code was found."""
        names: dict[str, Any] = {"__name__": "bench_kernels"}
        exec(compile(self.module.read_text(), str(self.module), "exec"), names)
        function = names["scaled"]
        value = float(function(2.0, 1.0))
        return value, sum(function.stats.cache_hits.values()) == 1

    @property
    def files(self) -> list[Path]:
        return sorted(path for path in self.cache.rglob("*") if path.is_file())


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv(kernel_folder.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kernel_folder.cache_folder.cache_clear()
    yield Bench(tmp_path, tmp_path / "cache")
    kernel_folder.cache_folder.cache_clear()


def test_compiled_once_and_found_again(bench: Bench) -> None:
    assert bench.start() == (7.0, False)
    assert len(bench.files) == 1
    assert bench.start() == (7.0, True)
    assert len(bench.files) == 1


@pytest.mark.parametrize("content", [b"", b"x", b"\x80\x04garbage" * 100])
def test_garbage_is_compiled_over(bench: Bench, content: bytes) -> None:
    bench.start()
    bench.files[0].write_bytes(content)
    assert bench.start() == (7.0, False)
    assert bench.start() == (7.0, True)


@pytest.mark.parametrize("part", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_compiled_over(bench: Bench, part: float) -> None:
    bench.start()
    whole = bench.files[0].read_bytes()
    bench.files[0].write_bytes(whole[: int(len(whole) * part)])
    assert bench.start() == (7.0, False)
    assert bench.start() == (7.0, True)


@pytest.mark.parametrize("place", [0.0, 0.002, 0.3, 0.6, 0.9999])
def test_a_flipped_bit_is_noticed_before_the_code_runs(bench: Bench, place: float) -> None:
    bench.start()
    whole = bytearray(bench.files[0].read_bytes())
    whole[int(len(whole) * place)] ^= 0x10
    bench.files[0].write_bytes(bytes(whole))
    assert bench.start() == (7.0, False)
    assert bench.start() == (7.0, True)


def test_an_honest_file_of_another_kernel_is_not_taken(bench: Bench) -> None:
    bench.start()
    ours = bench.files[0]
    bench.module.write_text(KERNEL.replace("3.0 + b", "4.0 + b"))
    assert bench.start() == (9.0, False)
    assert bench.files == [ours]  # same name, line and bytecode: only what is inside tells them apart
    assert bench.start() == (9.0, True)


def test_a_folder_where_the_file_should_be(bench: Bench) -> None:
    bench.start()
    path = bench.files[0]
    path.unlink()
    path.mkdir()
    assert bench.start() == (7.0, False)


def test_a_folder_that_vanished_is_made_again(bench: Bench) -> None:
    bench.start()
    shutil.rmtree(bench.cache)
    assert bench.start() == (7.0, False)
    assert bench.start() == (7.0, True)


def test_a_full_disk_costs_only_the_cache(bench: Bench) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # a write stops midway, as it does on a full disk
    try:
        result = bench.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert result == (7.0, False)
    assert bench.files == []
    assert bench.start() == (7.0, False)
    assert bench.start() == (7.0, True)


def test_a_cache_that_cannot_be_written_falls_back_to_a_temporary_one(bench: Bench, tmp_path: Path) -> None:
    bench.cache.write_text("a file stands where the folder should be")
    fallback = tmp_path / f"ravine-kernels-{os.getuid()}"
    assert bench.start() == (7.0, False)
    assert kernel_folder.cache_folder().parent == fallback
    assert fallback.stat().st_mode & 0o077 == 0
    assert bench.start() == (7.0, True)


@pytest.mark.parametrize("trap", ["open", "link"])
def test_a_temporary_folder_that_others_may_write_to_is_not_trusted(bench: Bench, tmp_path: Path, trap: str) -> None:
    bench.cache.write_text("a file stands where the folder should be")
    shared = tmp_path / f"ravine-kernels-{os.getuid()}"
    if trap == "open":
        shared.mkdir()
        shared.chmod(0o777)
    else:
        (tmp_path / "elsewhere").mkdir()
        shared.symlink_to(tmp_path / "elsewhere")
    assert bench.start() == (7.0, False)
    assert shared not in kernel_folder.cache_folder().parents
    assert list(shared.iterdir()) == []


def test_nowhere_to_write_at_all(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.cache.write_text("a file stands where the folder should be")
    monkeypatch.setattr(tempfile, "tempdir", str(bench.cache))
    assert bench.start() == (7.0, False)
    assert bench.start() == (7.0, False)


def test_without_users_each_run_has_a_temporary_folder_of_its_own(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "getuid")  # as on Windows
    bench.cache.write_text("a file stands where the folder should be")
    assert bench.start() == (7.0, False)
    first = kernel_folder.cache_folder()
    assert first.is_relative_to(tmp_path)
    assert bench.start() == (7.0, True)
    kernel_folder.cache_folder.cache_clear()
    assert kernel_folder.cache_folder() != first


def test_a_kernel_that_can_never_be_kept_is_told_of(bench: Bench) -> None:
    bench.module.write_text(
        "import numpy as np\n"
        "from core.jit import kernel\n"
        "TABLE = np.ones(200_000)\n"
        "@kernel\n"
        "def scaled(a: float, b: float) -> float:\n"
        "    return a * TABLE[int(b)] + b\n"
    )
    with pytest.raises(NumbaWarning, match="Cannot cache compiled function"):
        bench.start()
    assert bench.files == []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NumbaWarning)
        assert bench.start() == (3.0, False), "outside of the tests it only warns"


def test_old_versions_go_and_nothing_else(bench: Bench) -> None:
    bench.start()
    (bench.cache / "0123456789abcdef").mkdir()
    (bench.cache / "0123456789abcdef" / "old.nbc").write_bytes(b"old")
    (bench.cache / "holiday pictures").mkdir()
    (bench.cache / "a-file-0123456.x").touch()
    assert kernel_folder.drop_old_caches() == 1
    assert kernel_folder.drop_old_caches() == 0
    assert {path.name for path in bench.cache.iterdir()} == {
        kernel_folder.cache_folder().name,
        "holiday pictures",
        "a-file-0123456.x",
    }
    assert bench.start() == (7.0, True)


def test_no_cache_yet_means_nothing_to_drop(bench: Bench) -> None:
    kernel_folder.cache_folder()
    shutil.rmtree(bench.cache)
    assert kernel_folder.drop_old_caches() == 0


PROGRAM = """
from core.caller import doubled
print(doubled(4.0), sum(doubled.stats.cache_hits.values()))
"""


def test_another_process_finds_it_from_any_folder_until_a_callee_changes(tmp_path: Path) -> None:
    core = tmp_path / "house" / "core"
    core.mkdir(parents=True)
    (core / "__init__.py").touch()  # without it, an installed core would be found first
    for module in (jit, compiler, kernel_folder):
        shutil.copy(str(module.__file__), core)
    (core / "callee.py").write_text("from core.jit import kernel\n\n@kernel\ndef factor(x):\n    return x * 2.0\n")
    (core / "caller.py").write_text(
        "from core.callee import factor\nfrom core.jit import kernel\n\n@kernel\ndef doubled(x):\n    return factor(x)\n"
    )

    def run(cwd: Path) -> str:
        environment = {**os.environ, "PYTHONPATH": str(core.parent), kernel_folder.CACHE_VARIABLE: str(tmp_path / "cache")}
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    (tmp_path / "a").mkdir()
    assert run(tmp_path) == "8.0 0"
    assert run(tmp_path / "a") == "8.0 1"
    (core / "callee.py").write_text("from core.jit import kernel\n\n@kernel\ndef factor(x):\n    return x * 3.0\n")
    assert run(tmp_path / "a") == "12.0 0"
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_the_version_is_that_of_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest() -> str:
        return str(kernel_folder.sources_digest.__wrapped__())

    monkeypatch.setattr(kernel_folder, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("x = 1\n")
    seen = [digest()]
    assert digest() == seen[0]
    (tmp_path / "a.py").write_text("x = 2\n")
    seen.append(digest())
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    seen.append(digest())
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "c.py").touch()
    seen.append(digest())
    monkeypatch.setattr(kernel_folder, "compiler_version", lambda: "0.0.0")
    seen.append(digest())
    assert len(set(seen)) == len(seen)
    assert all(len(name) == 16 for name in seen)


def test_a_frozen_build_is_known_by_its_executable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "ravine"
    program.write_bytes(b"one")
    monkeypatch.setattr(kernel_folder, "ROOT", tmp_path / "not there")
    monkeypatch.setattr(sys, "executable", str(program))
    first = kernel_folder.sources_digest.__wrapped__()
    program.write_bytes(b"another build")
    assert kernel_folder.sources_digest.__wrapped__() != first


def test_division_by_zero_is_infinite_as_in_numpy() -> None:
    @jit.kernel
    def divide(a: float, b: float) -> float:
        return a / b

    assert divide(1.0, 0.0) == float("inf")
    assert divide(-1.0, 0.0) == float("-inf")
