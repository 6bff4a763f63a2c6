"""The forward pass through a stack, keeping what the backward pass and the pictures need.

This is the clear engine: matrix products of NumPy, any width and depth, every option of a layer. `core.networks.small`
is the fast one for small plain nets; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core import activations, dropout
from core.networks import normalize
from core.networks.stack import Layer, LayerParameters, Stack
from core.normalization.layers import Normalized
from core.normalization.running import RunningStatistics
from core.recording import F64

Running = tuple[RunningStatistics | None, ...]  # one per layer, None where there is no batch normalization


@dataclass(frozen=True, eq=False)
class LayerPass:
    """One layer's numbers for N examples.

    inputs: h (N, in);  linear: z (N, out);  before: u, what the activation saw;  activation: φ(u);
    keep: dropout's factor per unit, 0 or 1/(1 − p), (N, out), or None where nothing is dropped;  output: (N, out)
    normalized: the normalization's numbers, or None.
    """

    inputs: F64
    linear: F64
    before: F64
    activation: F64
    normalized: Normalized | None
    keep: F64 | None
    output: F64


@dataclass(frozen=True, eq=False)
class Pass:
    """A whole forward pass: the layers' numbers, whether in training mode, and the running statistics after it."""

    layers: tuple[LayerPass, ...]
    running: Running
    train: bool

    @property
    def output(self) -> F64:
        """What the network says, (N, outputs)."""
        return self.layers[-1].output


def fresh_running(stack: Stack) -> Running:
    """Running statistics before training: mean 0 and variance 1 for every layer with batch normalization."""
    return tuple(RunningStatistics.fresh(layer.width) if layer.normalization == "batch" else None for layer in stack.layers)


def check_inputs(stack: Stack, inputs: F64) -> None:
    """Refuse inputs that are not N ≥ 1 rows of the stack's width."""
    if inputs.ndim != 2 or inputs.shape[1] != stack.inputs:
        raise ValueError(f"this network takes inputs of shape (N, {stack.inputs}), not {inputs.shape}")
    if len(inputs) < 1:
        raise ValueError("a forward pass needs at least 1 example")


def forward(
    stack: Stack, theta: F64, inputs: F64, *, train: bool = False, running: Running | None = None, seed: int = 0, step: int = 0
) -> Pass:
    """Send `inputs` (N, stack.inputs) through the network with parameters `theta` (stack.size,).

    train: batch normalization uses the batch's statistics and dropout drops, its masks keyed by (seed, layer, step);
    otherwise running statistics and nothing dropped. Values beyond float64 become inf and nan, as an outcome.
    """
    check_inputs(stack, inputs)
    running = fresh_running(stack) if running is None else running
    h = np.ascontiguousarray(inputs, dtype=np.float64)
    passes = []
    with np.errstate(all="ignore"):
        for number, (layer, parameters) in enumerate(zip(stack.layers, stack.views(theta), strict=True)):
            passes.append(_layer(layer, parameters, h, running[number], train, seed, step, number))
            h = passes[-1].output
    return Pass(tuple(passes), _moved(passes, running) if train else running, train)


def _layer(
    layer: Layer,
    p: LayerParameters,
    h: F64,
    running: RunningStatistics | None,
    train: bool,
    seed: int,
    step: int,
    number: int,
) -> LayerPass:
    z = h @ p.weight.T + p.bias
    before, normalized = z, None
    if layer.normalization != "none" and layer.place == "before":
        normalized = normalize.forward(layer.normalization, z, p, running, train)
        before = normalized.y
    activation = activations.activations(activations.code(layer.activation), before)
    output, keep = activation, None
    if layer.normalization != "none" and layer.place == "after":
        normalized = normalize.forward(layer.normalization, activation, p, running, train)
        output = normalized.y
    if train and layer.dropout > 0.0:
        keep = dropout.mask(output.shape, layer.dropout, seed=seed, layer=number, step=step)
        output = np.where(keep == 0.0, 0.0, output) * keep
    if layer.residual:
        output = output + h
    return LayerPass(h, z, before, activation, normalized, keep, output)


def _moved(passes: Sequence[LayerPass], running: Running) -> Running:
    return tuple(
        old.updated(one.normalized) if old is not None and one.normalized is not None else old
        for one, old in zip(passes, running, strict=True)
    )
