"""Makes update_rules.npz: PyTorch's optimizers on a bowl of two coordinates, with every buffer they keep, update by update.

Run with an environment that holds PyTorch 2.13 and NumPy: `python tests/reference/make_update_rules.py`.
The gradient is CURVATURES·(θ − MINIMUM) in float64, so that the reader can recompute it at its own points: an error in one
update feeds back into all later ones. In the cases with a drop, the learning rate is a tenth after that many updates.
Keys: cases (JSON: method, hyper-parameters, drop, names of the buffers), <case>/theta and <case>/<buffer>, (UPDATES + 1, 2).
It also prints the weighted means that core/proofs/update_rules.py quotes.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import optim

UPDATES = 60
START, MINIMUM, CURVATURES = (np.array(pair) for pair in ((-6.0, 3.0), (2.0, 1.0), (1.0, 25.0)))

MAKE = {
    "momentum": lambda p, h: optim.SGD([p], lr=h["lr"], momentum=h["beta"], weight_decay=h["wd"]),
    "nesterov": lambda p, h: optim.SGD([p], lr=h["lr"], momentum=h["beta"], weight_decay=h["wd"], nesterov=True),
    "rmsprop": lambda p, h: optim.RMSprop([p], lr=h["lr"], alpha=h["b2"], eps=h["eps"], weight_decay=h["wd"]),
    "adam": lambda p, h: optim.Adam([p], lr=h["lr"], betas=(h["b1"], h["b2"]), eps=h["eps"], weight_decay=h["wd"]),
    "adamw": lambda p, h: optim.AdamW([p], lr=h["lr"], betas=(h["b1"], h["b2"]), eps=h["eps"], weight_decay=h["wd"]),
}
BUFFERS = {
    "momentum": ("momentum_buffer",),
    "nesterov": ("momentum_buffer",),
    "rmsprop": ("square_avg",),
    "adam": ("exp_avg", "exp_avg_sq"),
    "adamw": ("exp_avg", "exp_avg_sq"),
}


def cases() -> list[tuple[str, dict[str, float], int]]:
    """(method, hyper-parameters, drop); a dictionary names what the method reads."""
    found: list[tuple[str, dict[str, float], int]] = []
    for wd in (0.0, 0.1):
        for drop in (0, 7):
            for method in ("momentum", "nesterov"):
                found += [(method, {"lr": lr, "beta": beta, "wd": wd}, drop) for lr, beta in ((0.03, 0.9), (0.05, 0.6))]
            found += [
                ("rmsprop", {"lr": lr, "b2": b2, "eps": eps, "wd": wd}, drop)
                for lr, b2, eps in ((0.1, 0.99, 1e-8), (0.5, 0.9, 1.0))
            ]
            for method in ("adam", "adamw"):
                found += [
                    (method, {"lr": lr, "b1": b1, "b2": b2, "eps": eps, "wd": wd}, drop)
                    for lr, b1, b2, eps in ((0.5, 0.9, 0.999, 1e-8), (0.2, 0.8, 0.9, 0.5))
                ]
    return found


def run(method: str, hyper: dict[str, float], drop: int) -> dict[str, Any]:
    """θ and the buffers before the first update and after each."""
    p = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    optimizer = MAKE[method](p, hyper)
    kept: dict[str, list[Any]] = {"theta": [START]} | {name: [np.zeros(2)] for name in BUFFERS[method]}
    for t in range(1, UPDATES + 1):
        optimizer.param_groups[0]["lr"] = hyper["lr"] / 10 if drop and t > drop else hyper["lr"]
        p.grad = torch.tensor(CURVATURES * (p.detach().numpy() - MINIMUM), dtype=torch.float64)
        optimizer.step()
        kept["theta"].append(p.detach().numpy().copy())
        for name in BUFFERS[method]:
            kept[name].append(optimizer.state[p][name].numpy().copy())
    return {name: np.array(values) for name, values in kept.items()}


def main() -> None:
    """Write the file."""
    found = cases()
    arrays = {f"{case}/{name}": values for case, args in enumerate(found) for name, values in run(*args).items()}
    for case, (method, hyper, drop) in enumerate(found):
        if (
            hyper["wd"] == (0.1 if method == "adamw" else 0.0)
            and drop == 0
            and hyper["lr"] in (0.03, 0.1, 0.5)
            and hyper.get("eps") != 1.0
        ):
            t = np.arange(UPDATES + 1.0)
            print(method, hyper, ((t[:, None] * arrays[f"{case}/theta"]).sum(axis=0) / t.sum()).tolist())
    described = [{"method": m, "hyper": h, "drop": d, "buffers": BUFFERS[m]} for m, h, d in found]
    np.savez_compressed(
        Path(__file__).with_name("update_rules.npz"),
        torch=np.array(torch.__version__),
        cases=np.array(json.dumps(described)),
        start=START,
        minimum=MINIMUM,
        curvatures=CURVATURES,
        **arrays,
    )


if __name__ == "__main__":
    main()
