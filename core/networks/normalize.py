"""Normalization of one layer's rows, (N examples, D units), chosen by name; the formulas stand in `core.normalization`."""

import numpy as np

from core.networks.stack import LayerParameters
from core.normalization.layers import Normalized, normalize, normalize_backward
from core.normalization.running import RunningStatistics, batch_norm_eval, batch_norm_eval_backward
from core.recording import F64


def forward(kind: str, x: F64, p: LayerParameters, running: RunningStatistics | None, train: bool) -> Normalized:
    """γ x̂ + β of x (N, D). Batch normalization takes its statistics from the batch in training, else from `running`."""
    if kind == "batch" and not train:
        assert running is not None
        return batch_norm_eval(x, running, p.gain, p.shift)
    return normalize(kind, x, p.gain, None if kind == "rms" else p.shift)


def backward(done: Normalized, train: bool, gradient: F64, into: LayerParameters) -> F64:
    """∂L/∂x (N, D) from ∂L/∂y; writes ∂L/∂γ and, where there is one, ∂L/∂β into the gradient's views."""
    back = batch_norm_eval_backward if done.kind == "batch" and not train else normalize_backward
    below, into.gain[:], by_shift = back(gradient, done)
    if into.shift.size:
        into.shift[:] = by_shift
    return below


def jacobian(done: Normalized, train: bool, row: int) -> F64:
    """∂y/∂x within one example, (D, D). For batch normalization the example's own share in its statistics, others fixed."""
    hat = done.x_hat[row]
    if done.kind == "batch":
        n = len(done.x_hat)
        own = 1.0 - 1.0 / n - hat * hat / n if train else 1.0
        return np.diag(done.gamma * own / np.sqrt(done.variance + done.epsilon))
    inside = np.eye(len(hat)) - np.outer(hat, hat) / len(hat)
    if done.kind == "layer":
        inside -= 1.0 / len(hat)
    matrix: F64 = done.gamma[:, None] * inside / np.sqrt(done.variance[row] + done.epsilon)
    return matrix
