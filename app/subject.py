"""Subject: what a picture, a film or a data file is of: a scene, its knobs and a seed."""

import argparse
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import provenance, simulations
from app.failure import UsageError
from app.room import refuse_too_large
from core.params import ParamError, Params
from core.recording import Recording
from core.simulation import Simulation

OPENING = "momentum-ravine"  # the scene the program opens with
LARGEST_SEED = 2**63 - 1


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
    """The simulation with this slug; a `UsageError` names the nearest."""
    simulation = simulations.alone(slug)
    if simulation is not None:
        return simulation
    try:
        known = simulations.all_simulations()
    except Exception:
        known, _ = simulations.survey()
        if slug not in known:  # it may be the one that is broken
            raise
    if slug in known:
        return known[slug]
    near = difflib.get_close_matches(slug, known, 1, 0.5)
    raise UsageError(
        f"there is no scene called {slug!r}; {f'did you mean {near[0]}?' if near else '`ravine list` shows them all'}"
    )


def subject(name: str, settings: Sequence[str] = (), seed: int | None = None) -> Subject:
    """The subject that a person named: a scene's slug, or a file that was exported, with `name=value` texts on top."""
    try:
        if provenance.is_file_name(name):
            made = provenance.read(Path(name))
            base = from_values(made.slug, made.params, made.seed)
            turned = {setting.partition("=")[0].strip() for setting in settings}
            parsed = type(base.params).parse(settings)
            params = base.params.replace(**{name: value for name, value in parsed.values().items() if name in turned})
            return Subject(base.slug, params, base.seed if seed is None else seed)
        return Subject(name, find(name).params.parse(settings), seed or 0)
    except ParamError as error:
        raise UsageError(str(error)) from error


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
    if not 0 <= seed <= LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{text} is outside 0 to {LARGEST_SEED}")
    return seed
