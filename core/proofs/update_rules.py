"""What is claimed of update rules that run as lines of code: whose numbers they give, and how the two forms differ."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.optimizers import Hyper, gradient_point, method_code, step
from core.recording import F64
from core.theory.adam import first_step
from core.update_rules import COUNTED, Program, program, trace

# What core/optimizers calls the same update, and whether its operations are the same in the same order, so that not a bit may
# differ. The textbook's RMSprop, with ε under the root, is not there.
SAME = {
    ("momentum", True): ("momentum", True),
    ("momentum", False): ("momentum", False),
    ("nesterov", True): ("nesterov_shifted", True),
    ("nesterov", False): ("nesterov", False),
    ("rmsprop", True): ("rmsprop", True),
    ("adam", False): ("adam_l2", True),
    ("adam", True): ("adam_l2", False),
    ("adamw", False): ("adamw", True),
    ("adamw", True): ("adamw", False),
}
TORCH = "PyTorch 2.13, torch/optim; tests/reference/make_update_rules.py"
ROUNDING = "rounding in another order, fed back by every update"
CLOSE = 1e-11
SMOOTH = "constant η, where η is inside the velocity; β₁ ≥ 0.5, β₂ ≥ 0.9, ε ≥ 1e-10 where steps are adaptive"


@dataclass(frozen=True)
class Setting:
    """One run. rates: values by the names that lines use, `lr` the learning rate before any drop; curvatures (2,), start (2,)
    and minimum (2,) of the bowl ½Σ λᵢ(θᵢ − cᵢ)².
    """

    method: str
    pytorch: bool
    corrected: bool
    drop: int
    rates: Mapping[str, float]
    start: F64
    minimum: F64
    curvatures: F64
    updates: int

    def slope(self, at: F64) -> F64:
        """∇L(θ) = λ(θ − c), (2,)."""
        found: F64 = self.curvatures * (at - self.minimum)
        return found

    def program(self, method: str, pytorch: bool) -> Program:
        """The lines of a method under this setting."""
        decays = self.rates["wd"] > 0.0
        return program(method, pytorch=pytorch, corrected=self.corrected, decays=decays, drop=self.drop)

    def run(self, method: str, pytorch: bool) -> tuple[Program, F64]:
        """Lines and their values: see `core.update_rules.trace`."""
        lines = self.program(method, pytorch)
        values = {**self.rates, "lr0": self.rates["lr"]}
        given = {name: values[name] for name in lines.given}
        return lines, trace(lines, given, self.start, self.slope, self.updates)

    def points(self, method: str, pytorch: bool) -> F64:
        """θ before the first update and after each, (updates + 1, 2)."""
        lines, rows = self.run(method, pytorch)
        points: F64 = rows[:: len(lines.loop), 0]
        return points

    def rate(self, t: int) -> float:
        """η at update t = 1, 2, …"""
        return self.rates["lr"] / 10 if self.drop and t > self.drop else self.rates["lr"]

    @property
    def constant(self) -> bool:
        """Whether η never changes in this run."""
        return not 0 < self.drop < self.updates


def stepped(setting: Setting, method: str) -> F64:
    """The points (updates + 1, 2) that the scalar updates of `core.optimizers` give, with β₁ᵗ and β₂ᵗ as running products."""
    code, rates = method_code(method), setting.rates
    hyper = Hyper(momentum=rates["beta"], beta1=rates["b1"], beta2=rates["b2"], epsilon=rates["eps"], weight_decay=rates["wd"])
    points, slots = [setting.start], np.zeros((2, 3))
    power1 = power2 = 1.0
    for t in range(1, setting.updates + 1):
        hyper = hyper._replace(learning_rate=setting.rate(t))
        power1, power2 = power1 * rates["b1"], power2 * rates["b2"]
        here = points[-1]
        at = np.array([gradient_point(code, float(here[i]), float(slots[i, 0]), hyper) for i in range(2)])
        g = setting.slope(at)
        moved = np.empty(2)
        for i in range(2):
            s0, s1, s2 = slots[i].tolist()
            moved[i], *slots[i] = step(code, float(here[i]), float(g[i]), s0, s1, s2, hyper, t, power1, power2)
        points.append(moved)
    return np.array(points)


def gap(one: F64, other: F64) -> float:
    """The largest difference between two paths, as a share of the largest coordinate."""
    return float(np.abs(one - other).max() / max(np.abs(one).max(), np.abs(other).max()))


def gentle(setting: Setting) -> bool:
    """Whether rounding stays rounding: with a short memory an adaptive step is nearly the sign of a gradient, whose jumps at 0
    make two runs out of two roundings.
    """
    rates = setting.rates
    remembers = rates["b2"] >= 0.9 and (setting.method == "rmsprop" or rates["b1"] >= 0.5)
    return setting.method in ("momentum", "nesterov") or (remembers and rates["eps"] >= 1e-10)


def about(scene: str, setting: Setting) -> Iterator[Claim]:
    """What is true of one run: its numbers are the house's own, its forms agree, its first step has a known length."""
    lines, rows = setting.run(setting.method, setting.pytorch)
    points = rows[:: len(lines.loop), 0]
    yield from _same_numbers(scene, setting, points)
    if gentle(setting) and (setting.corrected or setting.method not in COUNTED):
        yield from _two_forms(scene, setting, lines, rows)
    yield from _first_step(scene, setting, points)


