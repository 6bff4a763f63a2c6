"""Outputs of many nets of one plain stack on the same examples, in one pass through the layers.

    h⁰ = x,   hˡ = φ(hˡ⁻¹ Wˡᵀ + bˡ)   of every net at once, in evaluation: nothing is dropped

The numbers of `core.networks.forward`, up to the order of its sums. For nets with few units the time goes into the calls,
which here are as many as for a single net.
"""

import numpy as np

from core import activations
from core.networks.forward import check_inputs
from core.networks.stack import Stack
from core.recording import F64

CACHED = 32_768  # numbers of a layer that stay in the processor's cache until the next one needs them


def outputs(stack: Stack, thetas: F64, inputs: F64) -> F64:
    """What the nets with parameters `thetas` (K, stack.size) say to `inputs` (N, stack.inputs): (K, N, outputs)."""
    check_inputs(stack, inputs)
    if not stack.plain:
        raise ValueError("many nets at once need plain layers: no normalization or residual")
    if thetas.ndim != 2 or thetas.shape[1] != stack.size:
        raise ValueError(f"these nets have {stack.size} parameters each, and the array has shape {thetas.shape}")
    x: F64 = np.asarray(inputs, dtype=np.float64)
    together = max(1, CACHED // (len(x) * max(stack.widths)))
    out = np.empty((len(thetas), len(x), stack.outputs))
    with np.errstate(all="ignore"):
        for first in range(0, len(thetas), together):
            out[first : first + together] = _through(stack, thetas[first : first + together], x)
    return out


def _through(stack: Stack, thetas: F64, h: F64) -> F64:
    fan_in = stack.inputs
    for layer, start in zip(stack.layers, stack.offsets, strict=False):
        bias = start + layer.width * fan_in
        weight = thetas[:, start:bias].reshape(-1, layer.width, fan_in)
        h = h @ weight.transpose(0, 2, 1)
        h += thetas[:, None, bias : bias + layer.width]
        flat = h.reshape(-1)
        activations.activate_layer(activations.code(layer.activation), flat, flat)
        fan_in = layer.width
    return h
