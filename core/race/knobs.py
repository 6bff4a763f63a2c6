"""The knobs of a race, and what follows from them alone: who races, on what, and how far."""

from dataclasses import dataclass

from core.expression.reading import read
from core.expression.words import LONGEST
from core.optimizers import METHODS
from core.params import Params, Value, choice, real, switch, text, whole
from core.race.ground import OWN, Ground, ground
from core.race.racers import NONE, line_up
from core.race.tuning import HIGHEST_RATE, LOWEST_RATE
from core.surfaces import NAMES, named

MOST_STARTS = 10_000
MOST_STEPS = 2_000_000  # of all starts together: more starts race for fewer steps
MAP_STEPS = 4_000_000  # of all cells of the map of basins together
MAP_COLUMNS = 120  # at most
TUNING_STARTS = 32  # a search tries its rates from so many of the starts at most

_RATES = {  # a learning rate at which the racers one opens with are worth watching
    "quadratic": 0.01,
    "rosenbrock": 0.001,
    "beale": 0.003,
    "himmelblau": 0.005,
    "saddle": 0.01,
    "monkey_saddle": 0.002,
    "rastrigin": 0.001,
    "ackley": 0.02,
    "styblinski_tang": 0.005,
    "three_hump_camel": 0.02,
    "goldstein_price": 2e-6,
    "plateau": 0.1,
    OWN: 0.05,
}
_STARTS = {"beale": (-0.8, -0.8)}  # instead of the catalogue's own


