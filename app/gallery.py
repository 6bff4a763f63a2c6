"""Gallery: every scene by chapter, and the lessons, and a field to search them by what they are about."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.keys import claimed
from app.session import Session
from app.style import px
from scenes.scene import Scene

SLUG = Qt.ItemDataRole.UserRole
LESSON = "lesson:"  # before the slug of a lesson


class SceneList(QListWidget):
    """Chapters and scenes. Up, Down and Enter are its own while it has the focus."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(False)
        self.setSpacing(1)
        self.itemClicked.connect(self._choose)

    def _choose(self, item: QListWidgetItem) -> None:
        slug = item.data(SLUG)
        if slug:
            self.chosen.emit(str(slug))

    def event(self, event: QEvent) -> bool:
        """Keep Up and Down from changing the speed."""
        return claimed(event, (Qt.Key.Key_Up, Qt.Key.Key_Down)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the scene."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self._choose(self.currentItem())
        else:
            super().keyPressEvent(event)


class Search(QLineEdit):
    """The field; Down goes on into the list, Esc clears it."""

    down = Signal()
    given_up = Signal()

    def event(self, event: QEvent) -> bool:
        """Esc, Up and Down are the field's own."""
        return claimed(event, (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down to the list, Esc away."""
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class Gallery(QWidget):
    """The left-hand side of the window. `searched`: a scene was chosen, or the search given up."""

    searched = Signal()
    lesson_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.lessons: dict[str, tuple[str, str]] = {}
        self.setObjectName("gallery")
        self.setAccessibleName("Gallery")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = Search(self)
        self.search.setPlaceholderText("Search scenes   Ctrl K")
        self.search.setAccessibleName("Search scenes")
        self.list = SceneList(self)
        self.list.setAccessibleName("Scenes")
        self.none = QLabel("No scene matches.", self)
        self.none.setProperty("role", "muted")
        self.none.setContentsMargins(10, 8, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 14, 10, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.none)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._open_first)
        self.search.down.connect(self._into_list)
        self.search.given_up.connect(self.searched)
        self.list.chosen.connect(self._open)
        session.changed.connect(self._follow)
        self._fill()

    def matches(self, scene: type[Scene[Any, Any]]) -> bool:
        """Whether every word that was typed occurs in title, question or chapter."""
        text = f"{scene.title} {scene.question} {scene.chapter()}".casefold()
        return all(word in text for word in self.search.text().casefold().split())

    def shown(self) -> list[str]:
        """The slugs in the list."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return [str(item.data(SLUG)) for item in items if item.data(SLUG)]

    def _fill(self) -> None:
        self.list.clear()
        chapter = ""
        for slug, scene in self.session.scenes.items():
            if not self.matches(scene):
                continue
            if scene.chapter() != chapter:
                chapter = scene.chapter()
                self.list.addItem(self._chapter(chapter))
            item = QListWidgetItem(scene.title)
            item.setData(SLUG, slug)
            item.setToolTip(scene.question)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, scene.question)
            self.list.addItem(item)
        self._fill_lessons()
        self.none.setVisible(self.list.count() == 0)
        self._mark()

    def offer(self, lessons: dict[str, tuple[str, str]]) -> None:
        """List these lessons too: by slug, title and what it is about."""
        self.lessons = lessons
        self._fill()

    def _fill_lessons(self) -> None:
        words = self.search.text().casefold().split()
        found = {
            slug: (title, about)
            for slug, (title, about) in self.lessons.items()
            if all(word in f"{title} {about} lesson".casefold() for word in words)
        }
        if found:
            self.list.addItem(self._chapter("lessons"))
        for slug, (title, about) in found.items():
            item = QListWidgetItem(title)
            item.setData(SLUG, f"{LESSON}{slug}")
            item.setToolTip(about)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, f"Lesson. {about}")
            self.list.addItem(item)

    def _chapter(self, chapter: str) -> QListWidgetItem:
        item = QListWidgetItem(chapter.upper())
        font = QFont(self.font())
        font.setPixelSize(px(self.session, 12))
        font.setWeight(QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 109)
        item.setFont(font)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _follow(self, what: frozenset[str]) -> None:
        if what & {"scenes", "theme"}:
            self._fill()
        elif "scene" in what:
            self._mark()

    def _mark(self) -> None:
        scene = self.session.pair.single if self.session.pair is not None else self.session.scene
        for number in range(self.list.count()):
            item = self.list.item(number)
            if scene is not None and item.data(SLUG) == scene.slug():
                self.list.setCurrentItem(item)
                return
        self.list.setCurrentRow(-1)

    def _into_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.TabFocusReason)
        if self.list.currentItem() is None and self.list.count() > 1:
            self.list.setCurrentRow(1)

    def _open_first(self) -> None:
        if self.search.text().strip() and self.shown():
            self._open(self.shown()[0])
            self.search.clear()

    def _open(self, slug: str) -> None:
        if slug.startswith(LESSON):
            self.lesson_chosen.emit(slug.removeprefix(LESSON))
            QTimer.singleShot(0, self.search, self.search.clear)
            self.searched.emit()
            return
        scene = self.session.scenes[slug]
        if scene is not self.session.scene or self.session.aside:  # what was set aside is tried anew
            self.session.open(scene)
        QTimer.singleShot(0, self.search, self.search.clear)  # not now: the list is still busy with the click on its item
        self.searched.emit()
