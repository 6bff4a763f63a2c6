"""Facts about each norm of the cube in words: the rows of the table, the names of sets, and what very small sets mean."""

from dataclasses import dataclass

import numpy as np

from core.normalization.axes import parts, set_size
from core.simulations.norm_axes import NormAxesRecording
from scenes.kit.numbers import fixed, short
from scenes.kit.words import Cell

NAMES = {
    "batch": "BatchNorm",
    "layer": "LayerNorm",
    "instance": "InstanceNorm",
    "group": "GroupNorm",
    "rms": "RMSNorm",
    "token": "LayerNorm, tokens",
    "token_rms": "RMSNorm, tokens",
}


@dataclass(frozen=True)
class Fact:
    """What holds for a norm whatever the sizes.

    over: the axes that it takes mean and variance over. sets: how many sets that makes, in letters. affine: shape of γ and
    β in PyTorch. axes: what its cube's axes (N, C, P) are called.
    """

    over: str
    sets: str
    affine: str
    axes: tuple[str, str, str] = ("N", "C", "H·W")


_TOKENS = ("N", "D", "T")
FACTS = {
    "batch": Fact("N, H, W", "C", "C"),
    "layer": Fact("C, H, W", "N", "C·H·W"),
    "instance": Fact("H, W", "N·C", "C"),
    "group": Fact("C/G, H, W", "N·G", "C"),
    "rms": Fact("C, H, W", "N", "C·H·W"),
    "token": Fact("D", "N·T", "D", _TOKENS),
    "token_rms": Fact("D", "N·T", "D", _TOKENS),
}

ABOUT = {
    "rms": "RMSNorm has LayerNorm’s sets but no mean: it divides by the root mean square, so a common shift stays in.",
    "token": "Read as (N, T, D), as in a transformer, LayerNorm takes one token: the D features at one position.",
    "token_rms": "Read as (N, T, D), RMSNorm takes one token and no mean: it divides by the root mean square of D features.",
}


def set_name(norm: str, number: int, cut: tuple[int, int, int], shape: tuple[int, ...], brief: bool = False) -> str:
    """What set `number` of a norm on a tensor (N, C, H, W) is: "example 2, channels 3–4", or briefly "n = 2, c = 3–4"."""
    n, c, p = (int(index) for index in np.unravel_index(number, cut))
    step = shape[1] // cut[1]
    if norm == "batch":
        return (
            f"all n, c = {c + 1}"
            if brief
            else f"channel {c + 1} of {'all ' if shape[0] > 1 else ''}{_many(shape[0], 'example')}"
        )
    if norm.startswith("token"):
        return f"n = {n + 1}, t = {p + 1}" if brief else f"example {n + 1}, token {p + 1}"
    if cut[1] == 1:
        return (
            f"n = {n + 1}, all c" if brief else f"example {n + 1}, {'all ' if shape[1] > 1 else ''}{_many(shape[1], 'channel')}"
        )
    span = f"{c + 1}" if step == 1 else f"{c * step + 1}–{(c + 1) * step}"
    return f"n = {n + 1}, c = {span}" if brief else f"example {n + 1}, channel{'' if step == 1 else 's'} {span}"


