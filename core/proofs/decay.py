"""Experiments on weight decay under Adam: without a gradient, under noise, in a small net and over the map of its trainings."""

import math
from collections.abc import Iterator

import numpy as np

from core import decay_map
from core.claims import Claim
from core.decay_alone import left_of_weight, noisy_weights
from core.decay_edge import edge_of
from core.decay_map import METHODS, Setting, train_cells
from core.optimizers import Hyper
from core.recording import F64
from core.theory import adam as theory
from core.theory.decay import SLOPES, alike, mean_weight

PAPER = "Loshchilov & Hutter 2019"
OURS = "core/theory/decay.py"
NAMES = ("Adam + L2", "AdamW")
FINE = 32  # cells along each side of a map from which on single data sets are spoken of
SLOPE_TOLERANCE = 0.5


def prove(scene: str) -> Iterator[Claim]:
    """Every claim about the decay that `ravine verify` prints."""
    yield from _silence(scene)
    yield from _noise(scene)
    yield from _alike(scene)
    for normalized in (True, False):
        yield from _edges(scene, normalized)


def _silence(scene: str) -> Iterator[Claim]:
    decays = np.array([1e-4, 1e-2, 1.0])
    left = left_of_weight("adamw", Hyper(0.01), decays, 20)[:, -1]
    for decay, measured in zip(decays.tolist(), left.tolist(), strict=True):
        yield Claim(
            name=f"AdamW without data gradient leaves (1−ηλ)^T of a weight, λ = {decay:g}",
            scene=scene,
            source=f"{PAPER}, Algorithm 2",
            predicted=float(theory.decoupled_decay(0.01, decay, 20)),
            measured=measured,
            tolerance=1e-12,
            because="rounding of 20 products",
        )
    left = left_of_weight("adam_l2", Hyper(0.01, epsilon=0.0), decays, 20)[:, -1]
    for decay, measured in zip(decays.tolist(), left.tolist(), strict=True):
        yield Claim(
            name=f"Adam + L2 without data gradient leaves about 1 − ηT of a weight whatever λ is, λ = {decay:g}",
            scene=scene,
            source=f"{PAPER}, section 2; core/theory/adam.py",
            predicted=theory.coupled_decay(0.01, 20),
            measured=measured,
            tolerance=1e-12,
            because="rounding of 20 steps",
            applies="T = 20, η = 0.01, ε = 0",
        )


def _noise(scene: str) -> Iterator[Claim]:
    hyper, spreads, steps = Hyper(0.01, weight_decay=0.3), (1.0, 10.0, 100.0), 600
    mean, _ = noisy_weights(METHODS, hyper, spreads, steps, 0)
    for group, spread in enumerate(spreads):
        yield Claim(
            name=f"AdamW's noisy weights keep (1−ηλ)^t on average, gradients of σ = {spread:g}",
            scene=scene,
            source=f"{PAPER}, section 2; {OURS}",
            predicted=float(theory.decoupled_decay(0.01, 0.3, steps)),
            measured=float(mean[1, group, -1]),
            tolerance=1e-10,
            because="each weight meets one of opposite noise, so only rounding is left",
        )
        yield Claim(
            name=f"Adam + L2's noisy weights decay by the share ηλ/σ a step, gradients of σ = {spread:g}",
            scene=scene,
            source=f"{PAPER}, section 2; {OURS}",
            predicted=0.01 * 0.3 / spread * steps,
            measured=-math.log(float(mean[0, group, -1])),
            tolerance=0.06,
            because="v̂ scatters about σ² while few gradients are in it, and λ²θ² is left out beside it",
            applies="λ|θ| well below σ; here −ln of what is left after 600 steps",
        )


def _alike(scene: str) -> Iterator[Claim]:
    setting = Setting(examples=40, noise=1.2, width=12, normalized=True, steps=256, seed=3)
    task = decay_map.task(setting)
    longer = task._replace(start=2.0 * task.start)
    for method, name in zip(METHODS, NAMES, strict=True):
        one, two = (0.02, 0.5), alike(method, 0.02, 0.5, 2.0)
        first, second = (Hyper(rate, weight_decay=decay, epsilon=0.0) for rate, decay in (one, two))
        same = train_cells(method, task, 3, [first], watched=False).test[0]
        other = train_cells(method, longer, 3, [second], watched=False).test[0]
        yield Claim(
            name=f"{name}, normalized net: η, λ = {two[0]:g}, {two[1]:g} from 2θ₀ trains as {one[0]:g}, {one[1]:g} from θ₀",
            scene=scene,
            source=OURS,
            predicted=0.0,
            measured=float(np.abs(same - other).max()),
            tolerance=0.0,
            because="factors of two round nothing: the test losses agree to the last bit",
            applies="ε = 0",
            comparison="absolute",
        )


def _edges(scene: str, normalized: bool) -> Iterator[Claim]:
    side = 16
    found = []
    for seed in (1, 2):
        setting = Setting(examples=40, noise=1.2, width=12, normalized=normalized, steps=320, seed=seed)
        found.append([edge_of(losses).slope for losses in decay_map.whole(setting, side)[0]])
    for method in range(len(METHODS)):
        yield _slope_claim(scene, method, normalized, float(np.mean([slopes[method] for slopes in found])), "two data sets")


