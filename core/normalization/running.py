"""BatchNorm's running statistics, and BatchNorm in eval mode, which uses them instead of the batch's.

After each training batch with mean μ_B and biased variance v_B over M = N·H·W values per channel (PyTorch's meaning):

    running mean     ← (1 − momentum)·running mean     + momentum·μ_B
    running variance ← (1 − momentum)·running variance + momentum·v_B·M/(M − 1)

so `momentum` is the weight of the *new* batch (0.1 by default; TensorFlow's 0.99 is its complement), and the variance is made
unbiased on its way in, although the batch itself was normalized with the biased one. Ioffe & Szegedy (ICML 2015),
algorithm 2, average over batches instead; `momentum=None` does that: a plain mean over all batches so far. With M = 1 the
unbiased variance does not exist: the running variance then keeps its value (PyTorch refuses such a batch).

Eval mode: y = γ (x − running mean)/√(running variance + ε) + β, a fixed affine map, so ∂L/∂x = γ·∂L/∂y/√(running variance + ε).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.normalization.layers import EPSILON, Normalized, affine, affine_gradients, broadcast
from core.normalization.sets import check
from core.recording import F64


@dataclass(frozen=True, eq=False)
class RunningStatistics:
    """Running mean and variance, (C,) each, and the number of batches they have seen. Frozen: `updated` returns new ones."""

    mean: F64
    variance: F64
    batches: int = 0

    @classmethod
    def fresh(cls, channels: int) -> "RunningStatistics":
        """Before any batch: mean 0 and variance 1, as PyTorch starts."""
        return cls(np.zeros(channels), np.ones(channels))

    def updated(self, forward: Normalized, momentum: float | None = 0.1) -> "RunningStatistics":
        """After the training batch whose forward pass is `forward`; momentum None means the plain mean over batches."""
        if forward.kind != "batch":
            raise ValueError(f"only batch normalization keeps running statistics, not {forward.kind}")
        if momentum is not None and not 0.0 <= momentum <= 1.0:
            raise ValueError(f"momentum must lie between 0 and 1, not {momentum}")
        weight = 1.0 / (self.batches + 1) if momentum is None else momentum
        values = forward.y.size // forward.mean.size
        mean = (1.0 - weight) * self.mean + weight * forward.mean
        variance = self.variance
        if values > 1:
            variance = (1.0 - weight) * variance + weight * (forward.variance * (values / (values - 1)))
        return RunningStatistics(mean, variance, self.batches + 1)


def batch_norm_eval(
    x: npt.ArrayLike,
    running: RunningStatistics,
    gamma: npt.ArrayLike | None = None,
    beta: npt.ArrayLike | None = None,
    *,
    epsilon: float = EPSILON,
) -> Normalized:
    """Batch normalization of x (N, C, …) by running statistics: every example is treated alike, whatever its companions."""
    values = np.asarray(x, dtype=np.float64)
    check("batch", values.shape)
    shape = values.shape[1:2]
    if not epsilon >= 0.0:
        raise ValueError(f"epsilon must be 0 or more, not {epsilon}")
    if running.mean.shape != shape:
        raise ValueError(f"running statistics of {running.mean.size} channels do not fit {values.shape[1]} channels")
    weight, shift = affine(gamma, 1.0, shape, "gamma"), affine(beta, 0.0, shape, "beta")
    with np.errstate(all="ignore"):  # values beyond float64 become inf and nan, as does a variance of 0 with ε = 0
        inverse = 1.0 / np.sqrt(running.variance + epsilon)
        x_hat = (values - broadcast(running.mean, values.ndim)) * broadcast(inverse, values.ndim)
        y = x_hat * broadcast(weight, values.ndim) + broadcast(shift, values.ndim)
    return Normalized(y, x_hat, running.mean, running.variance, weight, shift, "batch", 1, float(epsilon))


def batch_norm_eval_backward(dy: npt.ArrayLike, forward: Normalized) -> tuple[F64, F64, F64]:
    """(∂L/∂x, ∂L/∂γ, ∂L/∂β) in eval mode: the statistics are constants, so only the direct path is left."""
    slope = np.asarray(dy, dtype=np.float64)
    if slope.shape != forward.y.shape:
        raise ValueError(f"the gradient needs the output's shape {forward.y.shape}, not {slope.shape}")
    with np.errstate(all="ignore"):
        dgamma, dbeta = affine_gradients(slope, forward.x_hat, forward.gamma.shape)
        scale = forward.gamma / np.sqrt(forward.variance + forward.epsilon)
        return slope * broadcast(scale, slope.ndim), dgamma, dbeta
