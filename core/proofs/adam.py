"""Experiments on Adam's family with the kernels themselves: first steps, spikes, weight decay."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.optimizers import Hyper, method_code, step
from core.recording import F64
from core.theory import adam as theory

SCENES = ("adam", "adamw")  # whose claims `proofs` makes

_KINGMA = "Kingma & Ba 2015"


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
    """Every claim about Adam and AdamW that needs no network."""
    yield from _first_steps()
    yield from _decay()


def _first_steps() -> Iterator[Claim]:
    hyper = Hyper(learning_rate=0.01, epsilon=0.0)
    constant = np.full(400, 0.37)
    corrected = -np.diff(drive("adam", hyper, constant)) / 0.01
    raw = -np.diff(drive("adam_uncorrected", hyper, constant)) / 0.01
    spike = np.zeros(5000)
    spike[-1] = 0.37
    after_spike = drive("adam", hyper._replace(epsilon=1e-12), spike)
    peak_at, peak = theory.peak_step(0.9, 0.999)
    rounding = "rounding of running products over a few hundred steps"
    lines = (
        ("Adam's step under a constant gradient is η from the first step on", f"{_KINGMA}, section 2.1", 1.0,
         float(corrected[np.argmax(np.abs(corrected - 1.0))])),
        ("without bias correction Adam's first step is 3.162 η, too large", f"{_KINGMA}, section 3",
         theory.first_step(0.9, 0.999), float(raw[0])),
        (f"without bias correction the step peaks at 6.57 η, at step {peak_at}", "core/theory/adam.py", peak,
         float(raw.max())),
        ("Adam's step after a lone spike is 3.15 η", f"{_KINGMA}, section 2.1", theory.spike_step(0.9, 0.999, 5000),
         float(after_spike[-2] - after_spike[-1]) / 0.01),
    )  # fmt: skip
    for name, source, predicted, measured in lines:
        yield Claim(
            name=name,
            scene="adam",
            source=source,
            predicted=predicted,
            measured=measured,
            tolerance=1e-9,
            because=rounding,
            applies="β₁ = 0.9, β₂ = 0.999, ε = 0 (1e-12 for the spike)",
        )


def _decay() -> Iterator[Claim]:
    silent = np.zeros(20)
    for decay in (1e-4, 1e-2, 1.0):
        hyper = Hyper(learning_rate=0.01, weight_decay=decay)
        yield Claim(
            name=f"AdamW without data gradient leaves (1−ηλ)^T of a weight, λ = {decay:g}",
            scene="adamw",
            source="Loshchilov & Hutter 2019, Algorithm 2",
            predicted=float(theory.decoupled_decay(0.01, decay, 20)),
            measured=float(drive("adamw", hyper, silent, 1.0)[-1]),
            tolerance=1e-12,
            because="rounding of 20 products",
        )
    for decay in (1e-4, 1e-2, 1.0):
        hyper = Hyper(learning_rate=0.01, weight_decay=decay, epsilon=0.0)
        yield Claim(
            name=f"Adam + L2 without data gradient leaves about 1 − ηT of a weight whatever λ is, λ = {decay:g}",
            scene="adamw",
            source="Loshchilov & Hutter 2019, section 2; core/theory/adam.py",
            predicted=theory.coupled_decay(0.01, 20),
            measured=float(drive("adam_l2", hyper, silent, 1.0)[-1]),
            tolerance=1e-12,
            because="rounding of 20 steps",
            applies="T = 20, η = 0.01, ε = 0",
        )