def _same_numbers(scene: str, setting: Setting, points: F64) -> Iterator[Claim]:
    key = (setting.method, setting.pytorch)
    name, exact = SAME.get(key, ("", False))
    if not setting.corrected and not setting.pytorch and setting.method in COUNTED:
        name, exact = ("adam_uncorrected" if setting.method == "adam" and setting.rates["wd"] == 0.0 else ""), False
    textbook = setting.method in ("momentum", "nesterov") and not setting.pytorch
    if not name or (textbook and not setting.constant) or not (exact or gentle(setting)):
        return
    yield Claim(
        name=f"the lines of {_named(setting)} give the numbers of the compiled method, update for update",
        scene=scene,
        source=f"core/optimizers: {name}",
        predicted=0.0,
        measured=gap(points, stepped(setting, name)),
        tolerance=0.0 if exact else CLOSE,
        because="the same operations in the same order" if exact else ROUNDING,
        applies="always" if exact else SMOOTH,
        comparison="absolute",
    )


def _two_forms(scene: str, setting: Setting, lines: Program, rows: F64) -> Iterator[Claim]:
    method, eta = setting.method, setting.rates["lr"]
    points, other = rows[:: len(lines.loop), 0], setting.points(method, not setting.pytorch)
    book, torch = (other, points) if setting.pytorch else (points, other)
    if method in COUNTED or (method == "momentum" and setting.constant):
        yield Claim(
            name=f"{_named(setting)}: both forms make one path",
            scene=scene,
            source="core/update_rules.py",
            predicted=0.0,
            measured=gap(book, torch),
            tolerance=CLOSE,
            because=ROUNDING,
            applies="constant η" if method == "momentum" else SMOOTH,
            comparison="absolute",
        )
    elif method == "nesterov" and setting.constant:
        v = rows[:: len(lines.loop), lines.names.index("v")] * (eta if setting.pytorch else 1.0)
        yield Claim(
            name=f"{_named(setting)}: PyTorch’s θ is the textbook’s look-ahead point θ − βv",
            scene=scene,
            source="core/optimizers/momentum.py",
            predicted=0.0,
            measured=gap(torch, book - setting.rates["beta"] * v),
            tolerance=CLOSE,
            because=ROUNDING,
            applies="constant η",
            comparison="absolute",
        )
    elif method == "momentum":
        book_lines, book_rows = setting.run(method, False)
        held = book_rows[setting.drop * len(book_lines.loop), book_lines.names.index("v")]
        if np.hypot(*held) < 1e-6 * np.abs(book).max():  # nothing is left of v that rounding would not hide
            return
        yield Claim(
            name="momentum: at the update after η falls to a tenth, the textbook’s step is 0.9 βv longer than PyTorch’s",
            scene=scene,
            source="core/update_rules.py: v with η inside keeps the old η",
            predicted=float(np.hypot(*(0.9 * setting.rates["beta"] * held))),
            measured=float(np.hypot(*(book[setting.drop + 1] - torch[setting.drop + 1]))),
            tolerance=1e-8,
            because="rounding of points that are large beside their difference",
            applies="v is not yet 0 at the drop",
        )


