"""Racers: an optimizer by name with the numbers that its authors (or PyTorch) give it, all but the learning rate."""

from core.optimizers import METHODS, Hyper

# β₂ (which is also RMSprop's α and Adadelta's ρ) and ε where they differ from Adam's 0.999 and 10⁻⁸; PyTorch's defaults.
_PUBLISHED: dict[str, dict[str, float]] = {
    "adagrad": {"epsilon": 1e-10},
    "rmsprop": {"beta2": 0.99},
    "adadelta": {"beta2": 0.9, "epsilon": 1e-6},
    "lion": {"beta2": 0.99},
}
DECAYED = ("adam_l2", "adamw")  # the two that are about weight decay; the others race without it
WITH_MOMENTUM = ("momentum", "nesterov", "nesterov_shifted", "qhm")  # the ones that read β
NONE = "none"


def hyper(method: str, learning_rate: float, momentum: float, weight_decay: float) -> Hyper:
    """The numbers with which `method` races: its published ones, and these where it reads them."""
    decay = weight_decay if method in DECAYED else 0.0
    return Hyper(learning_rate=learning_rate, momentum=momentum, weight_decay=decay)._replace(**_PUBLISHED.get(method, {}))


def line_up(*chosen: str) -> tuple[str, ...]:
    """The racers of these choices: each once, in the order they were chosen, without `NONE`."""
    return tuple(dict.fromkeys(method for method in chosen if method in METHODS))
