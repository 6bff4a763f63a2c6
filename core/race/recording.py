"""What a race leaves behind: paths, losses, arrivals, basins, and what its search tried."""

from dataclasses import dataclass

from core.race.knobs import RaceParams
from core.race.minima import Minimum
from core.race.starts import cell_rows
from core.recording import F64, I64, Recording, array

PENDING = -2  # a cell of the map of basins that is not known yet
QUARTILES = ("lower", "median", "upper")


@dataclass(frozen=True, eq=False, kw_only=True)
class RaceRecording(Recording):
    """R racers, n starts, T steps. Float arrays are NaN from the step at which a run failed.

    path (racer, step, start, 2):     θ_k of every start, k = 0 … T.
    loss (racer, step, 3):            quartiles of the loss over the starts; of one start three times its loss. A failed run
                                      counts as higher than any other; NaN where the quartile falls on one.
    arrival (racer, start):           int64, the step from which on a run keeps at most a thousandth of what it had to lose
                                      (`core.race.scoring`), −1 for one that never does.
    basin (racer, start):             int64, the minimum at which a run ends, an index into `minima`, −1 for none of them.
    settled (racer, start):           int64, the step from which on a run stays beside that minimum, −1 for none.
    basin_map (racer, row, column):   int64, the same for a run from the middle of each cell of the domain, the lowest row
                                      first; −2 where it is not known yet.
    trial_rate, trial_steps, trial_loss (racer, trial): what a fair race tried: learning rates in their order, and the two
                                      scores of each; a loss of inf is that of a failed run.
    racers, rates:                    methods, and the learning rates they raced with.
    minima, lowest, floor:            as in `core.race.minima.LowPoints`.
    gradients, tuning_gradients:      per racer, how many gradients its race and its search took.
    step_nanoseconds:                 per racer, how long a step takes on the machine of `core.race.step_times`.
    """

    params: RaceParams
    path: F64 = array("racer", "step", "start", "coordinate")
    loss: F64 = array("racer", "step", "quartile")
    arrival: I64 = array("racer", "start")
    basin: I64 = array("racer", "start")
    settled: I64 = array("racer", "start")
    basin_map: I64 = array("racer", "row", "column")
    trial_rate: F64 = array("racer", "trial")
    trial_steps: F64 = array("racer", "trial")
    trial_loss: F64 = array("racer", "trial")
    racers: tuple[str, ...]
    quartiles: tuple[str, ...] = QUARTILES
    rates: tuple[float, ...]
    minima: tuple[Minimum, ...]
    lowest: float
    floor: float
    gradients: tuple[int, ...]
    tuning_gradients: tuple[int, ...]
    step_nanoseconds: tuple[float, ...]

    @classmethod
    def lengths(cls, params: RaceParams) -> dict[str, int]:
        """How long each axis is."""
        columns = params.map_columns
        return {
            "racer": len(params.racers),
            "step": params.steps_taken + 1,
            "start": params.starts,
            "coordinate": 2,
            "quartile": len(QUARTILES),
            "row": cell_rows(params.ground.domain, columns) if columns else 0,
            "column": columns,
            "trial": params.trials if params.fair else 0,
        }

    @property
    def last(self) -> int:
        """T: frame k shows the race after k steps."""
        return int(self.path.shape[1]) - 1
