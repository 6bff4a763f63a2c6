"""Discovery: every scene there is, found by walking the package.

One function for the gallery, the command line, the tests and the installer; there is no list to edit. A file that cannot
be imported stops them all, except the window, which does without that scene and says so.
"""

import contextlib
import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import scenes
from core.pair import JOINT
from core.params import ParamError
from scenes.pair import paired
from scenes.scene import Scene

CHAPTERS = ("units", "optimizers", "depth", "normalization", "regularization")


class UnknownSceneError(LookupError):
    """No scene has this slug. The message is one sentence for a person."""


@cache
def modules() -> tuple[str, ...]:
    """The dotted names of every module that holds a scene, sorted."""
    found = []
    for chapter in pkgutil.iter_modules(scenes.__path__, "scenes."):
        if chapter.ispkg and chapter.name != "scenes.kit":
            package = importlib.import_module(chapter.name)
            found += [module.name for module in pkgutil.iter_modules(package.__path__, f"{chapter.name}.")]
    return tuple(sorted(found))


@cache
def survey() -> tuple[dict[str, type[Scene[Any, Any]]], dict[str, Exception]]:
    """Scene classes by slug, in the order of the chapters, then of the cards; and why modules could not be imported."""
    found: list[type[Scene[Any, Any]]] = []
    broken: dict[str, Exception] = {}
    for name in modules():
        try:
            found += _scenes_of(name)
        except Exception as error:  # whatever a scene does while it is imported, the others can still be shown
            broken[name] = error
    order = {chapter: number for number, chapter in enumerate(CHAPTERS)}
    beyond = (99,)  # scenes that answer no card come after those that do
    found.sort(key=lambda scene: (order.get(scene.chapter(), len(order)), scene.cards or beyond, scene.slug()))
    return {scene.slug(): scene for scene in found}, broken


def _scenes_of(name: str) -> list[type[Scene[Any, Any]]]:
    """The scenes that the module `name` defines."""
    members = inspect.getmembers(importlib.import_module(name), inspect.isclass)
    return [member for _, member in members if issubclass(member, Scene) and member.__module__ == name]


def alone(slug: str) -> type[Scene[Any, Any]] | None:
    """The scene with this slug by its file's name, without importing any other; None if there is none, or it is broken."""
    file = slug.replace("-", "_")
    for name in modules():
        if name.rpartition(".")[2] == file:
            with contextlib.suppress(Exception):
                return next((scene for scene in _scenes_of(name) if scene.slug() == slug), None)
    return None


class Shelf(Mapping[str, type[Scene[Any, Any]]]):
    """Scenes by slug, each imported when it is asked for. Going through it shows those that were asked for so far."""

    def __init__(self) -> None:
        self._taken: dict[str, type[Scene[Any, Any]]] = {}

    def __getitem__(self, slug: str) -> type[Scene[Any, Any]]:
        if slug not in self._taken:
            scene = alone(slug)
            if scene is None:
                raise KeyError(slug)
            self._taken[slug] = scene
        return self._taken[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._taken)

    def __len__(self) -> int:
        return len(self._taken)


def all_scenes() -> dict[str, type[Scene[Any, Any]]]:
    """Scene classes by slug, every one of them: what kept a module from being imported is raised."""
    found, broken = survey()
    for error in broken.values():
        raise error
    return found


def find(slug: str, known: Mapping[str, type[Scene[Any, Any]]] | None = None) -> type[Scene[Any, Any]]:
    """The scene with this slug among `known` (all there are), or `UnknownSceneError` with the nearest name.

    `SCENE+KNOB` is its pair of runs that differ in this knob, `SCENE++KNOB` with one laid over the other.
    """
    single, joint, knob = slug.partition(JOINT)
    if known is None:
        scene = alone(single)
        known = all_scenes() if scene is None else {single: scene}
    elif isinstance(known, Shelf) and single not in known:
        known = survey()[0]
    if slug in known:
        return known[slug]
    if joint and single in known:
        try:
            return paired(known[single], knob.removeprefix(JOINT), over=knob.startswith(JOINT))
        except ParamError as error:
            raise UnknownSceneError(f"{single} has no pair of that kind: {error}") from error
    near = difflib.get_close_matches(slug, known, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else "`ravine list` shows them all"
    raise UnknownSceneError(f"there is no scene called {slug!r}; {hint}")
