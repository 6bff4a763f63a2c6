"""Races: the same runs as single walks, fair searches, starts, minima and arrivals, each against something simple."""

import itertools
import math

import numpy as np
import pytest

from core.optimizers import METHODS, Hyper
from core.proofs.race import AS_EXPRESSION, tang_ridge
from core.race.ground import OWN, ground
from core.race.knobs import MAP_STEPS, MOST_STARTS, MOST_STEPS, TUNING_STARTS, RaceParams, suggested
from core.race.minima import NOWHERE, Minimum, low_points, reached, settled
from core.race.racers import hyper, line_up
from core.race.recording import PENDING, RaceRecording
from core.race.running import BLOCK, in_pieces, losses
from core.race.scoring import NEVER, arrivals, score
from core.race.starts import at_random, cell_rows, cells, evenly
from core.race.step_times import BEYOND, PLAIN, nanoseconds
from core.race.tuning import HIGHEST_RATE, LOWEST_RATE, Tuned, coarse_rates, search
from core.recording import F64, Outcome
from core.simulations.race import SIMULATION, gradually, picked, simulate
from core.surfaces import NAMES, named
from core.walk import walk

UNIT = (-1.0, 1.0, -1.0, 1.0)


def run(surface: str, method: str, numbers: Hyper, starts: F64, steps: int, text: str = "") -> tuple[F64, F64]:
    path, loss = np.empty((steps + 1, len(starts), 2)), np.empty((steps + 1, len(starts)))
    list(in_pieces(ground(surface, text=text), method, numbers, starts, steps, path, loss, 2 * BLOCK))
    return path, loss


# -- runs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sgd", "nesterov", "adam", "nadam", "lion"])
def test_a_cloud_is_many_walks(method: str) -> None:
    starts = at_random(2 * BLOCK + 3, named("himmelblau").domain, 3)
    numbers = hyper(method, 0.01, 0.9, 0.0)
    path, loss = run("himmelblau", method, numbers, starts, 30)
    for i in (0, BLOCK - 1, BLOCK, 2 * BLOCK + 2):
        alone = walk(method, "himmelblau", (starts[i, 0], starts[i, 1]), numbers, 30)
        assert path[:, i].tobytes() == alone.path.tobytes()
        assert loss[:, i].tobytes() == alone.loss.tobytes()
    ends, last = np.empty((1, len(starts), 2)), np.empty((1, len(starts)))
    list(in_pieces(ground("himmelblau"), method, numbers, starts, 30, ends, last, 100))
    assert ends[0].tobytes() == path[-1].tobytes()
    assert last[0].tobytes() == loss[-1].tobytes()


def test_a_surface_written_down_gives_the_same_run() -> None:
    starts = np.array([[-0.5, -4.5], [1.0, 2.0]])
    for method in ("momentum", "nesterov", "adamw"):
        numbers = hyper(method, 0.002, 0.9, 0.01)
        built, _ = run("himmelblau", method, numbers, starts, 60)
        written, _ = run(OWN, method, numbers, starts, 60, AS_EXPRESSION["himmelblau"])
        np.testing.assert_allclose(written, built, atol=1e-9)


def test_every_gradient_is_counted() -> None:
    starts = at_random(300, UNIT, 0)
    assert losses(ground("saddle"), "nesterov", hyper("nesterov", 0.1, 0.9, 0.0), starts, 7)[1] == 2100


def test_after_a_failure_nothing_is_a_number() -> None:
    path, loss = run("rosenbrock", "sgd", hyper("sgd", 1.0, 0.9, 0.0), np.array([[-1.2, 1.0], [1.0, 1.0]]), 20)
    failed = int(np.argmax(np.isnan(loss[:, 0])))
    assert 1 < failed < 20
    assert np.isnan(path[failed:, 0]).all()
    assert np.isfinite(path[:failed, 0]).all()
    assert (path[:, 1] == 1.0).all()  # its neighbour rests at the minimum


# -- starts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 7, 100, 101, 997, 10_000])
@pytest.mark.parametrize("domain", [UNIT, (-4.0, 4.0, -1.0, 1.0), (0.0, 1.0, 5.0, 25.0)])
def test_starts_are_spread_over_the_whole_domain(count: int, domain: tuple[float, float, float, float]) -> None:
    starts = evenly(count, domain)
    assert starts.shape == (count, 2)
    assert len(np.unique(starts, axis=0)) == count
    x_low, x_high, y_low, y_high = domain
    x, y = (starts[:, 0] - x_low) / (x_high - x_low), (starts[:, 1] - y_low) / (y_high - y_low)
    assert x.min() > 0.0
    assert x.max() < 1.0
    assert y.min() > 0.0
    assert y.max() < 1.0
    if count >= 100:
        quarters = np.histogram2d(x, y, bins=2, range=[[0, 1], [0, 1]])[0]
        assert quarters.min() > 0.19 * count


