"""Shown: the view that a session shows now."""

from typing import Any

from app.failure import UsageError
from app.session import Session
from app.share.view import Find, View
from core.simulation import Simulation
from scenes import discovery
from scenes.theme import THEMES


def shown(session: Session) -> View | None:
    """The view; None as long as there is no scene."""
    if session.scene is None:
        return None
    frame = session.k if session.recording is not None else session.at
    return View(session.scene.slug(), session.params, session.seed, frame, session.theme_name)


def finder(session: Session) -> Find:
    """Finds the simulations of the scenes that this window has."""

    def find(slug: str) -> Simulation[Any, Any]:
        try:
            return discovery.find(slug, session.scenes).simulation
        except discovery.UnknownSceneError as error:
            raise UsageError(str(error)) from error

    return find


def remarks(view: View) -> list[str]:
    """What whoever opens a view in the window should know."""
    unknown = view.theme is not None and view.theme not in THEMES
    look = f"There is no theme called {view.theme!r} here; the look stays as it is." if unknown else ""
    return [said for said in (view.note, look) if said]


def show(session: Session, view: View) -> None:
    """Open a view in the window."""
    session.open(discovery.find(view.slug, session.scenes), view.params, view.seed, view.frame)
    if view.theme is not None:
        session.set_theme(view.theme)
