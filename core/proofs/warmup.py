"""Experiments about the first steps: RAdam's waiting, the noise of v̂, what schedules spend, which nets fail unwarmed."""

import functools
import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.digit_blocks import Setup, blocks_of, has_learned, standardized_digits, train
from core.networks.feed_forward import FeedForward, forward
from core.networks.feed_forward_small import loss_and_gradient, room_for
from core.noise import STREAM_GRADIENT, STREAM_PROBE, normals, uniforms
from core.optimizers import Hyper, method_code
from core.optimizers.many import step_all
from core.proofs.adam import drive
from core.recording import F64, I64
from core.schedules import Plan, learning_rates
from core.theory import adam as theory
from core.theory.warmup import likeness, mean_square_spread, samples_worth, spent, step_spread
from core.training.feed_forward import mean_cosine, starting_parameters
from core.training.threads import in_order

_LIU = "Liu et al. 2020"
_SEEDS, _KEYS, _DEPTH, _PEAK, _STEPS, _WARMUP = 2, 16, 16, 0.0165, 150, 75
_DIGITS = "16 blocks of width 12 on digits, η = 0.0165, cosine, 150 steps, 2 × 16 seeds"


def prove(scene: str) -> Iterator[Claim]:
    """Every claim of card 23."""
    yield from _radam(scene)
    yield from _mean_square(scene)
    yield from _schedules(scene)
    yield from _likeness(scene)
    yield from _first_step(scene)
    yield from _failures(scene)


def _radam(scene: str) -> Iterator[Claim]:
    lengths = [_same_centre(0.999, t) for t in range(1, 11)]
    yield Claim(
        name="the mean of g² is worth more than 4 samples, RAdam's threshold, from t = 5 on at β₂ = 0.999",
        scene=scene,
        source=f"{_LIU}, section 4.1: ρ_t",
        predicted=float(theory.first_adaptive_step(0.999, 4.0)),
        measured=float(next(t for t, length in enumerate(lengths, start=1) if length > 4.0)),
        tolerance=0.0,
        because="a count",
        comparison="absolute",
    )
    yield Claim(
        name="ρ₅ = 4.996: the length of the plain average whose centre of mass is that of the running mean",
        scene=scene,
        source=f"{_LIU}, section 4.1: ρ_t",
        predicted=float(theory.sample_length(0.999, 5)),
        measured=lengths[4],
        tolerance=1e-9,
        because="the closed form subtracts two numbers near 2,000",
    )
    hyper = Hyper(learning_rate=0.01, epsilon=0.0)
    steps = -np.diff(drive("radam", hyper, np.full(3000, 2.0))) / 0.01
    waiting = int(np.argmin(steps))  # unadapted steps have the size of the gradient; the first adapted one is the smallest
    yield Claim(
        name="RAdam adapts from the first t with ρ_t > 5, t = 6, at β₂ = 0.999",
        scene=scene,
        source=f"{_LIU}, Algorithm 2 (which waits for ρ_t > 4, t = 5); PyTorch's threshold",
        predicted=float(theory.first_adaptive_step(0.999, 5.0)),
        measured=float(waiting + 1),
        tolerance=0.0,
        because="a count",
        comparison="absolute",
    )
    for t in (6, 100, 3000):
        yield Claim(
            name=f"RAdam's step at t = {t} is η r_t under a constant gradient",
            scene=scene,
            source=f"{_LIU}, Algorithm 2: r_t",
            predicted=float(theory.rectification(0.999, t)),
            measured=float(steps[t - 1]),
            tolerance=1e-8,
            because="rounding, magnified where ρ_t − 4 is a difference of nearly equal numbers",
        )


def weights_of(beta2: float, t: int) -> F64:
    """What Adam's own mean of g² makes of each of t gradients, oldest first, scaled so that they add up to 1: (t,)."""
    lags, slots, zero = np.eye(t), np.zeros((2, t)), np.zeros(t)
    hyper = Hyper(learning_rate=0.0, beta2=beta2)
    for gradients in lags:  # weight number i gets the gradient 1 at step i and none at the others
        step_all(method_code("adam"), zero, gradients.copy(), slots[0], slots[1], zero, hyper, 1, 0.5, 0.5)
    return np.asarray(slots[1] / slots[1].sum())


