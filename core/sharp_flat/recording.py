"""What is kept of the three stories of sharp and flat minima; those of the other two stay empty."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.recording import F64, Recording, array
from core.sharp_flat.cloud import METHODS
from core.sharp_flat.knobs import SharpFlatParams
from core.sharp_flat.landscape import PLACES
from core.sharp_flat.rescaling import EXAMPLES, GRID, OFFSETS
from core.sharp_flat.sweeps import BATCHES, FACTORS, RATES
from core.sharp_flat.wilson import FEATURES, LEARNERS

PARTICLES = 1000
FRAMES = 200  # of a run; shorter ones have one for each step
TURNS = 60  # frames of the rescaling
BINS = 160


@dataclass(frozen=True, eq=False, kw_only=True)
class SharpFlatRecording(Recording):
    """Float64 throughout. The axes of a story that is not told have length 0.

    Valleys. Frame f is `step[f]` steps after the start; the sharp valley comes before the flat one everywhere.
    position (method, frame, particle):   x of each run.
    edge (edge):                          edges of the bins, over all that is to be seen of x.
    count (method, frame, bin):           how many runs are between them.
    expected_count (frame, bin):          how many of SGD's are to be expected there (`core.theory.occupation.chain`), or NaN.
    share (method, frame, place):         in the sharp valley, in the flat one, above the barrier.
    expected_share (frame, place):        SGD's, from the chain, or NaN.
    spread (method, frame, valley):       mean (x − minimum)² of the runs in a valley; NaN where there are none.
    train_loss, test_loss (method, frame, valley): their mean L(x), and the mean of the shifted loss L(x − δ).
    floor (method, valley):               the stationary E(x − minimum)² that theory gives; inf where nothing can rest.
    heat (method):                        the temperature T;  resting_share (method, place): what Gibbs's density gives at T.
    rate, map_batch, map_share (method, rate, map_batch): the share in the sharp valley at the end for each η and B of a map.
    line_rate, line_batch, line_share (method, factor), line_expected (factor): the same while η/B and η·steps are kept, and
                                          what the chain expects of SGD. NaN where not worked out yet, or too long a run.
    Rescaling. Frame f multiplies the hidden layer by `scale[f]`.
    sharpness, predicted_sharpness (frame): λmax by Lanczos in the rescaled net, and from D⁻¹HD⁻¹.
    turned_train_loss, turned_test_loss, change (frame): mean squared errors, and the largest change of an answer on `grid`.
    offset, raw_slice, normalized_slice (frame, offset): training loss along a random direction, and a filter-normalized one.
    grid, answer (frame, grid):           the function.  example, target: what it learned from.
    Wilson.
    weight (learner, frame, feature):     of the label, of the two constants, of an own feature of a +1 and of a −1.
    trained_score, new_score (learner, frame, kind): f of an example that was trained and of a new one, +1 and −1.
    train_error, test_error (learner, frame).  end_weight (learner, feature): where theory says the weights end.
    y (trained): the labels.  minus: the share of −1 among new examples.

    step: steps made by each frame.  endings: per learner; empty in the other stories, whose runs cannot fail.
    """

    params: SharpFlatParams
    step: F64 = array("frame")
    position: F64 = array("method", "frame", "particle")
    edge: F64 = array("edge")
    count: F64 = array("method", "frame", "bin")
    expected_count: F64 = array("told", "bin")
    share: F64 = array("method", "frame", "place")
    expected_share: F64 = array("told", "place")
    spread: F64 = array("method", "frame", "valley")
    train_loss: F64 = array("method", "frame", "valley")
    test_loss: F64 = array("method", "frame", "valley")
    floor: F64 = array("method", "valley")
    heat: F64 = array("method")
    resting_share: F64 = array("method", "place")
    rate: F64 = array("rate")
    map_batch: F64 = array("map_batch")
    map_share: F64 = array("method", "rate", "map_batch")
    line_rate: F64 = array("factor")
    line_batch: F64 = array("factor")
    line_share: F64 = array("method", "factor")
    line_expected: F64 = array("factor")
    scale: F64 = array("turn")
    sharpness: F64 = array("turn")
    predicted_sharpness: F64 = array("turn")
    turned_train_loss: F64 = array("turn")
    turned_test_loss: F64 = array("turn")
    change: F64 = array("turn")
    offset: F64 = array("offset")
    raw_slice: F64 = array("turn", "offset")
    normalized_slice: F64 = array("turn", "offset")
    grid: F64 = array("grid")
    answer: F64 = array("turn", "grid")
    example: F64 = array("example")
    target: F64 = array("example")
    weight: F64 = array("learner", "frame", "feature")
    trained_score: F64 = array("learner", "frame", "kind")
    new_score: F64 = array("learner", "frame", "kind")
    train_error: F64 = array("learner", "frame")
    test_error: F64 = array("learner", "frame")
    end_weight: F64 = array("learner", "feature")
    y: F64 = array("trained")
    minus: float = float("nan")
    methods: tuple[str, ...] = METHODS
    places: tuple[str, ...] = PLACES
    valleys: tuple[str, ...] = PLACES[:2]
    learners: tuple[str, ...] = LEARNERS
    features: tuple[str, ...] = FEATURES
    kinds: tuple[str, ...] = ("+1", "−1")

    @classmethod
    def lengths(cls, params: SharpFlatParams) -> dict[str, int]:
        """How long each axis is."""
        frames = frames_of(params) + 1
        told = {
            "valleys": {
                "method": len(METHODS),
                "told": frames,
                "particle": PARTICLES,
                "edge": BINS + 1,
                "bin": BINS,
                "place": len(PLACES),
                "valley": 2,
                "rate": len(RATES),
                "map_batch": len(BATCHES),
                "factor": len(FACTORS),
            },
            "rescaling": {"turn": frames, "offset": len(OFFSETS), "grid": len(GRID), "example": EXAMPLES},
            "wilson": {"learner": len(LEARNERS), "feature": len(FEATURES), "kind": 2, "trained": params.examples},
        }
        axes = {axis: 0 for lengths in told.values() for axis in lengths}
        return {"frame": frames, **axes, **told[params.story]}

    @property
    def last(self) -> int:
        """Frames after the first."""
        return len(self.step) - 1

    @classmethod
    def blank(cls, params: SharpFlatParams) -> dict[str, Any]:
        """Every array of a recording of these params, full of NaN."""
        lengths = cls.lengths(params)
        names = {name: cls.axes(name) for name, field in cls.__dataclass_fields__.items() if "axes" in field.metadata}
        return {name: np.full([lengths[axis] for axis in axes], np.nan) for name, axes in names.items()}


def frames_of(params: SharpFlatParams) -> int:
    """How many frames follow the first."""
    return TURNS if params.story == "rescaling" else min(params.steps, FRAMES)
