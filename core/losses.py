"""Losses from logits, each with its gradient, as means.

Convention: L is the mean over the batch of the example's loss (cross-entropies with one target per example), or over
all entries (binary cross-entropy and the squared errors, as PyTorch's `reduction="mean"`). Gradients are of that mean, so
they carry the 1/N. With N examples or entries, z a logit, t a target, σ the logistic function:

    softmax cross-entropy   L = mean of m + ln Σⱼ e^(zⱼ−m) − z_label, m = max z     ∂L/∂zⱼ = (pⱼ − [j = label])/N
    binary cross-entropy    L = mean of max(z, 0) − z t + ln(1 + e^−|z|)           ∂L/∂z = (σ(z) − t)/N
    sigmoid + MSE           L = mean of (σ(z) − t)²                                ∂L/∂z = 2(σ(z) − t) σ(z)(1 − σ(z))/N
    MSE                     L = mean of (z − t)²                                   ∂L/∂z = 2(z − t)/N

The first two are −ln of the probability of the target (Bishop, "Pattern Recognition and Machine Learning", 2006, §4.3),
written so that no exponential overflows and no logarithm meets 0. Sigmoid + MSE is what saturates: its gradient vanishes where
the unit is sure and wrong. There is no factor ½ in the squared errors. A logit of nan gives a loss of nan; an infinite one
gives what the formula comes to: inf, nan where that is inf − inf, or its limit (softmax of −inf is 0, σ of ±inf 0 or 1).

The kernels do not check; `loss` does, and is the door for Python.
"""

import numpy as np
import numpy.typing as npt

from core import elementary
from core.jit import kernel, loop
from core.recording import F64, I64

NAMES = ("softmax_cross_entropy", "binary_cross_entropy", "sigmoid_mse", "mse")
SOFTMAX_CROSS_ENTROPY, BINARY_CROSS_ENTROPY, SIGMOID_MSE, MSE = range(4)


@kernel
def softmax_cross_entropy(logits: F64, labels: I64, gradient: F64) -> float:
    """Mean loss of logits (N, K) against labels (N,) in 0 … K−1; writes ∂L/∂logits (N, K).

    A label outside of its range makes the loss nan, and an empty batch does, too.
    """
    examples, classes = logits.shape
    scale: float = 1.0 / examples
    total = 0.0
    for n in range(examples):
        label = labels[n]
        if label < 0 or label >= classes:
            total = np.nan
            for j in range(classes):
                gradient[n, j] = np.nan
            continue
        top = logits[n, 0]
        for j in range(1, classes):
            top = logits[n, j] if logits[n, j] > top else top
        mass = 0.0
        for j in range(classes):
            gradient[n, j] = elementary.exp(logits[n, j] - top)
            mass += gradient[n, j]
        total += elementary.log(mass) + (top - logits[n, label])
        factor = scale / mass
        for j in range(classes):
            gradient[n, j] *= factor
        gradient[n, label] -= scale
    return total * scale


@loop
def softmax_cross_entropy_columns(logits: F64, labels: F64 | I64, gradient: F64, work: F64) -> float:
    """The same for logits (K, N), one column per example: the layout in which networks keep the batch innermost.

    work (3, N) is room for it; labels may be whole numbers in float64.
    """
    classes, examples = logits.shape
    scale: float = 1.0 / examples
    if classes == 0:
        return np.nan
    top, mass, logs = work[0], work[1], work[2]
    for n in range(examples):
        top[n] = logits[0, n]
        mass[n] = 0.0
    for j in range(1, classes):
        for n in range(examples):
            top[n] = logits[j, n] if logits[j, n] > top[n] else top[n]
    for j in range(classes):
        for n in range(examples):
            gradient[j, n] = elementary.exp(logits[j, n] - top[n])
            mass[n] += gradient[j, n]
    for n in range(examples):
        logs[n] = elementary.log(mass[n])
        mass[n] = scale / mass[n]
    total = 0.0
    for n in range(examples):
        label = np.int64(labels[n])
        if label < 0 or label >= classes:
            total = np.nan
            mass[n] = np.nan
        else:
            total += logs[n] + (top[n] - logits[label, n])
    for j in range(classes):
        for n in range(examples):
            gradient[j, n] *= mass[n]
    for n in range(examples):
        if 0 <= labels[n] < classes:
            gradient[np.int64(labels[n]), n] -= scale
    return total * scale