def _same_centre(beta2: float, t: int) -> float:
    """The ρ of a plain average over the last ρ of t numbers, centred (ρ + 1)/2 from the end, as the running mean is."""
    centre = float((weights_of(beta2, t) * np.arange(t, 0, -1)).sum())
    return 2.0 * centre - 1.0


def _mean_square(scene: str) -> Iterator[Claim]:
    for beta2, t in ((0.999, 5), (0.9, 40), (0.99, 300)):
        yield Claim(
            name=f"Adam's v̂ is worth n_t gradients, β₂ = {beta2:g}, t = {t}",
            scene=scene,
            source="Kish 1965: 1/Σw²; core/theory/warmup.py",
            predicted=float(samples_worth(beta2, t)),
            measured=float(1.0 / (weights_of(beta2, t) ** 2).sum()),
            tolerance=1e-10,
            because="rounding of a few hundred products",
        )
    weights, seen = 200_000, (1, 2, 5, 8, 40)
    slots, still = np.zeros((2, weights)), np.zeros(weights)
    hyper = Hyper(learning_rate=0.0)
    for t in range(1, seen[-1] + 1):
        gradient = normals(weights, 5, 0, t, STREAM_GRADIENT)
        step_all(method_code("adam"), still, gradient, slots[0], slots[1], still, hyper, t, 0.9**t, 0.999**t)
        if t in seen:
            corrected = slots[1] / (1.0 - 0.999**t)
            yield Claim(
                name=f"after {t} normal gradients v̂ is off by √(2/n_t) of its mean, β₂ = 0.999",
                scene=scene,
                source="χ² distribution; core/theory/warmup.py",
                predicted=float(mean_square_spread(0.999, t)),
                measured=float(corrected.std() / corrected.mean()),
                tolerance=0.015,
                because="five standard errors of a spread from 200,000 weights with the kurtosis 15 of χ² at t = 1",
            )
            if t >= 5:
                inverse = 1.0 / np.sqrt(corrected)
                yield Claim(
                    name=f"after {t} normal gradients 1/√v̂ spreads as RAdam's theory says, β₂ = 0.999",
                    scene=scene,
                    source=f"{_LIU}, theorem 1",
                    predicted=step_spread(float(samples_worth(0.999, t))),
                    measured=float(inverse.std() / inverse.mean()),
                    tolerance=0.03,
                    because="the variance of a variance does not exist up to t = 8: 200,000 samples still scatter by 1 to 2 %",
                )


def _schedules(scene: str) -> Iterator[Claim]:
    for decay, name in (("cosine", "warmup_cosine"), ("linear", "warmup_linear"), ("inverse_sqrt", "inverse_sqrt")):
        for warmup, floor in ((60, 0.0), (1, 0.25)):
            rates = learning_rates(name, 1.0, 200, Plan(total=200.0, warmup=float(warmup), floor=floor))
            yield Claim(
                name=f"{decay.replace('_', ' ')} after {warmup} steps of warmup, floor {floor:g}: Σ η over 200 steps, in peaks",
                scene=scene,
                source="finite sums; core/theory/warmup.py",
                predicted=spent(decay, 200, warmup, floor),
                measured=float(rates.sum()),
                tolerance=1e-12,
                because="rounding of 200 additions",
            )


def _likeness(scene: str) -> Iterator[Claim]:
    width, nets = 128, 12
    for place, depth in (("post", 4), ("post", 16), ("pre", 16)):
        found = []
        for net in range(nets):
            first, other = normals(2 * width, 9, net, depth, STREAM_PROBE).reshape(2, width)
            tokens = np.stack((first, 0.5 * first + math.sqrt(0.75) * other))
            output = forward(FeedForward.drawn(place, width, depth, seed=1000 * depth + net), tokens).output
            start = float((tokens[0] * tokens[1]).sum() / np.sqrt((tokens**2).sum(axis=1)).prod())
            found.append((float((output[0] * output[1]).mean()), float(likeness(place, depth, start))))
        measured, predicted = np.mean(found, axis=0).tolist()
        yield Claim(
            name=f"{place.title()}-LN: two inputs of cosine 0.5 grow alike through {depth} random blocks",
            scene=scene,
            source="Cho & Saul 2009; core/theory/warmup.py",
            predicted=predicted,
            measured=measured,
            tolerance=0.04,
            because=f"a cosine of {width} numbers scatters by up to 1/√{width} = 9 %, {nets} nets",
            applies="wide layers at random start",
            comparison="absolute",
        )