def test_a_square_number_of_starts_mirrors_itself_to_the_bit() -> None:
    starts = evenly(2500, UNIT)
    for other in (-starts, starts[:, ::-1]):
        assert np.array_equal(starts[np.lexsort(starts.T)], other[np.lexsort(other.T)])


def test_random_starts_follow_the_seed_alone() -> None:
    few, many = at_random(10, UNIT, 4), at_random(1000, UNIT, 4)
    assert np.array_equal(few, many[:10])
    assert not np.array_equal(few, at_random(10, UNIT, 5))
    assert np.abs(many).max() < 1.0
    assert np.abs(many.mean(axis=0)).max() < 0.06  # three standard errors


def test_cells_tile_the_domain() -> None:
    domain = (-4.0, 4.0, 0.0, 2.0)
    x, y = cells(domain, 16)
    assert (len(x), len(y)) == (16, cell_rows(domain, 16))
    np.testing.assert_allclose(np.diff(x), 0.5)
    np.testing.assert_allclose(np.diff(y), 0.5)
    np.testing.assert_allclose([x[0], x[-1], y[0], y[-1]], [-3.75, 3.75, 0.25, 1.75])


# -- minima and basins -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_catalogues_lowest_points_are_found(name: str) -> None:
    low = low_points(ground(name))
    known = named(name).minima
    assert np.isfinite(low.lowest) == bool(known)
    for x, y in known:
        assert min(math.hypot(x - m.x, y - m.y) for m in low.minima) < 1e-5
    deeper = np.diff([m.loss for m in low.minima])
    assert (deeper > -1e-5 * max(np.abs(deeper).max(initial=0.0), 1.0)).all()  # the deepest first, but for rounding
    if not known:
        assert low.minima == ()
        assert low.floor < 0.0


@pytest.mark.parametrize(
    ("name", "count"),
    [("himmelblau", 4), ("styblinski_tang", 4), ("three_hump_camel", 3), ("goldstein_price", 4), ("rastrigin", 121)],
)
def test_all_the_minima_there_are(name: str, count: int) -> None:
    assert len(low_points(ground(name)).minima) == count


@pytest.mark.parametrize(
    ("text", "minima", "lowest"),
    [
        ("(x - 1)**2 + 30*(y + 2)**2", [(1.0, -2.0)], 0.0),
        ("x**4 + y**4 - 3", [(0.0, 0.0)], -3.0),  # no curvature at the bottom
        ("abs(x - 0.3) + 2*abs(y + 1.7)", [(0.3, -1.7)], 0.0),  # no gradient
        ("sqrt((x - 2)**2 + y**2)", [(2.0, 0.0)], 0.0),
        ("(1 - x)**2 + 100*(y - x**2)**2", [(1.0, 1.0)], 0.0),  # where a grid sees a minimum at every bend of the valley
        ("(x + y)**2 + 0.001*(x - y)**2", [(0.0, 0.0)], 0.0),
        ("x**3 - 3*x + y**2", [(1.0, 0.0)], -math.inf),
        ("(x**2 + y**2 - 4)**2", [], 0.0),  # a ring of lowest points
        ("x**2", [], 0.0),  # a line of them
        ("abs(x - y)", [], 0.0),
        ("7", [], 7.0),
        ("x - y", [], -math.inf),
        ("1/x", [], -math.inf),
        ("log(x)", [], -math.inf),
    ],
)
def test_minima_of_an_own_surface(text: str, minima: list[tuple[float, float]], lowest: float) -> None:
    low = low_points(ground(OWN, text=text))
    assert len(low.minima) == len(minima)
    for found, (x, y) in zip(low.minima, minima, strict=True):
        np.testing.assert_allclose([found.x, found.y], [x, y], atol=3e-3 if "**4" in text else 1e-4)
    np.testing.assert_allclose(low.lowest, lowest, atol=1e-8)


def test_a_surface_that_is_nowhere_defined_has_no_low_points() -> None:
    low = low_points(ground(OWN, text="log(-1 - x**2)"))
    assert low.minima == ()
    assert math.isnan(low.floor)