@kernel
def binary_cross_entropy(logits: F64, targets: F64, gradient: F64) -> float:
    """Mean loss of logits (N,) against targets (N,) in [0, 1]; writes ∂L/∂logits (N,)."""
    scale: float = 1.0 / logits.shape[0]
    for n in range(logits.shape[0]):  # the gradient is scratch at first, so that all but the sum is SIMD code
        z = logits[n]
        # for t = 0 and t = 1 the first two terms cancel exactly where they should
        gradient[n] = ((z if z > 0.0 else 0.0) - z * targets[n]) + elementary.softplus(-z if z > 0.0 else z)
    total = 0.0
    for n in range(logits.shape[0]):
        total += gradient[n]
    for n in range(logits.shape[0]):
        gradient[n] = scale * (elementary.sigmoid(logits[n]) - targets[n])
    return total * scale


@kernel
def sigmoid_mse(logits: F64, targets: F64, gradient: F64) -> float:
    """Mean of (σ(z) − t)² over (N,) entries; writes ∂L/∂logits (N,)."""
    scale: float = 1.0 / logits.shape[0]
    for n in range(logits.shape[0]):
        gradient[n] = elementary.sigmoid(logits[n])
    total = 0.0
    for n in range(logits.shape[0]):
        y = gradient[n]
        miss = y - targets[n]
        total += miss * miss
        gradient[n] = 2.0 * scale * miss * (y * (1.0 - y))
    return total * scale


@kernel
def mse(outputs: F64, targets: F64, gradient: F64) -> float:
    """Mean of (z − t)² over (N,) entries; writes ∂L/∂outputs (N,)."""
    scale: float = 1.0 / outputs.shape[0]
    total = 0.0
    for n in range(outputs.shape[0]):
        miss = outputs[n] - targets[n]
        gradient[n] = 2.0 * scale * miss
        total += miss * miss
    return total * scale


def loss(name: str, outputs: npt.ArrayLike, targets: npt.ArrayLike) -> tuple[float, F64]:
    """The loss called `name` and its gradient, shaped like `outputs`.

    softmax_cross_entropy takes outputs (N, K) and N whole labels in 0 … K−1; the others take two arrays of one shape,
    and binary_cross_entropy targets in [0, 1]. ValueError says which of this does not hold.
    """
    if name not in NAMES:
        raise ValueError(f"{name!r} is not a loss (known: {', '.join(NAMES)})")
    values = np.array(outputs, dtype=np.float64, order="C")  # copies: kernels are compiled for writable arrays
    if values.size == 0:
        raise ValueError(f"{name} of an empty batch has no mean")
    gradient = np.empty_like(values)
    if name == "softmax_cross_entropy":
        value = softmax_cross_entropy(values, _labels(values, targets), gradient)
        return float(value), gradient
    wanted = np.array(targets, dtype=np.float64, order="C")
    if wanted.shape != np.shape(outputs):
        raise ValueError(f"{name} needs targets of the outputs' shape {np.shape(outputs)}, not {wanted.shape}")
    flat, goal, slope = values.reshape(-1), wanted.reshape(-1), gradient.reshape(-1)
    if name == "binary_cross_entropy":
        if not np.all((goal >= 0.0) & (goal <= 1.0)):
            raise ValueError("binary_cross_entropy needs targets between 0 and 1")
        value = binary_cross_entropy(flat, goal, slope)
    elif name == "sigmoid_mse":
        value = sigmoid_mse(flat, goal, slope)
    else:
        value = mse(flat, goal, slope)
    return float(value), gradient.reshape(np.shape(outputs))


def _labels(logits: F64, targets: npt.ArrayLike) -> I64:
    """The labels as int64, checked against logits (N, K)."""
    if logits.ndim != 2:
        raise ValueError(f"softmax_cross_entropy needs logits of shape (examples, classes), not {logits.shape}")
    given = np.asarray(targets)
    if given.shape != (logits.shape[0],):
        raise ValueError(f"softmax_cross_entropy needs {logits.shape[0]} labels, not an array of shape {given.shape}")
    if not np.all((given >= 0) & (given < logits.shape[1]) & (given == np.floor(given))):
        raise ValueError(f"softmax_cross_entropy needs whole labels from 0 to {logits.shape[1] - 1}")
    return np.array(given, dtype=np.int64)
