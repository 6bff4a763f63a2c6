"""Claim: a prediction from theory beside the measurement, with the tolerance and the reason for it.

The same claims feed three readers: the badge in the window, `ravine verify` and the tests.
"""

import math
from dataclasses import dataclass
from typing import Literal

Comparison = Literal["relative", "absolute", "at most", "at least"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement that a computation either bears out or does not.

    name:       what is claimed, as a short sentence in the field's words.
    scene:      the slug of the scene it belongs to.
    source:     author, year, equation or section; for our own derivations, where the derivation stands.
    predicted:  the number theory gives.
    measured:   the number the simulation gave.
    tolerance:  largest error that still counts as agreement.
    because:    why that tolerance and not a smaller one.
    applies:    when the theory holds; outside of it the claim is not made.
    comparison: how the error is formed. "relative": |measured − predicted| / |predicted|; "absolute": without the
                division; "at most" and "at least": how far the measurement lies beyond the predicted bound.
    """

    name: str
    scene: str
    source: str
    predicted: float
    measured: float
    tolerance: float
    because: str
    applies: str = "always"
    comparison: Comparison = "relative"

    @property
    def error(self) -> float:
        """The disagreement, in the sense of `comparison`; NaN where a number is missing."""
        gap = self.measured - self.predicted
        if math.isnan(gap):
            # inf − inf: a predicted divergence that happened is agreement.
            return 0.0 if self.measured == self.predicted else math.nan
        if self.comparison == "at most":
            return max(gap, 0.0)
        if self.comparison == "at least":
            return max(-gap, 0.0)
        if self.comparison == "absolute":
            return abs(gap)
        return abs(gap) / abs(self.predicted) if self.predicted else abs(gap)

    @property
    def holds(self) -> bool:
        """Whether measurement and prediction agree; a missing number never does."""
        return self.error <= self.tolerance
