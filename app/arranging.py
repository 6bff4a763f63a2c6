"""Arranging: which rows and sides of the window are shown, and how large, by the room there is and what was asked for."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.settings import Settings
from app.style import px

if TYPE_CHECKING:
    from app.main_window import Window

ROOMY = 1400  # from this width on there is room for the gallery without asking
NARROW = 1200  # below this width the stage needs the room of the knobs too: its letters would be too small beside them
LOW = 800  # below this height every row takes less
LEAST = 300  # pixels of the stage's width for which one side gives way to the other
SIGHT = 90  # pixels of the stage's height for which a long notice gives way
FLAT = 480  # below this height the top bar has one line
TALL = 860  # from this height on there is room for a line above the stage


class Arranging:
    """The window's rows and sides.

    gallery_wish: whether the gallery was asked for or sent away; None: neither, the room decides
    panel_wish:   the same of the knobs
    gallery_lent: the gallery was brought up for a search only
    """

    def __init__(self, window: "Window", settings: Settings) -> None:
        self._window = window
        self.gallery_wish, self.panel_wish = settings.gallery, settings.panel
        self.gallery_lent = False
        self._last_side = "gallery"  # which of the two was asked for last: there may not be room for both

    def arrange(self) -> None:
        """Show what there is room and wish for; presenting, the stage alone."""
        window = self._window
        shown = not window.presenter.on or window.presenter.desk is not None
        self._sides(shown)
        self._rows(shown)
        window.classroom.arrange(alone=not shown)
        if window.notices.isVisibleTo(window):
            self._make_room_for_notice()

    def _sides(self, shown: bool) -> None:
        """Gallery and knobs."""
        window, grown = self._window, partial(px, self._window.session)
        roomy, narrow = window.width() >= grown(ROOMY), window.width() < grown(NARROW)
        window.gallery.setFixedWidth(grown(232 if roomy else 200))
        window.panel.setFixedWidth(grown(316 if roomy else 292))
        wished = self.gallery_lent or (roomy if self.gallery_wish is None else self.gallery_wish)
        knobs = not narrow if self.panel_wish is None else self.panel_wish
        crowded = wished and knobs and window.width() - window.gallery.width() - window.panel.width() < LEAST
        first = self.gallery_lent or self._last_side == "gallery"
        window.gallery.setVisible(shown and wished and (first or not crowded))
        window.panel.setVisible(shown and knobs and not (first and crowded))
        window.topbar.set_narrow(narrow)
        window.topbar.brand.setFixedWidth(window.gallery.width() - 60 if window.gallery.isVisibleTo(window) else grown(80))

    def _rows(self, shown: bool) -> None:
        """What stands above and below the stage."""
        window, grown = self._window, partial(px, self._window.session)
        for widget in (window.topbar, window.timeline, window.status):
            widget.setVisible(shown)
        window.notices.setVisible(shown and window.notices.current is not None)
        low, flat = window.height() < grown(LOW), window.height() < grown(FLAT)
        window.topbar.set_flat(flat)
        window.topbar.setFixedHeight(grown(44 if flat else 52 if low else 64))
        window.status.setFixedHeight(grown(30 if low else 38))
        window.timeline.set_low(low)
        window.lead.setVisible(shown and window.height() >= grown(TALL) and window.classroom.talk is None)
        for spacer, share in ((0, 1), (window.middle.count() - 1, 2)):  # the room left over goes around the stage
            window.middle.setStretch(spacer, share if shown else 0)

    def _make_room_for_notice(self) -> None:
        """A long notice scrolls, and in the smallest window with the largest letters it stands in for the caption."""
        window = self._window
        taken = sum(max(row.minimumHeight(), row.sizeHint().height()) for row in (window.topbar, window.timeline))
        left = window.height() - taken - SIGHT
        left -= window.notices.fit(window.width(), min(left, window.height() // 3))
        window.status.setVisible(left >= window.status.minimumHeight())

    def toggle_gallery(self) -> None:
        """Show or hide the scenes."""
        self.gallery_wish, self.gallery_lent = not self._window.gallery.isVisibleTo(self._window), False
        self._last_side = "gallery"
        self.arrange()

    def toggle_panel(self) -> None:
        """Show or hide the knobs; at the desk, knobs or notes."""
        window = self._window
        if window.presenter.desk is not None:
            window.presenter.desk.turn_side()
            return
        self.panel_wish = not window.panel.isVisibleTo(window)
        self._last_side = "panel"
        self.arrange()

    def search(self) -> None:
        """Go to the search field."""
        window = self._window
        if window.presenter.on:
            window.presenter.toggle()
        self.gallery_lent = not window.gallery.isVisible() or self.gallery_lent
        self.arrange()
        window.gallery.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        window.gallery.search.selectAll()

    def searched(self) -> None:
        """The search is over: back to the stage, and the gallery goes again if it was not there before."""
        self.gallery_lent = False
        self.arrange()
        self._window.view.setFocus(Qt.FocusReason.OtherFocusReason)
