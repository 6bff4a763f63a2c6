"""What a person may turn in the scene of sharp and flat minima, and what each of its stories starts from."""

from dataclasses import dataclass

from core.params import Params, Value, choice, real, whole
from core.sharp_flat.cloud import METHODS

STORIES = ("valleys", "rescaling", "wilson")


@dataclass(frozen=True, kw_only=True)
class SharpFlatParams(Params):
    """The knobs. Each story reads its own and leaves the others alone; η, β and the steps are common."""

    story: str = choice(
        "valleys",
        STORIES,
        label="Story",
        help="Two valleys and noise; one net in ever sharper forms; or data on which the methods disagree.",
        group="Story",
    )
    learning_rate: float = real(
        0.05, 0.002, 1.0, scale="log", label="Learning rate", symbol="η", help="The same for every method.", group="Run"
    )
    batch: int = whole(
        16,
        1,
        256,
        scale="log",
        label="Batch size",
        symbol="B",
        help="Examples in a step: the gradient's noise is σ/√B.",
        group="Run",
    )
    momentum: float = real(
        0.9, 0.0, 0.99, label="Momentum", symbol="β", help="The velocity that heavy ball keeps in a step.", group="Run"
    )
    sharpness: float = real(
        20.0,
        1.0,
        100.0,
        scale="log",
        label="Sharp curvature",
        symbol="λ♯",
        help="Curvature of the sharp valley; the flat one has 1.",
        group="Valleys",
    )
    barrier: float = real(
        0.1,
        0.02,
        1.0,
        scale="log",
        label="Barrier",
        symbol="h",
        help="How high the valleys’ walls meet, over the flat minimum.",
        group="Valleys",
    )
    shift: float = real(
        0.05,
        0.0,
        0.3,
        label="Test shift",
        symbol="δ",
        help="The loss on the test set is the same one, moved sideways by so much.",
        group="Valleys",
    )
    positive: float = real(
        0.62,
        0.5,
        0.95,
        label="Share of +1",
        symbol="p",
        help="Among examples, trained and new, of Wilson’s construction.",
        group="Wilson",
    )
    depth: float = real(
        0.0,
        -0.5,
        2.0,
        label="Extra depth",
        symbol="d",
        help="How much deeper the sharp valley is, in heights of the barrier.",
        group="Valleys",
        folded=True,
    )
    noise: float = real(
        3.0, 0.0, 10.0, label="Gradient noise", symbol="σ", help="Scatter of one example’s gradient.", group="Run", folded=True
    )
    start: float = real(-0.1, -2.0, 3.0, label="Start", symbol="x₀", help="Where the runs begin.", group="Run", folded=True)
    reach: float = real(
        0.03, 0.0, 2.0, label="Spread of starts", help="They begin evenly within so much of it.", group="Run", folded=True
    )
    steps: int = whole(600, 20, 2000, label="Steps", symbol="T", help="Updates in a run.", group="Run", folded=True)
    factor: float = real(
        30.0,
        2.0,
        100.0,
        scale="log",
        label="Largest factor",
        symbol="c",
        help="By which the hidden layer is multiplied in the end, and the output layer divided.",
        group="Rescaling",
        folded=True,
    )
    examples: int = whole(
        16, 4, 200, label="Examples", symbol="n", help="How many are learned from.", group="Wilson", folded=True
    )
    shown: str = choice(
        "sgd", METHODS, label="Map of", help="Whose map of end shares is shown.", group="View", folded=True, view=True
    )


def suggested(story: str) -> dict[str, Value]:
    """The settings that a story wants of the knobs it shares with the others, for `replace`."""
    rate, steps = {"valleys": (0.05, 600), "rescaling": (0.005, 600), "wilson": (0.02, 200)}[story]
    return {"learning_rate": rate, "steps": steps}
