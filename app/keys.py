"""Keys: one table of every key with what it does; the window binds it and the help shows it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget


@dataclass(frozen=True)
class Key:
    """Keys that do one thing. `presenting`: only while presenting; `lesson`: only while a lesson is open, or both."""

    action: str  # the name under which the window knows what to do
    keys: tuple[str, ...]
    says: str
    group: str
    presenting: bool = False
    lesson: bool = False


KEYS = (
    Key("toggle", ("Space",), "Play or pause", "Time"),
    Key("forward", ("Right",), "One step on", "Time"),
    Key("back", ("Left",), "One step back", "Time"),
    Key("start", ("Home",), "To the start", "Time"),
    Key("end", ("End",), "To the end", "Time"),
    Key("faster", ("Up",), "Faster", "Time"),
    Key("slower", ("Down",), "Slower", "Time"),
    Key("search", ("Ctrl+K",), "Search the scenes", "Window"),
    Key("reset", ("R",), "Reset every knob", "Window"),
    Key("compare", ("Ctrl+D",), "Two runs, A and B, and back to one", "Window"),
    Key("gallery", ("F2",), "Show or hide the scenes", "Window"),
    Key("panel", ("F3",), "Show or hide the knobs", "Window"),
    Key("studio", ("Ctrl+1",), "Studio theme", "Window"),
    Key("paper", ("Ctrl+2",), "Paper theme", "Window"),
    Key("projector", ("Ctrl+3",), "Projector theme", "Window"),
    Key("full screen", ("F11",), "Full screen", "Window"),
    Key("larger text", ("Ctrl++", "Ctrl+="), "Larger text", "Window"),
    Key("smaller text", ("Ctrl+-",), "Smaller text", "Window"),
    Key("preferences", ("Ctrl+,",), "Preferences: size of text, motion", "Window"),
    Key("help", ("?", "F1"), "This list", "Window"),
    Key("save", ("Ctrl+S",), "Save as a file", "Share"),
    Key("open", ("Ctrl+O",), "Open a file", "Share"),
    Key("copy link", ("Ctrl+Shift+L",), "Copy a link", "Share"),
    Key("paste", ("Ctrl+V",), "Open what was copied", "Share"),
    Key("add slide", ("Ctrl+Shift+S",), "Add this view as a slide to a lesson", "Share"),
    Key("export", ("Ctrl+E",), "Export a film, picture, figure or data", "Export"),
    Key("copy frame", ("Ctrl+Shift+C",), "Copy the frame, as picture and SVG", "Export"),
    Key("present", ("F5",), "Present, and back", "Presenting"),
    Key("escape", ("Esc",), "Leave", "Presenting"),
    Key("on", ("PgDown",), "On (clicker)", "Presenting", presenting=True, lesson=True),
    Key("before", ("PgUp",), "Back (clicker)", "Presenting", presenting=True, lesson=True),
    Key("take back", ("Backspace",), "Forget the last prediction", "Presenting", lesson=True),
    *(Key(f"slide {n}", (str(n),), "To this slide" if n == 1 else "", "Presenting", lesson=True) for n in range(1, 10)),
    Key("black", ("B", "."), "Black screen, and back", "Presenting", presenting=True),
    Key("white", ("W",), "White screen, and back", "Presenting", presenting=True),
    Key("pointer", ("L",), "Light pointer; pressed, it draws", "Presenting", presenting=True),
    Key("spotlight", ("S",), "Spotlight", "Presenting", presenting=True),
    Key("erase", ("E",), "Erase what was drawn", "Presenting", presenting=True),
    Key("zoom", ("Z",), "Zoom to the pane, and back", "Presenting", presenting=True),
)
SHOWN = {"Right": "→", "Left": "←", "Up": "↑", "Down": "↓", "PgDown": "Page ↓", "PgUp": "Page ↑"}


ARROWS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class Shortcuts:
    """The table bound to a window."""

    def __init__(self, window: QWidget, actions: Mapping[str, Callable[[], object]]) -> None:
        self._at_times: list[tuple[QShortcut, Key]] = []
        for key in KEYS:
            for text in key.keys:
                shortcut = QShortcut(QKeySequence(text), window)
                shortcut.setAutoRepeat(key.action in ("forward", "back"))
                shortcut.activated.connect(actions[key.action])
                if key.presenting or key.lesson:
                    self._at_times.append((shortcut, key))
        self.allow(presenting=False, lesson=False)

    def allow(self, *, presenting: bool, lesson: bool) -> None:
        """Switch the keys that only work while presenting, or while a lesson is open."""
        for shortcut, key in self._at_times:
            shortcut.setEnabled((presenting and key.presenting) or (lesson and key.lesson))


def claimed(event: QEvent, keys: Collection[Qt.Key]) -> bool:
    """Whether this is one of `keys` on its way to become a shortcut; then the widget that asks keeps it for itself."""
    if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in keys:
        event.accept()
        return True
    return False


class _KeepsSpace(QObject):
    """Lets a button that was reached with Tab be pressed with Space, which plays everywhere else."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim Space before it becomes a shortcut."""
        return claimed(event, (Qt.Key.Key_Space,))


def keep_space(*buttons: QAbstractButton) -> None:
    """Let these buttons take the focus by Tab only, and be pressed with Space then."""
    for button in buttons:
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.installEventFilter(_KeepsSpace(button))
