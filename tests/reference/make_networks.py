"""Make networks.npz: outputs and gradients of small nets by PyTorch (2.13, float64), for each option of a layer.

Run with an environment that has PyTorch 2.13: `python tests/reference/make_networks.py`. The net is 3 → 4 → 4 → 2, both hidden
layers alike, the last one linear; the loss is the mean squared error; normalizing layers use the batch's statistics. θ is
laid out as in core/networks/stack.py, and the case's name is activation/normalization/place/residual.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "identity": lambda x: x,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": functional.softplus,
    "gelu": functional.gelu,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu,
}
NORMS: dict[str, Callable[..., Any]] = {
    "batch": lambda x, gain, shift: functional.batch_norm(x, None, None, gain, shift, training=True),
    "layer": lambda x, gain, shift: functional.layer_norm(x, (4,), gain, shift),
    "rms": lambda x, gain, shift: functional.rms_norm(x, (4,), gain, eps=1e-5),
}


def case(
    activation: str, norm: str, place: str, residual: bool, rng: np.random.Generator, inputs: Any, targets: Any
) -> tuple[Any, ...]:
    """θ, the output, and the loss's gradients by θ and by the inputs."""
    pieces = []
    for fan_in in (3, 4):
        pieces += [rng.normal(size=(4, fan_in)), rng.normal(size=4)]
        if norm != "none":
            pieces.append(rng.normal(1.0, 0.3, size=4))
        if norm in ("batch", "layer"):
            pieces.append(rng.normal(size=4))
    pieces += [rng.normal(size=(2, 4)), rng.normal(size=2)]
    leaves = [torch.tensor(piece, requires_grad=True) for piece in pieces]
    queue = list(leaves)
    x = torch.tensor(inputs, requires_grad=True)
    h = x
    for fan_in in (3, 4):
        z = functional.linear(h, queue.pop(0), queue.pop(0))
        gain = queue.pop(0) if norm != "none" else None
        shift = queue.pop(0) if norm in ("batch", "layer") else None
        if norm != "none" and place == "before":
            z = NORMS[norm](z, gain, shift)
        a = ACTIVATIONS[activation](z)
        if norm != "none" and place == "after":
            a = NORMS[norm](a, gain, shift)
        h = a + h if residual and fan_in == 4 else a
    output = functional.linear(h, queue.pop(0), queue.pop(0))
    functional.mse_loss(output, torch.tensor(targets)).backward()
    flat = [np.concatenate([array.ravel() for array in arrays]) for arrays in (pieces, [leaf.grad.numpy() for leaf in leaves])]
    return flat[0], output.detach().numpy(), flat[1], x.grad.numpy()


def main() -> None:
    """Write networks.npz beside this file."""
    rng = np.random.default_rng(2026)
    inputs, targets = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    store: dict[str, Any] = {"inputs": inputs, "targets": targets, "torch": np.array(torch.__version__)}
    norms = [("none", "before"), *product(NORMS, ("before", "after"))]
    names: list[str] = []
    columns: list[list[Any]] = [[], [], [], []]
    for activation, (norm, place), residual in product(ACTIVATIONS, norms, (False, True)):
        names.append(f"{activation}/{norm}/{place}/{'residual' if residual else 'plain'}")
        for column, value in zip(columns, case(activation, norm, place, residual, rng, inputs, targets), strict=True):
            column.append(value)
    longest = max(len(theta) for theta in columns[0])
    for key, column in zip(("theta", "output", "by_theta", "by_inputs"), columns, strict=True):
        if key in ("theta", "by_theta"):
            column = [np.concatenate([row, np.full(longest - len(row), np.nan)]) for row in column]
        store[key] = np.stack(column)
    np.savez_compressed(Path(__file__).with_name("networks.npz"), names=np.array(names), **store)


if __name__ == "__main__":
    main()
