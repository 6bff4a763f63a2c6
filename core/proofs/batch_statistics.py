"""Experiments with BatchNorm's statistics: how noisy they are by batch size, batches of two, running means."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.noise import STREAM_PROBE, normals
from core.normalization.layers import normalize
from core.normalization.running import RunningStatistics
from core.theory import normalization as theory

SCENES = ("batch-size", "batchnorm-modes")  # whose claims `proofs` makes

_SETS = 8000  # channels, each with a batch of its own
_SIGMA = 3.0
_THEORY = "core/theory/normalization.py"


def proofs() -> Iterator[Claim]:
    """Every claim about statistics taken over a batch."""
    for batch in (2, 8, 32):
        yield from _noise(batch)
    yield from _two()
    yield from _running()


def _noise(batch: int) -> Iterator[Claim]:
    """Means and variances of 8,000 batches, as BatchNorm took them."""
    x = 5.0 + _SIGMA * normals(batch * _SETS, batch, 0, 0, STREAM_PROBE).reshape(batch, _SETS)
    done = normalize("batch", x)
    spread = float(theory.variance_noise(batch))
    # A standard deviation taken from n samples has relative standard error √((κ − 1)/4n), κ the kurtosis: 3 for normal
    # values, 3 + 12/(B − 1) for the χ² law of a variance.
    heavy = math.sqrt((2.0 + 12.0 / (batch - 1)) / (4.0 * _SETS))
    lines = (
        ("the batch mean scatters by σ/√B", float(theory.mean_noise(_SIGMA, batch)), done.mean.std(), math.sqrt(0.5 / _SETS)),
        (
            "the batch variance scatters by √(2/(B − 1)) of itself",
            spread,
            done.variance.std() / done.variance.mean(),
            heavy + spread / math.sqrt(_SETS),
        ),
        (
            "the biased variance is (1 − 1/B)σ² on average",
            float(theory.biased_variance_factor(batch)),
            done.variance.mean() / _SIGMA**2,
            spread / math.sqrt(_SETS),
        ),
    )
    for name, predicted, measured, error in lines:
        yield Claim(
            name=f"{name}, B = {batch}",
            scene="batch-size",
            source=f"Casella & Berger 2002, theorem 5.3.1; {_THEORY}",
            predicted=predicted,
            measured=float(measured),
            tolerance=4.0 * error,
            because=f"four standard errors over {_SETS} batches",
            applies="independent normal values",
        )


def _two() -> Iterator[Claim]:
    x = np.array([[0.31, -70.0, 1e-3], [0.17, 4000.0, 2e-3]])
    for epsilon in (0.0, 1e-5):
        y = normalize("batch", x, epsilon=epsilon).y
        wanted = np.array([theory.batch_of_two(first, second, epsilon) for first, second in x.T.tolist()]).T
        yield Claim(
            name=f"a batch of two comes out as ±d/√(d² + ε), d half the distance: ±1 whatever the data, ε = {epsilon:g}",
            scene="batch-size",
            source=f"(x − μ)/√(v + ε) with v = d²; {_THEORY}",
            predicted=0.0,
            measured=float(np.abs(y - wanted).max()),
            tolerance=1e-14,
            because="rounding (largest difference of three channels)",
            comparison="absolute",
        )


def _running() -> Iterator[Claim]:
    batches, momentum, size, start = 60, 0.1, 4, 0.0
    x = 2.0 + _SIGMA * normals(batches * size * 500, 7, 0, 0, STREAM_PROBE).reshape(batches, size, 500)
    state, means = RunningStatistics.fresh(500), []
    for batch in x:
        done = normalize("batch", batch)
        state = state.updated(done, momentum)
        means.append(done.mean)
    closed = theory.running_mean(start, np.array(means)[:, 0], momentum)[-1]
    lines = (
        (
            "the running mean after 60 batches is (1−m)^k r₀ + m Σ (1−m)^(k−i) μᵢ",
            closed,
            state.mean[0],
            1e-13,
            "rounding of 60 updates",
        ),
        (
            "the running mean's average has come 1 − 0.9^60 of the way",
            theory.running_mean_expected(start, 2.0, momentum, batches),
            state.mean.mean(),
            4.0 * theory.running_mean_noise(_SIGMA, size, momentum) / math.sqrt(500) / 2.0,
            "four standard errors over 500 channels",
        ),
        (
            "the running mean scatters by σ/√B·√(m/(2 − m)), a quarter of one batch's",
            theory.running_mean_noise(_SIGMA, size, momentum),
            state.mean.std(),
            4.0 / math.sqrt(2.0 * 500),
            "four standard errors √(1/2n) over 500 channels",
        ),
    )
    for name, predicted, measured, tolerance, because in lines:
        yield Claim(
            name=name,
            scene="batchnorm-modes",
            source=f"r ← (1 − m) r + m μ solved; {_THEORY}",
            predicted=float(predicted),
            measured=float(measured),
            tolerance=tolerance,
            because=because,
            applies="PyTorch's momentum m = 0.1, batches of 4",
        )
    wanted = _SIGMA**2 + 0.9**batches * (1.0 - _SIGMA**2)
    yield Claim(
        name="the running variance is made unbiased on its way in: σ² on average although B = 4",
        scene="batchnorm-modes",
        source="PyTorch; core/normalization/running.py",
        predicted=wanted,
        measured=float(state.variance.mean()),
        tolerance=4.0 * float(theory.variance_noise(size)) * math.sqrt(momentum / (2.0 - momentum) / 500),
        because="four standard errors over 500 channels",
        applies="PyTorch's momentum m = 0.1, batches of 4",
    )
