"""What theory says about one run of deep nets: each net's gradient factor per layer, and the bound that clipping sets."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from core.claims import Claim
from core.recording import F64
from core.theory.depth_profile import factor_per_layer, finite_width_scatter, layers_within


def one_layers_sway(width: int) -> tuple[float, float]:
    """±3 √(5/n): by how much the logarithm of a signal's mean square may stray from the limit of wide nets in one layer."""
    reach = 3.0 * math.sqrt(5.0 / width)
    return -reach, reach


def about(slug: str, names: Sequence[str], predicted: F64, measured: F64, width: int, swayed: Sequence[F64]) -> Iterator[Claim]:
    """The factor per layer of each net: by its line of theory, and by its gradients before training, (nets, L) both.

    Only the layers of which theory speaks count; a net of which it speaks in fewer than two has no claim. Neither has one
    beside an unstable fixed point (GELU and SiLU have such), where chance decides which way a net of finite width goes.
    swayed: `predicted` for inputs larger and smaller by `one_layers_sway`, which must give the same within the tolerance.
    """
    for net, (name, line, norms) in enumerate(zip(names, predicted, measured, strict=True)):
        both = np.where(np.isfinite(line), norms, np.nan)  # the layers of which theory speaks
        by_theory, found = factor_per_layer(line, both), factor_per_layer(norms, both)
        tolerance = finite_width_scatter(max(layers_within(both) - 1, 1), width)
        others = [factor_per_layer(lines[net], both) for lines in swayed]
        settled = all(abs(other - by_theory) <= tolerance * by_theory for other in others)  # false for NaN
        if settled and math.isfinite(by_theory) and math.isfinite(found):
            yield Claim(
                name=f"{name}: the gradient changes by √χ per layer",
                scene=slug,
                source="Schoenholz et al. 2017, section 4; Yang & Schoenholz 2017; core/theory/depth_profile.py",
                predicted=by_theory,
                measured=found,
                tolerance=tolerance,
                because="finite width: n units scatter the χ of a layer by up to √(5/n), and lower the mean logarithm",
                applies="before training, without batch normalization, away from unstable fixed points",
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
