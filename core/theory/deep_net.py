"""What mean-field theory says about a `DeepNet`, and about what was measured on it."""

from collections.abc import Iterable

import numpy as np

from core.deep_net import DeepNet
from core.recording import F64
from core.theory.depth_profile import Profile, depth_profile, gradient_line


def profile(net: DeepNet, square: float = 1.0) -> Profile | None:
    """Mean-field theory of a net at inputs of mean square `square`, or None where it makes none: under batch normalization."""
    if net.normalization == "batch":
        return None
    layer_norm = net.normalization == "layer"
    return depth_profile(
        net.code,
        net.weight_variance,
        net.bias**2,
        net.depth,
        residual=net.residual,
        layer_norm=layer_norm,
        square=square,
    )


def gradient_lines(profiles: Iterable[Profile | None], measured: F64, width: int) -> F64:
    """The lines of theory (variant, layer), each from the gradient measured at layer L on; NaN where there is no theory."""
    unknown = np.full(measured.shape[1], np.nan)
    return np.stack(
        [
            unknown if one is None else gradient_line(one, float(norms[-1]), width)
            for one, norms in zip(profiles, measured, strict=True)
        ]
    )
