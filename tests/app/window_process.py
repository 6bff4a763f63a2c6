"""A window in a process of its own, over the toy scenes; it says what it shows, and does what a line on its input asks for."""

import json
import sys
import threading
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app import starting, window
from app.main_window import Window
from app.share import link
from app.share.shown import shown
from tests.app.toy_scene import SCENES


class Ears(QObject):
    """Brings lines of the input to the UI thread."""

    heard = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.heard.connect(self.act)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.heard.emit(line.strip())

    def act(self, line: str) -> None:
        found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Window)]
        if not found:
            say(shown=None)
            return
        opened = found[0]
        word, _, more = line.partition(" ")
        if word == "look":
            view = shown(opened.session)
            say(
                shown=link.text(view) if view is not None and opened.session.recording is not None else None,
                playing=opened.session.playing,
                theme=opened.session.theme_name,
                notices=[notice.text for notice in opened.notices._waiting],
                message=opened.session.message,
                width=opened.width(),
            )
        elif word == "open":
            opened.sharer.open_name(more)
        elif word == "theme":
            opened.session.set_theme(more)
        elif word == "resize":
            opened.resize(int(more), 700)
        elif word == "act":
            opened.notices.action.click()
        elif word == "close":
            opened.close()


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def main() -> int:
    window.Shelf = lambda: dict(SCENES)  # type: ignore[attr-defined, assignment, return-value]
    starting.survey = lambda: (dict(SCENES), {})  # type: ignore[attr-defined, assignment]
    starting.ready = lambda slug: True  # type: ignore[attr-defined]
    app = window.application()
    ears = Ears()
    app.aboutToQuit.connect(ears.deleteLater)
    if sys.argv[1:] == ["fails"]:
        window.recovery.attach = lambda *_: 1 // 0  # type: ignore[attr-defined]
    return window.run(*sys.argv[1:] if sys.argv[1:] != ["fails"] else ())


if __name__ == "__main__":
    sys.exit(main())
