"""The set-up finds a Python that will do, or says in one line what is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "packaging" / "find-python"


class Machine:
    """A folder of commands that stands for all a machine has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bash = shutil.which("bash")
        assert bash
        (folder / "bash").symlink_to(bash)

    def has(self, command: str, *, version: str = "", venv: bool = True) -> None:
        """Install a Python; an old one (by `version`) fails our check, one without `venv` lacks ensurepip."""
        lines = ["#!/bin/sh"]
        if version:
            lines += [f'[ "$1" = --version ] && {{ echo Python {version}; exit 0; }}', "exit 1"]
        if not venv:
            lines += ['case "$*" in *ensurepip*) exit 1;; esac']
        path = self.folder / command
        path.write_text("\n".join([*lines, f'exec "{sys.executable}" "$@"']) + "\n")
        path.chmod(0o755)

    def find(self, **environment: str) -> tuple[int, str, str]:
        """Run the script; its exit code, what it found, what it complains about."""
        run = subprocess.run(
            [str(self.folder / "bash"), str(SCRIPT)],
            env={"PATH": str(self.folder), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return run.returncode, run.stdout.strip(), run.stderr.strip()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_usual_one(machine: Machine) -> None:
    machine.has("python3")
    assert machine.find() == (0, "python3", "")


def test_a_newer_one_beside_an_old_default(machine: Machine) -> None:
    machine.has("python3", version="3.9.2")
    machine.has("python3.12")
    assert machine.find() == (0, "python3.12", "")


def test_one_with_venv_beside_one_without(machine: Machine) -> None:
    machine.has("python3", venv=False)
    machine.has("python3.11")
    assert machine.find() == (0, "python3.11", "")


def test_a_chosen_one_comes_first(machine: Machine) -> None:
    machine.has("python3")
    machine.has("mine")
    assert machine.find(PYTHON=str(machine.folder / "mine")) == (0, str(machine.folder / "mine"), "")


@pytest.mark.parametrize("version", ["3.9.2", ""])
def test_none_that_will_do(machine: Machine, version: str) -> None:
    if version:
        machine.has("python3", version=version)
    code, found, complaint = machine.find()
    assert (code, found) == (1, "")
    assert (
        complaint == f"Ravine needs Python 3.11 or newer; this machine has {f'Python {version}' if version else 'no python3'}."
    )


def test_venv_is_missing_everywhere(machine: Machine) -> None:
    machine.has("python3", venv=False)
    code, found, complaint = machine.find()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert (code, found) == (1, "")
    assert complaint.startswith(f"Python {version} is here without its venv module.")
    assert complaint.endswith(f"apt-get install python{version}-venv")