def _slope_claim(scene: str, method: int, normalized: bool, measured: float, runs: str) -> Claim:
    kind = "normalized" if normalized else "plain"
    axis = "ηλ" if method else "λ"
    predicted = SLOPES[normalized][method]
    return Claim(
        name=f"{NAMES[method]}, {kind} net, {runs}: good settings end along slope {predicted:g} in log {axis} over log η",
        scene=scene,
        source=f"{PAPER}, figures 1 and 2, the shape; {OURS}" if normalized else OURS,
        predicted=predicted,
        measured=measured,
        tolerance=SLOPE_TOLERANCE,
        because="cells are 0.1 to 0.4 decades wide, trainings are noisy, and 320 steps have not quite forgotten their start",
        applies="η ≥ 0.01; a map with six columns or more whose best cell is good, below the upper border",
        comparison="absolute",
    )


def about(
    scene: str, hyper: Hyper, spreads: tuple[float, ...], weight: F64, scatter: F64, left: F64, decays: F64
) -> Iterator[Claim]:
    """What theory says about one run's noisy weights: arrays as in `core.simulations.adamw`."""
    steps = weight.shape[2] - 1
    shrink = hyper.learning_rate * hyper.weight_decay
    if shrink <= 2.0:
        predicted = float(theory.decoupled_decay(hyper.learning_rate, hyper.weight_decay, steps))
        ends = weight[1, :, -1]
        yield Claim(
            name="AdamW: weights with no, quiet and loud gradients keep (1−ηλ)^T alike, on average",
            scene=scene,
            source=f"{PAPER}, Algorithm 2; {OURS}",
            predicted=predicted,
            measured=float(ends[np.argmax(np.abs(ends - predicted))]),
            tolerance=1e-9,
            because="each weight meets one of opposite noise, so only rounding is left",
            applies="ηλ ≤ 2: beyond, a step of decay overshoots and grows",
            comparison="absolute",
        )
    half = min(steps, math.floor(0.5 / hyper.learning_rate))
    if half >= 1:
        known = left[0, decays * 0.5 >= 1e-3, half]
        yield Claim(
            name=f"Adam + L2 without gradient: what is left after {half} steps does not depend on λ",
            scene=scene,
            source=f"{PAPER}, section 2; core/theory/adam.py",
            predicted=theory.coupled_decay(hyper.learning_rate, half),
            measured=float(known[np.argmax(np.abs(known - theory.coupled_decay(hyper.learning_rate, half)))]),
            tolerance=1e-4,
            because="ε = 1e-8 stands beside √v̂ = λθ, which is 5e-4 or more",
            applies="λ ≥ 0.002, while the weight has not come to 0",
            comparison="absolute",
        )
    for group, spread in enumerate(spreads):
        reach = hyper.weight_decay * (1.0 + float(np.nanmax(scatter[0, group])))
        if spread >= 3.0 * reach:
            yield Claim(
                name=f"Adam + L2: weights with gradients of σ = {spread:g} decay as their mean's own recursion says",
                scene=scene,
                source=OURS,
                predicted=float(mean_weight("adam_l2", hyper, spread, steps)[-1]),
                measured=float(weight[0, group, -1]),
                tolerance=0.05,
                because="v̂ is taken for its mean, about which it scatters while few gradients are in it",
                applies="λ|θ| at most a third of σ",
                comparison="absolute",
            )


def about_net(scene: str, hyper: Hyper, root: F64, felt: F64) -> Iterator[Claim]:
    """What theory says about the decay that a net's weights feel: arrays as in `core.simulations.adamw`."""
    shrink = hyper.learning_rate * hyper.weight_decay
    known = felt[1][np.isfinite(felt[1])]
    if known.size and shrink <= 1.0:
        yield Claim(
            name="AdamW: every weight of the net feels the decay ηλ",
            scene=scene,
            source=f"{PAPER}, Algorithm 2",
            predicted=shrink,
            measured=float(np.median(known)),
            tolerance=1e-5,
            because="found as a difference of updates, which rounds where ηλ is 1e-9",
        )
    shares = felt[0] * (root[0] + hyper.epsilon) / shrink
    shares = shares[np.isfinite(shares)]
    if shares.size and hyper.learning_rate <= 0.01:
        yield Claim(
            name="Adam + L2: the middle weight feels the decay ηλ/√v̂",
            scene=scene,
            source=f"{PAPER}, section 2; core/training/decayed.py",
            predicted=1.0,
            measured=float(np.median(shares)),
            tolerance=0.25,
            because="m̂ remembers the weight's last ten values, which were larger",
            applies="η ≤ 0.01; both over ηλ, the median over weights and looks",
        )


def about_map(scene: str, losses: F64, normalized: bool) -> Iterator[Claim]:
    """What theory says about the edges of a finished map (method, row, column), of a normalized net and fine enough."""
    if not normalized or losses.shape[1] < FINE:
        return
    for method, one in enumerate(losses):
        measured = edge_of(one).slope
        if math.isfinite(measured):
            yield _slope_claim(scene, method, normalized, measured, "this map")
