"""The backward pass: the chain rule through a stack, from ∂L/∂output to every layer and every parameter."""

from dataclasses import dataclass

import numpy as np

from core import activations
from core.networks import normalize
from core.networks.forward import LayerPass, Pass
from core.networks.stack import Layer, LayerParameters, Stack
from core.recording import F64


@dataclass(frozen=True, eq=False)
class Gradients:
    """What the backward pass found.

    theta:   (stack.size,) ∂L/∂θ.
    signals: depth + 1 arrays; signals[l] is ∂L/∂(output of layer l) (N, width of l), signals[0] is ∂L/∂inputs.
    linear:  depth arrays; linear[l] is ∂L/∂z of layer l + 1, (N, width).
    """

    theta: F64
    signals: tuple[F64, ...]
    linear: tuple[F64, ...]


def backward(stack: Stack, theta: F64, done: Pass, output_gradient: F64) -> Gradients:
    """Go back through the forward pass `done` from ∂L/∂output (N, outputs).

    Per layer, from the output's gradient g: through dropout g ⊙ m, through the normalization its own backward, through the
    activation g ⊙ φ'(u), and with δ = ∂L/∂z: ∂L/∂W = δᵀh, ∂L/∂b = Σ δ over examples, ∂L/∂h = δW (+ g where residual).
    """
    if output_gradient.shape != done.output.shape:
        raise ValueError(f"the output's gradient must have shape {done.output.shape}, not {output_gradient.shape}")
    found = np.empty(stack.size)
    signals, linear = [output_gradient], []
    with np.errstate(all="ignore"):
        rows = zip(stack.layers, stack.views(theta), stack.views(found), done.layers, strict=True)
        for layer, parameters, into, one in reversed(list(rows)):
            below, delta = _layer(layer, parameters, into, one, signals[-1], done.train)
            signals.append(below)
            linear.append(delta)
    return Gradients(found, tuple(reversed(signals)), tuple(reversed(linear)))


def _layer(layer: Layer, p: LayerParameters, into: LayerParameters, one: LayerPass, above: F64, train: bool) -> tuple[F64, F64]:
    gradient = above if one.keep is None else above * one.keep
    if one.normalized is not None and layer.place == "after":
        gradient = normalize.backward(one.normalized, train, gradient, into)
    gradient = np.array(gradient, order="C")
    code = activations.code(layer.activation)
    activations.chain_layer(code, one.before.reshape(-1), one.activation.reshape(-1), gradient.reshape(-1))
    if one.normalized is not None and layer.place == "before":
        gradient = normalize.backward(one.normalized, train, gradient, into)
    into.weight[:] = gradient.T @ one.inputs
    into.bias[:] = gradient.sum(axis=0)
    below: F64 = gradient @ p.weight
    return below + above if layer.residual else below, gradient
