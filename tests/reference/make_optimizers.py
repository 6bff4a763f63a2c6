"""Makes optimizers.npz: 220 steps of every optimizer PyTorch has, and its learning-rate lr_scheduler.

Run with an environment that holds PyTorch 2.13 and NumPy: `python tests/reference/make_optimizers.py`.
The gradient is an analytic function of the point and the step, so the reader can recompute it at its own points: an
error in one step feeds back into all later ones.
"""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import optim
from torch.optim import lr_scheduler

STEPS = 220
KEPT = [*range(6), *range(10, STEPS + 1, 10)]
START = np.array([1.5, -2.0, 0.3, 4.0, -0.7])
CENTRE = np.array([0.5, 1.0, -1.0, 0.0, 2.0])
SCALE = np.array([0.02, 0.3, 1.0, 2.0, 5.0])


def slope(p: Any, t: int) -> Any:
    """The gradient at p for step t: a bowl, a ripple, a coupling of neighbours, and a drift in time."""
    return SCALE * (p - CENTRE) + 0.4 * np.sin(3.0 * p) + 0.1 * np.roll(p, 1) + 0.3 * np.cos(0.7 * t + np.arange(5.0))


def adam_like(kind: Any, **more: Any) -> Any:
    return lambda p, h: kind(
        [p],
        lr=h["learning_rate"],
        betas=(h["beta1"], h["beta2"]),
        eps=h["epsilon"],
        weight_decay=h.get("weight_decay", 0.0),
        **more,
    )


MAKE = {
    "sgd": lambda p, h: optim.SGD([p], lr=h["learning_rate"], weight_decay=h["weight_decay"]),
    "momentum": lambda p, h: optim.SGD([p], lr=h["learning_rate"], momentum=h["momentum"], weight_decay=h["weight_decay"]),
    "nesterov": lambda p, h: optim.SGD(
        [p], lr=h["learning_rate"], momentum=h["momentum"], weight_decay=h["weight_decay"], nesterov=True
    ),
    "adagrad": lambda p, h: optim.Adagrad([p], lr=h["learning_rate"], eps=h["epsilon"], weight_decay=h["weight_decay"]),
    "rmsprop": lambda p, h: optim.RMSprop(
        [p], lr=h["learning_rate"], alpha=h["beta2"], eps=h["epsilon"], weight_decay=h["weight_decay"]
    ),
    "adadelta": lambda p, h: optim.Adadelta(
        [p], lr=h["learning_rate"], rho=h["beta2"], eps=h["epsilon"], weight_decay=h["weight_decay"]
    ),
    "adam": adam_like(optim.Adam),
    "adam_l2": adam_like(optim.Adam),
    "adamw": adam_like(optim.AdamW),
    "amsgrad": adam_like(optim.Adam, amsgrad=True),
    "nadam": adam_like(optim.NAdam),
    "radam": adam_like(optim.RAdam),
}


def sets(method: str) -> list[dict[str, float]]:
    """Hyper-parameters to try; a dictionary names only what the method reads."""
    decays = (0.0, 0.1)
    if method == "sgd":
        return [{"learning_rate": lr, "weight_decay": d} for lr in (0.05, 0.3) for d in decays]
    if method in ("momentum", "nesterov"):
        shared = ((0.05, 0.9), (0.02, 0.99), (0.1, 0.5))
        return [{"learning_rate": lr, "momentum": b, "weight_decay": d} for lr, b in shared for d in decays]
    if method == "adagrad":
        pairs = ((0.5, 1e-10), (0.1, 1e-3))
        return [{"learning_rate": lr, "epsilon": e, "weight_decay": d} for lr, e in pairs for d in decays]
    if method == "rmsprop":
        triples = ((0.01, 0.99, 1e-8), (0.03, 0.9, 1e-3))
        return [{"learning_rate": a, "beta2": b, "epsilon": e, "weight_decay": d} for a, b, e in triples for d in decays]
    if method == "adadelta":
        triples = ((1.0, 0.9, 1e-6), (3.0, 0.95, 1e-4))
        return [{"learning_rate": a, "beta2": b, "epsilon": e, "weight_decay": d} for a, b, e in triples for d in decays]
    quads = ((0.01, 0.9, 0.999, 1e-8), (0.1, 0.8, 0.95, 1e-3), (0.03, 0.0, 0.9, 1e-6))
    found = [dict(zip(("learning_rate", "beta1", "beta2", "epsilon"), q, strict=True)) for q in quads]
    if method == "adam":
        return found
    if method == "adam_l2":
        return [{**f, "weight_decay": d} for f in found for d in (0.01, 0.3)]
    return [{**f, "weight_decay": d} for f in found for d in decays]


def run(method: str, hyper: dict[str, float]) -> Any:
    p = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    optimizer = MAKE[method](p, hyper)
    points = [START.copy()]
    for t in range(1, STEPS + 1):
        p.grad = torch.tensor(slope(p.detach().numpy(), t), dtype=torch.float64)
        optimizer.step()
        points.append(p.detach().numpy().copy())
    return np.array(points)[KEPT]


def rates(make: Any, count: int) -> Any:
    optimizer = optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler = make(optimizer)
    found = []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return np.array(found)


SCHEDULES = {
    "step": lambda o: lr_scheduler.StepLR(o, step_size=30, gamma=0.3),
    "exponential": lambda o: lr_scheduler.ExponentialLR(o, gamma=0.97),
    "linear_warmup": lambda o: lr_scheduler.LinearLR(o, start_factor=1 / 20, total_iters=19),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=100, eta_min=0.05),
    "warmup_cosine": lambda o: lr_scheduler.SequentialLR(
        o,
        [
            lr_scheduler.LinearLR(o, start_factor=1 / 20, total_iters=19),
            lr_scheduler.CosineAnnealingLR(o, T_max=80, eta_min=0.05),
        ],
        milestones=[20],
    ),
    "warmup_linear": lambda o: lr_scheduler.SequentialLR(
        o,
        [
            lr_scheduler.LinearLR(o, start_factor=1 / 20, total_iters=19),
            lr_scheduler.LinearLR(o, start_factor=1.0, end_factor=0.1, total_iters=80),
        ],
        milestones=[20],
    ),
    "inverse_sqrt": lambda o: lr_scheduler.LambdaLR(o, lambda t: 20**0.5 * min((t + 1) ** -0.5, (t + 1) * 20**-1.5)),
    "one_cycle": lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.5, total_steps=100, pct_start=0.2, cycle_momentum=False),
}


def main() -> None:
    """Write the file."""
    torch.set_default_dtype(torch.float64)  # else NAdam keeps its product of momenta in float32
    cases = [(method, hyper) for method in MAKE for hyper in sets(method)]
    points = np.array([run(method, hyper) for method, hyper in cases])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schedules = {name: rates(make, 99) for name, make in SCHEDULES.items()}
    np.savez_compressed(
        Path(__file__).with_name("optimizers.npz"),
        torch=np.array(torch.__version__),
        cases=np.array(json.dumps(cases)),
        steps=np.array(KEPT),
        points=points,
        **{f"schedule_{name}": values for name, values in schedules.items()},
    )


if __name__ == "__main__":
    main()
