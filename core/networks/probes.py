"""What to look at in a network besides its output: gradient norms, activation statistics, Jacobians."""

import numpy as np

from core import activations
from core.networks import normalize
from core.networks.backward import Gradients
from core.networks.forward import Pass
from core.networks.stack import Stack
from core.recording import F64


def signal_norms(gradients: Gradients) -> F64:
    """(depth + 1,) the Frobenius norm of ∂L/∂(output of layer l), index 0 for the inputs: the signal that travels back."""
    return np.array([_norm(signal) for signal in gradients.signals])


def weight_gradient_norms(stack: Stack, gradients: Gradients) -> F64:
    """(depth,) the Frobenius norm of ∂L/∂W of each layer: what a step of gradient descent moves."""
    return np.array([_norm(layer.weight) for layer in stack.views(gradients.theta)])


def output_moments(done: Pass) -> tuple[F64, F64]:
    """The mean and the variance of each layer's output over examples and units, (depth,) each."""
    with np.errstate(all="ignore"):
        means = np.array([layer.output.mean() for layer in done.layers])
        variances = np.array([layer.output.var() for layer in done.layers])
    return means, variances


@np.errstate(all="ignore")  # values beyond float64 become inf and nan, as an outcome
def layer_jacobian(stack: Stack, theta: F64, done: Pass, layer: int, example: int = 0) -> F64:
    """∂(output of layer)/∂(its input) at one example, (out, in), layers counted from 0.

    J = M N_after Φ' N_before W (+ I where residual), Φ' = diag φ'(u), M = diag of dropout's factors. With batch
    normalization in training it is the example's own derivative, the rest of the batch held still.
    """
    spec, one = stack.layers[layer], done.layers[layer]
    jacobian = np.array(stack.views(theta)[layer].weight)
    norm = normalize.jacobian(one.normalized, done.train, example) if one.normalized is not None else None
    if norm is not None and spec.place == "before":
        jacobian = norm @ jacobian
    slope = activations.derivatives(activations.code(spec.activation), one.before[example])
    jacobian *= slope[:, None]
    if norm is not None and spec.place == "after":
        jacobian = norm @ jacobian
    if one.keep is not None:
        jacobian *= one.keep[example][:, None]
    return jacobian + np.eye(len(jacobian)) if spec.residual else jacobian


def input_jacobian(stack: Stack, theta: F64, done: Pass, example: int = 0, first: int = 0, last: int | None = None) -> F64:
    """The product of the layer Jacobians first … last (the whole stack if not said), (width of last, inputs of first)."""
    last = stack.depth - 1 if last is None else last
    product: F64 = layer_jacobian(stack, theta, done, first, example)
    with np.errstate(all="ignore"):
        for layer in range(first + 1, last + 1):
            product = np.asarray(layer_jacobian(stack, theta, done, layer, example) @ product)
    return product


def singular_values(matrix: F64) -> F64:
    """The singular values from large to small, (min(rows, columns),); all NaN if an entry is not finite."""
    if not np.isfinite(matrix).all():
        return np.full(min(matrix.shape), np.nan)
    return np.asarray(np.linalg.svd(matrix, compute_uv=False), dtype=np.float64)


def _norm(array: F64) -> float:
    """√Σx², scaled by the largest entry so that squares neither overflow nor vanish (1e−200 squared is 0)."""
    largest = float(np.abs(array).max()) if array.size else 0.0
    if largest == 0.0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.square(array / largest).sum()))
