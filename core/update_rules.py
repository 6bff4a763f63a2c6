"""Update rules as code: what each method does in one update, line by line, in the textbook's form and in PyTorch's.

θ `theta` (2,) is the point, g its gradient, η `lr`, β `beta`, β₁ `b1`, β₂ `b2`, ε `eps`, λ `wd`; t counts the updates from 1.

    method    textbook                                            PyTorch 2.13
    momentum  v ← βv + ηg, θ ← θ − v                              v ← βv + g, θ ← θ − ηv
    nesterov  g at θ − βv; v ← βv + ηg, θ ← θ − v                 g at θ; v ← βv + g, θ ← θ − η(g + βv)
    rmsprop   s ← β₂s + (1 − β₂)g², θ ← θ − ηg/√(s + ε)           θ ← θ − ηg/(√s + ε)
    adam      m, v as running means; θ ← θ − η m̂/(√v̂ + ε)         θ ← θ − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε)
    adamw     as adam, and ηλθ is taken off in the same line      θ ← (1 − ηλ)θ first, then as adam

Sources. Momentum and Nesterov: Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in
deep learning", ICML 2013, equations 1 to 4 (there with v of the other sign). RMSprop: Tieleman & Hinton, Coursera lecture 6.5,
2012, with ε under the root as in Goodfellow, Bengio & Courville, "Deep Learning", 2016, Algorithm 8.5. Adam: Kingma & Ba,
ICLR 2015, Algorithm 1. AdamW: Loshchilov & Hutter, ICLR 2019, Algorithm 2, whose decay is λ times a schedule; both
forms here decay by ηλ, as PyTorch does. PyTorch: the single-tensor
functions of torch/optim/sgd.py, rmsprop.py and adam.py; `lerp` is m + (1 − β₁)(g − m) there.

What the two forms have in common:
- momentum: v is η times PyTorch's, and the paths are one, as long as η is constant. When η falls, PyTorch's steps fall
  with it at once; the textbook's v still holds the old η.
- nesterov: PyTorch's θ is the textbook's look-ahead point θ − βv, where gradients are taken. Same run, shifted by βv.
- rmsprop: as good as the same while √ε and ε are small beside √s; two paths where they are not.
- adam, adamw: algebraically the same, ε included: √(v/(1 − β₂ᵗ)) + ε is √v/√(1 − β₂ᵗ) + ε. They differ by rounding alone.

Weight decay is λθ added to the gradient (½λθ² added to the loss) everywhere but in adamw.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.lines import Line, Value, line
from core.recording import F64

METHODS = ("momentum", "nesterov", "rmsprop", "adam", "adamw")
COUNTED = ("adam", "adamw")  # whose lines need t


@dataclass(frozen=True)
class Program:
    """One method in one form.

    given: the names that knobs set, in the order in which they are shown.
    setup: the line that runs once, before the first update.
    loop:  the lines of one update.
    """

    given: tuple[str, ...]
    setup: Line
    loop: tuple[Line, ...]

    @property
    def kept(self) -> tuple[str, ...]:
        """What lives from one update to the next: the point, the buffers, the counter."""
        return ("theta", *self.setup.targets)

    @property
    def made(self) -> tuple[str, ...]:
        """What every update makes anew, in the order in which it is first written."""
        written = (name for line in self.loop for name in line.targets)
        return tuple(name for name in dict.fromkeys(written) if name not in self.kept)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that lines write: first what is kept, then what is made anew."""
        return (*self.kept, *self.made)


