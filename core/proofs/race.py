"""What holds of a race: its paths, its gradients, its fairness, and basins whose sizes are known beforehand."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.optimizers import METHODS, Hyper
from core.race.ground import OWN, Ground, ground
from core.race.minima import low_points, reached
from core.race.racers import hyper
from core.race.recording import RaceRecording
from core.race.running import in_pieces, losses
from core.race.starts import at_random, evenly
from core.race.tuning import Tuned, search
from core.recording import F64, I64
from core.surfaces import NAMES, eigenvalues, gradient, named, ravine_hessian, value
from core.theory import momentum as theory
from core.theory.measured_rate import measured_rate
from core.walk import walk

AS_EXPRESSION = {  # the catalogue in the language of expressions
    "quadratic": "0.5*(x**2 + 25*y**2)",
    "rosenbrock": "(1 - x)**2 + 100*(y - x**2)**2",
    "beale": "(1.5 - x*(1 - y))**2 + (2.25 - x*(1 - y**2))**2 + (2.625 - x*(1 - y**3))**2",
    "himmelblau": "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    "saddle": "x**2 - y**2",
    "monkey_saddle": "x**3 - 3*x*y**2",
    "rastrigin": "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
    "ackley": "20 + e - 20*exp(-0.2*sqrt(0.5*(x**2 + y**2))) - exp(0.5*(cos(2*pi*x) + cos(2*pi*y)))",
    "styblinski_tang": "0.5*(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)",
    "three_hump_camel": "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
    "goldstein_price": "(1 + (x+y+1)**2*(19 - 14*(x+y) + 3*(x+y)**2))"
    " * (30 + (2*x-3*y)**2*(18 - 16*(2*x-3*y) + 3*(2*x-3*y)**2))",
    "plateau": "sigmoid(-8*x)*(4 - 0.05*x) + sigmoid(8*x)*0.5*(x-2)**2 + 0.5*y**2",
}
MIXTURE = (  # every function of the language, within its domain
    "sin(x)*cos(y) + tan(x/4) + atan(x*y)",
    "exp(-x**2) + log(3 + x + y) + sqrt(4 + x*y)",
    "abs(x - 0.3)*tanh(y) + sinh(x/2) - cosh(y/2)",
    "sigmoid(x*y) + sign(x)*y + step(y)*x**2 + min(x, y**2) + max(x*y, 1)",
    "(2 + x)**y + (3 + y)**-2 + x**5/(2 + y**2)",
)
_SHARPEST_TANG = 134.0  # the largest curvature of Styblinski–Tang's quartic on its domain, 6·5² − 16
_MOST_POINTS = 200


def relative_difference(ground_: Ground, points: F64) -> float:
    """How far the gradient is from central differences at `points` (n, 2): the median of ‖∇f − difference‖/(‖∇f‖ + 10⁻³|f|).

    NaN where nothing is defined. A median, since at a corner no difference tells a derivative.
    """
    x, y = points.T
    f, g_x, g_y = ground_.at(x, y)
    h = 6e-6 * np.maximum(1.0, np.maximum(np.abs(x), np.abs(y)))
    with np.errstate(all="ignore"):
        d_x = (ground_.at(x + h, y)[0] - ground_.at(x - h, y)[0]) / ((x + h) - (x - h))
        d_y = (ground_.at(x, y + h)[0] - ground_.at(x, y - h)[0]) / ((y + h) - (y - h))
        off = np.hypot(g_x - d_x, g_y - d_y) / (np.hypot(g_x, g_y) + 1e-3 * np.abs(f) + 1e-12)
    known = off[np.isfinite(off)]
    return float(np.median(known)) if known.size else math.nan


def about(scene: str, recording: RaceRecording) -> Iterator[Claim]:
    """The claims about one race."""
    params = recording.params
    yield _counted(scene, "every racer takes one gradient a step", params.steps_taken * params.starts, recording.gradients)
    if params.fair:
        name = "every racer’s learning rate was tuned with the same budget of gradients"
        yield _counted(scene, name, params.tuning_gradients, recording.tuning_gradients)
    if params.surface == "quadratic" and params.starts == 1:
        yield from _rates(scene, recording)
    if params.surface == OWN:
        points = recording.path[0, :, 0] if params.starts == 1 else recording.path[0, 0]
        points = points[np.isfinite(points).all(axis=1)][:_MOST_POINTS]
        measured = relative_difference(params.ground, points)
        if not math.isnan(measured):
            yield _differences(scene, "the gradient of your f(x, y) agrees with differences where they ran", measured)
    if params.starts > 1:
        yield from _symmetry(scene, recording)


def _counted(scene: str, name: str, predicted: int, measured: tuple[int, ...]) -> Claim:
    return Claim(
        name=name,
        scene=scene,
        source="the definition of the methods; counted where gradients are taken, core/race/running.py",
        predicted=float(predicted),
        measured=float(max(measured, key=lambda count: abs(count - predicted))),
        tolerance=0.0,
        because="whole numbers; the racer farthest off is shown",
        comparison="absolute",
    )


def _differences(scene: str, name: str, measured: float) -> Claim:
    return Claim(
        name=name,
        scene=scene,
        source="Wengert 1964 (forward-mode dual numbers) against central differences",
        predicted=0.0,
        measured=measured,
        tolerance=1e-5,
        because="a difference over 1.2·10⁻⁵ rounds at 10⁻¹⁰ of the value and misses a sixth of h² times the third derivative",
        applies="at the median point",
        comparison="absolute",
    )


def _rates(scene: str, recording: RaceRecording) -> Iterator[Claim]:
    """On the quadratic, SGD, heavy ball and Nesterov shrink the error by the spectral radius."""
    params = recording.params
    xx, xy, yy = ravine_hessian(params.condition, params.rotation)
    for number, method in enumerate(recording.racers):
        known = {"nesterov_shifted": "nesterov"}.get(method, method)
        if (
            known not in theory.METHODS
            or params.steps_taken < 16
            or not _excited(params.rotation, params.start_x, params.start_y)
        ):
            continue
        measured = measured_rate(recording.path[number, :, 0], (0.0, 0.0), np.array([[xx, xy], [xy, yy]]))
        if not math.isnan(measured):
            yield Claim(
                name=f"{method}: the error shrinks by the spectral radius per step",
                scene=scene,
                source="Polyak 1964; Goh 2017 (corrected); core/theory/momentum.py",
                predicted=float(theory.rate(known, recording.rates[number], params.momentum, eigenvalues(params.condition))),
                measured=measured,
                tolerance=1e-4,
                because="near a double root, rounding of 1e-12 in the fitted recurrence moves the root by its square root",
                applies="quadratic, both eigenvectors excited, 16 steps or more",
            )


def _excited(rotation: float, x: float, y: float) -> bool:
    angle = math.radians(rotation)
    along, across = math.cos(angle) * x + math.sin(angle) * y, math.cos(angle) * y - math.sin(angle) * x
    return min(abs(along), abs(across)) > 1e-3 * math.hypot(along, across)


def _symmetry(scene: str, recording: RaceRecording) -> Iterator[Claim]:
    """Basins that mirror each other take equally many starts; SGD with short steps never leaves the basin it begins in."""
    params, starts, minima = recording.params, recording.path[0, 0], recording.minima
    places = np.array([(low.x, low.y) for low in minima]).reshape(-1, 2)
    mirrored = {"three_hump_camel": -starts, "styblinski_tang": starts[:, ::-1]}.get(params.surface)
    if mirrored is not None and _same_points(starts, mirrored):
        twins = -places if params.surface == "three_hump_camel" else places[:, ::-1]
        twin = [int(np.argmin(np.hypot(*(places - other).T))) for other in twins]
        pair = next((one, other) for one, other in enumerate(twin) if one < other)
        for number, method in enumerate(recording.racers):
            counts = [int(np.count_nonzero(recording.basin[number] == m)) for m in pair]
            yield _twins(scene, f"{method}: basins that mirror each other take equally many starts", counts)
    if params.surface == "styblinski_tang":
        for number, method in enumerate(recording.racers):
            if method == "sgd" and recording.rates[number] * _SHARPEST_TANG < 1.0:
                yield _stays(scene, starts, recording.basin[number], places)


def _same_points(one: F64, other: F64) -> bool:
    return bool(np.array_equal(one[np.lexsort(one.T)], other[np.lexsort(other.T)]))


def _twins(scene: str, name: str, counts: list[int]) -> Claim:
    return Claim(
        name=name,
        scene=scene,
        source="f(−x, −y) = f(x, y) or f(y, x) = f(x, y), and every method here keeps such a symmetry",
        predicted=float(counts[0]),
        measured=float(counts[1]),
        tolerance=0.0,
        because="floating point keeps these symmetries to the last bit",
        applies="starts with the same symmetry",
        comparison="absolute",
    )


def _stays(scene: str, starts: F64, basin: I64, places: F64) -> Claim:
    """Of the runs of SGD on Styblinski–Tang that arrived, how many arrived in another basin than the one they began in."""
    ridge = tang_ridge()
    arrived = basin >= 0
    ends = places[basin[arrived]]
    wrong = ((starts[arrived] < ridge) != (ends < ridge)).any(axis=1)
    return Claim(
        name="SGD with short steps ends in the basin it begins in",
        scene=scene,
        source="x − ηf′(x) grows with x where ηf″ < 1, so no run crosses the ridge, the middle root of 4x³ − 32x + 5",
        predicted=0.0,
        measured=float(np.count_nonzero(wrong)),
        tolerance=0.0,
        because="a count",
        applies="η below 1/134 on the domain",
        comparison="absolute",
    )


def tang_ridge() -> float:
    """Where Styblinski–Tang's quartic has its local maximum: the middle root of 4x³ − 32x + 5, 0.15673."""
    return float(np.sort(np.roots([4.0, 0.0, -32.0, 5.0]).real)[1])