def test_an_end_belongs_to_the_minimum_beside_it() -> None:
    minima = (Minimum(0.0, 0.0, 0.0), Minimum(0.04, 0.0, 1.0), Minimum(5.0, 5.0, 2.0))
    ends = np.array([[0.0, 0.01], [0.019, 0.0], [0.021, 0.0], [5.1, 5.1], [5.5, 5.5], [np.nan, np.nan], [0.02, 0.5]])
    found = reached(ends, minima, (-10.0, 10.0, -10.0, 10.0))
    assert found.tolist() == [0, 0, 1, 2, NOWHERE, NOWHERE, NOWHERE]
    assert reached(ends, (), UNIT).tolist() == [NOWHERE] * 7


def test_settling_means_staying() -> None:
    minima = (Minimum(0.0, 0.0, 0.0), Minimum(3.0, 0.0, 0.0))
    away, one, other = [9.0, 0.0], [0.01, 0.0], [3.0, 0.01]
    path = np.array([[away, one, one, other], [one, one, away, one], [one, one, one, one]])
    basin = np.array([0, 0, 0, NOWHERE])
    assert settled(path, basin, minima, (-5.0, 5.0, -5.0, 5.0)).tolist() == [1, 0, 2, NOWHERE]
    assert settled(path, np.array([0, 0, 0, 0]), minima, (-5.0, 5.0, -5.0, 5.0)).tolist() == [1, 0, 2, 1]


def test_the_ridge_of_styblinski_and_tang() -> None:
    ridge = tang_ridge()
    assert abs(4 * ridge**3 - 32 * ridge + 5) < 1e-12
    assert 6 * ridge**2 - 16 < 0


# -- arrivals and the search -------------------------------------------------------------------------------------------


def test_arriving_means_staying() -> None:
    loss = np.array(
        [
            [8.0, 8.0, 8.0, 8.0, 2.0, np.nan],
            [0.0, 4.0, 0.001, 8.0, 2.0, np.nan],  # the first one shoots past
            [5.0, 0.001, 0.001, np.nan, 2.0, np.nan],
            [0.0, 0.001, 0.008, np.nan, 2.0, np.nan],
        ]
    )
    assert arrivals(loss, 0.0).tolist() == [3, 2, 1, NEVER, NEVER, NEVER]
    assert arrivals(loss, 2.0).tolist()[4] == 0  # it began at the lowest value there is


def test_a_score_counts_starts_first_and_losses_then() -> None:
    home, late, near, far = ([9.0, 0.0, 0.0], [9.0, 9.0, 0.0], [9.0, 9.0, 0.1], [9.0, 9.0, 5.0])
    failed = [9.0, np.nan, np.nan]

    def of(*runs: list[float]) -> tuple[float, float]:
        return score(np.array(runs).T, 0.0)

    assert of(home) < of(late) <= of(near) < of(far) < of(failed)
    assert of(home, home, failed) < of(late, late, late)
    assert of(failed)[1] == math.inf


@pytest.mark.parametrize("trials", [8, 24, 48])
@pytest.mark.parametrize("valley", [3e-7, 0.0021, 0.02, 0.06, 2.0])
def test_a_search_keeps_to_its_budget_and_finds_the_valley(trials: int, valley: float) -> None:
    asked: list[float] = []

    def trial(rate: float) -> tuple[F64, int]:
        asked.append(rate)
        return np.array([[100.0], [50.0 + abs(math.log10(rate / valley))]]), 10

    *pauses, found = search(trial, 0.0, trials)
    assert pauses == [None] * trials
    assert isinstance(found, Tuned)
    assert (len(asked), found.gradients) == (trials, 10 * trials)
    assert found.rates.tolist() == asked
    coarse = coarse_rates(trials)
    np.testing.assert_allclose(coarse[[0, -1]], [LOWEST_RATE, HIGHEST_RATE])
    fine = (coarse[1] / coarse[0]) ** (2.0 / (trials - len(coarse) + 1))
    assert 1 / fine < found.best / valley < fine
    assert found.best == asked[int(np.argmin(found.losses))]


def test_a_search_at_the_edge_stays_inside() -> None:
    for sign in (1.0, -1.0):
        *_, found = search(lambda rate, sign=sign: (np.array([[100.0], [50 + sign * math.log10(rate)]]), 1), 0.0, 16)  # type: ignore[misc]
        assert isinstance(found, Tuned)
        assert found.rates.min() >= LOWEST_RATE
        assert found.rates.max() <= HIGHEST_RATE
        assert found.best == (LOWEST_RATE if sign > 0 else HIGHEST_RATE)


