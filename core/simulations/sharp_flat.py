"""Sharp and flat minima: where noise leaves SGD, momentum and Adam, what sharpness is worth, and where adaptive methods err."""

from collections.abc import Iterable, Iterator

import numpy as np

from core.claims import Claim
from core.optimizers import Hyper
from core.proofs.sharp_flat import about, prove
from core.recording import F64, Ending, Outcome
from core.sharp_flat import rescaling, wilson
from core.sharp_flat.cloud import METHODS, gradient_noise, starts, steps_at, walk
from core.sharp_flat.knobs import SharpFlatParams
from core.sharp_flat.landscape import Borders, Valleys, borders, losses, whereabouts
from core.sharp_flat.recording import BINS, PARTICLES, SharpFlatRecording, frames_of
from core.sharp_flat.sweeps import BATCHES, FACTORS, RATES, Setting, along, column, known_column
from core.simulation import Simulation, finished
from core.theory.occupation import chain, gibbs, temperature
from core.theory.sgd_noise import adam_floor, noise_floor

SLUG = "sharp-flat"
Pieces = Iterator[float | SharpFlatRecording]


def setting_of(params: SharpFlatParams, seed: int) -> Setting:
    """All of a run but η and B."""
    return Setting(
        params.sharpness,
        params.barrier,
        params.depth,
        params.momentum,
        params.noise,
        params.start,
        params.reach,
        params.steps,
        seed,
    )


def gradually(params: SharpFlatParams, seed: int) -> Pieces:
    """The story that is told, in pieces."""
    if params.story == "valleys":
        yield from _valleys(params, seed)
    elif params.story == "rescaling":
        yield from _rescaling(params, seed)
    else:
        yield _wilson(params, seed)


def simulate(params: SharpFlatParams, seed: int) -> SharpFlatRecording:
    """The whole recording."""
    return finished(gradually(params, seed))


def _valleys(params: SharpFlatParams, seed: int) -> Pieces:
    """First the clouds, then what the chain expects of SGD, then the line of equal η/B and the map, column by column."""
    setting = setting_of(params, seed)
    landscape, edges = setting.valleys, borders(setting.valleys)
    frames, scale = frames_of(params), params.noise / float(np.sqrt(params.batch))
    noise = gradient_noise(seed, params.steps, PARTICLES)
    begin = starts(params.start, params.reach, PARTICLES)
    hyper = Hyper(learning_rate=params.learning_rate, momentum=params.momentum)
    paths = []
    for method in METHODS:
        paths.append(walk(method, landscape, begin, hyper, scale, noise, frames))
        yield 0.0  # nothing to show yet, but a place to stop at: long runs take a tenth of a second each
    position = np.stack(paths)
    floor, heat = floors(params)
    found = SharpFlatRecording.blank(params) | {
        "step": np.array(steps_at(params.steps, frames), dtype=np.float64),
        "position": position,
        "edge": _view(position, edges, landscape),
        "share": whereabouts(position, edges),
        "floor": floor,
        "heat": heat,
        "resting_share": np.stack([gibbs(landscape, edges, float(each)) for each in heat]),
        "rate": RATES,
        "map_batch": BATCHES,
    }
    found["count"] = _counts(position, found["edge"])
    found |= _valley_means(position, landscape, edges, params.shift)
    for m, method in enumerate(METHODS):
        for number in range(len(RATES)):
            known = known_column(setting, method, number)
            if known is not None:
                found["map_share"][m, number] = known

    def recording() -> SharpFlatRecording:
        held = {name: values.copy() if name.startswith(("map_", "line_")) else values for name, values in found.items()}
        return SharpFlatRecording(params=params, seed=seed, **held)  # what is filled later goes on in arrays of its own

    yield recording()
    expected = chain(landscape, edges, begin, params.learning_rate, scale, params.steps, frames, found["edge"])
    found |= {"expected_share": expected.shares, "expected_count": PARTICLES * expected.masses}
    yield recording()
    pieces = len(FACTORS) + len(RATES) * len(METHODS)
    for number in range(len(FACTORS)):
        place = along(setting, params.learning_rate, params.batch, number)
        found["line_rate"][number], found["line_batch"][number], _, found["line_expected"][number] = place
        found["line_share"][:, number] = place[2]
        yield (number + 1.0) / pieces
    yield recording()
    order = sorted(range(len(RATES)), key=lambda number: (number % 2, number % 4, number))  # coarse first
    for done, number in enumerate(order):
        for m, method in enumerate(METHODS):
            found["map_share"][m, number] = column(setting, method, number)
            yield (len(FACTORS) + done * len(METHODS) + m + 1.0) / pieces
        if done % 3 == 2:
            yield recording()
    yield recording()


def floors(params: SharpFlatParams) -> tuple[F64, F64]:
    """(E(x − minimum)² (method, valley), T (method,)) by theory, Adam's with the v of the flat valley."""
    rate, scale = params.learning_rate, params.noise / float(np.sqrt(params.batch))
    curvatures = np.array([params.sharpness, 1.0])
    beta1 = Hyper().beta1
    adam = [adam_floor(rate, beta1, float(curvature), scale) for curvature in curvatures]
    floor = np.stack(
        [
            noise_floor(rate, 0.0, curvatures, scale),
            noise_floor(rate, params.momentum, curvatures, scale),
            np.array([spread for spread, _ in adam]),
        ]
    )
    slowed = rate / float(np.sqrt(adam[1][1])) if scale > 0.0 else 0.0
    heat = [temperature(rate, scale), temperature(rate, scale, params.momentum), temperature(slowed, scale)]
    return floor, np.array(heat)


