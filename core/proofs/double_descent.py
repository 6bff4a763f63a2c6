"""Experiment: descent from zero on more and more features; the test error peaks where they are as many as the examples."""

import math
from collections.abc import Iterator

import numpy as np

from core import losses
from core.claims import Claim
from core.noise import STREAM_DATA, normals
from core.optimizers import Hyper
from core.optimizers.many import step_all
from core.optimizers.step import method_code
from core.recording import F64
from core.theory.double_descent import expected_error
from core.theory.momentum import best_setting

SCENES = ("l1-l2",)  # whose claims `proofs` makes

_DIMENSION, _EXAMPLES, _DRAWS = 400, 40, 60
_BELKIN = "Belkin, Hsu & Xu 2020, theorem 1; core/theory/double_descent.py"


def fit(inputs: F64, targets: F64) -> F64:
    """The weights (p,) to which heavy ball from zero converges on the mean squared error of inputs (n, p)."""
    spectrum = np.linalg.svd(inputs, compute_uv=False) ** 2 * (2.0 / len(targets))
    rate, momentum, factor = best_setting("momentum", float(spectrum[-1]), float(spectrum[0]))
    hyper = Hyper(learning_rate=rate, momentum=momentum)
    weights, velocity, unused = np.zeros(inputs.shape[1]), np.zeros(inputs.shape[1]), np.zeros(inputs.shape[1])
    for t in range(1, math.ceil(math.log(1e-6) / math.log(factor))):
        _, pull = losses.loss("mse", inputs @ weights, targets)
        step_all(method_code("momentum"), weights, inputs.T @ pull, velocity, unused, unused, hyper, t, 0.0, 0.0)
    return weights


def errors(features: int) -> F64:
    """Expected error on new data, ‖w − β_T‖² + ‖β_rest‖², of each of the draws; β has length 1, spread evenly."""
    beta = np.full(_DIMENSION, 1.0 / math.sqrt(_DIMENSION))
    found = np.empty(_DRAWS)
    for draw in range(_DRAWS):
        x = normals(_EXAMPLES * _DIMENSION, draw, features, 0, STREAM_DATA).reshape(_EXAMPLES, _DIMENSION)
        seen = np.ascontiguousarray(x[:, :features])
        # at the peak the condition number is in the thousands and descent takes for ever: there the end of it is solved for
        w = np.linalg.lstsq(seen, x @ beta)[0] if features == _EXAMPLES else fit(seen, x @ beta)
        found[draw] = float(((w - beta[:features]) ** 2).sum() + (beta[features:] ** 2).sum())
    return found


def proofs() -> Iterator[Claim]:
    """The error well below the peak, well above, with all features, and at the peak."""
    for features in (20, 80, 400):
        found = errors(features)
        share = features / _DIMENSION
        yield Claim(
            name=f"least squares on {_EXAMPLES} examples with {features} of {_DIMENSION} features: expected test error",
            scene="l1-l2",
            source=_BELKIN,
            predicted=expected_error(features, _EXAMPLES, share, 1.0 - share),
            measured=float(found.mean()),
            tolerance=4.0 * float(found.std()) / math.sqrt(_DRAWS) / float(found.mean()),
            because=f"four standard errors over {_DRAWS} draws",
            applies="normal inputs, no penalty, descent from zero (the solution of smallest norm)",
        )
    yield Claim(
        name="… and with 40 features, as many as examples, the middle draw errs ten times as much as with 20",
        scene="l1-l2",
        source=_BELKIN,
        predicted=10.0 * expected_error(20, _EXAMPLES, 0.05, 0.95),
        measured=float(np.median(errors(_EXAMPLES))),
        tolerance=0.0,
        because="a bound: the mean is infinite, the median is not",
        applies="normal inputs, no penalty",
        comparison="at least",
    )
