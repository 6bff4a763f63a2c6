"""View: what a person sees and can hand on: a scene, its knobs and seed, the frame it stands at, and the look.

It has three homes that can be read back: a file of its own (`view_file`), a link (`link`), and the metadata of every picture
and film that is exported (`provenance`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.failure import UsageError, one_line
from app.provenance import Provenance
from core.params import ParamError, Params
from core.simulation import Simulation

LARGEST = 2**63 - 1  # of seeds and frames

Find = Callable[[str], Simulation[Any, Any]]  # from a slug; a `UsageError` says that there is none


@dataclass(frozen=True)
class View:
    """A scene's slug with every knob and the seed.

    frame: where it stands; None: at the start, ready to play.
    theme: the name of a theme, which may be one that is not known here; None: nothing is said about the look.
    note:  what whoever opens it should know, e.g. that defaults have changed since; mostly empty.
    """

    slug: str
    params: Params
    seed: int = 0
    frame: int | None = None
    theme: str | None = None
    note: str = ""


def checked_slug(value: object) -> str:
    """`value` as the slug of a scene, or of a pair of its runs; it need not exist."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9-]{0,79}(\+\+?[a-z][a-z0-9_]{0,79})?", value):
        raise UsageError(f"scene: {shown(value)} is not the name of a scene")
    return value


def checked_number(name: str, value: object) -> int:
    """`value` as a seed or a frame."""
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise UsageError(f"{name}: {shown(value)} is not a whole number from 0 to {LARGEST}")
    return value


def checked_theme(value: object) -> str:
    """`value` as the name of a theme, which need not exist."""
    if not isinstance(value, str) or not re.fullmatch("[a-z][a-z0-9_-]{0,39}", value):
        raise UsageError(f"theme: {shown(value)} is not the name of a theme")
    return value


def shown(value: object) -> str:
    """`value` quoted for a sentence, cut to fit."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a whole number of thousands of digits, which Python does not write; lists in lists
        return "what stands there"
    return text if len(text) <= 60 else f"{text[:57]}..."


def of_provenance(made: Provenance, find: Find) -> View:
    """The view that an exported file shows."""
    frame, theme = made.drawing.get("frame"), made.drawing.get("theme")
    try:
        return View(
            slug=made.slug,
            params=find(checked_slug(made.slug)).params.from_mapping(made.params),
            seed=made.seed,
            frame=None if frame is None else checked_number("frame", frame),
            theme=None if theme is None else checked_theme(theme),
        )
    except ParamError as error:
        raise UsageError(one_line(str(error))) from error
