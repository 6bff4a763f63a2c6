"""Makes tests/reference/norm_axes.npz: PyTorch's numbers (2.13, float64) for the norms of one tensor, without affine map.

Run in an environment with PyTorch: python tests/reference/make_norm_axes.py
Keys: <case>/x, <case>/groups, <case>/eps, <case>/<norm>. It also prints the weighted sums that core/proofs/norm_axes.py quotes.
BatchNorm and InstanceNorm refuse sets of one entry in training; those cases lack that key.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

CASES = (  # shape, groups, eps
    ((3, 4, 2, 2), 2, 1e-5),
    ((4, 6, 2, 3), 3, 1e-5),
    ((8, 12, 3, 1), 4, 1e-3),
    ((1, 5, 2, 2), 5, 1e-5),
    ((2, 1, 1, 3), 1, 1.0),
    ((5, 6, 1, 1), 2, 1e-8),
    ((1, 1, 1, 1), 1, 1e-5),
)


def formula(shape: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor]:
    """Input and weights anyone can write down: ((37 i) mod 64 − 20)/8 and ((11 i) mod 17 − 8)/4, i = 0, 1, … in C order."""
    i = torch.arange(int(np.prod(shape)))
    return (((37 * i) % 64 - 20) / 8).reshape(shape), (((11 * i) % 17 - 8) / 4).reshape(shape)


def norms(x: torch.Tensor, groups: int, eps: float) -> dict[str, torch.Tensor]:
    tokens = x.flatten(2).transpose(1, 2)  # (N, T, D)

    def back(y: torch.Tensor) -> torch.Tensor:
        return y.transpose(1, 2).reshape(x.shape)

    out = {
        "layer": F.layer_norm(x, x.shape[1:], eps=eps),
        "group": F.group_norm(x, groups, eps=eps) if x[0].numel() // groups > 1 else None,
        "rms": F.rms_norm(x, x.shape[1:], eps=eps),
        "token": back(F.layer_norm(tokens, tokens.shape[2:], eps=eps)),
        "token_rms": back(F.rms_norm(tokens, tokens.shape[2:], eps=eps)),
        "batch": F.batch_norm(x, None, None, training=True, eps=eps) if x[:, 0].numel() > 1 else None,
        "instance": F.instance_norm(x, eps=eps) if x[0, 0].numel() > 1 else None,
    }
    return {name: y for name, y in out.items() if y is not None}


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(20260923)
    out: dict[str, Any] = {"torch": np.array(torch.__version__)}
    for case, (shape, groups, eps) in enumerate(CASES):
        x = torch.randn(shape) * 1.7 + 0.6
        out[f"{case}/x"], out[f"{case}/groups"], out[f"{case}/eps"] = x.numpy(), np.array(groups), np.array(eps)
        for name, y in norms(x, groups, eps).items():
            out[f"{case}/{name}"] = y.numpy()
    x, weights = formula((3, 4, 2, 2))
    for name, y in norms(x, 2, 1e-5).items():
        out[f"sum/{name}"] = np.array((weights * y).sum().item())
        print(f'    "{name}": {(weights * y).sum().item()!r},')
    np.savez_compressed(Path(__file__).with_name("norm_axes.npz"), **out)


if __name__ == "__main__":
    main()