@cache
def program(method: str, *, pytorch: bool, corrected: bool = True, decays: bool = False, drop: int = 0) -> Program:
    """The lines of `method`, in PyTorch's form or the textbook's.

    corrected: whether Adam divides by 1 − βᵗ; PyTorch always does.
    decays:    whether there is weight decay; adamw shows it in any case.
    drop:      after this many updates η falls to a tenth; 0: never.
    """
    texts = _body(method, pytorch, corrected or pytorch, " + wd * {}" if decays and method != "adamw" else "")
    counted = method in COUNTED and (corrected or pytorch)
    if drop:
        texts.insert(0, f"lr = lr0 if t <= {drop} else lr0 / 10")
    if drop or counted:
        texts.insert(0, "t = t + 1")
    buffers = {"momentum": ("v",), "nesterov": ("v",), "rmsprop": ("s",)}.get(method, ("m", "v"))
    starts = [(name, "np.zeros(2)") for name in buffers] + ([("t", "0")] if drop or counted else [])
    setup = f"{', '.join(name for name, _ in starts)} = {', '.join(start for _, start in starts)}"
    loop = tuple(line(text) for text in texts)
    needed = {name for part in loop for name in part.reads}
    rate = "lr0" if drop else "lr"
    return Program(
        tuple(name for name in (rate, "beta", "b1", "b2", "eps", "wd") if name in needed),
        line(setup),
        loop,
    )


def _body(method: str, pytorch: bool, corrected: bool, decay: str) -> list[str]:
    """One update, without counter and schedule; `decay` is what L2 adds to the gradient at the point {}."""
    gradient = "g = grad(theta)" + decay.format("theta")
    if method == "momentum" and pytorch:
        return [gradient, "v = beta * v + g", "theta = theta - lr * v"]
    if method == "momentum":
        return [gradient, "v = beta * v + lr * g", "theta = theta - v"]
    if method == "nesterov" and pytorch:
        return [gradient, "v = beta * v + g", "step = g + beta * v", "theta = theta - lr * step"]
    if method == "nesterov":
        ahead = "g = grad(ahead)" + decay.format("ahead")
        return ["ahead = theta - beta * v", ahead, "v = beta * v + lr * g", "theta = theta - v"]
    if method == "rmsprop":
        square = "s = b2 * s + (1 - b2) * g * g"
        if pytorch:
            return [gradient, square, "denom = np.sqrt(s) + eps", "theta = theta - lr * g / denom"]
        return [gradient, square, "step = g / np.sqrt(s + eps)", "theta = theta - lr * step"]
    square = "v = b2 * v + (1 - b2) * g * g"
    if pytorch:
        return [
            gradient,
            *(["theta = theta * (1 - lr * wd)"] if method == "adamw" else []),
            "m = m + (1 - b1) * (g - m)",
            square,
            "step_size = lr / (1 - b1**t)",
            "denom = np.sqrt(v) / np.sqrt(1 - b2**t) + eps",
            "theta = theta - step_size * m / denom",
        ]
    means = [gradient, "m = b1 * m + (1 - b1) * g", square]
    last = "theta = theta - lr * wd * theta - lr * step" if method == "adamw" else "theta = theta - lr * step"
    if not corrected:
        return [*means, "step = m / (np.sqrt(v) + eps)", last]
    hats = ["m_hat = m / (1 - b1**t)", "v_hat = v / (1 - b2**t)"]
    return [*means, *hats, "step = m_hat / (np.sqrt(v_hat) + eps)", last]


def trace(program: Program, given: Mapping[str, float], start: F64, grad: Callable[[F64], F64], updates: int) -> F64:
    """Every value after every line: (1 + updates·lines, names, 2) float64.

    given: values of `program.given`. start (2,): the point before the first update. grad: θ (2,) → ∇L(θ) (2,).
    Row 0 stands before the first update, row k after k lines; a name not yet written is NaN, a single number stands in both
    coordinates.
    """
    names: dict[str, Value] = {**given, "theta": start}
    names.update(program.setup.run(names, {}))
    functions = {"grad": lambda at: grad(np.asarray(at))}
    places = {name: place for place, name in enumerate(program.names)}
    rows = np.full((1 + updates * len(program.loop), len(places), 2), np.nan)
    for name in program.kept:
        rows[0, places[name]] = names[name]
    k = 0
    for _ in range(updates):
        for part in program.loop:
            rows[k + 1] = rows[k]
            k += 1
            for name, value in part.run(names, functions).items():
                names[name] = value
                rows[k, places[name]] = value
    return rows
