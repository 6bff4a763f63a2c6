"""Makes tests/reference/layers.npz: PyTorch's numbers (2.13, float64) for what core/ computes layer by layer.

Run in an environment with PyTorch: python tests/reference/make_layers.py
Keys are paths: activations/gelu/value, losses/mse/gradient, batch/3/train/dx, and so on. Inputs are stored with the answers.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

ACTIVATIONS = {
    "identity": lambda x: x * 1.0,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": lambda x: F.softplus(x, threshold=1000.0),  # PyTorch's default cuts off at 20, an error of 2e-9
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
}

# name of the norm, shape of the input, groups. Odd shapes, one entry per set, batch of 2, G = 1, between, and C.
NORMS = (
    ("batch", (5, 3), 0),
    ("batch", (2, 4), 0),
    ("batch", (2, 3, 5, 1), 0),
    ("batch", (4, 2, 3, 3), 0),
    ("batch", (1, 2, 2, 3), 0),
    ("layer", (5, 7), 0),
    ("layer", (3, 1), 0),
    ("layer", (2, 3, 5, 2), 0),
    ("instance", (2, 3, 4, 5), 0),
    ("instance", (1, 2, 1, 3), 0),
    ("group", (2, 6, 3, 2), 1),
    ("group", (2, 6, 3, 2), 2),
    ("group", (2, 6, 3, 2), 3),
    ("group", (2, 6, 3, 2), 6),
    ("group", (3, 4), 2),
    ("rms", (5, 7), 0),
    ("rms", (2, 3, 2, 2), 0),
)


def norm_layer(name: str, shape: tuple[int, ...], groups: int) -> nn.Module:
    channels = shape[1]
    if name == "batch":
        return (nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d)(channels)
    if name == "layer":
        return nn.LayerNorm(shape[1:])
    if name == "instance":
        return nn.InstanceNorm2d(channels, affine=True)
    if name == "group":
        return nn.GroupNorm(groups, channels)
    return nn.RMSNorm(shape[1:], eps=1e-5)


def activations(out: dict[str, Any]) -> None:
    x = torch.cat([torch.linspace(-9, 9, 91), torch.randn(60) * 2, torch.tensor([0.0, -30.0, 30.0, 1e-8, -1e-8])])
    out["activations/x"] = x.numpy()
    for name, function in ACTIVATIONS.items():
        z = x.clone().requires_grad_()
        y = function(z)
        y.sum().backward()
        out[f"activations/{name}/value"] = y.detach().numpy()
        out[f"activations/{name}/derivative"] = z.grad.numpy()


def losses(out: dict[str, Any]) -> None:
    logits = torch.randn(7, 5) * 4
    logits[0] += 1000.0  # the max-shift must hold
    logits[1, 2] -= 900.0
    labels = torch.tensor([0, 2, 4, 1, 1, 3, 0])
    targets = torch.rand(7, 5).round(decimals=1)
    for name, function, goal in (
        ("softmax_cross_entropy", F.cross_entropy, labels),
        ("binary_cross_entropy", F.binary_cross_entropy_with_logits, targets),
        ("sigmoid_mse", lambda z, t: F.mse_loss(torch.sigmoid(z), t), targets),
        ("mse", F.mse_loss, targets),
    ):
        z = logits.clone().requires_grad_()
        value = function(z, goal)
        value.backward()
        out[f"losses/{name}/targets"] = goal.numpy()
        out[f"losses/{name}/value"] = np.array(value.item())
        out[f"losses/{name}/gradient"] = z.grad.numpy()
    out["losses/logits"] = logits.numpy()


def norms(out: dict[str, Any]) -> None:
    for index, (name, shape, groups) in enumerate(NORMS):
        layer = norm_layer(name, shape, groups)
        key = f"norms/{index}"
        out[f"{key}/name"] = np.array(name)
        out[f"{key}/groups"] = np.array(groups)
        with torch.no_grad():
            layer.weight.copy_(torch.randn_like(layer.weight))
            if getattr(layer, "bias", None) is not None:
                layer.bias.copy_(torch.randn_like(layer.bias))
        out[f"{key}/gamma"] = layer.weight.detach().numpy().copy()
        if getattr(layer, "bias", None) is not None:
            out[f"{key}/beta"] = layer.bias.detach().numpy().copy()
        for mode in ("train", "eval") if name == "batch" else ("train",):
            layer.train(mode == "train")
            layer.zero_grad()
            x = (torch.randn(shape) * 1.7 + 0.6).requires_grad_()
            dy = torch.randn(shape)
            y = layer(x)
            y.backward(dy)
            for part, value in (
                ("x", x.detach()),
                ("dy", dy),
                ("y", y.detach()),
                ("dx", x.grad),
                ("dgamma", layer.weight.grad),
            ):
                out[f"{key}/{mode}/{part}"] = value.numpy().copy()
            if getattr(layer, "bias", None) is not None:
                out[f"{key}/{mode}/dbeta"] = layer.bias.grad.numpy().copy()
            if name == "batch":
                out[f"{key}/{mode}/running_mean"] = layer.running_mean.numpy().copy()
                out[f"{key}/{mode}/running_var"] = layer.running_var.numpy().copy()


def running_statistics(out: dict[str, Any]) -> None:
    """Twenty batches through BatchNorm, with PyTorch's default momentum and another one."""
    for momentum in (0.1, 0.37):
        layer = nn.BatchNorm1d(3, momentum=momentum)
        batches = torch.randn(20, 6, 3) * torch.tensor([0.5, 1.0, 4.0]) + torch.tensor([-3.0, 0.0, 10.0])
        means, variances = [], []
        for batch in batches:
            layer(batch)
            means.append(layer.running_mean.numpy().copy())
            variances.append(layer.running_var.numpy().copy())
        key = f"running/{momentum}"
        out[f"{key}/batches"] = batches.numpy()
        out[f"{key}/mean"] = np.array(means)
        out[f"{key}/var"] = np.array(variances)


