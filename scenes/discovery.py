"""Discovery: every scene there is, found by walking the package.

One function for the gallery, the command line, the tests and the installer; there is no list to edit.
"""

import difflib
import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

import scenes
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
def all_scenes() -> dict[str, type[Scene[Any, Any]]]:
    """Scene classes by slug, in the order of the chapters, then of the cards."""
    found: list[type[Scene[Any, Any]]] = []
    for name in modules():
        module = importlib.import_module(name)
        for _, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, Scene) and member.__module__ == name:
                found.append(member)
    order = {chapter: number for number, chapter in enumerate(CHAPTERS)}
    found.sort(key=lambda scene: (order.get(scene.chapter(), len(order)), scene.cards, scene.slug()))
    return {scene.slug(): scene for scene in found}


def find(slug: str) -> type[Scene[Any, Any]]:
    """The scene with this slug, or `UnknownSceneError` with the nearest name."""
    known = all_scenes()
    if slug in known:
        return known[slug]
    near = difflib.get_close_matches(slug, known, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else "`ravine list` shows them all"
    raise UnknownSceneError(f"there is no scene called {slug!r}; {hint}")
