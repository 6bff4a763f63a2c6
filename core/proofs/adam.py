"""Experiments on Adam's family with the kernels themselves: RAdam's waiting."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.optimizers import Hyper, method_code, step
from core.recording import F64
from core.theory import adam as theory

SCENES = ("warmup",)  # whose claims `proofs` makes


def drive(method: str, hyper: Hyper, gradients: F64, start: float = 0.0) -> F64:
    """The parameter after 0 … n updates with the given gradients (n,): (n+1,) float64."""
    code = method_code(method)
    points = np.empty(gradients.size + 1)
    points[0] = p = start
    s0 = s1 = s2 = 0.0
    power1 = power2 = 1.0
    for t, g in enumerate(gradients.tolist(), start=1):
        power1 *= hyper.beta1
        power2 *= hyper.beta2
        p, s0, s1, s2 = step(code, p, g, s0, s1, s2, hyper, t, power1, power2)
        points[t] = p
    return points


def proofs() -> Iterator[Claim]:
    """Every claim about RAdam that needs no network."""
    yield from _radam()


def _radam() -> Iterator[Claim]:
    lengths = [_same_centre(0.999, t) for t in range(1, 11)]
    yield Claim(
        name="the mean of g² is worth more than 4 samples, RAdam's threshold, from t = 5 on at β₂ = 0.999",
        scene="warmup",
        source="Liu et al. 2020, section 4.1: ρ_t",
        predicted=float(theory.first_adaptive_step(0.999, 4.0)),
        measured=float(next(t for t, length in enumerate(lengths, start=1) if length > 4.0)),
        tolerance=0.0,
        because="a count",
        comparison="absolute",
    )
    yield Claim(
        name="ρ₅ = 4.996: the length of the plain average whose centre of mass is that of the running mean",
        scene="warmup",
        source="Liu et al. 2020, section 4.1: ρ_t",
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
        scene="warmup",
        source="Liu et al. 2020, Algorithm 2 (which waits for ρ_t > 4, t = 5); PyTorch's threshold",
        predicted=float(theory.first_adaptive_step(0.999, 5.0)),
        measured=float(waiting + 1),
        tolerance=0.0,
        because="a count",
        comparison="absolute",
    )
    for t in (6, 100, 3000):
        yield Claim(
            name=f"RAdam's step at t = {t} is η r_t under a constant gradient",
            scene="warmup",
            source="Liu et al. 2020, Algorithm 2: r_t",
            predicted=float(theory.rectification(0.999, t)),
            measured=float(steps[t - 1]),
            tolerance=1e-8,
            because="rounding, magnified where ρ_t − 4 is a difference of nearly equal numbers",
        )


def _same_centre(beta2: float, t: int) -> float:
    """The ρ of a plain average over the last ρ of t numbers, centred (ρ + 1)/2 from the end, as the running mean is."""
    lags = []
    for gradients in np.eye(t).tolist():  # what the running mean of g² makes of a single 1 is that step's weight
        mean = 0.0
        for g in gradients:
            _, _, mean, _ = step(method_code("adam"), 0.0, g, 0.0, mean, 0.0, Hyper(beta2=beta2), 1, 0.5, 0.5)
        lags.append(mean)
    weights = np.array(lags) / sum(lags)
    centre = float(weights @ np.arange(t, 0, -1))
    return 2.0 * centre - 1.0
