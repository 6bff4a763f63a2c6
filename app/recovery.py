"""Recovery: brings what went wrong, now or the last time, into the bar of the window, and keeps the view for the next start."""

from pathlib import Path

from app.fault_details import details, shortened
from app.faults import Fault, Faults
from app.keeping.autosave import Autosave
from app.keeping.sentinel import Crash
from app.keeping.start import Start
from app.main_window import Window
from app.notices import Notice
from app.share.shown import shown

LARGEST_TRACE = 1 << 16  # characters of a crash log that are copied


def attach(faults: Faults, window: Window) -> None:
    """Show what nobody caught in the bar of this window, and take what the session caught for its scene."""

    def tell(fault: Fault) -> None:
        view = shown(window.session)
        window.notices.tell(Notice(fault.sentence, "bad", lambda: details(fault.sentence, fault.trace, view)))

    faults.happened.connect(tell)
    window.session.failed.connect(faults.report)


def keep(begun: Start, window: Window, note: str) -> Autosave:
    """Say what the start found, and write down what is shown from now on."""
    autosave = Autosave(window.session, begun.sentinel, begun.session_path, window, begun.offered)
    autosave.failed.connect(lambda sentence: window.notices.tell(Notice(sentence)))
    if begun.crash is not None:
        window.notices.tell(offer(begun.crash, begun, window))
    for sentence in filter(None, (note, *begun.told)):
        window.notices.tell(Notice(sentence))
    autosave.save()
    return autosave


def offer(crash: Crash, begun: Start, window: Window) -> Notice:
    """What a crash of the last time cost (nothing), where its log is, and the way back to what was shown."""
    times = "twice" if crash.row == 2 else f"{crash.row} times"
    parts = [
        f"Ravine ended unexpectedly {times} in a row, so it starts clean." if begun.clean else "Ravine ended unexpectedly."
    ]
    view = begun.offered
    parts.append("What was shown is kept." if view is not None else "Nothing was lost: nothing was shown yet.")
    parts.append(
        f"The crash log is {short(crash.trace)}."
        if crash.trace is not None
        else "It was ended from outside: there is no crash log."
    )
    sentence = " ".join(parts)

    def copied() -> str:
        trace = crash.trace.read_text(encoding="utf-8", errors="replace")[:LARGEST_TRACE] if crash.trace is not None else ""
        return details(sentence, shortened(trace), None)

    return Notice(
        sentence,
        details=copied if crash.trace is not None else None,
        act=("Restore", lambda: window.sharer.open_name(str(view))) if view is not None else None,
    )


def short(path: Path) -> str:
    """A path as people write it, from their home."""
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)