def _first_step(scene: str, setting: Setting, points: F64) -> Iterator[Claim]:
    rates, method = setting.rates, setting.method
    if rates["wd"] > 0.0 or method not in ("rmsprop", *COUNTED):
        return
    filled, source = math.sqrt(1.0 - rates["b2"]), "Kingma & Ba 2015, section 2.1; core/theory/adam.py"
    if method == "rmsprop":  # s = (1 − β₂)g² after one update
        length, label, root, source = 1.0 / filled, "η/√(1 − β₂)", filled, "Tieleman & Hinton 2012; core/optimizers/adaptive.py"
    elif setting.corrected or setting.pytorch:
        length, label, root = 1.0, "η", 1.0
    else:
        length, label, root = first_step(rates["b1"], rates["b2"]), "η (1 − β₁)/√(1 − β₂)", filled
    if math.sqrt(rates["eps"]) > 1e-3 * root * float(np.abs(setting.slope(setting.start)).min()):
        return
    steps = np.abs(points[1] - points[0]) / setting.rate(1)
    yield Claim(
        name=f"{_named(setting)}: the first step is {label} in each coordinate, however steep it is",
        scene=scene,
        source=source,
        predicted=length,
        measured=float(steps[np.argmax(np.abs(steps - length))]),
        tolerance=2e-3,
        because="ε, or its root, is at most a thousandth of the root mean square of the gradient",
        applies="no weight decay, a gradient that is large beside ε",
    )


def _named(setting: Setting) -> str:
    spelled = {"rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW", "nesterov": "Nesterov"}
    bare = setting.method in COUNTED and not setting.corrected and not setting.pytorch
    form = "in PyTorch’s form" if setting.pytorch else "in the textbook’s form"
    return f"{spelled.get(setting.method, setting.method)} {form}{', uncorrected' if bare else ''}"


# Mean of PyTorch's points (x, y) over all 60 updates, update t with weight t, as tests/reference/make_update_rules.py prints
# them: one number per coordinate that no update can leave without a trace.
_TORCH_MEANS: dict[str, tuple[dict[str, float], tuple[float, float]]] = {
    "momentum": ({"lr": 0.03}, (2.1244460693605864, 0.9968412381328356)),
    "nesterov": ({"lr": 0.03}, (2.0884544105364107, 0.9986933819064966)),
    "rmsprop": ({"lr": 0.1, "b2": 0.99}, (1.0517862187025577, 1.002798609810193)),
    "adam": ({}, (2.045706472685001, 0.9872726167155013)),
    "adamw": ({"wd": 0.1}, (1.6197043964796654, 0.9461703976629512)),
}


def prove(scene: str) -> Iterator[Claim]:
    """The experiments behind the scene: every method in both forms, beside the house's kernels, PyTorch and theory."""
    minimum, curvatures, start = (np.array(pair) for pair in ((2.0, 1.0), (1.0, 25.0), (-6.0, 3.0)))
    usual = {"lr": 0.5, "beta": 0.9, "b1": 0.9, "b2": 0.999, "eps": 1e-8, "wd": 0.0}
    for method, (rates, means) in _TORCH_MEANS.items():
        for pytorch in (False, True):
            setting = Setting(method, pytorch, True, 0, {**usual, **rates}, start, minimum, curvatures, 60)
            yield from about(scene, setting)
        t = np.arange(61.0)
        found = (t[:, None] * setting.points(method, True)).sum(axis=0) / t.sum()
        for coordinate, mean, measured in zip("xy", means, found.tolist(), strict=True):
            yield Claim(
                name=f"{_named(setting)}: the mean of 60 points, weighted by the update, is PyTorch’s in {coordinate}",
                scene=scene,
                source=TORCH,
                predicted=mean,
                measured=measured,
                tolerance=1e-13,
                because="Python’s power in PyTorch, running products here: the last bits of 1 − βᵗ",
            )
    falling = Setting("momentum", False, True, 6, {**usual, "lr": 0.03}, start, minimum, curvatures, 12)
    yield from _two_forms(scene, falling, *falling.run("momentum", False))
    yield from about(scene, Setting("adam", False, False, 0, usual, start, minimum, curvatures, 12))
