"""Top bar: the name, the question of the scene, the themes, help, and the ways to share, export and present."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.folding import fold
from app.icons import icon
from app.keys import KEYS, keep_space
from app.session import Session
from app.style import px
from scenes.theme import THEMES

QUESTION = 90  # pixels that the question has at least
SHARING = {  # by action
    "save": "Save …",
    "open": "Open …",
    "copy link": "Copy link",
    "paste": "Open from the clipboard",
    "add slide": "Add as a slide …",
}


class Elided(QLabel):
    """A line of text that ends in … where there is no room; its tooltip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""

    def show_text(self, text: str) -> None:
        """Show as much of `text` as fits."""
        self._whole = text
        self._fit()

    def wanted(self) -> int:
        """How wide all of it is."""
        return self.fontMetrics().horizontalAdvance(self._whole) + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text anew."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """It can shrink to nothing."""
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        fitted = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width() - 2, 0))
        self.setText(fitted)
        self.setToolTip("" if fitted == self._whole else self._whole)
        self.setAccessibleName(self._whole)


class TopBar(QWidget):
    """The row above everything."""

    present = Signal()
    help = Signal()
    gallery = Signal()
    panel = Signal()
    export = Signal()
    preferences = Signal()
    share = Signal(str)  # one of `SHARING`

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._lesson = ""
        self._narrow = self._tight = False
        self.setObjectName("topbar")
        self.setAccessibleName("Top bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 16, 4)
        row.setSpacing(8)
        self.gallery_button = self._tool(row, "gallery", "Show or hide the scenes (F2)", self.gallery)
        brand = QLabel("Ravine", self)
        brand.setObjectName("brand")
        self.brand = brand
        row.addWidget(brand)
        words = QVBoxLayout()
        words.setSpacing(1)
        self.headline = Elided(self)
        self.headline.setObjectName("headline")
        self.subtitle = Elided(self)
        self.subtitle.setProperty("role", "muted")
        words.addWidget(self.headline)
        words.addWidget(self.subtitle)
        row.addLayout(words, 1)
        self.themes = QButtonGroup(self)
        for number, name in enumerate(THEMES, start=1):
            button = QPushButton(name.capitalize(), self)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setAccessibleName(f"{name.capitalize()} theme")
            button.setToolTip(f"{name.capitalize()} theme (Ctrl+{number})")
            button.clicked.connect(lambda _=False, n=name: session.set_theme(n))
            keep_space(button)
            self.themes.addButton(button)
            row.addWidget(button)
        row.addSpacing(6)
        self.preferences_button = self._tool(row, "preferences", "Preferences (Ctrl+,)", self.preferences)
        self.help_button = self._tool(row, "help", "Every key (?)", self.help)
        self.panel_button = self._tool(row, "panel", "Show or hide the knobs (F3)", self.panel)
        row.addSpacing(6)
        row.addWidget(self._sharing())
        export = self.export_button = QPushButton("Export …", self)
        export.setAccessibleName("Export")
        export.setToolTip("A film, picture, figure or data of what is shown (Ctrl+E)")
        export.clicked.connect(self.export)
        keep_space(export)
        row.addWidget(export)
        primary = self.primary = QPushButton("Present  F5", self)
        primary.setObjectName("primary")
        primary.setAccessibleName("Present")
        primary.setToolTip("The stage alone, for an audience (F5; Esc leaves)")
        primary.clicked.connect(self.present)
        keep_space(primary)
        row.addWidget(primary)
        session.changed.connect(self._follow)
        self._follow(frozenset({"scene", "theme"}))

    def _sharing(self) -> QPushButton:
        """The button with its menu, which names the keys."""
        button = self.share_button = QPushButton(self)
        button.setAccessibleName("Share")
        button.setToolTip("Save, open, or copy a link of what is shown")
        menu = self.share_menu = QMenu(button)
        menu.setAccessibleName("Share")
        keys = {key.action: key.keys[0] for key in KEYS}
        for action, words in SHARING.items():
            menu.addAction(f"{words}\t{keys[action]}").triggered.connect(lambda _=False, a=action: self.share.emit(a))
        button.clicked.connect(
            lambda: menu.popup(button.mapToGlobal(QPoint(button.width() - menu.sizeHint().width(), button.height() + 4)))
        )
        keep_space(button)
        return button

    def _show_sharing(self) -> None:
        """The button by its name, or as a small picture where there is hardly room for the question."""
        self._show_button(self.share_button, "Share", "share", small=self._narrow)

    def _show_exporting(self, *, small: bool) -> None:
        self._tight = small
        self._show_button(self.export_button, "Export …", "export", small=small)

    def _show_button(self, button: QPushButton, words: str, picture: str, *, small: bool) -> None:
        button.setText("" if small else words)
        button.setIcon(icon(picture, self.session.theme.color("text")) if small else QIcon())
        button.setFixedWidth(44 if small else button.sizeHint().width())

    def _tool(self, row: QHBoxLayout, name: str, tip: str, signal: SignalInstance) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("icon name", name)
        button.setProperty("role", "plain")
        button.setFixedSize(34, 34)
        button.setIconSize(QSize(20, 20))
        button.setToolTip(tip)
        button.setAccessibleName(tip.split(" (")[0])
        button.clicked.connect(signal)
        keep_space(button)
        row.addWidget(button)
        return button

    def set_narrow(self, narrow: bool) -> None:
        """Leave room for the question; the knobs are put away then, so the button that brings them back says its name."""
        self.brand.setVisible(not narrow)
        self.primary.setText("Present" if narrow else "Present  F5")
        self._narrow = narrow
        self._show_sharing()
        self._fit()

    def set_flat(self, flat: bool) -> None:
        """Take less height: the question without its subtitle."""
        self.subtitle.setHidden(flat)

    def _fit(self) -> None:
        """Where even that is too much: the themes go (they are among the preferences), then words and the help (a key)."""
        room = self.width() - px(self.session, QUESTION)
        themes = self.themes.buttons()
        self._show_knobs(words=self._narrow)
        self._show_exporting(small=False)
        fold(self._row, room, (themes,))
        if self._row.minimumSize().width() > room and self._narrow:
            self._show_knobs(words=False)
            fold(self._row, room, (themes, (self.help_button,)))
            self._show_exporting(small=self._row.minimumSize().width() > room)
        else:
            self.help_button.show()

    def _show_knobs(self, *, words: bool) -> None:
        button = self.panel_button
        button.setText(" Knobs" if words else "")
        button.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        button.setFixedWidth(button.sizeHint().width() + 10 if words else 34)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._fit()

    def _follow(self, what: frozenset[str]) -> None:
        session = self.session
        if "theme" in what:
            for button in (self.gallery_button, self.preferences_button, self.help_button, self.panel_button):
                button.setIcon(icon(button.property("icon name"), session.theme.color("muted")))
            self._show_sharing()
            self._show_exporting(small=self._tight)
            for choice in self.themes.buttons():
                choice.setChecked(choice.text().lower() == session.theme_name)
        if "scene" in what:
            self._name()

    def show_lesson(self, title: str) -> None:
        """Bear a lesson's title instead of the scene's question; empty: the question again."""
        self._lesson = title
        self._name()

    def _name(self) -> None:
        scene = self.session.scene
        if scene is not None:
            self.headline.show_text(self._lesson or scene.question)
            chapter = "Lesson" if self._lesson else scene.chapter().capitalize()
            self.subtitle.show_text(f"{chapter} · {scene.title}")
