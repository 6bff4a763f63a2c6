"""A race: up to four optimizers on one surface or on a person's own f(x, y), from one start or from a cloud of thousands."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from core.claims import Claim
from core.proofs import race as proving
from core.race.ground import Ground
from core.race.knobs import TUNING_STARTS, RaceParams
from core.race.minima import LowPoints, low_points, reached, settled
from core.race.racers import hyper
from core.race.recording import PENDING, QUARTILES, RaceRecording
from core.race.running import in_pieces, losses
from core.race.scoring import arrivals
from core.race.starts import at_random, cells, evenly
from core.race.step_times import nanoseconds
from core.race.tuning import Tuned, search
from core.recording import F64, I64, Ending, Outcome
from core.simulation import Simulation, Work, finished

SLUG = "race"
LARGE = 1e100  # a loss beyond this was on its way out of float64
PIECE = 1024  # starts, or cells of the map, between two moments at which one may stop


def starts_of(params: RaceParams, seed: int) -> F64:
    """Where the runs begin, (n, 2): one start where the knobs say, several over the domain."""
    if params.starts == 1:
        return np.array([[params.start_x, params.start_y]])
    domain = params.ground.domain
    return evenly(params.starts, domain) if params.scatter == "evenly" else at_random(params.starts, domain, seed)


def gradually(params: RaceParams, seed: int) -> Work[RaceRecording]:
    """The race in pieces: first the searches of a fair one, then the runs, then the map of basins behind them."""
    racers, ground = params.racers, params.ground
    starts, low = starts_of(params, seed), low_points(ground)
    lengths = RaceRecording.lengths(params)
    cell_count = lengths["row"] * lengths["column"]
    total = len(racers) * (lengths["trial"] * min(len(starts), TUNING_STARTS) + len(starts) + cell_count)
    done = 0.0
    found: list[Tuned] = []
    for method in racers:
        if params.fair:
            for tuned in _search(params, ground, method, starts, low):
                done += min(len(starts), TUNING_STARTS)
                yield min(done / total, 1.0)
                if tuned is not None:
                    found.append(tuned)
    rates = tuple(tuned.best for tuned in found) if params.fair else (params.learning_rate,) * len(racers)

    path = np.empty((len(racers), lengths["step"], len(starts), 2))
    quartiles = np.empty((len(racers), lengths["step"], len(QUARTILES)))
    arrival, basin, rest = np.empty((3, len(racers), len(starts)), dtype=np.int64)
    loss = np.empty(path.shape[1:3])
    gradients, endings = [], []
    for number, (method, rate) in enumerate(zip(racers, rates, strict=True)):
        numbers = hyper(method, rate, params.momentum, params.weight_decay)
        taken, undefined = 0, np.zeros(len(starts), dtype=np.int64)
        for price in in_pieces(ground, method, numbers, starts, params.steps_taken, path[number], loss, PIECE, undefined):
            taken += price
            done += min(PIECE, len(starts))
            yield min(done / total, 1.0)
        quartiles[number] = _quartiles(loss)
        arrival[number] = arrivals(loss, low.floor)
        basin[number] = reached(path[number, -1], low.minima, ground.domain)
        yield min(done / total, 1.0)
        rest[number] = settled(path[number], basin[number], low.minima, ground.domain)
        gradients.append(taken)
        endings.append(_ending(loss, path[number], arrival[number], undefined))

    columns = ("rates", "steps", "losses")
    trials = [np.array([getattr(t, name) for t in found]).reshape(len(racers), lengths["trial"]) for name in columns]
    recording = RaceRecording(
        params=params,
        seed=seed,
        endings=tuple(endings),
        path=path,
        loss=quartiles,
        arrival=arrival,
        basin=basin,
        settled=rest,
        basin_map=np.full((len(racers), lengths["row"], lengths["column"]), PENDING, dtype=np.int64),
        trial_rate=trials[0],
        trial_steps=trials[1],
        trial_loss=trials[2],
        racers=racers,
        rates=rates,
        minima=low.minima,
        lowest=low.lowest,
        floor=low.floor,
        gradients=tuple(gradients),
        tuning_gradients=tuple(tuned.gradients for tuned in found) if params.fair else (0,) * len(racers),
        step_nanoseconds=tuple(nanoseconds(method, ground) for method in racers),
    )
    yield recording
    if cell_count:
        maps = recording.basin_map.copy()
        for number, (method, rate) in enumerate(zip(racers, rates, strict=True)):
            for _ in _map(params, ground, method, rate, low, maps[number]):
                done += min(PIECE, cell_count)
                yield min(done / total, 1.0)
        yield replace(recording, basin_map=maps)


def simulate(params: RaceParams, seed: int) -> RaceRecording:
    """The whole race."""
    return finished(gradually(params, seed))


def _search(params: RaceParams, ground: Ground, method: str, starts: F64, low: LowPoints) -> Iterator[Tuned | None]:
    """The search of one racer, from at most `TUNING_STARTS` of the starts."""
    chosen = starts[picked(len(starts))]

    def trial(rate: float) -> tuple[F64, int]:
        numbers = hyper(method, rate, params.momentum, params.weight_decay)
        return losses(ground, method, numbers, chosen, params.steps_taken)

    return search(trial, low.floor, params.trials)


def picked(count: int) -> I64:
    """Which of `count` starts a search is made from: all, or `TUNING_STARTS` of them far apart in their list.

    Multiples of the golden ratio are spread evenly and, unlike even steps, in step with no number of starts a row.
    """
    if count < 4 * TUNING_STARTS:
        return np.linspace(0, count - 1, min(count, TUNING_STARTS)).astype(np.int64)
    shares = np.arange(TUNING_STARTS) * (0.5 * (5.0**0.5 - 1.0)) % 1.0
    return np.sort((shares * count).astype(np.int64))


def _map(params: RaceParams, ground: Ground, method: str, rate: float, low: LowPoints, basins: I64) -> Iterator[None]:
    """Fill the map of basins (rows, columns) of one racer, a piece at a time."""
    x, y = np.meshgrid(*cells(ground.domain, basins.shape[1]))
    middles = np.stack((x.ravel(), y.ravel()), axis=1)
    ends, loss = np.empty((1, len(middles), 2)), np.empty((1, len(middles)))
    numbers = hyper(method, rate, params.momentum, params.weight_decay)
    for _ in in_pieces(ground, method, numbers, middles, params.steps_taken, ends, loss, PIECE):
        yield
    basins[:] = reached(ends[0], low.minima, ground.domain).reshape(basins.shape)


def _quartiles(loss: F64) -> F64:
    """Quartiles (T+1, 3) over the starts of losses (T+1, n): the values below which a quarter, a half, three quarters lie."""
    count = loss.shape[1]
    if count == 1:
        return np.repeat(loss, len(QUARTILES), axis=1)
    places = [(count - 1) * part // 4 for part in (1, 2, 3)]
    ordered = np.partition(np.where(np.isnan(loss), np.inf, loss), places, axis=1)[:, places]
    return np.where(np.isinf(ordered), np.nan, ordered)


def _ending(loss: F64, path: F64, arrival: I64, undefined: I64) -> Ending:
    """How one racer's runs (T+1, n) ended, taken together: a failure only if all of them failed, then that of the last one."""
    steps, failed = len(loss) - 1, np.isnan(loss[-1])
    if failed.all():
        first = np.argmax(np.isnan(loss), axis=0)
        last = int(np.argmax(first))
        step = int(first[last])
        # An expression may just stop being defined, as a logarithm does; a loss beyond all bounds ends as inf − inf, too.
        left = bool(undefined[last]) and (step == 0 or abs(loss[step - 1, last]) < LARGE)
        return Ending(Outcome.LEFT_DOMAIN if left else Outcome.DIVERGED, step)
    if len(failed) == 1:
        if arrival[0] > 0:
            return Ending(Outcome.CONVERGED, int(arrival[0]))
        moved = np.flatnonzero((path[1:, 0] != path[:-1, 0]).any(axis=1))
        rested = int(moved[-1]) + 1 if moved.size else 0
        if rested < steps:
            return Ending(Outcome.STUCK, rested)
    return Ending(Outcome.COMPLETED, steps)


def claims(recording: RaceRecording) -> Iterable[Claim]:
    """What theory says about exactly this race."""
    yield from proving.about(SLUG, recording)


def proofs() -> Iterable[Claim]:
    """The experiments of `ravine verify`."""
    yield from proving.prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=RaceParams,
    recording=RaceRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    gradually=gradually,
)
