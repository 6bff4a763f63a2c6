"""What theory says about one run of deep nets: each net's gradient factor per layer, and the bound that clipping sets."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from core.claims import Claim
from core.recording import F64
from core.theory.depth_profile import factor_per_layer, finite_width_scatter, layers_within


def about(slug: str, names: Sequence[str], predicted: F64, measured: F64, width: int) -> Iterator[Claim]:
    """The factor per layer of each net: by its line of theory, and by its gradients before training, (nets, L) both.

    Only the layers of which theory speaks count; a net of which it speaks in fewer than two has no claim.
    """
    for name, line, norms in zip(names, predicted, measured, strict=True):
        both = np.where(np.isfinite(line), norms, np.nan)  # the layers of which theory speaks
        by_theory, found = factor_per_layer(line, both), factor_per_layer(norms, both)
        if math.isfinite(by_theory) and math.isfinite(found):
            yield Claim(
                name=f"{name}: the gradient changes by √χ per layer",
                scene=slug,
                source="Schoenholz et al. 2017, section 4; Yang & Schoenholz 2017; core/theory/depth_profile.py",
                predicted=by_theory,
                measured=found,
                tolerance=finite_width_scatter(layers_within(both) - 1, width),
                because="finite width: n units scatter the χ of a layer by up to √(5/n), and lower the mean logarithm",
                applies="before training, without batch normalization",
            )


def clipped(slug: str, limit: float, raw: F64, taken: F64) -> Iterator[Claim]:
    """No step's gradient is longer than `limit`: norms by step, (T + 1,) each, before (`raw`) and after clipping."""
    known = np.isfinite(raw)
    if known.any():
        yield Claim(
            name="clipping: no step's gradient is longer than the clip norm",
            scene=slug,
            source="Pascanu, Mikolov & Bengio 2013, algorithm 1",
            predicted=limit,
            measured=float(taken[known].max()),
            tolerance=1e-12 * limit,
            because="exact but for the rounding of one division and one product",
            applies="while the gradient is finite",
            comparison="at most",
        )