def _first_step(scene: str) -> Iterator[Claim]:
    """One step from the start along Adam's signs and one as long along random signs: only the former makes outputs alike."""
    blocks, (inputs, labels) = blocks_of("post", _DEPTH), standardized_digits()
    pixels, room = inputs.reshape(-1, blocks.inputs), room_for(blocks, 64)
    level = room.value.size // 64 - blocks.classes - blocks.width  # the rows of the outputs, before those of the logits
    found = []
    for key in range(_KEYS):
        theta = starting_parameters(blocks, 0, key)
        rows = (uniforms(64, 0, key, 0, STREAM_PROBE) * labels.size).astype(np.int64)

        def alike(at: F64, rows: I64 = rows) -> float:
            loss_and_gradient(blocks, at, pixels, labels, rows, room)
            return mean_cosine(room.value, level, blocks.width, 64, 64)

        start = alike(theta)
        along = theta - _PEAK * np.sign(room.gradient)
        random = theta - _PEAK * np.sign(normals(theta.size, 0, key, 1, STREAM_PROBE))
        found.append((start, alike(along), alike(random)))
    start, along, random = np.median(found, axis=0).tolist()
    applies = f"Post-LN, L = {_DEPTH}, width 12, digits, steps of 0.0165 in every weight; medians of {_KEYS} nets"
    yield Claim(
        name="Adam's full first step takes outputs more than half of the way to being all alike",
        scene=scene,
        source="measured here",
        predicted=start + 0.5 * (1.0 - start),
        measured=along,
        tolerance=0.0,
        because="a bound with room: it goes most of the way",
        applies=applies,
        comparison="at least",
    )
    yield Claim(
        name="a step as long in a random direction does not make outputs more alike",
        scene=scene,
        source="measured here",
        predicted=start,
        measured=random,
        tolerance=0.03,
        because="the median of 16 nets, each of which moves by a few hundredths",
        applies=applies,
        comparison="at most",
    )


def failures(place: str, warmup: int, frozen: int = 0, method: str = "adam") -> int:
    """How many of 2 × 16 runs have not learned after 150 steps of warmup and cosine."""
    rates = learning_rates("warmup_cosine", _PEAK, _STEPS, Plan(total=float(_STEPS), warmup=float(warmup)))
    setup = Setup(place=place, depth=_DEPTH, method=method, beta2=0.999, rates=tuple(rates.tolist()), frozen=frozen)
    runs = [functools.partial(train, setup, seed, key) for seed in range(_SEEDS) for key in range(_KEYS)]
    return sum(not has_learned(run.loss)[-1] for run in in_order(runs))


def _failures(scene: str) -> Iterator[Claim]:
    without, count = failures("post", 0), _SEEDS * _KEYS
    lines = (
        ("Post-LN without warmup: more than half of the runs fail to learn", "at least", count / 2, without),
        ("Post-LN with 75 steps of warmup: a quarter of that at most", "at most", without / 4, failures("post", _WARMUP)),
        ("Pre-LN without warmup: no run fails", "at most", 0, failures("pre", 0)),
        ("Post-LN without warmup fails as well when v̂ is measured before the first step", "at least", count / 2,
         failures("post", 0, frozen=64)),
        ("Post-LN with RAdam, without warmup: no run fails", "at most", 0, failures("post", 0, method="radam")),
    )  # fmt: skip
    for name, comparison, predicted, measured in lines:
        yield Claim(
            name=name,
            scene=scene,
            source="Xiong et al. 2020, section 3 (Post-LN needs warmup, Pre-LN does not); counted here",
            predicted=float(predicted),
            measured=float(measured),
            tolerance=0.0,
            because="counts of 32, bounds with room for another seed's luck",
            applies=_DIGITS,
            comparison="at least" if comparison == "at least" else "at most",
        )
