"""Every scene with its knobs: name, values it takes, and what it does; and every lesson."""

import argparse
import json
import sys
from typing import Any

from app.lessons.lesson import Lesson
from app.lessons.library import library
from core.params import Knob
from core.recording import plain
from scenes import discovery
from scenes.scene import Scene


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="for programs: one JSON document")


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    found, lessons = discovery.all_scenes().values(), library()
    for why in lessons.broken.values():
        print(f"ravine: {why}", file=sys.stderr)
    if options.json:
        listed = {"scenes": [described(s) for s in found], "lessons": [outlined(x) for x in lessons.lessons.values()]}
        print(json.dumps(listed, ensure_ascii=False))
        return 0
    chapter = ""
    for scene in found:
        if scene.chapter() != chapter:
            chapter = scene.chapter()
            print(chapter.capitalize())
        print(f"  {scene.slug():24} {scene.title}: {scene.question}")
        for knob in scene.simulation.params.knobs():
            print(f"      {knob.name} = {knob.default}  ({knob.range_text()})  {knob.help}")
    print("Lessons")
    for lesson in lessons.lessons.values():
        print(f"  {lesson.slug:24} {lesson.title}, {len(lesson.slides)} slides: {lesson.about}".rstrip(": "))
    return 0


def outlined(lesson: Lesson) -> dict[str, Any]:
    """A lesson as the JSON shows it."""
    return {"slug": lesson.slug, "title": lesson.title, "cards": list(lesson.cards), "slides": len(lesson.slides)}


def described(scene: type[Scene[Any, Any]]) -> dict[str, Any]:
    """A scene as the JSON shows it."""
    return {
        "slug": scene.slug(),
        "title": scene.title,
        "chapter": scene.chapter(),
        "cards": list(scene.cards),
        "params": [_knob(knob) for knob in scene.simulation.params.knobs()],
    }


def _knob(knob: Knob) -> dict[str, Any]:
    return {
        "name": knob.name,
        "type": knob.kind,
        "default": plain(knob.default),
        "low": knob.low,
        "high": knob.high,
        "choices": list(knob.choices),
    }