def entry_words(recording: NormAxesRecording, shown: tuple[int, ...], first: int, at: tuple[int, int, int, int]) -> str:
    """The entry (n, c, h, w): its value, then, `shown[first]` foremost, its result, set and statistics in every cube."""
    shape = recording.x.shape
    place = ", ".join(f"{letter} = {index + 1}" for letter, index in zip("nchw", at, strict=True))
    lines = [f"{place}: value {short(float(recording.x[at]))}"]
    for norm in (shown[first], *(other for other in shown if other != shown[first])):
        name = recording.norms[norm]
        cut = parts(name, shape, recording.groups_used)
        where = (at[0], at[1], at[2] * shape[3] + at[3])
        sizes = (shape[0], shape[1], shape[2] * shape[3])
        number = np.ravel_multi_index([i * count // size for i, count, size in zip(where, cut, sizes, strict=True)], cut)
        deviation = short(float(np.sqrt(recording.variance[norm][at])))
        mean = f"mean {short(float(recording.mean[norm][at]))}, std {deviation}"
        told = f"root mean square {deviation}" if "rms" in name else mean
        result = short(float(recording.results()[norm][at]))
        lines.append(f"{NAMES[name]}: {result}   ({set_name(name, int(number), cut, shape)}: {told})")
    return "\n".join(lines)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def table_heads(probe: float, brief: bool) -> tuple[str, ...]:
    """The heads of the table; `probe` is the change of example 1. Brief ones leave out the axes."""
    if brief:
        return ("", "sets", "γ, β", "crosses N?", "train ≠ eval?", "others move")
    return (
        "",
        "over",
        "statistics",
        "γ, β (PyTorch)",
        "crosses examples?",
        "train ≠ eval?",
        f"ex. 1 + {probe:.3g}: others move",
    )


def table_row(recording: NormAxesRecording, norm: int, brief: bool) -> tuple[Cell | str, ...]:
    """One norm's row: axes, counts in letters and numbers, affine shape, dependence on the batch, and who moves."""
    name = recording.norms[norm]
    fact = FACTS[name]
    n, c, h, w = recording.x.shape
    sizes = {"C": c, "D": c, "C·H·W": c * h * w}
    crossing, rms = name == "batch", "rms" in name
    moved = float(recording.moved[norm, 1:].max(initial=0.0))
    return (
        Cell(NAMES[name], bold=True),
        *(() if brief else (fact.over,)),
        f"{fact.sets} = {recording.sets[norm]}",
        f"{fact.affine} = {sizes[fact.affine]}" + (", γ only" if rms else ""),
        Cell("yes", "bad", True) if crossing else "no",
        Cell("yes" if brief else "yes: averages", "bad") if crossing else "no",
        "nobody else" if n == 1 else Cell(fixed(moved, 3), "bad", True) if moved > 0.0 else "0",
    )


def set_words(recording: NormAxesRecording, norm: int) -> tuple[str, str]:
    """How many sets a norm makes and whether they cross examples, in a few words, and the role of their colour."""
    crossing = recording.norms[norm] == "batch" and recording.x.shape[0] > 1
    count = _many(int(recording.sets[norm]), "set")
    return (f"{count} across examples", "bad") if crossing else (f"{count} within examples", "text")


def note(recording: NormAxesRecording, shown: tuple[int, ...]) -> str:
    """What most needs saying about these sizes: sets too small to normalize, one example, rounded groups, or γ's shape."""
    shape, groups = recording.x.shape, recording.groups_used
    sizes = {recording.norms[i]: set_size(recording.norms[i], shape, groups) for i in shown}
    single = [norm for norm, size in sizes.items() if size == 1]
    if single:
        end = " RMSNorm keeps the sign." if any("rms" in norm for norm in single) else ""
        refuses = " PyTorch refuses to train on it." if {"batch", "instance"} & set(single) else ""
        return f"{_listed(single)}: sets of one number, its own mean, with variance 0: the result is 0.{end}{refuses}"
    if shape[0] == 1:
        return "With one example BatchNorm’s sets are InstanceNorm’s: training has no batch to lean on."
    pairs = [norm for norm, size in sizes.items() if size == 2 and "rms" not in norm]
    if pairs:
        return (
            f"{_listed(pairs)}: sets of two. Whatever the numbers, they become −1 and +1 (up to ε): only their order is left."
        )
    if recording.params.groups != groups:
        return (
            f"{recording.params.groups} groups do not divide {shape[1]} channels: shown is G = {groups}, the nearest that does."
        )
    floor = min(float(recording.variance[i].min()) for i in shown)
    if floor < 10.0 * recording.eps:
        return f"ε = {short(recording.eps)} weighs beside σ² from {short(floor)} up: results have variance σ²/(σ² + ε), not 1."
    about = [ABOUT[recording.norms[i]] for i in shown if recording.norms[i] in ABOUT]
    if about:
        return about[0]
    elements = shape[1] * shape[2] * shape[3]
    if groups in (1, shape[1]):
        twin = "LayerNorm" if groups == 1 else "InstanceNorm"
        return f"G = {groups}: GroupNorm has {twin}’s sets and statistics; γ and β stay one per channel, {shape[1]} of each."
    return f"Many texts give all four norms γ and β per channel; PyTorch’s LayerNorm has them per element, {elements} of each."


def _listed(norms: list[str]) -> str:
    names = [NAMES[norm] for norm in norms]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
