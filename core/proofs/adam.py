"""What experiments on Adam's family drive their kernels with: one parameter, and the gradients it is given."""

import numpy as np

from core.optimizers import Hyper, method_code, step
from core.recording import F64


def drive(method: str, hyper: Hyper, gradients: F64, start: float = 0.0) -> F64:
    """The parameter after 0 … n updates with the given gradients (n,): (n+1,) float64."""
    code = method_code(method)
    points = np.empty(gradients.size + 1)
    points[0] = p = start
    s0 = s1 = s2 = 0.0
    power1 = power2 = 1.0
    for t, g in enumerate(gradients.tolist(), start=1):
        power1 *= hyper.beta1
        power2 *= hyper.beta2
        p, s0, s1, s2 = step(code, p, g, s0, s1, s2, hyper, t, power1, power2)
        points[t] = p
    return points