def dropout(out: dict[str, Any]) -> None:
    """The distinct values that a one takes through nn.Dropout: 0 and the scale; in eval mode 1."""
    for p in (0.1, 0.5, 0.8, 0.9):
        out[f"dropout/{p}/train"] = np.unique(nn.Dropout(p)(torch.ones(4000)).numpy())
        out[f"dropout/{p}/eval"] = np.unique(nn.Dropout(p).eval()(torch.ones(4)).numpy())


def initializers(out: dict[str, Any]) -> None:
    """Mean squares of 400 × 300 weights from torch.nn.init: statistical, good to about 1 %."""
    weight = torch.empty(400, 300)
    methods: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("xavier_uniform", lambda w: nn.init.xavier_uniform_(w, gain=1.5)),
        ("xavier_normal", lambda w: nn.init.xavier_normal_(w, gain=1.5)),
        ("he_uniform", lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu")),
        ("he_normal", lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu")),
        ("lecun_normal", lambda w: nn.init.kaiming_normal_(w, nonlinearity="linear")),
        ("orthogonal", lambda w: nn.init.orthogonal_(w, gain=1.5)),
        ("standard", lambda w: w.copy_(nn.Linear(300, 400).weight)),
    )
    for name, function in methods:
        with torch.no_grad():
            function(weight)
        out[f"initializers/{name}/extreme"] = np.array(weight.abs().max().item())
        out[f"initializers/{name}/square"] = np.array((weight**2).mean().item())


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(20260923)
    out: dict[str, Any] = {"torch": np.array(torch.__version__)}
    for part in (activations, losses, norms, running_statistics, dropout, initializers):
        part(out)
    np.savez_compressed(Path(__file__).with_name("layers.npz"), **out)


if __name__ == "__main__":
    main()
