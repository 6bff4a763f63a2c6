"""Makes feed_forward.npz: small Pre- and Post-LN stacks trained by PyTorch's Adam and RAdam under a scheduler.

Run with an environment that holds PyTorch 2.13 and NumPy: `python tests/reference/make_feed_forward.py`.
θ lies as in core/networks/feed_forward_small.py: W_in, b_in, then W₁, b₁, W₂, b₂ of each block, then W_out, b_out.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional
from torch.optim import lr_scheduler

INPUTS, WIDTH, DEPTH, CLASSES, EXAMPLES, BATCH, STEPS, WARMUP = 8, 8, 3, 5, 20, 6, 24, 6


class Stack(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """W_in, `DEPTH` blocks with layer normalization before or after, W_out."""

    def __init__(self, pre: bool) -> None:
        super().__init__()
        self.pre = pre
        shapes = [(INPUTS, WIDTH)] + [(WIDTH, WIDTH)] * (2 * DEPTH) + [(WIDTH, CLASSES)]
        self.maps = nn.ModuleList(nn.Linear(*shape) for shape in shapes)
        self.norm = nn.LayerNorm(WIDTH, elementwise_affine=False)

    def forward(self, inputs: Any) -> Any:
        """The logits."""
        x = self.maps[0](inputs)
        for up, down in zip(self.maps[1:-1:2], self.maps[2:-1:2], strict=True):
            branch = down(functional.relu(up(self.norm(x) if self.pre else x)))
            x = x + branch if self.pre else self.norm(x + branch)
        return self.maps[-1](self.norm(x) if self.pre else x)


def flat(stack: Stack, *, gradient: bool = False) -> Any:
    """All parameters, or their gradients, as one vector."""
    return torch.cat([(p.grad if gradient else p.detach()).reshape(-1) for p in stack.parameters()]).numpy().copy()


def run(pre: bool, kind: Any, inputs: Any, labels: Any, rows: Any) -> dict[str, Any]:
    """One training: the start, the first gradient, every loss, the learning rates and the end."""
    torch.manual_seed(3)
    stack = Stack(pre)
    optimizer = kind(stack.parameters(), lr=0.02, betas=(0.9, 0.99))
    scheduler = lr_scheduler.SequentialLR(
        optimizer,
        [
            lr_scheduler.LinearLR(optimizer, start_factor=1 / WARMUP, total_iters=WARMUP - 1),
            lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.1, total_iters=STEPS - WARMUP),
        ],
        milestones=[WARMUP],
    )
    found: dict[str, Any] = {"start": flat(stack), "losses": [], "rates": []}
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = functional.cross_entropy(stack(inputs[rows[step]]), labels[rows[step]])
        loss.backward()
        if step == 0:
            found["gradient"] = flat(stack, gradient=True)
        found["losses"].append(float(loss.detach()))
        found["rates"].append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found | {"end": flat(stack)}


def main() -> None:
    """Write the file."""
    torch.set_default_dtype(torch.float64)
    random = np.random.default_rng(11)
    inputs, labels = random.normal(size=(EXAMPLES, INPUTS)), random.integers(0, CLASSES, EXAMPLES)
    rows = random.integers(0, EXAMPLES, (STEPS, BATCH))
    arrays: dict[str, Any] = {}
    for place in ("pre", "post"):
        for method, kind in (("adam", optim.Adam), ("radam", optim.RAdam)):
            one = run(place == "pre", kind, torch.from_numpy(inputs), torch.from_numpy(labels), torch.from_numpy(rows))
            arrays |= {f"{place}_{method}_{name}": np.array(values) for name, values in one.items()}
    np.savez_compressed(
        Path(__file__).with_name("feed_forward.npz"),
        torch=np.array(torch.__version__),
        shape=np.array([INPUTS, WIDTH, DEPTH, CLASSES]),
        inputs=inputs,
        labels=labels,
        rows=rows,
        **arrays,
    )


if __name__ == "__main__":
    main()