@dataclass(frozen=True, kw_only=True)
class RaceParams(Params):
    """The knobs. A start outside a surface's usual domain is allowed and taken as it is: the run just begins there."""

    surface: str = choice(
        "beale", (*NAMES, OWN), label="Surface", symbol="L", help="What they race on; own: the formula below.", group="Surface"
    )
    formula: str = text(
        "0.4*(x**2 + y**2) - 3*exp(-(x+2)**2 - (y+1)**2) - 4*exp(-2*(x-2)**2 - 2*(y-1)**2)",
        LONGEST,
        rule=read,
        label="Your own f(x, y)",
        help="x, y, numbers, pi, e, + − * / **, sin cos tan atan exp log sqrt abs tanh sinh cosh sigmoid sign step min max.",
        group="Surface",
    )
    first: str = choice("sgd", METHODS, label="First", help="An optimizer in the race.", group="Racers")
    second: str = choice("momentum", (NONE, *METHODS), label="Second", help="Another one.", group="Racers")
    third: str = choice("adam", (NONE, *METHODS), label="Third", help="Another one.", group="Racers")
    fourth: str = choice("none", (NONE, *METHODS), label="Fourth", help="Another one.", group="Racers", folded=True)
    learning_rate: float = real(
        0.003,
        LOWEST_RATE,
        HIGHEST_RATE,
        scale="log",
        label="Learning rate of all",
        symbol="η",
        help="One length of step for every racer; a fair race finds each its own instead.",
        group="Race",
    )
    fair: bool = switch(
        False,
        label="Fair race",
        help="Each racer with the learning rate that a search found for it, with the same budget of gradients for all.",
        group="Race",
    )
    starts: int = whole(
        1,
        1,
        MOST_STARTS,
        scale="log",
        label="Starts",
        symbol="n",
        help="One start, or a cloud of them over the map.",
        group="Race",
    )
    steps: int = whole(
        200,
        1,
        2000,
        label="Steps",
        symbol="T",
        help=f"How many updates each start makes; all starts together {MOST_STEPS:,} at most.",
        group="Race",
        folded=True,
    )
    trials: int = whole(
        24,
        8,
        48,
        label="Trials",
        symbol="N",
        help="How many learning rates a fair race tries for each racer.",
        group="Race",
        folded=True,
    )
    momentum: float = real(
        0.9,
        0.0,
        0.999,
        label="Momentum",
        symbol="β",
        help="Share of the velocity kept, by those that have one.",
        group="Race",
        folded=True,
    )
    weight_decay: float = real(
        0.01,
        0.0,
        1.0,
        label="Weight decay",
        symbol="λ",
        help="Of AdamW and of Adam with L2; the others have none.",
        group="Race",
        folded=True,
    )
    start_x: float = real(-0.8, -10.0, 10.0, label="Start x", help="Where one start begins.", group="Race", folded=True)
    start_y: float = real(-0.8, -10.0, 10.0, label="Start y", help="Where one start begins.", group="Race", folded=True)
    scatter: str = choice(
        "evenly",
        ("evenly", "at_random"),
        label="A cloud’s starts",
        help="In even rows over the map, or drawn at random.",
        group="Race",
        folded=True,
    )
    basins: bool = switch(
        False,
        label="Map of basins",
        help="Behind the runs: where a run from each place of the map ends, coloured by the minimum it reaches.",
        group="Race",
        folded=True,
    )
    condition: float = real(
        25.0,
        1.0,
        1000.0,
        scale="log",
        label="Condition number",
        symbol="κ",
        help="Of the quadratic: steepest curvature over flattest.",
        group="Surface",
        folded=True,
    )
    rotation: float = real(
        20.0, 0.0, 180.0, label="Rotation", unit="°", help="Turns the quadratic.", group="Surface", folded=True
    )
    reach: float = real(
        4.0,
        0.5,
        10.0,
        label="Reach of your own map",
        help="It shows x and y from minus this to plus this.",
        group="Surface",
        folded=True,
    )
    axis: str = choice(
        "steps",
        ("steps", "gradients", "seconds"),
        label="Cost",
        help="What the loss is drawn against.",
        group="View",
        folded=True,
        view=True,
    )
    beside: str = choice(
        "surface",
        ("surface", "learning_rates", "clouds"),
        label="Beside the map",
        help="The surface in space, the learning rates a fair race tried, or the clouds of all racers.",
        group="View",
        folded=True,
        view=True,
    )
    cloud_of: str = choice(
        "first",
        ("first", "second", "third", "fourth"),
        label="Cloud of",
        help="Whose cloud and whose basins the map shows.",
        group="View",
        folded=True,
        view=True,
    )
    azimuth: float = real(
        -35.0, -180.0, 180.0, label="Azimuth", unit="°", help="Where we look from.", group="View", folded=True, view=True
    )
    elevation: float = real(
        38.0, 5.0, 89.0, label="Elevation", unit="°", help="How far from above we look.", group="View", folded=True, view=True
    )

    @property
    def racers(self) -> tuple[str, ...]:
        """Who races: every chosen method once."""
        return line_up(self.first, self.second, self.third, self.fourth)

    @property
    def ground(self) -> Ground:
        """What they race on."""
        return ground(self.surface, self.condition, self.rotation, self.formula, self.reach)

    @property
    def steps_taken(self) -> int:
        """How many steps each start makes: `steps`, or fewer where there are many starts."""
        return max(1, min(self.steps, MOST_STEPS // self.starts))

    @property
    def tuning_gradients(self) -> int:
        """The budget of each racer's search; 0 in a race that is not fair."""
        return self.trials * self.steps_taken * min(self.starts, TUNING_STARTS) if self.fair else 0

    @property
    def map_columns(self) -> int:
        """How many columns of cells the map of basins has; 0 without one."""
        if not self.basins:
            return 0
        x_low, x_high, y_low, y_high = self.ground.domain
        cells = MAP_STEPS / self.steps_taken
        return max(8, min(MAP_COLUMNS, int((cells * (x_high - x_low) / (y_high - y_low)) ** 0.5)))


def suggested(surface: str) -> dict[str, Value]:
    """Knob values with which a race on a surface is worth watching: learning_rate, and its own start where it has one."""
    values: dict[str, Value] = {"learning_rate": _RATES[surface]}
    if surface != OWN:
        values["start_x"], values["start_y"] = _STARTS.get(surface, named(surface).start)
    return values