def prove(scene: str) -> Iterator[Claim]:
    """Every claim of the scene that does not depend on its knobs."""
    yield from _expressions(scene)
    yield _same_paths(scene)
    yield from _fair(scene)
    yield from _clouds(scene)


def _expressions(scene: str) -> Iterator[Claim]:
    off_value = off_gradient = 0.0
    for name, text in AS_EXPRESSION.items():
        x, y = at_random(2000, named(name).domain, 5).T
        f, g_x, g_y = ground(OWN, text=text).at(x, y)
        code = named(name).code
        exact = np.array([value(code, a, b, 25.0, 0.0) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
        slopes = np.array([gradient(code, a, b, 25.0, 0.0) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
        off_value = max(off_value, float(np.max(np.abs(f - exact) / np.max(np.abs(exact)))))
        scale = np.max(np.hypot(*slopes.T))
        off_gradient = max(off_gradient, float(np.max(np.hypot(g_x - slopes[:, 0], g_y - slopes[:, 1]) / scale)))
    for what, measured in (("value", off_value), ("gradient", off_gradient)):
        yield Claim(
            name=f"the {len(NAMES)} surfaces written as expressions have the same {what}: largest difference",
            scene=scene,
            source="core/surfaces, whose gradients were derived by hand",
            predicted=0.0,
            measured=measured,
            tolerance=1e-14,
            because="the same function in another order of operations, a few dozen roundings of the largest value there is",
            comparison="absolute",
        )
    measured = max(relative_difference(ground(OWN, text=text), at_random(500, (-1.9, 1.9, -0.9, 1.9), 7)) for text in MIXTURE)
    yield _differences(scene, "the gradient by dual numbers agrees with differences, for every function", measured)


def _same_paths(scene: str) -> Claim:
    """All methods on all surfaces, side by side as in a cloud, against one recorded walk each."""
    different = 0
    for name in NAMES:
        starts = at_random(3, named(name).domain, 11)
        for method in METHODS:
            numbers = hyper(method, 0.01, 0.9, 0.01)
            path, loss = np.empty((41, 3, 2)), np.empty((41, 3))
            list(in_pieces(ground(name), method, numbers, starts, 40, path, loss, 2))
            for number, start in enumerate(starts.tolist()):
                alone = walk(method, name, (start[0], start[1]), numbers, 40)
                different += int(np.count_nonzero((path[:, number] != alone.path) & ~np.isnan(alone.path)))
    return Claim(
        name="a cloud’s runs are those of single starts, for every method on every surface: numbers that differ",
        scene=scene,
        source="core/descent.py",
        predicted=0.0,
        measured=float(different),
        tolerance=0.0,
        because="the same operations in the same order: the same bits",
        comparison="absolute",
    )


def _fair(scene: str) -> Iterator[Claim]:
    steep, starts, steps, trials = eigenvalues(25.0)[1], np.array([[-8.0, 3.0]]), 400, 48
    ravine = ground("quadratic", 25.0, 0.0)
    prices = []
    for method in ("sgd", "momentum", "adam"):

        def trial(rate: float, method: str = method) -> tuple[F64, int]:
            return losses(ravine, method, hyper(method, rate, 0.9, 0.0), starts, steps)

        *_, tuned = search(trial, 0.0, trials)
        assert isinstance(tuned, Tuned)
        prices.append(tuned.gradients)
        if method == "sgd":
            yield Claim(
                name="the search finds SGD’s best learning rate 2/(λ₁ + λ₂) on the quadratic",
                scene=scene,
                source="Cauchy 1847; core/theory/momentum.py, best_setting",
                predicted=theory.best_setting("sgd", steep / 25.0, steep)[0],
                measured=tuned.best,
                tolerance=0.07,
                because="48 trials stand a factor 1.07 apart in the end",
                applies="κ = 25, both eigenvectors excited",
            )
    yield _counted(
        scene, "a search of 48 trials of 400 steps takes as many gradients for every racer", trials * steps, tuple(prices)
    )


def _clouds(scene: str) -> Iterator[Claim]:
    starts = evenly(2500, named("three_hump_camel").domain)
    basin, _ = _ends("three_hump_camel", "momentum", hyper("momentum", 0.02, 0.9, 0.0), starts)
    counts = [int(np.count_nonzero(basin == m)) for m in (1, 2)]
    yield _twins(scene, "momentum on the three-hump camel: the outer basins take equally many of 2,500 starts", counts)
    starts = evenly(2500, named("styblinski_tang").domain)
    basin, places = _ends("styblinski_tang", "sgd", Hyper(learning_rate=0.005), starts)
    yield _stays(scene, starts, basin, places)
    inside = np.count_nonzero((starts < tang_ridge()).all(axis=1))
    yield Claim(
        name="SGD on Styblinski–Tang: share of 2,500 starts that find the deepest basin",
        scene=scene,
        source="the basins are quarters cut by the ridge, the middle root of 4x³ − 32x + 5; ours, core/proofs/race.py",
        predicted=inside / len(starts),
        measured=float(np.mean(basin == 0)),
        tolerance=0.0,
        because="a count of grid points on each side",
        applies="η = 0.005 < 1/134, 300 steps",
        comparison="absolute",
    )


def _ends(surface: str, method: str, numbers: Hyper, starts: F64) -> tuple[I64, F64]:
    """Which minimum each run of 300 steps ends at, and where the minima are."""
    base = ground(surface)
    low = low_points(base).minima
    path, loss = np.empty((1, len(starts), 2)), np.empty((1, len(starts)))
    list(in_pieces(base, method, numbers, starts, 300, path, loss, len(starts)))
    return reached(path[0], low, base.domain), np.array([(m.x, m.y) for m in low])
