"""Directions in the space of all parameters, along which a loss is looked at.

A network of ReLUs does not change when one layer's weights and bias are multiplied by c > 0 and the next layer's weights
divided by it, yet a step of fixed length along a random direction then means something else. Li et al., "Visualizing the loss
landscape of neural nets" (NeurIPS 2018), section 4, therefore give the direction of every filter, here every row of W with the
weights into one unit, the length of the filter itself: d ← d/‖d‖·‖w‖. Biases and normalization parameters stay where they are.
"""

import numpy as np

from core.networks import Stack
from core.noise import STREAM_PROBE, normals
from core.recording import F64


def random_direction(stack: Stack, seed: int = 0, number: int = 0) -> F64:
    """A standard normal direction (P,), direction `number` of this seed."""
    return normals(stack.size, seed, number, 0, STREAM_PROBE)


@np.errstate(all="ignore")  # a diverged net is beyond float64, and so is its direction
def filter_normalized(stack: Stack, theta: F64, direction: F64) -> F64:
    """`direction` (P,) with every row of every weight matrix as long as the row of `theta` (P,); 0 elsewhere.

    A row of zeros in the direction stays zero.
    """
    out = np.zeros_like(direction)
    for own, given, scaled in zip(stack.views(theta), stack.views(direction), stack.views(out), strict=True):
        lengths = np.linalg.norm(given.weight, axis=1, keepdims=True)
        wanted = np.linalg.norm(own.weight, axis=1, keepdims=True)
        scaled.weight[:] = given.weight * np.divide(wanted, lengths, out=np.zeros_like(lengths), where=lengths > 0.0)
    return out


def rescaled(stack: Stack, theta: F64, layer: int, factor: float) -> F64:
    """θ (P,) with layer `layer`'s weights and bias times `factor` > 0 and the next layer's weights divided by it.

    The same function where `layer` has a positively homogeneous activation (ReLU, leaky ReLU, identity) and no normalization.
    """
    if not 0 <= layer < stack.depth - 1 or not 0.0 < factor < np.inf:
        raise ValueError(f"layers 0 to {stack.depth - 2} can be rescaled, by a factor above 0, not layer {layer} by {factor}")
    out = np.array(theta)
    views = stack.views(out)
    with np.errstate(all="ignore"):
        views[layer].weight[:] *= factor
        views[layer].bias[:] *= factor
        views[layer + 1].weight[:] /= factor
    return out