# -- the whole ---------------------------------------------------------------------------------------------------------


def test_racers_race_once_and_with_their_own_numbers() -> None:
    assert line_up("adam", "none", "adam", "sgd") == ("adam", "sgd")
    assert hyper("rmsprop", 0.1, 0.9, 0.5) == Hyper(learning_rate=0.1, momentum=0.9, beta2=0.99)
    assert hyper("adamw", 0.1, 0.9, 0.5).weight_decay == 0.5
    assert (hyper("lion", 0.1, 0.9, 0.5).beta2, hyper("adadelta", 1.0, 0.9, 0.5).epsilon) == (0.99, 1e-6)


def test_a_step_has_a_time_for_every_method_and_surface() -> None:
    assert set(BEYOND) == set(METHODS)
    assert set(PLAIN) == set(NAMES)
    assert nanoseconds("adam", ground("beale")) == PLAIN["beale"] + BEYOND["adam"]
    short, long = (nanoseconds("sgd", ground(OWN, text=text)) for text in ("x", "sin(x) + exp(y) + x*y"))
    assert 0.0 < short < long


def test_no_race_is_too_large() -> None:
    sizes = [
        RaceRecording.size(
            RaceParams(starts=starts, steps=steps, second="adam", third="lion", fourth="qhm", basins=True, fair=True)
        )
        for starts, steps in itertools.product((1, 100, 1000, MOST_STARTS), (1, 200, 2000))
    ]
    assert max(sizes) < 2**28
    for params in (RaceParams(starts=MOST_STARTS, steps=2000), RaceParams(starts=1, steps=2000, basins=True)):
        assert params.starts * params.steps_taken <= MOST_STEPS
        rows = cell_rows(params.ground.domain, params.map_columns) if params.basins else 0
        assert rows * params.map_columns * params.steps_taken <= 1.1 * MAP_STEPS


@pytest.mark.parametrize("count", [1, 31, 32, 33, 100, 127, 128, 900, 1024, 2500, 10_000])
def test_a_search_is_made_from_starts_all_over_the_map(count: int) -> None:
    chosen = picked(count)
    assert len(np.unique(chosen)) == len(chosen) == min(count, TUNING_STARTS)
    assert chosen.min() >= 0
    assert chosen.max() < count
    if count >= 900:
        x, y = evenly(count, UNIT)[chosen].T
        assert np.histogram2d(x, y, bins=2)[0].min() >= 4
        assert abs(np.corrcoef(x, y)[0, 1]) < 0.5


def test_pieces_fill_in_what_is_missing() -> None:
    params = RaceParams(surface="himmelblau", starts=50, basins=True, fair=True, learning_rate=0.01, steps=60)
    pieces = list(gradually(params, 0))
    shares = [piece for piece in pieces if isinstance(piece, float)]
    assert shares == sorted(shares)
    first, last = (piece for piece in pieces if isinstance(piece, RaceRecording))
    assert (first.basin_map == PENDING).all()
    assert (last.basin_map != PENDING).all()
    assert first.path is last.path
    assert last is pieces[-1]


def test_the_map_of_basins_is_made_of_runs() -> None:
    params = RaceParams(surface="himmelblau", second="adam", third="none", basins=True, learning_rate=0.01, steps=150)
    recording = simulate(params, 0)
    low = low_points(params.ground)
    x, y = cells(params.ground.domain, recording.basin_map.shape[2])
    for racer, method in enumerate(recording.racers):
        for row, column in ((0, 0), (30, 7), (63, 90), (119, 119)):
            end = walk(method, "himmelblau", (x[column], y[row]), hyper(method, 0.01, 0.9, 0.01), 150).path[-1:]
            assert recording.basin_map[racer, row, column] == reached(end, low.minima, params.ground.domain)[0]


def test_quartiles_are_those_of_the_starts() -> None:
    params = RaceParams(surface="himmelblau", starts=41, learning_rate=0.03, second="none", third="none", steps=20)
    recording = simulate(params, 0)
    _, loss = run("himmelblau", "sgd", hyper("sgd", 0.03, 0.9, 0.01), evenly(41, named("himmelblau").domain), 20)
    assert 0 < np.isnan(loss[-1]).sum() < 15  # some of them failed, and count as the highest
    ordered = np.sort(np.where(np.isnan(loss), np.inf, loss), axis=1)[:, [10, 20, 30]]
    np.testing.assert_array_equal(recording.loss[0], np.where(np.isinf(ordered), np.nan, ordered))


