"""What theory says of sharp and flat minima, beside what runs do: about one recording, and in experiments of its own."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.proofs.rescaling import about_turning, prove_turning
from core.proofs.valley_noise import FLOOR, NAMES, prove_noise
from core.proofs.wilson import about_learning, prove_learning
from core.sharp_flat.landscape import FLAT, Borders, Valleys, borders, two_valleys
from core.sharp_flat.recording import PARTICLES, SharpFlatRecording
from core.theory.momentum import spectral_radius
from core.theory.sgd_noise import adam_floor

CHAIN = "Chapman–Kolmogorov equation; core/theory/occupation.py"
QUIET = 3.5  # spreads from a minimum to the barrier, from which on a valley is a parabola to the runs in it
MANY = 200  # runs in a valley that a mean is taken over
ARRIVALS = 0.002  # share that may have come into a valley in the second half: they bring their fall with them


def about(scene: str, recording: SharpFlatRecording) -> Iterator[Claim]:
    """What theory says about exactly this recording."""
    story = recording.params.story
    if story == "valleys":
        yield from _about_shares(scene, recording)
        yield from _about_valleys(scene, recording)
    elif story == "rescaling":
        yield from about_turning(scene, recording)
    else:
        yield from about_learning(scene, recording)


def prove(scene: str) -> Iterator[Claim]:
    """The experiments of all three stories."""
    yield from prove_noise(scene)
    yield from prove_turning(scene)
    yield from prove_learning(scene)


def _about_shares(scene: str, recording: SharpFlatRecording) -> Iterator[Claim]:
    expected = recording.expected_share[-1]
    if np.isnan(expected).any():
        return
    for place, name in enumerate(("in the sharp valley", "in the flat valley")):
        share = float(expected[place])
        yield Claim(
            name=f"SGD: share {name} at the end",
            scene=scene,
            source=CHAIN,
            predicted=share,
            measured=float(recording.share[0, -1, place]),
            tolerance=0.006 + 5.0 * math.sqrt(max(share * (1.0 - share), 0.0) / PARTICLES),
            because=f"0.006 for the width of the cells, and five standard errors of a share among {PARTICLES} runs",
            applies="steps whose noise is not too small for the cells of the chain",
            comparison="absolute",
        )


def _about_valleys(scene: str, recording: SharpFlatRecording) -> Iterator[Claim]:
    """Spread and gap in each valley in which the runs of a method have come to rest."""
    params = recording.params
    landscape = two_valleys(params.sharpness, params.barrier, params.depth)
    edges = borders(landscape)
    for m, method in enumerate(recording.methods):
        for v, (valley, curvature) in enumerate(zip(recording.valleys, (params.sharpness, FLAT), strict=True)):
            if not settled(recording, landscape, edges, m, v):
                continue
            count = PARTICLES * float(recording.share[m, -1, v])
            floor = float(recording.floor[m, v])
            yield Claim(
                name=f"{NAMES[method]}: spread E(x − x*)² in the {valley} valley",
                scene=scene,
                source=FLOOR,
                predicted=floor,
                measured=float(recording.spread[m, -1, v]),
                tolerance=5.0 * math.sqrt(2.0 / count) + (0.04 if method == "adam" else 0.01),
                because=f"five standard errors √(2/n) of a variance from n = {count:.0f} runs, and what the barrier cuts off",
                applies=f"{QUIET} spreads or more to the barrier, start forgotten, no arrivals",
            )
            room = (-edges.left, landscape.flat_at - edges.top)[v] - QUIET * math.sqrt(floor)
            if v == 0:  # to the left the sharp parabola goes on until it meets the flat one again
                room = _far_crossing(landscape) - QUIET * math.sqrt(floor)
            if 0.0 < params.shift < room:
                yield Claim(
                    name=f"{NAMES[method]}: test loss minus training loss in the {valley} valley",
                    scene=scene,
                    source="½λ(x − δ)² − ½λx² = ½λδ² − λδx, and E x = 0",
                    predicted=0.5 * curvature * params.shift**2,
                    measured=float(recording.test_loss[m, -1, v] - recording.train_loss[m, -1, v]),
                    tolerance=curvature * params.shift * 5.0 * math.sqrt(floor / count) + 0.01 * curvature * params.shift**2,
                    because="λδ times five standard errors of the mean of x, and what the barrier cuts off",
                    applies="as above, and the shift leads nobody out of the parabola",
                    comparison="absolute",
                )


def settled(recording: SharpFlatRecording, landscape: Valleys, edges: Borders, m: int, v: int) -> bool:
    """Whether the runs of method m in valley v are at rest there: a parabola to them, long enough ago, and without arrivals."""
    params, half = recording.params, recording.last // 2
    floor, share = float(recording.floor[m, v]), recording.share[m, :, v]
    curvature = (params.sharpness, FLAT)[v]
    walls = ((landscape.sharp_at - edges.left, edges.top - landscape.sharp_at), (landscape.flat_at - edges.top,))[v]
    if not 0.0 < floor < math.inf or QUIET * math.sqrt(floor) > min(walls):
        return False
    if PARTICLES * share[-1] < MANY or share[-1] - share[half] > ARRIVALS:
        return False
    rate, momentum = params.learning_rate, (0.0, params.momentum, 0.9)[m]
    if recording.methods[m] == "adam":
        mean_square = adam_floor(rate, 0.9, curvature, params.noise / math.sqrt(params.batch))[1]
        rate *= 0.1 / math.sqrt(mean_square)
        if params.steps < 200:  # v is not yet the mean of many
            return False
    kept = float(spectral_radius("momentum", rate, momentum, curvature)) ** params.steps  # since half of the run, squared
    return kept * (landscape.flat_at - landscape.sharp_at) ** 2 < 1e-3 * floor


def _far_crossing(landscape: Valleys) -> float:
    """How far to the left of the sharp minimum its parabola meets the flat one: the larger root of a(x) = b(x), or inf."""
    difference = landscape.sharp - landscape.flat
    if difference <= 0.0:
        return math.inf
    apart = landscape.flat_at - landscape.sharp_at
    # ½λ♯u² − d = ½λ♭(u + apart)²
    half, rest = landscape.flat * apart, -(landscape.flat * apart**2 + 2.0 * landscape.depth)
    return (half + math.sqrt(half * half - difference * rest)) / difference
