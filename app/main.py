"""The command line: finds the command, runs it, and turns what went wrong into one line and an exit code.

0: done. 1: a claim does not hold, or the work failed. 2: what was asked for makes no sense. 130: stopped by the user.
"""

import argparse
import contextlib
import difflib
import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType, ModuleType
from typing import NoReturn

import core  # noqa: F401  first of all: it says how many threads NumPy may use
from app.failure import UsageError, WorkError, reason
from app.version import VERSION

# A command is a module of app.commands with `arguments(parser)` and `run(options) -> int`; only the one asked for is
# imported, so that help is instant and `doctor` runs where Qt does not.
COMMANDS = {
    "open": "open the window at a scene (the command that may be left out)",
    "list": "every scene with its knobs, and every lesson",
    "record": "simulate and save every number: .npz, .csv or .json",
    "export": "draw a film, a picture or a figure",
    "handout": "print a lesson: slides, questions and, on the last pages, answers",
    "verify": "compare every claim of theory with the simulation",
    "present": "give a lesson: full screen, on the projector if there is one",
    "warm": "compile the kernels ahead of the first use",
    "doctor": "what this machine offers, and what is missing",
}

WINDOWS = ("open", "present")  # once there is a window, a signal closes it (`app.window`)
STOPPED = "stopped; nothing was left half written"


class Parser(argparse.ArgumentParser):
    """argparse, except that a mistake is one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the mistake instead of printing a usage text."""
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except WorkError as error:
        return _say(reason(error), error.code)
    except BrokenPipeError:  # whoever read our output has heard enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _say(STOPPED, 130)
    except ImportError as error:
        if error.name and not error.name.startswith("PySide6") and ".so" not in str(error):
            raise
        return _say(f"Qt cannot start here: {reason(error)}; `ravine doctor` says what to do", 1)


def _run(words: list[str]) -> int:
    _stand_somewhere()
    name = words[0] if words else "open"
    if name in ("-h", "--help"):
        print(usage())
        return 0
    if name == "--version":
        print(f"ravine {VERSION}")
        return 0
    if name in COMMANDS:
        words = words[1:]
    else:
        _refuse_typing_error(name)
        name = "open"
    if name == "open":
        gc.disable()  # nothing that a start loads is garbage; the window turns it on again once its first picture is painted
    try:
        return _command(name, words)
    finally:
        gc.enable()


def _command(name: str, words: list[str]) -> int:
    with _ended_by(_leave):
        module = _module(name)
    parser = Parser(prog=f"ravine {name}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    module.arguments(parser)
    with _ended_by(_leave if name in WINDOWS else _stop):
        return int(module.run(parser.parse_args(words)))


def usage() -> str:
    """The help of the program as a whole."""
    lines = [f"  ravine {name:8} {summary}" for name, summary in COMMANDS.items()]
    return "\n".join(
        [
            "Ravine shows how neural networks train.",
            "",
            "  ravine [SCENE]  open the window at a scene, a view (.ravine), a link or an exported file",
            "  ravine --reset  open it with defaults; what was remembered is kept aside",
            *lines[1:],
            "",
            "`ravine COMMAND --help` shows the options of a command. `ravine list` names the scenes.",
            "Exit codes: 0 done, 1 a claim or the work failed, 2 bad usage or bad input.",
        ]
    )


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"app.commands.{name}_command")


def _refuse_typing_error(word: str) -> None:
    """`ravine exprot` means a command, not a scene."""
    near = difflib.get_close_matches(word, COMMANDS, 1, 0.75)
    if near and "-" not in word:
        raise UsageError(f"there is no command or scene called {word!r}; did you mean `ravine {near[0]}`?")


def _stand_somewhere() -> None:
    """Python cannot load everything from a folder that is gone."""
    try:
        os.getcwd()
    except OSError as error:
        raise WorkError(f"the folder this was started in cannot be found any more ({reason(error)}); go to another") from error


@contextlib.contextmanager
def _ended_by(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Meanwhile Ctrl+C and a polite kill call this."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, before in previous.items():
            signal.signal(number, before)


def _stop(number: int, frame: FrameType | None) -> None:
    """A polite kill ends the work as Ctrl+C does: nothing half written stays."""
    raise KeyboardInterrupt


def _leave(number: int, frame: FrameType | None) -> None:
    """End at once: nothing is written yet. An exception would be lost where it comes amid what Qt's bindings set up."""
    os.write(2, f"ravine: {STOPPED}\n".encode())
    os._exit(130)


def _say(sentence: str, code: int) -> int:
    print(f"ravine: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