@pytest.mark.parametrize(
    ("values", "outcome", "step"),
    [
        ({"surface": "rosenbrock", "learning_rate": 1.0, "start_x": -1.2, "start_y": 1.0}, Outcome.DIVERGED, None),
        ({"surface": "himmelblau", "learning_rate": 0.01, "start_x": -0.5, "start_y": -4.5}, Outcome.CONVERGED, 8),
        ({"learning_rate": 1e-6}, Outcome.COMPLETED, 200),
        ({"surface": OWN, "formula": "log(x) + y**2", "start_x": 1.0, "learning_rate": 0.1}, Outcome.LEFT_DOMAIN, None),
        ({"surface": OWN, "formula": "log(x)", "start_x": -1.0}, Outcome.LEFT_DOMAIN, 0),
        ({"surface": OWN, "formula": "3"}, Outcome.STUCK, 0),
        ({"surface": OWN, "formula": "step(x)*3 + 0*y", "start_x": 2.0}, Outcome.STUCK, 0),
        ({"surface": OWN, "formula": "exp(x**2)", "start_x": 3.0, "learning_rate": 10.0}, Outcome.DIVERGED, 1),
    ],
)
def test_how_a_race_ends(values: dict[str, float | str], outcome: Outcome, step: int | None) -> None:
    recording = simulate(RaceParams.from_mapping({"second": "none", "third": "none", **values}), 0)
    (ending,) = recording.endings
    assert ending.outcome is outcome, ending
    if step is not None:
        assert ending.step == step
    if ending.failed:
        assert np.isnan(recording.path[0, ending.step :]).all()
        assert np.isfinite(recording.path[0, : ending.step]).all()


@pytest.mark.parametrize("surface", [*NAMES, OWN])
def test_suggested_settings_are_worth_watching(surface: str) -> None:
    recording = simulate(RaceParams.from_mapping({"surface": surface, **suggested(surface)}), 0)
    ended = [ending.outcome for ending in recording.endings]
    if named(surface).minima if surface != OWN else True:
        assert Outcome.DIVERGED not in ended
        assert recording.loss[:, -1, 1].min() < 0.6 * recording.loss[0, 0, 1]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"fair": True},
        {"surface": "quadratic", "third": "nesterov", "learning_rate": 0.03, "start_x": -8.0, "start_y": 3.0},
        {"surface": "three_hump_camel", "starts": 400, "fair": True, "learning_rate": 0.02},
        {"surface": "styblinski_tang", "starts": 400, "learning_rate": 0.005},
        {"surface": OWN, "starts": 30, "scatter": "at_random"},
        {"surface": OWN, "formula": "sin(x)*cos(y) + abs(x)/10 + max(y, x)**2/20"},
    ],
)
def test_claims_of_a_race_hold(values: dict[str, float | str]) -> None:
    recording = simulate(RaceParams.from_mapping(values), 1)
    claims = list(SIMULATION.claims(recording))
    assert claims
    for claim in claims:
        assert claim.holds, f"{claim.name}: predicted {claim.predicted}, measured {claim.measured}"
    names = " ".join(claim.name for claim in claims)
    assert ("same budget" in names) == recording.params.fair
    assert ("spectral radius" in names) == (recording.params.surface == "quadratic")
    assert ("your f(x, y)" in names) == (recording.params.surface == OWN)
    assert ("mirror" in names) == (recording.params.surface in ("three_hump_camel", "styblinski_tang"))
    assert ("short steps" in names) == (recording.params.surface == "styblinski_tang")


def test_nothing_is_claimed_of_a_gradient_that_is_nowhere() -> None:
    recording = simulate(RaceParams(surface=OWN, formula="log(-1 - x**2)"), 1)
    assert [claim.name for claim in SIMULATION.claims(recording)] == ["every racer takes one gradient a step"]


def test_a_racer_that_is_there_after_one_step_has_no_rate() -> None:
    params = RaceParams(surface="quadratic", condition=1.0, learning_rate=1 / 25, start_x=-8.0, start_y=3.0, third="none")
    recording = simulate(params, 1)
    assert recording.racers == ("sgd", "momentum")
    assert (recording.path[0, 1:] == 0.0).all()
    assert [claim.name.partition(":")[0] for claim in SIMULATION.claims(recording) if "radius" in claim.name] == ["momentum"]
