"""Subject: what a picture, a film or a data file is of: a scene, its knobs and a seed. Here what a person names becomes one."""

import argparse
import difflib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app import provenance, simulations
from app.failure import UsageError, one_line
from app.room import refuse_too_large
from app.share import link, view_file
from app.share.view import LARGEST, Find, View, of_provenance
from core.pair import JOINT, pair_of
from core.params import ParamError, Params
from core.recording import Recording
from core.simulation import Simulation

OPENING = "momentum-ravine"  # the scene the program opens with


@dataclass(frozen=True)
class Subject:
    """A scene's slug with the parameters and the seed to simulate it with."""

    slug: str
    params: Params
    seed: int = 0

    @property
    def simulation(self) -> Simulation[Any, Any]:
        """Its simulation."""
        return find(self.slug)

    def record(self) -> Recording:
        """Simulate it; a `UsageError` if that would take too much memory."""
        refuse_too_large(self.simulation, self.params)
        recording: Recording = self.simulation.simulate(self.params, self.seed)
        return recording


def find(slug: str) -> Simulation[Any, Any]:
    """The simulation with this slug, or of this pair (`SCENE+KNOB`); a `UsageError` names the nearest."""
    single, joint, knob = slug.partition(JOINT)
    alone = simulations.alone(single)
    try:
        known = simulations.all_simulations() if alone is None else {single: alone}
    except Exception:
        known, _ = simulations.survey()
        if slug not in known:  # it may be the one that is broken
            raise
    if slug in known:
        return known[slug]
    if joint and single in known:
        try:
            return replace(pair_of(known[single], knob.removeprefix(JOINT)), slug=slug)
        except ParamError as error:
            raise UsageError(f"{single} has no pair of that kind: {error}") from error
    near = difflib.get_close_matches(slug, known, 1, 0.5)
    raise UsageError(
        f"there is no scene called {slug!r}; {f'did you mean {near[0]}?' if near else '`ravine list` shows them all'}"
    )


def view(name: str, settings: Sequence[str] = (), seed: int | None = None, *, find: Find = find) -> View:
    """The view that a person named, with `name=value` texts on top: a scene's slug, a link, a view file, an exported file."""
    try:
        if link.is_link(name):
            base = link.read(name, find)
        elif name.lower().endswith(view_file.SUFFIX):
            base = view_file.read(Path(name), find)
        elif provenance.is_file_name(name):
            base = _exported(Path(name), find)
        else:
            base = View(name, find(name).params())
        turned = {setting.partition("=")[0].strip() for setting in settings}
        parsed = type(base.params).parse(settings).values()
        params = base.params.replace(**{name: value for name, value in parsed.items() if name in turned})
    except ParamError as error:
        raise UsageError(str(error)) from error
    return replace(base, params=params, seed=base.seed if seed is None else seed)


def _exported(path: Path, find: Find) -> View:
    made = provenance.read(path)
    try:
        return of_provenance(made, find)
    except UsageError as error:
        raise UsageError(one_line(f"{path}: {error}")) from error


def subject(name: str, settings: Sequence[str] = (), seed: int | None = None) -> Subject:
    """The subject of the view that a person named."""
    return of(view(name, settings, seed))


def of(view: View) -> Subject:
    """What a view is of."""
    return Subject(view.slug, view.params, view.seed)


def told(name: str, settings: Sequence[str] = (), seed: int | None = None) -> View:
    """The view that a person named, for a command: what is to be known about it goes to stderr."""
    found = view(name, settings, seed)
    if found.note:
        print(f"ravine: {found.note}", file=sys.stderr)
    return found


def from_values(slug: str, values: Mapping[str, object], seed: int) -> Subject:
    """The subject that a file describes with typed values."""
    try:
        return Subject(slug, find(slug).params.from_mapping(values), seed)
    except ParamError as error:
        raise UsageError(str(error)) from error


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options that choose knobs and seed."""
    parser.add_argument(
        "--set", dest="settings", metavar="NAME=VALUE", action="append", default=[], help="turn a knob; as often as needed"
    )
    parser.add_argument("--seed", type=seed_number, metavar="N", help="the key of every random number (0 if left out)")


def seed_number(text: str) -> int:
    """A seed typed by a person."""
    try:
        seed = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not 0 <= seed <= LARGEST:
        raise argparse.ArgumentTypeError(f"{text} is outside 0 to {LARGEST}")
    return seed
