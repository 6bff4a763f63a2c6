"""What theory says about one run of Adam: steps of pure streams of gradients, the first step in a ravine, a bound."""

from collections.abc import Iterator, Mapping

import numpy as np

from core.claims import Claim
from core.optimizers import Hyper
from core.recording import F64
from core.theory import adam as theory
from core.theory.rare_gradient import PERIOD, drift

_KINGMA = "Kingma & Ba 2015"
_REDDI = "Reddi, Kale & Kumar 2018"
_ROUNDING = "rounding of running means, and of η times the step when it is taken off the parameter"


def about(
    scene: str,
    signal: str,
    hyper: Hyper,
    updates: Mapping[str, F64],
    gradients: F64,
    first: int,
    spike_at: int,
    noise: float,
) -> Iterator[Claim]:
    """The claims about one run.

    updates:   per method the steps in units of the learning rate (T+1, d), row k that of update first + k.
    gradients: Adam's, of size about 1 (T+1, d); `hyper.epsilon` is ε in the same unit.
    """
    last = len(gradients) - 1
    if noise == 0.0 and signal == "constant":
        yield from _constant(scene, hyper, updates, last)
    elif noise == 0.0 and signal == "spike":
        yield from _spike(scene, hyper, updates, spike_at, first)
    elif noise == 0.0 and signal == "reddi" and _settled(hyper, last):
        yield from _drifts(scene, hyper, updates)
    elif signal == "surface":
        yield from _first(scene, hyper, updates["adam"], gradients)
    yield from _bounded(scene, hyper, updates, first)


def _constant(scene: str, hyper: Hyper, updates: Mapping[str, F64], last: int) -> Iterator[Claim]:
    corrected, raw = updates["adam"][1:, 0], updates["adam_uncorrected"][1:, 0]
    even = 1.0 / (1.0 + hyper.epsilon)
    at, peak = theory.peak_step(hyper.beta1, hyper.beta2, last, hyper.epsilon)
    first = float(theory.constant_gradient_step(hyper.beta1, hyper.beta2, 1, hyper.epsilon))
    lines = (
        (
            "Adam’s step is as long at every update",
            f"{_KINGMA}, section 2.1",
            even,
            corrected[np.argmax(np.abs(corrected - even))],
        ),
        ("without bias correction: the first step", f"{_KINGMA}, section 3", first, raw[0]),
        (f"without bias correction: the longest step, number {at}", "core/theory/adam.py", peak, raw.max()),
    )
    for name, source, predicted, measured in lines:
        yield _exact(scene, name, source, predicted, float(measured), "constant gradient, in units of η")


def _spike(scene: str, hyper: Hyper, updates: Mapping[str, F64], at: int, first: int) -> Iterator[Claim]:
    alone = float(theory.spike_step(hyper.beta1, hyper.beta2, at, hyper.epsilon))
    raw = (1.0 - hyper.beta1) / ((1.0 - hyper.beta2) ** 0.5 + hyper.epsilon)
    for name, method, predicted in (
        (f"Adam’s step when the lone gradient comes, at update {at}", "adam", alone),
        ("the same without bias correction", "adam_uncorrected", raw),
    ):
        measured = float(updates[method][at - first, 0])
        yield _exact(scene, name, f"{_KINGMA}, section 2.1", predicted, measured, "all other gradients are 0, in units of η")


def _settled(hyper: Hyper, last: int) -> bool:
    """Whether nothing of the start is left in the running means when the last period begins."""
    return last >= 2 * PERIOD and max(hyper.beta1, hyper.beta2) ** (last - PERIOD) < 1e-9


def _drifts(scene: str, hyper: Hyper, updates: Mapping[str, F64]) -> Iterator[Claim]:
    """The last whole period, in which the means have settled."""
    for name, method in (("Adam", "adam"), ("AMSGrad", "amsgrad")):
        found = updates[method][1:, 0]
        measured = -float(found[len(found) - PERIOD :].sum())
        pattern = np.array([float(PERIOD), *[-1.0] * (PERIOD - 1)])
        predicted = drift(pattern, hyper.beta1, hyper.beta2, largest=method == "amsgrad", epsilon=hyper.epsilon)
        yield Claim(
            name=f"{name} drifts by so much a period, in units of η",
            scene=scene,
            source=f"{_REDDI}, theorem 1; core/theory/rare_gradient.py",
            predicted=predicted,
            measured=measured,
            tolerance=1e-6,
            because="the running means are within 1e-9 of where they settle, and three roots of them are added up",
            applies="no noise; before the last period, max(β₁, β₂) to the power of the steps made is below 1e-9",
            comparison="absolute",
        )


def _first(scene: str, hyper: Hyper, update: F64, gradients: F64) -> Iterator[Claim]:
    for axis, name in enumerate("xy"):
        size = abs(float(gradients[1, axis]))
        yield _exact(
            scene,
            f"Adam’s first step along {name} is η, however steep it is there",
            f"{_KINGMA}, section 2.1",
            size / (size + hyper.epsilon) if size else 0.0,
            abs(float(update[1, axis])),
            "in units of η",
        )


def _bounded(scene: str, hyper: Hyper, updates: Mapping[str, F64], first: int) -> Iterator[Claim]:
    for method, corrected, name in (("adam", True, "Adam’s steps"), ("adam_uncorrected", False, "uncorrected steps")):
        if method not in updates:
            continue
        steps = np.abs(updates[method][1:]).max(axis=1)
        bound = theory.longest_step(hyper.beta1, hyper.beta2, first + np.arange(1, len(steps) + 1), corrected)
        worst = float(np.max(steps / bound))
        yield Claim(
            name=f"{name} are never longer than any gradients could make them",
            scene=scene,
            source="Cauchy and Schwarz; core/theory/adam.py",
            predicted=1.0,
            measured=worst,
            tolerance=1e-8,
            because=_ROUNDING,
            applies="any gradients; the longest step over its bound",
            comparison="at most",
        )


def _exact(scene: str, name: str, source: str, predicted: float, measured: float, applies: str) -> Claim:
    return Claim(
        name=name,
        scene=scene,
        source=source,
        predicted=predicted,
        measured=measured,
        tolerance=1e-8,
        because=_ROUNDING,
        applies=applies,
        comparison="absolute" if predicted == 0.0 else "relative",
    )