def _view(position: F64, edges: Borders, landscape: Valleys) -> F64:
    """Edges of the bins: over both valleys, and as far around them as nearly all runs go, within reason."""
    apart = landscape.flat_at - landscape.sharp_at
    low, high = edges.left - 0.12 * apart, edges.right + 0.12 * apart
    farthest = np.quantile(position, (0.001, 0.999))
    low = max(min(low, float(farthest[0])), low - 1.5 * apart)
    high = min(max(high, float(farthest[1])), high + 1.5 * apart)
    return np.linspace(low, high, BINS + 1)


def _counts(position: F64, edge: F64) -> F64:
    """How many of position (method, frame, particle) lie in each bin: (method, frame, bin) float64."""
    methods, frames, _ = position.shape
    place = np.floor((position - edge[0]) / (edge[-1] - edge[0]) * BINS)
    inside = (place >= 0) & (place < BINS)
    row = np.arange(methods * frames).reshape(methods, frames, 1) * BINS
    return (
        np.bincount((row + place.astype(np.int64))[inside], minlength=methods * frames * BINS)
        .reshape(methods, frames, BINS)
        .astype(np.float64)
    )


def _valley_means(position: F64, landscape: Valleys, edges: Borders, shift: float) -> dict[str, F64]:
    """Means over the runs in each valley: squared distance from the minimum, loss, and loss on the shifted surface."""
    sharp = (position > edges.left) & (position < edges.top)
    flat = (position >= edges.top) & (position < edges.right)
    minima = (landscape.sharp_at, landscape.flat_at)
    here, moved = losses(position, landscape), losses(position - shift, landscape)

    def means(of: tuple[F64, F64]) -> F64:
        with np.errstate(invalid="ignore"):
            return np.stack(
                [np.sum(v * inside, axis=-1) / inside.sum(axis=-1) for v, inside in zip(of, (sharp, flat), strict=True)],
                axis=-1,
            )

    return {
        "spread": means(((position - minima[0]) ** 2, (position - minima[1]) ** 2)),
        "train_loss": means((here, here)),
        "test_loss": means((moved, moved)),
    }


def _rescaling(params: SharpFlatParams, seed: int) -> Pieces:
    """The trained net, then its rescaled forms one by one."""
    net = rescaling.trained(seed)
    frames = frames_of(params)
    scale = params.factor ** (np.arange(frames + 1) / frames)
    found = SharpFlatRecording.blank(params) | {
        "step": np.arange(frames + 1.0),
        "scale": scale,
        "offset": rescaling.OFFSETS,
        "grid": rescaling.GRID,
        "example": net.inputs.copy(),
        "target": net.targets.copy(),
        "predicted_sharpness": np.array(
            [np.linalg.eigvalsh(rescaling.turned(net.hessian, float(c)))[-1] for c in scale.tolist()]
        ),
    }
    for frame, factor in enumerate(scale.tolist()):
        seen = rescaling.measure(net, factor)
        found["sharpness"][frame], found["change"][frame] = seen.sharpness, seen.change
        found["turned_train_loss"][frame], found["turned_test_loss"][frame] = seen.train_loss, seen.test_loss
        found["raw_slice"][frame], found["normalized_slice"][frame] = seen.raw, seen.normalized
        found["answer"][frame] = seen.answer
        yield (frame + 1.0) / (frames + 1.0)
    yield SharpFlatRecording(params=params, seed=seed, **found)


def _wilson(params: SharpFlatParams, seed: int) -> SharpFlatRecording:
    """Four learners on the same examples."""
    each = wilson.kinds(params.examples, params.positive)
    frames = frames_of(params)
    steps = steps_at(params.steps, frames)
    runs = [wilson.learn(method, params.learning_rate, each, params.steps) for method in wilson.LEARNERS]
    weight = np.stack([weights[steps] for weights, _ in runs])
    trained, new = wilson.scores(weight)
    minus = wilson.share_of_minus(params.positive, seed)
    found = SharpFlatRecording.blank(params) | {
        "step": np.array(steps, dtype=np.float64),
        "weight": weight,
        "trained_score": trained,
        "new_score": new,
        "train_error": wilson.errors(trained, each.minus / each.examples),
        "test_error": wilson.errors(new, minus),
        "end_weight": np.stack([wilson.ends(method, each) for method in wilson.LEARNERS]),
        "y": wilson.labels(each, seed),
    }
    endings = tuple(
        Ending(Outcome.DIVERGED, ended) if ended >= 0 else Ending(Outcome.COMPLETED, params.steps) for _, ended in runs
    )
    return SharpFlatRecording(params=params, seed=seed, endings=endings, minus=minus, **found)


def claims(recording: SharpFlatRecording) -> Iterable[Claim]:
    """What theory says about exactly this run."""
    return about(SLUG, recording)


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's formulas, run by the code the scene uses."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=SharpFlatParams,
    recording=SharpFlatRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    gradually=gradually,
)
