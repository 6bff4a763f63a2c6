"""Activations by integer code (code i is `NAMES[i]`): one number, one layer, or an array of any shape.

`activate` and `derivative` take one number and are for kernels; `activate_span` and `chain_span` take a stretch of an array,
with the choice outside the loop so that LLVM vectorises it, and are for the inner loops of networks (cutting the array would
cost more than a small layer), `activate_layer` and `chain_layer` all of it; `activations` and
`derivatives` take any array and check what they are given. The formulas, their sources and what happens at kinks, inf
and nan stand in `core.activation_functions`.
"""

import numpy as np
import numpy.typing as npt

from core import activation_functions as phi
from core import elementary
from core.jit import kernel, loop
from core.recording import F64

NAMES = ("identity", "step", "relu", "leaky_relu", "elu", "sigmoid", "tanh", "softplus", "gelu", "gelu_tanh", "silu")
IDENTITY, STEP, RELU, LEAKY_RELU, ELU, SIGMOID, TANH, SOFTPLUS, GELU, GELU_TANH, SILU = range(11)


def code(name: str) -> int:
    """The integer code of the activation called `name`; ValueError lists the known ones."""
    if name not in NAMES:
        raise ValueError(f"{name!r} is not an activation (known: {', '.join(NAMES)})")
    return NAMES.index(name)


@kernel
def activate(code: int, x: float) -> float:
    """φ(x) of the activation `code`."""
    if code == IDENTITY:
        return x
    elif code == STEP:
        return phi.step(x)
    elif code == RELU:
        return phi.relu(x)
    elif code == LEAKY_RELU:
        return phi.leaky_relu(x)
    elif code == ELU:
        return phi.elu(x)
    elif code == SIGMOID:
        return elementary.sigmoid(x)
    elif code == TANH:
        return elementary.tanh(x)
    elif code == SOFTPLUS:
        return elementary.softplus(x)
    elif code == GELU:
        return phi.gelu(x)
    elif code == GELU_TANH:
        return phi.gelu_tanh(x)
    return phi.silu(x)


@kernel
def derivative(code: int, x: float) -> float:
    """φ′(x) of the activation `code`."""
    if code == IDENTITY:
        return phi.flat_slope(1.0, x)
    elif code == STEP:
        return phi.flat_slope(0.0, x)
    elif code == RELU:
        return phi.step(x)
    elif code == LEAKY_RELU:
        return phi.leaky_relu_slope(x)
    elif code == ELU:
        return phi.elu_slope(x)
    elif code == SIGMOID:
        return phi.sigmoid_slope(elementary.sigmoid(x))
    elif code == TANH:
        return phi.tanh_slope(elementary.tanh(x))
    elif code == SOFTPLUS:
        return elementary.sigmoid(x)
    elif code == GELU:
        return phi.gelu_slope(x)
    elif code == GELU_TANH:
        return phi.gelu_tanh_slope(x)
    return phi.silu_slope(x)


@loop
def activate_span(code: int, x: F64, out: F64, start: np.uint64, end: np.uint64) -> None:
    """out ← φ(x) at places start … end − 1, all (n,) contiguous float64; `out` may be `x`."""
    if code == IDENTITY:
        for i in range(start, end):
            out[i] = x[i]
    elif code == STEP:
        for i in range(start, end):
            out[i] = phi.step(x[i])
    elif code == RELU:
        for i in range(start, end):
            out[i] = phi.relu(x[i])
    elif code == LEAKY_RELU:
        for i in range(start, end):
            out[i] = phi.leaky_relu(x[i])
    elif code == ELU:
        for i in range(start, end):
            out[i] = phi.elu(x[i])
    elif code == SIGMOID:
        for i in range(start, end):
            out[i] = elementary.sigmoid(x[i])
    elif code == TANH:
        for i in range(start, end):
            out[i] = elementary.tanh(x[i])
    elif code == SOFTPLUS:
        for i in range(start, end):
            out[i] = elementary.softplus(x[i])
    elif code == GELU:
        for i in range(start, end):
            out[i] = phi.gelu(x[i])
    elif code == GELU_TANH:
        for i in range(start, end):
            out[i] = phi.gelu_tanh(x[i])
    else:
        for i in range(start, end):
            out[i] = phi.silu(x[i])


@loop
def chain_span(code: int, x: F64, y: F64, delta: F64, start: np.uint64, end: np.uint64) -> None:
    """One layer of the chain rule, in place, at places start … end − 1: delta ← delta·φ′(x), given y = φ(x), all (n,) float64.

    Comes in as ∂L/∂y, goes out as ∂L/∂x. Sigmoid and tanh read only y, all others only x. `delta` must not be `x` or `y`.
    """
    if code == IDENTITY:
        for i in range(start, end):
            delta[i] *= phi.flat_slope(1.0, x[i])
    elif code == STEP:
        for i in range(start, end):
            delta[i] *= phi.flat_slope(0.0, x[i])
    elif code == RELU:
        for i in range(start, end):
            delta[i] *= phi.step(x[i])
    elif code == LEAKY_RELU:
        for i in range(start, end):
            delta[i] *= phi.leaky_relu_slope(x[i])
    elif code == ELU:
        for i in range(start, end):
            delta[i] *= phi.elu_slope(x[i])
    elif code == SIGMOID:
        for i in range(start, end):
            delta[i] *= phi.sigmoid_slope(y[i])
    elif code == TANH:
        for i in range(start, end):
            delta[i] *= phi.tanh_slope(y[i])
    elif code == SOFTPLUS:
        for i in range(start, end):
            delta[i] *= elementary.sigmoid(x[i])
    elif code == GELU:
        for i in range(start, end):
            delta[i] *= phi.gelu_slope(x[i])
    elif code == GELU_TANH:
        for i in range(start, end):
            delta[i] *= phi.gelu_tanh_slope(x[i])
    else:
        for i in range(start, end):
            delta[i] *= phi.silu_slope(x[i])


@loop
def activate_layer(code: int, x: F64, out: F64) -> None:
    """out ← φ(x) everywhere, all (n,) contiguous float64; `out` may be `x`."""
    activate_span(code, x, out, np.uint64(0), np.uint64(x.size))


@loop
def chain_layer(code: int, x: F64, y: F64, delta: F64) -> None:
    """`chain_span` everywhere: delta ← delta·φ′(x), given y = φ(x)."""
    chain_span(code, x, y, delta, np.uint64(0), np.uint64(x.size))


def activations(code: int, x: npt.ArrayLike) -> F64:
    """φ of every entry of `x`, an array of any shape, as float64 of that shape."""
    values = np.array(x, dtype=np.float64, order="C")  # a copy: kernels are compiled for writable arrays
    out = np.empty_like(values)
    activate_layer(_checked(code), values.reshape(-1), out.reshape(-1))
    return out.reshape(np.shape(x))


def derivatives(code: int, x: npt.ArrayLike) -> F64:
    """φ′ of every entry of `x`, an array of any shape, as float64 of that shape."""
    values = np.array(x, dtype=np.float64, order="C")  # a copy: kernels are compiled for writable arrays
    out = np.ones_like(values)
    outputs = activations(code, values)
    chain_layer(code, values.reshape(-1), outputs.reshape(-1), out.reshape(-1))
    return out.reshape(np.shape(x))


def _checked(code: int) -> int:
    if not 0 <= code < len(NAMES):
        raise ValueError(f"activation code {code} is not one of 0 … {len(NAMES) - 1}")
    return code
