"""Stack: what a network of dense layers is, before any number is put into it.

Layer l maps its input h (in,) to its output (out,) by, in this order:

    z = W h + b                              the linear map
    u = N(z)   where normalization is "before" the activation, else z
    a = φ(u)
    v = N(a)   where normalization is "after" the activation, else a
    v ← m ⊙ v                                inverted dropout, m = 0 or 1/(1 − p)
    output = v + h   where the layer is residual, else v

All parameters of a network stand in one flat float64 vector θ, layer after layer: W row by row (out, in), then b (out,),
then, if the layer normalizes, its gain γ (out,) and, unless it is RMS, its shift β (out,).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from core import activations
from core.recording import F64

NORMALIZATIONS = ("none", "batch", "layer", "rms")
PLACES = ("before", "after")


@dataclass(frozen=True)
class Layer:
    """One dense layer.

    width:         number of units.
    activation:    a name of `core.activations.NAMES`.
    normalization: "none", "batch" (over the examples), "layer" (over the units) or "rms".
    place:         normalize "before" or "after" the activation.
    residual:      add the layer's input to its output; needs as many units as inputs.
    dropout:       probability p of dropping a unit's output in training, 0 ≤ p < 1.
    """

    width: int
    activation: str = "tanh"
    normalization: str = "none"
    place: str = "before"
    residual: bool = False
    dropout: float = 0.0


class LayerParameters(NamedTuple):
    """One layer's part of θ, as views: weight (out, in), bias (out,), gain (out,) or empty, shift (out,) or empty."""

    weight: F64
    bias: F64
    gain: F64
    shift: F64


@dataclass(frozen=True)
class Stack:
    """`inputs` numbers go in at the bottom, then the layers from first to last."""

    inputs: int
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if self.inputs < 1:
            raise ValueError(f"a network needs at least 1 input, not {self.inputs}")
        if not self.layers:
            raise ValueError("a network needs at least 1 layer")
        fan_in = self.inputs
        for number, layer in enumerate(self.layers, start=1):
            _check(number, fan_in, layer)
            fan_in = layer.width

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.layers)

    @property
    def outputs(self) -> int:
        """The width of the last layer."""
        return self.layers[-1].width

    @property
    def widths(self) -> tuple[int, ...]:
        """The number of inputs, then the width of every layer: depth + 1 numbers."""
        return (self.inputs, *(layer.width for layer in self.layers))

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each layer's part of θ begins, and at the end the length of θ: depth + 1 numbers."""
        offsets, fan_in = [0], self.inputs
        for layer in self.layers:
            norms = {"none": 0, "rms": 1}.get(layer.normalization, 2)
            offsets.append(offsets[-1] + layer.width * (fan_in + 1 + norms))
            fan_in = layer.width
        return tuple(offsets)

    @property
    def size(self) -> int:
        """The number of parameters, the length of θ."""
        return self.offsets[-1]

    @property
    def plain(self) -> bool:
        """Whether every layer is a linear map, an activation and perhaps dropout: what the small-network kernel can train."""
        return all(one.normalization == "none" and not one.residual for one in self.layers)

    def views(self, theta: F64) -> list[LayerParameters]:
        """θ (size,) cut into the layers' arrays, without copying: writing to one writes to θ."""
        if theta.shape != (self.size,):
            raise ValueError(f"this network has {self.size} parameters, and the vector has shape {theta.shape}")
        cut, fan_in = [], self.inputs
        for layer, start, end in zip(self.layers, self.offsets, self.offsets[1:], strict=False):
            bias = start + layer.width * fan_in
            gain = bias + layer.width
            shift = min(gain + layer.width, end)
            weight = theta[start:bias].reshape(layer.width, fan_in)
            cut.append(LayerParameters(weight, theta[bias:gain], theta[gain:shift], theta[shift:end]))
            fan_in = layer.width
        return cut


def dense(widths: Sequence[int], hidden: Layer | str = "tanh", output: str = "identity") -> Stack:
    """A stack of these widths, inputs first: every layer like `hidden`, the last one only linear and `output`.

    A residual `hidden` is residual where the widths allow it. `dense([2, 8, 8, 1])` is a tanh net with a linear output.
    """
    if len(widths) < 2:
        raise ValueError(f"a network needs an input width and at least one layer's width, not {list(widths)}")
    model = Layer(1, hidden) if isinstance(hidden, str) else hidden
    layers = [
        replace(model, width=width, residual=model.residual and width == fan_in)
        for fan_in, width in itertools.pairwise(widths[:-1])
    ]
    return Stack(widths[0], (*layers, Layer(widths[-1], output)))


def _check(number: int, fan_in: int, layer: Layer) -> None:
    if layer.width < 1:
        raise ValueError(f"layer {number} needs at least 1 unit, not {layer.width}")
    if layer.activation not in activations.NAMES:
        raise ValueError(f"layer {number}: no activation is called {layer.activation!r}")
    if layer.normalization not in NORMALIZATIONS or layer.place not in PLACES:
        raise ValueError(f"layer {number}: cannot normalize {layer.normalization!r}, {layer.place!r}")
    if layer.residual and layer.width != fan_in:
        raise ValueError(f"layer {number} is residual, so it needs as many units as inputs: {fan_in}, not {layer.width}")
    if not 0.0 <= layer.dropout < 1.0:
        raise ValueError(f"layer {number}: dropout must be at least 0 and below 1, not {layer.dropout}")
